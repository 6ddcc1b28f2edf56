"""The athlete's word on which recordings are one workout and which are not, by their own identities."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from coachd.store import among, upsert
from coachd.tables import activities, pairs, recordings


def every(db: Connection, athlete: str) -> dict[tuple[str, str], bool]:
    """Two identities, in the order of the alphabet -> whether the athlete said that they are one workout."""
    query = select(pairs.c.one, pairs.c.other, pairs.c.together).where(pairs.c.athlete == athlete)
    return {(one, other): together for one, other, together in db.execute(query)}


def say(db: Connection, athlete: str, words: Mapping[tuple[str, str], bool], now: datetime) -> None:
    """Remember these words, each in place of what was said of the two before."""
    rows = [
        {"athlete": athlete, "one": one, "other": other, "together": together, "decided_at": now}
        for (one, other), together in words.items()
    ]
    upsert(db, pairs, rows)


def forget(db: Connection, athlete: str, said: Collection[tuple[str, str]]) -> None:
    """Take back what was said of these, each two in the order of the alphabet."""
    for one, other in said:
        db.execute(delete(pairs).where(pairs.c.athlete == athlete, pairs.c.one == one, pairs.c.other == other))


def told_apart(db: Connection, names: Sequence[str]) -> dict[tuple[str, int], frozenset[int]]:
    """(athlete, activity) -> the activities that are other workouts by the athlete's word."""
    query = select(pairs.c.athlete, pairs.c.one, pairs.c.other)
    said = db.execute(query.where(among(db, pairs.c.athlete, names), pairs.c.together.is_(False))).all()
    found: dict[tuple[str, int], frozenset[int]] = {}
    if not said:
        return found  # mostly
    numbers = _numbers(db, {row.athlete for row in said}, {own for _, *two in said for own in two})
    for athlete, one, other in said:
        mine, theirs = numbers.get((athlete, one)), numbers.get((athlete, other))
        if mine is not None and theirs is not None:
            found[athlete, mine] = found.get((athlete, mine), frozenset()) | {theirs}
            found[athlete, theirs] = found.get((athlete, theirs), frozenset()) | {mine}
    return found


def _numbers(db: Connection, names: Collection[str], owns: Collection[str]) -> dict[tuple[str, str], int]:
    """(athlete, own identity of a recording) -> its activity."""
    query = (
        select(recordings.c.athlete, recordings.c.own_identity, activities.c.id)
        .join(
            activities,
            (activities.c.athlete == recordings.c.athlete) & (activities.c.identity == recordings.c.identity),
        )
        .where(among(db, recordings.c.athlete, names), recordings.c.own_identity.in_(owns))
    )
    return {(athlete, own): number for athlete, own, number in db.execute(query)}
