from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Mode, PhaseSpan, Race
from coachd.units import DAY, WEEK

SUNDAY = date(2025, 6, 15)


def day(back):
    return SUNDAY - timedelta(days=back)


def run(back, **more):
    """A run of 10 km in an hour, so many days before the last day."""
    at = datetime.combine(day(back), time(9))
    known = {"distance_m": 10_000.0, "moving_s": 3_600.0, "kind": "easy", "hard": False}
    return Activity(back, "Run", at.replace(tzinfo=UTC), at, **{**known, **more})


def weeks(*hard):
    """Two runs in each week, newest week first, one of them hard in each week that says so."""
    return [run(7 * week + back, hard=is_hard and back == 1) for week, is_hard in enumerate(hard) for back in (1, 4)]


def history(runs, phases=(), races=(), athlete=None):
    """What is known; `phases` are (days back, phase) as worked out, not declared."""
    changes = tuple(sorted((day(back), phase) for back, phase in phases))
    return History(athlete or Athlete(), tuple(runs), phases=changes, races=tuple(races))


def measured(name, known, **arguments):
    return registry()[name].compute(View(known, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC)), **arguments)


def value(name, known, **arguments):
    return measured(name, known, **arguments).value


def declared(back):
    return Athlete(phases=(PhaseSpan("base", day(back)),))


@pytest.mark.parametrize(("back", "week"), [(0, 1), (6, 1), (7, 2), (41, 6), (400, 26)])
def test_a_declared_base_counts_from_its_first_day(back, week):
    runs = [run(back) for back in range(0, 420, 3)]
    assert value("base_weeks", history(runs, [(back, "base")], athlete=declared(back))) == week


def test_a_base_declared_week_by_week_is_one_block():
    spans = tuple(PhaseSpan("base", day(back), day(back - 6)) for back in (20, 13, 6))
    known = history(
        weeks(False, False, False), [(13, "base"), (20, "base"), (40, "build")], athlete=Athlete(phases=spans)
    )
    assert value("base_weeks", known) == 3


def test_an_undeclared_base_needs_four_easy_weeks_after_a_race():
    race = Race(day(29), 10_000.0, activity=1000)
    four, three = weeks(False, False, False, False), weeks(False, False, False, True)
    assert value("base_weeks", history([*four, run(29, kind="race", hard=True)], races=[race])) == 4
    assert value("base_weeks", history([*three, run(29, kind="race", hard=True)], races=[race])) == 0
    assert value("base_weeks", history(four)) == 0


def test_a_build_phase_makes_the_easy_weeks_after_it_a_base_as_a_race_does():
    easy = weeks(False, False, False, False)
    assert value("base_weeks", history(easy, [(60, "build"), (30, "steady")])) == 4
    assert value("base_weeks", history(easy, [(90, "build"), (70, "steady")])) == 0
    assert value("base_weeks", history(easy, [(60, "build")])) == 0


def test_strides_and_runs_of_which_nothing_is_known_leave_a_week_easy():
    race = Race(day(29), 10_000.0, activity=1000)
    runs = [run(7 * week + back, hard=None, strides=6) for week in range(4) for back in (1, 4)]
    assert value("base_weeks", history(runs, races=[race])) == 4


def test_only_what_the_athlete_said_is_declared():
    assert value("base_declared", history([run(1)], [(10, "base")])) is False
    assert value("base_declared", history([run(1)], [(10, "base")], athlete=declared(10))) is True
    past = Athlete(phases=(PhaseSpan("base", day(20), day(1)),))
    assert value("base_declared", history([run(1)], athlete=past)) is False


def test_the_time_since_a_base_goes_back_to_the_last_four_easy_weeks():
    hard = [True] * 8 + [False] * 4 + [True] * 9
    assert value("weeks_since_base", history(weeks(*hard))) == 8 * WEEK
    hard = [True] * 9 + [False] * 3 + [True] * 9
    assert value("weeks_since_base", history(weeks(*hard))) == 21 * WEEK
    assert value("weeks_since_base", history(weeks(*hard)), min_block=3.0) == 9 * WEEK


def test_a_race_ends_a_row_of_easy_weeks():
    runs = [*weeks(*[False] * 3, True), run(7 * 6, kind="race"), *[run(7 * week + 2) for week in range(4, 9)]]
    assert value("weeks_since_base", history(runs)) == 9 * WEEK


