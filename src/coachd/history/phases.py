"""Where in the year a runner is, day by day, as it was known on that day.

The first of these that says something about a day decides:

1. a declared phase;
2. `break` while ill, injured or on holiday, declared or tagged: no plan outlives that;
3. `race` on the day of a race that was run or is planned as A or B, and `recovery` for one day per 3 km after one that
   was run (5 km or more), planned or not;
4. `taper` before an A race: 21 days from 35 km on, 14 from 20 km on, 7 from 10 km on, else 4. The race week belongs to
   it, so that what watches a taper also sees its last days;
5. `break` once nothing was run for seven days, and for three times as long as usually lies between two runs;
6. `build` within 16 weeks of an A race from 35 km on, 12 from 20 km on, else 8;
7. `base` while an A race is further away than that but within a year, and for ten weeks after one.

Else it is `steady`: who plans nothing and declares nothing is told nothing about base training. Whether undeclared
weeks look like a base block all the same is a question of its own (the measure `base_weeks`). Races run for fun, and
short ones that come round every week, are training.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

from coachd.language.modes import tagged
from coachd.model import Activity, Athlete, Mode, Phase, PhaseSpan, Race

LOOKBACK_DAYS = 120
"""How many days before the first one asked for have a say."""

BREAK_MODES = ("ill", "injured", "holiday")
BREAK_DAYS = 7
BREAK_INTERVALS = 3
FEWEST_RUN_DAYS = 6

GPS_ERROR = 0.03  # a race of 5 km is recorded as anything from 4.85 to 5.15 km
RECOVERY_FROM_M = 5_000 * (1 - GPS_ERROR)
RECOVERY_M_PER_DAY = 3_000.0
WEEKLY_UP_TO_M = 5_000 * (1 + GPS_ERROR)
WEEKLY_TIMES, WEEKLY_WEEKS = 3, 5

TAPER_DAYS = ((35_000.0, 21), (20_000.0, 14), (10_000 * (1 - GPS_ERROR), 7), (0.0, 4))
BUILD_DAYS = ((35_000.0, 16 * 7), (20_000.0, 12 * 7), (0.0, 8 * 7))
AHEAD_DAYS = 366
BASE_AFTER_DAYS = 70

ONE_DAY = timedelta(days=1)

Days = dict[date, Phase]


def phases(
    athlete: Athlete, activities: Sequence[Activity], races: Sequence[Race], first: date, last: date
) -> tuple[tuple[date, Phase], ...]:
    """The days from `first` to `last` on which the phase changed, with the new phase; (`first`, ...) is the first one.

    `activities` are those that rules may see, classified; `races` the calendar joined with what was run. What lies
    after a day changes nothing about it but planned races, declared spans and modes: an athlete's calendar is dated.
    Nothing where `last` is before `first`.
    """
    run_days = sorted({activity.day for activity in activities if activity.family == "run"})
    weekly = _weekly_days(races)
    raced = [race for race in races if race.activity is not None and not race.fun and race.day not in weekly]
    goals = [race for race in races if race.priority == "A"]
    deciding = (
        _declared(athlete.phases, last),
        _out([*athlete.modes, *tagged(activities, athlete.week_start)], last),
        _race_days(raced, races),
        _recovering(raced),
        _before(goals, _taper_days, "taper"),
        _idle(run_days, last),
        _before(goals, _build_days, "build"),
        _around(goals),
    )
    known: Days = {}
    for days in reversed(deciding):
        known |= days
    # A phase begins where something is known about a day, and where that ends; all other days go on as the one before.
    turns = {first, *known, *(day + ONE_DAY for day in known)}
    changes: list[tuple[date, Phase]] = []
    for day in sorted(turn for turn in turns if first <= turn <= last):
        phase = known.get(day, "steady")
        if not changes or changes[-1][1] != phase:
            changes.append((day, phase))
    return tuple(changes)


def lead_up(race: Race) -> tuple[date, date]:
    """The first days of the build and of the taper for an A race."""
    return race.day - timedelta(days=_build_days(race)), race.day - timedelta(days=_taper_days(race))


def _days(first: date, last: date) -> Iterable[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _all(phase: Phase, first: date, last: date) -> Days:
    return dict.fromkeys(_days(first, last), phase)


def _declared(spans: Iterable[PhaseSpan], last: date) -> Days:
    """Of spans that overlap, the one that began later counts."""
    found: Days = {}
    for span in sorted(spans, key=lambda span: span.first):
        found |= _all(span.phase, span.first, min(span.last or last, last))
    return found


def _out(modes: Iterable[Mode], last: date) -> Days:
    found: Days = {}
    for mode in modes:
        if mode.name in BREAK_MODES:
            found |= _all("break", mode.first, min(mode.last or last, last))
    return found


def _weekly_days(races: Iterable[Race]) -> set[date]:
    """Days of short races that came round on that weekday in three of the last five weeks."""
    short = {race.day for race in races if race.activity is not None and race.distance_m <= WEEKLY_UP_TO_M}
    return {
        day
        for day in short
        if sum(day - timedelta(weeks=back) in short for back in range(WEEKLY_WEEKS)) >= WEEKLY_TIMES
    }


def _race_days(raced: Iterable[Race], races: Iterable[Race]) -> Days:
    planned = [race for race in races if race.priority in ("A", "B")]
    return {race.day: "race" for race in [*raced, *planned]}


def _recovering(raced: Iterable[Race]) -> Days:
    found: Days = {}
    for race in raced:
        if race.distance_m >= RECOVERY_FROM_M:
            length = ceil(race.distance_m / RECOVERY_M_PER_DAY)
            found |= _all("recovery", race.day + timedelta(days=1), race.day + timedelta(days=length))
    return found


def _before(goals: Iterable[Race], length: Callable[[Race], int], phase: Phase) -> Days:
    found: Days = {}
    for race in goals:
        found |= _all(phase, race.day - timedelta(days=length(race)), race.day - timedelta(days=1))
    return found


def _taper_days(race: Race) -> int:
    return next(days for distance_m, days in TAPER_DAYS if race.distance_m >= distance_m)


def _build_days(race: Race) -> int:
    return next(days for distance_m, days in BUILD_DAYS if race.distance_m >= distance_m)


def _idle(run_days: Sequence[date], last: date) -> Days:
    """The days on which a break had shown: never the first days of it, which looked like any others."""
    found: Days = {}
    for index, (day, after) in enumerate(pairwise([*run_days, last + timedelta(days=1)]), 1):
        if (after - day).days > BREAK_DAYS:
            begins = day + timedelta(days=_break_after(run_days[:index]))
            found |= _all("break", begins, after - timedelta(days=1))
    return found


def _break_after(run_days: Sequence[date]) -> int:
    """Days without a run that make a break for somebody who ran on these sorted days."""
    recent = run_days[bisect_left(run_days, run_days[-1] - timedelta(days=LOOKBACK_DAYS)) :]
    if len(recent) < FEWEST_RUN_DAYS:
        return BREAK_DAYS
    usual = median([(later - earlier).days for earlier, later in pairwise(recent)])
    return max(BREAK_DAYS, ceil(BREAK_INTERVALS * usual))


def _around(goals: Iterable[Race]) -> Days:
    """The time that the calendar leaves free around A races."""
    found: Days = {}
    for race in goals:
        found |= _all("base", race.day - timedelta(days=AHEAD_DAYS), race.day + timedelta(days=BASE_AFTER_DAYS))
    return found
