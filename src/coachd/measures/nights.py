"""Nights: heart-rate variability, late training, and the days on which a journey makes nights say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import log
from statistics import fmean, median, stdev

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number, text
from coachd.language.view import View
from coachd.model import Activity, Night
from coachd.units import DAY

HOUR = 3600.0
USUAL_NIGHTS = 14
"""Fewest nights from which a habit of sleep is known."""

ZONES_CROSSED = 3
LONGEST_LAG_DAYS = 7
LOOKBACK_DAYS = 28


@measure(number("number"), data=("nights",), takes={"need": number("count")})
def mean_log_hrv(view: View, *, over: int = 7, before: int = 0, need: float = 4.0) -> Measured:
    """Mean of the natural logarithm of rMSSD in milliseconds over the nights of the window. A mean of a week says more
    than any single morning. Source: Plews 2013.

    Unknown with fewer than `need` nights that have one.
    """
    values = _log_hrv(view, over, before)
    return Measured(fmean(values) if values and len(values) >= need else None)


@measure(number("number"), data=("nights",), takes={"spread": number("number"), "need": number("count")})
def low_log_hrv(view: View, *, over: int = 60, before: int = 0, spread: float = 0.5, need: float = 21.0) -> Measured:
    """The lower edge of this runner's normal: mean of the logarithms of rMSSD over the window less `spread` standard
    deviations (sample). Source: Plews 2013.

    Unknown with fewer than `need` nights that have one.
    """
    values = _log_hrv(view, over, before)
    return Measured(fmean(values) - spread * stdev(values) if len(values) >= max(2, need) else None)


@measure(YES_NO, lookback_days=LOOKBACK_DAYS)
def jet_lagged(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Whether a journey over three or more time zones lies so shortly before the window, or in it, that its nights say
    little: a day for each zone crossed, seven at most. Told by the offset of local time between activities in a row.
    Source: coaching convention. Never unknown.
    """
    first = view.as_of - timedelta(days=before + over - 1)
    last = view.as_of - timedelta(days=before)
    seen = view.window(before + over + LOOKBACK_DAYS)
    for earlier, later in pairwise(seen):
        hours = abs(_offset_h(later) - _offset_h(earlier))
        if hours >= ZONES_CROSSED and later.day <= last:
            over_on = later.day + timedelta(days=min(LONGEST_LAG_DAYS, round(hours)))
            if over_on > first:
                return Measured(True, (earlier.id, later.id))
    return Measured(False)


@measure(text(), data=("nights",), lookback_days=LOOKBACK_DAYS)
def usual_bedtime(view: View) -> Measured:
    """The time at which sleep usually begins, as `23:10`: the median of the last 28 nights. Source: definition.

    Unknown with fewer than 14 nights whose beginning is known.
    """
    onset = _usual_onset(view, view.as_of)
    if onset is None:
        return Measured(None)
    minutes = round(onset / 60) % (24 * 60)
    return Measured(f"{minutes // 60:02d}:{minutes % 60:02d}")


_LATE = {"hours": number("duration"), "shorter": number("duration")}


@measure(number("count"), data=("nights",), lookback_days=LOOKBACK_DAYS, takes=_LATE)
def late_hard_runs(
    view: View, *, over: int = 14, before: int = 0, hours: float = 4 * HOUR, shorter: float = 0.75 * HOUR
) -> Measured:
    """How many hard runs of the window ended less than `hours` before the usual beginning of sleep and were followed by
    a night at least `shorter` than the median of the 28 nights before it. Source: Leota 2025 for the four hours.

    Unknown with fewer than 14 nights whose beginning is known.
    """
    if _usual_onset(view, view.as_of) is None:
        return Measured(None)
    nights = {night.day: night for night in view.nights(before + over + LOOKBACK_DAYS + 1)}
    late = [run for run in view.runs(over, before) if run.hard and _cost_sleep(view, run, nights, hours, shorter)]
    return Measured(float(len(late)), tuple(run.id for run in late))


def _cost_sleep(view: View, run: Activity, nights: dict[date, Night], hours: float, shorter: float) -> bool:
    onset, length = _usual_onset(view, run.day), run.elapsed_s or run.moving_s
    night = nights.get(run.day + timedelta(days=1))
    if onset is None or length is None or night is None or night.sleep_s is None:
        return False
    ended = run.start_local - datetime.combine(run.day, time()) + timedelta(seconds=length)
    left = onset - ended.total_seconds()
    usual = [
        other.sleep_s for other in nights.values()
        if other.sleep_s is not None and 0 <= (run.day - other.day).days < LOOKBACK_DAYS
    ]  # fmt: skip
    return left < hours and len(usual) >= USUAL_NIGHTS and median(usual) - night.sleep_s >= shorter


def _usual_onset(view: View, day: date) -> float | None:
    """Seconds after midnight of the evening at which sleep usually began in the 28 nights up to `day`."""
    known = [
        _clock_s(night.bedtime)
        for night in view.nights((view.as_of - day).days + LOOKBACK_DAYS)
        if night.bedtime is not None and night.day <= day
    ]
    return median(known) if len(known) >= USUAL_NIGHTS else None


def _clock_s(moment: datetime) -> float:
    """A bedtime in seconds since the midnight before its evening: the small hours belong to the evening before."""
    seconds = moment.hour * HOUR + moment.minute * 60 + moment.second
    return seconds + DAY if moment.hour < 12 else seconds


def _log_hrv(view: View, over: int, before: int) -> Sequence[float]:
    return [log(night.hrv_ms) for night in view.nights(over, before) if night.hrv_ms is not None and night.hrv_ms > 0]


def _offset_h(activity: Activity) -> float:
    """Hours by which the wall clock at its start was ahead of UTC."""
    return (activity.start_local - activity.start.replace(tzinfo=None)).total_seconds() / HOUR
