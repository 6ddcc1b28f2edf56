"""What kind of run it was, and in which order the signs are heard."""

from __future__ import annotations

import pytest

from coachd.history.classify import classified

HOUR = 3_600.0


@pytest.fixture
def kind(make_activity):
    """The kind of one run with these values, after a month of runs of 50 minutes every other day."""

    def of(**values):
        before = [make_activity(day=-back) for back in range(28, 0, -2)]
        return classified([*before, make_activity(**values)])[-1].kind

    return of


def tagged(*tags):
    return frozenset(tags)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"workout_type": 1, "tags": tagged("easy"), "name": "Easy jog"}, "race"),
        ({"tags": tagged("race", "easy")}, "race"),
        ({"tags": tagged("easy"), "workout_type": 3, "name": "Tempo"}, "easy"),
        ({"tags": tagged("long"), "workout_type": 3}, "long"),
        ({"tags": tagged("workout"), "name": "Easy"}, "workout"),
        ({"tags": tagged("easy", "workout", "long")}, "easy"),
        ({"workout_type": 2, "name": "Intervals"}, "long"),
        ({"workout_type": 3, "name": "Easy long run", "moving_s": 3 * HOUR}, "workout"),
        ({"name": "Easy long run"}, "easy"),
        ({"name": "Long tempo"}, "long"),
        ({"name": "Marathon training long run"}, "long"),
        ({"name": "6x800 repeats", "moving_s": 3 * HOUR}, "workout"),
        ({"name": "Recovery", "moving_s": 3 * HOUR}, "easy"),
        ({"name": "Morning Run", "workout_type": 0}, "easy"),
        ({"name": "Morning Run", "workout_type": 0, "moving_s": 2 * HOUR}, "long"),
        ({"name": "Parkrun"}, "easy"),
        ({"name": "Along the river"}, "easy"),
        ({"name": "Easygoing trackside"}, "easy"),
        ({}, "easy"),
    ],
)
def test_the_first_sign_in_order_decides(kind, values, expected):
    assert kind(**values) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(69, "easy"), (74, "easy"), (75, "long"), (200, "long")],
)
def test_a_run_is_long_from_75_minutes_and_1_4_times_the_usual(kind, minutes, expected):
    assert kind(moving_s=minutes * 60.0) == expected


def test_who_always_runs_80_minutes_has_no_long_run_at_90(make_activity):
    runs = [make_activity(day=day, moving_s=80 * 60.0) for day in range(0, 28, 2)] + [
        make_activity(day=28, moving_s=90 * 60.0)
    ]
    assert classified(runs)[-1].kind == "easy"


def test_only_runs_of_the_28_days_before_make_the_usual_one(make_activity):
    older = [make_activity(day=-29, moving_s=80 * 60.0), make_activity(day=-2, moving_s=80 * 60.0, sport="Ride")]
    assert classified([*older, make_activity(moving_s=90 * 60.0)])[-1].kind == "long"


def test_a_run_of_unknown_length_is_not_long(kind):
    assert kind(moving_s=None) == "easy"


@pytest.mark.parametrize("sport", ["Ride", "Walk", "WeightTraining", "Sauna"])
def test_only_runs_have_a_kind(make_activity, sport):
    [activity] = classified([make_activity(sport=sport, workout_type=1)])
    assert activity.kind is None
