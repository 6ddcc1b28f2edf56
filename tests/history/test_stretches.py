"""Stretches of seconds and what rolls over them."""

from __future__ import annotations

from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.stretches import (
    highest_mean,
    joined,
    marked,
    rolling_mean,
    rolling_median,
    stretches,
)

values = st.lists(st.floats(-1e6, 1e6), max_size=60)


def test_every_run_of_true_values_is_a_stretch():
    assert stretches([True, True, False, True, False, False, True]) == [(0, 2), (3, 4), (6, 7)]
    assert stretches([]) == []


def test_stretches_close_to_each_other_are_joined():
    assert joined([(0, 2), (4, 5), (8, 9)], 2) == [(0, 5), (8, 9)]


@given(st.lists(st.booleans(), max_size=50))
def test_marking_the_stretches_gives_the_values_back(holds):
    found = stretches(holds)
    assert marked(found, len(holds)) == holds
    assert sum(end - begin for begin, end in found) == sum(holds)


def test_marks_reach_around_a_stretch_and_not_over_the_ends():
    assert marked([(1, 2), (6, 7)], 8, around=2) == [True] * 4 + [True] * 4
    assert marked([(4, 5)], 9, around=1) == [False] * 3 + [True] * 3 + [False] * 3


@given(values, st.sampled_from([3, 5, 15]))
def test_a_rolling_mean_is_the_mean_of_what_lies_around(given_values, width):
    half = width // 2
    expected = [fmean(given_values[max(i - half, 0) : i + half + 1]) for i in range(len(given_values))]
    assert rolling_mean(given_values, width) == pytest.approx(expected, abs=1e-6)


@given(values)
def test_a_rolling_median_is_the_median_of_five(given_values):
    found = rolling_median(given_values)
    assert len(found) == len(given_values)
    for place in range(2, len(given_values) - 2):
        assert found[place] == median(given_values[place - 2 : place + 3])


def test_the_highest_mean_of_a_width():
    assert highest_mean([1, 5, 3, 1], 2) == 4
    assert highest_mean([1], 2) is None
