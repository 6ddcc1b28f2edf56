"""The athlete's heart-rate anchors: which numbers are in force, and how far they may be trusted.

They are today's: an anchor is a fact about the runner that is learned late, and a replay judges old runs by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from typing import Literal

from coachd.history.races import calendar_runs
from coachd.history.words import says
from coachd.model import Activity, Athlete, HeartRateSource, Night, Zones
from coachd.physiology.heart import (
    EASY_OF_MAX,
    EASY_OF_RESERVE,
    EASY_OF_THRESHOLD,
    HARD_OF_MAX,
    HARD_OF_THRESHOLD,
    karvonen,
    tanaka,
    threshold_of_10k,
)

OBSERVED_DAYS = 730
HARD_EFFORTS = 8
HARD_EFFORT_S = 8 * 60.0
TEN_KM = (9_500.0, 10_800.0)  # as watches record it
TEN_KM_S = (40 * 60.0, 60 * 60.0)
TEN_KM_DAYS = 365
RESTING_NIGHTS = 60
FLAT = 0.020

OWN = "your own setting"
ZonesFrom = Literal["Strava", "Garmin"]


def zones_words(kept_at: ZonesFrom) -> str:
    """What says that the easy ceiling is the top of zone 2 of the zones kept there."""
    return f"the top of zone 2 of your {kept_at} zones"


def resolve(
    athlete: Athlete,
    activities: Sequence[Activity],
    today: date,
    *,
    zones_ceiling: float | None = None,
    zones_from: ZonesFrom = "Strava",
    nights: Sequence[Night] = (),
) -> Zones:
    """The anchors in force. `activities` are cleaned; `zones_ceiling` tops zone 2 of the athlete's own zones, which
    are kept where `zones_from` says.

    The maximum is the athlete's word; else the highest two-minute mean of the last two years, if at least eight hard
    efforts were recorded by the second; else, marked `age`, Tanaka's guess. The threshold is
    the athlete's word, else 98 % of the highest mean of a 10 km race of 40 to 60 minutes within a year, unless a run of
    an hour or more averaged above that.
    Easy ends at the athlete's own number; else at 89 % of their own threshold, at the top of zone 2 of their own
    zones, at 89 % of the threshold from a race, at 73 % of the reserve, at 80 % of the maximum. Zones that a
    service worked out never count, and what age alone predicts gives no ceiling at all.
    """
    observed = None if athlete.hr_max else _observed_max(activities, today)
    hr_max = athlete.hr_max or observed
    race = None if athlete.threshold_hr else _ten_km_race(athlete, activities, today)
    threshold = athlete.threshold_hr or (threshold_of_10k(race.average_hr) if race and race.average_hr else None)
    resting = athlete.resting_hr or _resting(nights, today)
    ceiling, words = _ceiling(athlete, zones_ceiling, zones_from, race, hr_max, resting)
    source: HeartRateSource | None = None
    if athlete.hr_max or threshold or athlete.easy_hr_ceiling is not None or zones_ceiling is not None:
        source = "measured"
    elif observed:
        source = "observed"
    elif athlete.birth_year is not None:
        source, hr_max = "age", tanaka(today.year - athlete.birth_year)
    return Zones(
        hr_max, threshold, resting, ceiling, words, source,
        threshold_source=_threshold_words(athlete, race),
        hr_max_source=_maximum_words(athlete, source, hr_max),
    )  # fmt: skip


def _threshold_words(athlete: Athlete, race: Activity | None) -> str:
    if athlete.threshold_hr is not None:
        return OWN
    return f"98 % of the mean of your 10 km in {race.day:%B}" if race is not None else ""


def _maximum_words(athlete: Athlete, source: HeartRateSource | None, hr_max: float | None) -> str:
    if athlete.hr_max is not None:
        return OWN
    if hr_max is None:
        return ""
    return "a guess from your year of birth" if source == "age" else "the highest I have seen over two minutes"


def hard_limit(zones: Zones) -> float | None:
    """The heart rate from which ten minutes make a session hard; unknown where no anchor can be trusted.

    95 % of threshold, else 88 % of the maximum; where only the easy ceiling is known, as far above it as those are.
    """
    if not zones.trusted:
        return None
    if zones.threshold_hr is not None:
        return HARD_OF_THRESHOLD * zones.threshold_hr
    if zones.hr_max is not None:
        return HARD_OF_MAX * zones.hr_max
    return None if zones.easy_ceiling is None else zones.easy_ceiling * HARD_OF_MAX / EASY_OF_MAX


def _observed_max(activities: Iterable[Activity], today: date) -> float | None:
    seen = [
        run.streams.max_hr_2min
        for run in activities
        if run.streams and run.streams.max_hr_2min is not None and not run.streams.hr_suspect
        if run.family == "run" and _hard_effort(run) and 0 <= (today - run.day).days <= OBSERVED_DAYS
    ]
    return max(seen) if len(seen) >= HARD_EFFORTS else None


def _hard_effort(run: Activity) -> bool:
    """A race or workout by its label or by its structure: whoever only jogs has never seen their maximum."""
    if run.workout_type in (1, 3) or run.tags & {"race", "workout"} or says("workout", run.name):
        return True
    return run.streams is not None and run.streams.work_s >= HARD_EFFORT_S


def _ten_km_race(athlete: Athlete, activities: Sequence[Activity], today: date) -> Activity | None:
    """The flat 10 km race with the highest mean heart rate of the last year."""
    planned = calendar_runs(athlete.races, activities)
    races = [
        run
        for run in activities
        if (run.workout_type == 1 or "race" in run.tags or run.id in planned) and run.average_hr
        if run.distance_m and TEN_KM[0] <= run.distance_m <= TEN_KM[1] and run.sport == "Run" and not run.trainer
        if TEN_KM_S[0] <= (run.moving_s or 0.0) <= TEN_KM_S[1] and 0 <= (today - run.day).days <= TEN_KM_DAYS
        if (run.gain_m or 0.0) / run.distance_m <= FLAT and not run.tags & {"fun", "pacing", "stroller", "dog"}
    ]
    best = max(races, key=lambda run: (run.average_hr or 0.0, run.start), default=None)
    return None if best is None or _held_more(activities, best, today) else best


def _held_more(activities: Sequence[Activity], race: Activity, today: date) -> bool:
    """Whether some run of an hour or more averaged above the threshold that this race gives: then it was not raced."""
    threshold = threshold_of_10k(race.average_hr or 0.0)
    return any(
        run.average_hr is not None and run.average_hr > threshold and (run.moving_s or 0.0) >= 3600.0
        for run in activities
        if run.family == "run" and 0 <= (today - run.day).days <= TEN_KM_DAYS
    )


def _resting(nights: Sequence[Night], today: date) -> float | None:
    """The median of the last 60 mornings that were measured."""
    rates = [
        night.resting_hr
        for night in nights
        if night.resting_hr is not None and 0 <= (today - night.day).days <= RESTING_NIGHTS
    ]
    return median(rates) if rates else None


def _ceiling(
    athlete: Athlete,
    zones_ceiling: float | None,
    zones_from: ZonesFrom,
    race: Activity | None,
    hr_max: float | None,
    resting: float | None,
) -> tuple[float | None, str]:
    """The easy ceiling with the words that say where it is from."""
    if athlete.easy_hr_ceiling is not None:
        return athlete.easy_hr_ceiling, OWN
    if athlete.threshold_hr is not None:
        return EASY_OF_THRESHOLD * athlete.threshold_hr, f"89 % of your threshold {athlete.threshold_hr:.0f}"
    if zones_ceiling is not None:
        return zones_ceiling, zones_words(zones_from)
    if race is not None and race.average_hr is not None:
        threshold = threshold_of_10k(race.average_hr)
        return EASY_OF_THRESHOLD * threshold, f"89 % of threshold {threshold:.0f}, from your 10 km in {race.day:%B}"
    if hr_max is None:
        return None, ""
    top = f"your maximum {hr_max:.0f}" if athlete.hr_max else f"{hr_max:.0f}, the highest I have seen"
    if resting is not None:
        return karvonen(EASY_OF_RESERVE, hr_max=hr_max, resting_hr=resting), f"73 % from resting {resting:.0f} to {top}"
    return EASY_OF_MAX * hr_max, f"80 % of {top}"
