"""What was worked out from a recording's details or streams, and that it was asked for when there were none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from coachd.store import upsert
from coachd.tables import details


def save(
    db: Connection, athlete: str, source: str, external_id: str, kind: str, kept: Any, problem: str, now: datetime
) -> None:
    """Keep what was worked out from details or streams; `kept` None with the reason in `problem`."""
    row = {
        "athlete": athlete, "source": source, "external_id": external_id, "kind": kind, "kept": kept,
        "problem": problem, "fetched_at": now,
    }  # fmt: skip
    upsert(db, details, [row])


def get(db: Connection, athlete: str, source: str, external_id: str, kind: str) -> tuple[Any, str] | None:
    """(what is kept, problem); None if it was never asked for."""
    row = db.execute(
        select(details.c.kept, details.c.problem).where(
            details.c.athlete == athlete,
            details.c.source == source,
            details.c.external_id == external_id,
            details.c.kind == kind,
        )
    ).first()
    return (row.kept, row.problem) if row else None
