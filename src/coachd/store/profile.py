"""What a source knows of the athlete besides workouts: shoes, zones, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, select

from coachd.model import FAMILIES, Shoe, changed
from coachd.store import among, upsert
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
        among(db, profiles.c.athlete, names), profiles.c.source == source, profiles.c.kind == kind
    )
    return {athlete: dict(raw) for athlete, raw in db.execute(query)}


def save_shoes(db: Connection, athlete: str, found: Sequence[tuple[Shoe, Mapping[str, Any]]], now: datetime) -> None:
    """Store shoes with what their source said of them."""
    rows = [
        {
            "athlete": athlete, "source": shoe.source, "id": shoe.id, "name": shoe.name, "distance_m": shoe.distance_m,
            "retired": shoe.retired, "raw": dict(raw), "fetched_at": now, "limit_m": shoe.limit_m,
            "surface": shoe.surface, "races": shoe.races, "default_for": "",
        }
        for shoe, raw in found
    ]  # fmt: skip
    # What a pair is for may be the athlete's own word by now, which its source does not know.
    upsert(db, shoes, rows, only=("name", "distance_m", "retired", "raw", "fetched_at"))


_SHOE = [shoes.c[name] for name in ("id", "name", "distance_m", "retired", "source")]


def load_shoes(db: Connection, athlete: str) -> list[Shoe]:
    query = select(*_SHOE).where(shoes.c.athlete == athlete).order_by(shoes.c.id)
    return [Shoe(*row) for row in db.execute(query)]


def shoes_of_each(db: Connection, names: Sequence[str], last: date) -> dict[str, list[Shoe]]:
    """The shoes of those athletes who have any, by name, as they stood on the evening of `last`: each with the odometer
    and the last day on which it was used by then.

    A source's odometer is today's, less what was run later; without one it is what was run in the shoe until then, on
    top of what it had come before. A pair of the ledger is retired from its last day on, and was none before its first.
    """
    used = (activities.c.athlete == shoes.c.athlete) & (activities.c.gear_id == shoes.c.id)
    metres = select(func.sum(activities.c.distance_m)).where(used)
    later = metres.where(activities.c.day > last).scalar_subquery()
    until_then = metres.where(activities.c.day <= last).scalar_subquery()
    before = case((shoes.c.distance_m.is_(None), until_then))  # no source's odometer has to be added up
    last_used = select(func.max(activities.c.day)).where(used, activities.c.day <= last).scalar_subquery()
    columns = [*_SHOE, last_used, shoes.c.surface, shoes.c.limit_m, shoes.c.races]
    ledger = [shoes.c.starting_m, shoes.c.from_day, shoes.c.until_day]
    query = select(shoes.c.athlete, later, before, *ledger, *columns).where(among(db, shoes.c.athlete, names))
    found: dict[str, list[Shoe]] = {}
    for athlete, after, by_then, starting, from_day, until_day, *values in db.execute(query.order_by(shoes.c.id)):
        shoe = Shoe(*values)
        if shoe.distance_m is not None:
            shoe = changed(shoe, distance_m=shoe.distance_m - (after or 0.0)) if after else shoe
        elif starting is not None or by_then is not None:
            shoe = changed(shoe, distance_m=(starting or 0.0) + (by_then or 0.0))
        if until_day is not None:
            shoe = changed(shoe, retired=until_day <= last)
        if from_day is None or from_day <= last or shoe.last_used is not None:
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
