"""What one performance says about another: race equivalents and critical speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EASY_EDGE = 0.823
"""Share of critical speed at the top of the easy zone (Muniz-Pumares 2025)."""

MARATHON_OPTIMISM = 1.08
"""A marathon predicted from shorter races is a range up to this factor: half of recreational runners are at least ten
minutes slower than Riegel says (Vickers & Vertosick 2016)."""

MOST_OFF = 0.015
LEAST_RESERVE_M, MOST_RESERVE_M = 50.0, 400.0


def riegel(time_s: float, distance_m: float, other_m: float) -> float:
    """The time over another distance by T2 = T1 (D2/D1)^1.06 (Riegel 1981), in seconds."""
    return float(time_s * (other_m / distance_m) ** 1.06)


@dataclass(frozen=True, slots=True)
class CriticalSpeed:
    """A line D = reserve + speed x t through best efforts: m/s, metres, and the farthest of them from it as a share."""

    speed: float
    reserve_m: float
    worst: float

    @property
    def believable(self) -> bool:
        """Whether these were real efforts: each within 1.5 % of the line, and a reserve of 50 to 400 m."""
        return self.worst <= MOST_OFF and LEAST_RESERVE_M <= self.reserve_m <= MOST_RESERVE_M


def critical_speed(best_s: Mapping[float, float]) -> CriticalSpeed | None:
    """Least squares through best efforts, metres -> seconds (Smyth & Muniz-Pumares 2020).

    None for fewer than three distances: a line always goes through two. Look at `believable` before use.
    """
    if len(best_s) < 3:
        return None
    mean_m, mean_s = sum(best_s) / len(best_s), sum(best_s.values()) / len(best_s)
    spread = sum((seconds - mean_s) ** 2 for seconds in best_s.values())
    if not spread:
        return None
    speed = sum((metres - mean_m) * (seconds - mean_s) for metres, seconds in best_s.items()) / spread
    reserve = mean_m - speed * mean_s
    worst = max(abs(reserve + speed * seconds - metres) / metres for metres, seconds in best_s.items())
    return CriticalSpeed(speed, reserve, worst)
