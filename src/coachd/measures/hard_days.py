"""Hard days: how many, how close together, and what the day after them looked like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.model import Activity
from coachd.physiology.vdot import TOO_FAST, speed_at
from coachd.units import DAY


@measure(number("count"))
def hard_days(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Number of local days of the window with a hard run: a race, structured work of eight minutes, ten minutes near
    threshold heart rate, or twenty minutes at marathon effort. Strides alone are never hard. Source: coaching
    convention. Never unknown: a run that nothing speaks for is taken as easy.
    """
    hard = [run for run in view.runs(over, before) if run.hard]
    return Measured(float(len({run.day for run in hard})), tuple(run.id for run in hard))


@measure(number("count"), lookback_days=3, takes={"apart": number("days")})
def hard_pairs(view: View, *, over: int = 7, before: int = 0, apart: float = DAY) -> Measured:
    """How often in the window a hard day came at most `apart` after another one; the earlier may lie before the window.
    A long run on the day after a hard one does not count. Source: coaching convention (hard and easy days in turn).
    Never unknown.
    """
    pairs = _pairs(view, over, before, apart)
    return Measured(float(len(pairs)), tuple(dict.fromkeys(run.id for pair in pairs for run in pair)))


@measure(text(), lookback_days=3, takes={"apart": number("days")})
def hard_pair_days(view: View, *, over: int = 7, before: int = 0, apart: float = DAY) -> Measured:
    """The weekdays of the first of those pairs (see `hard_pairs`), as `Tuesday and Wednesday`. Source: definition.

    Unknown without one.
    """
    pairs = _pairs(view, over, before, apart)
    if not pairs:
        return Measured(None)
    first, second = pairs[0]
    return Measured(f"{first.day:%A} and {second.day:%A}", (first.id, second.id))


def _pairs(view: View, over: int, before: int, apart: float) -> list[tuple[Activity, Activity]]:
    reach = max(1, round(apart / DAY))
    days: dict[date, Activity] = {}
    for run in view.runs(over + reach, before):
        if run.hard:
            days.setdefault(run.day, run)
    first = view.as_of - timedelta(days=before + over - 1)
    found = []
    for earlier, later in pairwise(days.values()):
        if later.day >= first and (later.day - earlier.day).days <= reach and later.kind != "long":
            found.append((earlier, later))
    return found


_RECOVERY = {"limit": number("bpm"), "longest": number("duration")}


@measure(number("count"), data=("heart rate",), lookback_days=1, takes=_RECOVERY)
def hot_recovery_runs(
    view: View, *, over: int = 21, before: int = 0, limit: float = 0.0, longest: float = 3_600.0
) -> Measured:
    """How many easy runs of the window lasted at most `longest`, came on the day after a hard or long run, and averaged
    above `limit`. Source: Friel's zones for the limit of recovery.

    Unknown where no such run has a heart rate.
    """
    runs = _after_hard(view, over, before, longest)
    if not runs:
        return Measured(None)
    hot = [run for run in runs if (run.average_hr or 0.0) > limit]
    return Measured(float(len(hot)), tuple(run.id for run in hot))


@measure(number("bpm"), data=("heart rate",), lookback_days=1, takes=_RECOVERY)
def recovery_run_hr(
    view: View, *, over: int = 21, before: int = 0, limit: float = 0.0, longest: float = 3_600.0
) -> Measured:
    """Mean of the average heart rates of those runs (see `hot_recovery_runs`), in bpm. Source: definition.

    Unknown without one.
    """
    hot = [run for run in _after_hard(view, over, before, longest) if (run.average_hr or 0.0) > limit]
    if not hot:
        return Measured(None)
    return Measured(sum(run.average_hr or 0.0 for run in hot) / len(hot), tuple(run.id for run in hot))


def _after_hard(view: View, over: int, before: int, longest: float) -> Sequence[Activity]:
    demanding = {run.day for run in view.runs(over + 1, before) if run.hard or run.long}
    return [
        run
        for run in view.runs(over, before)
        if run.day - timedelta(days=1) in demanding
        and run.easy_intended
        and not run.long
        and run.average_hr is not None
        and run.moving_s is not None
        and run.moving_s <= longest
    ]


@measure(number("pace"), lookback_days=120, takes={"fraction": number("share")})
def fast_for_easy(view: View, *, fraction: float = TOO_FAST) -> Measured:
    """The pace at `fraction` of the VDOT in force, in seconds a metre: at 0.76 clearly too fast for easy running.
    Source: Daniels & Gilbert 1979 for the curve, coaching convention for the fraction.

    Unknown without a race in the last 120 days.
    """
    vdot = view.vdot()
    return Measured(None if vdot is None else 1 / speed_at(vdot[0], fraction))
