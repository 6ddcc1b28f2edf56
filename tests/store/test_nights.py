"""Nights in the store, on each database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from coachd.model import Night
from coachd.store import athletes, nights

MONDAY = date(2026, 11, 16)
DAY = timedelta(days=1)
WHOLE = Night(
    MONDAY, 26_100.0, 49.0, 58.0, datetime(2026, 11, 15, 23, 10), sleep_score=81.0, body_battery=78.0, stress=40.0
)


@pytest.fixture
def save(store, robin, now):
    def saved(*found, athlete=robin, raw=None):
        with store.begin() as db:
            nights.save(db, athlete, [(night, raw or {}) for night in found], now)

    return saved


@pytest.fixture
def load(store, robin):
    def loaded(first=None, last=None):
        with store.read() as db:
            return nights.load(db, robin, first, last)

    return loaded


def test_a_night_comes_back_as_it_was(save, load):
    save(WHOLE)
    assert load() == [WHOLE]


def test_what_is_unknown_stays_so(save, load):
    save(Night(MONDAY, sleep_s=20_000.0))
    assert load() == [Night(MONDAY, sleep_s=20_000.0)]


def test_a_night_is_mended_by_what_comes_later_and_loses_nothing(save, load):
    save(WHOLE)
    save(Night(MONDAY, sleep_s=25_000.0))
    (night,) = load()
    assert (night.sleep_s, night.resting_hr, night.bedtime) == (25_000.0, 49.0, WHOLE.bedtime)


def test_what_the_source_said_is_kept_area_by_area(store, save, robin):
    save(WHOLE, raw={"sleep": {"a": 1}, "hrv": {"b": 2}})
    save(WHOLE, raw={"sleep": {"a": 3}})
    with store.read() as db:
        (known,) = nights._known(db, robin, [WHOLE]).values()
    assert known["raw"] == {"sleep": {"a": 3}, "hrv": {"b": 2}}


def test_nights_come_by_day_and_within_bounds(save, load):
    save(*(Night(MONDAY + DAY * number, sleep_s=1.0) for number in (3, 1, 0, 2)))
    assert [night.day for night in load(MONDAY + DAY, MONDAY + 2 * DAY)] == [MONDAY + DAY, MONDAY + 2 * DAY]


def test_a_night_that_two_sources_know_counts_once(save, load):
    save(Night(MONDAY, sleep_s=1.0, source="files"), Night(MONDAY + DAY, sleep_s=2.0, source="files"), WHOLE)
    assert [(night.day, night.source) for night in load()] == [(MONDAY, "garmin"), (MONDAY + DAY, "files")]


def test_each_athlete_has_their_own(store, save, robin, now):
    with store.begin() as db:
        athletes.ensure(db, "sam", now)
    save(WHOLE)
    save(Night(MONDAY, sleep_s=1.0), athlete="sam")
    with store.read() as db:
        found = nights.load_each(db, [robin, "sam", "nobody"])
    assert {name: mine[0].sleep_s for name, mine in found.items()} == {"robin": 26_100.0, "sam": 1.0}


def test_leaving_a_source_takes_its_nights_alone(store, save, load, robin):
    save(WHOLE, Night(MONDAY, sleep_s=1.0, source="files"))
    with store.begin() as db:
        assert nights.purge(db, robin, "garmin") == 1
    assert [night.source for night in load()] == ["files"]


def test_nothing_to_save_is_nothing(save, load):
    save()
    assert load() == []
