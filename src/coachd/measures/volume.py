"""How much somebody runs, in weeks counted back from the last day of the window.

A week here is a block of seven days, so that the judged week is always the first, on whichever day weeks begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.model import Activity
from coachd.units import WEEK

MONTH = 4
"""Weeks in what is called a four-week mean."""


def weeks_of(view: View, over: int, before: int = 0) -> list[list[Activity]]:
    """The runs of each whole week of the window, newest week first."""
    return [view.runs(7, before + 7 * back) for back in range(over // 7)]


def distance_of(runs: Sequence[Activity]) -> float:
    """Their distance together, in metres; a run without one adds nothing."""
    return sum(run.distance_m or 0.0 for run in runs)


def ids_of(weeks: Sequence[Sequence[Activity]]) -> tuple[int, ...]:
    """The ids of the activities of these weeks, newest week last."""
    return tuple(run.id for week in reversed(weeks) for run in week)


@measure(number("count"))
def weeks_with_runs(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Number of weeks of the window with at least one run. Source: definition. Never unknown."""
    weeks = weeks_of(view, over, before)
    return Measured(float(sum(bool(week) for week in weeks)), ids_of(weeks))


@measure(number("distance"))
def highest_week(view: View, *, over: int = 112, before: int = 0) -> Measured:
    """Distance of the week of the window with the most running, in metres. Source: definition.

    Unknown where nobody ran in the window.
    """
    weeks = [week for week in weeks_of(view, over, before) if week]
    best = max(weeks, key=distance_of, default=None)
    return Measured(None) if best is None else Measured(distance_of(best), ids_of([best]))


@measure(number("distance"))
def highest_four_weeks(view: View, *, over: int = 112, before: int = 0) -> Measured:
    """Distance a week of the four weeks in a row with the most running in the window, in metres. Source: definition.

    Unknown where nobody ran in the window, or it has less than four weeks.
    """
    weeks = weeks_of(view, over, before)
    blocks = [weeks[back : back + MONTH] for back in range(len(weeks) - MONTH + 1)]
    best = max(blocks, key=lambda block: distance_of([run for week in block for run in week]), default=None)
    if best is None or not any(best):
        return Measured(None)
    return Measured(sum(map(distance_of, best)) / MONTH, ids_of(best))


@measure(number("count"), lookback_days=21, takes={"light": number("share")})
def light_weeks(view: View, *, over: int = 28, before: int = 0, light: float = 0.85) -> Measured:
    """Number of weeks of the window that were light: at most the share `light` of the mean of the three weeks before
    each. Source: coaching convention.

    Unknown where one of them has no running in the three weeks before it.
    """
    distances = [distance_of(week) for week in weeks_of(view, over + 21, before)]
    found = 0
    for back in range(over // 7):
        usual = sum(distances[back + 1 : back + 4]) / 3
        if not usual:
            return Measured(None)
        found += distances[back] <= light * usual
    return Measured(float(found))


@measure(number("weeks"))
def rising_weeks(view: View, *, over: int = 56, before: int = 0) -> Measured:
    """Length of the row of weeks, ending with the last of the window, of which each has more distance than the one
    before it; in seconds, the first week of the row included. Source: definition.

    Unknown where nobody ran in the last week of the window.
    """
    weeks = weeks_of(view, over, before)
    if not weeks or not weeks[0]:
        return Measured(None)
    length = 1
    while length < len(weeks) and weeks[length] and distance_of(weeks[length]) < distance_of(weeks[length - 1]):
        length += 1
    return Measured(length * WEEK, ids_of(weeks[:length]))


@measure(
    number("count"),
    takes={
        "share": number("share"), "spread": number("number"),
        "shortest": number("distance"), "shortest_time": number("duration"),
    },
)  # fmt: skip
def long_run_weeks(
    view: View,
    *,
    over: int = 28,
    before: int = 0,
    share: float = 0.4,
    spread: float = 1.6,
    shortest: float = 14_000.0,
    shortest_time: float = 5_400.0,
) -> Measured:
    """Number of weeks of the window in which the longest run was a long one (at least `shortest` or `shortest_time`)
    and more than the share max(`share`, `spread` / runs of the week) of the week's distance. Weeks with a race do not
    count. Source: coaching convention after Daniels; the second bound leaves room for those who run three times a week.

    Unknown where nobody ran in the window.
    """
    weeks = [week for week in weeks_of(view, over, before) if week]
    heavy = [week for week in weeks if _is_heavy(week, max(share, spread / len(week)), shortest, shortest_time)]
    return Measured(float(len(heavy)) if weeks else None, ids_of(heavy))


def _is_heavy(week: Sequence[Activity], most: float, shortest: float, shortest_time: float) -> bool:
    longest = max(week, key=lambda run: run.distance_m or 0.0)
    distance = longest.distance_m or 0.0
    if any(run.kind == "race" for run in week) or not distance:
        return False
    return (distance >= shortest or (longest.moving_s or 0.0) >= shortest_time) and distance > most * distance_of(week)


@measure(number("count"), takes={"shortest": number("duration"), "apart": number("duration")})
def double_days(
    view: View, *, over: int = 7, before: int = 0, shortest: float = 900.0, apart: float = 7_200.0
) -> Measured:
    """Number of days of the window with two runs of at least `shortest` that began at least `apart` from each other;
    commutes do not count, nor do runs whose time of day is hidden. Source: coaching convention. Never unknown.
    """
    starts: dict[date, list[datetime]] = {}
    ids: dict[date, list[int]] = {}
    for run in view.runs(over, before):
        if (run.moving_s or 0.0) >= shortest and not run.commute and not run.hidden_start:
            starts.setdefault(run.day, []).append(run.start_local)
            ids.setdefault(run.day, []).append(run.id)
    doubled = [day for day, times in starts.items() if (max(times) - min(times)).total_seconds() >= apart]
    return Measured(float(len(doubled)), tuple(run for day in doubled for run in ids[day]))
