"""Nights: what a source measured, by the morning on which they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from coachd.model import Night
from coachd.store import among, upsert
from coachd.tables import nights

_VALUES = ("day", "source", "sleep_s", "resting_hr", "hrv_ms", "bedtime", "sleep_score", "body_battery", "stress")
_COLUMNS = [nights.c[name] for name in _VALUES]
FIRST = "garmin"
"""Of several sources that know a night, the one that measured it."""


def save(db: Connection, athlete: str, found: Sequence[tuple[Night, Mapping[str, Any]]], now: datetime) -> None:
    """Store nights with what their source said of them. What is unknown now and was known before stays: a source that
    cannot be asked about sleep for once has forgotten nothing."""
    known = _known(db, athlete, [night for night, _ in found])
    rows = []
    for night, raw in found:
        before = known.get((night.day, night.source), {})
        values = {name: before.get(name) if (value := getattr(night, name)) is None else value for name in _VALUES}
        rows.append({"athlete": athlete, **values, "raw": {**before.get("raw", {}), **raw}, "fetched_at": now})
    upsert(db, nights, rows)


def _known(db: Connection, athlete: str, found: Sequence[Night]) -> dict[tuple[date, str], dict[str, Any]]:
    """What is stored between the first and the last of these nights, by day and source."""
    days = [night.day for night in found]
    if not days:
        return {}
    query = select(*_COLUMNS, nights.c.raw).where(
        nights.c.athlete == athlete, nights.c.day.between(min(days), max(days))
    )
    return {(row.day, row.source): dict(row._asdict()) for row in db.execute(query)}


def load(db: Connection, athlete: str, first: date | None = None, last: date | None = None) -> list[Night]:
    """The nights that ended on these mornings (both included), or all, one a day and by day."""
    return load_each(db, [athlete], first, last).get(athlete, [])


def load_each(
    db: Connection, names: Sequence[str], first: date | None = None, last: date | None = None
) -> dict[str, list[Night]]:
    """The same of those athletes who have any, by name, with one look at the table."""
    query = select(nights.c.athlete, *_COLUMNS).where(among(db, nights.c.athlete, names))
    if first is not None:
        query = query.where(nights.c.day >= first)
    if last is not None:
        query = query.where(nights.c.day <= last)
    found: dict[str, dict[date, Night]] = {}
    for athlete, *values in db.execute(query.order_by(nights.c.day, nights.c.source)):
        night = Night(**dict(zip(_VALUES, values, strict=True)))
        mine = found.setdefault(athlete, {})
        if night.source == FIRST or night.day not in mine:
            mine[night.day] = night
    return {athlete: list(mine.values()) for athlete, mine in found.items()}


def purge(db: Connection, athlete: str, source: str) -> int:
    """Drop what this source told of nights. Gives the number of rows."""
    return db.execute(delete(nights).where(nights.c.athlete == athlete, nights.c.source == source)).rowcount
