"""Speed and way second by second, without jumps of the position and without the drive home."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from coachd.history.resample import BRIDGED_S, Column, Seconds
from coachd.history.stretches import Stretch, highest_mean, joined, marked, rolling_mean, stretches

HELD_S = 20
NO_FIX_S = 20
LOOK_AWAY_S = 10
"""After a jump or a dropout, nothing is looked for within so many seconds."""

SPIKE_SPEED = 10.0
SPIKE_S = 5
FASTEST = 60.0

CAR_SPEED = 7.0
CAR_S = 60
CAR_STOPS_S = 120
CAR_REST_S = 300
"""What is left of a recording behind a drive, if shorter than this, is the way from the car to the door."""


@dataclass(frozen=True, slots=True)
class Pace:
    """For each second the speed in m/s and the metres covered, both 0 where unknown and while `driven`.

    Where a value had to be mended nearby it is `doubtful`. The 10-s maximum is of all, driven or not.
    """

    speed: list[float]
    steps: list[float]
    doubtful: list[bool]
    driven: list[bool]
    car_m: float
    max_speed_10s: float | None


def pace(seconds: Seconds, distance: Any, velocity: Any) -> Pace | None:
    """Speed and way from columns of the distance in m and of the smoothed speed in m/s; None where neither is known.

    The source's own smoothed speed goes before differences of the distance, which jump where a device notes it every
    few seconds. A speed above 10 m/s for five seconds at most is a jump of the position, more than 7 m/s for more than
    a minute is a car (coaching convention).
    """
    covered = _steps(seconds, distance)
    smoothed = seconds.values(velocity, 0.0, 1e4, HELD_S)
    if not any(step is not None for step in covered) and not any(speed is not None for speed in smoothed):
        return None
    steps = [
        min((other or 0.0) if step is None else step, FASTEST) for step, other in zip(covered, smoothed, strict=True)
    ]
    means = rolling_mean(steps, 5)
    speed = [mean if value is None else min(value, FASTEST) for value, mean in zip(smoothed, means, strict=True)]
    spikes = _spikes(steps, speed)
    for begin, end in spikes:
        _straighten(steps, begin, end)
        _straighten(speed, begin, end)
    drives = _drives(speed)
    driven = marked(drives, len(speed))
    return Pace(
        speed=[0.0 if away else value for value, away in zip(speed, driven, strict=True)],
        steps=[0.0 if away else value for value, away in zip(steps, driven, strict=True)],
        doubtful=marked([*spikes, *_without_fix(seconds)], len(speed), around=LOOK_AWAY_S),
        driven=driven,
        car_m=sum((sum(steps[begin:end]) for begin, end in drives), 0.0),
        max_speed_10s=highest_mean(speed, 10),
    )


def _steps(seconds: Seconds, column: Any) -> Column:
    """The metres of each second; None where the distance before or after it is unknown."""
    distance = seconds.values(column, 0.0, 1e7, BRIDGED_S)
    steps: Column = [None]
    for (before, now), (metres, more) in zip(pairwise(seconds.at), pairwise(distance), strict=True):
        known = metres is not None and more is not None and now - before == 1
        steps.append(max((more or 0.0) - (metres or 0.0), 0.0) if known else None)
    return steps


def _spikes(steps: Sequence[float], speed: Sequence[float]) -> list[Stretch]:
    fast = stretches([max(pair) > SPIKE_SPEED for pair in zip(steps, speed, strict=True)])
    return [(begin, end) for begin, end in fast if end - begin <= SPIKE_S]


def _straighten(values: list[float], begin: int, end: int) -> None:
    """Replace the values of a stretch by the mean of those around it."""
    around = values[max(begin - 2, 0) : begin] + values[end : end + 2]
    values[begin:end] = [sum(around) / len(around) if around else 0.0] * (end - begin)


def _without_fix(seconds: Seconds) -> list[Stretch]:
    return [
        (bisect_left(seconds.at, before), bisect_left(seconds.at, after))
        for (_, before), (_, after) in pairwise(seconds.times)
        if after - before >= NO_FIX_S
    ]


def _drives(speed: list[float]) -> list[Stretch]:
    """The drives, with their stops at traffic lights, and with the short rest behind the last one."""
    rolling = joined(stretches([value > CAR_SPEED for value in rolling_mean(speed, 11)]), 5)
    drives = joined([(begin, end) for begin, end in rolling if end - begin > CAR_S], CAR_STOPS_S)
    if drives and len(speed) - drives[-1][1] < CAR_REST_S:
        drives[-1] = (drives[-1][0], len(speed))
    return drives
