"""Ups and downs along a run: altitude smoothed over the way, grades, climb and descent, and what the slopes cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import pstdev

from coachd.history.samples import Samples
from coachd.history.stretches import rolling_mean, rolling_median
from coachd.physiology.grade import hr_fit_factor, minetti_factor

POINT_M = 10
"""Altitude is looked at every ten metres of way, smoothed over fifty, and graded over forty."""

SMOOTHED_POINTS = 5
GRADED_POINTS = 2
LEAST_M = 100
LEAST_KNOWN = 0.8

BAROMETER_M = 3.0
SATELLITES_M = 10.0
"""Smaller ups and downs are noise: of a barometer, or of altitudes from satellites and coarse maps."""

ROUGH_M = 1.0
"""Altitudes that lie further from their own mean over fifty metres (standard deviation) are no barometer's."""

DRIFT_M = 30.0
STEEPEST = 0.45


@dataclass(frozen=True, slots=True)
class Terrain:
    """For each second the grade as a fraction, and way and speed as on the flat at equal heart rate (m, m/s).

    Of the whole run: gain and loss in metres, how far a barometer drifted up that is no longer in them, and the flat
    metres of equal energy.
    """

    grade: list[float]
    metres: list[float]
    speed: list[float]
    minetti_m: float
    gain_m: float
    loss_m: float
    drift_m: float


def terrain(samples: Samples) -> Terrain | None:
    """The ups and downs of a run; None where its altitude or its way is not known well enough."""
    known = sum(value is not None for value in samples.altitude)
    if not samples.paced or known < LEAST_KNOWN * len(samples.at):
        return None
    way = _way(samples.steps)
    if way[-1] < LEAST_M:
        return None
    heights = rolling_median(_filled(samples.altitude))
    drift = heights[-1] - heights[0] if samples.loop else 0.0
    if abs(drift) > DRIFT_M:
        heights = _without_drift(heights)
    points = _every_ten_metres(way, heights)
    smooth = rolling_mean(points, SMOOTHED_POINTS)
    roughness = pstdev(point - mean for point, mean in zip(points, smooth, strict=True))
    gain, loss = gain_and_loss(smooth, BAROMETER_M if roughness < ROUGH_M else SATELLITES_M)
    grades = _grades(smooth)
    place = [min(int(metres / POINT_M + 0.5), len(grades) - 1) for metres in way]
    hr_fit, minetti = [hr_fit_factor(grade) for grade in grades], [minetti_factor(grade) for grade in grades]
    return Terrain(
        grade=[grades[i] for i in place],
        metres=[step * hr_fit[i] for step, i in zip(samples.steps, place, strict=True)],
        speed=[value * hr_fit[i] for value, i in zip(samples.speed, place, strict=True)],
        minetti_m=sum(step * minetti[i] for step, i in zip(samples.steps, place, strict=True)),
        gain_m=gain,
        loss_m=loss,
        drift_m=drift if abs(drift) > DRIFT_M else 0.0,
    )


def gain_and_loss(heights: Sequence[float], noise: float) -> tuple[float, float]:
    """(climbed, descended) between turning points, where only a turn of at least `noise` metres is one."""
    gain = loss = 0.0
    low = high = turn = heights[0]
    rising: bool | None = None
    for height in heights:
        low, high = min(low, height), max(high, height)
        if rising is not False and high - height >= noise:
            gain += high - turn
            turn, low, rising = high, height, False
        elif rising is not True and height - low >= noise:
            loss += turn - low
            turn, high, rising = low, height, True
    if rising is True:
        gain += high - turn
    elif rising is False:
        loss += turn - low
    return gain, loss


def _way(steps: Sequence[float]) -> list[float]:
    way, metres = [], 0.0
    for step in steps:
        metres += step
        way.append(metres)
    return way


def _filled(altitude: Sequence[float | None]) -> list[float]:
    """The altitudes with every hole at the height before it (the first ones at the height after)."""
    height = next(value for value in altitude if value is not None)
    filled = []
    for value in altitude:
        height = height if value is None else value
        filled.append(height)
    return filled


def _without_drift(heights: list[float]) -> list[float]:
    slope = (heights[-1] - heights[0]) / (len(heights) - 1)
    return [height - slope * place for place, height in enumerate(heights)]


def _every_ten_metres(way: Sequence[float], heights: Sequence[float]) -> list[float]:
    points: list[float] = []
    goal = 0.0
    before, height_before = 0.0, heights[0]
    for metres, height in zip(way, heights, strict=True):
        while metres >= goal:
            share = (goal - before) / (metres - before) if metres > before else 1.0
            points.append(height_before + (height - height_before) * share)
            goal += POINT_M
        before, height_before = metres, height
    return points


def _grades(smooth: Sequence[float]) -> list[float]:
    """The slope over forty metres around each point, over fewer at the ends."""
    last = len(smooth) - 1
    grades = []
    for place in range(len(smooth)):
        begin, end = max(place - GRADED_POINTS, 0), min(place + GRADED_POINTS, last)
        grade = (smooth[end] - smooth[begin]) / (POINT_M * (end - begin))
        grades.append(min(max(grade, -STEEPEST), STEEPEST))
    return grades
