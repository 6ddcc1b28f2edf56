"""What is wrong with the instance: since when, and whether its operator was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from coachd.store import upsert
from coachd.tables import incidents


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that was found wrong. `key` says what and with whom; `told_at` is when the operator was told last, in
    this time or an earlier one of the same; `ended_at` None: it goes on."""

    key: str
    began_at: datetime
    detail: str
    told_at: datetime | None = None
    ended_at: datetime | None = None


_COLUMNS = [incidents.c[name] for name in Incident.__slots__]


def every(db: Connection) -> dict[str, Incident]:
    """All that ever were, by key; of each the last time."""
    return {row.key: Incident(*row) for row in db.execute(select(*_COLUMNS).order_by(incidents.c.key))}


def open(db: Connection) -> list[Incident]:  # noqa: A001 - read as `incidents.open`
    """Those that go on, oldest first."""
    query = select(*_COLUMNS).where(incidents.c.ended_at.is_(None)).order_by(incidents.c.began_at, incidents.c.key)
    return [Incident(*row) for row in db.execute(query)]


def save(db: Connection, incident: Incident) -> None:
    upsert(db, incidents, [{name: getattr(incident, name) for name in Incident.__slots__}])
