import math
import random

import pytest

from coachd.formats.way import distances, metres


def north(seconds, speed=3.0):
    return [[52 + second * speed / 111_195, 4.5] for second in seconds]


def test_a_degree_of_latitude_is_111_kilometres():
    assert metres([52, 4.5], [53, 4.5]) == pytest.approx(111_195, rel=1e-5)
    assert metres([0, 179.5], [0, -179.5]) == pytest.approx(111_195, rel=1e-5)


def test_the_way_is_the_sum_of_the_steps():
    moments = list(range(601))
    assert distances(moments, north(moments))[-1] == pytest.approx(1800, rel=1e-4)


def test_bends_are_kept():
    moments = list(range(600))
    ring = [[52 + math.sin(s / 20) * 60 / 111_195, 4.5 + math.cos(s / 20) * 60 / 68_460] for s in moments]
    assert distances(moments, ring)[-1] == pytest.approx(3 * 599, rel=0.01)


def test_a_receiver_that_wanders_while_its_bearer_stands_covers_nothing():
    dice = random.Random(1)
    moments = list(range(600))
    around = [[52 + dice.gauss(0, 0.7) / 111_195, 4.5 + dice.gauss(0, 0.7) / 68_460] for _ in moments]
    assert distances(moments, around)[-1] < 60  # summed as they are, these steps make 1 km


def test_a_hole_is_bridged_in_a_straight_line():
    moments = [*range(100), *range(130, 230)]
    assert distances(moments, north(moments))[-1] == pytest.approx(229 * 3, rel=0.001)


def test_a_jump_counts_for_nothing():
    moments = list(range(100))
    positions = north(moments)
    positions[50] = [53, 4.5]
    assert distances(moments, positions)[-1] == pytest.approx(97 * 3, rel=0.06)


def test_an_unknown_position_has_no_distance():
    assert distances([0, 1, 2, 3], [None, [52, 4.5], None, None]) == [None, 0, None, None]
    assert distances([0, 1], [None, None]) == [None, None]
