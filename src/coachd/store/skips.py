"""What sources have that could not be read, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from coachd.store import chunked, upsert
from coachd.tables import skipped


def note(db: Connection, athlete: str, source: str, reasons: dict[str, str], now: datetime) -> None:
    """Remember what could not be read, and why."""
    rows = [
        {"athlete": athlete, "source": source, "external_id": external_id, "reason": reason, "seen_at": now}
        for external_id, reason in reasons.items()
    ]
    upsert(db, skipped, rows)


def forget(db: Connection, athlete: str, source: str, ids: Sequence[str]) -> None:
    """Forget that these could not be read: now they could."""
    mine = (skipped.c.athlete == athlete) & (skipped.c.source == source)
    noted = set(db.scalars(select(skipped.c.external_id).where(mine)))  # few, however many ids are given
    for chunk in chunked(sorted(noted.intersection(ids))):
        db.execute(delete(skipped).where(mine, skipped.c.external_id.in_(chunk)))


def every(db: Connection, athlete: str) -> list[tuple[str, str, str]]:
    """(source, id, reason) of everything that could not be read."""
    query = (
        select(skipped.c.source, skipped.c.external_id, skipped.c.reason)
        .where(skipped.c.athlete == athlete)
        .order_by(skipped.c.source, skipped.c.external_id)
    )
    return [tuple(row) for row in db.execute(query)]
