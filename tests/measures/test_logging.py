from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Night

SUNDAY = date(2025, 6, 15)


def entry(number, back, sport="Run", **fields):
    at = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time().replace(hour=9))
    return Activity(number, sport, at.replace(tzinfo=UTC), at, **fields)


def logs(thing, activities=(), athlete=None, nights=()):
    history = History(athlete or Athlete(), tuple(activities), nights=tuple(nights))
    view = View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[f"logs_{thing}"].compute(view).value


ENTRIES = {
    "strength": {"sport": "WeightTraining", "moving_s": 1500.0},
    "mobility": {"sport": "Yoga"},
    "cross": {"sport": "Ride"},
    "gear": {"gear_id": "g1"},
    "cadence": {"cadence_spm": 168.0},
}


@pytest.mark.parametrize("thing", ENTRIES)
def test_four_entries_in_six_weeks_are_a_habit_and_three_are_not(thing):
    four = [entry(number, 41 - 13 * number, **ENTRIES[thing]) for number in range(4)]
    assert logs(thing, four) is True
    assert logs(thing, four[1:]) is False


@pytest.mark.parametrize("thing", ENTRIES)
def test_an_entry_before_the_six_weeks_does_not_count(thing):
    found = [entry(1, 42, **ENTRIES[thing]), *(entry(2 + back, back, **ENTRIES[thing]) for back in range(3))]
    assert logs(thing, found) is False


@pytest.mark.parametrize("thing", [*ENTRIES, "sleep"])
def test_the_athletes_own_word_goes_before_the_records(thing):
    assert logs(thing, athlete=Athlete(tracks={thing: True})) is True
    many = [entry(number, number, **ENTRIES.get(thing, {})) for number in range(10)]
    assert logs(thing, many, Athlete(tracks={thing: False})) is False


@pytest.mark.parametrize("thing", ENTRIES)
def test_plain_runs_are_no_entries(thing):
    assert logs(thing, [entry(number, number) for number in range(10)]) is False


def test_nights_without_a_time_asleep_are_no_entries():
    nights = [Night(SUNDAY - timedelta(days=back), resting_hr=50.0) for back in range(10, 0, -1)]
    assert logs("sleep", nights=nights) is False
    slept = [Night(SUNDAY - timedelta(days=back), sleep_s=27_000.0) for back in range(4, 0, -1)]
    assert logs("sleep", nights=slept) is True
    assert logs("sleep", nights=slept[1:]) is False


def test_parts_of_one_strength_session_are_one_entry():
    parts = [entry(number, 3, "WeightTraining", moving_s=300.0) for number in range(4)]
    assert logs("strength", parts) is False


@pytest.mark.parametrize("thing", ["strength", "mobility"])
def test_asking_for_help_to_begin_is_known(thing):
    for starting, expected in ((frozenset({thing}), True), (frozenset(), False)):
        history = History(Athlete(starting=starting), ())
        view = View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
        assert registry()[f"starts_{thing}"].compute(view).value is expected


@pytest.mark.parametrize(("tracks", "never"), [({"cross": False}, True), ({"cross": True}, False), ({}, False)])
def test_the_word_that_cross_training_is_never_logged_is_known(tracks, never):
    view = View(History(Athlete(tracks=tracks), ()), SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    assert registry()["never_logs_cross"].compute(view).value is never
