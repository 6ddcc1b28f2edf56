"""When a weekly digest is due. Pure: the athlete's wish, what was done so far and the instant decide.

The wish is a wall-clock time in the athlete's own zone, worked out anew each time, so that a change of clocks, of zone
or of mind needs no repair. A period is dealt with once: neither two processes nor a clock set back can repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from coachd.clock import local_instant
from coachd.history.week import closed_week
from coachd.model import WEEKDAYS, Athlete, Period

CATCH_UP = timedelta(hours=36)
"""A digest that could not go out on time (the machine was off) still does for this long."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now about one athlete's digest: `send` it, note it as `missed`, or `wait` for `next_due`."""

    action: Literal["send", "missed", "wait"]
    period: Period | None
    next_due: datetime


def decide(athlete: Athlete, since: datetime, last_day: date | None, now: datetime) -> Decision:
    """Given since when this schedule is kept and the last day that was dealt with, what to do at `now`."""
    wish = _wish_before(athlete, now)
    later = _wish_after(athlete, now)
    period = closed_week(wish, athlete)
    done = last_day is not None and period.last <= last_day
    if wish < since or done:
        return Decision("wait", None, later)
    return Decision("send" if now - wish <= CATCH_UP else "missed", period, later)


def _wish_before(athlete: Athlete, now: datetime) -> datetime:
    """The latest instant not after `now` at which the athlete wanted a digest."""
    day = _digest_day(athlete, now.astimezone(athlete.tz).date() + timedelta(days=1))
    wish = local_instant(day, athlete.digest_time, athlete.tz)
    while wish > now:
        day -= timedelta(weeks=1)
        wish = local_instant(day, athlete.digest_time, athlete.tz)
    return wish


def _wish_after(athlete: Athlete, now: datetime) -> datetime:
    """The first instant after `now` at which the athlete wants a digest."""
    day = _digest_day(athlete, now.astimezone(athlete.tz).date())
    wish = local_instant(day, athlete.digest_time, athlete.tz)
    while wish <= now:
        day += timedelta(weeks=1)
        wish = local_instant(day, athlete.digest_time, athlete.tz)
    return wish


def _digest_day(athlete: Athlete, day: date) -> date:
    """The last digest day that is not after `day`."""
    return day - timedelta(days=(day.weekday() - WEEKDAYS.index(athlete.digest_day)) % 7)
