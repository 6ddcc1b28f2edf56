"""Recordings (what a source said) and the activities derived from them (what rules see)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, exists, func, select, update

from coachd.model import Activity, Recording, Source
from coachd.store import streams, upsert
from coachd.tables import activities, athletes, details, recordings, skipped

_VALUES = [each.name for each in fields(Recording) if each.name not in ("source", "external_id", "identity", "raw")]
_MOMENTS = ("start", "start_local")
_encode = json.JSONEncoder(ensure_ascii=False).encode  # kept: a new encoder a row is a third of a page's time
_CHUNK = 500

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a batch, and the identities whose activity has to be derived anew.

    `at_hand` holds all recordings of those identities that nothing was known of before.
    """

    counts: Counts
    identities: frozenset[str]
    at_hand: Mapping[str, Sequence[Recording]]


def save(db: Connection, athlete: str, batch: Sequence[Recording], now: datetime) -> Saved:
    """Store recordings by (source, id): new ones, changed ones, and the moment at which all were confirmed.

    A recording that occurs twice in the batch is stored once, the later one.
    """
    given = {(recording.source, recording.external_id): recording for recording in batch}
    rows = {key: _row(athlete, recording, now) for key, recording in given.items()}
    known, heard_of = _known(db, athlete, {recording.identity for recording in given.values()})
    fresh = [row for key, row in rows.items() if key not in known]
    changed = [row for key, row in rows.items() if key in known and known[key] != row["digest"]]
    same = [key for key, row in rows.items() if key in known and known[key] == row["digest"]]
    for chunk in _chunks(changed):
        streams.forget_edited(db, athlete, chunk)
    upsert(db, recordings, fresh + changed)
    for source in {source for source, _ in same}:
        confirm(db, athlete, source, [external_id for of, external_id in same if of == source], now)
    touched = frozenset(row["identity"] for row in fresh + changed)
    _bring_back(db, athlete, touched & heard_of)
    at_hand: dict[str, list[Recording]] = {}
    for recording in given.values():
        if recording.identity not in heard_of:
            at_hand.setdefault(recording.identity, []).append(recording)
    return Saved(Counts(len(fresh), len(changed), len(same)), touched, at_hand)


def _row(athlete: str, recording: Recording, now: datetime) -> dict[str, Any]:
    values = {name: getattr(recording, name) for name in _VALUES}
    values |= {name: values[name].isoformat() for name in _MOMENTS}
    # Half a character, as a name cut off in the middle of an emoji ends with, goes into no database.
    texts = {"values": _encode(values), "raw": _encode(recording.raw)}
    texts = {name: text.encode(errors="replace").decode() for name, text in texts.items()}
    digest = hashlib.blake2b("".join(texts.values()).encode(), digest_size=16)
    return {
        "athlete": athlete,
        "source": recording.source,
        "external_id": recording.external_id,
        "identity": recording.identity,
        "start": recording.start,
        **texts,
        "digest": digest.hexdigest(),
        "fetched_at": now,
        "withdrawn_at": None,
    }


def _bring_back(db: Connection, athlete: str, identities: Collection[str]) -> None:
    """A workout that its source has again counts with all its rows, also those that were set aside."""
    for chunk in _chunks(list(identities)):
        db.execute(
            update(recordings)
            .where(recordings.c.athlete == athlete, recordings.c.identity.in_(chunk))
            .where(recordings.c.withdrawn_at.is_not(None))
            .values(withdrawn_at=None)
        )


def _known(db: Connection, athlete: str, identities: Collection[str]) -> tuple[dict[tuple[str, str], str], set[str]]:
    """({(source, id): digest}, identities) of every stored recording with one of these identities."""
    known: dict[tuple[str, str], str] = {}
    heard_of: set[str] = set()
    columns = [recordings.c[name] for name in ("source", "external_id", "identity", "digest")]
    for chunk in _chunks(list(identities)):
        query = select(*columns).where(recordings.c.athlete == athlete, recordings.c.identity.in_(chunk))
        for source, external_id, identity, digest in db.execute(query):
            known[source, external_id] = digest
            heard_of.add(identity)
    return known, heard_of


def confirm(db: Connection, athlete: str, source: str, ids: Sequence[str], now: datetime) -> None:
    """Note that the source still has these rows."""
    for chunk in _chunks(ids):
        db.execute(
            update(recordings)
            .where(recordings.c.athlete == athlete, recordings.c.source == source, recordings.c.external_id.in_(chunk))
            .values(fetched_at=now)
        )


