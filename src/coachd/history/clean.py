"""What rules must not see, and what they must not believe. Nothing is deleted: only set aside."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from coachd.model import Activity, changed
from coachd.model.activity import RECORDED_TWICE

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # GPS time begins in January 1980; anything before is a clock error
LONGEST_S = 48 * 3600.0
SLOWEST_RUN, LONG_S = 0.5, 6 * 3600.0  # m/s for so long: even the last of a mountain ultra walks faster
STEEPEST = 0.6  # metres up per metre of distance: more than any course has
FASTEST_RUN = 7.0  # m/s over a whole run, 2:23 /km: faster than the best 10 km ever run was a car or a clock error
WALKING = 1.9  # m/s
WALKING_CADENCE = 140  # steps/min
STEEP = 50.0  # m of gain per km: slower than walking pace may still be running
PLAUSIBLE_HR = (30.0, 230.0)
ABOVE_MAX = 5.0  # bpm above the athlete's own maximum: strap noise
PLAUSIBLE_CADENCE = (140.0, 230.0)
SAME_START_S = 10 * 60.0

USUAL_RUNS, FEWEST_RUNS = 20, 10
UNUSUAL = 1.7
"""Times the own median speed: between an easy jog and a 5 km race lies a factor of 1.2 to 1.5."""
UNUSUAL_M = 3_000.0


def cleaned(
    activities: Sequence[Activity], now: datetime, *, hr_max: float | None = None
) -> tuple[list[Activity], list[Activity]]:
    """Activities sorted by start -> (what rules may see, what was set aside with the reason in `excluded`).

    Of what is kept, single values that cannot be right become unknown; `hr_max` is the athlete's own word.
    """
    kept: list[Activity] = []
    aside: list[Activity] = []
    speeds: deque[float] = deque(maxlen=USUAL_RUNS)
    latest = now + timedelta(days=1)
    for activity in activities:
        is_run, speed = activity.family == "run", _speed(activity)
        reason = _impossible(activity, latest, speed) or (_driven(activity, speed, speeds) if is_run else None)
        if reason:
            aside.append(changed(activity, excluded=reason))
        else:
            kept.append(_believable(activity, speed, hr_max))
            if is_run and speed is not None and not activity.trainer and not activity.manual:
                speeds.append(speed)
    twice = doubles(kept)
    if not twice:
        return kept, aside
    aside += [changed(activity, excluded=RECORDED_TWICE) for activity in kept if activity.id in twice]
    return [activity for activity in kept if activity.id not in twice], aside


def _impossible(activity: Activity, latest: datetime, speed: float | None) -> str | None:
    if "ignore" in activity.tags:
        return "tagged #ignore"
    if not EARLIEST <= activity.start <= latest:
        return "its date cannot be right"
    moving_s, elapsed_s, distance_m = activity.moving_s or 0.0, activity.elapsed_s or 0.0, activity.distance_m or 0.0
    if not (0 <= moving_s <= LONGEST_S and 0 <= elapsed_s <= LONGEST_S):
        return "its duration cannot be right"
    if distance_m < 0:
        return "its distance cannot be right"
    if not (distance_m or moving_s or elapsed_s):
        return "it has neither distance nor duration"
    if activity.family != "run" or speed is None:
        return None
    if speed > FASTEST_RUN:
        return "its speed cannot be a run"
    if speed < SLOWEST_RUN and moving_s > LONG_S:
        return "it is hours of standing: was the watch still on?"
    return None


def _driven(run: Activity, speed: float | None, speeds: Sequence[float]) -> str | None:
    """A watch left on in the car, told from the summary alone: far faster than this runner ever is.

    Where the seconds were recorded the drive was cut off there, and a short or labelled run may be as fast as it likes.
    """
    if run.streams is not None or len(speeds) < FEWEST_RUNS or run.workout_type in (1, 3):
        return None
    if speed is None or speed <= max(speeds) or speed <= UNUSUAL * median(speeds):
        return None
    if (run.distance_m or 0.0) < UNUSUAL_M or run.trainer or run.manual or run.tags & {"race", "workout"}:
        return None
    return "it is far faster than its runner: was the watch still on in a car?"


def _believable(activity: Activity, speed: float | None, hr_max: float | None) -> Activity:
    """The activity without the values that cannot be right, and with a walk called a walk."""
    changes = _doubtful_heart(activity, hr_max)
    highest_m = STEEPEST * (activity.distance_m or 0.0)
    if activity.gain_m is not None and not 0 <= activity.gain_m <= highest_m:
        changes["gain_m"] = None
    if activity.loss_m is not None and not 0 <= activity.loss_m <= highest_m:
        changes["loss_m"] = None
    if activity.family == "run":
        is_walk = speed is not None and speed < WALKING and _steps_like_a_walk(activity)
        changes |= {"sport": "Walk"} if is_walk else _run_changes(activity)
    return changed(activity, **changes) if changes else activity


def _doubtful_heart(activity: Activity, hr_max: float | None) -> dict[str, Any]:
    """Rates that cannot be; all of a run whose sensor counted steps or stood still; a mean beside an absurd peak."""
    suspect = activity.manual or (activity.streams is not None and bool(activity.streams.hr_suspect))
    low, high = PLAUSIBLE_HR
    average, highest = activity.average_hr, activity.max_hr
    above = hr_max is not None and highest is not None and highest > hr_max + ABOVE_MAX
    changes: dict[str, Any] = {}
    if average is not None and (suspect or above or not low <= average <= high):
        changes["average_hr"] = None
    if highest is not None and (suspect or not low <= highest <= high):
        changes["max_hr"] = None
    return changes


def _run_changes(run: Activity) -> dict[str, Any]:
    """What a run's circumstances leave of its numbers.

    A run entered by hand keeps its distance and time, one indoors has no heights; where the seconds were recorded, a
    drive at the end is cut off, and what a barometer drifted is no climb.
    """
    changes: dict[str, Any] = {}
    streams = run.streams
    if run.sport == "VirtualRun" and not run.trainer:
        changes["trainer"] = True
    if run.distance_m == 0:
        changes["distance_m"] = None
    if run.trainer or changes.get("trainer") or run.manual:
        changes |= {name: None for name in ("gain_m", "loss_m") if getattr(run, name) is not None}
    elif streams is not None:
        if run.gain_m is None or streams.drift_m:
            changes["gain_m"] = streams.gain_m
        if streams.loss_m is not None:
            changes["loss_m"] = streams.loss_m
    if streams is not None and streams.car_m and run.distance_m and run.distance_m > streams.car_m:
        changes |= {"distance_m": run.distance_m - streams.car_m, "moving_s": streams.moving_s or run.moving_s}
    cadence = streams.cadence_spm if streams is not None and streams.cadence_spm else run.cadence_spm
    low, high = PLAUSIBLE_CADENCE
    if cadence is not None and (run.manual or not low <= cadence <= high):
        cadence = None  # walking breaks and sensor errors: the mean over both says nothing about running
    if cadence != run.cadence_spm:
        changes["cadence_spm"] = cadence
    return changes


def _steps_like_a_walk(run: Activity) -> bool:
    if run.cadence_spm is None or not run.distance_m:
        return False
    steep = (run.gain_m or 0.0) / (run.distance_m / 1000) >= STEEP
    return run.cadence_spm < WALKING_CADENCE and not steep


def _speed(activity: Activity) -> float | None:
    if not activity.distance_m or not activity.moving_s:
        return None
    return activity.distance_m / activity.moving_s


def doubles(activities: Sequence[Activity]) -> set[int]:
    """Of activities by start, the ids of second recordings of one workout (watch and phone, service and service): the
    poorer of each pair.

    Only hidden from rules: different ids of one source are never merged by themselves.
    """
    found: set[int] = set()
    for better, poorer in sorted(_pairs(activities), key=lambda pair: _worth(pair[0]), reverse=True):
        # One that is set aside itself hides nothing else.
        if better.id not in found:
            found.add(poorer.id)
    return found


def _pairs(activities: Sequence[Activity]) -> Iterable[tuple[Activity, Activity]]:
    """(better, poorer) of each two that are one workout."""
    begun = [activity.start.timestamp() for activity in activities]
    for index, first in enumerate(activities):
        until = begun[index] + max(first.elapsed_s or 0.0, SAME_START_S)
        for at in range(index + 1, len(activities)):
            if begun[at] > until:
                break
            second = activities[at]
            if _same_workout(first, second):
                yield (first, second) if _worth(first) > _worth(second) else (second, first)


def _same_workout(first: Activity, second: Activity) -> bool:
    # A hidden start says nothing about when; strength and the like have no distance to compare.
    if first.family != second.family or first.hidden_start or second.hidden_start:
        return False
    if second.id in first.apart_from:
        return False
    if not first.distance_m or not second.distance_m:
        return False
    if abs(first.distance_m - second.distance_m) > 0.05 * max(first.distance_m, second.distance_m):
        return False
    if _later_s(first, second) <= SAME_START_S:
        # Two short runs from one door, ten minutes apart, are not one run recorded twice.
        return _overlap(first, second) > 0
    return _overlap(first, second) > 0.5


def _later_s(first: Activity, second: Activity) -> float:
    return (second.start - first.start).total_seconds()


def _overlap(first: Activity, second: Activity) -> float:
    """Shared time as a fraction of the shorter recording."""
    a, b = first.elapsed_s or 0.0, second.elapsed_s or 0.0
    if not a or not b:
        return 0.0
    gap = _later_s(first, second)
    return max(0.0, min(a, gap + b) - gap) / min(a, b)


def _worth(activity: Activity) -> tuple[bool, bool, bool, int]:
    """The better recording has heart rate, was not typed in, names its gear; of equals the older id stays."""
    return (activity.average_hr is not None, not activity.manual, activity.gear_id is not None, -activity.id)
