"""What a session costs, and what many of them add up to.

A heart-rate record is a mapping from beats per minute to the seconds spent at them. Daily loads are one number for each
day in order, 0 on days without training.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

Sex = Literal["m", "f"]

FITNESS_DAYS, FATIGUE_DAYS = 42, 7
MONOTONY_CAP = 10.0

_BANISTER = {"m": ((0.64, 1.92),), "f": ((0.86, 1.67),), None: ((0.64, 1.92), (0.86, 1.67))}


def trimp(seconds_at: Mapping[float, float], *, hr_max: float, resting_hr: float, sex: Sex | None = None) -> float:
    """Banister's training impulse: minutes x reserve fraction x k e^(b fraction). Unknown sex: the mean of both."""
    weights = _BANISTER[sex]
    total = 0.0
    for rate, seconds in seconds_at.items():
        x = max(0.0, (rate - resting_hr) / (hr_max - resting_hr))
        total += seconds / 60 * x * sum(k * math.exp(b * x) for k, b in weights)
    return total / len(weights)


def edwards(seconds_at: Mapping[float, float], *, hr_max: float) -> float:
    """Edwards' zones: minutes times 1 to 5 for each tenth of the maximum from 50 % on; below that nothing."""
    return sum(
        seconds / 60 * max(0, min(5, int(rate / hr_max * 10 + 1e-9) - 4)) for rate, seconds in seconds_at.items()
    )


def hr_tss(
    seconds_at: Mapping[float, float], *, threshold_hr: float, hr_max: float, resting_hr: float, sex: Sex | None = None
) -> float:
    """Training impulse with one hour at threshold as 100."""
    hour = trimp({threshold_hr: 3600.0}, hr_max=hr_max, resting_hr=resting_hr, sex=sex)
    return 100 * trimp(seconds_at, hr_max=hr_max, resting_hr=resting_hr, sex=sex) / hour


def r_tss(seconds: float, speed: float, threshold_speed: float) -> float:
    """Running stress: hours x (graded speed / threshold speed)^2 x 100 (TrainingPeaks, without its smoothing)."""
    return 100 * seconds / 3600 * (speed / threshold_speed) ** 2


def session_rpe(exertion: float, seconds: float) -> float:
    """Perceived exertion of the session, 0 to 10, times minutes (Foster 2001)."""
    return exertion * seconds / 60


@dataclass(frozen=True, slots=True)
class Form:
    """Fitness (CTL), fatigue (ATL) and form (TSB) at the end of one day."""

    fitness: float
    fatigue: float
    form: float


def form(loads: Sequence[float], *, start: float = 0.0, exponential: bool = False) -> list[Form]:
    """Fitness, fatigue and form of each day; form is yesterday's fitness minus yesterday's fatigue.

    Averages move by 1/42 and 1/7 of the difference (TrainingPeaks); `exponential` takes 1 - e^(-1/42) and 1 - e^(-1/7)
    as some other tools do. Start with the mean load of the first 28 days, and believe nothing for 42.
    """
    slow, fast = (-math.expm1(-1 / days) if exponential else 1 / days for days in (FITNESS_DAYS, FATIGUE_DAYS))
    fitness = fatigue = start
    days = []
    for load in loads:
        balance = fitness - fatigue
        fitness += (load - fitness) * slow
        fatigue += (load - fatigue) * fast
        days.append(Form(fitness, fatigue, balance))
    return days


def acwr_coupled(loads: Sequence[float]) -> float | None:
    """Mean of the last 7 days over the mean of the last 28. None for fewer days or no load."""
    return _ratio(loads[-7:], loads[-28:]) if len(loads) >= 28 else None


def acwr_uncoupled(loads: Sequence[float]) -> float | None:
    """Mean of the last 7 days over the mean of the 21 before them. None for fewer days or no load."""
    return _ratio(loads[-7:], loads[-28:-7]) if len(loads) >= 28 else None


def acwr_ewma(loads: Sequence[float]) -> float | None:
    """The same with exponentially weighted means, lambda 2/(N+1), begun at the first load (Williams 2017)."""
    if len(loads) < 28:
        return None
    chronic = _ewma(loads, 28)
    return _ewma(loads, 7) / chronic if chronic else None


def monotony(week: Sequence[float]) -> float | None:
    """Mean over sample standard deviation of the daily loads of a week (Foster 1998), at most 10.

    None for a week without load.
    """
    if not any(week):
        return None
    spread = stdev(week)
    return min(MONOTONY_CAP, fmean(week) / spread) if spread else MONOTONY_CAP


def strain(week: Sequence[float]) -> float | None:
    """Sum of the week's loads times its monotony (Foster 1998). None for a week without load."""
    sameness = monotony(week)
    return None if sameness is None else sum(week) * sameness


def _ratio(recent: Sequence[float], usual: Sequence[float]) -> float | None:
    mean = fmean(usual)
    return fmean(recent) / mean if mean else None


def _ewma(loads: Sequence[float], days: int) -> float:
    weight = 2 / (days + 1)
    value = loads[0]
    for load in loads[1:]:
        value = weight * load + (1 - weight) * value
    return value
