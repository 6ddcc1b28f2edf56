"""Modes from words in activities: `#sick`, `#injured` or `#holiday` says what the athlete did not declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from coachd.model import WEEKDAYS, Activity, Mode, ModeName, Weekday

TAGS: Mapping[str, ModeName] = {"sick": "ill", "injured": "injured", "holiday": "holiday"}


def tagged(activities: Iterable[Activity], week_start: Weekday) -> tuple[Mode, ...]:
    """The modes that tags stand for: each from the activity's day to the end of the athlete's week.

    So the mail about that week knows of it and the next week begins anew, without anybody having to take it back. What
    lasts longer is declared (`coachd mode`), or tagged again.
    """
    return tuple(
        Mode(mode, activity.day, activity.day + timedelta(days=_days_left(activity.day.weekday(), week_start)))
        for activity in activities
        if activity.tags
        for tag, mode in TAGS.items()
        if tag in activity.tags
    )


def _days_left(weekday: int, week_start: Weekday) -> int:
    return (WEEKDAYS.index(week_start) - 1 - weekday) % 7
