"""Points as they stand in a file -> one recording in order, as columns, with what can be told from them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from coachd.errors import BrokenFile
from coachd.formats import limits
from coachd.formats.limits import STANDING, within
from coachd.formats.way import distances

PAUSE_S = 60.0
"""A longer hole is a pause, as in `history.resample`; one behind the end of a segment is from ten seconds on."""

SEGMENT_PAUSE_S = 10.0
SET_BACK_S = 60.0
"""By so much points may be out of order and be sorted; a larger step back is a clock that was set."""

FAR_S = 3600.0

HELD_S = 20.0
"""A value counts until the next one, but no longer than this."""


class Point(NamedTuple):
    """One row: `at` in seconds since 1970 (UTC), degrees, metres, m/s, beats and revolutions a minute. `begins`: the
    file has a break before it."""

    at: float
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    distance: float | None = None
    speed: float | None = None
    heart_rate: float | None = None
    cadence: float | None = None
    begins: bool = False


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
        columns["distance"] = _from_zero(columns["distance"])
    elif "latlng" in columns:
        columns["distance"] = distances(columns["time"], positions)
    return columns


def in_order(points: Sequence[Point]) -> list[Point]:
    """The points by time, one for each instant; of a recording whose clock was set back, the longest stretch.

    Left out are points from before 2000, and one whose time lies far off between two that go together. Points written
    late are sorted in. A step back by more than a minute parts the recording; if what comes after it covers the same
    time, the clock was set back, and the parts cannot be put together: the longest stays.
    """
    timed = _without_strays([point for point in points if point.at >= limits.EARLIEST])
    parts: list[list[Point]] = []
    latest = float("inf")
    for point in timed:
        if point.at < latest - SET_BACK_S:
            parts.append([])
            latest = point.at
        parts[-1].append(point)
        latest = max(latest, point.at)
    for part in parts:
        part.sort(key=lambda point: point.at)
    parts.sort(key=lambda part: part[0].at)
    if any(before[-1].at >= after[0].at for before, after in pairwise(parts)):
        parts = [max(parts, key=len)]
    ordered: list[Point] = []
    for part in parts:
        for point in part:
            if not ordered or point.at > ordered[-1].at:
                ordered.append(point)
            else:  # two of one instant: what the one lacks, the other may have
                ordered[-1] = _joined(ordered[-1], point)
    return ordered


def _without_strays(points: list[Point]) -> list[Point]:
    """Without the points that lie more than an hour off both their neighbours, which go together; nor a first or last
    one that lies more than a week off."""
    kept = [*points[:1]]
    for point, after in pairwise(points[1:]):
        before = kept[-1].at
        off = min(abs(point.at - before), abs(point.at - after.at)) > FAR_S
        if not (off and abs(after.at - before) <= FAR_S):
            kept.append(point)
    kept += points[1:][-1:]
    if len(kept) > 2 and abs(kept[1].at - kept[0].at) > limits.LONGEST_S:
        del kept[0]
    if len(kept) > 2 and abs(kept[-1].at - kept[-2].at) > limits.LONGEST_S:
        del kept[-1]
    return kept


def _joined(one: Point, other: Point) -> Point:
    lacking = {name: value for name, value in other._asdict().items() if getattr(one, name) is None}
    return one._replace(**lacking)


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


def _from_zero(distance: list[float | None]) -> list[float | None]:
    """The distance from the start of this recording, which never goes back."""
    begin = next(metres for metres in distance if metres is not None)
    furthest = 0.0
    made: list[float | None] = []
    for metres in distance:
        if metres is not None:
            furthest = max(furthest, metres - begin)
        made.append(None if metres is None else furthest)
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
