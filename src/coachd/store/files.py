"""Files that were looked at, by what is in them: the same file is read once, whatever it is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from coachd.store import chunked, upsert
from coachd.tables import files, recordings

Outcome = Literal["read", "skipped", "broken"]
SOURCE = "files"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was looked at. `digest` is the SHA-256 of what is in it, unpacked; `size` that of the file as it
    lay there; `reason` says why it was skipped or is broken."""

    digest: str
    name: str
    size: int
    outcome: Outcome
    reason: str = ""


def note(db: Connection, athlete: str, seen: Sequence[Seen], now: datetime) -> None:
    rows = [
        {
            "athlete": athlete, "digest": each.digest, "name": each.name, "size": each.size,
            "outcome": each.outcome, "reason": each.reason, "seen_at": now,
        }
        for each in {each.digest: each for each in seen}.values()
    ]  # fmt: skip
    upsert(db, files, rows)


def outcomes(db: Connection, athlete: str) -> dict[str, Outcome]:
    """Digest -> what became of it, for every file of the athlete."""
    query = select(files.c.digest, files.c.outcome).where(files.c.athlete == athlete)
    return {digest: outcome for digest, outcome in db.execute(query)}  # noqa: C416 - a row is no pair to dict()


def latest(db: Connection, athlete: str) -> dict[tuple[str, int], datetime]:
    """(name, size) -> when such a file was looked at last."""
    query = select(files.c.name, files.c.size, files.c.seen_at).where(files.c.athlete == athlete)
    found: dict[tuple[str, int], datetime] = {}
    for name, size, seen_at in db.execute(query):
        found[name, size] = max(seen_at, found.get((name, size), seen_at))
    return found


def identities(db: Connection, athlete: str, digests: Collection[str]) -> Mapping[str, str]:
    """Digest -> the identity under which the first workout of that file is stored."""
    wanted, found = list(digests), dict[str, str]()
    for chunk in chunked(wanted):
        query = select(recordings.c.external_id, recordings.c.own_identity).where(
            recordings.c.athlete == athlete,
            recordings.c.source == SOURCE,
            recordings.c.external_id.in_(chunk),
        )
        found |= {digest: identity for digest, identity in db.execute(query)}  # noqa: C416 - as above
    return found
