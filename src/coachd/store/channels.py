"""An athlete's own ways out, beside those of the instance. Their options are sealed: addresses are secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from coachd.crypto import Vault
from coachd.store import upsert
from coachd.tables import channels

OWN = "own:"
"""How the outbox marks the name of an athlete's own channel."""


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """One way out without its options. `shared`: others read it, too; it is used once that was confirmed."""

    athlete: str
    name: str
    kind: str
    shared: bool
    confirmed_at: datetime | None
    created_at: datetime

    @property
    def in_use(self) -> bool:
        """Whether anything is sent there."""
        return not self.shared or self.confirmed_at is not None

    @property
    def outbox_name(self) -> str:
        """What the outbox calls it."""
        return f"{OWN}{self.name}"


_COLUMNS = [channels.c[name] for name in OwnChannel.__slots__]


def _is(athlete: str, name: str) -> Any:
    return (channels.c.athlete == athlete) & (channels.c.name == name)


def add(db: Connection, vault: Vault, channel: OwnChannel, options: Mapping[str, Any]) -> None:
    """Store a channel; one of the same name is replaced."""
    row = {name: getattr(channel, name) for name in OwnChannel.__slots__}
    upsert(db, channels, [{**row, "options": vault.seal(json.dumps(dict(options)))}])


def get(db: Connection, athlete: str, name: str) -> OwnChannel | None:
    row = db.execute(select(*_COLUMNS).where(_is(athlete, name))).first()
    return OwnChannel(*row) if row else None


def of_athlete(db: Connection, athlete: str) -> list[OwnChannel]:
    """All channels of the athlete, by name."""
    query = select(*_COLUMNS).where(channels.c.athlete == athlete).order_by(channels.c.name)
    return [OwnChannel(*row) for row in db.execute(query)]


def options(db: Connection, vault: Vault, athlete: str, name: str) -> dict[str, Any] | None:
    """The options of one channel; None where there is none. Raises StoreProblem when no key of ours opens them."""
    sealed = db.scalar(select(channels.c.options).where(_is(athlete, name)))
    if sealed is None:
        return None
    opened: dict[str, Any] = json.loads(vault.open(sealed, f"`coachd channel remove {name}` and add it again"))
    return opened


def confirm(db: Connection, athlete: str, name: str, now: datetime) -> None:
    """Note that the athlete wants this shared channel to be used."""
    db.execute(update(channels).where(_is(athlete, name)).values(confirmed_at=now))


def remove(db: Connection, athlete: str, name: str) -> bool:
    """Remove a channel; whether there was one."""
    return db.execute(delete(channels).where(_is(athlete, name))).rowcount > 0
