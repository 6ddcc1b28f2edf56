"""Points as they stand in a file -> the points of one recording, in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from coachd.formats.limits import EARLIEST, LONGEST_S

SET_BACK_S = 60.0
"""By so much points may be out of order and be sorted; a larger step back is a clock that was set."""

FAR_S = 3600.0


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


def in_order(points: Sequence[Point]) -> list[Point]:
    """The points by time, one for each instant; of a recording whose clock was set back, the longest stretch.

    Left out are points from before 2000, and one whose time lies far off between two that go together. Points written
    late are sorted in. A step back by more than a minute parts the recording; if what comes after it covers the same
    time, the clock was set back, and the parts cannot be put together: the longest stays.
    """
    timed = _without_strays([point for point in points if point.at >= EARLIEST])
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
    if len(kept) > 2 and abs(kept[1].at - kept[0].at) > LONGEST_S:
        del kept[0]
    if len(kept) > 2 and abs(kept[-1].at - kept[-2].at) > LONGEST_S:
        del kept[-1]
    return kept


def _joined(one: Point, other: Point) -> Point:
    lacking = {name: value for name, value in other._asdict().items() if getattr(one, name) is None}
    return one._replace(**lacking)
