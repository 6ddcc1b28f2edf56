"""Putting recordings to workouts anew where some came, changed or went, and renaming the activities that stay.

How recordings belong together depends on all of them, whatever came first. Only those that begin near the ones that
changed can be concerned, so only these are read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from coachd.model import Recording
from coachd.store import chunked, pairs, recording_rows
from coachd.tables import activities, recordings

Grouper = Callable[[Collection[Recording], Mapping[tuple[str, str], bool]], Mapping[str, Collection[str]]]
"""(recordings, the athlete's word) -> identity of each workout -> own identities of its recordings."""

CONCERNED = timedelta(hours=26)
"""A hidden start may be any time of its day."""

READ = 2 * CONCERNED
"""What lies at the edge of what is concerned is judged with all of its own neighbours."""

GAP = timedelta(days=7)
"""Spans less than this apart are read as one."""

_CHUNK = 100

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Row:
    identity: str
    recording: Recording

    @property
    def own(self) -> str:
        return self.recording.identity


def regroup(
    db: Connection, athlete: str, starts: Collection[datetime], at_hand: Mapping[tuple[str, str], Recording],
    group: Grouper,
) -> frozenset[str]:  # fmt: skip
    """Put the recordings near these moments to their workouts. `at_hand` by (source, id) need not be decoded again.

    Gives the identities of workouts that recordings came to or left: their activities have to be derived anew.
    """
    words = pairs.every(db, athlete)
    joined = {identity for two, together in words.items() if together for identity in two}
    asked = sorted({*starts, *_starts(db, athlete, joined)})
    rows = _read(db, athlete, asked, at_hand)
    workouts = group([row.recording for row in rows], words)
    named = {own: identity for identity, owns in workouts.items() for own in owns}
    elsewhere = [row for row in rows if row.identity != named[row.own]]
    if not elsewhere:
        return frozenset()  # as with nearly every page
    concerned = {named[row.own] for row in rows if _concerned(row.recording.start, asked)}
    moved = [row for row in elsewhere if named[row.own] in concerned]
    if not moved:
        return frozenset()
    _move(db, athlete, {row.own: named[row.own] for row in moved})
    touched = frozenset({row.identity for row in moved} | {named[row.own] for row in moved})
    _rename(db, athlete, touched, _heirs(rows, named))
    return touched


def _starts(db: Connection, athlete: str, owns: Collection[str]) -> Iterator[datetime]:
    for chunk in chunked(sorted(owns), _CHUNK):
        query = select(recordings.c.start).where(
            recordings.c.athlete == athlete, recordings.c.own_identity.in_(chunk), recordings.c.withdrawn_at.is_(None)
        )
        yield from db.scalars(query)


def _read(
    db: Connection, athlete: str, asked: Sequence[datetime], at_hand: Mapping[tuple[str, str], Recording]
) -> list[_Row]:
    names = ("source", "external_id", "own_identity", "identity", "values")
    mine = recordings.c.athlete == athlete
    # Says nothing that is not so; but the index of starts is one by source, and is not used without.
    anywhere = recordings.c.source.in_(select(recordings.c.source).where(mine).distinct())
    found = []
    for chunk in chunked(list(_spans(asked)), _CHUNK):
        query = select(*(recordings.c[name] for name in names)).where(
            mine,
            anywhere,
            recordings.c.withdrawn_at.is_(None),
            or_(*(recordings.c.start.between(first, last) for first, last in chunk)),
        )
        for source, external_id, own, identity, values in db.execute(query):
            known = at_hand.get((source, external_id)) or recording_rows.recording(source, external_id, own, values)
            found.append(_Row(identity, known))
    return found


def _spans(asked: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """(first, last) around these moments, which are in order; those near each other as one."""
    first = last = None
    for moment in asked:
        if first is None or last is None or moment - last > GAP:
            if first is not None and last is not None:
                yield first - READ, last + READ
            first = moment
        last = moment
    if first is not None and last is not None:
        yield first - READ, last + READ


def _concerned(start: datetime, asked: Sequence[datetime]) -> bool:
    place = bisect_left(asked, start)
    return any(abs(start - moment) <= CONCERNED for moment in asked[max(0, place - 1) : place + 1])


def _move(db: Connection, athlete: str, to: Mapping[str, str]) -> None:
    db.execute(
        update(recordings)
        .where(recordings.c.athlete == athlete, recordings.c.own_identity == bindparam("own"))
        .where(recordings.c.withdrawn_at.is_(None))
        .values(identity=bindparam("to")),
        [{"own": own, "to": identity} for own, identity in to.items()],
    )


def _heirs(rows: Sequence[_Row], named: Mapping[str, str]) -> dict[str, str]:
    """Identity of a workout as it was -> of the one that goes on with its number: where the recording went that named
    it, else where any of its recordings did."""
    heirs: dict[str, str] = {}
    for row in sorted(rows, key=lambda each: each.own):
        heirs.setdefault(row.identity, named[row.own])
    return {**heirs, **named}


def _rename(db: Connection, athlete: str, touched: Collection[str], heirs: Mapping[str, str]) -> None:
    """Let activities keep their number when their workout is named anew; of two that become one the older stays."""
    mine = activities.c.athlete == athlete
    kept: dict[str, tuple[int, str]] = {}
    dropped: list[int] = []
    known: list[tuple[int, str]] = []
    for chunk in chunked(sorted(touched), _CHUNK):
        query = select(activities.c.id, activities.c.identity).where(mine, activities.c.identity.in_(chunk))
        known += [(number, identity) for number, identity in db.execute(query)]
    for number, identity in sorted(known):
        heir = heirs.get(identity)
        if heir is not None and kept.setdefault(heir, (number, identity))[0] != number:
            dropped.append(number)
    for some in chunked(dropped, _CHUNK):
        db.execute(delete(activities).where(mine, activities.c.id.in_(some)))
    renamed = [{"number": number, "to": heir} for heir, (number, identity) in kept.items() if identity != heir]
    if renamed:
        db.execute(
            update(activities).where(mine, activities.c.id == bindparam("number")).values(identity=bindparam("to")),
            renamed,
        )
