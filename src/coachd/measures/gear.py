"""Shoes: how far each has come, which carries the running, and what it is made for.

A shoe's odometer is what its source says, as of the moment at which the history is seen. Recording gear by hand is
never complete: what was run without a shoe counts for no shoe, and a shoe that nobody described stays undescribed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number, text
from coachd.language.view import View
from coachd.language.vocabulary import SURFACES
from coachd.model import Activity, Shoe

SURFACE_DAYS = 365
_COPY = re.compile(r"\s*(\(.*?\)|#\s*\d+)\s*$")
"""What runners add to the name of a second pair: `Fox 3 (2)`, `Fox 3 #2`."""


@measure(
    number("distance"),
    data=("gear",),
    takes={"road": number("distance"), "trail": number("distance"), "race": number("distance")},
    subject="shoe",
)
def shoe_limit(
    _view: View, shoe: Shoe, *, road: float = 650_000.0, trail: float = 600_000.0, race: float = 350_000.0
) -> Measured:
    """The distance after which this shoe deserves a look, in metres: its owner's, or the usual one of its type.

    `race` for racing shoes, `trail` for shoes made for trails, `road` for all others. The usual ones are convention,
    not evidence. Source: coaching convention. Never unknown.
    """
    return Measured(_limit(shoe, road, trail, race))


@measure(
    number("share"),
    data=("gear",),
    takes={"road": number("distance"), "trail": number("distance"), "race": number("distance")},
)
def most_worn_share(
    view: View,
    *,
    over: int = 56,
    before: int = 0,
    road: float = 650_000.0,
    trail: float = 600_000.0,
    race: float = 350_000.0,
) -> Measured:
    """The odometer of the most worn shoe in use as a share of its limit (see `shoe_limit`).

    In use are shoes that were run in within the window and are not retired. Source: definition.
    Unknown when none has an odometer.
    """
    used = {run.gear_id for run in view.runs(over, before)}
    shares = [
        shoe.distance_m / _limit(shoe, road, trail, race)
        for shoe in view.shoes
        if shoe.id in used and not shoe.retired and shoe.distance_m is not None
    ]
    return Measured(max(shares, default=None))


@measure(number("count"), data=("gear",))
def shoes_known(view: View) -> Measured:
    """Number of shoes that were ever used, the retired ones among them. Source: definition. Never unknown."""
    return Measured(float(sum(bool(shoe.distance_m) or shoe.last_used is not None for shoe in view.shoes)))


@measure(text(), data=("gear",))
def main_shoe(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """The name of the shoe that carried most of the running distance in a window. Source: definition.

    Unknown when no run names one.
    """
    shoe, runs = _main(view, over, before)
    names = {known.id: known.name for known in view.shoes}
    return Measured(names.get(shoe, shoe) if shoe is not None else None, _ids(runs))


@measure(number("distance"), data=("gear",))
def main_shoe_distance(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """The distance run in the shoe that carried most of it in a window, in metres. Source: definition.

    Unknown when no run names one.
    """
    shoe, runs = _main(view, over, before)
    return Measured(_distance(runs) if shoe is not None else None, _ids(runs))


@measure(number("share"), data=("gear",))
def main_shoe_share(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """The share of all running distance in a window that one shoe carried, the one that carried most.

    Runs without a recorded shoe count as run in others. Source: definition. Unknown when no run names a shoe.
    """
    shoe, runs = _main(view, over, before)
    return Measured(_distance(runs) / _distance(view.runs(over, before)) if shoe is not None else None, _ids(runs))


@measure(
    text(SURFACES),
    lookback_days=SURFACE_DAYS,
    data=("gear",),
    takes={"share": number("share"), "least": number("distance")},
    subject="shoe",
)
def shoe_surface(view: View, shoe: Shoe, *, share: float = 0.8, least: float = 100_000.0) -> Measured:
    """What a shoe is made for: road, trail or hybrid, as its owner said, or as it was used.

    By use it is a road or trail shoe when at least `share` of its distance in a year, and at least the distance
    `least`, was run there; treadmills count for neither. Source: coaching convention. Unknown otherwise.
    """
    if shoe.surface is not None:
        return Measured(shoe.surface)
    runs = _runs_in(view, shoe.id)
    total = _distance(runs)
    if total < least or not total:
        return Measured(None)
    trails = _distance([run for run in runs if run.trail]) / total
    if trails >= share:
        return Measured("trail", _ids(runs))
    return Measured("road", _ids(runs)) if 1 - trails >= share else Measured(None)


@measure(
    number("distance"),
    lookback_days=SURFACE_DAYS,
    data=("gear",),
    takes={"last": number("distance")},
    subject="shoe",
)
def shoe_road_distance(view: View, shoe: Shoe, *, last: float = 100_000.0) -> Measured:
    """How much of the `last` distance in this shoe was on roads, in metres; treadmills count for neither.

    Looks back a year. Source: definition. Unknown when the shoe was not run in.
    """
    runs = _runs_in(view, shoe.id)
    left, road, seen = last, 0.0, []
    for run in reversed(runs):
        part = min(left, run.distance_m or 0.0)
        road += 0.0 if run.trail else part
        left -= part
        seen.append(run)
        if left <= 0:
            break
    return Measured(road if runs else None, _ids(seen[::-1]))


@measure(text(), data=("gear",), subject="activity")
def shoe_name(view: View, activity: Activity) -> Measured:
    """The name of the shoe of this activity. Source: definition.

    Unknown when none was recorded or nothing is known of it.
    """
    shoe = _shoe_of(view, activity)
    return Measured(shoe.name if shoe is not None else None)


@measure(number("distance"), data=("gear",), subject="activity")
def shoe_distance_before(view: View, activity: Activity) -> Measured:
    """How far the shoe of this activity had come before it, in metres.

    The odometer less everything recorded in the shoe from this activity on, never below zero. Source: definition.
    Unknown when no shoe was recorded or it has no odometer.
    """
    shoe = _shoe_of(view, activity)
    if shoe is None or shoe.distance_m is None:
        return Measured(None)
    since = [
        other
        for other in view.window((view.as_of - activity.day).days + 1)
        if other.gear_id == shoe.id and activity.start <= other.start
    ]
    return Measured(max(0.0, shoe.distance_m - _distance(since)), (activity.id,))


@measure(YES_NO, data=("gear",), subject="activity")
def shoe_familiar(view: View, activity: Activity) -> Measured:
    """Whether the shoe of this activity is new on purpose: a racing shoe, or a further pair of a model worn before.

    A model is known by its name without a number in brackets or after a #. Source: definition. Unknown when no
    shoe was recorded.
    """
    shoe = _shoe_of(view, activity)
    if shoe is None:
        return Measured(None)
    worn = shoe.distance_m or 0.0
    longer = [other for other in view.shoes if other.id != shoe.id and (other.distance_m or 0.0) > worn]
    return Measured(shoe.races or any(_model(other) == _model(shoe) for other in longer), (activity.id,))


def _limit(shoe: Shoe, road: float, trail: float, race: float) -> float:
    if shoe.limit_m:
        return shoe.limit_m
    return race if shoe.races else trail if shoe.surface == "trail" else road


def _main(view: View, over: int, before: int) -> tuple[str | None, list[Activity]]:
    """The id of the shoe with most running distance in a window, and the runs in it."""
    return view.once(("main shoe", over, before), lambda: _most_run(view, over, before))


def _most_run(view: View, over: int, before: int) -> tuple[str | None, list[Activity]]:
    runs: dict[str, list[Activity]] = {}
    for run in view.runs(over, before):
        if run.gear_id is not None and run.distance_m:
            runs.setdefault(run.gear_id, []).append(run)
    shoe = max(runs, key=lambda gear: _distance(runs[gear]), default=None)
    return shoe, runs[shoe] if shoe is not None else []


def _runs_in(view: View, shoe: str) -> list[Activity]:
    """The runs of a year in a shoe, outdoors."""
    return [run for run in view.runs(SURFACE_DAYS) if run.gear_id == shoe and not run.trainer]


def _shoe_of(view: View, activity: Activity) -> Shoe | None:
    return next((shoe for shoe in view.shoes if shoe.id == activity.gear_id), None)


def _model(shoe: Shoe) -> str:
    return _COPY.sub("", shoe.name).casefold()


def _distance(runs: Sequence[Activity]) -> float:
    return sum([run.distance_m or 0.0 for run in runs])


def _ids(runs: Sequence[Activity]) -> tuple[int, ...]:
    return tuple([run.id for run in runs])
