"""A database full of invented runners: a few are made through the product's own path, the others are their copies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Table, insert, literal, select

from bench.runner import summaries
from coachd.history.merge import merge
from coachd.model import Shoe
from coachd.sources.strava.mapping import recording
from coachd.store import Store, athletes, profile, recordings
from coachd.tables import activities, shoes
from coachd.tables import athletes as people
from coachd.tables import recordings as stored_recordings

YEARS = 3
DAYS_PER_ACTIVITY = 2.8  # two and a half a week
ORIGINALS = 20
_EMPTY = {"raw": literal("{}"), "values": literal("{}")}


def fill(store: Store, count: int, now: datetime) -> None:
    """Put `count` runners into an empty, migrated database, each with three years of two and a half activities a week.

    Copies have everything that judging reads: activities, what identifies their recordings, and shoes.
    """
    length = round(YEARS * 365.25 / DAYS_PER_ACTIVITY)
    originals = min(ORIGINALS, count)
    with store.begin() as db:
        for number in range(originals):
            name = _name(number)
            athletes.add(db, name, {}, now)
            batch = [recording(raw) for raw in summaries(length, now, seed=number, days_apart=DAYS_PER_ACTIVITY)]
            saved = recordings.save(db, name, batch, now)
            recordings.derive(db, name, saved.identities, merge)
            gear = sorted({each.gear_id for each in batch if each.gear_id})
            profile.save_shoes(db, name, [(Shoe(key, key, 400_000.0), {}) for key in gear], now)
        for number in range(originals, count):
            for table in (people, activities, stored_recordings, shoes):
                db.execute(_copy(table, _name(number % originals), _name(number)))


def _name(number: int) -> str:
    return f"runner-{number:05}"


def _copy(table: Table, original: str, name: str) -> Insert:
    """Everything of one athlete in a table once more, as another's; what a source said word for word is left out."""
    owner = "id" if table is people else "athlete"
    changed: dict[str, Any] = {owner: literal(name), **(_EMPTY if table is stored_recordings else {})}
    columns = [changed.get(column.name, column) for column in table.columns]
    return insert(table).from_select(table.columns.keys(), select(*columns).where(table.c[owner] == original))
