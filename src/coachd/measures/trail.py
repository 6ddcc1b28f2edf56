"""Trails: what hills cost, and what a race on trails will ask for."""

from __future__ import annotations

from statistics import median

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.model import Activity, Race
from coachd.units import DAY

FEWEST_EASY = 4


@measure(number("pace"))
def flat_easy_pace(view: View, *, over: int = 60, before: int = 0) -> Measured:
    """This runner's easy pace on roads, in seconds a metre of moving time: the median of easy outdoor runs that climb
    at most 10 m/km. Source: definition.

    Unknown with fewer than four of them.
    """
    runs = [
        run
        for run in view.runs(over, before)
        if run.kind == "easy" and not run.trail and not run.trainer and _flat(run) and run.moving_s and run.distance_m
    ]
    if len(runs) < FEWEST_EASY:
        return Measured(None)
    paces = [(run.moving_s or 0.0) / (run.distance_m or 1.0) for run in runs]
    return Measured(median(paces), tuple(run.id for run in runs))


def _flat(run: Activity) -> bool:
    return run.gain_m is None or run.gain_m <= 0.010 * (run.distance_m or 0.0)


_CLIMBS = {"least": number("duration"), "share": number("share"), "of_threshold": number("share")}


@measure(number("count"), data=("streams", "heart rate"), takes=_CLIMBS)
def redlined_climbs(
    view: View,
    *,
    over: int = 28,
    before: int = 0,
    least: float = 600.0,
    share: float = 0.25,
    of_threshold: float = 0.95,
) -> Measured:
    """How many easy or long trail runs of the window spent more than `share` of their climbing above `of_threshold` of
    the threshold heart rate. Climbing is a grade of 6 % and more, the first half minute of each climb left out because
    the heart lags; runs with less than `least` of it do not count. Source: coaching convention.

    Unknown without a threshold heart rate, and without such a run whose streams are known.
    """
    threshold = view.history.zones.threshold_hr
    climbed = [run for run in view.runs(over, before) if _climbs(run, least)]
    if threshold is None or not view.history.zones.trusted or not climbed:
        return Measured(None)
    red = [run for run in climbed if _hot_share(run, of_threshold * threshold) > share]
    return Measured(float(len(red)), tuple(run.id for run in red))


@measure(number("share"), data=("streams", "heart rate"), takes=_CLIMBS)
def redline_share(
    view: View,
    *,
    over: int = 28,
    before: int = 0,
    least: float = 600.0,
    share: float = 0.25,
    of_threshold: float = 0.95,
) -> Measured:
    """The largest share of climbing above the limit among the runs that `redlined_climbs` counts. Source: as there.

    Unknown without one.
    """
    threshold = view.history.zones.threshold_hr
    if threshold is None or not view.history.zones.trusted:
        return Measured(None)
    shares = [
        (_hot_share(run, of_threshold * threshold), run.id) for run in view.runs(over, before) if _climbs(run, least)
    ]
    hottest = max((found for found in shares if found[0] > share), default=None)
    return Measured(None) if hottest is None else Measured(hottest[0], (hottest[1],))


def _climbs(run: Activity, least: float) -> bool:
    streams = run.streams
    if streams is None or streams.hr_suspect or not run.trail or not run.easy_intended:
        return False
    return sum(streams.climbing_hr_seconds.values()) >= least


def _hot_share(run: Activity, limit: float) -> float:
    assert run.streams is not None
    seconds = run.streams.climbing_hr_seconds
    return sum(value for bpm, value in seconds.items() if bpm > limit) / sum(seconds.values())


