"""How hard a run was: the time above the easy ceiling, whether it was a hard session, whether an easy run was easy.

Unknown stays unknown: a verdict needs a heart rate that can be believed beside an anchor that was measured, or a pace
on the flat beside a race that is not too old.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coachd.history.known import Fitness, Known
from coachd.history.races import FLAT, is_hot
from coachd.history.words import says
from coachd.history.zones import hard_limit, zones_words
from coachd.model import Activity, RunKind, Zones
from coachd.physiology.heat import heat_index, slowdown
from coachd.physiology.racing import EASY_EDGE
from coachd.physiology.vdot import MARATHON, TOO_FAST, speed_at

Judged = Literal["fine", "borderline", "hot"]

TOLERANCE = 3.0
AVERAGE_TOLERANCE = 5.0
COVERAGE = 0.80
FINE, HOT = 0.25, 0.40
SHORTEST_S = 20 * 60.0
STALE_FACTOR = 0.97
OWN_BEST = 0.90

WORK_S = 8 * 60.0
HARD_HR_S = 10 * 60.0
HARD_PACE_S = 20 * 60.0
CAR_SHARE = 0.05
COMPANY = frozenset({"stroller", "dog", "pacing"})


def rates(run: Activity) -> Mapping[int, float] | None:
    """Seconds by heart rate over the whole run; None where it was not recorded by the second, or not believably."""
    streams = run.streams
    if streams is None or streams.hr_suspect or streams.hr_coverage < COVERAGE or not streams.hr_seconds:
        return None
    return streams.hr_seconds


def in_company(run: Activity) -> bool:
    """Whether a stroller, a dog or another runner set the pace."""
    return not COMPANY.isdisjoint(run.tags) or says("company", run.name)


def pace_counts(run: Activity) -> bool:
    """Whether the pace says how hard it was: outdoors, recorded, on the road, at most 20 m/km up, without a drive."""
    if run.trainer or run.manual or run.trail or run.gain_m is None or not run.distance_m or not run.moving_s:
        return False
    return run.gain_m <= FLAT * run.distance_m and not _driven(run)


def graded_speed(run: Activity) -> float | None:
    """Metres a second on the flat for the same effort: from the stream of heights, at equal heart rate.

    Without that the plain speed where the run was flat enough for pace to count; else unknown.
    """
    streams = run.streams
    if (
        streams is not None
        and streams.graded_m
        and streams.moving_s
        and not (run.trainer or run.manual or _driven(run))
    ):
        return streams.graded_m / streams.moving_s
    return run.distance_m / run.moving_s if pace_counts(run) and run.distance_m and run.moving_s else None


def flat_speed(run: Activity) -> float | None:
    """The graded speed where pace says how hard it was; else unknown."""
    return graded_speed(run) if pace_counts(run) else None


def above_share(run: Activity, zones: Zones) -> float | None:
    """Share of the time, after ten minutes and away from strides, more than 3 bpm above the easy ceiling.

    Of a run without streams the share of the whole run in zones 3 to 5 of Garmin's, where the ceiling in force is the
    top of zone 2 of those: no tolerance then, and the first minutes count.
    """
    if run.streams is None:
        share = zone_share(run, zones)
    else:
        share = None if rates(run) is None else _above(run.streams.steady_hr_seconds, zones)
    return None if share is None or in_company(run) else share


def zone_share(run: Activity, zones: Zones) -> float | None:
    """Share of the time in Garmin's zones 1 to 5 that lies above zone 2; None where the easy ceiling in force is
    another than the top of that zone, or where the zones cover less than 80 % of the time moving."""
    if run.hr_zone_s is None or not zones.trusted or zones.easy_ceiling_source != zones_words("Garmin"):
        return None
    total = sum(run.hr_zone_s)
    if not total or total < COVERAGE * (run.moving_s or 0.0):
        return None
    return sum(run.hr_zone_s[2:]) / total


def is_hard(run: Activity, kind: RunKind, zones: Zones, fitness: Fitness | None, *, labelled: bool) -> bool | None:
    """Whether it was a hard session: a race that was raced, a workout, 8 minutes of structured work, 10 minutes at 95 %
    of threshold (88 % of the maximum), or 20 minutes at 80 % of VDOT and faster.

    Of a workout that was only found in its streams, the 8 minutes are asked for. A mean heart rate below the easy
    ceiling outweighs pace: the race that it is measured by may have been a slow one. A run that no evidence speaks for
    was not hard; unknown is only one without label, heart rate and pace.
    """
    streams = run.streams
    if kind == "race" or (kind == "workout" and labelled):
        return True
    if streams is not None and streams.work_s >= WORK_S:
        return True
    if _hard_by_heart(run, zones) or _hard_by_pace(run, zones, fitness):
        return True
    indoors = run.trainer or run.manual or not run.distance_m or not run.moving_s
    return None if indoors and not labelled and run.average_hr is None and streams is None else False


def judged(run: Activity, kind: RunKind, speed: float | None, zones: Zones, known: Known) -> Judged | None:
    """Whether a run that was meant to be easy was easy; `speed` is its `flat_speed`.

    From heart rates by the second: the share of the time above the ceiling (of a long run's first hour: later the heart
    drifts); below a quarter fine, from 40 % hot, borderline between. From the average alone: at most the ceiling fine,
    more than 5 bpm above it hot, else unknown. From Garmin's time in zones the share above zone 2 in the same way, but
    hot only with an average more than 3 bpm above the ceiling: whoever runs along a limit is not far above it. Without
    heart rate, flat runs by pace: faster than 76 % of VDOT is hot, or borderline where the race is older than 120 days;
    without a race by critical speed or the own best 20 minutes. In the heat (index from 130) no run was too fast.
    Unknown for less than 20 minutes and with stroller, dog or somebody to pace.
    """
    if (run.moving_s or 0.0) < SHORTEST_S or in_company(run):
        return None
    if zones.trusted and zones.easy_ceiling is not None and (run.average_hr is not None or rates(run) is not None):
        verdict = _by_heart(run, kind, zones)
    else:
        verdict = _by_pace(run, speed, known) if speed is not None else None
    return None if verdict in ("hot", "borderline") and is_hot(run) else verdict


def _driven(run: Activity) -> bool:
    return run.streams is not None and run.streams.car_m > CAR_SHARE * ((run.distance_m or 0.0) + run.streams.car_m)


def _above(seconds_at: Mapping[int, float], zones: Zones) -> float | None:
    total = sum(seconds_at.values())
    if not zones.trusted or zones.easy_ceiling is None or not total:
        return None
    limit = zones.easy_ceiling + TOLERANCE
    return sum(seconds for rate, seconds in seconds_at.items() if rate > limit) / total


def _hard_by_heart(run: Activity, zones: Zones) -> bool:
    limit = hard_limit(zones)
    if limit is None:
        return False
    by_rate = rates(run)
    if by_rate is not None:
        return sum(seconds for rate, seconds in by_rate.items() if rate >= limit) >= HARD_HR_S
    # An average has its slow parts in it: only over a longer run does it prove ten minutes.
    return run.average_hr is not None and run.average_hr >= limit and (run.moving_s or 0.0) >= HARD_PACE_S


def _hard_by_pace(run: Activity, zones: Zones, fitness: Fitness | None) -> bool:
    if zones.trusted and run.average_hr and run.average_hr <= (zones.easy_ceiling or 0.0):
        return False
    if run.streams is not None and run.streams.marathon_pace_s + run.streams.work_s >= HARD_PACE_S:
        return not in_company(run)
    if fitness is None or fitness.stale or (run.moving_s or 0.0) < HARD_PACE_S:
        return False
    speed = flat_speed(run)
    return speed is not None and speed >= speed_at(fitness.vdot, MARATHON) and not in_company(run)


def _by_heart(run: Activity, kind: RunKind, zones: Zones) -> Judged | None:
    assert zones.easy_ceiling is not None
    if run.streams is not None and rates(run) is not None:
        first_hour = kind == "long"
        share = _above(run.streams.first_hour_hr_seconds if first_hour else run.streams.steady_hr_seconds, zones)
        if share is None:
            return None
        return "fine" if share < FINE else "borderline" if share < HOT else "hot"
    if run.streams is None and run.average_hr is not None and (share := zone_share(run, zones)) is not None:
        above = run.average_hr > zones.easy_ceiling + TOLERANCE
        return "fine" if share < FINE else "hot" if share >= HOT and above else "borderline"
    if run.average_hr is None or run.average_hr > zones.easy_ceiling + AVERAGE_TOLERANCE:
        return None if run.average_hr is None else "hot"
    return "fine" if run.average_hr <= zones.easy_ceiling else None


def _by_pace(run: Activity, speed: float, known: Known) -> Judged | None:
    fitness = known.fitness(run.day)
    limit = _speed_limit(run, known, fitness)
    if limit is None:
        return None
    if speed <= limit / (1 + _heat_allowance(run)):
        return "fine"
    return "borderline" if fitness is not None and fitness.stale else "hot"


def _speed_limit(run: Activity, known: Known, fitness: Fitness | None) -> float | None:
    """The speed in m/s above which an easy run was none."""
    if fitness is not None:
        return speed_at(fitness.vdot * (STALE_FACTOR if fitness.stale else 1.0), TOO_FAST)
    line = known.critical_speed(run.day)
    if line is not None:
        return EASY_EDGE * line.speed
    best = known.best_20min_speed(run.day)
    return None if best is None else OWN_BEST * best


def _heat_allowance(run: Activity) -> float:
    if run.temperature_c is None or run.dew_point_c is None:
        return 0.0
    return slowdown(heat_index(run.temperature_c, run.dew_point_c)) or 0.0
