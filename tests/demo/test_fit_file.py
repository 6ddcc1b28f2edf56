from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import fitdecode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import formats
from coachd.demo.fit_file import Workout, fit_file

START = datetime(2025, 6, 10, 7, 0, 12, tzinfo=ZoneInfo("Europe/Berlin"))
RUN = Workout(
    start=START, sport=1, sub_sport=0, elapsed_s=160.0, timer_s=100.0, distance_m=300.0, gain_m=5.0, average_hr=140.0,
    max_hr=152.0, cadence=82.0,
)  # fmt: skip


def columns(seconds):
    return {
        "time": list(range(seconds)),
        "distance": [3.0 * row for row in range(seconds)],
        "velocity_smooth": [3.0] * seconds,
        "altitude": [34.2] * seconds,
        "heartrate": [140] * seconds,
        "cadence": [82] * seconds,
        "latlng": [(52.5, 13.35 + row / 10_000) for row in range(seconds)],
    }


def messages(data):
    """Every message by its name, read by a library that checks the sums."""
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        frames = [frame for frame in reader if frame.frame_type == fitdecode.FIT_FRAME_DATA]
    found = {}
    for frame in frames:
        found.setdefault(frame.name, []).append({field.name: field.value for field in frame.fields})
    return found


def test_a_library_reads_it_and_its_sums_are_right():
    found = messages(fit_file(RUN, columns(101)))
    (session,) = found["session"]
    assert found["file_id"][0]["type"] == "activity"
    assert session["sport"] == "running"
    assert session["start_time"] == START.astimezone(UTC)
    assert (session["total_timer_time"], session["total_elapsed_time"]) == (100.0, 160.0)
    assert (session["total_distance"], session["total_ascent"], session["max_heart_rate"]) == (300.0, 5, 152)
    assert len(found["record"]) == 101


def test_our_own_reader_gives_back_what_went_in():
    (workout,) = formats.read(fit_file(RUN, columns(101))).workouts
    assert (workout.sport, workout.start) == ("Run", START.astimezone(UTC))
    assert workout.start_local == START.replace(tzinfo=None)
    assert (workout.distance_m, workout.average_hr) == (300.0, 140.0)
    given = columns(101)
    assert workout.columns["time"] == given["time"]
    assert workout.columns["heartrate"] == given["heartrate"]
    assert workout.columns["cadence"] == given["cadence"]
    assert workout.columns["distance"] == pytest.approx(given["distance"], abs=0.01)
    assert workout.columns["altitude"] == pytest.approx(given["altitude"], abs=0.2)


def test_a_hole_in_time_is_a_stopped_watch():
    stream = columns(101)
    stream["time"] = [row + (60 if row > 50 else 0) for row in range(101)]
    events = [(event["event_type"], event["timestamp"]) for event in messages(fit_file(RUN, stream))["event"]]
    begin = START.astimezone(UTC)
    assert events == [
        ("start", begin), ("stop_all", begin + timedelta(seconds=50)), ("start", begin + timedelta(seconds=111)),
        ("stop_all", begin + timedelta(seconds=160)),
    ]  # fmt: skip


def test_what_is_unknown_is_not_zero():
    (record, *_) = messages(fit_file(RUN, {"time": [0, 1], "heartrate": [None, 120]}))["record"]
    assert {value for name, value in record.items() if name != "timestamp"} == {None}


def test_sets_of_strength_are_work_and_rest_in_turn():
    lift = Workout(
        start=START, sport=10, sub_sport=20, elapsed_s=180.0, timer_s=180.0, distance_m=None, gain_m=None,
        average_hr=100.0, max_hr=130.0, cadence=None, sets=[(40.0, 10), (50.0, 8)],
    )  # fmt: skip
    data = fit_file(lift, {"time": [0, 1]})
    found = messages(data)["set"]
    assert [(part["set_type"], part["duration"], part["repetitions"]) for part in found] == [
        ("active", 40.0, 10), ("rest", 40.0, None), ("active", 50.0, 8), ("rest", 50.0, None),
    ]  # fmt: skip
    (workout,) = formats.read(data).workouts
    assert (workout.sport, workout.sets) == ("WeightTraining", 2)


@given(st.lists(st.tuples(st.integers(30, 220), st.floats(-400, 8000)), min_size=2, max_size=50))
def test_any_heart_rate_and_height_survive(rows):
    stream = {"time": list(range(len(rows))), "heartrate": [hr for hr, _ in rows], "altitude": [m for _, m in rows]}
    records = messages(fit_file(RUN, stream))["record"]
    assert [record["heart_rate"] for record in records] == stream["heartrate"]
    assert [record["enhanced_altitude"] for record in records] == pytest.approx(stream["altitude"], abs=0.101)
