"""Connections to sources: tokens (sealed), the state a source is in, and how far its sync has come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from coachd.crypto import Vault
from coachd.store import among, upsert
from coachd.tables import connections, passes, receipts


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token with its end, and the refresh token that makes the next one."""

    access: str
    refresh: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at:%Y-%m-%dT%H:%MZ})"  # never the tokens themselves


@dataclass(frozen=True, slots=True)
class SourceState:
    """One athlete's connection to one source. `state` is `ok` or names what keeps us out."""

    athlete: str
    source: str
    external_id: str | None
    scopes: tuple[str, ...]
    state: str
    state_since: datetime
    detail: str
    failures: int
    next_try_at: datetime | None
    synced_at: datetime | None
    passed_at: datetime | None
    profile_at: datetime | None
    connected_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """A listing under way: fixed bounds, the next page, what has been seen of it."""

    kind: str
    after: datetime
    before: datetime
    page: int
    seen: int
    oldest: datetime | None
    started_at: datetime


_STATE = [column for column in connections.c if column.name in SourceState.__slots__]


def _is(athlete: str, source: str) -> Any:
    return (connections.c.athlete == athlete) & (connections.c.source == source)


def get(db: Connection, athlete: str, source: str) -> SourceState | None:
    row = db.execute(select(*_STATE).where(_is(athlete, source))).first()
    return _state(row) if row else None


def synced_of_each(db: Connection, names: Sequence[str]) -> dict[str, dict[str, datetime]]:
    """Athlete -> source -> its last successful look, of those that had one."""
    query = select(connections.c.athlete, connections.c.source, connections.c.synced_at).where(
        among(db, connections.c.athlete, names), connections.c.synced_at.is_not(None)
    )
    found: dict[str, dict[str, datetime]] = {}
    for athlete, source, synced_at in db.execute(query):
        found.setdefault(athlete, {})[source] = synced_at
    return found


def every(db: Connection, athlete: str | None = None) -> list[SourceState]:
    """All connections, or those of one athlete."""
    query = select(*_STATE).order_by(connections.c.athlete, connections.c.source)
    if athlete is not None:
        query = query.where(connections.c.athlete == athlete)
    return [_state(row) for row in db.execute(query)]


def _state(row: Any) -> SourceState:
    return SourceState(**{**row._asdict(), "scopes": tuple(row.scopes)})


def connect(
    db: Connection, vault: Vault, athlete: str, source: str, external_id: str | None, scopes: Sequence[str],
    tokens: Tokens, now: datetime,
) -> None:  # fmt: skip
    """Store a fresh connection; one that was broken is whole again, what was synced stays."""
    row = {
        "athlete": athlete, "source": source, "external_id": external_id, "scopes": list(scopes), "state": "ok",
        "state_since": now, "detail": "", "failures": 0, "next_try_at": None, "connected_at": now,
        **_sealed(vault, tokens),
    }  # fmt: skip
    upsert(db, connections, [row])


def tokens(db: Connection, vault: Vault, athlete: str, source: str) -> Tokens | None:
    row = db.execute(select(connections.c.tokens, connections.c.expires_at).where(_is(athlete, source))).first()
    if not row or row.tokens is None:
        return None
    opened = json.loads(vault.open(row.tokens, f"connect again with `coachd connect {source}`"))
    return Tokens(opened["access"], opened["refresh"], row.expires_at)


def rotate(db: Connection, vault: Vault, athlete: str, source: str, fresh: Tokens) -> None:
    db.execute(update(connections).where(_is(athlete, source)).values(**_sealed(vault, fresh)))


def _sealed(vault: Vault, tokens: Tokens) -> dict[str, Any]:
    text = json.dumps({"access": tokens.access, "refresh": tokens.refresh})
    return {"tokens": vault.seal(text), "expires_at": tokens.expires_at}


def set_state(
    db: Connection, athlete: str, source: str, state: str, detail: str, next_try_at: datetime | None, now: datetime
) -> None:
    """Note what keeps us out. The same state again keeps its beginning."""
    old = get(db, athlete, source)
    if old is None:
        return
    same = old.state == state
    db.execute(
        update(connections)
        .where(_is(athlete, source))
        .values(
            state=state,
            detail=detail,
            next_try_at=next_try_at,
            failures=old.failures + 1 if same else 1,
            state_since=old.state_since if same else now,
        )
    )


def looked(db: Connection, athlete: str, source: str, now: datetime, keep: Sequence[str] = ()) -> None:
    """A look at the source went well: it is `ok` again, unless its state is one that a look does not end."""
    db.execute(update(connections).where(_is(athlete, source)).values(synced_at=now))
    db.execute(
        update(connections)
        .where(_is(athlete, source), connections.c.state.not_in(["ok", *keep]))
        .values(state="ok", state_since=now, detail="", failures=0, next_try_at=None)
    )


def mark(db: Connection, athlete: str, source: str, **moments: datetime | None) -> None:
    """Set one of the moments `passed_at`, `profile_at`, `ends_at`."""
    db.execute(update(connections).where(_is(athlete, source)).values(**moments))


def forget(db: Connection, athlete: str, source: str) -> None:
    db.execute(delete(passes).where((passes.c.athlete == athlete) & (passes.c.source == source)))
    db.execute(delete(connections).where(_is(athlete, source)))


def current_pass(db: Connection, athlete: str, source: str) -> Pass | None:
    columns = [column for column in passes.c if column.name in Pass.__slots__]
    row = db.execute(select(*columns).where((passes.c.athlete == athlete) & (passes.c.source == source))).first()
    return Pass(**row._asdict()) if row else None


def save_pass(db: Connection, athlete: str, source: str, state: Pass) -> None:
    fields = {name: getattr(state, name) for name in Pass.__slots__}
    upsert(db, passes, [{"athlete": athlete, "source": source, **fields}])


def end_pass(db: Connection, athlete: str, source: str) -> None:
    db.execute(delete(passes).where((passes.c.athlete == athlete) & (passes.c.source == source)))


def add_receipt(db: Connection, athlete: str, source: str, counts: dict[str, int], detail: str, now: datetime) -> None:
    db.execute(insert(receipts).values(athlete=athlete, source=source, at=now, counts=counts, detail=detail))
