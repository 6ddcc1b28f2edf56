"""A history as of one moment: what rules and measures look at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from coachd.model import Activity, History


class View:
    """A history up to the end of the day `as_of`, seen at the instant `now`.

    `activities` are those that may be seen, by local day; nothing after `as_of` exists here.
    """

    def __init__(self, history: History, as_of: date, now: datetime) -> None:
        self.history = history
        self.athlete = history.athlete
        self.as_of = as_of
        self.now = now
        seen = [activity for activity in history.activities if activity.excluded is None and activity.day <= as_of]
        self.activities = tuple(sorted(seen, key=lambda activity: (activity.day, activity.start)))
        self._days = [activity.day for activity in self.activities]

    def window(self, days: int, before: int = 0) -> Sequence[Activity]:
        """The activities of `days` local days, of which the last lies `before` days before `as_of`."""
        last = self.as_of - timedelta(days=before)
        first = last - timedelta(days=days - 1)
        return self.activities[bisect_left(self._days, first) : bisect_right(self._days, last)]
