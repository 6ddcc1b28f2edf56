"""Garmin's JSON about activities and zones -> our nouns. Tolerant: an odd value costs that value or that activity,
never a page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from coachd.model import Recording, family_of
from coachd.sources import harmless, instant, sensible

# Positions are never stored: no rule needs them. Names and pictures of the athlete say nothing about training.
_DROPPED = (
    "startLatitude", "startLongitude", "endLatitude", "endLongitude", "locationName", "ownerDisplayName",
    "ownerFullName",    "ownerProfileImageUrlSmall", "ownerProfileImageUrlMedium", "ownerProfileImageUrlLarge",
)  # fmt: skip

SPORTS: Mapping[str, str] = {
    **dict.fromkeys(
        ["running", "street_running", "track_running", "treadmill_running", "indoor_running", "obstacle_run",
         "ultra_run"], "Run"),
    "trail_running": "TrailRun", "virtual_run": "VirtualRun",
    **dict.fromkeys(["walking", "casual_walking", "speed_walking", "indoor_walking"], "Walk"),
    **dict.fromkeys(["hiking", "mountaineering", "rucking"], "Hike"),
    **dict.fromkeys(["snow_shoe", "snow_shoe_ws"], "Snowshoe"),
    **dict.fromkeys(
        ["cycling", "road_biking", "indoor_cycling", "cyclocross", "track_cycling", "recumbent_cycling", "bmx",
         "bike_commuting"], "Ride"),
    **dict.fromkeys(["mountain_biking", "downhill_biking", "enduro_mtb"], "MountainBikeRide"),
    "gravel_cycling": "GravelRide", "virtual_ride": "VirtualRide",
    "e_bike_fitness": "EBikeRide", "e_bike_mountain": "EMountainBikeRide", "e_enduro_mtb": "EMountainBikeRide",
    "hand_cycling": "Handcycle", "indoor_hand_cycling": "Handcycle",
    **dict.fromkeys(["swimming", "lap_swimming", "open_water_swimming"], "Swim"),
    "strength_training": "WeightTraining",
    "yoga": "Yoga", "pilates": "Pilates",
    "elliptical": "Elliptical", "stair_climbing": "StairStepper", "hiit": "HighIntensityIntervalTraining",
    **dict.fromkeys(["indoor_rowing", "rowing", "rowing_v2"], "Rowing"),
    **dict.fromkeys(
        ["cross_country_skiing", "cross_country_skiing_ws", "skate_skiing", "skate_skiing_ws"], "NordicSki"),
    **dict.fromkeys(["backcountry_skiing", "backcountry_skiing_snowboarding_ws"], "BackcountrySki"),
    "inline_skating": "InlineSkate", "skating": "IceSkate", "skating_ws": "IceSkate",
    **dict.fromkeys(["kayaking", "kayaking_v2"], "Kayaking"), **dict.fromkeys(["paddling", "paddling_v2"], "Canoeing"),
    **dict.fromkeys(["resort_skiing", "resort_skiing_snowboarding_ws", "resort_snowboarding"], "AlpineSki"),
}  # fmt: skip
"""Garmin's key of a type -> the sport by the name that Strava has for it, which rules know."""

UNKNOWN_SPORT = "Workout"
_INDOORS = frozenset({"treadmill_running", "indoor_running", "indoor_walking", "virtual_run", "indoor_cycling",
                      "virtual_ride", "indoor_rowing", "indoor_hand_cycling"})  # fmt: skip
RACE = 1
ZONES = 5


def recording(raw: Mapping[str, Any]) -> Recording:
    """An item of the activity list as a recording.

    Raises ValueError with the reason when it cannot be one: no id, no readable start.
    """
    external_id = identifier(raw)
    kind, event = _key(raw, "activityType"), _key(raw, "eventType")
    sport = SPORTS.get(kind, UNKNOWN_SPORT)
    start = sensible(instant(raw, "startTimeGMT"))
    return Recording(
        source="garmin",
        external_id=external_id,
        identity=f"garmin:{external_id}",
        sport=sport,
        start=start,
        start_local=_local(raw, start),
        name=" ".join(_text(raw, "activityName").split()),
        zone=_text(raw, "timeZoneId") or None,
        distance_m=_amount(raw, "distance"),
        # Where nobody goes anywhere (strength, yoga) there is no time of moving: the watch's own clock counts.
        moving_s=_amount(raw, "movingDuration") or _amount(raw, "duration"),
        elapsed_s=_amount(raw, "elapsedDuration"),
        gain_m=_amount(raw, "elevationGain"),
        loss_m=_amount(raw, "elevationLoss"),
        average_hr=_positive(raw, "averageHR"),
        max_hr=_positive(raw, "maxHR"),
        cadence_spm=_cadence(raw, sport),
        workout_type=RACE if event == "race" else None,
        device=_device(raw),
        trainer=kind in _INDOORS,
        commute=event == "transportation" or kind == "bike_commuting",
        manual=raw.get("manualActivity") is True,
        description=_text(raw, "description"),
        perceived_effort=_effort(raw),
        sets=_sets(raw),
        hr_zone_s=_zone_times(raw),
        raw=kept(raw),
    )  # fmt: skip


