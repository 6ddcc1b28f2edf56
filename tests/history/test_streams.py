"""From streams to the numbers that are kept: whatever a device may send."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import pytest
from history.streams_made import Part, recorded
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.streams import numbers
from coachd.model import StreamNumbers

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "strava-streams.json"
NAMES = ["time", "distance", "altitude", "velocity_smooth", "heartrate", "cadence", "moving", "latlng", "grade_smooth"]

anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.floats(), max_size=3)
)
columns = st.one_of(
    st.lists(anything, max_size=40),
    st.lists(st.integers(-5, 400), max_size=200),
    st.lists(st.floats(0, 300), max_size=200),
)
clocks = st.lists(st.integers(0, 90), min_size=2, max_size=200).map(
    lambda steps: [sum(steps[: place + 1]) for place in range(len(steps))]
)


@given(st.dictionaries(st.sampled_from(NAMES), columns), st.one_of(st.none(), st.floats(20, 85)))
def test_no_columns_whatever_they_hold_break_it(streams, vdot):
    found = numbers(streams, vdot=vdot)
    json.dumps(asdict(found), allow_nan=False)


@given(clocks, st.dictionaries(st.sampled_from(NAMES[1:]), columns), st.one_of(st.none(), st.floats(20, 85)))
def test_numbers_are_finite_or_unknown(times, streams, vdot):
    found = numbers({**streams, "time": times}, vdot=vdot)
    json.dumps(asdict(found), allow_nan=False)
    assert all(value >= 0 for name, value in asdict(found).items()
               if isinstance(value, (int, float)) and name != "decoupling")  # fmt: skip
    assert 0 <= found.hr_coverage <= 1
    assert sum(found.steady_hr_seconds.values()) <= sum(found.hr_seconds.values()) <= found.moving_s
    assert all(map(math.isfinite, found.best_s.values()))


@pytest.mark.parametrize("streams", [{}, {"time": []}, {"distance": [1, 2]}, {"time": "0123", "heartrate": "abcd"}])
def test_without_times_all_is_unknown(streams):
    assert numbers(streams, vdot=45) == StreamNumbers()


@pytest.mark.parametrize("missing", NAMES[:7])
def test_any_one_column_may_be_missing(missing):
    streams = recorded(Part(1800, 2.8), Part(1800, 2.9))
    del streams[missing]
    assert (numbers(streams, vdot=45).moving_s > 3500) is (missing != "time")


def test_every_number_of_a_full_recording_is_known():
    hilly = [Part(600, 2.6, grade=0.01), Part(600, 2.2, grade=0.08, hr=150), Part(600, 3.0, grade=-0.08)]
    found = numbers(recorded(*hilly, Part(5400, 2.8, hr=141)), vdot=45)
    unknown = [name for name, value in asdict(found).items() if value is None]
    assert unknown == ["decoupling"]  # its halves lie on different ground


def test_a_real_distance_without_its_times_is_no_run():
    if not REAL.exists():
        pytest.skip("there are no real streams here")
    real = {name: stream["data"] for name, stream in json.loads(REAL.read_text()).items()}
    assert numbers(real, vdot=None) == StreamNumbers()
    timed = {**real, "time": list(range(len(real["distance"])))}
    found = numbers(timed, vdot=None)
    assert sum(1 for _ in found.best_s) >= 1
    assert found.graded_m is None
