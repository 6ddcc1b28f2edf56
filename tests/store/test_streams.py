"""How the numbers of streams are kept."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from history.streams_made import Part, recorded
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.streams import numbers
from coachd.model import Bout, StreamNumbers
from coachd.store.streams import decode, encode

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
