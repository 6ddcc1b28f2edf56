"""Wall clocks and instants, above all where a zone changes its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coachd.clock import SteppedClock, SystemClock, aware, local_instant

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "posixrules"})).map(ZoneInfo)
DAYS = st.dates(date(1950, 1, 1), date(2040, 1, 1))
TIMES = st.times()


def shows(instant, zone):
    return instant.astimezone(zone).replace(tzinfo=None)


@given(DAYS, TIMES, ZONES)
@example(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Berlin"))
@example(date(2026, 3, 29), time(2, 0, 0, 300_000), ZoneInfo("Europe/Berlin"))
@example(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Berlin"))
@example(date(2026, 10, 4), time(2, 15), ZoneInfo("Australia/Lord_Howe"))
@example(date(2011, 12, 30), time(6, 0), ZoneInfo("Pacific/Apia"))
def test_the_clock_shows_the_time_or_has_just_jumped_over_it(day, at, zone):
    wall = datetime.combine(day, at)
    instant = local_instant(day, at, zone)
    assert instant.utcoffset() == timedelta()
    if shows(instant, zone) != wall:
        before = instant - timedelta(seconds=1)
        assert shows(before, zone) < wall < shows(instant, zone)


@given(DAYS, st.times().map(lambda at: at.replace(microsecond=0)), ZONES)
@example(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Berlin"))
@example(date(2026, 4, 5), time(1, 45), ZoneInfo("Australia/Lord_Howe"))
def test_of_two_moments_that_show_the_time_it_is_the_first(day, at, zone):
    instant = local_instant(day, at, zone)
    wall = shows(instant, zone)
    steps = (timedelta(minutes=minutes) for minutes in (15, 20, 30, 40, 60, 90, 120, 180, 24 * 60))
    assert [step for step in steps if shows(instant - step, zone) == wall] == []


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # Lord Howe moves its clocks by half an hour.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
        # Samoa left a whole day out to change sides of the date line.
        ("Pacific/Apia", date(2011, 12, 30), time(6, 0), datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 31), time(6, 0), datetime(2011, 12, 30, 16, 0, tzinfo=UTC)),
        # Cuba changes at midnight.
        ("America/Havana", date(2026, 3, 8), time(0, 15), datetime(2026, 3, 8, 5, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 6, 1), time(6, 0), datetime(2026, 6, 1, 0, 15, tzinfo=UTC)),
    ],
)
def test_known_changes_of_clocks(zone, day, at, expected):
    assert local_instant(day, at, ZoneInfo(zone)) == expected


def test_which_of_two_times_a_wish_names_changes_nothing():
    berlin = ZoneInfo("Europe/Berlin")
    for day in (date(2025, 3, 30), date(2025, 10, 26)):  # a time left out, and one shown twice
        assert local_instant(day, time(2, fold=1), berlin) == local_instant(day, time(2), berlin)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        aware(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="naive"):
        SteppedClock(datetime(2026, 1, 1))


def test_a_moment_becomes_the_same_one_in_utc():
    moment = datetime(2026, 11, 22, 13, tzinfo=ZoneInfo("Europe/Berlin"))
    assert aware(moment) == moment
    assert aware(moment).tzinfo is UTC


def test_a_stepped_clock_moves_when_told(now):
    clock = SteppedClock(now)
    assert clock.now() == clock.now() == now
    clock.advance(timedelta(minutes=5))
    assert clock.now() == now + timedelta(minutes=5)
    clock.set(now - timedelta(days=1))
    assert clock.now() == now - timedelta(days=1)


def test_the_machines_clock_is_in_utc():
    assert SystemClock().now().tzinfo is UTC
