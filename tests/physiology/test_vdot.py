"""VDOT against the published rows and the paces of the book."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.physiology import vdot as formulas
from coachd.physiology.vdot import (
    EASY_FAST,
    EASY_SLOW,
    THRESHOLD,
    TOO_FAST,
    break_factor,
    marathon_speed,
    race_time,
    speed_at,
    sustainable_fraction,
    valid,
    vdot,
)

DISTANCES = (5_000.0, 10_000.0, 21_097.5, 42_195.0)
ROWS = {
    30: ("30:40", "63:46", "2:21:04", "4:49:17", "7:27", "8:14", "7:03", "6:24"),
    40: ("24:08", "50:03", "1:50:59", "3:49:45", "5:56", "6:38", "5:29", "5:06"),
    45: ("21:50", "45:16", "1:40:20", "3:28:26", "5:23", "6:03", "4:57", "4:38"),
    50: ("19:57", "41:21", "1:31:35", "3:10:49", "4:56", "5:34", "4:31", "4:15"),
    55: ("18:22", "38:06", "1:24:18", "2:56:01", "4:34", "5:10", "4:10", "3:56"),
    60: ("17:03", "35:22", "1:18:09", "2:43:25", "4:15", "4:49", "3:52", "3:40"),
    70: ("14:55", "31:00", "1:08:21", "2:23:10", "3:44", "4:15", "3:24", "3:14"),
}


def seconds(text):
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return float(total)


def per_km(speed):
    return 1000 / speed


RACES = [(row, metres, text) for row, texts in ROWS.items() for metres, text in zip(DISTANCES, texts, strict=False)]


@pytest.mark.parametrize(("row", "metres", "time"), RACES)
def test_each_published_race_has_the_vdot_of_its_row(row, metres, time):
    assert vdot(metres, seconds(time)) == pytest.approx(row, abs=0.07)


@pytest.mark.parametrize(("row", "metres", "time"), RACES)
def test_each_row_predicts_its_races(row, metres, time):
    # A VDOT that is 0.07 off makes a marathon half a minute longer or shorter.
    assert race_time(metres, row) == pytest.approx(seconds(time), rel=0.0025)


@pytest.mark.parametrize(
    ("metres", "time", "expected"),
    [(5_000, "27:00", 34.9632), (10_000, "40:00", 51.9441), (5_000, "20:00", 49.806), (21_097.5, "1:45:00", 42.635)],
)
def test_single_races_that_other_tools_publish(metres, time, expected):
    assert vdot(metres, seconds(time)) == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize("row", ROWS)
def test_training_paces_are_those_of_the_table(row):
    tolerance = 2 if row >= 40 else 5
    # The book's marathon pace is up to 12 s off its own marathon time at 30.
    fast, slow, marathon, threshold = map(seconds, ROWS[row][4:])
    assert per_km(speed_at(row, EASY_FAST)) == pytest.approx(fast, abs=tolerance)
    assert per_km(speed_at(row, EASY_SLOW)) == pytest.approx(slow, abs=tolerance)
    assert per_km(speed_at(row, THRESHOLD)) == pytest.approx(threshold, abs=tolerance)
    assert per_km(marathon_speed(row)) == pytest.approx(
        marathon, abs=3 if row >= 40 else 12
    )  # the book's own two tables differ so much


@pytest.mark.parametrize(
    ("row", "fast", "slow", "threshold"),
    [(40, "5:54", "6:38", "5:06"), (50, "4:56", "5:34", "4:15"), (60, "4:16", "4:49", "3:40")],
)
def test_training_paces_to_the_second(row, fast, slow, threshold):
    paces = [per_km(speed_at(row, fraction)) for fraction in (EASY_FAST, EASY_SLOW, THRESHOLD)]
    assert paces == pytest.approx([seconds(fast), seconds(slow), seconds(threshold)], abs=0.8)


@pytest.mark.parametrize(("row", "pace"), [(40, "5:44"), (45, "5:13"), (50, "4:47"), (55, "4:26"), (60, "4:08")])
def test_clearly_too_fast_for_easy(row, pace):
    assert per_km(speed_at(row, TOO_FAST)) == pytest.approx(seconds(pace), abs=0.8)


@pytest.mark.parametrize(
    ("days", "kept", "kept_cross_trained"),
    [(0, 1, 1), (5, 1, 1), (7, 0.994, 0.997), (14, 0.973, 0.9865), (28, 0.931, 0.9655), (56, 0.847, 0.9235),
     (72, 0.8, 0.9), (300, 0.8, 0.9)],
)  # fmt: skip
def test_what_a_break_leaves(days, kept, kept_cross_trained):
    assert break_factor(days) == pytest.approx(kept)
    assert break_factor(days, cross_trained=True) == pytest.approx(kept_cross_trained)


@given(st.floats(0, 400), st.floats(0, 400))
def test_a_longer_break_never_leaves_more(one, other):
    short, long = sorted((one, other))
    assert break_factor(short) >= break_factor(long)


@given(st.floats(20, 85), st.floats(1_500, 42_195))
def test_a_race_time_and_its_vdot_are_two_names_of_one_thing(row, metres):
    assert vdot(metres, race_time(metres, row)) == pytest.approx(row, abs=0.001)


@given(st.floats(20, 85), st.floats(0.5, 1.1))
def test_a_speed_costs_the_oxygen_it_was_made_from(row, fraction):
    assert formulas.oxygen_cost(speed_at(row, fraction)) == pytest.approx(fraction * row)


@pytest.mark.parametrize(
    ("metres", "time_s", "holds"),
    [(1_500, 210, True), (1_500, 209, False), (1_499, 300, False), (42_195, 14_400, True), (42_195, 14_401, False)],
)
def test_the_formulas_hold_for_races_of_some_length(metres, time_s, holds):
    assert valid(metres, time_s) is holds


def test_what_can_be_sustained_falls_with_time():
    assert [round(sustainable_fraction(minutes), 3) for minutes in (11, 60, 240)] == [1.0, 0.888, 0.809]
