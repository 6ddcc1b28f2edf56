"""Dew point and the table of slowing down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.physiology.heat import dew_point, heat_index, slowdown


@pytest.mark.parametrize(("temperature", "humidity", "expected"), [(28, 60, 19.51), (20, 50, 9.26), (29, 58, 19.90)])
def test_the_dew_point(temperature, humidity, expected):
    assert dew_point(temperature, humidity) == pytest.approx(expected, abs=0.005)


@given(st.floats(-30, 50), st.floats(1, 100))
def test_the_dew_point_is_never_above_the_air(temperature, humidity):
    assert dew_point(temperature, humidity) <= temperature + 1e-9


@pytest.mark.parametrize(
    ("temperature", "dew", "expected"), [(15, 8, 105.4), (24, 16, 136), (29, 20, 152.2), (32, 24, 164.8)]
)
def test_the_index(temperature, dew, expected):
    assert heat_index(temperature, dew) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("index", "low", "high"),
    [
        (60, 0, 0), (100, 0, 0), (101, 0, 0.005), (110, 0, 0.005), (111, 0.005, 0.01), (120, 0.005, 0.01),
        (121, 0.01, 0.02), (130, 0.01, 0.02), (131, 0.02, 0.03), (140, 0.02, 0.03), (141, 0.03, 0.045),
        (150, 0.03, 0.045), (151, 0.045, 0.06), (160, 0.045, 0.06), (161, 0.06, 0.08), (171, 0.08, 0.10),
        (180, 0.08, 0.10),
    ],
)  # fmt: skip
def test_each_index_slows_within_its_band(index, low, high):
    assert low <= slowdown(index) <= high


@pytest.mark.parametrize("index", [180.1, 200])
def test_above_180_hard_running_is_not_advised(index):
    assert slowdown(index) is None


@given(st.floats(0, 180), st.floats(0, 180))
def test_more_heat_never_slows_less(one, other):
    cool, hot = sorted((one, other))
    assert slowdown(cool) <= slowdown(hot)
