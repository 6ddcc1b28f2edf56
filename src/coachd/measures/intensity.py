"""How hard the running was, as time in three zones: below the easy ceiling, up to threshold heart rate, above it.

Races are left out: they are meant to be hard.
"""

from __future__ import annotations

from collections.abc import Sequence

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.model import Activity
from coachd.physiology.heat import heat_index, slowdown


@measure(number("share"), data=("heart rate",))
def judged_share(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Share of the running time, races left out, for which it is known how much of it lay above the easy ceiling.
    Source: definition.

    Unknown without running time in the window.
    """
    runs = _training(view, over, before)
    return _share(_time([run for run in runs if run.above_share is not None]), _time(runs))


@measure(number("share"), data=("heart rate",))
def easy_share(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Share of the running time below the easy ceiling, races left out, over the runs for which that is known. Of a run
    without streams that is its time in Garmin's zones 1 and 2, where the ceiling in force is the top of that zone 2.
    Source: time in zone, as in Muniz-Pumares 2025.

    Unknown where it is known for no run: without heart rate, or where the anchors are only guessed from age.
    """
    runs = [run for run in _training(view, over, before) if run.above_share is not None]
    easy = sum((1 - (run.above_share or 0.0)) * (run.moving_s or 0.0) for run in runs)
    return Measured(_share(easy, _time(runs)).value, tuple(run.id for run in runs))


@measure(number("share"), data=("heart rate", "streams"))
def middle_share(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Share of the running time between the easy ceiling and threshold heart rate, races left out. Source: time in
    three zones, as in Esteve-Lanao 2026.

    Unknown without streams, an easy ceiling or a threshold heart rate that was measured or observed.
    """
    return _zone(view, over, before, high=False)


@measure(number("share"), data=("heart rate", "streams"))
def high_share(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Share of the running time above threshold heart rate, races left out. Source: time in three zones, as in
    Esteve-Lanao 2026.

    Unknown without streams, an easy ceiling or a threshold heart rate that was measured or observed.
    """
    return _zone(view, over, before, high=True)


def _zone(view: View, over: int, before: int, *, high: bool) -> Measured:
    zones = view.history.zones
    ceiling = zones.easy_ceiling if zones.easy_ceiling is not None else view.history.easy_ceiling
    threshold = zones.threshold_hr or (0.9 * zones.hr_max if zones.hr_max else None)
    if ceiling is None or threshold is None or not zones.trusted:
        return Measured(None)
    low, top = (threshold, float("inf")) if high else (ceiling, threshold)
    runs = [run for run in _training(view, over, before) if run.streams is not None and run.streams.hr_seconds]
    inside = total = 0.0
    for run in runs:
        for rate, seconds in run.streams.hr_seconds.items() if run.streams else ():
            total += seconds
            inside += seconds if low < rate <= top else 0.0
    return Measured(_share(inside, total).value, tuple(run.id for run in runs))


@measure(number("share"), data=("weather",))
def heat_slowdown(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """By how much continuous running is slower in the weather of the warmest run outdoors in the window. Source: Hadley
    2013, a coach's table over air temperature plus dew point.

    Unknown without weather, and above 180 °F, where the table ends.
    """
    warmth = [
        (heat_index(run.temperature_c, run.dew_point_c), run.id)
        for run in view.runs(over, before)
        if run.temperature_c is not None and run.dew_point_c is not None and not run.trainer
    ]
    if not warmth:
        return Measured(None)
    index, hottest = max(warmth)
    return Measured(slowdown(index), (hottest,))


_DRIFT = {
    "drift": number("share"),
    "shortest": number("duration"),
    "hottest": number("number"),
    "last": number("count"),
}


@measure(number("count"), data=("streams", "heart rate", "weather"), takes=_DRIFT)
def drifting_runs(
    view: View,
    *,
    over: int = 35,
    before: int = 0,
    drift: float = 0.08,
    shortest: float = 4_200.0,
    hottest: float = 125.0,
    last: float = 3.0,
) -> Measured:
    """How many of the `last` steady runs of at least `shortest` in the window, run below the heat index `hottest`, lost
    more than `drift` of their efficiency in the second half. Source: the decoupling of TrainingPeaks and Runalyze.

    Unknown where no such run is known: without streams, heart rate or weather.
    """
    runs = _steady(view, over, before, shortest, hottest)[-round(last) :]
    drifting = [run for run in runs if (run.decoupling or 0.0) > drift]
    return Measured(float(len(drifting)) if runs else None, tuple(run.id for run in runs))


@measure(number("share"), data=("streams", "heart rate", "weather"), takes=_DRIFT)
def mean_drift(
    view: View,
    *,
    over: int = 35,
    before: int = 0,
    drift: float = 0.08,
    shortest: float = 4_200.0,
    hottest: float = 125.0,
    last: float = 3.0,
) -> Measured:
    """Mean loss of efficiency in the second half of the runs that `drifting_runs` counts. Source: as there.

    Unknown where it counts none.
    """
    runs = _steady(view, over, before, shortest, hottest)[-round(last) :]
    drifting = [run for run in runs if (run.decoupling or 0.0) > drift]
    if not drifting:
        return Measured(None)
    return Measured(sum(run.decoupling or 0.0 for run in drifting) / len(drifting), tuple(run.id for run in drifting))


def _steady(view: View, over: int, before: int, shortest: float, hottest: float) -> list[Activity]:
    """The runs whose decoupling can be believed, oldest first. Warmth alone lets the heart rate drift."""
    return [
        run
        for run in view.runs(over, before)
        if run.decoupling is not None
        and (run.moving_s or 0.0) >= shortest
        and run.temperature_c is not None
        and run.dew_point_c is not None
        and heat_index(run.temperature_c, run.dew_point_c) < hottest
    ]


def _training(view: View, over: int, before: int) -> list[Activity]:
    return [run for run in view.runs(over, before) if run.kind != "race"]


def _time(runs: Sequence[Activity]) -> float:
    return sum(run.moving_s or 0.0 for run in runs)


def _share(part: float, whole: float) -> Measured:
    return Measured(part / whole if whole else None)
