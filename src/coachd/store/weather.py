"""Weather by place and hour, as it was asked for. It is nobody's in particular: who lives near shares it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from coachd.store import upsert
from coachd.tables import weather

Place = tuple[float, float]
"""Latitude and longitude, in tenths of a degree."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The air of an hour; None where the service did not know it when it was asked."""

    temperature_c: float | None
    dew_point_c: float | None
    fetched_at: datetime


def load(db: Connection, place: Place, first: datetime, last: datetime) -> dict[datetime, Reading]:
    """What is known of a place, by full hour from `first` to `last`, both included."""
    return load_each(db, [place], first, last).get(place, {})


def load_each(
    db: Connection, places: Collection[Place], first: datetime, last: datetime
) -> dict[Place, dict[datetime, Reading]]:
    """The same of several places, with one look at the table; without those of which nothing is known."""
    by_key = {_key(place): place for place in places}
    query = select(weather).where(weather.c.place.in_(list(by_key)), weather.c.at.between(first, last))
    found: dict[Place, dict[datetime, Reading]] = {}
    for key, at, *values in db.execute(query) if by_key else ():
        found.setdefault(by_key[key], {})[at] = Reading(*values)
    return found


def save(db: Connection, place: Place, readings: Mapping[datetime, Reading]) -> None:
    rows = [
        {
            "place": _key(place), "at": at, "temperature_c": reading.temperature_c, "dew_point_c": reading.dew_point_c,
            "fetched_at": reading.fetched_at,
        }
        for at, reading in readings.items()
    ]  # fmt: skip
    upsert(db, weather, rows)


def _key(place: Place) -> str:
    return f"{place[0]:.1f},{place[1]:.1f}"
