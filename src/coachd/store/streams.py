"""What is kept of recordings' streams: numbers as small JSON, and which recordings were never asked for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, delete, exists, select

from coachd.model import FAMILIES, Bout, StreamNumbers
from coachd.store import among
from coachd.tables import activities, details, recordings

STREAMS = "streams"
_PRECEDENCE = {"files": 0, "garmin": 1, "strava": 2}
_RUNS = [sport for sport, family in FAMILIES.items() if family == "run"]
_LENGTH = ("start", "distance_m", "moving_s", "elapsed_s")
"""Where one of these was edited (cropped, corrected), the streams are no longer those that were read."""

_HISTOGRAMS = ("hr_seconds", "steady_hr_seconds", "first_hour_hr_seconds", "climbing_hr_seconds")
_DIGITS = 4
_DEFAULTS = {**asdict(StreamNumbers()), "version": None}
_NAMES = frozenset(each.name for each in fields(StreamNumbers))


def encode(numbers: StreamNumbers) -> dict[str, Any]:
    """The numbers as JSON. What is as it would be without streams is left out; a histogram is its lowest beat and the
    seconds from there on."""
    kept: dict[str, Any] = {
        name: round(value, _DIGITS) if isinstance(value, float) else value
        for name in _NAMES
        if (value := getattr(numbers, name)) != _DEFAULTS[name]
    }
    for name in _HISTOGRAMS:
        if name in kept:
            seconds = kept[name]
            low = min(seconds)
            kept[name] = [low, *(_short(seconds.get(beat, 0)) for beat in range(low, max(seconds) + 1))]
    if "bouts" in kept:
        kept["bouts"] = [[_short(bout.start_s), _short(bout.duration_s), _short(bout.speed)] for bout in numbers.bouts]
    if "best_s" in kept:
        kept["best_s"] = {str(metres): _short(seconds) for metres, seconds in numbers.best_s.items()}
    return kept


def decode(kept: Mapping[str, Any]) -> StreamNumbers:
    """The numbers that `encode` made this from.

    Those of another version come back as they are, with that version: what it did not know is unknown, and what this
    one does not know is left out.
    """
    values = {name: value for name, value in kept.items() if name in _NAMES}
    for name in _HISTOGRAMS:
        if name in values:
            low, *seconds = values[name]
            values[name] = {beat: time for beat, time in enumerate(seconds, low) if time}
    if "bouts" in values:
        values["bouts"] = tuple(Bout(*bout) for bout in values["bouts"])
    if "best_s" in values:
        values["best_s"] = {int(metres): seconds for metres, seconds in values["best_s"].items()}
    return StreamNumbers(**values)


def _short(value: float) -> float:
    return int(value) if value == int(value) else round(value, _DIGITS)


def by_workout(
    db: Connection, names: Sequence[str], first: date | None, last: date | None
) -> dict[tuple[str, str], StreamNumbers]:
    """By athlete and identity, what is kept of the streams of its recordings: of the file's, else of Garmin's, else of
    Strava's."""
    # A statement of its own instead of an outer join: most activities have none, and the first stays as fast as it was.
    query = (
        select(recordings.c.athlete, recordings.c.identity, recordings.c.source, details.c.kept)
        .join(details, same_recording())
        .where(among(db, details.c.athlete, names), details.c.kind == STREAMS)
        .order_by(recordings.c.external_id)
    )
    if first is not None or last is not None:
        query = query.join(
            activities,
            (activities.c.athlete == recordings.c.athlete) & (activities.c.identity == recordings.c.identity),
        ).where(*_within(first, last))
    best: dict[tuple[str, str], tuple[int, Any]] = {}
    for athlete, identity, source, kept in db.execute(query):
        rank = _PRECEDENCE.get(source, len(_PRECEDENCE))
        if kept and ((athlete, identity) not in best or rank < best[athlete, identity][0]):
            best[athlete, identity] = rank, kept
    return {workout: decode(kept) for workout, (_, kept) in best.items()}


def never_asked(db: Connection, athlete: str, source: str, first: date) -> list[tuple[str, int]]:
    """(id, activity) of this source's runs from this local day on whose streams were never asked for, the newest first.

    A run that was entered by hand has no streams and is not in it, nor is one whose streams another source gave.
    """
    other = recordings.alias()
    given = exists().where(
        other.c.athlete == recordings.c.athlete,
        other.c.identity == recordings.c.identity,
        details.c.athlete == other.c.athlete,
        details.c.source == other.c.source,
        details.c.external_id == other.c.external_id,
        details.c.kind == STREAMS,
        cast(details.c.kept, Text) != "null",
    )
    query = (
        select(recordings.c.external_id, activities.c.id)
        .join(
            activities,
            (activities.c.athlete == recordings.c.athlete) & (activities.c.identity == recordings.c.identity),
        )
        .where(
            recordings.c.athlete == athlete,
            recordings.c.source == source,
            recordings.c.withdrawn_at.is_(None),
            activities.c.sport.in_(_RUNS),
            activities.c.manual.is_(False),
            *_within(first, None),
            ~exists().where(same_recording(), details.c.kind == STREAMS),
            ~given,
        )
        .order_by(recordings.c.start.desc())
    )
    return [(external_id, number) for external_id, number in db.execute(query)]


def start_of(db: Connection, athlete: str, source: str, external_id: str) -> datetime | None:
    """When a recording of this source began; None where there is none."""
    moment: datetime | None = db.scalar(
        select(recordings.c.start).where(
            recordings.c.athlete == athlete, recordings.c.source == source, recordings.c.external_id == external_id
        )
    )
    return moment


def forget_edited(db: Connection, athlete: str, changed: Sequence[Mapping[str, Any]]) -> None:
    """Drop the numbers of recordings whose time or distance is about to change, so that they are asked for again.

    `changed` are their new rows, at most some hundred of them.
    """
    given = {(row["source"], row["external_id"]): row["values"] for row in changed}
    query = (
        select(recordings.c.source, recordings.c.external_id, recordings.c["values"])
        .join(details, same_recording())
        .where(details.c.athlete == athlete, details.c.external_id.in_({number for _, number in given}))
        .where(details.c.kind == STREAMS)
    )
    for source, external_id, text in db.execute(query).all():
        before, after = json.loads(text), json.loads(given.get((source, external_id), text))
        if any(before.get(name) != after.get(name) for name in _LENGTH):
            mine = (details.c.athlete == athlete) & (details.c.source == source) & (details.c.kind == STREAMS)
            db.execute(delete(details).where(mine, details.c.external_id == external_id))


def _within(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """That an activity lies in these local days."""
    bounds = [] if first is None else [activities.c.day >= first]
    return bounds if last is None else [*bounds, activities.c.day <= last]


def same_recording() -> ColumnElement[bool]:
    """That a row of `details` belongs to a row of `recordings`."""
    return (
        (recordings.c.athlete == details.c.athlete)
        & (recordings.c.source == details.c.source)
        & (recordings.c.external_id == details.c.external_id)
    )
