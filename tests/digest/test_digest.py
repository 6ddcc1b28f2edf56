"""The digest: the week's numbers, what nudges speak about, and where the data is from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runner_samples import MONDAY, SUNDAY, WEEK, activity, history, weekly

from coachd.digest import CHART_WEEKS, digest_of
from coachd.history.week import week_of
from coachd.model import Athlete, FollowUp, History, Mode, Nudge, Race, Shoe, Zones

TRUSTED = Zones(threshold_hr=168.0, easy_ceiling=149.5, source="measured")


def nudge(subject="", activities=(), **fields):
    return Nudge("a-rule", subject, "nudge", 1, "easy", "Title", "Text.", activities=activities, **fields)


def made(*activities, nudges=(), told_on=MONDAY, **fields):
    return digest_of(history(*activities, **fields), WEEK, nudges, rules=(), told_on=told_on)


def test_weeks_before_the_first_run_have_no_bar():
    assert [week.first for week in made(*weekly([10.0] * 3)).weeks] == [
        WEEK.first - timedelta(weeks=n) for n in (2, 1, 0)
    ]
    assert len(made(*weekly([10.0] * 20)).weeks) == CHART_WEEKS


def test_a_week_without_a_run_between_others_has_its_bar():
    runs = weekly([10.0] * 6)
    assert len(made(*runs[:9], *runs[15:]).weeks) == 6


def test_somebody_who_never_ran_has_this_week_only():
    assert [week.first for week in made(activity(SUNDAY, sport="Ride")).weeks] == [WEEK.first]


def test_runs_that_are_only_remembered_begin_the_bars():
    runs = weekly([10.0] * 14)
    assert len(made(*runs[-6:], earlier=runs[:-6]).weeks) == CHART_WEEKS


def test_the_usual_week_is_the_middle_of_four_without_those_of_illness():
    runs = weekly([10.0, 20.0, 30.0, 40.0, 10.0, 10.0])  # with 12 km besides
    assert made(*runs).usual_distance_m == 37_000.0
    assert made(*runs).usual_time_s == 9_000.0
    ill = Mode("ill", WEEK.first - timedelta(weeks=1), WEEK.first - timedelta(days=1))
    assert made(*runs, athlete=Athlete(modes=(ill,))).usual_distance_m == 37_000.0
    assert made(*runs[3:], athlete=Athlete(modes=(ill,))).usual_distance_m == 42_000.0


def test_a_first_week_has_no_usual_one():
    assert made(*weekly([10.0])).usual_distance_m is None


def test_only_what_came_from_strava_itself_is_linked_there():
    api = activity(SUNDAY, number=1, strava_id="123", sources=("strava", "files"))
    archive = activity(SUNDAY, number=2, strava_id="124", sources=("files",))
    file = activity(SUNDAY, number=3, sources=("files",))
    found = {link.id: link.url for link in made(api, archive, file, nudges=[nudge(activities=(1, 2, 3))]).links}
    assert found == {1: "https://www.strava.com/activities/123", 2: "", 3: ""}


@pytest.mark.parametrize(
    ("source", "device", "shown"),
    [("strava", "Garmin Forerunner 265", "Garmin Forerunner 265"), ("strava", "COROS PACE 3", "COROS PACE 3"),
     ("garmin", "Forerunner 265", "Garmin Forerunner 265"), ("garmin", None, "Garmin"), ("strava", None, "")],
)  # fmt: skip
def test_what_garmin_recorded_says_so(source, device, shown):
    run = activity(SUNDAY, number=1, device=device, sources=(source,))
    assert made(run, nudges=[nudge(activities=(1,))]).links[0].device == shown


def test_garmin_is_credited_by_the_names_of_its_devices():
    def devices(*used, nudges=(), back=0):
        runs = (activity(SUNDAY - timedelta(days=n + back), number=n + 1, device=device, sources=(source,))
                for n, (source, device) in enumerate(used))  # fmt: skip
        return made(*runs, nudges=nudges).devices

    known = ("strava", "Garmin Forerunner 265"), ("garmin", "Edge 540"), ("garmin", None), ("strava", "COROS PACE 3")
    assert devices(*known) == ("Garmin Edge 540", "Garmin Forerunner 265")
    assert devices(known[2]) == ("Garmin",)
    assert devices(known[3]) == ()
    assert devices(known[0], back=200) == ()
    assert devices(known[0], back=200, nudges=[nudge(activities=(1,))]) == ("Garmin Forerunner 265",)
    assert devices(known[3], nudges=[nudge(fed_by=("garmin",))]) == ("Garmin",), "its nights, for example"


def test_links_are_those_of_the_week_and_of_what_a_nudge_is_about():
    before, late = (
        activity(WEEK.first - timedelta(days=2), number=1),
        activity(WEEK.first - timedelta(days=1), number=2),
    )
    digest = made(before, late, activity(SUNDAY, number=3), activity(SUNDAY, number=4),
                  nudges=[nudge(activities=(1, 3)), nudge("2", activities=(2,))])  # fmt: skip
    assert [link.id for link in digest.links] == [2, 3]


def heart(share, with_heart=10):
    return [
        activity(SUNDAY - timedelta(days=day), above_share=share if day < with_heart else None) for day in range(10)
    ]


def test_the_easy_share_is_shown_where_heart_rate_is_trusted():
    assert made(*heart(0.25), zones=TRUSTED).easy_share == pytest.approx(0.75)
    assert made(*heart(0.25)).easy_share is None
    assert made(*heart(0.25), zones=Zones(hr_max=180.0, source="age")).easy_share is None


def test_an_easy_share_of_a_few_runs_is_none():
    assert made(*heart(0.25, 7), zones=TRUSTED).easy_share is not None
    assert made(*heart(0.25, 6), zones=TRUSTED).easy_share is None


def test_what_lies_ahead_is_counted_from_the_day_of_the_mail():
    race = Race(MONDAY + timedelta(days=20), 42_195.0, "Marathon", "A")
    late = made(races=(race,), told_on=MONDAY + timedelta(days=2)).ahead
    assert (late.first, late.races[0].days) == (MONDAY + timedelta(days=2), 18)


def test_it_says_which_sources_its_numbers_are_from():
    old = activity(SUNDAY - timedelta(weeks=30), sources=("garmin",))
    aside = activity(SUNDAY, excluded="recorded twice", sources=("files",))
    assert made(old, *weekly([10.0] * 20), excluded=(aside,)).fed_by == ("files", "strava")
    assert made(activity(SUNDAY, sources=("files",)), shoes=(Shoe("g", "Fox"),)).fed_by == ("files", "strava")


def test_a_run_a_little_longer_than_any_lately_is_among_the_numbers():
    assert made(*weekly([20.0] * 5, others=8_000.0)).longest_run is None
    found = made(*weekly([20.0, 20.0, 20.0, 20.0, 23.0])).longest_run
    assert (found.day, found.distance_m, found.before_m) == (SUNDAY, 23_000.0, 20_000.0)


def test_what_others_found_out_stands_in_it():
    follow_up = FollowUp("Title", (), (), "eased")
    known = history(*weekly([10.0] * 3))
    digest = digest_of(known, WEEK, (), rules=(), told_on=MONDAY, follow_ups=[follow_up], corrections=["It was."])
    assert (digest.follow_ups, digest.corrections) == ((follow_up,), ("It was.",))


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(["mon", "sat", "sun"]),
    st.lists(st.integers(0, 400), max_size=30),
)  # fmt: skip
def test_any_history_gives_a_digest_whose_bars_end_with_its_week(day, start, days_back):
    period = week_of(day, start)
    backwards = enumerate(sorted(days_back, reverse=True), 1)
    runs = [activity(period.last - timedelta(days=back), number=number) for number, back in backwards]
    known = History(Athlete(week_start=start), tuple(runs))
    digest = digest_of(known, period, (), rules=(), told_on=period.last + timedelta(days=1))
    firsts = [week.first for week in digest.weeks]
    assert firsts == [period.first - timedelta(weeks=back) for back in range(len(firsts) - 1, -1, -1)]
    assert digest.week == digest.weeks[-1]
    assert sum(week.runs for week in digest.weeks) == sum(back < CHART_WEEKS * 7 for back in days_back)


@pytest.mark.parametrize(
    ("looked", "ran", "unseen"),
    [
        (MONDAY, SUNDAY, None),
        (SUNDAY, SUNDAY, None),
        (SUNDAY, SUNDAY - timedelta(days=2), SUNDAY),
        (SUNDAY - timedelta(days=3), SUNDAY - timedelta(days=5), SUNDAY - timedelta(days=3)),
        (SUNDAY - timedelta(days=3), SUNDAY - timedelta(days=1), SUNDAY),
        (SUNDAY - timedelta(days=30), SUNDAY - timedelta(days=40), WEEK.first),
    ],
)
def test_of_days_that_no_source_was_looked_at_after_nothing_is_known(looked, ran, unseen):
    synced = {"strava": datetime.combine(looked, time(12), UTC)}
    assert made(activity(ran), synced=synced).unseen_from == unseen


def test_without_a_source_nothing_is_missing():
    assert made(activity(SUNDAY - timedelta(days=5))).unseen_from is None


def test_of_a_rest_day_that_nobody_saw_it_is_not_said_that_it_was_kept():
    athlete = Athlete(rest_days=("tue", "fri"))
    synced = {"strava": datetime.combine(SUNDAY - timedelta(days=3), time(12), UTC)}
    digest = made(activity(SUNDAY - timedelta(days=4)), athlete=athlete, synced=synced)
    assert digest.ahead.rest_days_kept == (SUNDAY - timedelta(days=5),)
