"""Points -> one recording as columns, with what can be told from them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from coachd.errors import BrokenFile
from coachd.formats import limits
from coachd.formats.limits import SPEED, STANDING, within
from coachd.formats.points import Point, in_order
from coachd.formats.way import distances

PAUSE_S = 60.0
"""A longer hole is a pause, as in `history.resample`; one behind the end of a segment is from ten seconds on."""

SEGMENT_PAUSE_S = 10.0

HELD_S = 20.0
"""A value counts until the next one, but no longer than this."""

WAVERING_M = 50.0
"""A counter of metres that goes back further began anew."""

Stop = tuple[float, float]
"""From when to when the clock of the device stood, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Track:
    """Points in order. `first` and `last` are their times, `running_s` is the time without pauses.

    `columns` are those of a Workout, with `time` counted from `first`.
    """

    first: float
    last: float
    running_s: float | None
    columns: dict[str, list[Any]]

    @property
    def elapsed_s(self) -> float | None:
        return self.last - self.first if self.columns else None

    @property
    def distance_m(self) -> float | None:
        """The way from the first known distance to the last; None where none is known, or nothing was covered."""
        known = [metres for metres in self.columns.get("distance", ()) if metres is not None]
        return (known[-1] - known[0]) or None if known else None

    def mean(self, name: str, above: float = 0.0) -> float | None:
        """The mean of a column's values over `above`, each weighted by the time it held, pauses left out."""
        total = weights = 0.0
        moments, moving = self.columns.get("time", ()), self.columns.get("moving", ())
        for place, value in enumerate(self.columns.get(name, ())):
            if value is None or value <= above or not moving[place]:
                continue
            held = min(moments[place + 1] - moments[place], HELD_S) if place + 1 < len(moments) else 1.0
            total += value * held
            weights += held
        return total / weights if weights else None

    def highest(self, name: str) -> float | None:
        return max((value for value in self.columns.get(name, ()) if value is not None), default=None)

    def moving_s(self) -> float | None:
        """The time without pauses and without standing, as far as the way tells; None without points."""
        if not self.columns:
            return None
        moments, moving = self.columns["time"], self.columns["moving"]
        still = _standing(moments, self.columns.get("distance"))
        return sum(
            (
                after - before
                for place, (before, after) in enumerate(pairwise(moments))
                if moving[place] and not still[place]
            ),
            0.0,
        )


NOTHING = Track(0.0, 0.0, None, {})
"""Of a workout without points."""


def track(points: Sequence[Point], stops: Sequence[Stop] = ()) -> Track:
    """The points as one recording; without distances these come from the positions.

    `stops` are the pauses where the file tells them, in order; where it tells none, holes are. Raises BrokenFile where
    no point has a usable time, or where they last longer than a clock can have run.
    """
    ordered = in_order(points)
    if not ordered:
        raise BrokenFile("its clock was not set" if points else "nothing was recorded")
    first, last = ordered[0].at, ordered[-1].at
    if last - first > limits.LONGEST_S:
        raise BrokenFile("it lasts longer than a week, so its clock was wrong")
    moving = _moving(ordered, stops or _holes(ordered))
    running = sum(b.at - a.at for going, (a, b) in zip(moving, pairwise(ordered), strict=False) if going)
    return Track(first, last, float(running), _columns(ordered, moving))


def _columns(ordered: Sequence[Point], moving: list[bool]) -> dict[str, list[Any]]:
    """The columns of which anything is known, with only such values as can be true."""
    first = ordered[0].at
    columns: dict[str, list[Any]] = {"time": [point.at - first for point in ordered], "moving": moving}
    positions = [_position(point) for point in ordered]
    if any(positions):
        columns["latlng"] = positions
    for name, values, bounds in (
        ("altitude", (point.altitude for point in ordered), limits.ALTITUDE),
        ("distance", (point.distance for point in ordered), limits.DISTANCE),
        ("velocity_smooth", (point.speed for point in ordered), limits.SPEED),
        ("heartrate", (point.heart_rate for point in ordered), limits.HEART_RATE),
        ("cadence", (point.cadence for point in ordered), limits.CADENCE),
    ):
        column = [within(value, bounds) for value in values]
        if any(value is not None for value in column):
            columns[name] = column
    if "distance" in columns:
        columns["distance"] = _from_zero(columns["time"], columns["distance"])
    elif "latlng" in columns:
        columns["distance"] = distances(columns["time"], positions)
    return columns


def _holes(points: Sequence[Point]) -> list[Stop]:
    """The pauses of a file that does not tell them."""
    return [
        (before.at, after.at)
        for before, after in pairwise(points)
        if after.at - before.at > (SEGMENT_PAUSE_S if after.begins else PAUSE_S)
    ]


def _moving(points: Sequence[Point], stops: Sequence[Stop]) -> list[bool]:
    """For each point whether the clock runs for most of the time until the next one."""
    moving, place = [], 0
    for before, after in pairwise(points):
        stood = 0.0
        while place < len(stops) and stops[place][0] < after.at:
            begin, end = stops[place]
            stood += max(min(end, after.at) - max(begin, before.at), 0.0)
            if end > after.at:
                break
            place += 1
        moving.append(stood <= (after.at - before.at) / 2)
    return [*moving, True]


def _position(point: Point) -> list[float] | None:
    latitude, longitude = within(point.latitude, limits.LATITUDE), within(point.longitude, limits.LONGITUDE)
    # Zero and zero is what a receiver says that knows nothing yet.
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None
    return [latitude, longitude]


def _from_zero(moments: Sequence[float], distance: Sequence[float | None]) -> list[float | None]:
    """The distance from the start of this recording, which never goes back.

    A counter that begins anew, as some do with each lap, goes on where it was; a step that is faster than anything
    counts for nothing.
    """
    made: list[float | None] = []
    total, before, since = 0.0, None, 0.0
    for moment, metres in zip(moments, distance, strict=True):
        if metres is None:
            made.append(None)
            continue
        step = 0.0 if before is None else metres - before
        if before is None or not -WAVERING_M <= step < 0:
            total += step if 0 <= step <= SPEED[1] * max(moment - since, 1.0) else 0.0
            before, since = metres, moment
        made.append(total)
    return made


def _standing(moments: Sequence[float], distance: Sequence[float | None] | None) -> list[bool]:
    """For each point whether, in the ten seconds around it, less way was covered than anybody makes who moves."""
    size = len(moments)
    if distance is None:
        return [False] * size
    still, low, high = [], 0, 0
    for place, moment in enumerate(moments):
        while moments[low] < moment - 5:
            low += 1
        while high + 1 < size and moments[high] < moment + 5:
            high += 1
        before, after = distance[low], distance[max(high, place)]
        passed = moments[max(high, place)] - moments[low]
        still.append(before is not None and after is not None and passed > 0 and (after - before) / passed < STANDING)
    return still
