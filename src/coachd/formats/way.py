"""Positions -> the distance covered."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt

from coachd.formats.limits import SPEED, STANDING

EARTH_M = 6_371_008.8
"""Mean radius (IUGG)."""

AROUND_S = 5.0
Position = Sequence[float] | None


def metres(one: Sequence[float], other: Sequence[float]) -> float:
    """The way in metres between two (latitude, longitude) along a great circle (haversine)."""
    south, north = radians(one[0]), radians(other[0])
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def distances(moments: Sequence[float], positions: Sequence[Position]) -> list[float | None]:
    """The metres covered until each point; None where its position is unknown.

    Steps from point to point are summed as they are: watches smooth their positions themselves, and on recordings of
    runs this comes within 0.5 % of what the watch counted, where any smoothing loses 1 to 5 % in bends. Left out is
    what a receiver wanders while its bearer stands (less than 3 m in the ten seconds around), and jumps faster than
    60 m/s.
    """
    known = [place for place, position in enumerate(positions) if position is not None]
    still = _standing(moments, positions, known)
    covered: list[float | None] = [None] * len(positions)
    total = 0.0
    if known:
        covered[known[0]] = total
    for (before, after), stands in zip(pairwise(known), still, strict=False):
        step = metres(positions[before] or (), positions[after] or ())
        if not stands and step <= SPEED[1] * (moments[after] - moments[before]):
            total += step
        covered[after] = total
    return covered


def _standing(moments: Sequence[float], positions: Sequence[Position], known: Sequence[int]) -> list[bool]:
    """For each known point but the last whether, around the step behind it, the position stays where it is."""
    still, low, high = [], 0, 0
    last = len(known) - 1
    for place in range(last):
        begin, end = moments[known[place]], moments[known[place + 1]]
        while moments[known[low]] < begin - AROUND_S:
            low += 1
        high = max(high, place + 1)
        while high < last and moments[known[high]] < end + AROUND_S:
            high += 1
        passed = moments[known[high]] - moments[known[low]]
        moved = _flat(positions[known[low]] or (), positions[known[high]] or ())
        still.append(moved < STANDING * passed)
    return still


def _flat(one: Sequence[float], other: Sequence[float]) -> float:
    """The metres between two positions near each other, on a sphere small enough to be taken for flat."""
    across = (other[1] - one[1]) * cos(radians(one[0]))
    return radians(hypot(other[0] - one[0], across)) * EARTH_M
