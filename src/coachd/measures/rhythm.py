"""How regularly somebody runs, in weeks that end with the judged period.

A week is consistent when it has at least the usual number of runs: three, or the runner's own median if that is less,
but never under two. The chain is counted backwards from the judged week; one week in any eight may stay below and is
skipped without being counted, and so is every neutral week (see `neutral`). Source: coaching convention; the forgiven
week follows Sharif and Shu's work on emergency reserves.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.measures.neutral import is_neutral_week
from coachd.model import Activity
from coachd.units import WEEK

CHAIN_WEEKS = 60
"""Fifty-two consistent weeks and the seven that may be forgiven among them, and one to spare."""

MEDIAN_WEEKS = 26
FORGIVEN_EVERY = 8


@measure(number("weeks"), lookback_days=CHAIN_WEEKS * 7)
def consistent_weeks(view: View) -> Measured:
    """Length of the chain of consistent weeks, in seconds, the judged week being the last.

    A week is consistent when it has at least `usual_weekly_runs` runs. One week in any eight may stay below; it and
    every neutral week (see `neutral_weeks`) are skipped without being counted. Source: coaching convention; the
    forgiven week follows Sharif and Shu's work on emergency reserves. Unknown before the first run.
    """
    chain = _chain(view)
    return Measured(None) if chain is None else Measured(len(chain) * WEEK, _ids(chain))


@measure(number("count"), lookback_days=CHAIN_WEEKS * 7)
def consistent_runs(view: View) -> Measured:
    """Number of runs in the chain of consistent weeks (see `consistent_weeks`). Source: as there.

    Unknown before the first run.
    """
    chain = _chain(view)
    return Measured(None) if chain is None else Measured(float(sum(map(len, chain))), _ids(chain))


@measure(number("distance"), lookback_days=CHAIN_WEEKS * 7)
def consistent_distance(view: View) -> Measured:
    """Distance run in the chain of consistent weeks (see `consistent_weeks`), in metres; runs without a distance are
    left out. Source: as there.

    Unknown before the first run.
    """
    chain = _chain(view)
    if chain is None:
        return Measured(None)
    return Measured(sum(run.distance_m or 0.0 for week in chain for run in week), _ids(chain))


@measure(number("count"), lookback_days=MEDIAN_WEEKS * 7)
def usual_weekly_runs(view: View) -> Measured:
    """Runs that make a week consistent: min(3, median of the last 26 weeks since the first run), at least 2.

    Source: coaching convention. Unknown before the first run.
    """
    weeks = _weeks(view)
    return Measured(float(_threshold(weeks)) if any(weeks) else None)


@measure(number("count"))
def run_days(view: View, *, over: int = 90, before: int = 0) -> Measured:
    """Number of days of the window with at least one run. Source: definition. Never unknown."""
    runs = view.runs(over, before)
    return Measured(float(len({run.day for run in runs})), tuple(run.id for run in runs))


def _weeks(view: View) -> list[list[Activity]]:
    """The runs of each week that is not neutral, newest week first, back to the first run seen."""
    return view.once("weeks of running", lambda: _find_weeks(view))


def _find_weeks(view: View) -> list[list[Activity]]:
    weeks: list[list[Activity]] = [[] for _ in range(CHAIN_WEEKS)]
    for run in view.runs(CHAIN_WEEKS * 7):
        weeks[(view.as_of - run.day).days // 7].append(run)
    while weeks and not weeks[-1]:
        weeks.pop()
    return [week for back, week in enumerate(weeks) if not is_neutral_week(view, back)]


def _threshold(weeks: Sequence[Sequence[Activity]]) -> int:
    return max(2, min(3, int(median(len(week) for week in weeks[:MEDIAN_WEEKS]))))


def _chain(view: View) -> list[list[Activity]] | None:
    """The consistent weeks of the chain, newest first; None when no run is known."""
    weeks = _weeks(view)
    if not weeks:
        return None
    threshold = _threshold(weeks)
    chain: list[list[Activity]] = []
    since_forgiven = FORGIVEN_EVERY
    for week in weeks:
        if len(week) >= threshold:
            chain.append(week)
            since_forgiven += 1
        elif since_forgiven >= FORGIVEN_EVERY - 1:
            since_forgiven = 0
        else:
            break
    return chain


def _ids(chain: Sequence[Sequence[Activity]]) -> tuple[int, ...]:
    return tuple(run.id for week in reversed(chain) for run in week)
