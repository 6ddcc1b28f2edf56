"""Recordings (what a source said) and the activities derived from them (what rules see)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, union_all, update

from coachd.model import Activity, Recording
from coachd.store import activities, among, chunked, recording_rows, shoes, streams, upsert
from coachd.store.regrouping import Grouper, regroup
from coachd.tables import activities as derived
from coachd.tables import athletes, details, recordings, skipped


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Touched:
    """Where recordings came, changed or went: the identities whose activity has to be derived anew, and the moments
    around which recordings may belong together otherwise than before.

    `at_hand` are all recordings, by (source, id), of the identities that nothing was known of before.
    """

    identities: frozenset[str] = frozenset()
    starts: frozenset[datetime] = frozenset()
    at_hand: Mapping[tuple[str, str], Recording] = field(default_factory=dict)

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            self.identities | other.identities, self.starts | other.starts, {**self.at_hand, **other.at_hand}
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a batch, and what it touched."""

    counts: Counts
    touched: Touched

    @property
    def identities(self) -> frozenset[str]:
        return self.touched.identities


@dataclass(frozen=True, slots=True)
class _Known:
    digest: str
    own: str
    identity: str
    start: datetime

    def says(self, row: Mapping[str, Any]) -> bool:
        """Whether the row says nothing new."""
        return (self.digest, self.own) == (row["digest"], row["own_identity"])


def save(db: Connection, athlete: str, batch: Sequence[Recording], now: datetime) -> Saved:
    """Store recordings by (source, id): new ones, changed ones, and the moment at which all were confirmed.

    A recording that occurs twice in the batch is stored once, the later one. `settle` has to follow.
    """
    hold(db, athlete)
    given = {(recording.source, recording.external_id): recording for recording in batch}
    rows = {key: recording_rows.row(athlete, recording, now) for key, recording in given.items()}
    known = _known(db, athlete, given.values())
    fresh = [row for key, row in rows.items() if key not in known]
    same = [key for key, row in rows.items() if key in known and known[key].says(row)]
    changed = [row for key, row in rows.items() if key in known and not known[key].says(row)]
    for chunk in chunked(changed):
        streams.forget_edited(db, athlete, chunk)
    upsert(db, recordings, fresh)
    # To which workout a changed one belongs is found out by `settle`; until then it stays where it is.
    upsert(db, recordings, changed, only=[column.name for column in recordings.c if column.name != "identity"])
    for source in {source for source, _ in same}:
        confirm(db, athlete, source, [external_id for of, external_id in same if of == source], now)
    touched = _touched([given[row["source"], row["external_id"]] for row in fresh + changed], known)
    _bring_back(db, athlete, {row["own_identity"] for row in fresh + changed} & {each.own for each in known.values()})
    return Saved(Counts(len(fresh), len(changed), len(same)), touched)


def _touched(batch: Sequence[Recording], known: Mapping[tuple[str, str], _Known]) -> Touched:
    """What changes with these recordings: their workouts, and those that their rows or others of theirs were in."""
    owns = {recording.identity for recording in batch}
    keys = {(recording.source, recording.external_id) for recording in batch}
    before = [each for key, each in known.items() if key in keys or each.own in owns]
    heard_of = {each.own for each in before}
    return Touched(
        identities=frozenset(owns | {each.identity for each in before}),
        starts=frozenset({recording.start for recording in batch} | {each.start for each in before}),
        at_hand={(each.source, each.external_id): each for each in batch if each.identity not in heard_of},
    )


def _bring_back(db: Connection, athlete: str, owns: Collection[str]) -> None:
    """A workout that its source has again counts with all its rows, also those that were set aside."""
    for chunk in chunked(sorted(owns)):
        db.execute(
            update(recordings)
            .where(recordings.c.athlete == athlete, recordings.c.own_identity.in_(chunk))
            .where(recordings.c.withdrawn_at.is_not(None))
            .values(withdrawn_at=None)
        )


