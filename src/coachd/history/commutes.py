"""Commutes that nobody marked: the same way at the same time on the same weekday, week after week.

Looked for only in the history of an athlete who confirmed the profile `commuter`: for
anybody else a Tuesday loop at seven is a Tuesday loop.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import date

from coachd.model import Activity, Family, changed

WEEKS = 5
"""So many weeks back a habit is looked for; most of them must have had the same run or ride."""

FEWEST = 3
SAME_MINUTES = 30
SAME_DISTANCE = 0.2
NOON = 12
WORKING_DAYS = 5
_SPORTS: frozenset[Family] = frozenset({"run", "ride"})

Slot = tuple[Family, int, bool]


def marked(activities: Sequence[Activity]) -> list[Activity]:
    """The activities, sorted by start, with those marked as commutes that follow a habit of three of the five weeks
    before them: same sport, weekday and half of the day, within 30 minutes and a fifth of the distance.

    Only what came before decides about an activity.
    """
    slots: dict[Slot, deque[Activity]] = defaultdict(lambda: deque(maxlen=2 * WEEKS))
    found = []
    for activity in activities:
        slot = _slot(activity)
        if slot is None:
            found.append(activity)
            continue
        usual = _weeks(activity, slots[slot]) >= FEWEST
        slots[slot].append(activity)
        found.append(changed(activity, commute=True) if usual and not activity.commute else activity)
    return found


def _slot(activity: Activity) -> Slot | None:
    weekday = activity.day.weekday()
    if activity.family not in _SPORTS or weekday >= WORKING_DAYS or activity.hidden_start or not activity.distance_m:
        return None
    return activity.family, weekday, activity.start_local.hour >= NOON


def _weeks(activity: Activity, before: Sequence[Activity]) -> int:
    """In how many of the weeks before there was one like it."""
    alike: set[date] = {
        earlier.day
        for earlier in before
        if 0 < (activity.day - earlier.day).days <= 7 * WEEKS
        and abs(_minute(activity) - _minute(earlier)) <= SAME_MINUTES
        and abs((activity.distance_m or 0.0) - (earlier.distance_m or 0.0))
        <= SAME_DISTANCE * (earlier.distance_m or 0.0)
    }
    return len(alike)


def _minute(activity: Activity) -> int:
    return activity.start_local.hour * 60 + activity.start_local.minute
