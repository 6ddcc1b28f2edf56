"""What a source knows of the athlete besides workouts: shoes, zones, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, select

from coachd.model import FAMILIES, Shoe
from coachd.store import upsert
from coachd.tables import activities, profiles, shoes

_ON_FOOT = [sport for sport, family in FAMILIES.items() if family in ("run", "walk")]


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
            "retired": shoe.retired, "raw": dict(raw), "fetched_at": now, "races": shoe.races, "default_for": "",
        }
        for shoe, raw in found
    ]  # fmt: skip
    upsert(db, shoes, rows)


_SHOE = [shoes.c[name] for name in ("id", "name", "distance_m", "retired", "source")]


def load_shoes(db: Connection, athlete: str) -> list[Shoe]:
    query = select(*_SHOE).where(shoes.c.athlete == athlete).order_by(shoes.c.id)
    return [Shoe(*row) for row in db.execute(query)]


def shoes_of_each(db: Connection, names: Sequence[str], last: date) -> dict[str, list[Shoe]]:
    """The shoes of those athletes who have any, by name, as they stood on the evening of `last`: each with today's
    odometer less what was run later, and with the last day on which it was used by then."""
    used = (activities.c.athlete == shoes.c.athlete) & (activities.c.gear_id == shoes.c.id)
    later = select(func.sum(activities.c.distance_m)).where(used, activities.c.day > last).scalar_subquery()
    last_used = select(func.max(activities.c.day)).where(used, activities.c.day <= last).scalar_subquery()
    query = select(shoes.c.athlete, *_SHOE, last_used, later).where(shoes.c.athlete.in_(names)).order_by(shoes.c.id)
    found: dict[str, list[Shoe]] = {}
    for row in db.execute(query):
        athlete, *values, metres = row
        shoe = Shoe(*values)
        if metres and shoe.distance_m is not None:
            shoe = replace(shoe, distance_m=shoe.distance_m - metres)
        found.setdefault(athlete, []).append(shoe)
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


def purge(db: Connection, athlete: str, source: str) -> int:
    """Drop everything this source told about the athlete. Gives the number of rows."""
    gone = db.execute(delete(shoes).where(shoes.c.athlete == athlete, shoes.c.source == source)).rowcount
    gone += db.execute(delete(profiles).where(profiles.c.athlete == athlete, profiles.c.source == source)).rowcount
    return gone
