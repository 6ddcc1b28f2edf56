"""Recordings of one workout -> one activity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from coachd.model import Activity, Recording, Source

PRECEDENCE: tuple[Source, ...] = ("strava", "garmin", "files")
"""Whose word goes first, field by field. An API row of Strava knows the true local start and the latest edits; the
row of an export of the same workout fills what is missing, and stands alone once the API row has to go."""

_FIELDS = (
    "distance_m", "moving_s", "elapsed_s", "gain_m", "average_hr", "max_hr", "cadence_spm", "workout_type", "device",
)  # fmt: skip
_TAG = re.compile(r"#([a-z]+)", re.IGNORECASE)


def merge(activity_id: int, recordings: Sequence[Recording]) -> Activity:
    """One activity from the recordings of one workout (at least one). Never changes or drops a recording."""
    ranked = sorted(recordings, key=lambda r: (PRECEDENCE.index(r.source), r.external_id))
    best = ranked[0]
    gear = next((r.gear_id or f"name:{r.gear_name}" for r in ranked if r.gear_id or r.gear_name), None)
    values: dict[str, Any] = {name: getattr(best, name) for name in _FIELDS}
    for other in ranked[1:]:
        values |= {name: getattr(other, name) for name in _FIELDS if values[name] is None}
    return Activity(
        id=activity_id,
        sport=best.sport,
        start=best.start,
        start_local=best.start_local,
        name=next((r.name for r in ranked if r.name), ""),
        gear_id=gear,
        trainer=best.trainer,
        commute=best.commute,
        manual=best.manual,
        hidden_start=best.hidden_start,
        tags=frozenset(tag.lower() for r in ranked for tag in _TAG.findall(f"{r.name} {r.description}")),
        sources=tuple(dict.fromkeys(r.source for r in ranked)),
        **values,
    )
