"""Races: which runs were one, what they say about the runner, and how they join the athlete's calendar.

Short events that come round every week are races here like any other; what counts them less
has to look at several and is left to the measures and to the phases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from coachd.history.known import Fitness
from coachd.history.words import says
from coachd.model import Activity, Race, Zones
from coachd.physiology import vdot as daniels
from coachd.physiology.heat import heat_index

SAME_DISTANCE = 0.06
RACE_EFFORT_HR, RACE_EFFORT_VDOT = 0.88, 0.95
FUN_HR = 0.85
FUN_VDOT = 0.80
FUN_UNDER_S = 2 * 3600.0
FUN_TAGS = frozenset({"fun", "pacing", "stroller", "dog"})
FLAT = 0.020
HOT_INDEX = 130.0
STANDING_SHARE = 1.05
"""A watch that ran on for longer than this was not stopped at the finish."""
STANDARD_M = (1_500.0, 1_609.344, 3_000.0, 5_000.0, 10_000.0, 15_000.0, 16_093.44, 21_097.5, 42_195.0)
GPS_ERROR = 0.02
HIGHEST_VDOT = 90.0


def calendar_runs(calendar: Iterable[Race], activities: Iterable[Activity]) -> dict[int, Race]:
    """The calendar entry of each run that was its race: same local day, within 6 % of the distance, the nearest one."""
    by_day: dict[date, list[Race]] = {}
    for race in calendar:
        by_day.setdefault(race.day, []).append(race)
    if not by_day:
        return {}
    fits = [
        (abs(run.distance_m - race.distance_m), run.id, race)
        for run in activities
        if run.family == "run" and run.distance_m
        for race in by_day.get(run.day, ())
        if abs(run.distance_m - race.distance_m) <= SAME_DISTANCE * race.distance_m
    ]
    found: dict[int, Race] = {}
    taken: set[str] = set()
    for _, run_id, race in sorted(fits, key=lambda fit: fit[:2]):
        if run_id not in found and race.key not in taken:
            found[run_id] = race
            taken.add(race.key)
    return found


def is_race(run: Activity, planned: Race | None, zones: Zones, fitness: Fitness | None) -> bool:
    """Whether a run was a race: it says so, the calendar says so, or both its name and its effort do.

    A name alone is never enough: most runs with "marathon" in their name are training for one.
    """
    if run.workout_type == 1 or "race" in run.tags or planned is not None:
        return True
    return says("race", run.name) and _race_effort(run, zones, fitness)


def _race_effort(run: Activity, zones: Zones, fitness: Fitness | None) -> bool:
    if zones.trusted and zones.hr_max and run.average_hr and run.average_hr >= RACE_EFFORT_HR * zones.hr_max:
        return True
    if fitness is None or fitness.stale or run.trainer or run.manual or not run.distance_m or not run.moving_s:
        return False
    if not daniels.valid(run.distance_m, run.moving_s):
        return False
    return daniels.vdot(run.distance_m, run.moving_s) >= RACE_EFFORT_VDOT * fitness.vdot


def raced(run: Activity, planned: Race | None, zones: Zones, fitness: Fitness | None) -> Race:
    """The race that a run was. `run` knows whether it was on trails.

    Its distance is the calendar's, else the standard distance within 2 % of the recorded one, else that one.
    """
    distance_m = planned.distance_m if planned else _standard(run.distance_m or 0.0)
    time_s = _race_time(run)
    race = planned or Race(run.day, distance_m, name=run.name, trail=run.trail, gain_m=run.gain_m)
    vdot = None if race.trail or time_s is None else _vdot(run, distance_m, time_s)
    fun = race.fun or _for_fun(run, zones, vdot, fitness)
    return replace(race, activity=run.id, time_s=time_s, vdot=None if fun else vdot, fun=fun)


def joined(calendar: Iterable[Race], run: Mapping[int, Race], planned: Mapping[int, Race]) -> tuple[Race, ...]:
    """Every race by day: those that were run, by activity id, and those of the calendar that were not (yet)."""
    done = {race.key for number, race in planned.items() if number in run}
    return tuple(sorted([*run.values(), *(race for race in calendar if race.key not in done)], key=_by_day))


def _by_day(race: Race) -> tuple[date, int, float]:
    return race.day, race.activity or 0, race.distance_m


def _standard(distance_m: float) -> float:
    return next((metres for metres in STANDARD_M if abs(distance_m - metres) <= GPS_ERROR * metres), distance_m)


def _race_time(run: Activity) -> float | None:
    """The clock of a race does not stop for its runner; a watch that was forgotten runs on."""
    if run.moving_s and run.elapsed_s and run.moving_s <= run.elapsed_s <= STANDING_SHARE * run.moving_s:
        return run.elapsed_s
    return run.moving_s or None


def _for_fun(run: Activity, zones: Zones, vdot: float | None, fitness: Fitness | None) -> bool:
    """By its tags; or, under two hours, by a mean heart rate below 85 % of the maximum, or by a time far below what the
    runner can do. Longer races are run so by anybody who means to finish well."""
    if run.tags & FUN_TAGS or says("company", run.name):
        return True
    if (run.moving_s or 0.0) >= FUN_UNDER_S:
        return False
    if zones.trusted and zones.hr_max and run.average_hr:
        return run.average_hr < FUN_HR * zones.hr_max
    return vdot is not None and fitness is not None and not fitness.stale and vdot < FUN_VDOT * fitness.vdot


def _vdot(run: Activity, distance_m: float, time_s: float) -> float | None:
    """Unknown off the road, indoors, above 20 m/km, in the heat, and outside what the formula holds for."""
    if run.trail or run.trainer or run.manual or not daniels.valid(distance_m, time_s):
        return None
    if (run.gain_m or 0.0) > FLAT * distance_m or is_hot(run):
        return None
    vdot = daniels.vdot(distance_m, time_s)
    return vdot if vdot <= HIGHEST_VDOT else None


def is_hot(run: Activity) -> bool:
    """Whether the weather, where it is known, explains a slow run or a high heart rate."""
    if run.trainer or run.temperature_c is None or run.dew_point_c is None:
        return False
    return heat_index(run.temperature_c, run.dew_point_c) >= HOT_INDEX


def best_vdots(races: Sequence[Race]) -> tuple[tuple[date, float], ...]:
    """The VDOT of each race that has one, by day."""
    return tuple((race.day, race.vdot) for race in races if race.vdot is not None)
