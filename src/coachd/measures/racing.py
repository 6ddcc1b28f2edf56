"""Races: how many there were lately, what one was worth, and the days and weeks around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.measures.volume import ids_of, volume_of, weeks_of
from coachd.model import Race
from coachd.physiology.vdot import race_time
from coachd.units import DAY

RACE_DAYS = 90
"""How long after its day a race is a subject of rules."""

YEARS_OF_RACES = 730
WEEKLY_M = 5_300.0
"""The longest weekly event: five kilometres as a watch records them."""

WEEKLY_SLOTS = 5
WEEKLY_TIMES = 3
STANDARDS = {5_000.0: "5 km", 10_000.0: "10 km", 21_097.5: "a half marathon"}
"""No marathon: for half of recreational runners its prediction is ten minutes and more too fast (Vickers 2016)."""


@measure(number("number"), lookback_days=28, takes={"shortest": number("distance"), "fun_weight": number("number")})
def races_counted(
    view: View, *, over: int = 42, before: int = 0, shortest: float = 3_000.0, fun_weight: float = 0.5
) -> Measured:
    """Number of races of at least `shortest` in a window; one run for fun, paced or well below effort weighs
    `fun_weight`, and a weekly event nothing.

    An event is weekly if races of up to 5 km fell on its weekday in three of five weeks in a row. Source: coaching
    convention. Never unknown: a race that nothing marks as one is no race here.
    """
    found = _counted(view, over, before, shortest)
    return Measured(float(sum(fun_weight if race.fun else 1.0 for race in found)), _ids(found))


@measure(text(), lookback_days=28, takes={"shortest": number("distance")})
def races_listed(view: View, *, over: int = 42, before: int = 0, shortest: float = 3_000.0) -> Measured:
    """The races of a window that `races_counted` counts, by day, as `5 km on 18 May, 10 km on 25 May`.

    Source: definition. Unknown where there is none.
    """
    found = _counted(view, over, before, shortest)
    listed = ", ".join(f"{race.distance_m / 1000:.0f} km on {race.day.day} {race.day:%B}" for race in found)
    return Measured(listed or None, _ids(found))


@measure(number("days"), subject="race", takes={"per": number("distance")})
def easy_days(_view: View, race: Race, *, per: float = 3_000.0) -> Measured:
    """Easy days after a race, in seconds: one for every `per` raced, rounded up; half of that after one run for fun.

    Source: coaching convention after Daniels (one easy day for every three kilometres raced). Never unknown.
    """
    raced = race.distance_m / 2 if race.fun else race.distance_m
    return Measured(math.ceil(round(raced / per, 6)) * DAY, () if race.activity is None else (race.activity,))


@measure(number("days"), lookback_days=RACE_DAYS, subject="race")
def hard_after_race(view: View, race: Race, *, over: int = 7, before: int = 0) -> Measured:
    """Days from a race to the first hard run of the window after its day, in seconds; races do not count.

    Source: definition. Unknown where there was none.
    """
    hard = [run for run in view.runs(over, before) if run.hard and run.kind != "race" and run.day > race.day]
    return Measured((hard[0].day - race.day).days * DAY, (hard[0].id,)) if hard else Measured(None)


@measure(number("count"), lookback_days=RACE_DAYS, subject="race")
def runs_after_race(view: View, race: Race) -> Measured:
    """Number of runs since the day of a race, up to 90 days. Source: definition. Unknown before the race."""
    if race.day > view.as_of:
        return Measured(None)
    since = min((view.as_of - race.day).days, RACE_DAYS)
    runs = view.runs(since) if since else []
    return Measured(float(len(runs)), tuple(run.id for run in runs))


@measure(number("volume"), takes={"outlier": number("number")})
def peak_week(view: View, *, over: int = 56, before: int = 0, outlier: float = 1.25) -> Measured:
    """Volume of the week with most running in the window, as the athlete counts it; of the second one where the first
    is more than `outlier` times that: one stage race is no habit. Source: coaching convention.

    Unknown where nobody ran in the window.
    """
    running = [week for week in weeks_of(view, over, before) if week]
    weeks = sorted(running, key=lambda week: volume_of(view, week), reverse=True)
    if not weeks:
        return Measured(None)
    second = len(weeks) > 1 and volume_of(view, weeks[0]) > outlier * volume_of(view, weeks[1])
    peak = weeks[1] if second else weeks[0]
    return Measured(volume_of(view, peak), ids_of([peak]))


@measure(text(), subject="race")
def race_result(_view: View, race: Race) -> Measured:
    """The time of a race as runners write it, `1:38:28` or `21:40`. Source: definition.

    Unknown where it was not run or not timed.
    """
    if race.time_s is None:
        return Measured(None)
    return Measured(_clock(race.time_s), () if race.activity is None else (race.activity,))


@measure(number("number"), subject="race")
def race_vdot(_view: View, race: Race) -> Measured:
    """The VDOT of a race to one decimal, as tables print it. Source: Daniels & Gilbert 1979.

    Unknown where it has none: not timed, on trails or treadmills, hilly, in the heat, or run for fun.
    """
    vdot = None if race.vdot is None else round(race.vdot, 1)
    return Measured(vdot, () if race.activity is None else (race.activity,))


@measure(text(), subject="race")
def race_equivalent(_view: View, race: Race) -> Measured:
    """What a race is worth over another distance, as `10 km in 44:25`: the time of equal VDOT over the
    next shorter of 5 km, 10 km and the half marathon, or the next longer after a short race.

    Source: Daniels & Gilbert 1979. Unknown where the race has no VDOT.
    """
    if race.vdot is None:
        return Measured(None)
    shorter = [distance for distance in STANDARDS if distance < 0.8 * race.distance_m]
    other = max(shorter) if shorter else next(d for d in STANDARDS if d > 1.2 * race.distance_m)
    told = f"{STANDARDS[other]} in {_clock(race_time(other, race.vdot))}"
    return Measured(told, () if race.activity is None else (race.activity,))


@measure(number("number"), lookback_days=YEARS_OF_RACES + RACE_DAYS, subject="race", takes={"within": number("days")})
def best_vdot_before(view: View, race: Race, *, within: float = YEARS_OF_RACES * DAY) -> Measured:
    """The best VDOT of the races in the time `within` before a race (see `race_vdot`).

    Source: Daniels & Gilbert 1979. Unknown where none of them has one.
    """
    since = race.day - timedelta(days=round(within / DAY))
    found = [other for other in view.history.races if since <= other.day < race.day and other.vdot is not None]
    best = max(found, key=lambda other: other.vdot or 0.0, default=None)
    return Measured(None) if best is None else Measured(best.vdot, _ids([best]))


def _counted(view: View, over: int, before: int, shortest: float) -> list[Race]:
    last = view.as_of - timedelta(days=before)
    first = last - timedelta(days=over - 1)
    known = view.races_run(over + 28 + before)
    weekly = _weekly([race.day for race in known if race.distance_m <= WEEKLY_M])
    return [
        race for race in known if first <= race.day <= last and race.distance_m >= shortest
        and not (race.distance_m <= WEEKLY_M and race.day in weekly)
    ]  # fmt: skip


def _weekly(days: Sequence[date]) -> set[date]:
    """The days among these of an event that recurs weekly."""
    span = timedelta(weeks=WEEKLY_SLOTS - 1)
    found: set[date] = set()
    for day in days:
        row = [other for other in days if other.weekday() == day.weekday() and day <= other <= day + span]
        if len(set(row)) >= WEEKLY_TIMES:
            found.update(row)
    return found


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"


def _ids(races: Sequence[Race]) -> tuple[int, ...]:
    return tuple(race.activity for race in races if race.activity is not None)
