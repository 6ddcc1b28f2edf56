"""VDOT: a race as the oxygen uptake that would explain it, and the paces that follow (Daniels & Gilbert 1979).

VDOT is in ml/kg/min. Fractions of it name training speeds; those here reproduce the tables of Daniels' Running Formula,
third edition (2014), from a VDOT of 40 on within two seconds per kilometre.
"""

from __future__ import annotations

import math
from bisect import bisect_right

EASY_SLOW = 0.63
EASY_FAST = 0.731
TOO_FAST = 0.76
"""Above this an easy run is clearly none any more (coaching convention: a little above Daniels' fast end)."""
MARATHON = 0.80
THRESHOLD = 0.88
INTERVAL = 0.975

SHORTEST_S, LONGEST_S = 210.0, 4 * 3600.0
SHORTEST_M = 1500.0

_BREAKS = ((5, 1.0), (7, 0.994), (14, 0.973), (28, 0.931), (56, 0.847), (72, 0.800))
"""Days without running -> what is left of VDOT (Daniels' table of time off)."""


def oxygen_cost(speed: float) -> float:
    """The oxygen uptake in ml/kg/min of running at a speed in m/s on the flat."""
    v = speed * 60
    return -4.60 + 0.182258 * v + 0.000104 * v * v


def sustainable_fraction(minutes: float) -> float:
    """The share of the greatest oxygen uptake that can be held for so long."""
    return 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)


def vdot(distance_m: float, time_s: float) -> float:
    """The VDOT of a race. Says something for 1.5 km and more run in 3.5 minutes to 4 hours (`valid`)."""
    return oxygen_cost(distance_m / time_s) / sustainable_fraction(time_s / 60)


def valid(distance_m: float, time_s: float) -> bool:
    """Whether the formulas hold for such a race."""
    return distance_m >= SHORTEST_M and SHORTEST_S <= time_s <= LONGEST_S


def race_time(distance_m: float, vdot: float) -> float:
    """The seconds in which a runner of this VDOT races a distance, to a thousandth; by bisection."""
    fast, slow = 60.0, 86_400.0
    while slow - fast > 0.001:
        middle = (fast + slow) / 2
        if oxygen_cost(distance_m / middle) / sustainable_fraction(middle / 60) > vdot:
            fast = middle
        else:
            slow = middle
    return slow


def speed_at(vdot: float, fraction: float = 1.0) -> float:
    """The speed in m/s that takes a fraction of this VDOT."""
    return (-0.182258 + math.sqrt(0.182258**2 + 0.000416 * (4.60 + fraction * vdot))) / 0.000208 / 60


def marathon_speed(vdot: float) -> float:
    """The mean speed in m/s of the marathon that this VDOT predicts."""
    return 42_195.0 / race_time(42_195.0, vdot)


def break_factor(days: float, *, cross_trained: bool = False) -> float:
    """What is left of VDOT after so many days without running, 0.8 to 1: Daniels' table, straight between its rows.

    Aerobic training with the legs in the meantime halves the loss, as in the table's second column.
    """
    loss = 1 - _row(days)
    return 1 - (loss / 2 if cross_trained else loss)


def _row(days: float) -> float:
    index = bisect_right(_BREAKS, days, key=lambda row: row[0])
    if index in (0, len(_BREAKS)):
        return _BREAKS[0 if index == 0 else -1][1]
    (earlier, before), (later, after) = _BREAKS[index - 1 : index + 1]
    return before + (after - before) * (days - earlier) / (later - earlier)
