"""Session loads of many days: how they vary within a week, and how they add up over months.

Every activity with a known load counts on its local day; a day without one is 0. An hour at threshold has about 100
points. Where loads come from differs (heart rate, pace, effort, time), and a change of the origin looks like a change
of training: unless nine in ten runs of the days read share one origin, the answer is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.physiology import load as formulas

ONE_ORIGIN = 0.9
SEED_DAYS = 28
FORM_DAYS = 182
"""Averages over 42 days have forgotten all but two hundredths of what lies further back."""


def daily_loads(view: View, days: int, before: int = 0) -> list[float] | None:
    """The load of each day of the window, oldest first; None where it is not known or its origin changed."""
    return view.once(("daily loads", days, before), lambda: _daily_loads(view, days, before))


def _daily_loads(view: View, days: int, before: int) -> list[float] | None:
    runs = view.runs(days, before)
    origins = Counter(run.load_source for run in runs)
    if not runs or any(run.load is None for run in runs) or origins.most_common(1)[0][1] < ONE_ORIGIN * len(runs):
        return None
    loads = [0.0] * days
    for activity in view.window(days, before):
        loads[days - 1 - ((view.as_of - activity.day).days - before)] += activity.load or 0.0
    return loads


def _ids(view: View, days: int, before: int = 0) -> tuple[int, ...]:
    return tuple(activity.id for activity in view.window(days, before) if activity.load)


@measure(number("number"))
def monotony(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Mean of the daily loads over their sample standard deviation, rest days included, at most 10. Source: Foster
    1998.

    Unknown for days without running, without a load for every run, or with loads of mixed origin.
    """
    loads = daily_loads(view, over, before)
    return Measured(None if loads is None else formulas.monotony(loads), _ids(view, over, before))


@measure(number("count"))
def strain(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Sum of the daily loads times their monotony, in points of load. Source: Foster 1998.

    Unknown where `monotony` is.
    """
    loads = daily_loads(view, over, before)
    return Measured(None if loads is None else formulas.strain(loads), _ids(view, over, before))


@measure(number("count"))
def highest_strain(view: View, *, over: int = 56, before: int = 0) -> Measured:
    """Strain of the week of the window in which it was highest, in points of load. Source: Foster 1998.

    Unknown without running in the window, without a load for every run, or with loads of mixed origin.
    """
    loads = daily_loads(view, over, before)
    if loads is None:
        return Measured(None)
    weeks = [formulas.strain(loads[end - 7 : end]) for end in range(len(loads), 6, -7)]
    return Measured(max((week for week in weeks if week is not None), default=None), _ids(view, over, before))


@measure(number("number"))
def acute_chronic_ratio(view: View, *, over: int = 84, before: int = 0) -> Measured:
    """Acute over chronic load at the end of the window: exponentially weighted means of 7 and 28 days, begun with the
    first day of it. Source: Williams 2017; the two means overlap, which is one of the objections to it.

    Unknown for a history shorter than 56 days, without a load for every run, or with loads of mixed origin.
    """
    loads = _known_loads(view, over, before, fewest=56)
    return Measured(None if loads is None else formulas.acwr_ewma(loads), _ids(view, over, before))


@measure(number("number"), lookback_days=FORM_DAYS)
def fitness_gain(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """How much fitness (CTL, the mean daily load with a time constant of 42 days) rose over the window, in points.
    Source: Banister's model in the form of TrainingPeaks.

    Unknown for a history shorter than 90 days, without a load for every run, or with loads of mixed origin.
    """
    days = _form(view, over, before)
    # The seed is the state before the first day; a window as long as the history has no day before it.
    return Measured(None if days is None else days[-1].fitness - days[-1 - over].fitness, _ids(view, over, before))


@measure(number("number"), lookback_days=FORM_DAYS)
def highest_form(view: View, *, over: int = 3, before: int = 0) -> Measured:
    """Form (TSB: yesterday's fitness minus yesterday's fatigue) on the day of the window on which it was highest, in
    points; below a limit it is low on every day. Source: Banister's model in the form of TrainingPeaks.

    Unknown for a history shorter than 90 days, without a load for every run, or with loads of mixed origin.
    """
    days = _form(view, over, before)
    return Measured(None if days is None else max(day.form for day in days[-over:]), _ids(view, over, before))


def _known_loads(view: View, days: int, before: int, fewest: int) -> list[float] | None:
    """The daily loads of the window from the first day known on; None where they are too few."""
    if view.first_day is None:
        return None
    known = min(days, (view.as_of - view.first_day).days + 1 - before)
    return daily_loads(view, known, before) if known >= fewest else None


def _form(view: View, over: int, before: int) -> Sequence[formulas.Form] | None:
    loads = _known_loads(view, FORM_DAYS + over, before, fewest=90 + over)
    if loads is None:
        return None
    return formulas.form(loads, start=sum(loads[:SEED_DAYS]) / SEED_DAYS)
