from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History
from coachd.units import WEEK

SUNDAY = date(2025, 6, 15)


def measured(name, runs_per_week, phases=()):
    """A measure over weeks given oldest first, each run 10 km."""
    activities = []
    for back, runs in enumerate(reversed(runs_per_week)):
        for run in range(runs):
            at = datetime.combine(SUNDAY - timedelta(days=7 * back + run % 7), datetime.min.time())
            activities.append(Activity(len(activities), "Run", at.replace(tzinfo=UTC), at, distance_m=10_000.0))
    history = History(Athlete(), tuple(activities), phases=phases)
    return registry()[name].compute(View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))).value


@pytest.mark.parametrize(
    ("runs_per_week", "weeks"),
    [
        ([4, 4, 4, 4, 3, 4, 4, 5], 8),
        ([3, 3, 3, 2], 3),
        ([3, 3, 2, 2], 4),  # such a runner's median is two and a half
        ([4, 4, 4, 4, 2, 1], 0),
        ([4, 4, 4, 2, 4, 4], 5),
        ([4, 4, 1, 4, 4, 1, 4, 4], 4),
        ([4, 4, 1, 4, 4, 4, 4, 4, 4, 4, 1, 4, 4], 11),
        ([4, 4, 1, 4, 4, 4, 4, 4, 4, 1, 4, 4], 8),
        ([1, 1, 1, 1], 0),
        ([5] * 60, 60),
        ([0, 0, 3], 1),
    ],
)
def test_the_chain_forgives_one_week_in_eight(runs_per_week, weeks):
    assert measured("consistent_weeks", runs_per_week) == weeks * WEEK


@pytest.mark.parametrize(
    ("runs_per_week", "usual"),
    [([5] * 10, 3), ([2] * 10, 2), ([1] * 10, 2), ([2, 2, 3, 3], 2), ([1] * 30 + [4] * 26, 3)],
)
def test_the_usual_number_of_runs_is_the_runners_own(runs_per_week, usual):
    assert measured("usual_weekly_runs", runs_per_week) == usual


def test_runs_and_distance_are_those_of_the_counted_weeks():
    assert measured("consistent_runs", [4, 1, 4]) == 8
    assert measured("consistent_distance", [4, 1, 4]) == 80_000


@pytest.mark.parametrize("name", ["consistent_weeks", "consistent_runs", "consistent_distance", "usual_weekly_runs"])
def test_nothing_is_known_before_the_first_run(name):
    assert measured(name, []) is None


def test_run_days_count_once():
    assert measured("run_days", [9, 3]) == 10


def test_a_neutral_week_is_skipped_even_if_it_was_full():
    weeks = [4, 4, 4, 4]
    recovery = ((SUNDAY - timedelta(days=13), "recovery"), (SUNDAY - timedelta(days=6), "base"))
    assert measured("consistent_weeks", weeks, recovery) == 3 * WEEK
