"""When each athlete's next digest is due, and how far digests have come; and when to look at other things again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, select

from coachd.store import upsert
from coachd.tables import schedule


@dataclass(frozen=True, slots=True)
class Due:
    """`since` is when we began to keep this schedule; `last_day` ends the last period that was dealt with.

    `missed` names the periods left out last because nobody was there when they were due, `quiet` the last one that was
    judged and not mailed because there was nothing to say and the athlete wants no mail then.
    """

    athlete: str
    kind: str
    since: datetime
    next_due: datetime
    last_day: date | None = None
    missed: str = ""
    quiet: str = ""


_COLUMNS = [schedule.c[name] for name in Due.__slots__]


def get(db: Connection, athlete: str, kind: str) -> Due | None:
    row = db.execute(select(*_COLUMNS).where(schedule.c.athlete == athlete, schedule.c.kind == kind)).first()
    return Due(*row) if row else None


def of_kind(db: Connection, kind: str) -> list[Due]:
    """The schedules of this kind, of all athletes who have one."""
    query = select(*_COLUMNS).where(schedule.c.kind == kind).order_by(schedule.c.athlete)
    return [Due(*row) for row in db.execute(query)]


def save(db: Connection, due: Due) -> None:
    upsert(db, schedule, [{name: getattr(due, name) for name in Due.__slots__}])


def drop(db: Connection, athlete: str, kind: str) -> None:
    db.execute(delete(schedule).where(schedule.c.athlete == athlete, schedule.c.kind == kind))
