"""The shape of a Strava summary activity, for athletes that are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coachd.clock import local_instant


def summary_activity(
    activity_id: int,
    day: date,
    at: time,
    zone: ZoneInfo,
    sport: str = "Run",
    **fields: Any,
) -> dict[str, Any]:
    """A Strava summary activity with every field a real one has; `fields` replaces or adds.

    Without `fields` it is a blank (no distance, no heart rate) that starts at a wall-clock time on a day in a zone.
    """
    start = local_instant(day, at, zone)
    local = start.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    blank = {
        "resource_state": 2,
        "athlete": {"id": 1, "resource_state": 1},
        "name": sport,
        "distance": 0.0,
        "moving_time": 0,
        "elapsed_time": 0,
        "total_elevation_gain": 0.0,
        "type": "Run" if sport in ("TrailRun", "VirtualRun") else sport,
        "sport_type": sport,
        "workout_type": None,
        "device_name": "Garmin Forerunner 265",
        "id": activity_id,
        "start_date": _stamp(start),
        "start_date_local": _stamp(local),
        "timezone": f"(GMT{_standard_offset(day.year, zone)}) {zone.key}",
        "utc_offset": offset.total_seconds(),
        "achievement_count": 0,
        "kudos_count": 0,
        "comment_count": 0,
        "athlete_count": 1,
        "trainer": False,
        "commute": False,
        "manual": False,
        "private": False,
        "visibility": "everyone",
        "flagged": False,
        "gear_id": None,
        "average_speed": 0.0,
        "max_speed": 0.0,
        "has_heartrate": False,
        "upload_id": activity_id + 1_000_000_000,
        "upload_id_str": str(activity_id + 1_000_000_000),
        "external_id": f"garmin_ping_{activity_id % 10**12}",
        "pr_count": 0,
        "has_kudoed": False,
    }
    return {**blank, **fields}


def _stamp(moment: datetime) -> str:
    """As Strava writes times: with a `Z`, also behind a wall-clock time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _standard_offset(year: int, zone: ZoneInfo) -> str:
    """The zone's offset outside summer time, as Strava prints it even in summer: +01:00."""
    offsets = [datetime(year, month, 1, tzinfo=UTC).astimezone(zone).strftime("%z") for month in (1, 7)]
    text = min(offsets, key=int)
    return f"{text[:3]}:{text[3:5]}"
