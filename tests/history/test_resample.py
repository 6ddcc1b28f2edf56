"""Columns of any kind of recording at whole seconds, seen through the samples they become."""

from __future__ import annotations

import pytest
from history.streams_made import Part, recorded

from coachd.history.samples import samples

EASY = 2.8
RUN = recorded(Part(1800, EASY), seed=None)


def changed(**columns):
    return samples({**RUN, **columns})


def test_without_times_nothing_is_known():
    assert samples({"distance": [0, 3, 6]}) is None
    assert samples({"time": [], "heartrate": []}) is None
    assert samples({"time": [None, "soon", True]}) is None


def test_a_recording_of_changes_only_is_filled_in():
    """Smart recording: a sample every five to nine seconds."""
    streams = recorded(Part(1200, EASY), Part(600, 3.5), seed=None)
    kept = [place for place in range(1800) if place % 14 in (0, 5) or place == 1799]
    found = samples({name: [column[place] for place in kept] for name, column in streams.items()})
    assert len(found.at) == 1800
    assert sum(found.steps) == pytest.approx(1200 * EASY + 600 * 3.5, rel=0.01)
    assert all(value == pytest.approx(140) for value in found.heart_rate)


def test_ten_samples_a_second_are_thinned_out():
    streams = {
        "time": [place / 10 for place in range(6001)],
        "distance": [0.28 * place for place in range(6001)],
        "heartrate": [130 + place % 10 for place in range(6001)],
    }
    found = samples(streams)
    assert len(found.at) == 601
    assert found.moving_s >= 600
    assert found.speed[300] == pytest.approx(EASY, abs=0.01)


def test_times_that_go_back_are_left_out():
    assert samples({"time": [0, 1, 2, 1, 2, 3], "distance": [0, 3, 6, 100, 200, 9]}).steps == [0, 3, 3, 3]


def test_short_columns_and_holes_are_unknown():
    found = changed(heartrate=[140] * 100, cadence=[None] * 1800)
    assert found.heart_rate[99] == 140
    assert found.heart_rate[101:] == [None] * 1699
    assert set(found.cadence) == {None}


def test_a_short_hole_is_bridged_and_a_longer_one_is_not():
    beats = list(RUN["heartrate"])
    beats[500:510] = [None] * 10
    beats[800:840] = [None] * 40
    found = changed(heartrate=beats)
    assert found.heart_rate[505] == 140
    assert found.heart_rate[820] is None


def test_impossible_values_are_unknown():
    odd = [0, 300, -5, float("nan"), float("inf"), "fast", True, None, 10**400] * 200
    found = changed(heartrate=odd, cadence=odd)
    assert set(found.heart_rate) == set(found.cadence) == {None}


def test_a_clock_that_jumps_by_years_does_not_fill_the_memory():
    found = samples({"time": [0, 1, 2, 900_000_000], "distance": [0, 3, 6, 9]})
    assert found.at == [0, 1, 2]
