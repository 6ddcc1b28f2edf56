"""Gaps between runs, and what happens around them: before a gap, since the return, and after booms that ended in one.

A gap is counted in run-free days: from Friday to the Tuesday of the week after are ten. "The gap" of a view is the
last one of at least `shortest` that a run has ended; how long nobody has run now is an aggregate (`days_since`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.measures.neutral import is_declared_off
from coachd.measures.volume import volume_of
from coachd.model import Activity
from coachd.physiology.vdot import EASY_FAST, break_factor, speed_at
from coachd.units import DAY

LOOKBACK_DAYS = 180
"""A gap of ninety days, the four weeks before it, and two months since the return."""

BEFORE_DAYS = 28
USUAL_DAYS = 180
FEWEST_RUN_DAYS = 6
CROSS = frozenset({"ride", "swim", "cross"})


@dataclass(frozen=True, slots=True)
class Gap:
    """The run-free days from the day after `left` to the day before `back`."""

    left: date
    back: date

    @property
    def days(self) -> int:
        return (self.back - self.left).days - 1


def gaps(view: View, over: int, shortest: float) -> list[Gap]:
    """The gaps of at least `shortest` seconds between runs of the last `over` days, oldest first."""
    days = _run_days(view, over)
    found = [Gap(left, back) for left, back in pairwise(days)]
    return [gap for gap in found if gap.days * DAY >= shortest]


def _run_days(view: View, over: int) -> list[date]:
    return view.once(("run days", over), lambda: sorted({run.day for run in view.runs(over)}))


def _last(view: View, shortest: float) -> Gap | None:
    return max(gaps(view, LOOKBACK_DAYS, shortest), key=lambda gap: gap.back, default=None)


def _runs_between(view: View, first: date, last: date) -> list[Activity]:
    """The runs of the days from `first` to `last`, both included, as far as they are seen."""
    last = min(last, view.as_of)
    return view.runs((last - first).days + 1, (view.as_of - last).days) if first <= last else []


def _since_return(view: View, shortest: float, skip: float, days: float) -> list[Activity] | None:
    """The runs of `days` from `skip` after the return on; None where there was no gap."""
    gap = _last(view, shortest)
    if gap is None:
        return None
    first = gap.back + timedelta(days=round(skip / DAY))
    return _runs_between(view, first, first + timedelta(days=round(days / DAY) - 1))


@measure(number("days"), lookback_days=USUAL_DAYS)
def usual_interval(view: View) -> Measured:
    """How far apart this runner's run days are: the mean over the last 180 days, gaps included, in seconds. For one
    who runs in bursts it is longer than the days within a burst. Source: definition.

    Unknown with fewer than six run days.
    """
    days = _run_days(view, USUAL_DAYS)
    if len(days) < FEWEST_RUN_DAYS:
        return Measured(None)
    return Measured((days[-1] - days[0]).days / (len(days) - 1) * DAY)


@measure(number("days"), lookback_days=LOOKBACK_DAYS, takes={"shortest": number("days")})
def last_gap(view: View, *, shortest: float = 7 * DAY) -> Measured:
    """Length of the last gap between runs of at least `shortest` that has ended, in run-free days of seconds.
    Source: definition.

    Unknown where there was none in the last 180 days.
    """
    gap = _last(view, shortest)
    return Measured(None if gap is None else gap.days * DAY)


@measure(number("days"), lookback_days=LOOKBACK_DAYS, takes={"shortest": number("days")})
def since_return(view: View, *, shortest: float = 7 * DAY) -> Measured:
    """Days since the first run after the last gap of at least `shortest`: 0 on the day of that run, in seconds.
    Source: definition.

    Unknown where there was no such gap in the last 180 days.
    """
    gap = _last(view, shortest)
    return Measured(None if gap is None else (view.as_of - gap.back).days * DAY)


@measure(number("volume"), lookback_days=LOOKBACK_DAYS + BEFORE_DAYS, takes={"shortest": number("days")})
def weekly_volume_before_gap(view: View, *, shortest: float = 7 * DAY) -> Measured:
    """Volume a week in the 28 days that ended with the last run before the gap, as the athlete counts it: their sum
    divided by four.
    Source: definition, as return plans use it.

    Unknown where there was no gap of at least `shortest` in the last 180 days.
    """
    gap = _last(view, shortest)
    if gap is None:
        return Measured(None)
    runs = _runs_between(view, gap.left - timedelta(days=BEFORE_DAYS - 1), gap.left)
    return Measured(volume_of(view, runs) / 4, tuple(run.id for run in runs))


_SINCE = {"shortest": number("days"), "skip": number("days"), "days": number("days")}


@measure(number("volume"), lookback_days=LOOKBACK_DAYS, takes=_SINCE)
def volume_since_return(view: View, *, shortest: float = 7 * DAY, skip: float = 0.0, days: float = 7 * DAY) -> Measured:
    """Volume run in `days` since the return from the last gap, as the athlete counts it, the first `skip` days left
    out. Days that are still to come add nothing. Source: definition.

    Unknown where there was no gap of at least `shortest` in the last 180 days.
    """
    runs = _since_return(view, shortest, skip, days)
    return Measured(None) if runs is None else Measured(volume_of(view, runs), tuple(run.id for run in runs))


@measure(number("count"), lookback_days=LOOKBACK_DAYS, takes=_SINCE)
def runs_since_return(view: View, *, shortest: float = 7 * DAY, skip: float = 0.0, days: float = 7 * DAY) -> Measured:
    """Number of runs in `days` since the return from the last gap, the first `skip` days left out. Source: definition.

    Unknown where there was no gap of at least `shortest` in the last 180 days.
    """
    runs = _since_return(view, shortest, skip, days)
    return Measured(None) if runs is None else Measured(float(len(runs)), tuple(run.id for run in runs))


@measure(number("count"), lookback_days=LOOKBACK_DAYS, takes=_SINCE)
def hard_runs_since_return(
    view: View, *, shortest: float = 7 * DAY, skip: float = 0.0, days: float = 7 * DAY
) -> Measured:
    """Number of hard runs, races included, in `days` since the return from the last gap, the first `skip` days left
    out. Source: definition.

    Unknown where there was no gap of at least `shortest` in the last 180 days.
    """
    runs = _since_return(view, shortest, skip, days)
    hard = [run for run in runs or () if run.hard]
    return Measured(None) if runs is None else Measured(float(len(hard)), tuple(run.id for run in hard))


@measure(number("pace"), lookback_days=LOOKBACK_DAYS, takes={"shortest": number("days"), "fraction": number("number")})
def easy_pace_after_gap(view: View, *, shortest: float = 7 * DAY, fraction: float = EASY_FAST) -> Measured:
    """Pace at `fraction` of the VDOT that is left after the last gap, in seconds a metre. Easy running lies between
    0.731 and 0.63 of it. Cross-training at least once a week in the gap halves the loss. Source: Daniels' Running
    Formula for the fractions, vdoto2.com 2018 for what a break costs.

    Unknown without a gap of at least `shortest` in the last 180 days, and without a race in the last 120.
    """
    gap, vdot = _last(view, shortest), view.vdot()
    if gap is None or vdot is None:
        return Measured(None)
    days = view.window(gap.days, (view.as_of - gap.back).days + 1)
    cross = {activity.day for activity in days if activity.family in CROSS}
    left = vdot[0] * break_factor(gap.days, cross_trained=len(cross) * 7 >= gap.days)
    return Measured(1 / speed_at(left, fraction))


@dataclass(frozen=True, slots=True)
class Boom:
    """A peak week after a steep rise, and a gap soon after it."""

    peak_m: float
    runs: tuple[Activity, ...]


RISE_WEEKS, PEAK_WEEKS = 4, 3
"""A rise takes at most so many weeks; the gap begins within so many of the peak."""


def booms(view: View, over: int, rise: float, least: float, gap: float) -> list[Boom]:
    """The booms that ended in a gap of at least `gap` seconds, the gap lying in the last `over` days, oldest first.

    A gap that was declared, tagged or followed a race is a planned one and left out.
    """
    found: list[Boom] = []
    days = _run_days(view, over + 7 * (RISE_WEEKS + PEAK_WEEKS))
    since = view.as_of - timedelta(days=over - 1)
    back = days[0] if days else since
    for pause in _pauses(view, days, gap):
        if pause.left >= since and not _is_planned(view, pause):
            boom = _boom_before(view, back, pause.left, rise, least)
            found += [boom] if boom is not None else []
        back = pause.back
    return found


def _pauses(view: View, days: Sequence[date], shortest: float) -> list[Gap]:
    """The gaps between these days, and the present one."""
    ends = [*days, view.as_of + timedelta(days=1)] if days else []
    return [pause for left, end in pairwise(ends) if (pause := Gap(left, end)).days * DAY >= shortest]


def _is_planned(view: View, pause: Gap) -> bool:
    around = [*_runs_between(view, pause.left, pause.left), *_runs_between(view, pause.back, pause.back)]
    if any(run.tags & {"sick", "injured", "holiday"} or run.kind == "race" for run in around):
        return True
    days = [pause.left + timedelta(days=day) for day in range(1, pause.days + 1)]
    return any(is_declared_off(view, day) or view.phase(day) == "recovery" for day in days)


def _boom_before(view: View, first: date, last: date, rise: float, least: float) -> Boom | None:
    """The highest of the last three weeks of a stretch that rose steeply out of one of the four before it."""
    # Counted from its first day, the week of the return is a whole one: half a week would look like a rise after it.
    starts = [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]
    weeks = [_runs_between(view, start, min(last, start + timedelta(days=6))) for start in starts]
    weeks = weeks[-RISE_WEEKS - PEAK_WEEKS :][::-1]
    volumes = [volume_of(view, week) for week in weeks]
    steep = [
        peak
        for peak in range(min(PEAK_WEEKS, len(weeks)))
        if any(
            low > 0 and volumes[peak] >= (1 + rise) * low and volumes[peak] - low >= least
            for low in volumes[peak + 1 : peak + 1 + RISE_WEEKS]
        )
    ]
    best = max(steep, key=lambda peak: volumes[peak], default=None)
    return None if best is None else Boom(volumes[best], tuple(weeks[best]))


_BOOM = {"rise": number("share"), "least": number("distance"), "gap": number("days")}
_BOOM_LOOKBACK = 7 * (RISE_WEEKS + PEAK_WEEKS)


@measure(number("count"), lookback_days=_BOOM_LOOKBACK, takes=_BOOM)
def boom_and_busts(
    view: View, *, over: int = 182, before: int = 0, rise: float = 0.5, least: float = 10_000.0, gap: float = 10 * DAY
) -> Measured:
    """How often in the window a week with a volume of at least (1 + `rise`) times, and `least` more than, one of the
    four weeks before it was followed within three weeks by a run-free gap of at least `gap`. Gaps that were declared,
    tagged #sick, #injured or #holiday, or came after a race do not count. Source: coaching convention. Never unknown.
    """
    found = booms(view.at(view.as_of - timedelta(days=before)), over, rise, least, gap)
    return Measured(float(len(found)), tuple(run.id for boom in found for run in boom.runs))


@measure(number("volume"), lookback_days=_BOOM_LOOKBACK, takes=_BOOM)
def boom_peak(
    view: View, *, over: int = 182, before: int = 0, rise: float = 0.5, least: float = 10_000.0, gap: float = 10 * DAY
) -> Measured:
    """Mean volume of the peak weeks of those booms (see `boom_and_busts`), as the athlete counts it. Source: coaching
    convention.

    Unknown where there was none.
    """
    found = booms(view.at(view.as_of - timedelta(days=before)), over, rise, least, gap)
    if not found:
        return Measured(None)
    return Measured(_mean([boom.peak_m for boom in found]), tuple(run.id for boom in found for run in boom.runs))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
