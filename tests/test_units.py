"""Quantities: what is read, what is shown, and that units never change a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import units
from coachd.units import Quantity, parse_quantity, shown


@pytest.mark.parametrize(
    ("text", "value", "dimension", "km", "mi"),
    [
        ("400 mi", 643_737.6, units.LENGTH, "644 km", "400 mi"),
        ("8 km", 8_000, units.LENGTH, "8.0 km", "5.0 mi"),
        ("1000 ft", 304.8, units.LENGTH, "305 m", "1,000 ft"),
        ("20 min", 1_200, units.TIME, "20 min", "20 min"),
        ("1.5 h", 5_400, units.TIME, "1 h 30 min", "1 h 30 min"),
        ("7 days", 604_800, units.TIME, "7 days", "7 days"),
        ("1 day", 86_400, units.TIME, "1 day", "1 day"),
        ("21d", 1_814_400, units.TIME, "21 days", "21 days"),
        ("4 weeks", 2_419_200, units.TIME, "4 weeks", "4 weeks"),
        ("35%", 0.35, units.PLAIN, "35%", "35%"),
        ("150 bpm", 150, units.HEART_RATE, "150 bpm", "150 bpm"),
        ("172 spm", 172, units.CADENCE, "172 spm", "172 spm"),
        ("5:30 /km", 0.33, units.PACE, "5:30 /km", "8:51 /mi"),
        ("8:51 /mi", 531 / 1609.344, units.PACE, "5:30 /km", "8:51 /mi"),
        ("10 km/h", 10 / 3.6, units.SPEED, "10.0 km/h", "6.2 mi/h"),
        ("20 s", 20, units.TIME, "20 s", "20 s"),
        ("90 s", 90, units.TIME, "2 min", "2 min"),
        ("12 m/km", 0.012, units.PLAIN, "12 m/km", "63 ft/mi"),
        ("-5 C", -5, units.TEMPERATURE, "-5 °C", "23 °F"),
        ("0.25", 0.25, units.PLAIN, "0.25", "0.25"),
        ("-3", -3, units.PLAIN, "-3", "-3"),
    ],
)
def test_a_quantity_is_read_and_shown(text, value, dimension, km, mi):
    quantity = parse_quantity(text)
    assert quantity.value == pytest.approx(value)
    assert quantity.dimension == dimension
    assert (shown(quantity, "km"), shown(quantity, "mi")) == (km, mi)


@pytest.mark.parametrize(
    ("show", "km", "mi"),
    [
        ("volume", "54.0 km", "33.6 mi"),
        ("effort", "54.0 km-effort", "33.6 mi-effort"),
        ("running time", "5 h 24 min", "5 h 24 min"),
    ],
)
def test_a_volume_is_shown_as_its_runner_counts_it(show, km, mi):
    volume = Quantity(54_000.0, units.LENGTH, show)
    assert (shown(volume, "km"), shown(volume, "mi")) == (km, mi)


@pytest.mark.parametrize("text", ["", "fast", "5:72 /km", "5:30", "8 leagues", "1e9 km", "1,000 m", "km", "8 km km"])
def test_what_is_no_quantity_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"known|write"):
        parse_quantity(text)


def test_a_number_beyond_all_numbers_is_refused():
    with pytest.raises(ValueError, match="too large"):
        parse_quantity("9" * 400)


@pytest.mark.parametrize(
    ("days", "shown"), [(1, "1 day"), (2.04, "2 days"), (9.9, "9.9 days"), (10.4, "10 days"), (398.2, "398 days")]
)
def test_many_days_are_whole_ones(days, shown):
    assert units.shown(units.Quantity(days * units.DAY, units.TIME, "days")) == shown


@pytest.mark.parametrize(("text", "days"), [("21d", 21), ("3 weeks", 21), ("1 day", 1), ("0d", 0), ("48 h", 2)])
def test_whole_days_are_read(text, days):
    assert units.days_in(text) == days


@pytest.mark.parametrize("text", ["3 km", "36 h", "-2 days", "soon"])
def test_what_is_no_number_of_whole_days_is_refused(text):
    with pytest.raises(ValueError, match=r"whole days|not a quantity"):
        units.days_in(text)


def test_a_number_is_plain():
    assert parse_quantity(3) == Quantity(3.0)


@given(st.floats(1, 1e6), st.sampled_from(sorted(unit for unit in units.UNITS if unit not in ("/km", "/mi"))))
def test_every_unit_means_its_factor(number, unit):
    factor, dimension, show = units.UNITS[unit]
    quantity = parse_quantity(f"{number:f} {unit}")
    assert quantity.value == pytest.approx(number * factor, rel=1e-6)
    assert (quantity.dimension, quantity.show) == (dimension, show)


@given(st.integers(1, 99), st.integers(0, 59), st.sampled_from(["km", "mi"]))
def test_a_pace_is_shown_as_it_was_written(minutes, seconds, system):
    text = f"{minutes}:{seconds:02d} /{system}"
    assert shown(parse_quantity(text), system) == text


@given(st.floats(0, 1e6))
def test_seconds_and_minutes_never_reach_sixty(seconds):
    assert ":60" not in units.pace(seconds / 1000)
    assert "60 min" not in units.duration(seconds)


def test_dimensions_multiply_and_divide():
    assert units.LENGTH / units.TIME == units.SPEED
    assert units.SPEED * units.TIME == units.LENGTH
    assert units.TIME / units.LENGTH == units.PACE
    assert units.LENGTH / units.LENGTH == units.PLAIN


def test_a_count_and_a_speed_have_forms_of_their_own():
    assert shown(Quantity(7.0, show="count")) == "7"
    assert units.climb(12_345.6) == "12,346 m"


@pytest.mark.parametrize(("seconds", "text"), [(59.6, "1:00"), (1300, "21:40"), (3599.4, "59:59"), (6300, "1:45:00")])
def test_the_time_of_a_race_is_shown_as_a_stopwatch_shows_it(seconds, text):
    assert shown(Quantity(seconds, units.TIME, "clock")) == text
