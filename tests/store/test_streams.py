"""How the numbers of streams are kept, and which runs are asked for theirs."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date

import pytest
from history.streams_made import Part, recorded
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.streams import numbers
from coachd.model import Bout, StreamNumbers
from coachd.store.streams import decode, encode, never_asked

amount = st.integers(0, 100_000).map(lambda value: value / 16)
histogram = st.dictionaries(st.integers(30, 230), amount.filter(bool), max_size=5)
STRATEGIES = {
    "int": st.integers(0, 9),
    "str": st.text(max_size=9),
    "float": amount,
    "float | None": st.none() | amount,
    "int | None": st.none() | st.integers(0, 20),
    "Mapping[int, float]": histogram,
    "tuple[Bout, ...]": st.lists(st.builds(Bout, amount, amount, amount), max_size=3).map(tuple),
}


def kept(found):
    return decode(json.loads(json.dumps(encode(found), allow_nan=False)))


@given(st.builds(StreamNumbers, **{each.name: STRATEGIES[str(each.type)] for each in fields(StreamNumbers)}))
def test_what_is_kept_comes_back(found):
    assert kept(found) == found


def test_a_long_hilly_run_takes_two_kilobytes_at_most():
    hilly = [Part(600, 2.6, grade=0.01), Part(300, 2.2, grade=0.08, hr=160), Part(300, 3.0, grade=-0.08)] * 6
    found = numbers(recorded(*hilly, *[Part(300, 3.9, hr=172), Part(120, 2.3)] * 6), vdot=45)
    assert len(json.dumps(encode(found))) < 2048
    assert kept(found).decoupling == found.decoupling
    assert kept(found).hr_seconds == found.hr_seconds
    assert kept(found).graded_m == pytest.approx(found.graded_m, abs=0.001)


def test_numbers_of_another_version_come_back_with_it():
    old = decode({"version": 0, "moving_s": 1800, "long_forgotten": 7})
    assert old == StreamNumbers(version=0, moving_s=1800)


def test_what_is_unknown_takes_no_room():
    assert encode(StreamNumbers(version=3)) == {"version": 3}


@pytest.fixture
def wanted(store, robin):
    """The ids of runs whose streams were never asked for."""

    def ids():
        with store.read() as db:
            return [number for number, _ in never_asked(db, robin, "strava", date(2026, 11, 1))]

    return ids


def test_that_there_are_no_streams_is_no_number(keep, stream_seconds, keep_streams, make_recording, wanted):
    keep(make_recording(1))
    keep_streams(1, problem="there are none")
    assert stream_seconds() == {"1": None}
    assert wanted() == []


def test_only_runs_that_were_recorded_have_streams_to_ask_for_the_newest_first(
    keep, wanted, keep_streams, make_recording
):
    keep(
        make_recording(1), make_recording(2, at=24), make_recording(3, at=48, sport="TrailRun"),
        make_recording(4, at=49, sport="Ride"), make_recording(5, at=50, manual=True),
        make_recording(6, at=51, source="files"), make_recording(7, at=-24 * 30),
    )  # fmt: skip
    keep_streams(2)
    assert wanted() == ["3", "1"]


@pytest.mark.parametrize("edited", [{"distance_m": 9_000.0}, {"moving_s": 2_900.0}, {"elapsed_s": 4_000.0}, {"at": 1}])
def test_a_run_that_was_cropped_is_asked_for_again(keep, stream_seconds, keep_streams, make_recording, wanted, edited):
    keep(make_recording(1), make_recording(2, at=24))
    keep_streams(1, 2)
    keep(make_recording(1, **edited))
    assert wanted() == ["1"]
    assert stream_seconds() == {"1": None, "2": 2.0}


def test_a_run_that_got_a_name_keeps_its_numbers(keep, load, keep_streams, make_recording, wanted):
    keep(make_recording(1))
    keep_streams(1)
    assert keep(make_recording(1, name="Loop", gear_id="g2")).changed == 1
    assert wanted() == []
    assert [(activity.name, activity.streams.moving_s) for activity in load()] == [("Loop", 1.0)]
