"""Weeks: their names, which one is over, and what was done in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import rulebook
from coachd.history.week import (
    BEFORE_DAYS,
    FURTHER,
    MUCH_FURTHER,
    closed_week,
    day_period,
    days_of,
    longest_run_note,
    period_of,
    recent_weeks,
    usual_distance,
    usual_time,
    week_of,
    week_stats,
)
from coachd.model import WEEKDAYS, Activity, Athlete, History, LongestRun
from coachd.resources import shipped
from coachd.units import DAY

STARTS = st.sampled_from(["mon", "sat", "sun"])


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), STARTS)
def test_a_key_gives_its_period_back(day, start):
    week = week_of(day, start)
    assert period_of(week.key, start) == week
    assert period_of(day_period(day).key, start) == day_period(day)
    assert day_period(day).key != week.key


@pytest.mark.parametrize(
    ("day", "start", "key", "first"),
    [
        (date(2026, 11, 22), "mon", "2026-W47", date(2026, 11, 16)),
        (date(2027, 1, 1), "mon", "2026-W53", date(2026, 12, 28)),
        (date(2027, 1, 4), "mon", "2027-W01", date(2027, 1, 4)),
        (date(2024, 12, 30), "mon", "2025-W01", date(2024, 12, 30)),
        (date(2023, 1, 1), "mon", "2022-W52", date(2022, 12, 26)),
        (date(2027, 1, 1), "sun", "2026-12-27", date(2026, 12, 27)),
        (date(2027, 1, 2), "sat", "2027-01-02", date(2027, 1, 2)),
        (date(2027, 1, 1), "sat", "2026-12-26", date(2026, 12, 26)),
    ],
)
def test_weeks_have_one_name_even_where_years_end(day, start, key, first):
    week = week_of(day, start)
    assert (week.key, week.first, week.last) == (key, first, first + timedelta(days=6))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), STARTS)
def test_every_day_lies_in_exactly_one_week(day, start):
    week = week_of(day, start)
    assert week.first <= day <= week.last
    assert WEEKDAYS[week.first.weekday()] == start
    assert {week_of(week.first + timedelta(days=offset), start) for offset in range(7)} == {week}
    assert week_of(week.last + timedelta(days=1), start).key != week.key


@pytest.mark.parametrize(
    ("zone", "key"),
    [("Pacific/Auckland", "2026-W47"), ("America/Los_Angeles", "2026-W46"), ("UTC", "2026-W46")],
)
def test_a_week_is_over_by_the_athletes_own_calendar(zone, key):
    sunday_noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert closed_week(sunday_noon, Athlete(zone=zone)).key == key


def test_a_weeks_numbers(make_activity):
    week = week_stats(
        [
            make_activity(day=-1),
            make_activity(day=0),
            make_activity(day=0, at=10, distance_m=5_000.0, moving_s=1_199.0),
            make_activity(day=2, sport="Ride", moving_s=1_200.0),
            make_activity(day=3, moving_s=1_199.0, distance_m=None),
            make_activity(day=4, sport="WeightTraining", distance_m=None),
            make_activity(day=5, sport="Walk"),
            make_activity(day=6, moving_s=None),
            make_activity(day=7),
        ],
        date(2026, 11, 16),
    )
    assert (week.runs, week.run_distance_m, week.run_moving_s) == (4, 25_000.0, 5_398.0)
    assert (week.strength_sessions, week.rest_days) == (1, 5)


def test_the_local_day_counts_not_the_instant(make_activity):
    late = make_activity(day=-1, start_local=datetime(2026, 11, 16, 0, 30))
    assert week_stats([late], date(2026, 11, 16)).runs == 1


def test_recent_weeks_end_with_the_period_and_include_empty_ones(make_activity):
    weeks = recent_weeks([make_activity(day=-14), make_activity()], week_of(date(2026, 11, 16), "mon"), 4)
    assert [(week.first, week.runs) for week in weeks] == [
        (date(2026, 10, 26), 0),
        (date(2026, 11, 2), 1),
        (date(2026, 11, 9), 0),
        (date(2026, 11, 16), 1),
    ]


def test_the_usual_distance_is_the_median_of_the_four_weeks_before(make_activity):
    kilometres = {-35: 90, -28: 40, -21: 20, -14: 30, -7: 50, 0: 99}
    runs = [make_activity(day=day, distance_m=km * 1000.0) for day, km in kilometres.items()]
    assert usual_distance(recent_weeks(runs, week_of(date(2026, 11, 16), "mon"), 12)) == 35_000.0


def test_the_usual_time_is_that_of_the_same_weeks(make_activity):
    runs = [make_activity(day=day, moving_s=-60.0 * day + 600.0) for day in range(-35, 1, 7)]
    assert usual_time(recent_weeks(runs, week_of(date(2026, 11, 16), "mon"), 12)) == 1_650.0


def test_the_usual_distance_is_unknown_to_who_did_not_run(make_activity):
    weeks = recent_weeks([make_activity()], week_of(date(2026, 11, 16), "mon"), 12)
    assert usual_distance(weeks) is None


def test_the_period_day_by_day(make_activity):
    days = days_of(
        [
            make_activity(),
            make_activity(at=3, sport="WeightTraining", distance_m=None),
            make_activity(at=8, distance_m=2_000.0),
            make_activity(day=6, distance_m=None),
            make_activity(day=7),
        ],
        week_of(date(2026, 11, 16), "mon"),
    )
    assert len(days) == 7
    assert (days[0].families, days[0].run_distance_m, days[0].run_moving_s) == (("run", "strength"), 12_000.0, 6_000.0)
    assert (days[1].families, days[1].run_distance_m) == ((), 0.0)
    assert (days[6].families, days[6].run_distance_m) == (("run",), 0.0)


WEEK = week_of(date(2025, 6, 15), "mon")


def a_run(day, km, **values):
    start = datetime.combine(day, datetime.min.time())
    return Activity(day.toordinal(), "Run", start.replace(tzinfo=UTC), start, distance_m=1000.0 * km, **values)


def noted(km, *others, before=(16, 10, 10, 10, 10, 10), **values):
    """What is said of a run on the week's Saturday, after `before` in the weeks before, four days apart."""
    saturday = WEEK.last - timedelta(days=1)
    earlier = [a_run(saturday - timedelta(days=2 + 4 * number), one) for number, one in enumerate(before, 1)]
    return longest_run_note(History(Athlete(), (*earlier, *others, a_run(saturday, km, **values))), WEEK)


