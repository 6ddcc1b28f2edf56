"""The only place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SteppedClock:
    """A clock that stands still until it is told to move: for the demo and for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = aware(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = aware(moment)

    def advance(self, step: timedelta) -> None:
        self._now += step


def aware(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r}: attach a time zone first")
    return moment.astimezone(UTC)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a wall clock in `zone` shows `at` on `day`.

    A time that the clock skips (spring) becomes the first instant after the gap;
    a time that it shows twice (autumn) is the first of the two.
    """
    wall = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    instant = wall.astimezone(UTC)
    shown = instant.astimezone(zone)
    if shown.replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # The wall time does not exist: zoneinfo read it with the offset from before the gap, so `instant` lies
    # after the change of clocks, by as much as the wall time lies inside the gap. Find the change itself.
    after = shown.utcoffset()
    high = instant.replace(microsecond=0)
    low = high - timedelta(hours=26)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high
