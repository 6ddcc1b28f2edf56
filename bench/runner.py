"""An invented runner of many years: the same life as Strava's summaries and as Strava's export."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"
_SPORTS = ["Run"] * 7 + ["TrailRun", "Ride", "WeightTraining"]
_DAYS_PER_ACTIVITY = 1.2  # 3,000 of them are ten years


def summaries(
    count: int, last: datetime, *, seed: int = 2026, days_apart: float = _DAYS_PER_ACTIVITY
) -> list[dict[str, Any]]:
    """`count` summary activities, newest first, the newest about a day before `last`."""
    random = Random(seed)
    return [_summary(number, last - timedelta(days=1 + number * days_apart), random) for number in range(count)]


def _summary(number: int, about: datetime, random: Random) -> dict[str, Any]:
    start = about.astimezone(UTC).replace(
        hour=random.randint(5, 17), minute=random.randint(0, 59), second=0, microsecond=0
    )
    offset = start.astimezone(ZoneInfo(ZONE)).utcoffset() or timedelta()
    sport = random.choice(_SPORTS)
    moving = random.randint(25, 110) * 60
    distance = 0.0 if sport == "WeightTraining" else round(moving * random.uniform(2.4, 3.6), 1)
    return {
        "resource_state": 2,
        "athlete": {"id": 1, "resource_state": 1},
        "id": 9_000_000_000 + 1_000_000 - number * 37,
        "upload_id": 8_000_000_000 - number,
        "external_id": f"invented-{number}.fit",
        "name": f"{sport} {number}",
        "type": "Run" if sport == "TrailRun" else sport,
        "sport_type": sport,
        "workout_type": 0 if sport == "Run" else None,
        "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "start_date_local": f"{start + offset:%Y-%m-%dT%H:%M:%SZ}",
        "timezone": f"(GMT+01:00) {ZONE}",
        "utc_offset": offset.total_seconds(),
        "distance": distance,
        "moving_time": moving,
        "elapsed_time": moving + random.randint(0, 300),
        "total_elevation_gain": float(random.randint(0, 400)),
        "average_speed": round(distance / moving, 3),
        "max_speed": 5.1,
        "average_cadence": 84.2,
        "has_heartrate": True,
        "average_heartrate": float(random.randint(122, 171)),
        "max_heartrate": float(random.randint(172, 188)),
        "trainer": False,
        "commute": False,
        "manual": False,
        "private": False,
        "visibility": "everyone",
        "flagged": False,
        "gear_id": f"g{1 + number // 300}" if distance else None,
        "start_latlng": [],
        "end_latlng": [],
        "map": {"id": f"a{number}", "summary_polyline": "", "resource_state": 2},
        "device_name": "Garmin Forerunner 265",
    }


COLUMNS = [
    *("Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description"),
    *("Elapsed Time", "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note"),
    *("Activity Gear", "Filename", "Athlete Weight", "Bike Weight"),
    *("Elapsed Time", "Moving Time", "Distance", "Max Speed", "Average Speed", "Elevation Gain"),
    *("Average Cadence", "Max Heart Rate", "Average Heart Rate", "Commute"),
]


def write_export(folder: Path, activities: Sequence[dict[str, Any]]) -> Path:
    """The activities as an unpacked Strava export (its table only). Gives the folder."""
    folder.mkdir()
    with (folder / "activities.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(map(_export_row, activities))
    return folder


def _export_row(activity: dict[str, Any]) -> list[Any]:
    start = datetime.fromisoformat(activity["start_date"])
    kind = {"TrailRun": "Trail Run", "WeightTraining": "Weight Training"}.get(activity["sport_type"], activity["type"])
    return [
        *(activity["id"], f"{start:%b} {start.day}, {start:%Y}, {start.hour % 12 or 12}:{start:%M:%S %p}"),
        *(activity["name"], kind, ""),
        *(activity["elapsed_time"], f"{activity['distance'] / 1000:.2f}", activity["max_heartrate"], "", "false", ""),
        *(activity["gear_id"] or "", f"activities/{activity['upload_id']}.fit.gz", "", ""),
        *(activity["elapsed_time"], activity["moving_time"], activity["distance"], activity["max_speed"]),
        *(activity["average_speed"], activity["total_elevation_gain"], activity["average_cadence"]),
        *(activity["max_heartrate"], activity["average_heartrate"], "0.0"),
    ]
