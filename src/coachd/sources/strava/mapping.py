"""Strava's JSON -> our nouns. Tolerant: an odd value costs that value or that activity, never a page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from coachd.model import Recording, Shoe, family_of
from coachd.sources import harmless, instant, sensible

# Routes and positions are never stored: no rule needs them, and the terms forbid keeping geographic data.
_DROPPED = (
    "map", "start_latlng", "end_latlng", "start_latitude", "start_longitude", "photos", "segment_efforts",
    "similar_activities",
)  # fmt: skip

_GARMINS = re.compile(r"garmin_push_(\d+)|(\d{6,20})_ACTIVITY\.\w+(?:\.gz)?", re.IGNORECASE)
"""Uploads that bear Garmin's id of the activity. The number of today's `garmin_ping_` is that of a message."""

_FEET = ("run", "walk")  # families whose cadence Strava counts per leg


def recording(raw: Mapping[str, Any]) -> Recording:
    """A summary or detailed activity as a recording.

    Raises ValueError with the reason when it cannot be one: no id, no sport, no readable start.
    """
    external_id = identifier(raw)
    sport = _text(raw, "sport_type") or _text(raw, "type")
    if not sport:
        raise ValueError("it has no sport")
    start_local = sensible(instant(raw, "start_date_local")).replace(
        tzinfo=None
    )  # its Z is false: it is the wall clock
    return Recording(
        source="strava",
        external_id=external_id,
        identity=f"strava:{external_id}",
        sport=sport,
        start=sensible(instant(raw, "start_date")),
        start_local=start_local,
        name=" ".join(_text(raw, "name").split()),
        zone=_zone(raw.get("timezone")),
        distance_m=_number(raw, "distance"),
        moving_s=_number(raw, "moving_time"),
        elapsed_s=_number(raw, "elapsed_time"),
        gain_m=_number(raw, "total_elevation_gain"),
        average_hr=_number(raw, "average_heartrate"),
        max_hr=_number(raw, "max_heartrate"),
        cadence_spm=_cadence(raw, sport),
        workout_type=_workout_type(raw),
        gear_id=_text(raw, "gear_id") or None,
        device=_text(raw, "device_name") or None,
        trainer=bool(raw.get("trainer")),
        commute=bool(raw.get("commute")),
        manual=bool(raw.get("manual")),
        # A hidden start time is served as one second past midnight (since July 2024).
        hidden_start=(start_local.hour, start_local.minute, start_local.second) == (0, 0, 1),
        description=_text(raw, "description"),
        also=_also(raw),
        raw=kept(raw),
    )


def _also(raw: Mapping[str, Any]) -> tuple[str, ...]:
    found = _GARMINS.fullmatch(_text(raw, "external_id"))
    return (f"garmin:{found[1] or found[2]}",) if found else ()


def identifier(raw: Mapping[str, Any]) -> str:
    """The activity's id as text. Raises ValueError when it has none."""
    value = raw.get("id") if isinstance(raw, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        raise ValueError("it has no id")
    return str(value)


def kept(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The raw JSON without routes and positions, and without numbers that are none: a database refuses NaN."""
    finite = math.isfinite
    return {
        key: None if value.__class__ is float and not finite(value) else value
        for key, value in raw.items()
        if key not in _DROPPED
    }


def shoe(raw: Any) -> Shoe | None:
    """A gear record as a shoe; None for a bike or for something unreadable."""
    gear = _text(raw, "id") if isinstance(raw, Mapping) else ""
    if not gear.startswith("g"):
        return None
    return Shoe(
        id=gear,
        name=_text(raw, "nickname") or _text(raw, "name") or gear,
        distance_m=_number(raw, "distance"),
        retired=bool(raw.get("retired")),
        source="strava",
    )


def total_count(stats: Mapping[str, Any]) -> int | None:
    """The activities that an athlete's totals count (runs, rides and swims that everyone may see); None for none."""
    totals = (stats.get(f"all_{sport}_totals") for sport in ("run", "ride", "swim"))
    counts = [_number(each, "count") or 0 for each in totals if isinstance(each, Mapping)]
    return int(sum(counts)) or None


def zone2_top(zones: Mapping[str, Any] | None) -> float | None:
    """The upper bound (bpm) of zone 2 of the athlete's own heart-rate zones; None for Strava's computed ones."""
    heart = (zones or {}).get("heart_rate")
    bounds = heart.get("zones") if isinstance(heart, Mapping) and heart.get("custom_zones") else None
    if not isinstance(bounds, list) or len(bounds) < 2 or not isinstance(bounds[1], Mapping):
        return None
    top = _number(bounds[1], "max")
    return top if top and top > 0 else None


def streams(raw: Any) -> dict[str, list[Any]]:
    """The columns of an activity's streams by type. Raises ValueError where these are none."""
    columns = {
        name: stream["data"]
        for name, stream in (raw.items() if isinstance(raw, Mapping) else ())
        if isinstance(stream, Mapping) and isinstance(stream.get("data"), list)
    }
    if not columns:
        raise ValueError("Strava's streams of this record cannot be read.")
    return columns


def _number(raw: Mapping[str, Any], key: str) -> float | None:
    value = raw.get(key)
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(raw: Mapping[str, Any], key: str) -> str:
    """The text, made harmless; empty where there is none."""
    return harmless(str(raw.get(key) or ""))


def _zone(text: Any) -> str | None:
    """`(GMT-05:00) America/New_York` -> `America/New_York`; the offset in it ignores summer time."""
    return str(text).rpartition(") ")[2] if text else None


def _cadence(raw: Mapping[str, Any], sport: str) -> float | None:
    cadence = _number(raw, "average_cadence")
    if cadence is None or family_of(sport) not in _FEET:
        return None
    # One leg is counted, but some recordings bring both: no runner takes 240 steps a minute.
    return cadence * 2 if cadence < 120 else cadence


def _workout_type(raw: Mapping[str, Any]) -> int | None:
    value = _number(raw, "workout_type")
    return int(value) if value is not None and 0 <= value < 100 else None  # there are a dozen kinds
