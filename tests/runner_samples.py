"""An invented runner's history, written down in days before the end of a closed week, for the tests of what a digest
says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from coachd.history.week import week_of
from coachd.language.view import View
from coachd.model import Activity, Athlete, History

SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)
WEEK = week_of(SUNDAY, "mon")


def activity(day: date, metres: float | None = 10_000.0, sport: str = "Run", number: int = 0, **fields) -> Activity:
    at = datetime.combine(day, time(7, 30))
    known = {"distance_m": metres, "moving_s": 3_000.0, "sources": ("strava",), **fields}
    return Activity(number or day.toordinal(), sport, at.replace(tzinfo=UTC), at, **known)


def weekly(
    longest: Sequence[float], *, until: date = SUNDAY, others: float = 6_000.0, **fields
) -> tuple[Activity, ...]:
    """Weeks of a run on Tuesday and Thursday and a long one on Sunday, in kilometres, oldest first."""
    found = []
    for back, kilometres in enumerate(reversed(longest)):
        sunday = SUNDAY - timedelta(weeks=back)
        found += [activity(sunday - timedelta(days=ago), others, **fields) for ago in (5, 3)]
        found += [activity(sunday, kilometres * 1000.0, **fields)]
    return tuple(sorted(found, key=lambda each: each.day))


def history(*activities: Activity, athlete: Athlete | None = None, **fields) -> History:
    return History(athlete or Athlete(), tuple(sorted(activities, key=lambda each: each.start)), **fields)


def view(*activities: Activity, as_of: date = SUNDAY, **fields) -> View:
    return View(history(*activities, **fields), as_of, datetime.combine(as_of, time(6), UTC) + timedelta(days=1))
