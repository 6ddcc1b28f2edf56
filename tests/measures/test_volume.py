from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History
from coachd.units import WEEK

SUNDAY = date(2025, 6, 15)


def a_run(back, number=0, at=(9, 0), **values):
    start = datetime.combine(SUNDAY - timedelta(days=back), time(*at))
    return Activity(number, "Run", start.replace(tzinfo=UTC), start, moving_s=3600.0, **values)


def measured(name, runs, **given):
    view = View(History(Athlete(), tuple(runs)), SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[name].compute(view, **given)


def weekly(*kilometres):
    """One run a week, oldest first, the last of them today."""
    last = len(kilometres) - 1
    return [a_run(7 * (last - week), week, distance_m=1000.0 * km) for week, km in enumerate(kilometres) if km]


def test_a_week_without_a_run_is_not_counted():
    assert measured("weeks_with_runs", weekly(10, 0, 10), over=28).value == 2


def test_the_highest_week_adds_up_its_days():
    runs = [a_run(8, 1, distance_m=30e3), a_run(6, 2, distance_m=20e3), a_run(0, 3, distance_m=15e3)]
    found = measured("highest_week", runs, over=28)
    assert (found.value, found.activities) == (35e3, (2, 3))


def test_the_highest_week_leaves_out_what_lies_after_the_window():
    assert measured("highest_week", weekly(40, 30, 90), over=28, before=7).value == 40e3


def test_there_is_no_highest_week_without_running():
    assert measured("highest_week", [], over=28).value is None
    assert measured("highest_four_weeks", [], over=112).value is None


def test_the_highest_four_weeks_are_four_in_a_row():
    assert measured("highest_four_weeks", weekly(80, 10, 10, 10, 50, 50, 50, 50), over=56).value == 50e3


@pytest.mark.parametrize(
    ("kilometres", "light"),
    [
        ((51, 44, 51, 55, 58, 62, 64, 66), 0),
        ((51, 44, 51, 55, 58, 45, 64, 66), 1),
        ((50, 50, 50, 50, 50, 42.5), 1),
        ((50, 50, 50, 50, 50, 43), 0),
    ],
)
def test_a_week_is_light_against_the_three_before_it(kilometres, light):
    assert measured("light_weeks", weekly(*([50] * 8), *kilometres), over=28).value == light


def test_without_three_weeks_before_it_lightness_is_unknown():
    assert measured("light_weeks", weekly(50, 50, 50, 50), over=28).value is None


@pytest.mark.parametrize(
    ("kilometres", "weeks"), [((48, 52, 56), 3), ((60, 48, 52, 56), 3), ((52, 48, 56), 2), ((50, 50), 1), ((0, 50), 1)]
)
def test_a_row_of_rising_weeks_ends_with_the_window(kilometres, weeks):
    assert measured("rising_weeks", weekly(*kilometres), over=56).value == weeks * WEEK


def test_a_row_needs_a_run_in_its_last_week():
    assert measured("rising_weeks", weekly(48, 52, 56)[:-1], over=14).value is None


def test_a_long_run_in_a_week_of_three_runs_may_be_half_of_it():
    week = [a_run(0, 1, distance_m=14e3), a_run(2, 2, distance_m=8e3), a_run(4, 3, distance_m=8e3)]
    assert measured("long_run_weeks", week, over=7).value == 0
    assert measured("long_run_weeks", [*week, a_run(5, 4, distance_m=1e3)], over=7).value == 1


def test_a_commute_makes_no_double_day():
    runs = [a_run(0, 1, (7, 0)), a_run(0, 2, (18, 0))]
    assert measured("double_days", runs, over=7).value == 1
    assert measured("double_days", [runs[0], a_run(0, 2, (18, 0), commute=True)], over=7).value == 0
    assert measured("double_days", [runs[0], a_run(0, 2, (8, 59))], over=7).value == 0


@given(st.lists(st.integers(0, 100), min_size=8, max_size=16))
def test_no_four_weeks_beat_four_times_the_highest_week(kilometres):
    runs = weekly(*kilometres)
    four, one = (measured(name, runs, over=112).value for name in ("highest_four_weeks", "highest_week"))
    assert (four is None) == (one is None)
    assert four is None or four <= one <= 4 * four
