from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Race
from coachd.units import DAY

SUNDAY = date(2025, 6, 15)
HALF = 21_097.5
MARATHON = 42_195.0


def day(back):
    return SUNDAY - timedelta(days=back)


def run(back, kilometres=10.0, **more):
    at = datetime.combine(day(back), time(9))
    return Activity(back, "Run", at.replace(tzinfo=UTC), at, distance_m=kilometres * 1_000, **more)


def raced(back, metres=10_000.0, **more):
    return Race(day(back), metres, activity=1_000 + back, **more)


def measured(name, *subject, runs=(), races=(), **arguments):
    history = History(Athlete(), tuple(runs), races=tuple(sorted(races, key=lambda race: race.day)))
    view = View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[name].compute(view, *subject, **arguments)


def test_a_race_for_fun_counts_half():
    races = [raced(40), raced(20, fun=True), raced(3)]
    assert measured("races_counted", races=races).value == 2.5
    assert measured("races_counted", races=races, fun_weight=0.0).value == 2.0


def test_races_are_counted_in_the_window_and_from_three_kilometres_on():
    races = [raced(42), raced(41), raced(1, 2_999.0), raced(0, 3_000.0)]
    assert measured("races_counted", races=races).value == 2.0
    assert measured("races_counted", races=races, over=84).value == 3.0


def test_a_weekly_event_counts_nothing():
    saturdays = [raced(back, 5_080.0) for back in (1, 15, 29)]
    assert measured("races_counted", races=saturdays).value == 0.0
    assert measured("races_counted", races=[*saturdays, raced(2, 5_000.0)]).value == 1.0


def test_two_in_five_weeks_are_no_weekly_event():
    assert measured("races_counted", races=[raced(1, 5_000.0), raced(29, 5_000.0)]).value == 2.0
    assert measured("races_counted", races=[raced(back, 5_000.0) for back in (0, 14, 35)]).value == 3.0


def test_longer_races_on_one_weekday_are_a_season_and_no_weekly_event():
    assert measured("races_counted", races=[raced(back) for back in (1, 8, 15)]).value == 3.0


def test_the_races_are_listed_by_day():
    found = measured("races_listed", races=[raced(0, 15_000.0), raced(7, 5_040.0)])
    assert (found.value, found.activities) == ("5 km on 8 June, 15 km on 15 June", (1_007, 1_000))
    assert measured("races_listed").value is None


@pytest.mark.parametrize(("metres", "days"), [(5_000, 2), (10_000, 4), (15_000, 5), (HALF, 8), (MARATHON, 15)])
def test_there_is_an_easy_day_for_every_three_kilometres(metres, days):
    assert measured("easy_days", raced(0, metres)).value == days * DAY


def test_a_race_for_fun_takes_half_the_easy_days():
    assert measured("easy_days", raced(0, HALF, fun=True)).value == 4 * DAY


@given(st.floats(1_000, 200_000), st.floats(1_000, 200_000))
def test_a_longer_race_never_takes_fewer_easy_days(one, other):
    shorter, longer = sorted((one, other))
    assert measured("easy_days", raced(0, shorter)).value <= measured("easy_days", raced(0, longer)).value


def test_the_first_hard_run_of_the_week_after_a_race_is_told():
    runs = [run(12, hard=True), run(5, hard=True), run(2, hard=True)]
    found = measured("hard_after_race", raced(11), runs=runs)
    assert (found.value, found.activities) == (6 * DAY, (5,))


def test_races_and_easy_runs_and_the_race_itself_are_no_hard_run_after_it():
    runs = [run(4, kind="race", hard=True), run(3, kind="race", hard=True), run(2, hard=False), run(1, hard=None)]
    assert measured("hard_after_race", raced(4), runs=runs).value is None


def test_runs_after_a_race_do_not_count_its_day():
    runs = [run(9), run(8), run(1)]
    assert measured("runs_after_race", raced(9), runs=runs).value == 2.0
    assert measured("runs_after_race", raced(0), runs=[run(0)]).value == 0.0
    assert measured("runs_after_race", Race(day(-3), HALF), runs=runs).value is None


def test_the_peak_week_is_the_highest_unless_it_towers_over_the_others():
    usual = [run(7 * week, 60.0) for week in range(1, 8)]
    assert measured("peak_week", runs=[*usual, run(0, 75.0)]).value == 75_000.0
    assert measured("peak_week", runs=[*usual, run(0, 76.0)]).value == 60_000.0
    assert measured("peak_week", runs=[*usual, run(0, 76.0)], outlier=1.5).value == 76_000.0
    assert measured("peak_week", runs=[run(3, 20.0)]).value == 20_000.0
    assert measured("peak_week").value is None


@pytest.mark.parametrize(
    ("seconds", "written"), [(5_908, "1:38:28"), (1_300.4, "21:40"), (3_600, "1:00:00"), (59.6, "1:00")]
)
def test_a_time_is_written_as_runners_write_it(seconds, written):
    assert measured("race_result", raced(0, time_s=seconds)).value == written


def test_a_race_without_a_time_has_no_result():
    assert measured("race_result", raced(0)).value is None


@pytest.mark.parametrize(
    ("metres", "vdot", "equivalent"),
    [
        (MARATHON, 45.0, "a half marathon in 1:40:"),
        (HALF, 50.0, "10 km in 41:2"),
        (10_000.0, 50.0, "5 km in 19:5"),
        (5_000.0, 40.0, "10 km in 50:0"),
        (3_000.0, 60.0, "5 km in 17:0"),
        (15_000.0, 45.0, "10 km in 45:1"),
    ],
)
def test_an_equivalent_is_that_of_the_published_table(metres, vdot, equivalent):
    assert measured("race_equivalent", raced(0, metres, vdot=vdot)).value.startswith(equivalent)


def test_a_race_without_vdot_has_no_equivalent():
    assert measured("race_equivalent", raced(0)).value is None
    assert measured("race_vdot", raced(0)).value is None
    assert measured("race_vdot", raced(0, vdot=46.04)).value == 46.0


def test_the_best_before_is_of_two_years_and_never_the_race_itself():
    today = raced(0, vdot=46.5)
    races = [raced(731, vdot=50.0), raced(730, vdot=45.0), raced(100, vdot=46.0), raced(50), today]
    found = measured("best_vdot_before", today, races=races)
    assert (found.value, found.activities) == (46.0, (1_100,))
    assert measured("best_vdot_before", today, races=[today]).value is None
    assert measured("best_vdot_before", today, races=races, within=99 * DAY).value is None