def _known(db: Connection, athlete: str, batch: Collection[Recording]) -> dict[tuple[str, str], _Known]:
    """What is stored of these recordings, and of others that name the same workouts, by (source, id)."""
    known: dict[tuple[str, str], _Known] = {}
    names = ("source", "external_id", "digest", "own_identity", "identity", "start")
    mine = select(*(recordings.c[name] for name in names)).where(recordings.c.athlete == athlete)
    for source in {recording.source for recording in batch}:
        for chunk in chunked([recording for recording in batch if recording.source == source]):
            same_row = mine.where(
                recordings.c.source == source, recordings.c.external_id.in_([each.external_id for each in chunk])
            )
            same_name = mine.where(recordings.c.own_identity.in_([each.identity for each in chunk]))
            # Not one condition with OR: for that, SQLite looks at every row of the athlete.
            for of, external_id, *rest in db.execute(union_all(same_row, same_name)):
                known[of, external_id] = _Known(*rest)
    return known


def confirm(db: Connection, athlete: str, source: str, ids: Sequence[str], now: datetime) -> None:
    """Note that the source still has these rows."""
    for chunk in chunked(ids):
        db.execute(
            update(recordings)
            .where(recordings.c.athlete == athlete, recordings.c.source == source, recordings.c.external_id.in_(chunk))
            .values(fetched_at=now)
        )


def hold(db: Connection, athlete: str) -> None:
    """Keep others from changing this athlete's recordings until the transaction ends. For SQLite nothing: there the
    transaction itself is alone."""
    # Not FOR UPDATE: that would wait for every row just saved that names this athlete, and they for us.
    db.execute(select(athletes.c.id).where(athletes.c.id == athlete).with_for_update(key_share=True))


Merger = Callable[[int, Sequence[Recording]], Activity]


def settle(
    db: Connection, athlete: str, touched: Touched, group: Grouper, merge: Merger, now: datetime | None = None
) -> None:
    """Put the recordings where something was touched to their workouts, and derive the activities of these anew.

    `group` and `merge` decide; `now` is kept as the moment at which an activity arrived that was not there before.
    """
    if not touched.identities and not touched.starts:
        return
    hold(db, athlete)
    moved = regroup(db, athlete, touched.starts, touched.at_hand, group)
    at_hand: dict[str, list[Recording]] = {}
    for recording in touched.at_hand.values():
        if recording.identity not in moved:
            at_hand.setdefault(recording.identity, []).append(recording)
    derive(db, athlete, touched.identities | moved, merge, at_hand, now)


def derive(
    db: Connection,
    athlete: str,
    identities: Iterable[str],
    merge: Merger,
    at_hand: Mapping[str, Sequence[Recording]] | None = None,
    now: datetime | None = None,
) -> None:
    """Make the activities of these identities anew from their recordings; one that has none left goes.

    Recordings that are `at_hand` are not read again: they must be all there are of their identity. `now` is kept as
    the moment at which those activities arrived that were not there before.
    """
    wanted = sorted(identities)
    if not wanted:
        return
    hold(db, athlete)  # ids are counted per athlete
    known = dict(at_hand or {})
    by_identity = {**_by_identity(db, athlete, [each for each in wanted if each not in known]), **known}
    there = [identity for identity in wanted if identity in by_identity]
    ids = activities.numbers(db, athlete, there)
    made = [
        (merge(ids[identity], by_identity[identity]), [each.identity for each in by_identity[identity]])
        for identity in there
    ]
    activities.put(db, athlete, zip(there, shoes.dressed(db, athlete, made), strict=True), now)
    activities.drop(db, athlete, [identity for identity in wanted if identity not in by_identity])


def _by_identity(db: Connection, athlete: str, identities: Sequence[str]) -> dict[str, list[Recording]]:
    found: dict[str, list[Recording]] = {}
    names = ("source", "external_id", "own_identity", "values", "identity")
    for chunk in chunked(identities):
        query = select(*(recordings.c[name] for name in names)).where(
            recordings.c.athlete == athlete, recordings.c.identity.in_(chunk), recordings.c.withdrawn_at.is_(None)
        )
        # Put in order here: asked to do that, SQLite reads every row of the athlete in the order of its key.
        for *row, identity in sorted(db.execute(query)):
            found.setdefault(identity, []).append(recording_rows.recording(*row))
    return found


