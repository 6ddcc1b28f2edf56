"""Heart-rate anchors of the example runner: maximum 188, rest 50, threshold 168."""

from __future__ import annotations

import pytest

from coachd.physiology.heart import (
    EASY_OF_MAX,
    EASY_OF_RESERVE,
    EASY_OF_THRESHOLD,
    friel_tops,
    karvonen,
    tanaka,
    threshold_of_10k,
)


def test_the_maximum_by_age():
    assert tanaka(40) == 180


@pytest.mark.parametrize(("fraction", "rate"), [(0.6, 132.8), (0.7, 146.6), (0.73, 150.7), (0.8, 160.4)])
def test_the_reserve(fraction, rate):
    assert karvonen(fraction, hr_max=188, resting_hr=50) == pytest.approx(rate, abs=0.05)


def test_the_zones_of_a_threshold():
    assert friel_tops(168) == pytest.approx((142.8, 149.5, 157.9, 166.3, 171.4, 178.1), abs=0.05)


def test_three_ways_to_the_easy_ceiling_agree():
    ways = (EASY_OF_THRESHOLD * 168, karvonen(EASY_OF_RESERVE, hr_max=188, resting_hr=50), EASY_OF_MAX * 188)
    assert ways == pytest.approx((149.5, 150.7, 150.4), abs=0.05)


def test_the_threshold_of_a_10_km_race():
    assert threshold_of_10k(171.4) == pytest.approx(168, abs=0.05)
