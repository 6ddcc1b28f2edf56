"""Robin's scripted year as Garmin has it: the same workouts as Strava's under its own ids and names, and the nights."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from coachd.demo.athlete import ScriptedYear
from coachd.demo.fit_file import Workout, fit_file
from coachd.demo.garmin_days import invented_days
from coachd.demo.garmin_shapes import Json, listed_activity
from coachd.demo.garmin_world import Original, World
from coachd.demo.samples import samples

FIRST_ID = 19_300_000_000
"""Plus the seconds since 1970 this gives about 2.1e10, and ids that rise with time as real ones do."""

TYPE_KEYS = {"Run": "running", "TrailRun": "trail_running", "Ride": "cycling", "WeightTraining": "strength_training"}
NAMES = {"Run": "Berlin Running", "TrailRun": "Berlin Trail Running", "Ride": "Berlin Cycling",
         "WeightTraining": "Strength"}  # fmt: skip
FIT_SPORTS = {"Run": (1, 0), "TrailRun": (1, 3), "Ride": (2, 0), "WeightTraining": (10, 20)}
"""Strava's sport -> sport and sub-sport in FIT's numbers."""
RACE, WORKOUT = 1, 3
SET_S, REPETITIONS = 45.0, 10
LOWEST_ZONE = 100
SPREAD_BPM = 5.0
WORK = (0.35, 14.0)
"""Of structured work: the share of hard minutes, and how far above the average the heart beats in them."""


def garmin_world(year: ScriptedYear, zone: str = "Europe/Berlin", seed: int = 1) -> World:
    """A stand-in's world that holds the year: each workout with a FIT file, and every day with its night."""
    floors = _floors(year.zones)
    made = [(garmin_activity(activity, ZoneInfo(zone), floors), activity) for activity in year.activities]
    mondays = sorted(year.phases)
    ill = {monday + timedelta(days=n) for monday, phase in year.phases.items() if phase == "sick" for n in range(-1, 7)}
    return World(
        activities=[garmins for garmins, _ in made],
        days=invented_days(mondays[0], mondays[-1] + timedelta(days=6), ZoneInfo(zone), seed, ill),
        zone=zone,
        zones=[_zones(sport, floors) for sport in ("DEFAULT", "RUNNING")],
        originals={
            garmins["activityId"]: Original("fit", partial(original, garmins, activity)) for garmins, activity in made
        },
    )


def garmin_activity(activity: Mapping[str, Any], zone: ZoneInfo, floors: Sequence[int]) -> Json:
    """A Strava summary activity as an item of Garmin's list. The watch was started within seconds of what Strava says;
    its timer ran for at least Strava's moving time and at most the whole."""
    noise = random.Random(activity["id"])  # noqa: S311 - must be repeatable, protects nothing
    start = datetime.fromisoformat(activity["start_date"]) + timedelta(seconds=noise.choice((0, 0, 0, 0, 1, 2, -1)))
    moving, elapsed = activity["moving_time"], activity["elapsed_time"]
    timer = moving + round((elapsed - moving) * noise.uniform(0.0, 0.5))
    sport = activity["sport_type"]
    fields: Json = {
        "activityName": _name(activity),
        "distance": float(activity["distance"]),
        "duration": float(timer),
        "elapsedDuration": float(elapsed),
        "movingDuration": float(moving) if activity["distance"] else None,
        "averageSpeed": round(activity["distance"] / timer, 3) if activity["distance"] else 0.0,
        "maxSpeed": activity["max_speed"],
        "averageHR": float(round(activity["average_heartrate"])),
        "maxHR": activity["max_heartrate"],
        "calories": float(round(timer / 60 * 11)),
        **_time_in_zones(activity, floors, timer),
    }
    fields |= _outdoors(activity) if activity["distance"] else _sets(timer)
    if activity.get("average_cadence"):
        fields["averageRunningCadenceInStepsPerMinute"] = 2 * activity["average_cadence"]
        fields["steps"] = round(2 * activity["average_cadence"] * moving / 60)
    event = "race" if activity["workout_type"] == RACE else "uncategorized"
    number = FIRST_ID + int(start.timestamp())
    return listed_activity(number, start, zone, TYPE_KEYS[sport], event, **fields)


