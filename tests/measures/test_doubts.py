from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.history import prepare
from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Race, StreamNumbers

SUNDAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


def run(number, back=0, **fields):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time().replace(hour=9))
    return Activity(number, "Run", start.replace(tzinfo=UTC), start, **fields)


def measured(name, activities=(), subject=None, *, athlete=None, excluded=(), **arguments):
    history = History(athlete or Athlete(), tuple(activities), excluded=tuple(excluded))
    positional = (View(history, SUNDAY, NOW),) if subject is None else (View(history, SUNDAY, NOW), subject)
    return registry()[name].compute(*positional, **arguments).value


@pytest.mark.parametrize(
    ("activity", "doubtful"),
    [
        (run(1, streams=StreamNumbers(hr_suspect="it stayed flat")), True),
        (run(1, max_hr=186.0), True),
        (run(1, max_hr=185.0), False),
        (run(1, streams=StreamNumbers()), False),
        (run(1), False),
    ],
)
def test_a_heart_rate_is_doubtful_by_its_stream_or_above_the_maximum(activity, doubtful):
    found = measured("heart_rate_doubt", (), activity, athlete=Athlete(hr_max=180.0))
    assert (found is not None) is doubtful


def test_a_maximum_that_nobody_gave_makes_nothing_doubtful():
    assert measured("heart_rate_doubt", (), run(1, max_hr=220.0)) is None


@pytest.mark.parametrize(
    ("athlete", "given"),
    [(Athlete(), False), (Athlete(hr_max=180.0), True), (Athlete(threshold_hr=165.0), True)],
)
def test_a_threshold_or_a_maximum_was_given(athlete, given):
    assert measured("heart_rate_set", athlete=athlete) is given
    assert measured("highest_heart_rate_set", athlete=athlete) == athlete.hr_max


def test_the_second_highest_of_the_believable_heart_rates():
    peaks = [StreamNumbers(max_hr_2min=value) for value in (186.0, 170.0, 187.0)]
    runs = [run(number, number, streams=peak) for number, peak in enumerate(peaks)]
    slipped = run(9, 4, streams=StreamNumbers(max_hr_2min=210.0, hr_suspect="it stayed flat"))
    ordered = sorted([*runs, slipped, run(10, 5)], key=lambda activity: activity.start)
    assert measured("second_highest_hr", ordered) == 186.0
    assert measured("second_highest_hr", runs[:1]) is None


@pytest.mark.parametrize(
    ("fields", "looks"),
    [
        ({"name": "City 10K"}, True),
        ({"name": "parkrun no. 80"}, True),
        ({"name": "Autumn half-marathon"}, True),
        ({"name": "Marathon training"}, True),
        ({"name": "Morning Run"}, False),
        ({"name": "Racecourse loop"}, False),
        ({"name": "City 10K", "workout_type": 1}, False),
        ({"name": "City 10K", "tags": frozenset({"race"})}, False),
    ],
)
def test_a_name_makes_a_run_look_like_a_race_unless_it_is_marked(fields, looks):
    assert measured("looks_like_a_race", (), run(1, **fields)) is looks


def test_what_the_history_took_for_a_race_looks_like_one_in_any_language():
    assert measured("looks_like_a_race", (), run(1, name="Silvesterlauf", kind="race")) is True
    assert measured("looks_like_a_race", (), run(1, name="Silvesterlauf", kind="race", workout_type=1)) is False


@pytest.mark.parametrize(("km", "day", "looks"), [(15.9, 0, True), (16.0, 0, False), (15.0, 1, False), (14.1, 0, True)])
def test_a_race_of_the_calendar_is_told_by_day_and_distance(km, day, looks):
    athlete = Athlete(races=(Race(SUNDAY, 15_000.0, priority="B"),))
    assert measured("looks_like_a_race", (), run(1, day, distance_m=km * 1000), athlete=athlete) is looks


def test_a_second_recording_that_the_history_set_aside_is_counted():
    first = run(1, 2, distance_m=10_000.0, moving_s=3_000.0, elapsed_s=3_000.0, average_hr=150.0)
    second = replace(first, id=2, average_hr=None, start=first.start + timedelta(seconds=40), distance_m=10_100.0)
    history = prepare(Athlete(), [first, second], now=NOW)
    assert registry()["doubles"].compute(View(history, SUNDAY, NOW)).activities == (2,)


@pytest.mark.parametrize(("back", "count"), [(0, 1), (6, 1), (7, 0), (-1, 0)])
def test_doubles_are_those_of_the_window(back, count):
    assert measured("doubles", excluded=[run(1, back, excluded="recorded twice")]) == count


def test_what_was_set_aside_for_another_reason_is_no_double():
    assert measured("doubles", excluded=[run(1, excluded="tagged #ignore")]) == 0


def test_speed_and_stops_are_those_of_the_stream():
    activity = run(1, streams=StreamNumbers(max_speed_10s=12.0, longest_stop_s=960.0))
    assert measured("fastest_10s", (), activity) == 12.0
    assert measured("longest_stop", (), activity) == 960.0
    assert measured("fastest_10s", (), run(1)) is None
    assert measured("longest_stop", (), run(1)) is None
