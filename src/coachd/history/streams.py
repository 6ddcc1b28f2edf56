"""The streams of a run -> the numbers that are kept of them: worked out once, when the streams arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from coachd.history import bests, cadence, detectors, elevation, heart_rate
from coachd.history.elevation import Terrain
from coachd.history.samples import Samples, samples
from coachd.history.stretches import Stretch
from coachd.model import StreamNumbers

VERSION = 1
"""Of the formulas. Numbers of another version stay: their streams are gone, so they cannot be worked out anew."""


_OF_THE_BODY = ("time", "moving", "heartrate", "cadence")


def numbers(streams: Mapping[str, Sequence[Any]], *, vdot: float | None, indoors: bool = False) -> StreamNumbers:
    """What is kept of a run's streams, given the runner's VDOT at the time (None: unknown).

    `streams` maps Strava's names to columns of one row a sample: time, distance, altitude, velocity_smooth, heartrate,
    cadence, moving, latlng. Any of them may be missing, be short or hold None, and what depends on it is then None.
    Raises nothing for odd values: they count as missing. Lengths in m, times in s, speeds in m/s. What a treadmill says
    of pace and slope is left out: of a run `indoors` only time, heart rate and cadence count.
    """
    if indoors:
        streams = {name: column for name, column in streams.items() if name in _OF_THE_BODY}
    seconds = samples(streams)
    if seconds is None:
        return StreamNumbers(version=VERSION)
    hills = elevation.terrain(seconds)
    made = StreamNumbers(
        version=VERSION,
        moving_s=float(seconds.moving_s),
        longest_stop_s=float(seconds.longest_stop_s),
        max_speed_10s=seconds.max_speed_10s,
        car_m=seconds.car_m,
    )
    strides: list[Stretch] = []
    if seconds.paced:
        made, strides = _with_pace(made, seconds, hills, vdot)
    return _with_cadence(_with_heart_rate(made, seconds, hills, strides), seconds, hills)


def _with_pace(
    made: StreamNumbers, seconds: Samples, hills: Terrain | None, vdot: float | None
) -> tuple[StreamNumbers, list[Stretch]]:
    if hills is not None:
        made = replace(
            made,
            gain_m=hills.gain_m,
            loss_m=hills.loss_m,
            drift_m=hills.drift_m,
            graded_m=sum(hills.metres),
            graded_minetti_m=hills.minetti_m,
        )
    # Where nothing is known of slopes, speed is taken as it is: work and strides mostly happen on the flat.
    speed = hills.speed if hills else seconds.speed
    usual = detectors.usual_speed(seconds, speed)
    if usual is None:
        return made, []
    threshold = detectors.threshold_speed(usual, vdot)
    work = detectors.work(speed, threshold)
    strides = detectors.strides(seconds, speed, work, usual, vdot)
    bouts = detectors.bouts(seconds, speed, work)
    made = replace(
        made,
        threshold_speed=threshold,
        bouts=bouts,
        work_s=sum((bout.duration_s for bout in bouts), 0.0),
        strides=len(strides),
        best_s=bests.best_times(seconds),
        best_20min_speed=bests.best_20min_speed(seconds, hills.metres if hills else seconds.steps),
    )
    if vdot is not None:
        quick = detectors.quick(speed, vdot)
        marathon_s = detectors.at_marathon_pace(speed, quick, work, vdot)
        made = replace(made, marathon_pace_s=marathon_s)
    return made, strides


def _with_heart_rate(
    made: StreamNumbers, seconds: Samples, hills: Terrain | None, strides: Sequence[Stretch]
) -> StreamNumbers:
    calm = heart_rate.steady(seconds, strides)
    covered = heart_rate.coverage(seconds)
    suspect = heart_rate.suspicion(seconds)
    made = replace(
        made,
        hr_coverage=covered,
        hr_suspect=suspect,
        hr_seconds=heart_rate.seconds_at(seconds),
        steady_hr_seconds=heart_rate.seconds_at(seconds, calm),
        first_hour_hr_seconds=heart_rate.seconds_at(
            seconds, [a and clock < heart_rate.FIRST_HOUR_S for a, clock in zip(calm, seconds.clock, strict=True)]
        ),
        max_hr_2min=None if suspect else heart_rate.highest_2min(seconds),
    )
    if hills is None:
        return made
    climbing_s, settled = heart_rate.climbing(seconds, hills)
    made = replace(made, climbing_s=float(climbing_s), climbing_hr_seconds=heart_rate.seconds_at(seconds, settled))
    if suspect or covered < heart_rate.LEAST_COVERAGE:
        return made
    return replace(
        made,
        efficiency=heart_rate.efficiency(seconds, hills),
        decoupling=heart_rate.decoupling(seconds, hills, works=bool(made.bouts)),
    )


def _with_cadence(made: StreamNumbers, seconds: Samples, hills: Terrain | None) -> StreamNumbers:
    covered = cadence.coverage(seconds)
    made = replace(made, cadence_coverage=covered)
    known = covered >= cadence.LEAST_COVERAGE
    if known:
        made = replace(made, cadence_spm=cadence.mean(seconds))
    if hills is None:
        return made
    flat, down, down_s = cadence.flat_and_down(seconds, hills)
    if not known:
        return replace(made, down_s=float(down_s))
    early, late = cadence.early_and_late(seconds, hills)
    return replace(
        made, cadence_early=early, cadence_late=late, cadence_flat=flat, cadence_down=down, down_s=float(down_s)
    )