def original(garmins: Json, activity: Mapping[str, Any]) -> bytes:
    """The FIT file of a workout, from the Garmin item and the Strava summary it was made from."""
    columns = samples(activity, standing=round(garmins["duration"] - activity["moving_time"]))
    sport, sub_sport = FIT_SPORTS[activity["sport_type"]]
    return fit_file(
        Workout(
            start=datetime.fromisoformat(garmins["startTimeGMT"] + "+00:00").astimezone(
                ZoneInfo(garmins["originalZone"])
            ),
            sport=sport,
            sub_sport=sub_sport,
            elapsed_s=garmins["elapsedDuration"],
            timer_s=garmins["duration"],
            distance_m=garmins["distance"] or None,
            gain_m=garmins["elevationGain"],
            average_hr=garmins["averageHR"],
            max_hr=garmins["maxHR"],
            cadence=activity.get("average_cadence"),
            sets=[(SET_S, REPETITIONS)] * (garmins["totalSets"] or 0),
        ),
        columns,
    )


def _name(activity: Mapping[str, Any]) -> str:
    """Garmin names by place and sport; a workout that the watch led through lends its own name."""
    if activity["workout_type"] == WORKOUT:
        return f"Berlin - {activity['name']}"
    return NAMES[activity["sport_type"]]


def _outdoors(activity: Mapping[str, Any]) -> Json:
    gain = float(activity["total_elevation_gain"])
    temperature = activity.get("average_temp")
    return {
        "hasPolyline": True,
        "startLatitude": 52.5145,
        "startLongitude": 13.3501,
        "elevationGain": gain,
        "elevationLoss": gain,
        "minElevation": activity.get("elev_low"),
        "maxElevation": activity.get("elev_high"),
        "avgGradeAdjustedSpeed": round(activity["average_speed"] * (1 + 3 * gain / activity["distance"]), 3),
        # A watch measures the wrist beneath it, too.
        "minTemperature": temperature and float(temperature + 2),
        "maxTemperature": temperature and float(temperature + 9),
        "aerobicTrainingEffect": min(5.0, round(1.5 + activity["suffer_score"] / 40, 1)),
        "anaerobicTrainingEffect": 0.0,
        "trainingEffectLabel": "AEROBIC_BASE" if activity["workout_type"] not in (RACE, WORKOUT) else "TEMPO",
        "activityTrainingLoad": activity["suffer_score"] * 1.2,
    }


def _sets(timer: float) -> Json:
    """Strength training: a set and its rest every minute and a half."""
    count = int(timer // (2 * SET_S))
    return {
        "distance": 0.0,
        "totalSets": count,
        "totalReps": count * REPETITIONS,
        "summarizedExerciseSets": [
            {"category": "SQUAT", "subCategory": "GOBLET_SQUAT", "reps": count * REPETITIONS, "volume": 0,
             "duration": count * SET_S * 1000, "sets": count, "maxWeight": None},
        ],
    }  # fmt: skip


def _time_in_zones(activity: Mapping[str, Any], floors: Sequence[int], timer: float) -> dict[str, float]:
    """Seconds in each zone, normally distributed around the average; structured work has a second hump."""
    average = activity["average_heartrate"]
    share, above = WORK if activity["workout_type"] == WORKOUT else (0.0, 0.0)
    humps = [(1 - share, average - above * share / (1 - share)), (share, average + above)]
    edges = [0.0, *floors[1:], math.inf]
    return {
        f"hrTimeInZone_{number}": round(
            timer * sum(part * (_normal(high, mean) - _normal(low, mean)) for part, mean in humps), 3
        )
        for number, (low, high) in enumerate(pairwise(edges), start=1)
    }


def _normal(value: float, mean: float) -> float:
    return 0.5 * (1 + math.erf((value - mean) / (SPREAD_BPM * math.sqrt(2))))


def _floors(zones: Mapping[str, Any]) -> list[int]:
    """The lowest heart rate of each zone, from Strava's zones."""
    return [LOWEST_ZONE, *(zone["min"] for zone in zones["heart_rate"]["zones"][1:])]


def _zones(sport: str, floors: Sequence[int]) -> Json:
    return {
        "trainingMethod": "LACTATE_THRESHOLD",
        "restingHeartRateUsed": None,
        "lactateThresholdHeartRateUsed": 168,
        **{f"zone{number}Floor": floor for number, floor in enumerate(floors, start=1)},
        "maxHeartRateUsed": 188,
        "restingHrAutoUpdateUsed": False,
        "sport": sport,
    }
