"""What kind of run it was, in the order in which the signs are heard: the first that speaks decides.

1. a race: by its label, by the calendar, or by its name and its effort together;
2. the athlete's tag; 3. the source's workout type; 4. words in the name;
5. structure found in the recorded seconds; 6. a hard effort without structure;
7. a long duration; 8. a short run the day after something hard or long; 9. else easy.

A run that nothing speaks for is taken as easy and meant so: most runs are, and what is said about easy runs takes
several of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from statistics import fmean, stdev
from typing import Literal

from coachd.history.known import Known
from coachd.history.words import Meaning, meanings, says
from coachd.model import Activity, Bout, RunKind, Shoe, StreamNumbers

Structure = Literal["intervals", "tempo", "fartlek"]

_TAGS: tuple[RunKind, ...] = ("easy", "workout", "long")
_TYPES: dict[int, RunKind] = {2: "long", 3: "workout"}
_WORDS: tuple[tuple[Meaning, RunKind], ...] = (
    ("recovery", "recovery"),
    ("easy", "easy"),
    ("long", "long"),
    ("workout", "workout"),
)

LONG_S = 75 * 60.0
LONG_FACTOR = 1.4
RECOVERY_S = 45 * 60.0
STRUCTURED_S = 6 * 60.0
TEMPO_S = 10 * 60.0
UNEVEN = 0.40
QUALITY_S = 8 * 60.0
MARATHON_PACE_S = 20 * 60.0
STEEP = 0.020
ONE_SESSION = timedelta(minutes=60)


def label(run: Activity) -> RunKind | None:
    """What the athlete called it: by tag, workout type or a word in the name. Races are decided before."""
    for tag in _TAGS:
        if tag in run.tags:
            return tag
    if run.workout_type in _TYPES:
        return _TYPES[run.workout_type]
    said = meanings(run.name)
    return next((kind for meaning, kind in _WORDS if meaning in said), None) if said else None


def unlabelled(run: Activity, *, hard: bool | None, long: bool | None, after_taxing: bool) -> RunKind:
    """The kind of a run that nobody named."""
    if run.streams is not None and run.streams.work_s >= STRUCTURED_S:
        return "workout"
    if hard:
        return "hard"
    if long:
        return "long"
    return "recovery" if after_taxing and run.moving_s and run.moving_s <= RECOVERY_S else "easy"


def structure(bouts: Sequence[Bout]) -> Structure | None:
    """Three bouts of work or more are intervals, or fartlek where their lengths vary by more than 40 % (coefficient of
    variation); else one of ten minutes is a tempo run. None for less."""
    lengths = [bout.duration_s for bout in bouts]
    if len(lengths) >= 3:
        return "fartlek" if stdev(lengths) > UNEVEN * fmean(lengths) else "intervals"
    return "tempo" if any(length >= TEMPO_S for length in lengths) else None


def is_long(run: Activity, known: Known) -> bool | None:
    """At least 75 minutes, and 1.4 times the median run of the 28 days before. Unknown without a time."""
    if run.moving_s is None:
        return None
    return run.moving_s >= LONG_S and run.moving_s >= LONG_FACTOR * (known.usual_s(run.day) or 0.0)


def is_trail(run: Activity, off_road_shoes: frozenset[str]) -> bool:
    """A trail run by its sport; or one that climbs 20 m/km and more and has an off-road name or shoe."""
    if run.sport == "TrailRun":
        return True
    if not run.distance_m or (run.gain_m or 0.0) < STEEP * run.distance_m:
        return False
    return run.gear_id in off_road_shoes or says("off-road", run.name)


def off_road(shoes: Iterable[Shoe]) -> frozenset[str]:
    """The ids of the shoes that are made for trails."""
    return frozenset(shoe.id for shoe in shoes if shoe.surface == "trail")


def easy_intended(run: Activity, kind: RunKind) -> bool:
    """Easy and recovery runs, and long runs without structured work or a block at marathon pace."""
    if kind != "long" or run.streams is None:
        return kind in ("easy", "recovery", "long")
    streams = run.streams
    return streams.work_s < QUALITY_S and streams.marathon_pace_s + streams.work_s < MARATHON_PACE_S


def whole_sessions(activities: Sequence[Activity]) -> dict[int, Activity]:
    """The whole of each run that was recorded in parts, under the id of its longest part.

    Parts are of one sport and one day, each begun less than an hour after the one before ended. The warm-up, the race
    and the way home are no such parts, nor is anything beside a labelled workout.
    """
    runs = [activity for activity in activities if activity.family == "run"]
    whole: dict[int, Activity] = {}
    parts: list[Activity] = []
    for before, run in pairwise(runs):
        if _goes_on(before, run):
            parts = [*(parts or [before]), run]
        elif parts:
            _join(parts, whole)
            parts = []
    _join(parts, whole)
    return whole


def _goes_on(before: Activity, run: Activity) -> bool:
    if before.sport != run.sport or before.day != run.day or before.hidden_start or run.hidden_start:
        return False
    ended = before.start + timedelta(seconds=before.elapsed_s or before.moving_s or 0.0)
    return run.start - ended < ONE_SESSION


def _join(parts: Sequence[Activity], whole: dict[int, Activity]) -> None:
    if len(parts) < 2 or any(part.workout_type in (1, 3) or part.tags & {"race", "workout"} for part in parts):
        return
    longest = max(parts, key=lambda part: (part.moving_s or 0.0, -part.id))
    streams = [part.streams for part in parts if part.streams is not None]
    whole[longest.id] = replace(
        longest,
        distance_m=_sum([part.distance_m for part in parts]),
        moving_s=_sum([part.moving_s for part in parts]),
        gain_m=_sum([part.gain_m for part in parts]),
        streams=_added(streams) if len(streams) == len(parts) else longest.streams,
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _added(parts: Sequence[StreamNumbers]) -> StreamNumbers:
    """What makes a session hard, summed over its parts; one suspect heart rate makes all of it so."""
    seconds_at: dict[int, float] = {}
    for part in parts:
        for rate, seconds in part.hr_seconds.items():
            seconds_at[rate] = seconds_at.get(rate, 0.0) + seconds
    return StreamNumbers(
        moving_s=sum(part.moving_s for part in parts),
        hr_coverage=min(part.hr_coverage for part in parts),
        hr_suspect=next((part.hr_suspect for part in parts if part.hr_suspect), ""),
        hr_seconds=seconds_at,
        graded_m=_sum([part.graded_m for part in parts]),
        work_s=sum(part.work_s for part in parts),
        marathon_pace_s=sum(part.marathon_pace_s for part in parts),
    )
