"""What a source knows of the athlete besides workouts: shoes, zones, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from coachd.model import FAMILIES, Shoe
from coachd.store import upsert
from coachd.tables import activities, profiles, shoes

_ON_FOOT = [sport for sport, family in FAMILIES.items() if family in ("run", "walk")]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class GearUse:
    """What the stored activities say of one gear id, over all sports."""

    activities: int
    distance_m: float
    last_day: date
    on_foot: bool


def save(db: Connection, athlete: str, source: str, kind: str, raw: Mapping[str, Any], now: datetime) -> None:
    row = {"athlete": athlete, "source": source, "kind": kind, "raw": dict(raw), "fetched_at": now}
    upsert(db, profiles, [row])


def read(db: Connection, athlete: str, source: str, kind: str) -> dict[str, Any] | None:
    return read_of_each(db, [athlete], source, kind).get(athlete)


def read_of_each(db: Connection, names: Sequence[str], source: str, kind: str) -> dict[str, dict[str, Any]]:
    """What the source told of those athletes of whom it told anything, by name."""
    query = select(profiles.c.athlete, profiles.c.raw).where(
        profiles.c.athlete.in_(names), profiles.c.source == source, profiles.c.kind == kind
    )
    return {athlete: dict(raw) for athlete, raw in db.execute(query)}


def save_shoes(db: Connection, athlete: str, found: Sequence[tuple[Shoe, Mapping[str, Any]]], now: datetime) -> None:
    """Store shoes with what their source said of them."""
    rows = [
        {
            "athlete": athlete, "source": shoe.source, "id": shoe.id, "name": shoe.name, "distance_m": shoe.distance_m,
            "retired": shoe.retired, "raw": dict(raw), "fetched_at": now,
        }
        for shoe, raw in found
    ]  # fmt: skip
    upsert(db, shoes, rows)


def load_shoes(db: Connection, athlete: str) -> list[Shoe]:
    return shoes_of_each(db, [athlete]).get(athlete, [])


def shoes_of_each(db: Connection, names: Sequence[str]) -> dict[str, list[Shoe]]:
    """The shoes of those athletes who have any, by name."""
    query = (
        select(shoes.c.athlete, shoes.c.id, shoes.c.name, shoes.c.distance_m, shoes.c.retired, shoes.c.source)
        .where(shoes.c.athlete.in_(names))
        .order_by(shoes.c.id)
    )
    found: dict[str, list[Shoe]] = {}
    for athlete, *row in db.execute(query):
        found.setdefault(athlete, []).append(Shoe(*row))
    return found


def gear_use(db: Connection, athlete: str, last: date = date.max) -> dict[str, GearUse]:
    """Use of each gear id up to the evening of `last`."""
    query = (
        select(
            activities.c.gear_id,
            func.count(),
            func.coalesce(func.sum(activities.c.distance_m), 0.0),
            func.max(activities.c.day),
            func.max(case((activities.c.sport.in_(_ON_FOOT), 1), else_=0)),
        )
        .where(activities.c.athlete == athlete, activities.c.day <= last, activities.c.gear_id.is_not(None))
        .group_by(activities.c.gear_id)
    )
    return {gear: GearUse(number, metres, day, bool(foot)) for gear, number, metres, day, foot in db.execute(query)}


def last_used_of_each(db: Connection, names: Sequence[str], last: date) -> dict[str, dict[str, date]]:
    """Athlete -> gear id -> the last day up to `last` on which it was used, of those who recorded any."""
    mine = activities.c.athlete.in_(names) & (activities.c.day <= last)
    return _by_gear(db, mine, func.max(activities.c.day))


def used_after_of_each(db: Connection, names: Sequence[str], last: date) -> dict[str, dict[str, float]]:
    """Athlete -> gear id -> the metres that it was used for after `last`, of those who recorded any."""
    mine = activities.c.athlete.in_(names) & (activities.c.day > last)
    return _by_gear(db, mine, func.coalesce(func.sum(activities.c.distance_m), 0.0))


def _by_gear(db: Connection, mine: ColumnElement[bool], value: ColumnElement[_T]) -> dict[str, dict[str, _T]]:
    query = (
        select(activities.c.athlete, activities.c.gear_id, value)
        .where(mine, activities.c.gear_id.is_not(None))
        .group_by(activities.c.athlete, activities.c.gear_id)
    )
    found: dict[str, dict[str, _T]] = {}
    for athlete, gear, of_gear in db.execute(query):
        found.setdefault(athlete, {})[gear] = of_gear
    return found


def purge(db: Connection, athlete: str, source: str) -> int:
    """Drop everything this source told about the athlete. Gives the number of rows."""
    gone = db.execute(delete(shoes).where(shoes.c.athlete == athlete, shoes.c.source == source)).rowcount
    gone += db.execute(delete(profiles).where(profiles.c.athlete == athlete, profiles.c.source == source)).rowcount
    return gone
