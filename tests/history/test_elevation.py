"""Ups and downs along a run."""

from __future__ import annotations

import random

import pytest
from history.streams_made import Part, recorded
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.elevation import gain_and_loss, terrain
from coachd.history.samples import samples
from coachd.history.streams import numbers

UP, DOWN = Part(1923, 2.6, grade=0.05), Part(1563, 3.2, grade=-0.05)


def hills(*parts, **columns):
    return terrain(samples({**recorded(*parts, seed=None), **columns}))


def test_a_hill_up_and_down_again_gives_the_published_paces():
    run = numbers(recorded(UP, DOWN, seed=None), vdot=45)
    seconds_a_km = 1000 * run.moving_s
    assert seconds_a_km / run.graded_m == pytest.approx(5 * 60 + 33, abs=1.5)
    assert seconds_a_km / run.graded_minetti_m == pytest.approx(5 * 60 + 38, abs=1.5)
    assert (run.gain_m, run.loss_m) == (pytest.approx(250, abs=2), pytest.approx(250, abs=2))


def test_a_flat_run_is_as_long_graded_as_it_is():
    run = numbers(recorded(Part(2700, 2.8), seed=None), vdot=45)
    assert run.graded_m == run.graded_minetti_m == pytest.approx(2700 * 2.8, rel=0.001)
    assert (run.gain_m, run.loss_m) == (0, 0)


def test_grades_are_those_of_the_slope():
    found = hills(UP, DOWN)
    assert found.grade[1000] == pytest.approx(0.05, abs=0.002)
    assert found.grade[2800] == pytest.approx(-0.05, abs=0.002)


def test_a_barometers_noise_is_no_climb():
    chance = random.Random(1)
    altitude = [100 + chance.gauss(0, 0.4) for _ in range(2700)]
    found = hills(Part(2700, 2.8), altitude=altitude)
    assert (found.gain_m, found.loss_m) == (0, 0)


def test_rolling_ground_adds_up_with_a_barometer():
    found = hills(*[Part(100, 2.8, grade=0.03), Part(100, 2.8, grade=-0.03)] * 10)
    assert found.gain_m == pytest.approx(84, abs=9)  # smoothing over fifty metres rounds twenty turns


def test_wandering_altitudes_of_satellites_need_ten_metres_to_count():
    chance = random.Random(2)
    wander = [0.0]
    for _ in range(2699):
        wander.append(0.97 * wander[-1] + chance.gauss(0, 1.2))
    found = hills(Part(2700, 2.8), altitude=[100 + error for error in wander])
    assert found.gain_m < 200  # with a barometer's three metres it would be 250


def test_a_drifting_barometer_is_set_right_on_a_loop_only():
    streams = recorded(Part(2700, 2.8), seed=None)
    streams["altitude"] = [100 + place / 60 for place in range(2700)]
    assert terrain(samples(streams)).gain_m == pytest.approx(45, abs=1)
    there_and_back = [[52.5, 13.4], [52.52, 13.4], [52.5, 13.4]]
    assert terrain(samples({**streams, "latlng": there_and_back})).gain_m == pytest.approx(0, abs=0.5)
    assert numbers({**streams, "latlng": there_and_back}, vdot=45).drift_m == pytest.approx(45, abs=0.5)
    assert numbers(streams, vdot=45).drift_m == 0


def test_a_loop_that_ends_a_little_higher_keeps_its_altitudes():
    streams = recorded(Part(2700, 2.8), seed=None)
    streams["altitude"] = [100 + place / 100 for place in range(2700)]
    there_and_back = [[52.5, 13.4], [52.52, 13.4], [52.5, 13.4]]
    assert terrain(samples({**streams, "latlng": there_and_back})).gain_m == pytest.approx(27, abs=1)


@pytest.mark.parametrize("altitude", [[], None, [100.0] * 1000 + [None] * 1700])
def test_without_most_altitudes_nothing_is_known_of_slopes(altitude):
    run = numbers({**recorded(Part(2700, 2.8), seed=None), "altitude": altitude}, vdot=45)
    assert (run.gain_m, run.loss_m, run.graded_m, run.graded_minetti_m, run.efficiency) == (None,) * 5
    assert run.strides == 0


@given(st.lists(st.floats(-100, 3000), min_size=1, max_size=50), st.sampled_from([3.0, 10.0]))
def test_gain_less_loss_is_the_net_climb_but_for_noise(heights, noise):
    gain, loss = gain_and_loss(heights, noise)
    assert gain >= 0
    assert loss >= 0
    assert abs((gain - loss) - (heights[-1] - heights[0])) <= 2 * noise


@given(st.lists(st.floats(-100, 3000), min_size=1, max_size=50))
def test_what_is_up_one_way_is_down_the_other(heights):
    gain, loss = gain_and_loss(heights, 3.0)
    assert gain_and_loss([-height for height in heights], 3.0) == (pytest.approx(loss), pytest.approx(gain))