def derive(
    db: Connection,
    athlete: str,
    identities: Iterable[str],
    merge: Callable[[int, Sequence[Recording]], Activity],
    at_hand: Mapping[str, Sequence[Recording]] | None = None,
) -> None:
    """Make the activities of these identities anew from their recordings; one that has none left goes.

    Recordings that are `at_hand` are not read again: they must be all there are of their identity.
    """
    wanted = sorted(identities)
    if not wanted:
        return
    # Ids are counted per athlete, so whoever derives for this athlete does so alone.
    # Not FOR UPDATE: that would wait for every row just saved that names this athlete, and they for us.
    db.execute(select(athletes.c.id).where(athletes.c.id == athlete).with_for_update(key_share=True))
    ids = _activity_ids(db, athlete, wanted)
    known = dict(at_hand or {})
    by_identity = {**_by_identity(db, athlete, [each for each in wanted if each not in known]), **known}
    made = [(identity, merge(ids[identity], by_identity[identity])) for identity in wanted if identity in by_identity]
    upsert(db, activities, [_activity_row(athlete, identity, activity) for identity, activity in made])
    gone = [identity for identity in wanted if identity not in by_identity]
    for chunk in _chunks(gone):
        db.execute(delete(activities).where(activities.c.athlete == athlete, activities.c.identity.in_(chunk)))


