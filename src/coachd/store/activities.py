"""Activities: what rules see, derived from recordings (`store.recordings`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter

from sqlalchemy import Connection, delete, func, select

from coachd.model import Activity, Period, changed
from coachd.store import activity_rows, among, chunked, pairs, streams, upsert
from coachd.tables import activities, judgings

_BY_START = attrgetter("start", "id")


def load(db: Connection, athlete: str, first: date | None = None, last: date | None = None) -> list[Activity]:
    """Activities by start, of these local days (both included) or of all."""
    return load_each(db, [athlete], first, last)[athlete]


def load_each(
    db: Connection, names: Sequence[str], first: date | None = None, last: date | None = None
) -> dict[str, list[Activity]]:
    """The same of several athletes, by name, with one look at each table."""
    columns = [activities.c[name] for name in ("athlete", "identity", "id", "values")]
    query = select(*columns).where(among(db, activities.c.athlete, names))
    if first is not None:
        query = query.where(activities.c.day >= first)
    if last is not None:
        query = query.where(activities.c.day <= last)
    numbers = streams.by_workout(db, names, first, last)
    found: dict[str, list[Activity]] = {name: [] for name in names}
    apart = pairs.told_apart(db, names)
    rows = db.execute(query).all()
    read = activity_rows.activities([row[2] for row in rows], [row[3] for row in rows])
    for (athlete, identity, number, _), made in zip(rows, read, strict=True):
        kept = numbers.get((athlete, identity)) if numbers else None
        others = apart.get((athlete, number)) if apart else None
        known = {"streams": kept, "apart_from": others or frozenset()} if kept or others else {}
        found[athlete].append(changed(made, **known) if known else made)
    for mine in found.values():
        mine.sort(key=_BY_START)  # here, because a database would sort the long rows of all athletes among each other
    return found


def late_of_each(db: Connection, periods: Mapping[str, Period]) -> dict[str, frozenset[int]]:
    """Athlete -> the activities of their period that arrived after it was judged; without those who have none."""
    alike: dict[Period, list[str]] = {}
    for name, period in periods.items():
        alike.setdefault(period, []).append(name)
    found: dict[str, frozenset[int]] = {}
    for period, names in alike.items():
        query = (
            select(activities.c.athlete, activities.c.id)
            .join(judgings, judgings.c.athlete == activities.c.athlete)
            .where(
                among(db, activities.c.athlete, names),
                judgings.c.period == period.key,
                activities.c.day.between(period.first, period.last),
                activities.c.arrived_at > judgings.c.judged_at,
            )
        )
        for name, number in db.execute(query):
            found[name] = found.get(name, frozenset()) | {number}
    return found


def total(db: Connection, athlete: str) -> int:
    """How many activities are stored."""
    return db.scalar(select(func.count()).where(activities.c.athlete == athlete)) or 0


def first_day(db: Connection, athlete: str) -> date | None:
    earliest: date | None = db.scalar(select(func.min(activities.c.day)).where(activities.c.athlete == athlete))
    return earliest


def numbers(db: Connection, athlete: str, identities: Sequence[str]) -> dict[str, int]:
    """Identity -> the number of its activity, counted on for those that have none yet. Numbers are the athlete's own:
    nobody else may be counting (`recordings.hold`)."""
    ids: dict[str, int] = {}
    for chunk in chunked(identities):
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


def put(db: Connection, athlete: str, made: Iterable[tuple[str, Activity]], now: datetime | None) -> None:
    """Store the activity of each identity. `now` is kept as the moment at which those arrived that were not there."""
    rows = [activity_rows.row(athlete, identity, activity, now) for identity, activity in made]
    # When an activity came does not change when it is derived anew.
    upsert(db, activities, rows, only=[column.name for column in activities.c if column.name != "arrived_at"])


def drop(db: Connection, athlete: str, identities: Sequence[str]) -> None:
    """Forget the activities of these identities."""
    for chunk in chunked(identities):
        db.execute(delete(activities).where(activities.c.athlete == athlete, activities.c.identity.in_(chunk)))
