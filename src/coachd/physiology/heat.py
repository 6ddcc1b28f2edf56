"""What warmth and moisture do to a running body: dew point, Hadley's index, and how much slower is normal.

Only the weather at the time and place counts: a watch on the wrist reads five to ten degrees too much.
"""

from __future__ import annotations

import math
from bisect import bisect_left

_SLOWER = ((100, 0.0), (110, 0.005), (120, 0.01), (130, 0.02), (140, 0.03), (150, 0.045), (160, 0.06), (170, 0.08),
           (180, 0.10))  # fmt: skip
"""Upper ends of Hadley's bands of the index -> the share by which continuous running is slower there."""


def dew_point(temperature_c: float, humidity: float) -> float:
    """The dew point in Celsius at a relative humidity in percent above 0 (Magnus formula)."""
    gamma = math.log(humidity / 100) + 17.625 * temperature_c / (243.04 + temperature_c)
    return 243.04 * gamma / (17.625 - gamma)


def heat_index(temperature_c: float, dew_point_c: float) -> float:
    """Air temperature plus dew point, both in Fahrenheit (Hadley 2013)."""
    return 1.8 * (temperature_c + dew_point_c) + 64


def slowdown(index: float) -> float | None:
    """The share by which continuous running is slower at this index (Hadley 2013, straight between his bands' ends).

    Halve it for short repeats. None above 180, where hard running is not advised.
    """
    place = bisect_left(_SLOWER, index, key=lambda row: row[0])
    if place == 0:
        return 0.0
    if place == len(_SLOWER):
        return None
    (low, less), (high, more) = _SLOWER[place - 1 : place + 1]
    return less + (more - less) * (index - low) / (high - low)
