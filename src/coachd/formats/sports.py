"""The sports of files, by Strava's names; and the names of devices."""

from __future__ import annotations

import re

from coachd.model import FAMILIES

UNKNOWN = "Workout"

_OF_BOTH = {
    ("running", "trail"): "TrailRun",
    ("running", "virtual_activity"): "VirtualRun",
    ("cycling", "virtual_activity"): "VirtualRide",
    ("rowing", "virtual_activity"): "VirtualRow",
    ("cross_country_skiing", "backcountry"): "BackcountrySki",
    ("alpine_skiing", "backcountry"): "BackcountrySki",
    ("cycling", "mountain"): "MountainBikeRide",
    ("cycling", "downhill"): "MountainBikeRide",
}

_OF_KIND = {
    "gravel_cycling": "GravelRide", "e_bike_fitness": "EBikeRide", "e_bike_mountain": "EMountainBikeRide",
    "hand_cycling": "Handcycle", "indoor_hand_cycling": "Handcycle", "indoor_cycling": "Ride", "spin": "Ride",
    "strength_training": "WeightTraining", "yoga": "Yoga", "pilates": "Pilates",
    "flexibility_training": "PhysicalTherapy", "hiit": "HighIntensityIntervalTraining",
    "amrap": "HighIntensityIntervalTraining", "emom": "HighIntensityIntervalTraining",
    "tabata": "HighIntensityIntervalTraining", "elliptical": "Elliptical", "stair_climbing": "StairStepper",
    "indoor_rowing": "Rowing", "indoor_running": "Run", "treadmill": "Run", "indoor_walking": "Walk",
    "lap_swimming": "Swim", "open_water": "Swim", "bouldering": "RockClimbing", "indoor_climbing": "RockClimbing",
    "squash": "Squash", "badminton": "Badminton", "pickleball": "Pickleball", "table_tennis": "TableTennis",
    "padel": "Padel", "racquetball": "Racquetball", "cardio_training": "Workout",
}  # fmt: skip
"""FIT's `sub_sport`. Stretching has no sport of its own at Strava; its family, mobility, is what counts."""

_OF_SPORT = {
    "running": "Run", "cycling": "Ride", "walking": "Walk", "hiking": "Hike", "mountaineering": "Hike",
    "swimming": "Swim", "e_biking": "EBikeRide", "cross_country_skiing": "NordicSki", "alpine_skiing": "AlpineSki",
    "snowboarding": "Snowboard", "snowshoeing": "Snowshoe", "rowing": "Rowing", "inline_skating": "InlineSkate",
    "ice_skating": "IceSkate", "kayaking": "Kayaking", "paddling": "Canoeing", "rafting": "Canoeing",
    "stand_up_paddleboarding": "StandUpPaddling", "surfing": "Surfing", "windsurfing": "Windsurf",
    "kitesurfing": "Kitesurf", "sailing": "Sail", "golf": "Golf", "rock_climbing": "RockClimbing", "tennis": "Tennis",
    "soccer": "Soccer", "floor_climbing": "StairStepper", "hiit": "HighIntensityIntervalTraining",
    "wheelchair_push_walk": "Wheelchair", "wheelchair_push_run": "Wheelchair", "basketball": "Basketball",
    "volleyball": "Volleyball", "cricket": "Cricket", "dance": "Dance",
}  # fmt: skip
"""FIT's `sport`."""

_INDOORS = frozenset(
    {
        "treadmill", "indoor_running", "indoor_walking", "indoor_cycling", "spin", "indoor_rowing", "indoor_skiing",
        "indoor_hand_cycling", "virtual_activity",
    }
)  # fmt: skip

_WORDS = {
    "biking": ("cycling", ""), "run": ("running", ""), "ride": ("cycling", ""), "walk": ("walking", ""),
    "hike": ("hiking", ""), "swim": ("swimming", ""), "trail_running": ("running", "trail"),
    "treadmill_running": ("running", "treadmill"), "virtual_run": ("running", "virtual_activity"),
    "track_running": ("running", "track"), "street_running": ("running", "street"),
    "ultra_run": ("running", "ultra"), "road_biking": ("cycling", "road"), "mountain_biking": ("cycling", "mountain"),
    "gravel_cycling": ("cycling", "gravel_cycling"), "virtual_ride": ("cycling", "virtual_activity"),
    "open_water_swimming": ("swimming", "open_water"), "casual_walking": ("walking", "casual_walking"),
    "speed_walking": ("walking", "speed_walking"), "1": ("cycling", ""), "4": ("hiking", ""), "9": ("running", ""),
    "10": ("walking", ""), "16": ("swimming", ""),
}  # fmt: skip
"""What GPX and TCX say: words of Garmin and of others, and the numbers that Strava's exports had until about 2022."""


def named(sport: str, sub_sport: str) -> tuple[str, bool]:
    """(sport by Strava's name, whether it was indoors) of FIT's two words; `Workout` for those we do not know."""
    name = _OF_BOTH.get((sport, sub_sport)) or _OF_KIND.get(sub_sport) or _OF_SPORT.get(sport, UNKNOWN)
    return name, sub_sport in _INDOORS


def worded(text: str) -> tuple[str, str, bool]:
    """(sport, kind in FIT's words, whether indoors) of what a GPX or TCX file calls its sport."""
    if text in FAMILIES:
        return text, "", False
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    sport, kind = _WORDS.get(word, (word, word if word in _OF_KIND else ""))
    return (named(sport, kind)[0], kind, kind in _INDOORS)


_SIZE_OR_REGION = re.compile(r"_(large|small|asia|apac|japan|korea|taiwan|china|russia)$")


def device(manufacturer: str, product: str) -> str:
    """A device's name for people: `garmin`, `fr265` -> `Garmin Forerunner 265`; empty where nothing is known."""
    maker = " ".join(word.capitalize() for word in manufacturer.split("_"))
    if maker == "Development":  # what an app without a number of its own says
        maker = ""
    model = product
    if product and product == product.lower() and " " not in product:  # FIT's word, not a name for people
        word = re.sub(r"^fr(?=\d)", "forerunner", _SIZE_OR_REGION.sub("", product))
        spaced = re.sub(r"(?<=[a-z]{2})(?=\d)", " ", word.replace("_", " "))
        model = " ".join(word[:1].upper() + word[1:] for word in spaced.split())
    if model.lower().startswith(maker.lower()):
        return model or maker
    return f"{maker} {model}".strip()