def of_workout(db: Connection, athlete: str, number: int) -> list[Recording]:
    """The recordings that an activity was made from, without their raw JSON; none where there is no such activity."""
    identity = db.scalar(select(derived.c.identity).where(derived.c.athlete == athlete, derived.c.id == number))
    return [] if identity is None else _by_identity(db, athlete, [identity]).get(identity, [])


def placed(db: Connection, athlete: str, owns: Collection[str]) -> dict[str, tuple[int, datetime]]:
    """Own identity of a recording -> the number of its activity, and when the recording began."""
    found: dict[str, tuple[int, datetime]] = {}
    for chunk in chunked(sorted(owns)):
        query = (
            select(recordings.c.own_identity, derived.c.id, recordings.c.start)
            .join(
                derived,
                (derived.c.athlete == recordings.c.athlete) & (derived.c.identity == recordings.c.identity),
            )
            .where(recordings.c.athlete == athlete, recordings.c.own_identity.in_(chunk))
        )
        found |= {own: (number, start) for own, number, start in db.execute(query)}
    return found


def of_all(db: Connection, athlete: str) -> list[tuple[int, Recording]]:
    """Every recording that counts, without its raw JSON, with the number of its activity."""
    names = ("source", "external_id", "own_identity", "values")
    query = (
        select(derived.c.id, *(recordings.c[name] for name in names))
        .join(
            recordings,
            (recordings.c.athlete == derived.c.athlete) & (recordings.c.identity == derived.c.identity),
        )
        .where(derived.c.athlete == athlete, recordings.c.withdrawn_at.is_(None))
        .order_by(recordings.c.source, recordings.c.external_id)
    )
    return [(number, recording_rows.recording(*row)) for number, *row in db.execute(query)]


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
        .where(among(db, recordings.c.athlete, names), recordings.c.source == source)
        .group_by(recordings.c.athlete)
    )
    return {name: moment for name, moment in db.execute(query)}  # noqa: C416 - a row is no pair to dict()


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


def withdraw(db: Connection, athlete: str, source: str, ids: Sequence[str], now: datetime) -> Touched:
    """The source no longer has these: drop its rows, and set aside other rows that name the same workouts.

    What another source recorded of them stays. `settle` has to follow.
    """
    hold(db, athlete)
    touched = Touched()
    for chunk in chunked(ids):
        mine = (recordings.c.athlete == athlete) & (recordings.c.source == source) & recordings.c.external_id.in_(chunk)
        owns = list(db.scalars(select(recordings.c.own_identity).where(mine)))
        theirs = (recordings.c.athlete == athlete) & recordings.c.own_identity.in_(owns)
        touched |= _gone(db, theirs)
        db.execute(delete(recordings).where(mine))
        db.execute(
            delete(details).where(
                details.c.athlete == athlete, details.c.source == source, details.c.external_id.in_(chunk)
            )
        )
        db.execute(update(recordings).where(theirs).values(withdrawn_at=now))
    return touched


def _gone(db: Connection, which: ColumnElement[bool]) -> Touched:
    """What is touched when these rows go."""
    rows = db.execute(select(recordings.c.identity, recordings.c.start).where(which)).all()
    return Touched(frozenset(row.identity for row in rows), frozenset(row.start for row in rows))


def purge(db: Connection, athlete: str, source: str, unconfirmed_since: datetime | None) -> Touched:
    """Drop this source's rows that were last confirmed before the moment (None: all of them).

    What was kept of their details and streams goes with them; of rows that stay it stays. Rows of other sources for
    the same workouts stay. `settle` has to follow.
    """
    hold(db, athlete)
    mine = (recordings.c.athlete == athlete) & (recordings.c.source == source)
    if unconfirmed_since is not None:
        mine &= recordings.c.fetched_at < unconfirmed_since
    gone = _gone(db, mine)
    db.execute(delete(recordings).where(mine))
    orphaned = (details.c.athlete == athlete) & (details.c.source == source) & ~exists().where(streams.same_recording())
    db.execute(delete(details).where(orphaned))
    if unconfirmed_since is None:
        db.execute(delete(skipped).where(skipped.c.athlete == athlete, skipped.c.source == source))
    return gone
