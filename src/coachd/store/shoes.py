"""The athlete's own ledger of shoes: pairs that no source knows, and which run was in which.

What a run was worn in is settled when its activity is derived, so that everything that reads activities agrees on it,
and a word on it, kept by the own identity of a recording, outlives every new derivation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, case, delete, func, select, update

from coachd.model import Activity
from coachd.model.activity import OWN
from coachd.model.record import changed
from coachd.store import activity_rows, among, chunked, pairs, upsert
from coachd.tables import activities, recordings, shoes, worn

NONE = ""
"""The word that a workout was done in no shoe that is known."""

Use = Literal["run", "trail", "walk", "hike"]
SPORTS: Mapping[str, Use] = {
    "Run": "run", "VirtualRun": "run", "TrailRun": "trail", "Walk": "walk", "Hike": "hike", "Snowshoe": "hike",
}  # fmt: skip
"""Sport as recorded -> what a shoe is the default for. Trail runs are apart: a road shoe is no guess for them."""

_NAMED = "name:"


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair as it stands in the store; of a source's pair `limit_m`, `surface` and `races` are the athlete's word.

    `starting_m` is how far it had come before its first run here. `uses` it is the default for, from `from_day` to
    `until_day` (both included, None: open); the second is also its last day of all.
    """

    id: str
    name: str
    source: str = OWN
    starting_m: float | None = None
    limit_m: float | None = None
    surface: Literal["road", "trail", "hybrid"] | None = None
    races: bool = False
    uses: frozenset[str] = frozenset()
    from_day: date | None = None
    until_day: date | None = None
    retired: bool = False

    def holds(self, use: str | None, day: date) -> bool:
        """Whether it is the default for this use on this day."""
        begun = self.from_day is None or self.from_day <= day
        return use in self.uses and begun and (self.until_day is None or day <= self.until_day)


_STORED = (
    "id", "name", "source", "starting_m", "limit_m", "surface", "races", "default_for", "from_day", "until_day",
    "retired",
)  # fmt: skip


def every(db: Connection, athlete: str) -> list[Entry]:
    """All pairs that are known, of the ledger and of sources, by name."""
    query = select(*(shoes.c[name] for name in _STORED)).where(shoes.c.athlete == athlete)
    found = []
    for row in db.execute(query):
        values = row._asdict()
        uses = frozenset(values.pop("default_for").split())
        found.append(Entry(**values, uses=uses))
    return sorted(found, key=lambda entry: (entry.name.casefold(), entry.id))


def save(db: Connection, athlete: str, entry: Entry, now: datetime) -> None:
    """Put a pair into the ledger, in place of what stood there."""
    row = {
        "athlete": athlete, "source": OWN, "id": entry.id, "name": entry.name, "raw": {}, "fetched_at": now,
        "starting_m": entry.starting_m, "limit_m": entry.limit_m, "surface": entry.surface, "races": entry.races,
        "default_for": " ".join(sorted(entry.uses)), "from_day": entry.from_day, "until_day": entry.until_day,
        "retired": entry.until_day is not None,
    }  # fmt: skip
    upsert(db, shoes, [row])


def describe(db: Connection, athlete: str, entry: Entry) -> None:
    """Keep the athlete's word on what a pair is for, whoever knows the pair."""
    mine = (shoes.c.athlete == athlete) & (shoes.c.source == entry.source) & (shoes.c.id == entry.id)
    db.execute(update(shoes).where(mine).values(limit_m=entry.limit_m, surface=entry.surface, races=entry.races))


def remove(db: Connection, athlete: str, shoe: str) -> None:
    """Take a pair out of the ledger, and every word on what was done in it."""
    db.execute(delete(shoes).where(shoes.c.athlete == athlete, shoes.c.source == OWN, shoes.c.id == shoe))
    db.execute(delete(worn).where(worn.c.athlete == athlete, worn.c.shoe == shoe))


def id_of(name: str) -> str:
    """The id of a pair of the ledger: names are unique there, whatever their capitals."""
    return f"{OWN}:{name.casefold()}"


def say(db: Connection, athlete: str, identities: Collection[str], shoe: str) -> None:
    """Remember that these recordings, by their own identities, were done in a shoe; `NONE`: in none that is known."""
    upsert(db, worn, [{"athlete": athlete, "identity": identity, "shoe": shoe} for identity in identities])


def forget(db: Connection, athlete: str, identities: Collection[str]) -> None:
    """Take back what was said of these recordings."""
    for chunk in chunked(sorted(identities)):
        db.execute(delete(worn).where(worn.c.athlete == athlete, worn.c.identity.in_(chunk)))


