"""What a source knows of the athlete besides workouts: shoes, zones, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    row = db.execute(
        select(profiles.c.raw).where(
            profiles.c.athlete == athlete, profiles.c.source == source, profiles.c.kind == kind
        )
    ).first()
    return dict(row.raw) if row else None


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
    query = (
        select(shoes.c.id, shoes.c.name, shoes.c.distance_m, shoes.c.retired, shoes.c.source)
        .where(shoes.c.athlete == athlete)
        .order_by(shoes.c.id)
    )
    return [Shoe(*row) for row in db.execute(query)]


def gear_use(db: Connection, athlete: str, until: date | None = None, after: date | None = None) -> dict[str, GearUse]:
    """Use of each gear id by activities up to and including `until`, and later than `after`."""
    query = (
        select(
            activities.c.gear_id,
            func.count(),
            func.coalesce(func.sum(activities.c.distance_m), 0.0),
            func.max(activities.c.day),
            func.max(case((activities.c.sport.in_(_ON_FOOT), 1), else_=0)),
        )
        .where(activities.c.athlete == athlete, activities.c.gear_id.is_not(None))
        .group_by(activities.c.gear_id)
    )
    if until is not None:
        query = query.where(activities.c.day <= until)
    if after is not None:
        query = query.where(activities.c.day > after)
    return {gear: GearUse(number, metres, last, bool(foot)) for gear, number, metres, last, foot in db.execute(query)}


def purge(db: Connection, athlete: str, source: str) -> int:
    """Drop everything this source told about the athlete. Gives the number of rows."""
    gone = db.execute(delete(shoes).where(shoes.c.athlete == athlete, shoes.c.source == source)).rowcount
    gone += db.execute(delete(profiles).where(profiles.c.athlete == athlete, profiles.c.source == source)).rowcount
    return gone
