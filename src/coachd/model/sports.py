"""Where data comes from, and the families of sports."""

from __future__ import annotations

from typing import Literal

Source = str
"""`strava`, `garmin` or `files`: a place data comes from."""


Family = Literal["run", "walk", "ride", "swim", "strength", "mobility", "cross", "other"]

FAMILIES: dict[str, Family] = {
    **dict.fromkeys(["Run", "TrailRun", "VirtualRun"], "run"),
    **dict.fromkeys(["Walk", "Hike", "Snowshoe"], "walk"),
    **dict.fromkeys(
        [
            "Ride", "MountainBikeRide", "GravelRide", "VirtualRide", "EBikeRide", "EMountainBikeRide", "Velomobile",
            "Handcycle",
        ],
        "ride",
    ),
    **dict.fromkeys(["Swim"], "swim"),
    **dict.fromkeys(["WeightTraining"], "strength"),
    **dict.fromkeys(["Yoga", "Pilates", "PhysicalTherapy"], "mobility"),
    **dict.fromkeys(
        [
            "Elliptical", "Rowing", "VirtualRow", "NordicSki", "BackcountrySki", "RollerSki", "StairStepper",
            "InlineSkate", "IceSkate", "Canoeing", "Kayaking", "Crossfit", "HighIntensityIntervalTraining", "Workout",
        ],
        "cross",
    ),
}  # fmt: skip
"""Sport as the source recorded it -> family. `strength` is exactly what was recorded as strength training
(design: "sport: strength"); the wider counted session of the catalogue is a measure. Anything unlisted is `other`."""


def family_of(sport: str) -> Family:
    """The family of a recorded sport; `other` for one we do not know."""
    return FAMILIES.get(sport, "other")