def workouts(db: Connection, athlete: str, numbers: Collection[int] | None = None) -> list[str]:
    """The identities of the workouts of these numbers, or of all."""
    query = select(activities.c.identity, activities.c.id).where(activities.c.athlete == athlete)
    return [identity for identity, number in db.execute(query) if numbers is None or number in numbers]


def done_in(db: Connection, athlete: str, shoe: str, before: date) -> list[str]:
    """The own identities of everything that was done in a shoe before a day."""
    query = (
        select(recordings.c.own_identity)
        .join(
            activities,
            (activities.c.athlete == recordings.c.athlete) & (activities.c.identity == recordings.c.identity),
        )
        .where(activities.c.athlete == athlete, activities.c.gear_id == shoe, activities.c.day < before)
    )
    return sorted(set(db.scalars(query)))


def maybe_twice(db: Connection, names: Sequence[str], last: date) -> dict[str, list[Activity]]:
    """What those athletes covered, by start and without streams, on the days up to `last` with more than one distance
    of which one was done in a pair of the ledger: some of it may be a second recording."""
    up_to = among(db, activities.c.athlete, names), activities.c.day <= last, activities.c.distance_m > 0
    of_ledger = case((activities.c.gear_id.startswith(f"{OWN}:"), 1), else_=0)
    days = (
        select(activities.c.athlete, activities.c.day)
        .where(*up_to)
        .group_by(activities.c.athlete, activities.c.day)
        .having(func.count() > 1, func.max(of_ledger) == 1)
        .subquery()
    )
    query = (
        select(activities.c.athlete, activities.c.id, activities.c["values"])
        .join(days, (days.c.athlete == activities.c.athlete) & (days.c.day == activities.c.day))
        .where(*up_to)
        .order_by(activities.c.start, activities.c.id)
    )
    apart = pairs.told_apart(db, names)
    found: dict[str, list[Activity]] = {}
    rows = db.execute(query).all()
    read = activity_rows.activities([row[1] for row in rows], [row[2] for row in rows])
    for (athlete, number, _), made in zip(rows, read, strict=True):
        others = apart.get((athlete, number), frozenset())
        found.setdefault(athlete, []).append(changed(made, apart_from=others))
    return found


def dressed(db: Connection, athlete: str, derived: Sequence[tuple[Activity, Collection[str]]]) -> list[Activity]:
    """These activities, each given with the own identities of its recordings, in the shoes they were done in: by the
    athlete's word, else as a source recorded it, else by the ledger's default of the day."""
    ledger = [entry for entry in every(db, athlete) if entry.source == OWN]
    words = _words(db, athlete, (own for _, owns in derived for own in owns))
    if not ledger and not words:
        return [activity for activity, _ in derived]
    return [
        _dressed(activity, ledger, [words[own] for own in sorted(owns) if own in words]) for activity, owns in derived
    ]


def _words(db: Connection, athlete: str, identities: Iterable[str]) -> dict[str, str]:
    """What was said of these recordings, by their own identities."""
    mine = worn.c.athlete == athlete
    if db.scalar(select(worn.c.shoe).where(mine).limit(1)) is None:
        return {}  # as with most athletes: nothing to look for, however many recordings come
    found: dict[str, str] = {}
    for chunk in chunked(sorted(set(identities))):
        query = select(worn.c.identity, worn.c.shoe).where(mine, worn.c.identity.in_(chunk))
        found |= {identity: shoe for identity, shoe in db.execute(query)}  # noqa: C416 - a row is no pair to dict()
    return found


def _dressed(activity: Activity, ledger: Sequence[Entry], words: Sequence[str]) -> Activity:
    gear = _shoe_of(activity, ledger, words)
    return activity if gear == activity.gear_id else changed(activity, gear_id=gear)


def _shoe_of(activity: Activity, ledger: Sequence[Entry], words: Sequence[str]) -> str | None:
    if words:
        return words[0] or None
    if activity.gear_id is not None:
        return _by_name(activity.gear_id, ledger)
    use = SPORTS.get(activity.sport)
    holders = [entry for entry in ledger if entry.holds(use, activity.day)]
    # Of several it is the one that was made the default last: nobody takes it from the others by hand.
    return max(holders, key=lambda entry: (entry.from_day or date.min, entry.id)).id if holders else None


def _by_name(gear: str, ledger: Iterable[Entry]) -> str:
    """An export names shoes only: a pair of that name in the ledger is the one."""
    if not gear.startswith(_NAMED):
        return gear
    name = gear.removeprefix(_NAMED).casefold()
    return next((entry.id for entry in ledger if entry.name.casefold() == name), gear)
