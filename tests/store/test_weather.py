"""Weather by place and hour."""

from __future__ import annotations

from datetime import timedelta

from coachd.store import weather
from coachd.store.weather import Reading

HOME, NEAR = (52.4, 4.9), (52.4, 5.0)
HOUR = timedelta(hours=1)


def test_readings_come_back_by_place_and_hour(store, now):
    known, unknown = Reading(20.5, 10.0, now), Reading(None, None, now)
    with store.begin() as db:
        weather.save(db, HOME, {now: known, now + HOUR: unknown, now + 2 * HOUR: known})
        weather.save(db, NEAR, {now: unknown})
        assert weather.load(db, HOME, now, now + HOUR) == {now: known, now + HOUR: unknown}
        assert weather.load_each(db, [HOME, NEAR, (0.0, 0.0)], now, now) == {HOME: {now: known}, NEAR: {now: unknown}}
        assert weather.load_each(db, [], now, now) == {}


def test_what_is_known_later_replaces_what_was_not(store, now):
    with store.begin() as db:
        weather.save(db, HOME, {now: Reading(None, None, now)})
        weather.save(db, HOME, {now: Reading(1.0, -2.0, now + HOUR)})
        assert weather.load(db, HOME, now, now) == {now: Reading(1.0, -2.0, now + HOUR)}
