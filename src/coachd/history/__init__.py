"""From what sources recorded to a history that rules can trust: merge, clean, classify. Pure functions throughout.

One pass, oldest activity first: each is understood by what was known before it (`known.Known`), so that nothing about
it changes when later ones arrive. Only the heart-rate anchors are today's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from coachd.history import commutes
from coachd.history.classify import (
    easy_intended,
    is_long,
    is_trail,
    label,
    off_road,
    structure,
    unlabelled,
    whole_sessions,
)
from coachd.history.clean import cleaned
from coachd.history.effort import above_share, graded_speed, is_hard, judged, pace_counts
from coachd.history.known import Fitness, Known
from coachd.history.load import session_load
from coachd.history.phases import phases
from coachd.history.races import best_vdots, calendar_runs, is_hot, is_race, joined, raced
from coachd.history.zones import ZonesFrom, resolve
from coachd.model import Activity, Athlete, History, Night, Race, Shoe, Source, Zones, changed, completed

RACE_WEEK_DAYS = 6

_worked_out: Callable[..., Activity] = completed(Activity, "kind")
"""What was recorded, with what was worked out from it."""


def prepare(
    athlete: Athlete,
    recorded: Iterable[Activity],
    *,
    shoes: Iterable[Shoe] = (),
    synced: Mapping[Source, datetime] | None = None,
    zones_ceiling: float | None = None,
    zones_from: ZonesFrom = "Strava",
    now: datetime,
    nights: Iterable[Night] = (),
    first: date | None = None,
) -> History:
    """The history as of `now`: recorded activities cleaned and understood, gear named by file matched to shoes.

    `zones_ceiling` is the top of zone 2 of the athlete's own heart-rate zones, kept where `zones_from` says; the
    athlete's own numbers go before it. What lies before the local day `first` is only looked at for what was known by
    then: the rest comes out the same, in half the time.
    """
    shoe_list = tuple(shoes)
    night_list = tuple(sorted(nights, key=lambda night: night.day))
    today = now.astimezone(athlete.tz).date()
    own = {shoe.name.casefold(): shoe.id for shoe in reversed(shoe_list) if not shoe.id.startswith("name:")}
    # Only an export knows shoes by nothing but their name.
    activities = [
        _with_known_shoe(activity, own) if "files" in activity.sources else activity
        for activity in sorted(recorded, key=attrgetter("start", "id"))
    ]
    kept, excluded = cleaned(activities, now, hr_max=athlete.hr_max)
    if "commuter" in athlete.profiles:
        kept = commutes.marked(kept)
    zones = resolve(athlete, kept, today, zones_ceiling=zones_ceiling, zones_from=zones_from, nights=night_list)
    understood, races = _understood(athlete, kept, zones, shoe_list, first)
    begins = min([activity.day for activity in kept], default=today)
    return History(
        athlete=athlete,
        activities=understood,
        shoes=shoe_list,
        synced=dict(synced or {}),
        easy_ceiling=zones.easy_ceiling,
        easy_ceiling_source=zones.easy_ceiling_source,
        excluded=tuple(excluded),
        zones=zones,
        races=races,
        nights=night_list,
        phases=phases(athlete, kept, races, begins, today),
        vdots=best_vdots(races),
        earlier=tuple([activity for activity in kept if activity.day < first]) if first else (),
    )


def _understood(
    athlete: Athlete, activities: Sequence[Activity], zones: Zones, shoes: Sequence[Shoe], first: date | None
) -> tuple[tuple[Activity, ...], tuple[Race, ...]]:
    """The activities from the day `first` on (None: all) with what is worked out about them, and all races."""
    reader = _Reader(athlete, activities, zones, shoes)
    seen = first or date.min
    # Whether a run was taxing counts on the day after, and a traveller's days overlap; before that only races count.
    remembered = first - timedelta(days=2) if first else seen
    understood = []
    for activity in activities:
        if activity.day < remembered:
            reader.earlier(activity)
        else:
            understood.append(reader.run(activity) if activity.family == "run" else reader.other(activity))
    every = tuple([activity for activity in understood if activity.day >= seen])
    return every, joined(athlete.races, reader.races, reader.planned)


class _Reader:
    """Understands one activity after the other, in the order of their starts."""

    def __init__(self, athlete: Athlete, activities: Sequence[Activity], zones: Zones, shoes: Sequence[Shoe]) -> None:
        self.athlete = athlete
        self.zones = zones
        self.known = Known()
        self.races: dict[int, Race] = {}
        self.planned = calendar_runs(athlete.races, activities)
        self.whole = whole_sessions(activities)
        self.trail_shoes = off_road(shoes)
        self.race_days = _race_days(athlete, activities, self.planned)

    def other(self, activity: Activity) -> Activity:
        load, source = session_load(activity, self.athlete, self.zones)
        return _worked_out(activity, load=load, load_source=source)

    def earlier(self, activity: Activity) -> None:
        """Remember a run that nobody will ask about: how long it was, how fast its parts, and whether it was a race."""
        if activity.family == "run":
            run, race = self._raced(activity, self.known.fitness(activity.day))
            self.known.remember(run, race)

    def run(self, activity: Activity) -> Activity:
        fitness = self.known.fitness(activity.day)
        run, race = self._raced(activity, fitness)
        whole = self.whole.get(run.id, run)
        named = "race" if race else label(run)
        # A race that was only jogged is as hard as its heart rate says.
        effort = "easy" if named is None or (race is not None and race.fun) else named
        hard = is_hard(whole, effort, self.zones, fitness, labelled=named is not None)
        long = named == "long" or is_long(whole, self.known)
        kind = named or unlabelled(whole, hard=hard, long=long, after_taxing=self._after_taxing(run.day))
        easy = easy_intended(run, kind)
        graded = graded_speed(run)
        # Without streams it is known only where pace counts.
        speed = graded if graded is not None and (run.streams is None or pace_counts(run)) else None
        pace = speed / fitness.threshold_speed if speed is not None and fitness is not None else None
        load, source = session_load(run, self.athlete, self.zones, kind, pace)
        looked_at = easy and run.day not in self.race_days
        verdict = judged(run, kind, speed, self.zones, self.known) if looked_at else None
        above = above_share(run, self.zones)
        run = _worked_out(
            run, kind, hard, long, run.trail, easy, verdict, above, load, source, graded, **_from_streams(run)
        )
        self.known.remember(run, race)
        return run

    def _raced(self, activity: Activity, fitness: Fitness | None) -> tuple[Activity, Race | None]:
        """The run, marked where it was on trails, and the race that it was, which is kept."""
        planned = self.planned.get(activity.id)
        trail = is_trail(activity, self.trail_shoes) or (planned is not None and planned.trail)
        run = _worked_out(activity, trail=True) if trail else activity
        if not is_race(run, planned, self.zones, fitness):
            return run, None
        race = self.races[run.id] = raced(run, planned, self.zones, fitness)
        return run, race

    def _after_taxing(self, day: date) -> bool:
        return self.known.taxing_day == day - timedelta(days=1)


def _from_streams(activity: Activity) -> dict[str, Any]:
    """What the recorded seconds say. Decoupling in the heat says nothing about endurance."""
    streams = activity.streams
    if streams is None:
        return {}
    return {
        "efficiency": streams.efficiency,
        "decoupling": None if is_hot(activity) else streams.decoupling,
        "strides": streams.strides,
        "work_s": streams.work_s,
        "structure": structure(streams.bouts),
    }


def _race_days(athlete: Athlete, activities: Iterable[Activity], planned: Mapping[int, Race]) -> frozenset[date]:
    """Days on which an easy run is not looked at: of a race, and the six before a planned A or B race."""
    days = {run.day for run in activities if run.workout_type == 1 or "race" in run.tags or run.id in planned}
    for race in athlete.races:
        if race.priority in ("A", "B"):
            days |= {race.day - timedelta(days=back) for back in range(RACE_WEEK_DAYS + 1)}
    return frozenset(days)


def _with_known_shoe(activity: Activity, own: Mapping[str, str]) -> Activity:
    """The activity with the source's own record of a shoe of which only the name is known."""
    if not activity.gear_id or not activity.gear_id.startswith("name:"):
        return activity
    gear = own.get(activity.gear_id.removeprefix("name:").casefold())
    return changed(activity, gear_id=gear) if gear else activity
