"""What rules must not see, and must not believe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.clean import cleaned
from coachd.model import StreamNumbers


def overlap(one, other):
    first, second = sorted((one, other), key=lambda activity: activity.start)
    return second.start - first.start < timedelta(seconds=first.elapsed_s)


@pytest.fixture(scope="session")
def clean(now):
    """The kept ids and the reasons by id, of activities in any order."""

    def run(*activities):
        kept, aside = cleaned(sorted(activities, key=lambda activity: (activity.start, activity.id)), now)
        assert sorted(a.id for a in [*kept, *aside]) == sorted(a.id for a in activities)  # nothing is ever lost
        return [activity.id for activity in kept], {activity.id: activity.excluded for activity in aside}

    return run


def test_an_ordinary_run_is_kept_as_it_is(make_activity, now):
    run = make_activity(average_hr=148.0, max_hr=171.0)
    assert cleaned([run], now) == ([run], [])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"tags": frozenset({"ignore"})}, "#ignore"),
        ({"start": datetime(1970, 1, 1, tzinfo=UTC)}, "date"),
        ({"start": datetime(2026, 11, 24, tzinfo=UTC)}, "date"),
        ({"moving_s": -1.0}, "duration"),
        ({"elapsed_s": 49 * 3600.0}, "duration"),
        ({"distance_m": -5.0}, "distance"),
        ({"distance_m": None, "moving_s": None, "elapsed_s": None}, "neither"),
        ({"distance_m": 0.0, "moving_s": 0.0, "elapsed_s": 0.0}, "neither"),
        ({"distance_m": 25_000.0, "moving_s": 3_000.0}, "speed"),  # 2:00 /km
        ({"start": datetime(2027, 11, 22, tzinfo=UTC)}, "date"),
    ],
)
def test_what_cannot_be_is_set_aside_with_its_reason(make_activity, clean, values, reason):
    kept, aside = clean(make_activity(id=1, **values))
    assert kept == []
    assert reason in aside[1]


@pytest.mark.parametrize(
    "values",
    [
        {"distance_m": None},  # a treadmill
        {"moving_s": None, "elapsed_s": None},
        {"start": datetime(2026, 11, 23, 11, tzinfo=UTC)},  # a clock that runs fast
        {"sport": "Ride", "distance_m": 40_000.0, "moving_s": 3_600.0},
        {"distance_m": 20_900.0, "moving_s": 3_000.0},
        {"sport": "WeightTraining", "distance_m": 0.0},
        {"trainer": True},
        {"manual": True, "average_hr": None},
    ],
)
def test_what_is_merely_unusual_is_kept(make_activity, clean, values):
    assert clean(make_activity(id=1, **values)) == ([1], {})


@pytest.mark.parametrize(("rate", "believed"), [(0.0, None), (29.0, None), (30.0, 30.0), (230.0, 230.0), (255.0, None)])
def test_a_heart_rate_that_cannot_be_becomes_unknown(make_activity, now, rate, believed):
    [activity], _ = cleaned([make_activity(average_hr=rate, max_hr=rate)], now)
    assert (activity.average_hr, activity.max_hr) == (believed, believed)


def cleaned_run(make_activity, now, hr_max=None, **values):
    [activity], _ = cleaned([make_activity(**values)], now, hr_max=hr_max)
    return activity


def test_a_heart_rate_of_300_beats_makes_neither_a_verdict_nor_a_crash(make_activity, now):
    run = cleaned_run(make_activity, now, average_hr=300.0, max_hr=300.0)
    assert (run.average_hr, run.max_hr) == (None, None)


def test_a_sensor_that_counted_steps_has_no_heart_rate(make_activity, now):
    locked = StreamNumbers(hr_suspect="it follows the cadence")
    run = cleaned_run(make_activity, now, average_hr=170.0, max_hr=172.0, streams=locked)
    assert (run.average_hr, run.max_hr) == (None, None)


@pytest.mark.parametrize(("peak", "mean"), [(193.0, 150.0), (194.0, None)])
def test_a_peak_far_above_the_own_maximum_makes_the_mean_doubtful(make_activity, now, peak, mean):
    run = cleaned_run(make_activity, now, hr_max=188.0, average_hr=150.0, max_hr=peak)
    assert (run.average_hr, run.max_hr) == (mean, peak)


def test_a_run_entered_by_hand_keeps_distance_and_time_only(make_activity, now):
    run = cleaned_run(make_activity, now, manual=True, average_hr=150.0, gain_m=90.0, cadence_spm=170.0)
    assert (run.distance_m, run.moving_s) == (10_000.0, 3_000.0)
    assert (run.average_hr, run.gain_m, run.cadence_spm) == (None, None, None)


@pytest.mark.parametrize("values", [{"trainer": True}, {"sport": "VirtualRun"}])
def test_a_run_indoors_has_no_heights_but_its_heart_rate(make_activity, now, values):
    run = cleaned_run(make_activity, now, gain_m=80.0, average_hr=150.0, **values)
    assert (run.trainer, run.gain_m, run.average_hr) == (True, None, 150.0)


def test_a_distance_of_nothing_is_unknown(make_activity, now):
    assert cleaned_run(make_activity, now, distance_m=0.0).distance_m is None


@pytest.mark.parametrize(
    ("values", "cadence"),
    [
        ({"cadence_spm": 170.0}, 170.0), ({"cadence_spm": 139.0}, None), ({"cadence_spm": 231.0}, None),
        ({"cadence_spm": 150.0, "streams": StreamNumbers(cadence_spm=172.0)}, 172.0),
        ({"cadence_spm": 170.0, "streams": StreamNumbers()}, 170.0),
        ({"cadence_spm": 60.0, "sport": "Ride"}, 60.0),
    ],
)  # fmt: skip
def test_a_running_cadence_is_that_of_the_running_samples_or_a_plausible_mean(make_activity, now, values, cadence):
    assert cleaned_run(make_activity, now, **values).cadence_spm == cadence


def test_heights_that_the_source_lacks_come_from_the_stream(make_activity, now):
    heights = StreamNumbers(gain_m=120.0)
    assert cleaned_run(make_activity, now, streams=heights).gain_m == 120.0
    assert cleaned_run(make_activity, now, streams=heights, gain_m=90.0).gain_m == 90.0


@pytest.mark.parametrize(
    ("values", "loss"),
    [
        ({}, 95.0),
        ({"streams": StreamNumbers(loss_m=90.0)}, 90.0),
        ({"streams": StreamNumbers()}, 95.0),
        ({"trainer": True}, None),
        ({"manual": True}, None),
        ({"distance_m": 100.0}, None),
    ],
)
def test_a_loss_is_that_of_the_stream_else_of_the_watch_and_none_indoors(make_activity, now, values, loss):
    assert cleaned_run(make_activity, now, **{"loss_m": 95.0, **values}).loss_m == loss


def test_what_a_barometer_drifted_is_no_climb(make_activity, now):
    drifted = StreamNumbers(gain_m=30.0, drift_m=60.0)
    assert cleaned_run(make_activity, now, streams=drifted, gain_m=90.0).gain_m == 30.0


# the watch in the car


def test_a_drive_at_the_end_is_cut_off_where_the_seconds_are_known(make_activity, now):
    drive = StreamNumbers(car_m=12_000.0, moving_s=3_240.0)
    run = cleaned_run(make_activity, now, distance_m=21_000.0, moving_s=4_000.0, streams=drive)
    assert (run.distance_m, run.moving_s) == (9_000.0, 3_240.0)


def usual(make_activity, count=10, **values):
    return [make_activity(id=100 + number, day=number - 30, **values) for number in range(count)]  # 5:00 /km


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"distance_m": 21_000.0, "moving_s": 3_710.0}, True),  # 1.70 times the usual
        ({"distance_m": 21_000.0, "moving_s": 3_690.0}, False),
        ({"distance_m": 21_000.0, "moving_s": 3_690.0, "workout_type": 1}, True),
        ({"distance_m": 21_000.0, "moving_s": 3_690.0, "trainer": True}, True),
        ({"distance_m": 21_000.0, "moving_s": 3_690.0, "sport": "Ride"}, True),
        ({"distance_m": 2_900.0, "moving_s": 480.0}, True),  # repetitions
    ],
)
def test_a_run_far_faster_than_its_runner_ever_was_was_a_drive(make_activity, clean, values, kept):
    ids, aside = clean(*usual(make_activity), make_activity(id=1, **values))
    assert (1 in ids) is kept
    assert kept or "car" in aside[1]


def test_who_is_new_may_be_as_fast_as_they_like(make_activity, clean):
    kept, _ = clean(*usual(make_activity, 9), make_activity(id=1, distance_m=21_000.0, moving_s=3_300.0))
    assert 1 in kept


@pytest.mark.parametrize(
    ("values", "sport"),
    [
        ({"distance_m": 4_800.0, "cadence_spm": 112.0}, "Walk"),
        ({"distance_m": 4_800.0, "cadence_spm": 150.0}, "Run"),  # slow, but with a runner's steps
        ({"distance_m": 4_800.0, "cadence_spm": None}, "Run"),
        ({"distance_m": 4_800.0, "cadence_spm": 112.0, "gain_m": 240.0}, "Run"),  # up a mountain
        ({"distance_m": 8_000.0, "cadence_spm": 112.0}, "Run"),
        ({"sport": "Ride", "distance_m": 4_800.0, "cadence_spm": 60.0}, "Ride"),
    ],
)
def test_a_walk_recorded_as_a_run_is_called_a_walk(make_activity, now, values, sport):
    [activity], _ = cleaned([make_activity(**values)], now)
    assert activity.sport == sport


def test_of_two_recordings_of_one_workout_the_better_one_stays(make_activity, clean):
    phone = make_activity(id=1, manual=False, average_hr=None)
    watch = make_activity(id=2, at=2 / 60, distance_m=10_200.0, average_hr=150.0)
    assert clean(phone, watch) == ([2], {1: "recorded twice"})


def test_what_the_athlete_told_apart_is_no_double(make_activity, clean):
    one, other = make_activity(id=1, apart_from=frozenset({2})), make_activity(id=2, apart_from=frozenset({1}))
    assert clean(one, other) == ([1, 2], {})


def test_a_recording_inside_a_longer_one_is_a_double(make_activity, clean):
    whole = make_activity(id=1, distance_m=10_000.0, elapsed_s=7_200.0)
    late = make_activity(id=2, at=0.5, distance_m=9_800.0, elapsed_s=4_000.0)
    assert clean(whole, late) == ([1], {2: "recorded twice"})


def test_three_recordings_of_one_workout_leave_one(make_activity, clean):
    three = [make_activity(id=number, at=number / 60) for number in (1, 2, 3)]
    kept, aside = clean(*three)
    assert kept == [1]
    assert set(aside) == {2, 3}


@pytest.mark.parametrize(
    "other",
    [
        {"distance_m": 9_000.0},
        {"sport": "Ride"},
        {"hidden_start": True},
        {"distance_m": None},
        {"at": 3_101 / 3600},  # begins when the other has ended
        {"elapsed_s": None, "moving_s": None},
    ],
)
def test_what_may_be_two_workouts_stays_two(make_activity, clean, other):
    assert clean(make_activity(id=1), make_activity(id=2, **other)) == ([1, 2], {})


def test_two_short_runs_from_one_door_are_two(make_activity, clean):
    short = {"distance_m": 1_600.0, "moving_s": 420.0, "elapsed_s": 430.0}
    assert clean(make_activity(id=1, **short), make_activity(id=2, at=9 / 60, **short)) == ([1, 2], {})


def test_two_gym_visits_are_never_one(make_activity, clean):
    gym = {"sport": "WeightTraining", "distance_m": None}
    assert clean(make_activity(id=1, **gym), make_activity(id=2, at=0.1, **gym)) == ([1, 2], {})


@given(
    st.lists(st.tuples(st.integers(0, 180), st.integers(5, 120), st.sampled_from([5_000, 5_100, 10_000])), max_size=8)
)
def test_cleaning_again_changes_nothing_and_doubles_never_vanish_altogether(make_activity, now, runs):
    activities = [
        replace(
            make_activity(id=number, at=at / 60),
            elapsed_s=minutes * 60.0, moving_s=max(minutes * 60.0, metres / 6), distance_m=float(metres),
        )
        for number, (at, minutes, metres) in enumerate(sorted(runs), 1)
    ]  # fmt: skip
    kept, aside = cleaned(activities, now)
    assert cleaned(kept, now) == (kept, [])
    assert bool(kept) == bool(activities)
    for double in aside:
        assert any(overlap(double, other) for other in kept)


def test_hours_of_standing_are_no_run(make_activity, now):
    _, (aside,) = cleaned([make_activity(distance_m=10_000.0, moving_s=24 * 3600.0)], now)
    assert aside.excluded == "it is hours of standing: was the watch still on?"
    (kept,), _ = cleaned([make_activity(distance_m=160_000.0, moving_s=40 * 3600.0)], now)
    assert kept.distance_m == 160_000.0


def test_more_climb_than_a_wall_has_is_unknown(make_activity, now):
    (kept,), _ = cleaned([make_activity(distance_m=10_000.0, moving_s=3_600.0, gain_m=30_000.0)], now)
    assert kept.gain_m is None
    (steep,), _ = cleaned([make_activity(distance_m=2_000.0, moving_s=3_600.0, gain_m=1_000.0)], now)
    assert steep.gain_m == 1_000.0
