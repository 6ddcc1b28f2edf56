"""The fastest parts of a run: over distances, and over twenty minutes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from coachd.history.samples import Samples

DISTANCES = (1000, 1609, 5000, 10_000, 21_097)
TOO_FAST = 7.5
"""In m/s: what holds a faster moment was measured wrongly, or not run."""

TWENTY_MINUTES = 1200


def best_times(samples: Samples) -> dict[int, float]:
    """Distance in metres -> seconds of the fastest part of that length, stops and pauses included."""
    way = [0.0, *accumulate(samples.steps)]
    ends = [samples.at[0] - 1, *samples.at]
    wrong = [0, *accumulate(speed > TOO_FAST for speed in samples.speed)]
    found = {distance: _fastest(way, ends, wrong, distance) for distance in DISTANCES if distance <= way[-1]}
    return {distance: seconds for distance, seconds in found.items() if seconds is not None}


def _fastest(way: Sequence[float], ends: Sequence[int], wrong: Sequence[int], distance: int) -> float | None:
    """The least time over `distance`, from whole second to the moment in between at which it is covered."""
    best = None
    start = 0
    size = len(way)
    for end in range(1, size):
        # The latest start from which this second still completes the distance.
        while start + 1 < size and way[end] - way[start + 1] >= distance:
            start += 1
        over = way[end] - way[start] - distance
        if over >= 0 and wrong[end] == wrong[start]:
            step = way[end] - way[end - 1]
            seconds = ends[end] - ends[start] - (min(over / step, 1.0) if step else 0.0)
            best = seconds if best is None else min(best, seconds)
    return best


def best_20min_speed(samples: Samples, graded: Sequence[float]) -> float | None:
    """The highest mean of the graded speed over twenty minutes in m/s, stops included; None in shorter recordings."""
    way = [0.0, *accumulate(graded)]
    at = samples.at
    means = (
        (way[end] - way[end - TWENTY_MINUTES]) / (at[end - 1] - at[end - TWENTY_MINUTES] + 1)
        for end in range(TWENTY_MINUTES, len(way))
    )
    return max(means, default=None)
