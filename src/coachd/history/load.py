"""The load of one session, with where it is from; an hour at threshold is about a hundred.

The best source that there is: heart rate, pace, the athlete's own word on how hard it was, time. Numbers from different
sources are alike in scale only roughly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coachd.history.effort import rates
from coachd.model import Activity, Athlete, Family, RunKind, Zones
from coachd.physiology.heart import THRESHOLD_OF_MAX
from coachd.physiology.load import hr_tss, r_tss, session_rpe

LoadSource = Literal["heart rate", "pace", "effort", "time"]

_OF_KIND: Mapping[RunKind, float] = {
    "easy": 1.0, "recovery": 1.0, "long": 1.1, "workout": 1.6, "hard": 1.6, "race": 2.0,
}  # fmt: skip
_OF_FAMILY: Mapping[Family, float] = {"strength": 0.5, "cross": 0.7, "ride": 0.7, "swim": 0.7}
"""Load a minute where nothing but the time is known. Walks and mobility have none: nobody has given them a number."""

_HOUR_AT_THRESHOLD = session_rpe(7, 3600)
"""Seven of ten, "very hard", is what an hour at threshold feels like (Foster's scale)."""


def session_load(
    activity: Activity, athlete: Athlete, zones: Zones, kind: RunKind | None = None, pace: float | None = None
) -> tuple[float | None, LoadSource | None]:
    """The load and its source; (None, None) where not even the time says something.

    `kind` is that of a run; `pace` its graded speed as a share of the threshold speed, where both are known.
    """
    by_heart = _by_heart(activity, athlete, zones)
    if by_heart is not None:
        return by_heart, "heart rate"
    if not activity.moving_s:
        return None, None
    if pace is not None:
        return r_tss(activity.moving_s, pace, 1.0), "pace"
    if activity.perceived_effort is not None:
        return 100 * session_rpe(activity.perceived_effort, activity.moving_s) / _HOUR_AT_THRESHOLD, "effort"
    factor = _OF_KIND[kind] if kind else _OF_FAMILY.get(activity.family)
    return (None, None) if factor is None else (activity.moving_s / 60 * factor, "time")


def _by_heart(activity: Activity, athlete: Athlete, zones: Zones) -> float | None:
    if not zones.trusted or zones.resting_hr is None:
        return None
    threshold = zones.threshold_hr or (zones.hr_max or 0.0) * THRESHOLD_OF_MAX
    hr_max = zones.hr_max or threshold / THRESHOLD_OF_MAX
    if not zones.resting_hr < threshold < hr_max:
        return None
    seconds_at: Mapping[float, float] | None = rates(activity)  # type: ignore[assignment]  # an int is a float
    if seconds_at is None and activity.average_hr is not None and activity.moving_s:
        seconds_at = {activity.average_hr: activity.moving_s}
    if seconds_at is None:
        return None
    return hr_tss(seconds_at, threshold_hr=threshold, hr_max=hr_max, resting_hr=zones.resting_hr, sex=athlete.sex)
