from dataclasses import replace
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


def measured(name, runs, unit="distance", **given):
    view = View(History(Athlete(volume_unit=unit), tuple(runs)), SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[name].compute(view, **given)


def weekly(*kilometres):
    """One run a week, oldest first, the last of them today."""
    last = len(kilometres) - 1
    return [a_run(7 * (last - week), week, distance_m=1000.0 * km) for week, km in enumerate(kilometres) if km]


TRAIL = {"distance_m": 12e3, "gain_m": 800.0}


@pytest.mark.parametrize(("unit", "metres"), [("distance", 12e3), ("effort", 20e3), ("time", 10e3)])
def test_a_volume_is_what_the_runner_counts(unit, metres):
    """An hour is ten kilometres: it is held as the distance of that time at 6:00 /km."""
    found = measured("weekly_volume", [a_run(0, 1, **TRAIL)], unit)
    assert (found.value, found.activities) == (pytest.approx(metres), (1,))


def test_a_weekly_volume_is_a_mean_over_the_window():
    assert measured("weekly_volume", weekly(10, 20, 30), over=21).value == 20e3
    assert measured("weekly_volume", weekly(10, 20, 30), over=14, before=7).value == 15e3


def test_a_run_without_a_known_climb_counts_its_distance():
    runs = [a_run(0, 1, **TRAIL), a_run(1, 2, distance_m=5e3)]
    assert measured("weekly_volume", runs, "effort").value == 25e3


def test_no_running_is_no_volume_and_running_without_any_measure_is_unknown():
    assert measured("weekly_volume", []).value == 0
    assert measured("weekly_volume", [a_run(0)]).value is None
    assert measured("weekly_volume", [a_run(0)], "time").value == pytest.approx(10e3)


def test_the_easy_part_of_a_volume_is_what_was_easy_or_was_meant_to_be():
    runs = [
        a_run(0, 1, distance_m=5e3, judged="fine", easy_intended=True),
        a_run(1, 2, distance_m=7e3, easy_intended=True),
        a_run(2, 3, distance_m=9e3),
    ]
    assert [measured("weekly_volume", runs, easy=which).value for which in ("all", "intended", "fine")] == [
        21e3, 12e3, 5e3,
    ]  # fmt: skip


@pytest.mark.parametrize(("unit", "longest"), [("distance", 1), ("effort", 2), ("time", 3)])
def test_which_run_was_the_longest_is_a_matter_of_what_one_counts(unit, longest):
    runs = [a_run(0, 1, distance_m=15e3), a_run(1, 2, **TRAIL), a_run(2, 3, distance_m=9e3)]
    runs[2] = replace(runs[2], moving_s=7200.0)
    assert measured("longest_run", runs, unit).activities == (longest,)


def test_there_is_no_longest_run_without_a_length():
    assert measured("longest_run", []).value is None
    assert measured("longest_run", [a_run(0)]).value is None


@pytest.mark.parametrize("unit", ["time", "effort"])
def test_weeks_are_high_light_and_rising_in_the_runners_own_volume(unit):
    """Weeks of one distance, of which each climbs and lasts longer than the one before it."""
    growing = [
        replace(run, moving_s=3600.0 + 900 * week, gain_m=200.0 * week) for week, run in enumerate(weekly(*[20] * 8))
    ]
    assert measured("rising_weeks", growing).value == WEEK
    assert measured("rising_weeks", growing, unit).value == 8 * WEEK
    assert measured("highest_week", growing, unit).activities == (7,)
    assert measured("highest_four_weeks", growing, unit).activities == (4, 5, 6, 7)
    lighter = [*growing[:-1], replace(growing[-1], moving_s=3600.0, gain_m=0.0)]
    assert measured("light_weeks", lighter, unit, over=7).value == 1
    assert measured("light_weeks", lighter, over=7).value == 0


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
