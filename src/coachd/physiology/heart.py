"""Heart-rate anchors and zones, in beats per minute."""

from __future__ import annotations

TANAKA_SD = 10.0
"""A single runner's maximum lies about this far from what age predicts, either way."""

EASY_OF_THRESHOLD = 0.89
EASY_OF_RESERVE = 0.73
EASY_OF_MAX = 0.80
"""Where easy ends, as shares of three anchors (coaching convention, top of Friel's zone 2 and what agrees with it)."""

THRESHOLD_OF_10K = 0.98
THRESHOLD_OF_MAX = 0.90
HARD_OF_THRESHOLD, HARD_OF_MAX = 0.95, 0.88
"""From here on ten minutes make a session hard."""

_FRIEL_TOPS = (0.85, 0.89, 0.94, 0.99, 1.02, 1.06)


def tanaka(age: float) -> float:
    """The maximum that age predicts: 208 - 0.7 age (Tanaka 2001); with a standard deviation of about ten beats."""
    return 208 - 0.7 * age


def karvonen(fraction: float, *, hr_max: float, resting_hr: float) -> float:
    """The heart rate at a fraction of the reserve between rest and maximum (Karvonen 1957)."""
    return resting_hr + fraction * (hr_max - resting_hr)


def friel_tops(threshold_hr: float) -> tuple[float, ...]:
    """The tops of Friel's running zones 1, 2, 3, 4, 5a and 5b; above the last lies 5c."""
    return tuple(share * threshold_hr for share in _FRIEL_TOPS)


def threshold_of_10k(average_hr: float) -> float:
    """The threshold heart rate from the mean of a 10 km race of 40 to 60 minutes (coaching convention)."""
    return THRESHOLD_OF_10K * average_hr
