"""Streams as a device recorded them -> one clean sample for each second."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median
from typing import Any

from coachd.history.pace import pace
from coachd.history.resample import BRIDGED_S, Column, is_number, seconds
from coachd.history.stretches import stretches

HELD_S = 20
"""Heart rate and cadence are bridged over so many seconds: devices that record changes only leave such holes."""

STANDING = 0.3
"""Slower than this nobody moves: a steep hike still makes 0.5 m/s."""

PER_LEG_BELOW = 120.0
WALKING_CADENCE = 140.0
HIGHEST_CADENCE = 230.0
LOOP_M = 200.0


@dataclass(frozen=True, slots=True)
class Samples:
    """One sample a second: lists of one length. Unknown heart rates, cadences and altitudes are None.

    `at` are seconds after the start; they skip most of a pause. `speed` is in m/s and `steps` the metres covered in
    the second, both 0 where unknown; without any of them the recording is not `paced`. `cadence` is in steps a
    minute, of running only. Where speed had to be mended nearby it is `doubtful`. `clock` counts the moving seconds
    before each sample.
    """

    at: list[int]
    paced: bool
    speed: list[float]
    steps: list[float]
    moving: list[bool]
    doubtful: list[bool]
    clock: list[int]
    heart_rate: Column
    cadence: Column
    altitude: Column
    loop: bool = False
    moving_s: int = 0
    elapsed_s: int = 0
    longest_stop_s: int = 0
    max_speed_10s: float | None = None
    car_m: float = 0.0


def samples(streams: Mapping[str, Sequence[Any]]) -> Samples | None:
    """The recording second by second; None without a usable `time`.

    `streams` are columns by Strava's names: time (s), distance (m), velocity_smooth (m/s), moving, heartrate, cadence
    (of one leg or both), altitude (m), latlng. Columns may be short, hold None or be missing.
    """
    found = seconds(streams.get("time"))
    if found is None:
        return None
    size = len(found.at)
    way = pace(found, streams.get("distance"), streams.get("velocity_smooth"))
    driven = way.driven if way else [False] * size
    still = [speed < STANDING for speed in way.speed] if way else [False] * size
    # What the source counts as moving may still be standing; what it paused is no stop.
    counted = [
        flag and not paused and not away
        for flag, paused, away in zip(found.flags(streams.get("moving")), found.paused, driven, strict=True)
    ]
    moving = [going and not standing for going, standing in zip(counted, still, strict=True)]
    clock = list(accumulate(moving, initial=0))
    height = found.values(streams.get("altitude"), -500.0, 9000.0, BRIDGED_S)
    return Samples(
        at=found.at,
        paced=way is not None,
        speed=way.speed if way else [0.0] * size,
        steps=way.steps if way else [0.0] * size,
        moving=moving,
        doubtful=way.doubtful if way else [False] * size,
        clock=clock[:-1],
        heart_rate=found.values(streams.get("heartrate"), 30.0, 230.0, HELD_S),
        cadence=_both_legs(found.values(streams.get("cadence"), 1.0, HIGHEST_CADENCE, HELD_S), moving),
        altitude=[None if away else metres for metres, away in zip(height, driven, strict=True)],
        loop=_is_loop(streams.get("latlng")),
        moving_s=clock[-1],
        elapsed_s=found.at[-1] - found.at[0] + 1 - sum(driven),
        longest_stop_s=_longest([going and standing for going, standing in zip(counted, still, strict=True)], found.at),
        max_speed_10s=way.max_speed_10s if way else None,
        car_m=way.car_m if way else 0.0,
    )


def _longest(holds: list[bool], grid: list[int]) -> int:
    return max((grid[end - 1] - grid[begin] + 1 for begin, end in stretches(holds)), default=0)


def _both_legs(cadence: Column, moving: list[bool]) -> Column:
    """Steps a minute while running. Strava and FIT files count one leg, others both: the median tells."""
    turning = [value for value, going in zip(cadence, moving, strict=True) if going and value is not None]
    if not turning:
        return [None] * len(cadence)
    legs = 2.0 if median(turning) < PER_LEG_BELOW else 1.0
    return [
        value * legs if value is not None and WALKING_CADENCE <= value * legs <= HIGHEST_CADENCE else None
        for value in cadence
    ]


def _is_loop(positions: Any) -> bool:
    """Whether it ends near where it began, on a sphere small enough to be taken for flat; False where unknown."""
    fixes = [fix for fix in positions or () if _is_position(fix)] if isinstance(positions, Sequence) else []
    if len(fixes) < 2:
        return False
    (south, west), (north, east) = fixes[0], fixes[-1]
    metres = 111_195.0
    across = (east - west) * math.cos(math.radians(south)) * metres
    return math.hypot((north - south) * metres, across) < LOOP_M


def _is_position(fix: Any) -> bool:
    return isinstance(fix, Sequence) and len(fix) == 2 and all(is_number(part) and abs(part) <= 360 for part in fix)
