"""Columns as a device recorded them -> values at whole seconds; what is missing or impossible is no value.

Devices record every second, ten times a second, or when something changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_S = 3 * 86_400
"""What comes after three days is left out: no run takes so long, but a wrong clock does."""

BRIDGED_S = 60
"""A longer hole is a pause: nothing is known of it. Shorter ones are bridged in a straight line."""

PAUSE_KEPT_S = 30
"""Of a pause so much stays, standing still, that work before it and work after it are two bouts."""

Column = list[float | None]


@dataclass(frozen=True, slots=True)
class Seconds:
    """The whole seconds of a recording. `at` counts from its start and skips most of a pause, `paused` marks the rest.

    `times` are (position in the columns, seconds) of the samples that can be used.
    """

    times: list[tuple[int, float]]
    at: list[int]
    paused: list[bool]

    def values(self, column: Any, low: float, high: float, bridged: int) -> Column:
        """The column's values from `low` to `high` at each second, in a straight line over holes of at most `bridged`
        seconds; None elsewhere."""
        return _interpolated(_known(self.times, column, low, high), self.at, bridged)

    def flags(self, column: Any) -> list[bool]:
        """For each second, whether the last sample until then said that it is one of moving; yes where none did."""
        if not isinstance(column, Sequence):
            return [True] * len(self.at)
        said = [(moment, bool(column[place])) for place, moment in self.times if place < len(column)]
        flags, place, flag = [], 0, True
        for second in self.at:
            while place < len(said) and said[place][0] <= second:
                flag = said[place][1]
                place += 1
            flags.append(flag)
        return flags


def seconds(column: Any) -> Seconds | None:
    """The seconds of a recording with this column of times; None where none of them can be used."""
    times = _times(column)
    return Seconds(times, *_grid([moment for _, moment in times])) if times else None


def is_number(value: Any) -> bool:
    """Whether JSON gave a number: True is none, and text is none."""
    return type(value) in (int, float)


def _times(column: Any) -> list[tuple[int, float]]:
    """(position, seconds) of every sample whose time is a number greater than the one before."""
    if not isinstance(column, Sequence):
        return []
    found: list[tuple[int, float]] = []
    first = last = -1.0
    for place, moment in enumerate(column):
        if is_number(moment) and last < moment < 1e9:
            if not found:
                first = moment
            elif moment - first > LONGEST_S:
                break
            last = float(moment)
            found.append((place, last))
    return found


def _grid(moments: list[float]) -> tuple[list[int], list[bool]]:
    """The whole seconds to give samples for, and which of them lie in a pause, of which only the beginning is in."""
    grid = [math.ceil(moments[0])]
    paused = [False]
    before = moments[0]
    for moment in moments:
        first, last = grid[-1] + 1, math.floor(moment)
        if moment - before > BRIDGED_S:
            grid.extend(range(first, first + PAUSE_KEPT_S))
            paused.extend([True] * PAUSE_KEPT_S)
            first = math.ceil(moment)
            last = max(last, first)
        if last >= first:
            grid.extend(range(first, last + 1))
            paused.extend([False] * (last - first + 1))
        before = moment
    return grid, paused


def _known(times: list[tuple[int, float]], column: Any, low: float, high: float) -> list[tuple[float, float]]:
    if not isinstance(column, Sequence):
        return []
    size = len(column)
    # Asked for by type, not by isinstance: True is no number, and this is the innermost loop.
    return [
        (moment, float(value))
        for place, moment in times
        if place < size and type(value := column[place]) in (int, float) and low <= value <= high
    ]


def _interpolated(known: list[tuple[float, float]], grid: list[int], bridged: int) -> Column:
    """The values at each second of the grid, in a straight line over holes of at most `bridged` seconds."""
    if not known:
        return [None] * len(grid)
    values: Column = []
    place, last = 0, len(known) - 1
    moment, value = known[0]
    for second in grid:
        while place < last and known[place + 1][0] <= second:
            place += 1
            moment, value = known[place]
        if moment == second:
            values.append(value)
        elif moment > second or place == last:
            values.append(value if abs(moment - second) < 1 else None)
        else:
            then, other = known[place + 1]
            hole = then - moment
            values.append(value + (other - value) * (second - moment) / hole if hole <= bridged else None)
    return values
