"""What a slope costs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.physiology.grade import hr_fit_factor, minetti, minetti_factor

MEASURED = {
    -30: 1.495, -25: 1.273, -20: 1.081, -15: 0.941, -10: 0.876, -8: 0.876, -6: 0.891, -4: 0.918, -2: 0.960, 0: 1.0,
    2: 1.055, 4: 1.135, 6: 1.228, 8: 1.337, 10: 1.459, 15: 1.846, 20: 2.297, 25: 2.727, 30: 3.158,
}  # fmt: skip


@pytest.mark.parametrize(
    ("grade", "cost"), [(0, 3.6), (0.10, 5.968), (0.20, 9.007), (-0.10, 2.152), (-0.20, 1.800), (0.45, 19.426)]
)
def test_the_energy_cost_is_as_published(grade, cost):
    assert minetti(grade) == pytest.approx(cost, abs=0.001)


@pytest.mark.parametrize(("grade", "factor"), [(0, 1.0), (0.10, 1.658), (-0.10, 0.598), (-0.20, 0.500)])
def test_the_energy_factor_is_as_published(grade, factor):
    assert minetti_factor(grade) == pytest.approx(factor, abs=0.001)


def test_running_is_cheapest_at_eighteen_percent_down():
    cheapest = min((step / 1000 for step in range(-450, 451)), key=minetti)
    assert (cheapest, minetti(cheapest)) == (-0.181, pytest.approx(1.781, abs=0.001))


@pytest.mark.parametrize(("percent", "factor"), MEASURED.items())
def test_the_heart_rate_factor_follows_what_was_measured(percent, factor):
    assert hr_fit_factor(percent / 100) == pytest.approx(factor, abs=0.0325)


@pytest.mark.parametrize(("percent", "factor"), [(10, 1.484), (-10, 0.880), (5, 1.198), (-5, 0.894)])
def test_the_heart_rate_factor_is_as_computed(percent, factor):
    assert hr_fit_factor(percent / 100) == pytest.approx(factor, abs=0.001)


@pytest.mark.parametrize(("factor", "pace"), [(minetti_factor, 5 * 60 + 38), (hr_fit_factor, 5 * 60 + 33)])
def test_a_hill_up_and_down_again_gives_the_published_pace(factor, pace):
    seconds = 5000 / 2.6 + 5000 / 3.2
    flat_km = 5 * factor(0.05) + 5 * factor(-0.05)
    assert seconds / flat_km == pytest.approx(pace, abs=0.5)


@pytest.mark.parametrize(("factor", "pace"), [(hr_fit_factor, 5 * 60 + 19), (minetti_factor, 5 * 60 + 30)])
def test_the_choice_of_the_model_moves_the_answer(factor, pace):
    grade = 420 / 5000
    flat_km = 5 * factor(grade) + 5 * factor(-grade)
    assert 3600 / flat_km == pytest.approx(pace, abs=0.6)


@given(st.floats(-5, 5))
def test_every_grade_has_a_positive_finite_factor(grade):
    for factor in (minetti_factor, hr_fit_factor):
        assert 0.4 < factor(grade) < 6
        assert math.isfinite(factor(grade))
