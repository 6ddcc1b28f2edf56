"""What is stored of athletes, read for many at once, and the history that rules may see of it."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from coachd.coach import Coach
from coachd.digest import CHART_WEEKS
from coachd.history import prepare
from coachd.history.clean import doubles
from coachd.history.outdoors import HOUR, LONGEST, with_air
from coachd.history.phases import LOOKBACK_DAYS as PHASE_DAYS
from coachd.history.week import week_of
from coachd.history.zones import RESTING_NIGHTS, ZonesFrom
from coachd.judge import StateKey, aftermath
from coachd.language.rule import Rule
from coachd.model import Activity, Athlete, History, Night, Period, RuleState, Shoe, Source, Told, changed
from coachd.model.activity import OWN
from coachd.rulebook import Rulebook
from coachd.store import activities, connections, judgements, nights, nudges, profile, recordings, shoes, weather
from coachd.store.judgements import Judging
from coachd.store.profile import GearUse

CHUNK = 100
"""Athletes that are read from the store together: enough that a query costs each of them next to nothing."""

WEEK = timedelta(weeks=1)
RESTING = timedelta(days=RESTING_NIGHTS)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Past:
    """What was judged since a week closed, newest first, and what was told in the months before, oldest first."""

    judgings: Sequence[Judging] = ()
    told: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an athlete over some local days, before anything is worked out from it; shoes are as they stood
    on the last of these days. Rules see the days from `first` on, all where it is None."""

    athlete: Athlete
    first: date | None
    recorded: Sequence[Activity]
    shoes: Sequence[Shoe]
    synced: Mapping[Source, datetime]
    zones: Mapping[Source, Mapping[str, Any]]
    states: Mapping[StateKey, RuleState]
    late: frozenset[int] = frozenset()
    past: Past = field(default_factory=Past)
    nights: Sequence[Night] = ()

    def history(self, now: datetime) -> History:
        """The history as rules may see it."""
        ceiling, zones_from = _zones_ceiling(self.zones)
        history = prepare(
            self.athlete,
            self.recorded,
            shoes=self.shoes,
            synced=self.synced,
            zones_ceiling=ceiling,
            zones_from=zones_from,
            now=now,
            nights=self.nights,
            first=self.first,
        )
        return replace(history, late=self.late) if self.late else history


def read(coach: Coach, athletes: Sequence[Athlete], first: date | None, last: date) -> dict[str, Stored]:
    """What is stored of each athlete over these local days (both included), by name, with one look at each table.

    `first` None takes everything stored; else so many days before it are read as have a say in the phase of the last.
    """
    names = [who.id for who in athletes]
    read_from = None if first is None else min(first, last - timedelta(days=PHASE_DAYS))
    with _without_looking_for_garbage(), coach.store.read() as db:
        recorded = activities.load_each(db, names, read_from, last)
        synced = connections.synced_of_each(db, names)
        imported = recordings.last_confirmed(db, names, "files")
        pairs_of = _shoes(db, names, imported, last)
        zones = {source: profile.read_of_each(db, names, source, "zones") for source in ("strava", "garmin")}
        slept = nights.load_each(db, names, read_from and min(read_from, last - RESTING), last)
        states = judgements.states_of_each(db, names)
        late = activities.late_of_each(db, {who.id: week_of(last - WEEK, who.week_start) for who in athletes})
        recorded |= in_their_air(db, athletes, recorded)
    return {
        who.id: Stored(
            who,
            first,
            recorded[who.id],
            pairs_of[who.id],
            synced.get(who.id, {}) | ({"files": imported[who.id]} if who.id in imported else {}),
            {source: told[who.id] for source, told in zones.items() if who.id in told},
            states[who.id],
            late.get(who.id, frozenset()),
            nights=slept.get(who.id, ()),
        )
        for who in athletes
    }


def in_their_air(
    db: Connection, athletes: Sequence[Athlete], recorded: Mapping[str, Sequence[Activity]]
) -> dict[str, list[Activity]]:
    """What those recorded who gave a home position, with the weather that it was done in, as far as that is known."""
    homes = {who.id: who.home for who in athletes if who.home is not None and recorded[who.id]}
    if not homes:
        return {}
    first = min(recorded[name][0].start for name in homes) - HOUR
    last = max(recorded[name][-1].start for name in homes) + LONGEST
    known = weather.load_each(db, set(homes.values()), first, last)
    found = {}
    for who in athletes:
        if who.id in homes and (readings := known.get(homes[who.id])):
            air = {at: (reading.temperature_c, reading.dew_point_c) for at, reading in readings.items()}
            found[who.id] = with_air(recorded[who.id], air, who.tz)
    return found


@contextmanager
def _without_looking_for_garbage() -> Iterator[None]:
    """Spares the collector's passes over thousands of fresh objects that all stay: a twentieth of a judgement."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load(coach: Coach, who: Athlete, first: date | None, last: date, now: datetime) -> History:
    """The athlete's history over these local days (both included) as rules may see it; `first` None: from the start."""
    return read(coach, [who], first, last)[who.id].history(now)


def chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """As many at a time as are read from the store together; no garbage is looked for while one chunk is judged."""
    for at in range(0, len(items), CHUNK):
        with _without_looking_for_garbage():
            yield items[at : at + CHUNK]


def whole(coach: Coach, who: Athlete, now: datetime) -> History | None:
    """Everything stored about the athlete up to today as rules may see it; None before the first activity."""
    with coach.store.read() as db:
        first = activities.first_day(db, who.id)
    return None if first is None else load(coach, who, first, now.astimezone(who.tz).date(), now)


def _zones_ceiling(zones: Mapping[Source, Mapping[str, Any]]) -> tuple[float | None, ZonesFrom]:
    """The top of zone 2 of the athlete's own zones, and where these are kept: on Strava, else at Garmin."""
    # Each loads requests, which nobody without that source needs.
    if "strava" in zones:
        from coachd.sources.strava import mapping as strava

        if (top := strava.zone2_top(zones["strava"])) is not None:
            return top, "Strava"
    if "garmin" in zones:
        from coachd.sources.garmin import mapping as garmin

        return garmin.zone2_top(zones["garmin"]), "Garmin"
    return None, "Strava"


def _shoes(db: Connection, names: Sequence[str], importers: Collection[str], last: date) -> dict[str, list[Shoe]]:
    """Every shoe of each athlete as it stood on the evening of `last`. `importers` are those who imported files: only
    an export knows shoes by nothing but their name."""
    known = shoes_of_each(db, names, last)
    found = {name: known.get(name, []) for name in names}
    for name in importers:
        found[name] += _known_by_name(profile.gear_use(db, name, last), found[name])
    return found


def shoes_of_each(db: Connection, names: Sequence[str], last: date) -> dict[str, list[Shoe]]:
    """The shoes as `profile.shoes_of_each` has them, where a pair of the ledger has not come as far as a second
    recording of a run says. Odometers of sources are the word of these."""
    known = profile.shoes_of_each(db, names, last)
    owners = [name for name, some in known.items() if any(shoe.source == OWN for shoe in some)]
    for name, some in shoes.maybe_twice(db, owners, last).items() if owners else ():
        twice = doubles(some)
        less: defaultdict[str | None, float] = defaultdict(float)
        for each in some:
            less[each.gear_id] += (each.distance_m or 0.0) if each.id in twice else 0.0
        known[name] = [
            changed(shoe, distance_m=shoe.distance_m - less[shoe.id])
            if shoe.source == OWN and shoe.distance_m is not None
            else shoe
            for shoe in known[name]
        ]
    return known


def _known_by_name(used: Mapping[str, GearUse], known: Sequence[Shoe]) -> list[Shoe]:
    """The shoes that only an export named. They have no odometer: what was run in such a pair is all that is known."""
    names = {shoe.name.casefold() for shoe in known}
    # An export names bikes in the same column: what was never worn on foot is no shoe.
    return [
        Shoe(gear, gear.removeprefix("name:"), use.distance_m, source="files", last_used=use.last_day)
        for gear, use in used.items()
        if gear.startswith("name:") and use.on_foot and gear.removeprefix("name:").casefold() not in names
    ]


def first_day(book: Rulebook, period: Period, also: Sequence[Rule] = ()) -> date | None:
    """The first day that judging this period by these rules looks at; None where that is the very first."""
    if book.lifelong:
        return None
    rules = [*book.rules, *also]
    # Rules about a day or an activity look back from the period's first day, all others from its last.
    from_first = max((rule.lookback_days for rule in rules if rule.each in ("day", "activity")), default=0)
    from_last = max(book.lookback_days, CHART_WEEKS * 7, *(rule.lookback_days for rule in also))
    return min(period.first - timedelta(days=from_first), period.last - timedelta(days=from_last))


def read_weeks(
    coach: Coach, weeks: Iterable[tuple[Athlete, Period]], now: datetime, also: Sequence[Rule] = ()
) -> dict[str, Stored]:
    """What judging these weeks at `now` looks at, by athlete: those who need the same days are read together. `also`
    are rules that are off and judged all the same."""
    alike: dict[tuple[date | None, date], list[Athlete]] = {}
    for who, period in weeks:
        alike.setdefault((first_day(coach.rules_for(who), period, also), period.last), []).append(who)
    return {name: found for days, some in alike.items() for name, found in _with_past(coach, some, *days, now).items()}


def _with_past(
    coach: Coach, athletes: Sequence[Athlete], first: date | None, last: date, now: datetime
) -> dict[str, Stored]:
    """What is stored of each athlete, with what was judged and told before."""
    found = read(coach, athletes, first, last)
    waits = [rule.helped.after_days for rule in coach.rules.rules if rule.helped is not None]
    told_since = now - max(timedelta(days=max(waits, default=0)) + aftermath.LATEST, aftermath.CORRECTED)
    closed = datetime.combine(last, time(), UTC)  # a little too early in any zone
    with coach.store.read() as db:
        judgings = judgements.since_of_each(db, list(found), closed)
        told = nudges.since_of_each(db, list(found), told_since)
    return {name: replace(each, past=Past(judgings[name], told[name])) for name, each in found.items()}
