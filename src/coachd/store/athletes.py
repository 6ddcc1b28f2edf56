"""Athletes and what each of them set for themself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from coachd.store import upsert
from coachd.tables import athletes


def ensure(db: Connection, athlete: str, now: datetime) -> None:
    """Make the athlete if there is none of this name."""
    upsert(db, athletes, [{"id": athlete, "settings": {}, "paused": False, "created_at": now}], only=())


def add(db: Connection, athlete: str, settings: Mapping[str, Any], now: datetime) -> None:
    db.execute(insert(athletes).values(id=athlete, settings=dict(settings), paused=False, created_at=now))


def names(db: Connection) -> list[str]:
    """All athletes, oldest first."""
    return list(db.scalars(select(athletes.c.id).order_by(athletes.c.created_at, athletes.c.id)))


def get(db: Connection, athlete: str) -> tuple[dict[str, Any], bool] | None:
    """What the athlete set for themself, and whether their mail is paused; None for an unknown athlete."""
    row = db.execute(select(athletes.c.settings, athletes.c.paused).where(athletes.c.id == athlete)).first()
    return (dict(row.settings), row.paused) if row else None


def change(db: Connection, athlete: str, settings: Mapping[str, Any]) -> None:
    db.execute(update(athletes).where(athletes.c.id == athlete).values(settings=dict(settings)))


def pause(db: Connection, athlete: str, paused: bool) -> None:
    db.execute(update(athletes).where(athletes.c.id == athlete).values(paused=paused))


def remove(db: Connection, athlete: str) -> None:
    """Remove the athlete and, by the foreign keys, everything that is theirs."""
    db.execute(delete(athletes).where(athletes.c.id == athlete))