def identifier(raw: Any) -> str:
    """The activity's id as text. Raises ValueError when it has none."""
    value = raw.get("activityId") if isinstance(raw, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        raise ValueError("it has no id")
    return str(value)


def is_parent(raw: Any) -> bool:
    """Whether it is the whole of a multisport day, whose parts are activities of their own."""
    return isinstance(raw, Mapping) and (raw.get("parent") is True or raw.get("isParent") is True)


def owner(raw: Any) -> str | None:
    """The account that an activity or a day belongs to; None where it does not say."""
    names = ("ownerId", "userProfilePK", "userProfilePk", "userProfileId")
    values = (raw.get(name) for name in names) if isinstance(raw, Mapping) else ()
    return next((str(value) for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def kept(raw: Any) -> Any:
    """The raw JSON without positions and names, and without numbers that are none: a database refuses NaN."""
    if isinstance(raw, Mapping):
        return {name: kept(value) for name, value in raw.items() if name not in _DROPPED}
    if isinstance(raw, list):
        return [kept(value) for value in raw]
    return None if isinstance(raw, float) and not math.isfinite(raw) else raw


def zone2_top(document: Mapping[str, Any] | None) -> float | None:
    """The upper bound (bpm) of zone 2 of the athlete's heart-rate zones at Garmin, those for running if there are any.

    None for zones that Garmin works out by itself from a maximum: that is a guess from the age unless somebody set it,
    and the top of zone 2 then lies at 70 % of it, far below where easy running ends. Zones count that come from a
    threshold, or whose limits were moved by hand.
    """
    sets = (document or {}).get("zones")
    found = [each for each in sets if isinstance(each, Mapping)] if isinstance(sets, list) else []
    for sport in ("RUNNING", "DEFAULT"):
        zones = next((each for each in found if each.get("sport") == sport), None)
        if zones is not None:
            floor = _positive(zones, "zone3Floor")
            return None if floor is None or _computed(zones, floor) else floor - 1
    return None


def _computed(zones: Mapping[str, Any], floor: float) -> bool:
    """Whether zone 3 begins where Garmin puts it: at 70 % of the maximum, or of the reserve."""
    if _text(zones, "trainingMethod") in ("LACTATE_THRESHOLD", "LTHR"):
        return False
    top, resting = _positive(zones, "maxHeartRateUsed"), _amount(zones, "restingHeartRateUsed") or 0.0
    if top is None:
        return True
    return any(abs(floor - low - 0.7 * (top - low)) <= 2.0 for low in {0.0, resting})


def number(raw: Any, key: str) -> float | None:
    """The number; None where there is none, or none that is finite."""
    value = raw.get(key) if isinstance(raw, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _amount(raw: Mapping[str, Any], key: str) -> float | None:
    """A number that cannot be negative."""
    value = number(raw, key)
    return value if value is not None and value >= 0 else None


def _positive(raw: Mapping[str, Any], key: str) -> float | None:
    """A number that cannot be zero either: no heart rate is."""
    return _amount(raw, key) or None


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return harmless(value) if isinstance(value, str) else ""


def _key(raw: Mapping[str, Any], name: str) -> str:
    """The `typeKey` of a type."""
    value = raw.get(name)
    return _text(value, "typeKey") if isinstance(value, Mapping) else ""


def _local(raw: Mapping[str, Any], start: datetime) -> datetime:
    """The wall clock at the start. Raises ValueError where it cannot be read, or is not of this start."""
    local = instant(raw, "startTimeLocal").replace(tzinfo=None)
    if abs((local - start.replace(tzinfo=None)).total_seconds()) > 26 * 3600:
        raise ValueError(f"its local start {local} is more than a day from {start:%Y-%m-%d %H:%M} UTC")
    return local


def _cadence(raw: Mapping[str, Any], sport: str) -> float | None:
    """Steps a minute of those on foot."""
    family = family_of(sport)
    cadence = _positive(raw, "averageRunningCadenceInStepsPerMinute")
    if cadence is None or family not in ("run", "walk"):
        return None
    # Some third-party uploads count one leg: nobody runs with fewer than 100 steps a minute. Walkers may.
    return cadence * 2 if family == "run" and cadence < 100 else cadence


def _device(raw: Mapping[str, Any]) -> str | None:
    """Whose device it was: the list names no model."""
    maker = _text(raw, "deviceName") or _text(raw, "manufacturer").replace("_", " ").title()
    return None if maker in ("", "Development", "Unknown") else maker


def _effort(raw: Mapping[str, Any]) -> float | None:
    """The athlete's own rating, from 1 to 10; Garmin keeps ten times that."""
    value = number(raw, "directWorkoutRpe")
    return value / 10 if value is not None and 10 <= value <= 100 else None


def _sets(raw: Mapping[str, Any]) -> int | None:
    value = number(raw, "totalSets")
    return int(value) if value is not None and 0 < value < 1000 else None


def _zone_times(raw: Mapping[str, Any]) -> tuple[float, ...] | None:
    """Seconds in Garmin's heart-rate zones 1 to 5; None without any. One that is missing beside others was not
    entered."""
    times: Sequence[float | None] = [_amount(raw, f"hrTimeInZone_{zone}") for zone in range(1, ZONES + 1)]
    return tuple(seconds or 0.0 for seconds in times) if any(times) else None
