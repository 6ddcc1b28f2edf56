"""What a slope costs, as a factor on the distance: one metre uphill is worth `factor` metres on the flat.

Grades are fractions: 0.05 climbs 5 m in 100 m.
"""

from __future__ import annotations

STEEPEST_MINETTI = 0.45
"""The steepest grade that was measured; beyond it the polynomial means nothing."""

STEEPEST_HR_FIT = 0.30
FLAT_COST = 3.6  # J/kg/m


def minetti(grade: float) -> float:
    """Energy cost of running in joules per kilogram and metre; grades beyond ±45 % count as ±45 %.

    Minetti et al. 2002, J Appl Physiol 93:1039.
    """
    i = min(max(grade, -STEEPEST_MINETTI), STEEPEST_MINETTI)
    return ((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + FLAT_COST


def minetti_factor(grade: float) -> float:
    """Flat metres of equal energy per metre on this grade (Minetti et al. 2002)."""
    return minetti(grade) / FLAT_COST


def hr_fit_factor(grade: float) -> float:
    """Flat metres of equal heart rate per metre on this grade; grades beyond ±30 % count as ±30 %.

    A quartic through the factors that Strava's grade-adjusted pace has had since 2017 (Robb 2017, measured by
    A. Schroeder with synthetic files); it is off by 0.032 at most.
    """
    g = 100 * min(max(grade, -STEEPEST_HR_FIT), STEEPEST_HR_FIT)
    return (((-4.32573e-7 * g - 2.65996e-6) * g + 0.00186646) * g + 0.0304481) * g + 1.0
