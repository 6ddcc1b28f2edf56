"""Texts of a file -> numbers and times; what cannot be read is None."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from coachd.model import family_of

PER_LEG_BELOW = 120.0
"""Nobody takes so few steps a minute running, nor so many with one leg: below, one leg was counted."""

_FEET = ("run", "walk")


def number(text: str | None) -> float | None:
    """The number; None for none, and for NaN and infinity."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def moment(text: str) -> datetime | None:
    """The time, in UTC where it names no zone; None where it cannot be read."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found if 1 < found.year < 9999 else None  # beyond, zones lead out of the calendar


def wall_clock(start: float, seen: datetime | None) -> datetime | None:
    """The wall clock at `start` (s since 1970), without a zone, from a time of the same file that names an offset
    from UTC. A time in UTC says nothing of the place: None."""
    offset = seen.utcoffset() if seen else None
    if not offset:
        return None
    return datetime.fromtimestamp(start, UTC).replace(tzinfo=None) + offset


def steps(cadence: float | None, sport: str) -> float | None:
    """Steps a minute of a cadence as recorded, of one leg or both; None for sports that are not on foot."""
    if cadence is None or family_of(sport) not in _FEET:
        return None
    return cadence * 2 if cadence < PER_LEG_BELOW else cadence


def offset(local: float, utc: float, longitude: float | None) -> timedelta | None:
    """How far the wall clock `local` is ahead of `utc` (both in s of one epoch); None where that cannot be a zone.

    Zones are quarter hours within 14 hours. Where the longitude is known, they also lie within five hours of the sun:
    devices exist that are eight hours off.
    """
    seconds = round((local - utc) / 900) * 900
    if abs(local - utc - seconds) > 60 or abs(seconds) > 14 * 3600:
        return None
    if longitude is not None:
        off = (seconds / 3600 - longitude / 15 + 12) % 24 - 12
        if abs(off) > 5:
            return None
    return timedelta(seconds=seconds)