@pytest.mark.parametrize(("free", "since"), [(6, 21), (7, 5), (14, 5)])
def test_a_week_without_running_is_a_break(free, since):
    # Every day, hard on Saturdays, but for a break that ended five weeks ago.
    runs = [run(back, hard=back % 7 == 1) for back in range(147) if not 35 <= back < 35 + free]
    assert value("weeks_since_base", history(runs)) == since * WEEK


def test_a_break_of_somebody_who_runs_once_a_week_is_three_weeks():
    runs = [run(7 * week, hard=True) for week in range(20)]
    assert value("weeks_since_base", history(runs)) == 20 * WEEK
    missing = [run(7 * week, hard=True) for week in range(20) if week not in (5, 6, 7)]
    # The week in which only part of a break lies belongs to it as well.
    assert value("weeks_since_base", history(missing)) == 4 * WEEK


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_the_time_since_a_base_never_exceeds_what_is_known(hard):
    since = value("weeks_since_base", history(weeks(*hard)))
    assert 0 <= since <= len(hard) * WEEK


def test_the_usual_week_before_base_leaves_out_breaks_and_holidays():
    runs = [run(back) for back in range(15, 71, 2)]
    phases = [(13, "base"), (70, "build")]
    assert value("weekly_distance_before_base", history(runs, phases)) == 35_000.0
    holiday = Athlete(modes=(Mode("holiday", day(27), day(14)),))
    away = [one for one in runs if one.day < day(27)]
    assert value("weekly_distance_before_base", history(away, phases)) == pytest.approx(26_250.0)
    assert value("weekly_distance_before_base", history(away, phases, athlete=holiday)) == 35_000.0
    recovering = [(13, "base"), (27, "recovery"), (70, "build")]
    assert value("weekly_distance_before_base", history(away, recovering)) == 35_000.0


def test_the_usual_week_before_base_needs_eight_weeks_of_history():
    runs = [run(back) for back in range(14, 14 + 55)]
    assert value("weekly_distance_before_base", history(runs, [(13, "base")])) is None
    assert value("weekly_distance_before_base", history([*runs, run(69)], [(13, "base")])) == 70_000.0
    assert value("weekly_distance_before_base", history([*runs, run(69)], [(13, "build")])) is None


def test_the_usual_long_run_is_no_race():
    runs = [run(14 + 7 * week, distance_m=18_000.0) for week in range(8)]
    runs += [run(16, distance_m=42_195.0, kind="race"), run(69)]
    assert value("long_run_before_base", history(runs, [(13, "base")])) == 18_000.0


def test_the_share_above_easy_goes_by_time():
    runs = [run(1, above_share=0.6, moving_s=1_800.0), run(2, above_share=0.0, moving_s=3_600.0)]
    assert value("share_above_easy", history(runs)) == pytest.approx(0.2)


def test_where_heart_rate_is_missing_the_pace_verdict_stands_in():
    runs = [run(1, judged="hot"), run(2, judged="fine"), run(3, judged="fine", above_share=0.5)]
    assert value("share_above_easy", history(runs)) == pytest.approx(0.5)


def test_a_share_that_is_known_of_little_of_the_time_is_unknown():
    assert value("share_above_easy", history([run(1, above_share=0.9), run(2)])) is None
    assert value("share_above_easy", history([run(1, above_share=0.9), run(2, moving_s=2_400.0)])) == 0.9
    assert value("share_above_easy", history([])) is None


def test_races_and_company_are_not_judged():
    runs = [
        run(1, above_share=0.1),
        run(2, above_share=1.0, kind="race"),
        run(3, above_share=1.0, tags=frozenset({"dog"})),
    ]
    found = measured("share_above_easy", history(runs))
    assert (found.value, found.activities) == (pytest.approx(0.1), (1,))


@pytest.mark.parametrize(
    "name", ["base_weeks", "weeks_since_base", "weekly_distance_before_base", "long_run_before_base"]
)
def test_nothing_is_known_before_the_first_run(name):
    assert value(name, history([])) is None


def test_the_days_after_a_race_can_be_chosen():
    race = Race(day(80), 10_000.0, activity=1000)
    known = history([*weeks(*[False] * 6), run(80, kind="race")], races=[race])
    assert value("base_weeks", known) == 0
    assert value("base_weeks", known, after=90 * DAY) == 6
