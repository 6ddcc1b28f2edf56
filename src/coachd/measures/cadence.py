"""Cadence in easy flat runs and within runs, and a cue for the runner's own next run.

Cadences are steps a minute of both feet, and always the runner's own against the runner's own at like speed: neither
height nor the pace of the day shall matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number, text
from coachd.language.view import View
from coachd.language.vocabulary import normal_cadence
from coachd.model import Activity


@dataclass(frozen=True, slots=True)
class Change:
    """The cadence of one run in an ordinary part of it and in a part of interest."""

    run: Activity
    usual: float
    then: float


_EASY_FLAT = {"climb": number("rate"), "slowest": number("speed")}


@measure(number("count"), data=("cadence", "elevation"), takes=_EASY_FLAT)
def easy_flat_runs(
    view: View, *, over: int = 28, before: int = 0, climb: float = 0.01, slowest: float = 2.2
) -> Measured:
    """Number of runs in a window that tell an easy cadence. Never unknown.

    They were meant to be easy, on roads, with at most `climb` height per distance and no slower than `slowest`, as
    walking breaks hide the steps of the running; with a cadence, outdoors, and without a stroller or a dog. Source:
    coaching convention.
    """
    found = _easy_flat(view, over, before, climb, slowest)
    return Measured(float(len(found)), tuple(run.id for run, _ in found))


@measure(number("spm"), data=("cadence", "elevation"), takes=_EASY_FLAT)
def easy_flat_cadence(
    view: View, *, over: int = 28, before: int = 0, climb: float = 0.01, slowest: float = 2.2
) -> Measured:
    """Mean cadence of the runs that `easy_flat_runs` counts, in steps a minute.

    Source: definition. Unknown when it counts none.
    """
    runs = [run for run, _ in _easy_flat(view, over, before, climb, slowest)]
    return _average(runs, [run.cadence_spm or 0.0 for run in runs])


@measure(number("spm"), data=("cadence", "elevation"), takes=_EASY_FLAT)
def easy_flat_normal_cadence(
    view: View, *, over: int = 28, before: int = 0, climb: float = 0.01, slowest: float = 2.2
) -> Measured:
    """Mean cadence, as it would be at 2.9 m/s, of the runs that `easy_flat_runs` counts, in steps a minute.

    cadence - 5.6 (speed - 2.9) with speed in m/s. Source: the slope of Burns 2019. Unknown when it counts none.
    """
    found = _easy_flat(view, over, before, climb, slowest)
    return _average([run for run, _ in found], [normal for _, normal in found])


@measure(number("pace"), data=("cadence", "elevation"), takes=_EASY_FLAT)
def easy_flat_pace(
    view: View, *, over: int = 28, before: int = 0, climb: float = 0.01, slowest: float = 2.2
) -> Measured:
    """Mean moving pace of the runs that `easy_flat_runs` counts, in seconds a metre.

    Source: definition. Unknown when it counts none.
    """
    runs = [run for run, _ in _easy_flat(view, over, before, climb, slowest)]
    return _average(runs, [(run.moving_s or 0.0) / (run.distance_m or 1.0) for run in runs])


@measure(
    number("count"),
    data=("streams", "cadence"),
    takes={"last": number("count"), "drop": number("share"), "shortest": number("duration")},
)
def cadence_fades(
    view: View, *, over: int = 60, before: int = 0, last: float = 3.0, drop: float = 0.03, shortest: float = 4500.0
) -> Measured:
    """In how many of the `last` long runs of the window cadence fell by more than `drop` towards the end.

    Compared are the last fifth and the second fifth of the moving time, on the flat and at like speed. Long is
    `shortest` or more. Source: coaching convention; fatigue affects cadence weakly at most (Burns 2019). Unknown
    when the window holds fewer than two long runs in which both are known.
    """
    found = _late(view, over, before, last, shortest)
    if len(found) < 2:
        return Measured(None)
    return _counted(_fading(found, drop))


@measure(
    number("spm"),
    data=("streams", "cadence"),
    takes={"last": number("count"), "drop": number("share"), "shortest": number("duration")},
)
def cadence_early(
    view: View, *, over: int = 60, before: int = 0, last: float = 3.0, drop: float = 0.03, shortest: float = 4500.0
) -> Measured:
    """Mean cadence in the second fifth of the runs that `cadence_fades` counts, in steps a minute.

    Source: definition. Unknown when it counts none.
    """
    fading = _fading(_late(view, over, before, last, shortest), drop)
    return _mean(fading, [change.usual for change in fading])


@measure(
    number("spm"),
    data=("streams", "cadence"),
    takes={"last": number("count"), "drop": number("share"), "shortest": number("duration")},
)
def cadence_late(
    view: View, *, over: int = 60, before: int = 0, last: float = 3.0, drop: float = 0.03, shortest: float = 4500.0
) -> Measured:
    """Mean cadence in the last fifth of the runs that `cadence_fades` counts, in steps a minute.

    Source: definition. Unknown when it counts none.
    """
    fading = _fading(_late(view, over, before, last, shortest), drop)
    return _mean(fading, [change.then for change in fading])


@measure(number("count"), data=("streams", "cadence"), takes={"ratio": number("share"), "shortest": number("duration")})
def slow_stepped_descents(
    view: View, *, over: int = 28, before: int = 0, ratio: float = 0.96, shortest: float = 300.0
) -> Measured:
    """Runs in which the cadence downhill was below `ratio` times that on the flat of the same run.

    Downhill is a grade of 6 % or more, for at least `shortest` in the run. Source: coaching
    convention. Unknown when no run has both.
    """
    found = _descents(view, over, before, shortest)
    return _counted(_slow(found, ratio)) if found else Measured(None)


@measure(number("spm"), data=("streams", "cadence"), takes={"ratio": number("share"), "shortest": number("duration")})
def flat_cadence(
    view: View, *, over: int = 28, before: int = 0, ratio: float = 0.96, shortest: float = 300.0
) -> Measured:
    """Mean cadence on the flat in the runs that `slow_stepped_descents` counts, in steps a minute.

    Source: definition. Unknown when it counts none.
    """
    slow = _slow(_descents(view, over, before, shortest), ratio)
    return _mean(slow, [change.usual for change in slow])


@measure(number("spm"), data=("streams", "cadence"), takes={"ratio": number("share"), "shortest": number("duration")})
def downhill_cadence(
    view: View, *, over: int = 28, before: int = 0, ratio: float = 0.96, shortest: float = 300.0
) -> Measured:
    """Mean cadence downhill in the runs that `slow_stepped_descents` counts, in steps a minute.

    Source: definition. Unknown when it counts none.
    """
    slow = _slow(_descents(view, over, before, shortest), ratio)
    return _mean(slow, [change.then for change in slow])


@measure(YES_NO, data=("cadence",))
def new_cadence_device(view: View, *, over: int = 112, before: int = 0) -> Measured:
    """Whether more than one device recorded the cadence of the runs in a window: a new watch counts steps anew.

    Devices that are not named are taken for the same. Source: definition. Never unknown.
    """
    runs = [run for run in view.runs(over, before) if run.cadence_spm is not None and run.device]
    return Measured(len({run.device for run in runs}) > 1, tuple(run.id for run in runs))


CUES = {
    "quick, light steps downhill": "downhill",
    "short steps uphill, leaning from the ankles": "uphill",
    "standing tall once every ten minutes": "long",
    "relaxed shoulders and hands while it gets hard": "hard",
    "looking a few steps ahead and staying light": "trail",
    "feet that land quietly": "easy",
    "landing close under you": "easy",
    "loose shoulders and hands": "easy",
}
"""Something to try, with the kind of run it suits."""


@measure(text(CUES), takes={"hilly": number("rate")})
def form_cue(view: View, *, over: int = 7, before: int = 0, hilly: float = 0.012) -> Measured:
    """One cue for how to move that suits a run of the window, another one every four weeks.

    Hills from `hilly` height per distance. Source: coaching convention: how somebody moves cannot be
    known from a watch. Unknown when the window holds no run.
    """
    suited = _suited(view, over, before, hilly)
    if not suited:
        return Measured(None)
    cue, run = suited[_turn(view) % len(suited)]
    return Measured(cue, (run.id,))


@measure(
    text(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")),
    takes={"hilly": number("rate")},
)
def form_cue_day(view: View, *, over: int = 7, before: int = 0, hilly: float = 0.012) -> Measured:
    """The weekday of the run that `form_cue` speaks of, as a name in English.

    Source: definition. Unknown when there is none.
    """
    suited = _suited(view, over, before, hilly)
    if not suited:
        return Measured(None)
    _, run = suited[_turn(view) % len(suited)]
    return Measured(f"{run.day:%A}", (run.id,))


def _easy_flat(view: View, over: int, before: int, climb: float, slowest: float) -> list[tuple[Activity, float]]:
    """The runs that tell an easy cadence, each with its normal cadence."""
    found: list[tuple[Activity, float]] = []
    for run in view.runs(over, before):
        normal = normal_cadence(run)
        # Nobody's arm swings behind a stroller.
        if normal is None or not run.easy_intended or run.trail or run.tags & {"stroller", "dog"}:
            continue
        # A normal cadence is known only where distance and time are.
        distance, moving = run.distance_m or 1.0, run.moving_s or 1.0
        if run.gain_m is not None and run.gain_m / distance <= climb and distance / moving >= slowest:
            found.append((run, normal))
    return found


def _late(view: View, over: int, before: int, last: float, shortest: float) -> list[Change]:
    """The second and the last fifth of the last so many long runs, where both are known."""
    found = [
        Change(run, run.streams.cadence_early, run.streams.cadence_late)
        for run in view.runs(over, before)
        if (run.moving_s or 0.0) >= shortest
        and run.streams is not None
        and run.streams.cadence_early is not None
        and run.streams.cadence_late is not None
    ]
    return found[-int(last) :]


def _fading(found: Sequence[Change], drop: float) -> list[Change]:
    return [change for change in found if change.then < change.usual * (1 - drop)]


def _descents(view: View, over: int, before: int, shortest: float) -> list[Change]:
    return [
        Change(run, run.streams.cadence_flat, run.streams.cadence_down)
        for run in view.runs(over, before)
        if run.streams is not None
        and run.streams.down_s >= shortest
        and run.streams.cadence_flat is not None
        and run.streams.cadence_down is not None
    ]


def _slow(found: Sequence[Change], ratio: float) -> list[Change]:
    return [change for change in found if change.then < change.usual * ratio]


def _counted(found: Sequence[Change]) -> Measured:
    return Measured(float(len(found)), tuple(change.run.id for change in found))


def _mean(found: Sequence[Change], values: Sequence[float]) -> Measured:
    return _average([change.run for change in found], values)


def _average(runs: Sequence[Activity], values: Sequence[float]) -> Measured:
    return Measured(sum(values) / len(values) if values else None, tuple(run.id for run in runs))


def _turn(view: View) -> int:
    """A number that grows by one every four weeks."""
    return view.as_of.toordinal() // 28


def _suited(view: View, over: int, before: int, hilly: float) -> list[tuple[str, Activity]]:
    """The cues that suit a run of the window, each with the last run that it suits."""
    last = {kind: run for run in view.runs(over, before) for kind in _kinds(run, hilly)}
    return [(cue, last[kind]) for cue, kind in CUES.items() if kind in last]


def _kinds(run: Activity, hilly: float) -> list[str]:
    """The kinds of run, as `CUES` knows them, that a run is."""
    per_metre = 1 / run.distance_m if run.distance_m else 0.0
    suits = {
        "downhill": (run.loss_m or 0.0) * per_metre >= hilly,
        "uphill": (run.gain_m or 0.0) * per_metre >= hilly,
        "long": run.long is True,
        "hard": run.hard is True,
        "trail": run.trail,
        "easy": run.kind == "easy" and run.long is not True,
    }
    return [kind for kind, fits in suits.items() if fits]
