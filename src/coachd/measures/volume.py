"""How much somebody runs, in weeks counted back from the last day of the window.

A week here is a block of seven days, so that the judged week is always the first, on whichever day weeks begin. A
volume is what the athlete adds up (`volume_unit`). Distance is the default. Effort is the distance and ten metres more
for each metre climbed (ITRA's km-effort: 100 m of climb are one kilometre); a run without a known climb counts its
distance. Time is moving time, held as the distance that it is at 6:00 /km: so one threshold serves everybody (10 km are
an hour), and it is shown as the time that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.model import Activity
from coachd.units import VOLUME_PACE, WEEK, VolumeUnit

MONTH = 4
"""Weeks in what is called a four-week mean."""

CLIMB_METRES = 10.0
"""Metres of distance that one metre climbed is worth in effort."""

_VOLUMES: Mapping[VolumeUnit, Callable[[Activity], float]] = {
    "distance": lambda run: run.distance_m or 0.0,
    "time": lambda run: (run.moving_s or 0.0) / VOLUME_PACE,
    "effort": lambda run: (run.distance_m or 0.0) + CLIMB_METRES * (run.gain_m or 0.0),
}

_COUNTED: Mapping[str, Callable[[Activity], bool]] = {
    "all": lambda _: True,
    "fine": lambda run: run.judged == "fine",
    "intended": lambda run: run.easy_intended,
}


def weeks_of(view: View, over: int, before: int = 0) -> list[list[Activity]]:
    """The runs of each whole week of the window, newest week first."""
    return [view.runs(7, before + 7 * back) for back in range(over // 7)]


def volume_of(view: View, runs: Sequence[Activity]) -> float:
    """Their volume together, in metres (see the head of this file); a run without one adds nothing."""
    return sum(map(_VOLUMES[view.athlete.volume_unit], runs))


def ids_of(weeks: Sequence[Sequence[Activity]]) -> tuple[int, ...]:
    """The ids of the activities of these weeks, newest week last."""
    return tuple(run.id for week in reversed(weeks) for run in week)


@measure(number("volume"), takes={"easy": text(_COUNTED)})
def weekly_volume(view: View, *, over: int = 7, before: int = 0, easy: str = "all") -> Measured:
    """Volume of running a week: that of the window for each seven days, as the athlete counts it. `easy` leaves out
    runs: `fine` counts those that were judged and were easy, `intended` those that were meant to be. Source: ITRA for
    effort; else definition.

    Unknown where there are runs and none of them has a volume.
    """
    runs = [run for run in view.runs(over, before) if _COUNTED[easy](run)]
    total = volume_of(view, runs)
    return Measured(None if runs and not total else total * 7 / over, tuple(run.id for run in runs))


@measure(number("volume"))
def longest_run(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Volume of the longest run of the window, as the athlete counts it. Source: definition.

    Unknown without a run that has one.
    """
    runs = view.runs(over, before)
    best = max(runs, key=lambda run: volume_of(view, [run]), default=None)
    if best is None or not volume_of(view, [best]):
        return Measured(None)
    return Measured(volume_of(view, [best]), (best.id,))


@measure(number("count"))
def weeks_with_runs(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Number of weeks of the window with at least one run. Source: definition. Never unknown."""
    weeks = weeks_of(view, over, before)
    return Measured(float(sum(bool(week) for week in weeks)), ids_of(weeks))


@measure(number("volume"))
def highest_week(view: View, *, over: int = 112, before: int = 0) -> Measured:
    """Volume of the week of the window with the most running, as the athlete counts it. Source: definition.

    Unknown where nobody ran in the window.
    """
    weeks = [week for week in weeks_of(view, over, before) if week]
    best = max(weeks, key=lambda week: volume_of(view, week), default=None)
    return Measured(None) if best is None else Measured(volume_of(view, best), ids_of([best]))


@measure(number("volume"))
def highest_four_weeks(view: View, *, over: int = 112, before: int = 0) -> Measured:
    """Volume a week of the four weeks in a row with the most running in the window, as the athlete counts it.
    Source: definition.

    Unknown where nobody ran in the window, or it has less than four weeks.
    """
    weeks = weeks_of(view, over, before)
    blocks = [weeks[back : back + MONTH] for back in range(len(weeks) - MONTH + 1)]
    best = max(blocks, key=lambda block: volume_of(view, [run for week in block for run in week]), default=None)
    if best is None or not any(best):
        return Measured(None)
    return Measured(sum(volume_of(view, week) for week in best) / MONTH, ids_of(best))


@measure(number("count"), lookback_days=21, takes={"light": number("share")})
def light_weeks(view: View, *, over: int = 28, before: int = 0, light: float = 0.85) -> Measured:
    """Number of weeks of the window that were light: their volume was at most the share `light` of the mean of the
    three weeks before each. Source: coaching convention.

    Unknown where one of them has no running in the three weeks before it.
    """
    volumes = [volume_of(view, week) for week in weeks_of(view, over + 21, before)]
    found = 0
    for back in range(over // 7):
        usual = sum(volumes[back + 1 : back + 4]) / 3
        if not usual:
            return Measured(None)
        found += volumes[back] <= light * usual
    return Measured(float(found))


@measure(number("weeks"))
def rising_weeks(view: View, *, over: int = 56, before: int = 0) -> Measured:
    """Length of the row of weeks, ending with the last of the window, of which each has more volume than the one
    before it; in seconds, the first week of the row included. Source: definition.

    Unknown where nobody ran in the last week of the window.
    """
    weeks = weeks_of(view, over, before)
    if not weeks or not weeks[0]:
        return Measured(None)
    volumes = [volume_of(view, week) for week in weeks]
    length = 1
    while length < len(weeks) and weeks[length] and volumes[length] < volumes[length - 1]:
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
    and more than the share max(`share`, `spread` / runs of the week) of the week's volume. Weeks with a race do not
    count. Source: coaching convention after Daniels; the second bound leaves room for those who run three times a week.

    Unknown where nobody ran in the window.
    """
    weeks = [week for week in weeks_of(view, over, before) if week]
    heavy = [
        week
        for week in weeks
        if (longest := _longest_unless_raced(view, week)) is not None
        and ((longest.distance_m or 0.0) >= shortest or (longest.moving_s or 0.0) >= shortest_time)
        and volume_of(view, [longest]) > max(share, spread / len(week)) * volume_of(view, week)
    ]
    return Measured(float(len(heavy)) if weeks else None, ids_of(heavy))


def _longest_unless_raced(view: View, week: Sequence[Activity]) -> Activity | None:
    """The run with the most volume of a week without a race; None where no run has any."""
    longest = max(week, key=lambda run: volume_of(view, [run]))
    raced = any(run.kind == "race" for run in week)
    return None if raced or not volume_of(view, [longest]) else longest


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
