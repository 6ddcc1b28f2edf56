"""Messages on their way: written in the transaction that decided them, claimed by one sender at a time.

States: pending → sending → sent, or failed, unknown (it may have arrived), expired (too old to be of use), withdrawn,
withheld (nothing of it may be said on a shared channel).
One that may have arrived and is worth a second attempt is `repeated` until then, so that there is no third.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, cast, or_, select, update
from sqlalchemy import exists as any_row

from coachd.store import upsert
from coachd.tables import athletes, outbox

WEEKLY, SAME_DAY, FIRST, NOTICE = "weekly", "same_day", "first", "notice"
LEASE = timedelta(minutes=5)
WAITING = ("pending", "repeated")
ENDED = ("sent", "failed", "unknown", "expired", "withdrawn", "withheld")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on one channel."""

    athlete: str
    kind: str
    period: str
    channel: str
    state: str
    body: Mapping[str, Any]
    attempts: int
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    result: str


_COLUMNS = [outbox.c[name] for name in Delivery.__slots__]


def _is(key: Delivery | tuple[str, str, str, str]) -> Any:
    athlete, kind, period, channel = key if isinstance(key, tuple) else (key.athlete, key.kind, key.period, key.channel)
    return (
        (outbox.c.athlete == athlete)
        & (outbox.c.kind == kind)
        & (outbox.c.period == period)
        & (outbox.c.channel == channel)
    )


def exists(db: Connection, athlete: str, kind: str, period: str) -> bool:
    """Whether this was ever put out, on any channel."""
    query = select(outbox.c.channel).where(
        outbox.c.athlete == athlete, outbox.c.kind == kind, outbox.c.period == period
    )
    return db.execute(query.limit(1)).first() is not None


def periods(db: Connection, athlete: str, kind: str) -> set[str]:
    """The periods about which something of this kind was ever put out."""
    return set(db.scalars(select(outbox.c.period).where(outbox.c.athlete == athlete, outbox.c.kind == kind)))


def never_written_to(db: Connection) -> list[str]:
    """The athletes to whom nothing but notices was ever put out."""
    written = select(outbox.c.athlete).where(outbox.c.kind != NOTICE)
    return list(db.scalars(select(athletes.c.id).where(athletes.c.id.not_in(written)).order_by(athletes.c.id)))


