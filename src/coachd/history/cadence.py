"""Steps a minute through a run: the mean, early against late, on the flat and downhill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean, median

from coachd.history.elevation import Terrain
from coachd.history.samples import Samples
from coachd.history.stretches import rolling_mean

LEAST_COVERAGE = 0.6
FLAT_GRADE = 0.03
DOWN_GRADE = -0.06
LIKE_SPEED = 0.025
"""Half of the 5 % by which the speeds of samples that are compared may differ."""

LEAST_COMPARED = 60
SMOOTHED_S = 15
EARLY, LATE = (0.2, 0.4), (0.8, 1.0)


def coverage(samples: Samples) -> float:
    """The share of moving time with a cadence of running (140 to 230)."""
    known = sum(going and value is not None for going, value in zip(samples.moving, samples.cadence, strict=True))
    return known / samples.moving_s if samples.moving_s else 0.0


def mean(samples: Samples, wanted: Iterable[bool] | None = None) -> float | None:
    """The mean of the moving samples, of all or of the `wanted` ones; None of fewer than a minute of them."""
    chosen = samples.moving if wanted is None else [a and b for a, b in zip(samples.moving, wanted, strict=True)]
    known = [value for value, going in zip(samples.cadence, chosen, strict=True) if going and value is not None]
    return fmean(known) if len(known) >= LEAST_COMPARED else None


def early_and_late(samples: Samples, hills: Terrain) -> tuple[float | None, float | None]:
    """Means of the second fifth and of the last fifth of the moving time, on the flat and at like speed.

    Like speed: within 2.5 % of the middle between both parts' medians, so that no two samples differ by more than 5 %.
    (None, None) where a part has less than a minute of such running.
    """
    speed = rolling_mean(samples.speed, SMOOTHED_S)
    parts = [_part(samples, hills, *bounds) for bounds in (EARLY, LATE)]
    if any(len(part) < LEAST_COMPARED for part in parts):
        return None, None
    middle = fmean(median(speed[place] for place in part) for part in parts)
    early, late = ([place for place in part if abs(speed[place] - middle) <= LIKE_SPEED * middle] for part in parts)
    if min(len(early), len(late)) < LEAST_COMPARED:
        return None, None
    return _mean_at(samples, early), _mean_at(samples, late)


def flat_and_down(samples: Samples, hills: Terrain) -> tuple[float | None, float | None, int]:
    """(mean on grades within 3 %, mean on grades of -6 % and steeper, moving seconds on those)."""
    down = [grade <= DOWN_GRADE for grade in hills.grade]
    seconds = sum(going and steep for going, steep in zip(samples.moving, down, strict=True))
    return mean(samples, [abs(grade) < FLAT_GRADE for grade in hills.grade]), mean(samples, down), seconds


def _part(samples: Samples, hills: Terrain, begin: float, end: float) -> list[int]:
    first, last = begin * samples.moving_s, end * samples.moving_s
    return [
        place
        for place, clock in enumerate(samples.clock)
        if first <= clock < last
        and samples.moving[place]
        and samples.cadence[place] is not None
        and abs(hills.grade[place]) < FLAT_GRADE
    ]


def _mean_at(samples: Samples, places: Sequence[int]) -> float:
    return fmean(samples.cadence[place] or 0.0 for place in places)
