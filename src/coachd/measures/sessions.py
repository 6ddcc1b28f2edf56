"""Structured sessions: how they began and how they ended.

A session here is a run classified as a workout, whose bouts of work were found in its streams; races are none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.model import Activity

ON_FOOT = ("run", "walk")
STOPPED_AT_THE_LAST_REP_S = 15.0
"""A recording that ends sooner after the last bout was stopped there: what came after nobody recorded."""
OVERLAP_S = 60.0
"""Two recordings in a row may overlap by as much as it takes to press a button twice."""

_TAKES = {"sessions": number("count"), "shortest": number("duration"), "within": number("duration")}


def lead(run: Activity) -> float | None:
    """Seconds before the first bout of a session; None for anything else."""
    return run.streams.bouts[0].start_s if run.kind == "workout" and run.streams and run.streams.bouts else None


def tail(run: Activity) -> float | None:
    """Seconds after the last bout of a session; None for anything else, and where the recording ended with it."""
    if lead(run) is None or run.streams is None or run.elapsed_s is None:
        return None
    last = run.streams.bouts[-1]
    rest = run.elapsed_s - last.start_s - last.duration_s
    return rest if rest > STOPPED_AT_THE_LAST_REP_S else None


@measure(number("count"), lookback_days=1, data=("streams",), takes=_TAKES)
def abrupt_starts(
    view: View,
    *,
    over: int = 60,
    before: int = 0,
    sessions: float = 3.0,
    shortest: float = 480.0,
    within: float = 2700.0,
) -> Measured:
    """How many of the last `sessions` structured sessions began their first bout of work sooner than `shortest`.

    A session with another run or walk that ended at most `within` before it was warmed up for. Source: coaching
    convention. Unknown with fewer sessions in the window, or without streams.
    """
    found = _latest(view.runs(over, before), round(sessions), lead)
    if found is None:
        return Measured(None)
    cold = [run for run, seconds in found if seconds < shortest and not _moved_before(view, run, within)]
    return Measured(float(len(cold)), tuple(run.id for run, _ in found))


@measure(text(), data=("streams",), takes={"sessions": number("count")})
def start_times(view: View, *, over: int = 60, before: int = 0, sessions: float = 3.0) -> Measured:
    """The minutes before the first bout of work in the last `sessions` structured sessions, as `4:30, 5:10, 12:00`.

    Source: definition. Unknown with fewer sessions in the window, or without streams.
    """
    found = _latest(view.runs(over, before), round(sessions), lead)
    return _listed(found)


@measure(number("count"), lookback_days=1, data=("streams",), takes=_TAKES)
def abrupt_ends(
    view: View,
    *,
    over: int = 60,
    before: int = 0,
    sessions: float = 3.0,
    shortest: float = 300.0,
    within: float = 1800.0,
) -> Measured:
    """How many of the last `sessions` structured sessions ended sooner than `shortest` after the last bout of work.

    A session with another run or walk that began at most `within` after it was run out. A recording that was stopped
    at the last bout (within 15 s) says nothing and is left out. Source: coaching convention. Unknown with fewer
    sessions in the window, or without streams.
    """
    found = _latest(view.runs(over, before), round(sessions), tail)
    if found is None:
        return Measured(None)
    cut = [run for run, seconds in found if seconds < shortest and not _moved_after(view, run, within)]
    return Measured(float(len(cut)), tuple(run.id for run, _ in found))


@measure(text(), data=("streams",), takes={"sessions": number("count")})
def end_times(view: View, *, over: int = 60, before: int = 0, sessions: float = 3.0) -> Measured:
    """The minutes after the last bout of work in the last `sessions` structured sessions, as `1:00, 0:30, 8:00`.

    Source: definition. Unknown with fewer sessions in the window, or without streams.
    """
    found = _latest(view.runs(over, before), round(sessions), tail)
    return _listed(found)


def _latest(
    runs: Sequence[Activity], count: int, read: Callable[[Activity], float | None]
) -> list[tuple[Activity, float]] | None:
    """The last sessions among these runs, each with its seconds; None where there are fewer."""
    found = [(run, seconds) for run in runs if (seconds := read(run)) is not None]
    return found[-count:] if len(found) >= count > 0 else None


def _length(activity: Activity) -> float:
    return activity.elapsed_s or activity.moving_s or 0.0


def _around(view: View, run: Activity) -> list[Activity]:
    """What else was done on foot on the day of a run and the days beside it."""
    back = (view.as_of - run.day).days
    near = view.window(3, back - 1) if back else view.window(2)
    return [other for other in near if other.family in ON_FOOT and other.id != run.id]


def _moved_before(view: View, run: Activity, within: float) -> bool:
    gaps = ((run.start - other.start).total_seconds() - _length(other) for other in _around(view, run))
    return any(-OVERLAP_S <= gap <= within for gap in gaps)


def _moved_after(view: View, run: Activity, within: float) -> bool:
    gaps = ((other.start - run.start).total_seconds() - _length(run) for other in _around(view, run))
    return any(-OVERLAP_S <= gap <= within for gap in gaps)


def _listed(found: Sequence[tuple[Activity, float]] | None) -> Measured:
    if found is None:
        return Measured(None)
    times = (divmod(round(seconds), 60) for _, seconds in found)
    return Measured(", ".join(f"{minutes}:{rest:02d}" for minutes, rest in times), tuple(run.id for run, _ in found))
