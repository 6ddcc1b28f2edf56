"""The shapes of Garmin's answers about activities, for athletes that are invented.

From answers recorded in January 2026 (MIT, matin/garth) and the field names of the Personal API's own description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

Json = dict[str, Any]

OWNER_ID = 80_070_070
DEVICE_ID = 3_401_234_567

TYPES: Mapping[str, tuple[int, int]] = {
    "running": (1, 17), "street_running": (7, 1), "trail_running": (6, 1), "treadmill_running": (18, 1),
    "track_running": (8, 1), "virtual_run": (153, 1), "ultra_run": (181, 1),
    "cycling": (2, 17), "road_biking": (10, 2), "indoor_cycling": (25, 2), "hiking": (3, 17), "walking": (9, 17),
    "swimming": (26, 17), "lap_swimming": (27, 26), "open_water_swimming": (28, 26),
    "fitness_equipment": (29, 17), "strength_training": (13, 29), "yoga": (163, 29), "indoor_cardio": (11, 29),
    "multi_sport": (89, 17), "other": (4, 17),
}  # fmt: skip
"""Key of a type -> its id and that of its parent; 17 is the root."""
ROOT = 17
EVENTS = {"race": 1, "training": 4, "uncategorized": 9}

DETAIL_ONLY = ("directWorkoutRpe", "directWorkoutFeel", "minHR", "averageTemperature", "originalZone")
"""What an activity of a world may carry beside its list item: the athlete's rating (10 to 100, ten times a scale of
ten), and numbers that only the detail shows. `originalZone` is where it took place."""

LISTED_AND_DETAILED = (
    "startLatitude", "startLongitude", "distance", "duration", "movingDuration", "elapsedDuration", "elevationGain",
    "elevationLoss", "maxElevation", "minElevation", "averageSpeed", "maxSpeed", "calories", "bmrCalories", "averageHR",
    "maxHR", "maxTemperature", "minTemperature", "endLatitude", "endLongitude", "waterEstimated", "trainingEffectLabel",
    "activityTrainingLoad", "anaerobicTrainingEffect", "moderateIntensityMinutes", "vigorousIntensityMinutes", "steps",
    "avgGradeAdjustedSpeed", "differenceBodyBattery", "totalSets", "totalReps", "summarizedExerciseSets",
)  # fmt: skip


def listed_activity(
    activity_id: int, start: datetime, zone: ZoneInfo, type_key: str = "running", event: str = "uncategorized",
    **fields: Any,
) -> Json:  # fmt: skip
    """An item of the activity list with every field a real one has; `fields` replaces or adds.

    Without `fields` it is a blank (no distance, no heart rate). `fields` may hold what only a detail shows.
    """
    local = start.astimezone(zone)
    blank: Json = {
        "activityId": activity_id,
        "activityUUID": str(UUID(int=activity_id)),
        "activityName": type_key.replace("_", " ").title(),
        "description": None,
        "startTimeLocal": _stamp(local),
        "startTimeGMT": _stamp(start.astimezone(UTC)),
        "activityType": activity_type(type_key),
        "eventType": {"typeId": EVENTS[event], "typeKey": event, "sortOrder": 10},
        "parentId": None,
        **dict.fromkeys(LISTED_AND_DETAILED),
        "duration": 0.0,
        "elapsedDuration": 0.0,
        "hasPolyline": False,
        "hasImages": False,
        "ownerId": OWNER_ID,
        "ownerDisplayName": "robin_runs",
        "ownerFullName": "Robin Sample",
        "averageRunningCadenceInStepsPerMinute": None,
        "maxRunningCadenceInStepsPerMinute": None,
        "privacy": {"typeId": 2, "typeKey": "private"},
        "hasVideo": False,
        "beginTimestamp": int(start.timestamp()) * 1000,
        "sportTypeId": 1,
        "aerobicTrainingEffect": None,
        "avgStrideLength": None,
        "vO2MaxValue": None,
        "summarizedDiveInfo": {"summarizedDiveGases": []},
        "manufacturer": "GARMIN",
        "locationName": "Berlin",
        "lapCount": 1,
        "splitSummaries": [],
        "hasSplits": False,
        "fastestSplit_1000": None,
        **{f"hrTimeInZone_{number}": None for number in range(1, 6)},
        "parent": False,
        "decoDive": False,
        "pr": False,
        "purposeful": False,
        "manualActivity": False,
        "elevationCorrected": False,
        "atpActivity": False,
        "autoCalcCalories": False,
        "favorite": False,
        "originalZone": zone.key,
    }
    made = {**blank, **fields}
    made.setdefault("endTimeGMT", _stamp(start.astimezone(UTC) + timedelta(seconds=made["elapsedDuration"])))
    return made


def list_item(activity: Json) -> Json:
    """An activity of a world as the list shows it."""
    return {key: value for key, value in activity.items() if key not in DETAIL_ONLY}


def detailed_activity(activity: Json, children: Sequence[Json], uploaded: datetime) -> Json:
    """The same activity as `/activity-service/activity/{id}` shows it: other names, times with a T, the zone's name."""
    summary = {key: activity[key] for key in LISTED_AND_DETAILED if activity.get(key) is not None}
    summary |= {key: activity[key] for key in DETAIL_ONLY if activity.get(key) is not None and key != "originalZone"}
    summary |= {
        "startTimeLocal": _dotted(activity["startTimeLocal"]),
        "startTimeGMT": _dotted(activity["startTimeGMT"]),
        "averageRunCadence": activity["averageRunningCadenceInStepsPerMinute"],
        "maxRunCadence": activity["maxRunningCadenceInStepsPerMinute"],
        "trainingEffect": activity["aerobicTrainingEffect"],
    }
    zone = activity["originalZone"]
    return {
        "activityId": activity["activityId"],
        "activityUUID": {"uuid": activity["activityUUID"]},
        "activityName": activity["activityName"],
        "userProfileId": OWNER_ID,
        "isMultiSportParent": activity["parent"],
        "activityTypeDTO": activity["activityType"],
        "eventTypeDTO": activity["eventType"],
        "accessControlRuleDTO": activity["privacy"],
        "timeZoneUnitDTO": {"unitId": 124, "unitKey": zone, "factor": 0.0, "timeZone": zone},
        "metadataDTO": {
            "isOriginal": True,
            "fileFormat": {"formatId": 7, "formatKey": "fit"},
            "lastUpdateDate": _dotted(_stamp(uploaded)),
            "uploadedDate": _dotted(_stamp(uploaded)),
            "hasPolyline": activity["hasPolyline"],
            "childIds": [child["activityId"] for child in children],
            "childActivityTypes": [child["activityType"]["typeKey"] for child in children],
            "manufacturer": activity["manufacturer"],
            "lapCount": activity["lapCount"],
            "deviceMetaDataDTO": {"deviceId": str(DEVICE_ID), "deviceTypePk": 37_000, "deviceVersionPk": 1_003_399},
            "personalRecord": activity["pr"],
            "manualActivity": activity["manualActivity"],
            "favorite": activity["favorite"],
            "trimmed": False,
        },
        "summaryDTO": summary,
        "locationName": activity["locationName"],
        "splitSummaries": [],
    }


def activity_type(type_key: str) -> Json:
    type_id, parent = TYPES[type_key]
    return {"typeId": type_id, "typeKey": type_key, "parentTypeId": parent, "isHidden": False, "restricted": False,
            "trimmable": True}  # fmt: skip


def parent_key(type_key: str) -> str:
    """The key that the list's filter `activityType` knows a type by: its parent's, or its own below the root."""
    _, parent = TYPES[type_key]
    return type_key if parent == ROOT else next(key for key, (number, _) in TYPES.items() if number == parent)


def _stamp(moment: datetime) -> str:
    """As the list writes times: naive, whether they mean UTC or a wall clock."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _dotted(stamp: str) -> str:
    return stamp.replace(" ", "T") + ".0"
