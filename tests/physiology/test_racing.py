"""Race equivalents and critical speed against computed values."""

from __future__ import annotations

import pytest

from coachd.physiology.racing import EASY_EDGE, critical_speed, riegel


@pytest.mark.parametrize(
    ("time_s", "metres", "other", "expected"),
    [(1_500, 5_000, 10_000, 52 * 60 + 7), (3_000, 10_000, 21_097.5, 6_619), (6_300, 21_097.5, 42_195, 13_135)],
)
def test_riegel(time_s, metres, other, expected):
    assert riegel(time_s, metres, other) == pytest.approx(expected, abs=1)


def test_critical_speed_is_the_slope_of_distance_over_time():
    line = critical_speed({400: 84.0, 800: 180.0, 5_000: 1_320.0})
    assert line.speed == pytest.approx(3.706, abs=0.0005)
    assert line.reserve_m == pytest.approx(109.9, abs=0.05)
    assert EASY_EDGE * line.speed == pytest.approx(3.050, abs=0.0005)


def on_a_line(speed, reserve, distances=(1_000, 1_609, 5_000)):
    return {metres: (metres - reserve) / speed for metres in distances}


def test_efforts_on_one_line_are_believed():
    line = critical_speed(on_a_line(3.7, 150))
    assert (round(line.speed, 6), round(line.reserve_m, 6), line.believable) == (3.7, 150.0, True)


@pytest.mark.parametrize(
    "efforts",
    [
        on_a_line(3.7, 20),
        on_a_line(3.7, 420),
        on_a_line(3.7, 150) | {1_000: 250.0},  # jogged
        {400: 84.0, 800: 180.0, 5_000: 1_320.0},  # the textbook's own example lies 5 % off its line at 400 m
    ],
)
def test_efforts_that_were_none_are_not_believed(efforts):
    assert not critical_speed(efforts).believable


@pytest.mark.parametrize("efforts", [{}, {1_000: 240.0, 5_000: 1_300.0}, {1_000: 300.0, 1_609: 300.0, 5_000: 300.0}])
def test_no_line_without_three_different_efforts(efforts):
    assert critical_speed(efforts) is None
