"""How an activity lies in its table: what makes it as one text, beside the columns that it is searched by.

A column for each field would take more than half as long again to read, and a runner has thousands of activities.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from itertools import dropwhile
from operator import attrgetter
from typing import Any

from coachd.errors import StoreProblem
from coachd.migrations import RESTORE
from coachd.model import Activity, Source

STORED = (
    "sport", "start", "start_local", "name", "distance_m", "moving_s", "elapsed_s", "gain_m", "average_hr", "max_hr",
    "cadence_spm", "workout_type", "gear_id", "device", "trainer", "commute", "manual", "hidden_start", "tags",
    "sources", "strava_id", "temperature_c", "dew_point_c", "loss_m", "perceived_effort", "sets", "hr_zone_s",
)  # fmt: skip
"""The fields of the text in the order in which an `Activity` takes them after its id: a new one comes behind them."""

_START, _START_LOCAL, _TAGS, _SOURCES, _HR_ZONE_S = map(
    STORED.index, ("start", "start_local", "tags", "sources", "hr_zone_s")
)
_SEARCHED = ("sport", "start", "day", "distance_m", "gear_id", "manual")
_stored_of, _searched_of = attrgetter(*STORED), attrgetter(*_SEARCHED)
_DAMAGE = (ValueError, TypeError, LookupError, AttributeError)
_encode = json.JSONEncoder(ensure_ascii=False).encode


def row(athlete: str, identity: str, activity: Activity, now: datetime | None) -> dict[str, Any]:
    """The activity as a row of its table, that arrives at `now`."""
    values = list(_stored_of(activity))
    for place in (_START, _START_LOCAL):
        values[place] = values[place].isoformat()
    values[_TAGS], values[_SOURCES] = " ".join(sorted(activity.tags)), " ".join(activity.sources)
    said = list(dropwhile(lambda value: value is None, reversed(values)))[::-1]
    # Half a character, as a name cut off in the middle of an emoji ends with, goes into no database.
    text = _encode(said).encode(errors="replace").decode()
    searched = dict(zip(_SEARCHED, _searched_of(activity), strict=True))
    return searched | {
        "athlete": athlete, "id": activity.id, "identity": identity, "arrived_at": now, "values": text,
    }  # fmt: skip


def activities(numbers: Iterable[int], texts: Collection[str]) -> list[Activity]:
    """The activities with these numbers, each made from its text, without streams. Raises StoreProblem as `read`."""
    return [Activity(number, *values) for number, values in zip(numbers, read(texts), strict=True)]


def read(texts: Collection[str]) -> list[list[Any]]:
    """What makes each activity, in the order that it takes it after its id, without what is None at the end.

    Raises StoreProblem where a text is damaged.
    """
    try:
        return _read(texts)  # in one go: each text by itself takes twice as long
    except _DAMAGE:
        for text in texts:
            _tried(text)
        raise


def _tried(text: str) -> None:
    try:
        _read([text])
    except _DAMAGE as problem:
        raise StoreProblem(
            f"An activity in the database is damaged: its values are {text[:60]!r}.", RESTORE
        ) from problem


def _read(texts: Collection[str]) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(f"[{','.join(texts)}]")
    instant = datetime.fromisoformat
    for values in found:
        values[_START], values[_START_LOCAL] = instant(values[_START]), instant(values[_START_LOCAL])
        values[_TAGS], values[_SOURCES] = _tags(values[_TAGS]), _sources(values[_SOURCES])
        if len(values) > _HR_ZONE_S:
            values[_HR_ZONE_S] = tuple(values[_HR_ZONE_S])
    return found


@lru_cache(maxsize=1024)
def _tags(words: str) -> frozenset[str]:
    return frozenset(words.split())


@lru_cache
def _sources(words: str) -> tuple[Source, ...]:
    return tuple(words.split())