@measure(number("climb"), data=("elevation",), takes={"scale": number("share"), "need": number("count")})
def adapted_descent(view: View, *, over: int = 90, before: int = 0, scale: float = 0.8, need: float = 6.0) -> Measured:
    """The descent that this runner is used to, in metres: `scale` times the 90th percentile of the descents of single
    runs in the window (nearest rank). Source: coaching convention.

    Unknown with fewer than `need` runs whose descent is known.
    """
    losses = sorted((run.loss_m, run.id) for run in view.runs(over, before) if run.loss_m is not None)
    if len(losses) < need:
        return Measured(None)
    rank = max(0, -(-len(losses) * 9 // 10) - 1)
    return Measured(scale * losses[rank][0], (losses[rank][1],))


_STEEP = {"least": number("climb"), "floor": number("climb"), "ratio": number("share"), "days": number("days")}
_BEFORE_DAYS = 42


@measure(number("climb"), data=("elevation",), lookback_days=_BEFORE_DAYS + 7, takes=_STEEP)
def descent_before_hard(
    view: View,
    *,
    over: int = 7,
    before: int = 0,
    least: float = 500.0,
    floor: float = 300.0,
    ratio: float = 1.3,
    days: float = 2 * DAY,
) -> Measured:
    """The largest big descent that a hard run of the window followed on one of the next `days`, in metres. A descent is
    big from `least`, or from `floor` where it is `ratio` times the largest of the 42 days before it. Source: coaching
    convention; soreness after descents peaks on the second day.

    Unknown where no such pair is known.
    """
    pair = _steepest(view, over, before, (least, floor, ratio), days)
    return Measured(None) if pair is None else Measured(pair[0].loss_m, (pair[0].id, pair[1].id))


@measure(number("days"), data=("elevation",), lookback_days=_BEFORE_DAYS + 7, takes=_STEEP)
def hard_after_descent(
    view: View,
    *,
    over: int = 7,
    before: int = 0,
    least: float = 500.0,
    floor: float = 300.0,
    ratio: float = 1.3,
    days: float = 2 * DAY,
) -> Measured:
    """Days from that descent (see `descent_before_hard`) to the hard run after it, in seconds. Source: as there.

    Unknown where that is.
    """
    pair = _steepest(view, over, before, (least, floor, ratio), days)
    return (
        Measured(None) if pair is None else Measured((pair[1].day - pair[0].day).days * DAY, (pair[0].id, pair[1].id))
    )


def _steepest(
    view: View, over: int, before: int, big: tuple[float, float, float], days: float
) -> tuple[Activity, Activity] | None:
    """The pair of a big descent and the hard run soon after it, the hard run lying in the window."""
    reach = round(days / DAY)
    hard = [run for run in view.runs(over, before) if run.hard]
    pairs = [
        (steep, run)
        for steep in view.runs(over + reach, before)
        for run in hard
        if 1 <= (run.day - steep.day).days <= reach and _is_big(view, steep, *big)
    ]
    return max(pairs, key=lambda pair: pair[0].loss_m or 0.0, default=None)


def _is_big(view: View, run: Activity, least: float, floor: float, ratio: float) -> bool:
    if run.loss_m is None or run.loss_m < floor:
        return False
    earlier = [other.loss_m for other in view.at(run.day).runs(_BEFORE_DAYS, 1) if other.loss_m is not None]
    return run.loss_m >= least or bool(earlier and run.loss_m >= ratio * max(earlier))


@measure(number("rate"), subject="race", data=("calendar", "elevation"))
def race_climb_rate(_view: View, race: Race) -> Measured:
    """Height gained per distance of the race's course. Source: definition. Unknown without its climb."""
    return Measured(None if race.gain_m is None or not race.distance_m else race.gain_m / race.distance_m)


@measure(number("rate"), data=("elevation",))
def climb_rate_of_runs(view: View, *, over: int = 42, before: int = 0) -> Measured:
    """Height gained per distance over all runs of the window whose climb is known. Source: definition.

    Unknown without one.
    """
    runs = [run for run in view.runs(over, before) if run.gain_m is not None and run.distance_m]
    if not runs:
        return Measured(None)
    climbed = sum(run.gain_m or 0.0 for run in runs)
    return Measured(climbed / sum(run.distance_m or 0.0 for run in runs), tuple(run.id for run in runs))
