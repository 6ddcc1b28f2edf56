"""What was known about a runner before a day."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.known import Fitness, Known
from coachd.model import Race, StreamNumbers

DAY = date(2026, 11, 16)


def with_vdots(*pairs):
    return Known(vdots=[(DAY - timedelta(days=age), vdot) for age, vdot in pairs])


@pytest.mark.parametrize(
    ("races", "expected"),
    [
        ([], None),
        ([(120, 44.0), (10, 42.0)], Fitness(44.0, stale=False)),
        ([(121, 44.0), (10, 42.0)], Fitness(42.0, stale=False)),
        ([(200, 46.0), (121, 44.0)], Fitness(44.0, stale=True)),
        ([(365, 44.0)], Fitness(44.0, stale=True)),
        ([(366, 44.0)], None),
    ],
)
def test_fitness_is_the_best_of_120_days_else_the_last_of_a_year(races, expected):
    assert with_vdots(*races).fitness(DAY) == expected


def test_only_races_with_a_vdot_are_remembered(make_activity):
    known = Known()
    known.remember(make_activity(), Race(DAY, 10_000.0))
    known.remember(make_activity(), Race(DAY, 10_000.0, vdot=45.0))
    assert known.vdots == [(DAY, 45.0)]


@pytest.mark.parametrize(
    ("values", "expected"), [({"hard": True}, DAY), ({"long": True}, DAY), ({"kind": "race"}, DAY), ({}, None)]
)
def test_a_hard_or_long_day_is_remembered(make_activity, values, expected):
    known = Known()
    known.remember(make_activity(**values), None)
    assert known.taxing_day == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(600, 12_000)), max_size=40))
def test_the_usual_run_is_the_median_of_28_days(make_activity, steps):
    known, runs, day = Known(), [], 0
    for gap, seconds in steps:
        day += gap
        recent = [length for when, length in runs if day - when <= 28]
        now = make_activity(day=day, moving_s=float(seconds))
        assert known.usual_s(now.day) == (median(recent) if recent else None)
        known.remember(now, None)
        runs.append((day, float(seconds)))


def jogger(make_activity, speed=2.7, runs=5):
    """Somebody whose usual runs are as fast as that."""
    known = Known()
    for _ in range(runs):
        known.remember(make_activity(streams=StreamNumbers(graded_m=1_000 * speed, moving_s=1_000.0)), None)
    return known


def test_the_best_of_somebody_who_always_runs_alike_is_no_effort(make_activity):
    for speed, runs, expected in ((2.7, 5, 3.3), (2.8, 5, None), (2.7, 4, None)):
        known = jogger(make_activity, speed, runs)
        known.remember(make_activity(streams=StreamNumbers(best_20min_speed=3.3)), None)
        assert known.best_20min_speed(DAY) == expected


def test_efforts_are_forgotten_after_90_days(make_activity):
    known = jogger(make_activity)
    known.remember(make_activity(streams=StreamNumbers(best_20min_speed=3.5)), None)
    assert known.best_20min_speed(DAY + timedelta(days=90)) == 3.5
    assert known.best_20min_speed(DAY + timedelta(days=91)) is None


def test_critical_speed_takes_the_best_of_each_distance_and_no_jogging(make_activity):
    known = jogger(make_activity)
    for best in ({1_000: 300.0, 5_000: 1_310.8}, {1_000: 229.7, 1_609: 394.3, 21_097: 6_500.0}):
        known.remember(make_activity(streams=StreamNumbers(best_s=best)), None)
    assert known.critical_speed(DAY).speed == pytest.approx(3.7, abs=0.01)
    same = jogger(make_activity, speed=3.4)
    same.remember(make_activity(streams=StreamNumbers(best_s={1_000: 229.7, 1_609: 394.3, 5_000: 1_310.8})), None)
    assert same.critical_speed(DAY) is None
    jogged = jogger(make_activity, speed=2.0)
    jogged.remember(make_activity(streams=StreamNumbers(best_s={1_000: 360.0, 1_609: 500.0, 5_000: 1_900.0})), None)
    assert jogged.critical_speed(DAY) is None
