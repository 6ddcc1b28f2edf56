"""Stretches of a recording: runs of seconds in which something holds, as half-open pairs of positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

Stretch = tuple[int, int]


def stretches(holds: Sequence[bool]) -> list[Stretch]:
    """Every run of true values, in order."""
    found = []
    begin = None
    for place, true in enumerate(holds):
        if true:
            if begin is None:
                begin = place
        elif begin is not None:
            found.append((begin, place))
            begin = None
    if begin is not None:
        found.append((begin, len(holds)))
    return found


def joined(found: Iterable[Stretch], gap: int) -> list[Stretch]:
    """The stretches with those made one that lie at most `gap` seconds apart."""
    made: list[Stretch] = []
    for begin, end in found:
        if made and begin - made[-1][1] <= gap:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((begin, end))
    return made


def marked(found: Iterable[Stretch], size: int, *, around: int = 0) -> list[bool]:
    """True in each of the stretches and so many seconds on either side."""
    marks = [False] * size
    for begin, end in found:
        first, last = max(begin - around, 0), min(end + around, size)
        marks[first:last] = [True] * (last - first)
    return marks


def highest_mean(values: Sequence[float], width: int) -> float | None:
    """The highest mean of `width` values in a row; None of fewer."""
    sums = [0.0, *accumulate(values)]
    return max(((high - low) / width for low, high in zip(sums, sums[width:], strict=False)), default=None)


def rolling_mean(values: Sequence[float], width: int) -> list[float]:
    """The mean of the `width` values (an odd number) around each one, of fewer at the ends."""
    sums = [0.0, *accumulate(values)]
    size, half = len(values), width // 2
    if size <= width:
        return [
            (sums[min(i + half + 1, size)] - sums[max(i - half, 0)]) / (min(i + half + 1, size) - max(i - half, 0))
            for i in range(size)
        ]
    middle = [(high - low) / width for low, high in zip(sums, sums[width:], strict=False)]
    head = [sums[i + half + 1] / (i + half + 1) for i in range(half)]
    tail = [(sums[size] - sums[i - half]) / (size - i + half) for i in range(size - half, size)]
    return head + middle + tail


def rolling_median(values: Sequence[float]) -> list[float]:
    """The median of the five values around each one; the two at either end stay as they are."""
    if len(values) < 5:
        return list(values)
    windows = zip(values, values[1:], values[2:], values[3:], values[4:], strict=False)
    return [*values[:2], *(sorted(window)[2] for window in windows), *values[-2:]]
