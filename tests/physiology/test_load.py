"""Session loads and what they add up to, against published and computed values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.physiology.load import (
    acwr_coupled,
    acwr_ewma,
    acwr_uncoupled,
    edwards,
    form,
    hr_tss,
    monotony,
    r_tss,
    session_rpe,
    strain,
    trimp,
)

HOUR = 3600.0
R = {"hr_max": 188, "resting_hr": 50}
WEEK = [0, 60, 90, 0, 70, 40, 120]


def test_the_training_impulse_of_half_an_hour():
    assert trimp({130: HOUR / 2}, hr_max=200, resting_hr=40, sex="m") == pytest.approx(31.80, abs=0.005)


@pytest.mark.parametrize(("sex", "expected"), [("m", 78.26), ("f", 88.20), (None, (78.26 + 88.20) / 2)])
def test_the_training_impulse_of_men_of_women_and_of_anybody(sex, expected):
    assert trimp({150: 45 * 60}, hr_max=190, resting_hr=55, sex=sex) == pytest.approx(expected, abs=0.005)


def test_below_the_resting_rate_nothing_is_trained():
    assert trimp({45: HOUR}, sex="m", **R) == 0


def test_edwards_weighs_each_tenth_of_the_maximum():
    assert edwards({110: 600, 130: 1_800, 150: 900, 170: 300}, hr_max=200) == pytest.approx(135)


@pytest.mark.parametrize(("rate", "weight"), [(99, 0), (100, 1), (119, 1), (120, 2), (180, 5), (200, 5), (205, 5)])
def test_edwards_zones_begin_at_their_lower_edge(rate, weight):
    assert edwards({rate: 60}, hr_max=200) == weight


def test_an_hour_at_threshold_is_a_hundred():
    assert trimp({168: HOUR}, sex="m", **R) == pytest.approx(169.56, abs=0.005)
    assert hr_tss({168: HOUR}, threshold_hr=168, sex="m", **R) == pytest.approx(100)
    assert hr_tss({142: HOUR}, threshold_hr=168, sex="m", **R) == pytest.approx(54.3, abs=0.05)


def test_stress_by_pace():
    easy, threshold = 1000 / 346, 1000 / 278
    assert easy / threshold == pytest.approx(0.8035, abs=0.00005)
    assert r_tss(HOUR, easy, threshold) == pytest.approx(64.6, abs=0.05)


def test_exertion_times_minutes():
    assert session_rpe(6, 45 * 60) == 270


@pytest.mark.parametrize(("exponential", "expected"), [(False, (31.83, 49.92, -18.53)), (True, (31.61, 49.88, -18.69))])
def test_fitness_fatigue_and_form_after_six_weeks(exponential, expected):
    last = form([50.0] * 42, exponential=exponential)[-1]
    assert (last.fitness, last.fatigue, last.form) == pytest.approx(expected, abs=0.005)


def test_who_goes_on_as_before_stays_as_before():
    assert form([50.0] * 30, start=50.0)[-1] == form([50.0], start=50.0)[0]


def test_acute_to_chronic_three_ways():
    loads = [30.0] * 21 + [45.0] * 7
    assert acwr_coupled(loads) == pytest.approx(1.333, abs=0.0005)
    assert acwr_uncoupled(loads) == pytest.approx(1.5)
    assert acwr_ewma(loads) == pytest.approx(42.998 / 35.904, abs=0.0001)


@pytest.mark.parametrize("ratio", [acwr_coupled, acwr_uncoupled, acwr_ewma])
@pytest.mark.parametrize("loads", [[], [30.0] * 27, [0.0] * 28])
def test_no_ratio_without_four_weeks_or_without_load(ratio, loads):
    assert ratio(loads) is None


def test_monotony_and_strain():
    assert monotony(WEEK) == pytest.approx(1.215, abs=0.0005)
    assert strain(WEEK) == pytest.approx(461.8, abs=0.05)


def test_seven_equal_days_are_as_monotonous_as_can_be_and_an_empty_week_is_not():
    assert (monotony([50] * 7), strain([50] * 7)) == (10, 3_500)
    assert (monotony([0] * 7), strain([0] * 7)) == (None, None)


@given(st.lists(st.floats(0, 300), min_size=7, max_size=7))
def test_monotony_is_unknown_or_within_its_bounds(week):
    value = monotony(week)
    assert value is None or 0 < value <= 10


@given(st.dictionaries(st.integers(40, 220), st.floats(0, HOUR), max_size=20))
def test_stress_by_heart_rate_is_never_negative_and_adds_up(seconds_at):
    whole = hr_tss(seconds_at, threshold_hr=168, **R)
    parts = [hr_tss({rate: seconds}, threshold_hr=168, **R) for rate, seconds in seconds_at.items()]
    assert whole == pytest.approx(sum(parts))
    assert whole >= 0
