"""The air that a run was done in: which full hours to know of it, and what it was.

Weather is that of the athlete's home: where a run was is nobody's business but theirs. So a run whose clock is not that
of home was somewhere else, and nothing is known of its weather.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from statistics import fmean

from coachd.model import Activity
from coachd.model.record import changed

HOUR = timedelta(hours=1)
LONGEST = timedelta(hours=24)
"""No run is looked at for longer: what lasts for days was not ended on the watch."""

ELSEWHERE = timedelta(minutes=15)
"""Clocks that differ by so much are those of different places: zones differ by quarters of an hour at least."""

Air = tuple[float | None, float | None]
"""Temperature and dew point of an hour in degrees Celsius, each None where unknown."""


def hours_of(activity: Activity, zone: tzinfo) -> list[datetime]:
    """The full hours (UTC) from the one in which a run began to the one in which it ended, as far as its air is that
    of home and not known yet; none for anything else than a run outdoors that began at a known time."""
    indoors = activity.trainer or activity.sport == "VirtualRun"
    known = activity.temperature_c is not None or activity.dew_point_c is not None
    if activity.family != "run" or indoors or known or activity.hidden_start or _elsewhere(activity, zone):
        return []
    first = activity.start.replace(minute=0, second=0, microsecond=0)
    lasted = timedelta(seconds=activity.elapsed_s or activity.moving_s or 0.0)
    end = activity.start + min(lasted, LONGEST)
    return [first + HOUR * number for number in range((end - first) // HOUR + 1)]


def with_air(activities: Iterable[Activity], air: Mapping[datetime, Air], zone: tzinfo) -> list[Activity]:
    """The activities, each with the mean air of its hours where nobody recorded any. What a source knows stays."""
    return [
        _with_air(activity, [air[hour] for hour in hours_of(activity, zone) if hour in air]) for activity in activities
    ]


def _with_air(activity: Activity, hours: list[Air]) -> Activity:
    warm = [temperature for temperature, _ in hours if temperature is not None]
    damp = [dew_point for _, dew_point in hours if dew_point is not None]
    if not warm:
        return activity
    return changed(activity, temperature_c=fmean(warm), dew_point_c=fmean(damp) if damp else None)


def _elsewhere(activity: Activity, zone: tzinfo) -> bool:
    at_home = activity.start.astimezone(zone).replace(tzinfo=None)
    return abs(at_home - activity.start_local) >= ELSEWHERE
