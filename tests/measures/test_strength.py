from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.view import View
from coachd.measures import registry
from coachd.measures.strength import is_mobility, is_strength
from coachd.model import Activity, Athlete, History, Mode, PhaseSpan, Race
from coachd.units import DAY, WEEK

SUNDAY = date(2025, 6, 15)
MIN = 60.0


def entry(number, back=0, minutes=25.0, sport="WeightTraining", at=9 * 60.0, **fields):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time()) + timedelta(minutes=at)
    seconds = None if minutes is None else minutes * MIN
    return Activity(number, sport, start.replace(tzinfo=UTC), start, moving_s=seconds, **fields)


def measured(name, activities, athlete=None, races=(), **arguments):
    ordered = sorted(activities, key=lambda activity: activity.start)
    history = History(athlete or Athlete(), tuple(ordered), races=tuple(races))
    return registry()[name].compute(View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC)), **arguments)


@pytest.mark.parametrize(
    ("fields", "strength", "mobility"),
    [
        ({"sport": "WeightTraining"}, True, False),
        ({"sport": "WeightTraining", "name": "Core and stretching"}, True, False),
        ({"sport": "Workout"}, True, False),
        ({"sport": "Crossfit"}, True, False),
        ({"sport": "HighIntensityIntervalTraining"}, True, False),
        ({"sport": "Workout", "name": "Morning yoga"}, False, True),
        ({"sport": "Workout", "tags": frozenset({"mobility"})}, False, True),
        ({"sport": "Yoga"}, False, True),
        ({"sport": "Pilates", "tags": frozenset({"strength"})}, True, True),
        ({"sport": "Sail", "name": "Gym"}, True, False),
        ({"sport": "Sail", "name": "Round the buoy"}, False, False),
        ({"sport": "Run", "name": "Strength by the river"}, False, False),
        ({"sport": "Run", "tags": frozenset({"strength"})}, True, False),
        ({"sport": "Elliptical", "name": "Gym"}, False, False),
    ],
)
def test_what_counts_as_strength_and_as_mobility(fields, strength, mobility):
    activity = entry(1, **fields)
    assert (is_strength(activity), is_mobility(activity)) == (strength, mobility)


def test_a_session_lasts_a_quarter_of_an_hour():
    found = measured("strength_sessions", [entry(1, 0, 14.9), entry(2, 1, 15.0), entry(3, 6, 40.0), entry(4, 7, 40.0)])
    assert (found.value, found.activities) == (2.0, (3, 2))


def test_a_session_of_unknown_length_counts():
    assert measured("strength_sessions", [entry(1, 0, None)]).value == 1.0


def test_a_tag_on_a_run_counts_as_a_session_of_unknown_length():
    run = entry(1, 0, 10.0, "Run", tags=frozenset({"strength"}))
    assert measured("strength_sessions", [run]).value == 1.0
    assert measured("median_strength_time", [run]).value is None


@pytest.mark.parametrize(("gap", "sessions"), [(29.0, 1.0), (30.0, 2.0)])
def test_entries_less_than_half_an_hour_apart_are_one_session(gap, sessions):
    parts = [entry(1, 0, 10.0, at=540.0), entry(2, 0, 10.0, at=550.0 + gap)]
    assert measured("strength_sessions", parts, shortest=0.0).value == sessions


def test_the_parts_of_a_session_add_up():
    parts = [entry(1, 0, 10.0, at=540.0), entry(2, 0, 10.0, at=555.0)]
    assert measured("median_strength_time", parts).value == 20 * MIN


def test_a_session_recorded_twice_is_as_long_as_once():
    twice = [entry(1, 0, 25.0, at=540.0), entry(2, 0, 25.0, at=541.0)]
    assert measured("strength_sessions", twice).value == 1.0
    assert measured("median_strength_time", twice).value == 26 * MIN


def test_entries_with_hidden_times_stay_apart():
    hidden = [entry(1, 0, 20.0, hidden_start=True), entry(2, 0, 20.0, hidden_start=True)]
    assert measured("strength_sessions", hidden).value == 2.0


def test_the_last_session_decides_since_when():
    found = measured("since_strength", [entry(1, 20), entry(2, 12), entry(3, 3, 10.0)])
    assert (found.value, found.activities) == (12 * DAY, (2,))
    assert measured("since_strength", []).value is None


def test_the_median_length_is_that_of_the_sessions():
    lengths = [entry(number, number, minutes) for number, minutes in enumerate((22.0, 25.0, 12.0, 20.0))]
    assert measured("median_strength_time", lengths).value == 21 * MIN
    assert measured("median_strength_time", []).value is None


def weekly(counts):
    """Sessions a week, oldest week first."""
    return [
        entry(100 * back + number, 7 * back + number)
        for back, count in enumerate(reversed(counts))
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("counts", "weeks"),
    [([2, 3, 2, 2], 4), ([2, 1, 2, 2], 2), ([2, 2, 2, 1], 0), ([], 0), ([2] * 30, 26)],
)
def test_a_row_is_broken_by_a_week_below(counts, weeks):
    assert measured("strength_weeks", weekly(counts)).value == weeks * WEEK


@pytest.mark.parametrize(
    "athlete",
    [
        Athlete(modes=(Mode("ill", SUNDAY - timedelta(days=13), SUNDAY - timedelta(days=7)),)),
        Athlete(phases=(PhaseSpan("break", SUNDAY - timedelta(days=13), SUNDAY - timedelta(days=7)),)),
    ],
)
def test_a_neutral_week_is_skipped(athlete):
    assert measured("strength_weeks", weekly([2, 2, 0, 2]), athlete).value == 3 * WEEK


def test_a_neutral_week_that_was_met_counts():
    athlete = Athlete(modes=(Mode("holiday", SUNDAY - timedelta(days=13), SUNDAY - timedelta(days=7)),))
    assert measured("strength_weeks", weekly([2, 2, 2]), athlete).value == 3 * WEEK


def test_the_usual_easy_day_needs_three_runs():
    tuesdays = [entry(number, 5 + 7 * number, 45.0, "Run", kind="easy") for number in range(3)]
    long_runs = [entry(10 + number, 7 * number, 95.0, "Run", kind="long") for number in range(8)]
    assert measured("easy_run_weekday", tuesdays + long_runs).value == "Tuesday"
    assert measured("easy_run_weekday", tuesdays[1:] + long_runs).value is None


def test_the_next_trail_race_may_stand_behind_another_race():
    races = [Race(SUNDAY + timedelta(days=days), 10_000.0, priority="B", trail=days > 15) for days in (10, 20, 30)]
    assert measured("until_trail_race", [], races=races).value == 20 * DAY
    assert measured("until_trail_race", [], races=races[:1]).value is None


@given(st.lists(st.tuples(st.integers(0, 27), st.integers(0, 1439), st.floats(1, 90)), max_size=30))
def test_sessions_never_outnumber_entries_and_grow_as_the_bar_falls(entries):
    activities = [entry(number, back, minutes, at=at) for number, (back, at, minutes) in enumerate(entries)]
    counts = [
        measured("strength_sessions", activities, over=28, shortest=shortest).value for shortest in (0.0, 900.0, 3600.0)
    ]
    assert len(entries) >= counts[0] >= counts[1] >= counts[2]
