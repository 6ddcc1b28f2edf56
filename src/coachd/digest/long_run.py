"""A long run that fits the next seven days, from what the last weeks held.

It is never a plan: a range around the athlete's own usual long run, and nothing where a plan or the body has the word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise
from math import floor
from statistics import mean, median

from coachd.history.week import week_stats
from coachd.judge.gates import missing_history
from coachd.language.view import View
from coachd.measures.neutral import is_neutral_week
from coachd.model import Phase
from coachd.units import METRES_PER_MILE

USUAL_WEEKS = 4
FEWEST_WEEKS = 2
"""Of the last four, how many must hold a long run before one of them is called usual."""

AROUND = (0.90, 1.10)
"""As shares of the usual long run. Its median is never above the longest of the last 30 days, so the upper end is never
more than 10 % above that one, which is the reference of Frandsen 2025."""

LIGHTER = (0.70, 0.85)
"""The same in a week that is lighter by the athlete's own rhythm."""

RHYTHM_WEEKS = 20
LIGHT = 0.85
"""A week is light below this share of the mean of the three before it, as in `cutback-due`."""

RHYTHMS = (3, 4, 5)
"""Weeks from one light week to the next."""

SILENT: frozenset[Phase] = frozenset({"taper", "race", "recovery", "break"})


@dataclass(frozen=True, slots=True)
class LongRun:
    """A range in metres, and whether it is shorter because a light week is due."""

    range_m: tuple[float, float]
    lighter: bool


def fitting(view: View, told_on: date) -> LongRun | None:
    """The long run for the seven days from `told_on`, rounded to whole or half units of the athlete.

    None in a taper, race, recovery or break, in any declared mode, after a week without a run, and with less than 28
    days or 8 runs of history.
    """
    days = (view.as_of, told_on)
    if any(view.phase(day) in SILENT or view.mode(day) is not None for day in days):
        return None
    if not view.runs(7) or missing_history(view):
        return None
    usual = _usual(view)
    if usual is None:
        return None
    lighter = _light_week_is_due(view)
    low, high = LIGHTER if lighter else AROUND
    return LongRun(_rounded(low * usual, high * usual, view), lighter)


def _usual(view: View) -> float | None:
    """The median of the last four weeks' longest runs, without neutral weeks and those whose longest was a race."""
    longest = []
    for back in range(USUAL_WEEKS):
        run = max(view.runs(7, 7 * back), key=lambda run: run.distance_m or 0.0, default=None)
        if run is not None and run.distance_m and run.kind != "race" and not is_neutral_week(view, back):
            longest.append(run.distance_m)
    return median(longest) if len(longest) >= FEWEST_WEEKS else None


def _rounded(low: float, high: float, view: View) -> tuple[float, float]:
    """The upper end is rounded down: it is a promise not to ask for more."""
    unit = 1000.0 if view.athlete.units == "km" else METRES_PER_MILE
    step = unit if low >= 10 * unit else unit / 2
    top = max(floor(high / step + 1e-9), 1) * step if high >= step else high
    return min(round(low / step) * step or low, top), top


def _light_week_is_due(view: View) -> bool:
    """Whether the athlete's last three light weeks were as far apart as the next week is from the last of them."""
    weeks = _distances(view)
    light = [number for number in range(3, len(weeks)) if _is_light(weeks[number - 3 : number], weeks[number])]
    gaps = {later - earlier for earlier, later in pairwise([*light[-3:], len(weeks)])}
    return len(light) >= 3 and len(gaps) == 1 and gaps.pop() in RHYTHMS


def _is_light(before: Sequence[float], week: float) -> bool:
    return week > 0 and min(before) > 0 and week <= LIGHT * mean(before)


def _distances(view: View) -> Sequence[float]:
    """The running distances of the last weeks, oldest first; 0 for one that is neutral, which is in no rhythm."""
    first = view.as_of - timedelta(days=RHYTHM_WEEKS * 7 - 1)
    known = [each for each in chain(view.history.earlier, view.activities) if each.day >= first]
    found = []
    for back in range(RHYTHM_WEEKS - 1, -1, -1):
        monday = view.as_of - timedelta(days=7 * back + 6)
        found.append(0.0 if is_neutral_week(view, back) else week_stats(known, monday).run_distance_m)
    return found
