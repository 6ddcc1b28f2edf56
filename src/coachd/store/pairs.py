"""The athlete's word on which recordings are one workout and which are not, by their own identities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from coachd.store import upsert
from coachd.tables import activities, pairs, recordings

Words = dict[tuple[str, str], bool]


def every(db: Connection, athlete: str) -> Words:
    """Two identities, in the order of the alphabet -> whether the athlete said that they are one workout."""
    query = select(pairs.c.one, pairs.c.other, pairs.c.together).where(pairs.c.athlete == athlete)
    return {(one, other): together for one, other, together in db.execute(query)}


def say(db: Connection, athlete: str, words: Words, now: datetime) -> None:
    """Remember these words, each in place of what was said of the two before."""
    rows = [
        {"athlete": athlete, "one": one, "other": other, "together": together, "decided_at": now}
        for (one, other), together in words.items()
    ]
    upsert(db, pairs, rows)


def forget(db: Connection, athlete: str, of: Collection[str], *, together: bool) -> int:
    """Take back what was said about any of these identities being one workout with others, or not. Gives how much."""
    mine = or_(pairs.c.one.in_(of), pairs.c.other.in_(of))
    found = db.execute(delete(pairs).where(pairs.c.athlete == athlete, pairs.c.together.is_(together), mine))
    return found.rowcount


def told_apart(db: Connection, names: Sequence[str]) -> dict[tuple[str, int], frozenset[int]]:
    """(athlete, activity) -> the activities that are other workouts by the athlete's word."""
    first, second = recordings.alias(), recordings.alias()
    one, other = activities.alias(), activities.alias()
    query = (
        select(pairs.c.athlete, one.c.id, other.c.id)
        .join(first, (first.c.athlete == pairs.c.athlete) & (first.c.own_identity == pairs.c.one))
        .join(one, (one.c.athlete == first.c.athlete) & (one.c.identity == first.c.identity))
        .join(second, (second.c.athlete == pairs.c.athlete) & (second.c.own_identity == pairs.c.other))
        .join(other, (other.c.athlete == second.c.athlete) & (other.c.identity == second.c.identity))
        .where(pairs.c.athlete.in_(names), pairs.c.together.is_(False))
    )
    found: dict[tuple[str, int], frozenset[int]] = {}
    for athlete, mine, theirs in db.execute(query):
        for this, that in ((mine, theirs), (theirs, mine)):
            found[athlete, this] = found.get((athlete, this), frozenset()) | {that}
    return found
