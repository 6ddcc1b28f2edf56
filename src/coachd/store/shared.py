"""What the instance shares: the request budget of an app, short locks, the daemon's heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from coachd.store import upsert
from coachd.tables import budgets, heartbeats, locks

MAILBOX = "mailbox"
"""The heartbeat that says how reading the mailbox for answers went: its `detail` is empty, or what is wrong since
`started_at`."""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """The limits and the use that an app's last answer reported: {"read": [quarter hour, day], ...}."""

    limits: dict[str, list[int]]
    used: dict[str, list[int]]
    seen_at: datetime
    blocked_until: datetime | None


def budget(db: Connection, app: str) -> BudgetRow | None:
    row = db.execute(
        select(budgets.c.limits, budgets.c.used, budgets.c.seen_at, budgets.c.blocked_until).where(budgets.c.app == app)
    ).first()
    return BudgetRow(*row) if row else None


def save_budget(db: Connection, app: str, row: BudgetRow) -> None:
    upsert(
        db,
        budgets,
        [
            {
                "app": app,
                "limits": row.limits,
                "used": row.used,
                "seen_at": row.seen_at,
                "blocked_until": row.blocked_until,
            }
        ],
    )


def acquire(db: Connection, name: str, owner: str, now: datetime, hold: timedelta) -> bool:
    """Take the lock unless somebody else holds it. An owner that died loses it when `hold` has passed."""
    # A lock that nobody has taken yet is a row that ran out: then one conditional update decides between any number.
    upsert(db, locks, [{"name": name, "owner": "", "until": now}], only=())
    taken = db.execute(
        update(locks)
        .where(locks.c.name == name, (locks.c.owner == owner) | (locks.c.until <= now))
        .values(owner=owner, until=now + hold)
    )
    return taken.rowcount == 1


def release(db: Connection, name: str, owner: str) -> None:
    db.execute(delete(locks).where(locks.c.name == name, locks.c.owner == owner))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The daemon's last sign of life."""

    at: datetime
    started_at: datetime
    pid: int
    detail: str


def beat(db: Connection, name: str, sign: Heartbeat) -> None:
    upsert(
        db,
        heartbeats,
        [{"name": name, "at": sign.at, "started_at": sign.started_at, "pid": sign.pid, "detail": sign.detail}],
    )


def heartbeat(db: Connection, name: str) -> Heartbeat | None:
    row = db.execute(
        select(heartbeats.c.at, heartbeats.c.started_at, heartbeats.c.pid, heartbeats.c.detail).where(
            heartbeats.c.name == name
        )
    ).first()
    return Heartbeat(*row) if row else None
