from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.formats.numbers import moment, number, offset, steps, wall_clock


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), (" 7 ", 7), ("nan", None), ("inf", None), ("", None), (None, None), ("x", None)])  # fmt: skip  # noqa: E501
def test_a_number_is_finite_or_none(text, value):
    assert number(text) == value


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text):
    found = moment(text)
    assert found is None or found.astimezone(UTC).tzinfo is UTC


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_end_of_the_calendar_is_none(text):
    assert moment(text) is None


def test_times_are_read_with_fractions_and_zones():
    assert moment("2026-05-03T07:30:00.123Z") == datetime(2026, 5, 3, 7, 30, 0, 123_000, tzinfo=UTC)
    assert moment("2026-05-03T07:30:00") == datetime(2026, 5, 3, 7, 30, tzinfo=UTC)


def test_an_offset_tells_the_wall_clock_and_utc_does_not():
    seen = datetime(2026, 5, 3, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    assert wall_clock(seen.timestamp() - 60, seen) == datetime(2026, 5, 3, 9, 29)
    assert wall_clock(seen.timestamp(), seen.astimezone(UTC)) is None
    assert wall_clock(0, None) is None


@given(st.integers(-14 * 4, 14 * 4), st.integers(-50, 50))
def test_quarter_hours_up_to_fourteen_are_zones(quarters, late):
    assert offset(1e9 + quarters * 900 + late, 1e9, None) == timedelta(seconds=quarters * 900)


def test_what_is_far_from_the_sun_is_no_zone():
    assert offset(8 * 3600, 0, 121.5) == timedelta(hours=8)
    assert offset(8 * 3600, 0, 75.0) == timedelta(hours=8)  # China has one zone
    assert offset(14 * 3600, 0, -157.4) == timedelta(hours=14)  # Kiribati, behind the date line
    assert offset(-6 * 3600, 0, 10.0) is None


def test_steps_are_of_both_legs_and_of_those_on_foot():
    assert (steps(85, "Run"), steps(170, "Run"), steps(55, "Hike")) == (170, 170, 110)
    assert steps(85, "Ride") is None
    assert steps(None, "Run") is None
