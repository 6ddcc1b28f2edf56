"""Made streams: what a watch records of a run whose truth is known."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

NOISE = 0.15
"""Standard deviation of the speed's noise in m/s; each second keeps 80 % of the error before it."""

MEMORY = 0.8


@dataclass(frozen=True)
class Part:
    """So many seconds at one speed (m/s on the way), grade (fraction), heart rate and cadence (steps a minute)."""

    seconds: int
    speed: float
    grade: float = 0.0
    hr: float = 140
    cadence: float = 168


def recorded(
    *parts: Part, seed: int | None = 0, lag: int = 3, start_m: float = 100.0, legs: int = 1
) -> dict[str, list]:
    """Streams of these parts, one after the other, by Strava's names, a sample a second.

    The watch smooths speed over `lag` seconds and errs by AR(1) noise; without a seed it knows all exactly.
    """
    chance = random.Random(seed)
    true = [part for part in parts for _ in range(part.seconds)]
    speeds = [part.speed for part in true]
    heights = accumulate((part.speed * part.grade for part in true), initial=start_m)
    if seed is not None:
        speeds = _as_seen(speeds, lag, chance)
    return {
        "time": list(range(len(true))),
        "distance": [round(metres, 1) for metres in list(accumulate(speeds, initial=0.0))[1:]],
        "velocity_smooth": [round(speed, 2) for speed in speeds],
        "altitude": [round(height, 1) for height in list(heights)[1:]],
        "heartrate": [round(part.hr + (chance.gauss(0, 1) if seed is not None else 0)) for part in true],
        "cadence": [
            round(part.cadence / 2 * legs + (chance.gauss(0, 0.5) if seed is not None else 0)) for part in true
        ],
        "moving": [part.speed > 0 for part in true],
    }


def _as_seen(speeds: list[float], lag: int, chance: random.Random) -> list[float]:
    error = 0.0
    seen = []
    for place, speed in enumerate(speeds):
        error = MEMORY * error + chance.gauss(0, NOISE * (1 - MEMORY**2) ** 0.5)
        window = speeds[max(place - lag + 1, 0) : place + 1]
        seen.append(max(sum(window) / len(window) + error, 0.0) if speed else 0.0)
    return seen
