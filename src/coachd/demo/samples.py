"""An invented workout second by second, made to agree with its summary: what a watch would have written down."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import accumulate
from statistics import fmean
from typing import Any

REPEATS, FAST_S, SLOW_S = 6, 180, 120
"""Intervals: so many times this long fast, and this long slow behind each."""
TEMPO_SHARE = 0.4
STRIDES, STRIDE_S, STRIDE_EVERY_S = 4, 20, 90
LAG_S = 35.0
"""The heart follows the legs: the time constant of its answer."""
BPM_PER_SHARE = 55.0
"""Beats a minute for a pace that is higher by 100 %."""
LAP_M = 1_600.0
HILL_M = 25.0
START = (52.5145, 13.3501)
METRES_PER_DEGREE = 111_320.0


def samples(activity: Mapping[str, Any], standing: int = 0) -> dict[str, list[Any]]:
    """The streams of a Strava summary activity, by Strava's names, a row a second while the watch ran.

    Distance, moving time, climb, average heart rate and cadence come out as the summary says. At half way there are
    `standing` seconds without moving; the rest of the time that is not moving is a hole, as when the watch is stopped.
    Without distance (strength) there are only time and heart rate.
    """
    seconds = max(2, round(activity["moving_time"]))
    stopped = max(0, round(activity["elapsed_time"]) - seconds - standing)
    noise = random.Random(activity["id"])  # noqa: S311 - must be repeatable, protects nothing
    effort = _efforts(activity, seconds)
    streams: dict[str, list[Any]] = {"moving": [True] * len(effort)}
    if activity["distance"]:
        streams |= _moved(activity, effort)
    if activity.get("average_heartrate"):
        streams["heartrate"] = _heart(effort, activity["average_heartrate"], activity["max_heartrate"], noise)
    if activity.get("average_cadence"):
        mean = fmean(effort)
        streams["cadence"] = [round(activity["average_cadence"] + 8 * (share - mean)) for share in effort]
    half = seconds // 2
    for name, column in streams.items():
        still = {"moving": False, "velocity_smooth": 0.0, "cadence": 0}.get(name, column[half])
        column[half + 1 : half + 1] = [still] * standing
    rows = range(seconds + 1 + standing)
    return {"time": [row + (stopped if row > half + standing else 0) for row in rows], **streams}


def _efforts(activity: Mapping[str, Any], seconds: int) -> list[float]:
    """The pace of each row as a share of the usual: 1.0 but for work, strides and a little waviness."""
    shares = [1.0 + 0.02 * math.sin(row / 47) + 0.01 * math.sin(row / 11) for row in range(seconds + 1)]
    name = activity["name"]
    if name.startswith("Intervals"):
        first = max(0, (seconds - REPEATS * (FAST_S + SLOW_S)) // 2)
        for number in range(REPEATS):
            begin = first + number * (FAST_S + SLOW_S)
            _set(shares, begin, begin + FAST_S, 1.28)
            _set(shares, begin + FAST_S, begin + FAST_S + SLOW_S, 0.85)
    elif name.startswith("Tempo"):
        length = round(seconds * TEMPO_SHARE)
        _set(shares, (seconds - length) // 2, (seconds + length) // 2, 1.18)
    if name.endswith("with strides"):
        for number in range(STRIDES):
            begin = seconds - 60 - (number + 1) * STRIDE_EVERY_S
            _set(shares, begin, begin + STRIDE_S, 1.7)
    return shares


def _set(shares: list[float], begin: int, end: int, share: float) -> None:
    for row in range(max(begin, 0), min(end, len(shares))):
        shares[row] = share


def _moved(activity: Mapping[str, Any], effort: Sequence[float]) -> dict[str, list[Any]]:
    usual = activity["distance"] / sum(effort[1:])
    speeds = [share * usual for share in effort]
    metres = [0.0, *accumulate(speeds[1:])]
    climb, low = activity.get("total_elevation_gain") or 0.0, activity.get("elev_low") or 35.0
    hills = max(1, round(climb / HILL_M))
    wave = math.tau * hills / activity["distance"]
    heights = [round(low + climb / hills * (1 - math.cos(wave * at)) / 2, 1) for at in metres]
    moved = {"distance": [round(at, 1) for at in metres], "velocity_smooth": [round(speed, 3) for speed in speeds]}
    return {**moved, "altitude": heights, "latlng": [_place(at) for at in metres]}


def _place(metres: float) -> tuple[float, float]:
    """Round and round a park."""
    angle, radius = math.tau * metres / LAP_M, LAP_M / math.tau
    north, east = radius * math.sin(angle), radius * (1 - math.cos(angle))
    return (
        round(START[0] + north / METRES_PER_DEGREE, 6),
        round(START[1] + east / (METRES_PER_DEGREE * math.cos(math.radians(START[0]))), 6),
    )


def _heart(effort: Sequence[float], average: float, peak: float, noise: random.Random) -> list[int]:
    """Heart rates around the average: they lag behind the effort, drift up by two per cent and never quite rest."""
    level, wander, followed = effort[0] - 0.15, 0.0, []
    for row, share in enumerate(effort):
        level += (share - level) / LAG_S
        wander += noise.uniform(-0.5, 0.5) - wander / 20
        followed.append(BPM_PER_SHARE * level + 0.02 * average * row / len(effort) + wander)
    offset = average - fmean(followed)
    return [min(round(peak), round(value + offset)) for value in followed]
