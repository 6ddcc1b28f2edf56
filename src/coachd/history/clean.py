"""What rules must not see, and what they must not believe (coaching.md 4.13). Nothing is deleted: only set aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coachd.model import Activity

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # GPS time begins in January 1980; anything before is a clock error
LONGEST_S = 48 * 3600.0
FASTEST_RUN = 7.0  # m/s over a whole run, 2:23 /km: faster than the best 10 km ever run was a car or a clock error
WALKING = 1.9  # m/s
WALKING_CADENCE = 140  # steps/min
STEEP = 50.0  # m of gain per km: slower than walking pace may still be running
PLAUSIBLE_HR = (30.0, 230.0)
SAME_START = timedelta(minutes=10)


def cleaned(activities: Sequence[Activity], now: datetime) -> tuple[list[Activity], list[Activity]]:
    """Activities sorted by start -> (what rules may see, what was set aside with the reason in `excluded`)."""
    kept: list[Activity] = []
    aside: list[Activity] = []
    for activity in activities:
        reason = _impossible(activity, now)
        if reason:
            aside.append(replace(activity, excluded=reason))
        else:
            kept.append(_believable(activity))
    doubles = _duplicates(kept)
    aside += [replace(activity, excluded="recorded twice") for activity in kept if activity.id in doubles]
    return [activity for activity in kept if activity.id not in doubles], aside


def _impossible(activity: Activity, now: datetime) -> str | None:
    if "ignore" in activity.tags:
        return "tagged #ignore"
    if activity.start < EARLIEST or activity.start > now + timedelta(days=1):
        return "its date cannot be right"
    times = [seconds for seconds in (activity.moving_s, activity.elapsed_s) if seconds is not None]
    if any(seconds < 0 or seconds > LONGEST_S for seconds in times):
        return "its duration cannot be right"
    if activity.distance_m is not None and activity.distance_m < 0:
        return "its distance cannot be right"
    if not activity.distance_m and not any(times):
        return "it has neither distance nor duration"
    speed = _speed(activity)
    if activity.family == "run" and speed is not None and speed > FASTEST_RUN:
        return "its speed cannot be a run"
    return None


def _believable(activity: Activity) -> Activity:
    """The activity without the values that cannot be right, and with a walk called a walk."""
    low, high = PLAUSIBLE_HR
    if activity.average_hr is not None and not low <= activity.average_hr <= high:
        activity = replace(activity, average_hr=None)
    if activity.max_hr is not None and not low <= activity.max_hr <= high:
        activity = replace(activity, max_hr=None)
    return replace(activity, sport="Walk") if _is_walk(activity) else activity


def _is_walk(activity: Activity) -> bool:
    speed = _speed(activity)
    if activity.family != "run" or speed is None or activity.cadence_spm is None or not activity.distance_m:
        return False
    steep = (activity.gain_m or 0.0) / (activity.distance_m / 1000) >= STEEP
    return speed < WALKING and activity.cadence_spm < WALKING_CADENCE and not steep


def _speed(activity: Activity) -> float | None:
    if not activity.distance_m or not activity.moving_s:
        return None
    return activity.distance_m / activity.moving_s


def _duplicates(activities: Sequence[Activity]) -> set[int]:
    """Ids of second recordings of one workout (watch and phone, service and service): the poorer of each pair.

    Only hidden from rules: different ids of one source are never merged by themselves.
    """
    doubles: set[int] = set()
    for better, poorer in sorted(_pairs(activities), key=lambda pair: _worth(pair[0]), reverse=True):
        # One that is set aside itself hides nothing else.
        if better.id not in doubles:
            doubles.add(poorer.id)
    return doubles


def _pairs(activities: Sequence[Activity]) -> Iterable[tuple[Activity, Activity]]:
    """(better, poorer) of each two that are one workout."""
    for index, first in enumerate(activities):
        for second in activities[index + 1 :]:
            if second.start - first.start > timedelta(seconds=max(first.elapsed_s or 0.0, SAME_START.total_seconds())):
                break
            if _same_workout(first, second):
                yield (first, second) if _worth(first) > _worth(second) else (second, first)


def _same_workout(first: Activity, second: Activity) -> bool:
    # A hidden start says nothing about when; strength and the like have no distance to compare.
    if first.family != second.family or first.hidden_start or second.hidden_start:
        return False
    if not first.distance_m or not second.distance_m:
        return False
    if abs(first.distance_m - second.distance_m) > 0.05 * max(first.distance_m, second.distance_m):
        return False
    if second.start - first.start <= SAME_START:
        # Two short runs from one door, ten minutes apart, are not one run recorded twice.
        return _overlap(first, second) > 0
    return _overlap(first, second) > 0.5


def _overlap(first: Activity, second: Activity) -> float:
    """Shared time as a fraction of the shorter recording."""
    a, b = first.elapsed_s or 0.0, second.elapsed_s or 0.0
    if not a or not b:
        return 0.0
    gap = (second.start - first.start).total_seconds()
    return max(0.0, min(a, gap + b) - gap) / min(a, b)


def _worth(activity: Activity) -> tuple[bool, bool, bool, int]:
    """The better recording has heart rate, was not typed in, names its gear; of equals the older id stays."""
    return (activity.average_hr is not None, not activity.manual, activity.gear_id is not None, -activity.id)