def _activity_ids(db: Connection, athlete: str, identities: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for chunk in _chunks(identities):
        query = select(activities.c.identity, activities.c.id).where(
            activities.c.athlete == athlete, activities.c.identity.in_(chunk)
        )
        ids |= {row.identity: row.id for row in db.execute(query)}
    highest = db.scalar(select(func.max(activities.c.id)).where(activities.c.athlete == athlete)) or 0
    for identity in identities:
        if identity not in ids:
            highest += 1
            ids[identity] = highest
    return ids


def _by_identity(db: Connection, athlete: str, identities: Sequence[str]) -> dict[str, list[Recording]]:
    found: dict[str, list[Recording]] = {}
    for chunk in _chunks(identities):
        query = (
            select(recordings.c.source, recordings.c.external_id, recordings.c.identity, recordings.c["values"])
            .where(
                recordings.c.athlete == athlete,
                recordings.c.identity.in_(chunk),
                recordings.c.withdrawn_at.is_(None),
            )
            .order_by(recordings.c.source, recordings.c.external_id)
        )
        for source, external_id, identity, text in db.execute(query):
            values = json.loads(text)
            values |= {name: datetime.fromisoformat(values[name]) for name in _MOMENTS}
            found.setdefault(identity, []).append(Recording(source, external_id, identity, **values))
    return found


_COPIED = [
    "sport", "start", "start_local", "name", "distance_m", "moving_s", "elapsed_s", "gain_m", "average_hr", "max_hr",
    "cadence_spm", "workout_type", "gear_id", "device", "trainer", "commute", "manual", "hidden_start",
]  # fmt: skip


def _activity_row(athlete: str, identity: str, activity: Activity) -> dict[str, Any]:
    return {
        "athlete": athlete,
        "id": activity.id,
        "identity": identity,
        "day": activity.day,
        "tags": " ".join(sorted(activity.tags)),
        "sources": " ".join(activity.sources),
        **{name: getattr(activity, name) for name in _COPIED},
    }


def load(db: Connection, athlete: str, first: date | None = None, last: date | None = None) -> list[Activity]:
    """Activities by start, of these local days (both included) or of all."""
    return load_each(db, [athlete], first, last)[athlete]


def load_each(
    db: Connection, names: Sequence[str], first: date | None = None, last: date | None = None
) -> dict[str, list[Activity]]:
    """The same of several athletes, by name, with one look at each table."""
    columns = [activities.c[name] for name in ("athlete", "identity", "sources", "tags", "id", *_COPIED)]
    query = select(*columns).where(activities.c.athlete.in_(names)).order_by(activities.c.start, activities.c.id)
    if first is not None:
        query = query.where(activities.c.day >= first)
    if last is not None:
        query = query.where(activities.c.day <= last)
    numbers = streams.by_workout(db, names, first, last)
    found: dict[str, list[Activity]] = {name: [] for name in names}
    for athlete, identity, sources, tags, *rest in db.execute(query):
        strava_id = identity.removeprefix("strava:") if identity.startswith("strava:") else None
        kept = numbers.get((athlete, identity))
        values: Sequence[Any] = (*rest, _tags(tags), None, _sources(sources), strava_id, kept)
        found[athlete].append(Activity(*values))  # the first fields, in their order
    return found


@lru_cache(maxsize=1024)
def _tags(words: str) -> frozenset[str]:
    return frozenset(words.split())


@lru_cache
def _sources(words: str) -> tuple[Source, ...]:
    return tuple(words.split())


def count(db: Connection, athlete: str, source: str, first: datetime, last: datetime) -> int:
    """How many recordings of this source begin in [first, last]."""
    query = select(func.count()).where(
        recordings.c.athlete == athlete,
        recordings.c.source == source,
        recordings.c.start >= first,
        recordings.c.start <= last,
    )
    return db.scalar(query) or 0


def last_confirmed(db: Connection, names: Sequence[str], source: str) -> dict[str, datetime]:
    """When this source last confirmed any row of each of these athletes; without those of whom it has none."""
    query = (
        select(recordings.c.athlete, func.max(recordings.c.fetched_at))
        .where(recordings.c.athlete.in_(names), recordings.c.source == source)
        .group_by(recordings.c.athlete)
    )
    return {name: moment for name, moment in db.execute(query)}  # noqa: C416 - a row is no pair to dict()


def total(db: Connection, athlete: str) -> int:
    """How many activities are stored."""
    return db.scalar(select(func.count()).where(activities.c.athlete == athlete)) or 0


def first_day(db: Connection, athlete: str) -> date | None:
    earliest: date | None = db.scalar(select(func.min(activities.c.day)).where(activities.c.athlete == athlete))
    return earliest


def unseen(db: Connection, athlete: str, source: str, first: datetime, last: datetime, since: datetime) -> list[str]:
    """Ids of this source that begin in [first, last] and were not confirmed since `since`."""
    query = select(recordings.c.external_id).where(
        recordings.c.athlete == athlete,
        recordings.c.source == source,
        recordings.c.start >= first,
        recordings.c.start <= last,
        recordings.c.fetched_at < since,
    )
    return list(db.scalars(query))


def withdraw(db: Connection, athlete: str, source: str, ids: Sequence[str], now: datetime) -> frozenset[str]:
    """The source no longer has these: drop its rows, and set other rows of the same workouts aside.

    Gives the identities whose activity has to be derived anew.
    """
    touched: set[str] = set()
    for chunk in _chunks(list(ids)):
        mine = (recordings.c.athlete == athlete) & (recordings.c.source == source) & recordings.c.external_id.in_(chunk)
        gone = list(db.scalars(select(recordings.c.identity).where(mine)))
        db.execute(delete(recordings).where(mine))
        db.execute(
            delete(details).where(
                details.c.athlete == athlete, details.c.source == source, details.c.external_id.in_(chunk)
            )
        )
        db.execute(
            update(recordings)
            .where(recordings.c.athlete == athlete, recordings.c.identity.in_(gone))
            .values(withdrawn_at=now)
        )
        touched.update(gone)
    return frozenset(touched)


def purge(db: Connection, athlete: str, source: str, unconfirmed_since: datetime | None) -> frozenset[str]:
    """Drop this source's rows that were last confirmed before the moment (None: all of them).

    What was kept of their details and streams goes with them; of rows that stay it stays. Rows of other sources for
    the same workouts stay. Gives the identities to derive anew.
    """
    mine = (recordings.c.athlete == athlete) & (recordings.c.source == source)
    if unconfirmed_since is not None:
        mine &= recordings.c.fetched_at < unconfirmed_since
    gone = frozenset(db.scalars(select(recordings.c.identity).where(mine)))
    db.execute(delete(recordings).where(mine))
    orphaned = (details.c.athlete == athlete) & (details.c.source == source) & ~exists().where(streams.same_recording())
    db.execute(delete(details).where(orphaned))
    if unconfirmed_since is None:
        db.execute(delete(skipped).where(skipped.c.athlete == athlete, skipped.c.source == source))
    return gone


def save_detail(
    db: Connection, athlete: str, source: str, external_id: str, kind: str, kept: Any, problem: str, now: datetime
) -> None:
    """Keep what was worked out from details or streams; `kept` None with the reason in `problem`."""
    row = {
        "athlete": athlete, "source": source, "external_id": external_id, "kind": kind, "kept": kept,
        "problem": problem, "fetched_at": now,
    }  # fmt: skip
    upsert(db, details, [row])


def detail(db: Connection, athlete: str, source: str, external_id: str, kind: str) -> tuple[Any, str] | None:
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


def skip(db: Connection, athlete: str, source: str, reasons: dict[str, str], now: datetime) -> None:
    """Remember what could not be read, and why."""
    rows = [
        {"athlete": athlete, "source": source, "external_id": external_id, "reason": reason, "seen_at": now}
        for external_id, reason in reasons.items()
    ]
    upsert(db, skipped, rows)


def unskip(db: Connection, athlete: str, source: str, ids: Sequence[str]) -> None:
    """Forget that these could not be read: now they could."""
    for chunk in _chunks(list(ids)):
        db.execute(
            delete(skipped).where(
                skipped.c.athlete == athlete, skipped.c.source == source, skipped.c.external_id.in_(chunk)
            )
        )


def skips(db: Connection, athlete: str) -> list[tuple[str, str, str]]:
    """(source, id, reason) of everything that could not be read."""
    query = (
        select(skipped.c.source, skipped.c.external_id, skipped.c.reason)
        .where(skipped.c.athlete == athlete)
        .order_by(skipped.c.source, skipped.c.external_id)
    )
    return [tuple(row) for row in db.execute(query)]


def _chunks(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    # SQLite before 3.32 takes 999 parameters in one statement.
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
