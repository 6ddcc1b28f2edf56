"""When each athlete's next digest is due, and how far digests have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from coachd.store import upsert
from coachd.tables import schedule


@dataclass(frozen=True, slots=True)
class Due:
    """`since` is when we began to keep this schedule; `last_day` ends the last period that was dealt with."""

    athlete: str
    kind: str
    since: datetime
    next_due: datetime
    last_day: date | None = None
    missed: str = ""


_COLUMNS = [schedule.c[name] for name in Due.__slots__]


def get(db: Connection, athlete: str, kind: str) -> Due | None:
    row = db.execute(select(*_COLUMNS).where(schedule.c.athlete == athlete, schedule.c.kind == kind)).first()
    return Due(*row) if row else None


def save(db: Connection, due: Due) -> None:
    upsert(db, schedule, [{name: getattr(due, name) for name in Due.__slots__}])