def put(
    db: Connection,
    athlete: str,
    kind: str,
    period: str,
    channels: Sequence[str],
    body: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put a message out on these channels. What is out already under the same key stays as it is."""
    rows = [
        {
            "athlete": athlete, "kind": kind, "period": period, "channel": channel, "state": "pending",
            "body": dict(body), "attempts": 0, "created_at": now, "next_try_at": now, "lease_until": None,
            "sent_at": None, "result": "",
        }
        for channel in channels
    ]  # fmt: skip
    upsert(db, outbox, rows, only=())


def claim(db: Connection, now: datetime, kind: str | None = None, athlete: str | None = None) -> Delivery | None:
    """Take the next message that is due; nobody else gets it while we hold it. None when nothing is due.

    A sender that died while it held one loses it after a lease: whether it sent is unknown, and the message carries
    the same Message-ID again.
    """
    due = or_(
        outbox.c.state.in_(WAITING) & (outbox.c.next_try_at <= now),
        (outbox.c.state == "sending") & (outbox.c.lease_until < now),
    )
    query = select(*_COLUMNS).where(due).order_by(outbox.c.next_try_at, outbox.c.athlete, outbox.c.channel).limit(1)
    if kind is not None:
        query = query.where(outbox.c.kind == kind)
    if athlete is not None:
        query = query.where(outbox.c.athlete == athlete)
    row = db.execute(query).first()
    if row is None:
        return None
    delivery = Delivery(*row)
    taken = db.execute(
        update(outbox)
        .where(_is(delivery), due)
        .values(state="sending", attempts=outbox.c.attempts + 1, lease_until=now + LEASE)
    )
    return delivery if taken.rowcount == 1 else None


def finish(db: Connection, delivery: Delivery, state: str, result: str, now: datetime) -> None:
    """Record how it ended: sent, failed, expired or unknown."""
    db.execute(
        update(outbox)
        .where(_is(delivery))
        .values(state=state, result=result, lease_until=None, sent_at=now if state == "sent" else None)
    )


def retry(db: Connection, delivery: Delivery, at: datetime, result: str, *, unknown: bool = False) -> None:
    """Put it back for another attempt, unless it was withdrawn in the meantime. `unknown`: it may have arrived."""
    state = "repeated" if unknown or delivery.state == "repeated" else "pending"
    db.execute(
        update(outbox)
        .where(_is(delivery), outbox.c.state == "sending")
        .values(state=state, next_try_at=at, lease_until=None, result=result)
    )


def rewrite(db: Connection, delivery: Delivery, body: Mapping[str, Any]) -> None:
    """Give a message that has not gone out another body, on every channel."""
    same = [outbox.c[name] == getattr(delivery, name) for name in ("athlete", "kind", "period")]
    db.execute(update(outbox).where(*same, outbox.c.state.not_in(ENDED)).values(body=dict(body)))


def put_back(db: Connection, delivery: Delivery, at: datetime, reason: str) -> None:
    """Put one back that was claimed and not tried, unless it was withdrawn in the meantime: no attempt is counted."""
    # One whose sender died may have arrived.
    state = "pending" if delivery.state == "pending" else "repeated"
    db.execute(
        update(outbox)
        .where(_is(delivery), outbox.c.state == "sending")
        .values(state=state, attempts=delivery.attempts, next_try_at=at, lease_until=None, result=reason)
    )


def again(db: Connection, athlete: str, kind: str, period: str, now: datetime) -> int:
    """Put a message out once more, on each channel where it was sent or given up. Gives the number of channels.

    One that was emptied since stays where it is: there is nothing left to say.
    """
    changed = db.execute(
        update(outbox)
        .where(
            outbox.c.athlete == athlete,
            outbox.c.kind == kind,
            outbox.c.period == period,
            outbox.c.state.in_(["sent", "failed", "expired", "unknown", *WAITING]),
            cast(outbox.c.body, Text) != "{}",
        )
        .values(state="pending", next_try_at=now, lease_until=None, attempts=0, created_at=now)
    )
    return changed.rowcount


@dataclass(frozen=True, slots=True)
class Failing:
    """A way out on which nothing has gone out since what was put there at `since`, with what went wrong last."""

    athlete: str
    channel: str
    period: str
    since: datetime
    result: str


def failing(db: Connection, first: datetime, last: datetime) -> list[Failing]:
    """The channels that took nothing since a message that was put out between the two moments, and tried; the oldest
    such message of each. Notices prove nothing: they may be about this very thing."""
    sent = outbox.alias()
    later = any_row().where(
        sent.c.athlete == outbox.c.athlete, sent.c.channel == outbox.c.channel, sent.c.sent_at > outbox.c.created_at
    )
    query = (
        select(*(outbox.c[name] for name in ("athlete", "channel", "period", "created_at", "result")))
        .where(outbox.c.created_at.between(first, last), outbox.c.kind != NOTICE, ~later)
        .where((outbox.c.state == "failed") | (outbox.c.state.in_(WAITING) & (outbox.c.attempts > 0)))
        .order_by(outbox.c.created_at.desc())
    )
    oldest = {(row.athlete, row.channel): Failing(*row) for row in db.execute(query)}
    return list(oldest.values())


def of_period(db: Connection, athlete: str, kind: str, period: str) -> list[Delivery]:
    """One message on all its channels."""
    same = (outbox.c.athlete == athlete, outbox.c.kind == kind, outbox.c.period == period)
    return [Delivery(*row) for row in db.execute(select(*_COLUMNS).where(*same).order_by(outbox.c.channel))]


def recent(db: Connection, athlete: str, limit: int = 10) -> list[Delivery]:
    """The athlete's latest messages, newest first."""
    query = select(*_COLUMNS).where(outbox.c.athlete == athlete).order_by(outbox.c.created_at.desc()).limit(limit)
    return [Delivery(*row) for row in db.execute(query)]