def test_two_kilometres_more_than_sixteen_are_a_line():
    assert noted(18) == LongestRun(WEEK.last - timedelta(days=1), 18e3, 16e3, 1.125)


@pytest.mark.parametrize(("km", "said"), [(17.6, False), (17.7, True), (19.2, True), (19.3, False), (21, False)])
def test_the_line_is_said_between_ten_and_twenty_per_cent(km, said):
    assert (noted(km) is not None) is said


def test_a_large_step_to_a_distance_that_was_run_lately_is_a_line():
    owned = a_run(WEEK.last - timedelta(days=91), 20)
    assert noted(21, owned).ratio == pytest.approx(21 / 16)
    assert noted(22.1, owned) is None
    assert noted(21, a_run(WEEK.last - timedelta(days=122), 20)) is None


def test_races_and_trails_and_too_few_runs_have_no_line():
    assert noted(18, kind="race") is None
    assert noted(18, trail=True) is None
    assert noted(18, before=(16, 10, 10, 10, 10)) is None


def test_a_race_before_it_counts_as_a_distance_run():
    assert noted(18, a_run(WEEK.last - timedelta(days=20), 17, kind="race")) is None


def test_what_comes_after_the_week_is_not_seen():
    assert noted(18, a_run(WEEK.last + timedelta(days=1), 30)).distance_m == 18e3
    assert longest_run_note(History(Athlete(), (a_run(WEEK.last + timedelta(days=1), 30),)), WEEK) is None


def test_the_line_ends_where_the_rule_begins():
    rules = {rule.id: rule for rule in rulebook.load([shipped("rules")], tests=False).rules}
    spike = rules["longest-run-spike"].settings
    assert (spike["note"], spike["nudge"], spike["window"]) == (FURTHER, MUCH_FURTHER, BEFORE_DAYS * DAY)


@given(st.lists(st.floats(1, 50), min_size=6, max_size=12), st.floats(1, 60))
def test_whatever_is_noted_is_further_than_anything_in_the_month_before(before, km):
    found = noted(km, before=before[:7])
    if found is not None:
        assert found.before_m == max(before[:7]) * 1000.0
        assert 1.10 < found.ratio <= 1.20 + 1e-9
