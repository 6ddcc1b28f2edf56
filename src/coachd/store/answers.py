"""What the tokens in mails may do. A token itself stands only in its mail: here is its SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, select, update

from coachd.store import upsert
from coachd.tables import answers


@dataclass(frozen=True, slots=True)
class Grant:
    """What one token does, for whom and until when; once, where `used_at` is ever set. The nudge that it is about is
    named by period, rule and subject, all empty where it is about none."""

    athlete: str
    action: str
    period: str
    rule: str
    subject: str
    expires_at: datetime
    used_at: datetime | None = None


_COLUMNS = [answers.c[name] for name in Grant.__slots__]


def issue(db: Connection, granted: Mapping[str, Grant]) -> None:
    """Make tokens valid. One that was issued before lasts longer by this; what was used stays used."""
    rows = [
        {"token": _hashed(token), **{name: getattr(grant, name) for name in Grant.__slots__}}
        for token, grant in granted.items()
    ]
    upsert(db, answers, rows, only=("expires_at",))


def find(db: Connection, token: str) -> Grant | None:
    """What this token does; None for an unknown one. Whether it has run out is for the caller to look at."""
    row = db.execute(select(*_COLUMNS).where(answers.c.token == _hashed(token))).first()
    return Grant(*row) if row else None


def use(db: Connection, token: str, now: datetime) -> bool:
    """Use the token up. False where that was done before, by whomever: of several at once one gets True."""
    mine = (answers.c.token == _hashed(token)) & answers.c.used_at.is_(None)
    return db.execute(update(answers).where(mine).values(used_at=now)).rowcount == 1


def forget(db: Connection, athlete: str, before: datetime) -> None:
    """Drop the athlete's tokens that ran out before this moment."""
    db.execute(delete(answers).where(answers.c.athlete == athlete, answers.c.expires_at < before))


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
