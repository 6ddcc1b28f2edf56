"""What the Strava stand-in knows: one athlete's activities, gear, zones and streams, and what goes wrong on purpose.

Everything is answered as of a moment that the caller gives: an activity that has not begun, or is not uploaded yet,
does not exist. Answers have the shapes that real Strava answers had in October 2025.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coachd.demo.strava_access import ApiError, Authorisations, RateLimits, bad_request
from coachd.demo.troubles import Troubles
from coachd.model import family_of
from coachd.units import METRES_PER_MILE

Json = dict[str, Any]

LONGEST_PAGE = 200

# In the detailed answer only; a list item never carries them.
DETAIL_DEFAULTS: Mapping[str, Any] = {
    "description": None,
    "calories": 0.0,
    "perceived_exertion": None,
    "prefer_perceived_exertion": None,
    "splits_metric": [],
    "splits_standard": [],
    "best_efforts": [],
    "segment_efforts": [],
    "laps": [],
    "photos": {"primary": None, "count": 0},
    "stats_visibility": [],
    "hide_from_home": False,
    "available_zones": [],
}
DETAIL_ONLY = frozenset({*DETAIL_DEFAULTS, "gear", "private_note", "embed_token", "similar_activities"})
# Ours alone; Strava never shows them.
HIDDEN = frozenset({"hide_start", "entered_distance"})


@dataclass(frozen=True, slots=True)
class _Listed:
    """An activity as the listing needs it, its JSON made once and not for every page."""

    start: float
    id: int
    visible_from: float
    only_me: bool
    json: bytes


class World(Troubles):
    """The state behind a stand-in, safe to change from any thread while it is served.

    `activities` are summary activities as Strava gives them; they may also carry detail fields (`description`, `laps`
    ...) and `hide_start`. `gear` may say `distance` (served as it is) or `entered_distance`, the metres the athlete
    entered for a used shoe, to which the activities' distances are added. `streams` maps an activity's id to its
    streams by type.

    Switches: `inactive` (the operator's app is), `athlete_limit` (no further athlete may connect),
    `refuse_authorisation` (the athlete says no), `granted_scopes` (those left ticked; None: all that are asked for),
    `callback_domain` (the app's), `short_pages` (pages hold fewer than asked for before the end).
    """

    def __init__(
        self,
        activities: Iterable[Json] = (),
        athlete: Json | None = None,
        gear: Iterable[Json] = (),
        zones: Json | None = None,
        streams: Mapping[int, Json] | None = None,
    ) -> None:
        super().__init__()
        self.athlete: Json = {"id": 1, "resource_state": 3, "measurement_preference": "meters", **(athlete or {})}
        self.gear: dict[str, Json] = {}
        for item in [*self.athlete.pop("shoes", []), *self.athlete.pop("bikes", []), *gear]:
            self.gear[item["id"]] = dict(item)
        self.zones: Json = zones or {"heart_rate": {"custom_zones": False, "zones": []}}
        self.streams: dict[int, Json] = dict(streams or {})
        self.oauth = Authorisations()
        self.limits = RateLimits()
        self.inactive = False
        self.athlete_limit = False
        self.refuse_authorisation = False
        self.granted_scopes: frozenset[str] | None = None
        self.callback_domain = "localhost"
        self.short_pages = False
        self.subscriptions: list[Json] = []
        self._activities: dict[int, Json] = {}
        self._uploads: dict[int, datetime] = {}
        self._listing: list[_Listed] | None = None
        for activity in activities:
            self.add(activity)

    # What happens to the athlete ------------------------------------------------------------------------------------

    def add(self, activity: Json, upload_at: datetime | None = None) -> None:
        """A workout. It shows up when it starts, or only from `upload_at` on."""
        with self.lock:
            self._activities[activity["id"]] = dict(activity)
            if upload_at is not None:
                self._uploads[activity["id"]] = upload_at
            self._listing = None

    def edit(self, activity_id: int, **fields: Any) -> None:
        """Change fields of an activity. Raises KeyError for an unknown one."""
        with self.lock:
            self._activities[activity_id].update(fields)
            self._listing = None

    def delete(self, activity_id: int) -> None:
        """Take an activity away. Raises KeyError for an unknown one."""
        with self.lock:
            del self._activities[activity_id]
            self._uploads.pop(activity_id, None)
            self._listing = None

    def edit_gear(self, gear_id: str, **fields: Any) -> None:
        """Change fields of a shoe or bike, e.g. `retired=True`. Raises KeyError for an unknown one."""
        with self.lock:
            self.gear[gear_id].update(fields)

    def revoke_all(self) -> None:
        """The athlete disconnects the app on the website: no token works any more."""
        self.oauth.revoke_all()

    # What is answered -----------------------------------------------------------------------------------------------

    def page(self, query: Mapping[str, str], *, private: bool, now: datetime) -> bytes:
        """One page of `/athlete/activities` as JSON: newest first, but oldest first when only `after` is given.

        Raises ApiError 400 for a bound that is no number or lies in the future (as milliseconds do).
        """
        after, before = _number(query, "after"), _number(query, "before")
        if after is not None and after > now.timestamp():
            raise bad_request("Application", "after", "future")
        number = _number(query, "page") or 1
        size = min(_number(query, "per_page") or 30, LONGEST_PAGE)
        if number < 1 or size < 1:
            raise bad_request("Application", "page")
        if self.short_pages:
            size = max(1, size - 1)
        moment = now.timestamp()
        with self.lock:
            listing = self._listed()
            first = 0 if after is None else bisect_right(listing, float(after), key=lambda item: item.start)
            last = len(listing) if before is None else bisect_left(listing, float(before), key=lambda item: item.start)
            rows = [
                item.json
                for item in listing[first:last]
                if item.visible_from <= moment and (private or not item.only_me)
            ]
        if after is None or before is not None:
            rows.reverse()
        return b"[" + b",".join(rows[(number - 1) * size : number * size]) + b"]"

    def activity(self, activity_id: int, *, private: bool, now: datetime) -> Json:
        """One activity in detail. Raises ApiError 404 when it is deleted, not there yet, or not to be seen."""
        with self.lock:
            activity = self._activities.get(activity_id)
            if activity is None or not self._visible(activity, now) or (_only_me(activity) and not private):
                raise ApiError(404, "Record Not Found", "Activity", "id", "invalid")
            detail = {**_summary(activity), "resource_state": 3, **DETAIL_DEFAULTS}
            detail |= {key: value for key, value in activity.items() if key in DETAIL_ONLY}
            detail["map"] = {**detail["map"], "polyline": "", "resource_state": 3}
            if activity.get("gear_id") in self.gear and "gear" not in activity:
                detail["gear"] = self._gear_item(self.gear[activity["gear_id"]], 2, now)
            return detail

    def activity_streams(self, activity_id: int, keys: str, *, private: bool, now: datetime) -> Json:
        """The streams asked for, always with `distance` when there is one, by type.

        Raises ApiError 404 for a manual activity and for one without streams here.
        """
        activity = self.activity(activity_id, private=private, now=now)
        if activity.get("manual") or activity_id not in self.streams:
            raise ApiError(404, "Resource Not Found", "Activity", "streams", "not found")
        wanted = {*keys.split(","), "distance"}
        return {name: _stream(data) for name, data in self.streams[activity_id].items() if name in wanted}

    def athlete_summary(self) -> Json:
        """The athlete as anyone may see them: no gear, no weight."""
        names = ("id", "username", "firstname", "lastname", "city", "state", "country", "sex", "premium", "summit")
        return {**{name: self.athlete.get(name) for name in names}, "resource_state": 2}

    def athlete_detail(self, now: datetime) -> Json:
        """The athlete with the gear in use; retired gear is left out, as Strava does."""
        with self.lock:
            items = [self._gear_item(item, 2, now) for item in self.gear.values() if not item.get("retired")]
        shoes = [item for item in items if not item["id"].startswith("b")]
        bikes = [item for item in items if item["id"].startswith("b")]
        return {**self.athlete, "shoes": shoes, "bikes": bikes}

    def gear_detail(self, gear_id: str, now: datetime) -> Json:
        """One shoe or bike, retired or not. Raises ApiError 404."""
        with self.lock:
            if gear_id not in self.gear:
                raise ApiError(404, "Resource Not Found", "Gear", "id", "invalid")
            return self._gear_item(self.gear[gear_id], 3, now)

    def stats(self, now: datetime) -> Json:
        """Totals of the last four weeks, the year and all time; Strava counts only what everyone may see."""
        with self.lock:
            seen = [a for a in self._activities.values() if self._visible(a, now)]
        seen = [a for a in seen if a.get("visibility", "everyone") == "everyone"]
        since = {
            "recent": now - timedelta(weeks=4),
            "ytd": now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
            "all": datetime.min.replace(tzinfo=now.tzinfo),
        }
        return {
            f"{span}_{family}_totals": _totals(
                [a for a in seen if family_of(a.get("sport_type") or a["type"]) == family and _start(a) >= begin]
            )
            for span, begin in since.items()
            for family in ("ride", "run", "swim")
        }

    def _listed(self) -> list[_Listed]:
        if self._listing is None:
            self._listing = sorted(
                map(self._list_item, self._activities.values()), key=lambda item: (item.start, item.id)
            )
        return self._listing

    def _list_item(self, activity: Json) -> _Listed:
        text = json.dumps(_summary(activity), ensure_ascii=False, separators=(",", ":"))
        visible_from = self._visible_from(activity).timestamp()
        return _Listed(_start(activity).timestamp(), activity["id"], visible_from, _only_me(activity), text.encode())

    def _visible_from(self, activity: Json) -> datetime:
        return max(_start(activity), self._uploads.get(activity["id"], _start(activity)))

    def _visible(self, activity: Json, now: datetime) -> bool:
        return self._visible_from(activity) <= now

    def _gear_item(self, gear: Json, resource_state: int, now: datetime) -> Json:
        metres = gear.get("distance")
        if metres is None:
            used = (a for a in self._activities.values() if a.get("gear_id") == gear["id"] and self._visible(a, now))
            metres = round(gear.get("entered_distance", 0) + sum(a["distance"] for a in used))
        unit = METRES_PER_MILE if self.athlete.get("measurement_preference") == "feet" else 1000
        more = {"brand_name": None, "model_name": None, "description": None, "notification_distance": 0}
        return {
            "primary": False,
            "nickname": "",
            "retired": False,
            **(more if resource_state == 3 else {}),
            **{key: value for key, value in gear.items() if key not in HIDDEN},
            "resource_state": resource_state,
            "distance": metres,
            "converted_distance": round(metres / unit, 1),
        }


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise bad_request("Application", name) from None


def _start(activity: Json) -> datetime:
    return datetime.fromisoformat(activity["start_date"])


def _only_me(activity: Json) -> bool:
    return activity.get("visibility") == "only_me" or bool(activity.get("private"))


def _summary(activity: Json) -> Json:
    """An activity as a list item. A hidden start time is served as midnight and one second, in both fields."""
    item = {
        **{key: value for key, value in activity.items() if key not in DETAIL_ONLY and key not in HIDDEN},
        "start_latlng": [],
        "end_latlng": [],
        "map": {"id": f"a{activity['id']}", "summary_polyline": "", "resource_state": 2},
    }
    if activity.get("hide_start"):
        item["start_date"] = item["start_date_local"] = activity["start_date_local"][:10] + "T00:00:01Z"
    return item


def _stream(data: Any) -> Json:
    if isinstance(data, dict):
        return data
    return {"data": data, "series_type": "distance", "original_size": len(data), "resolution": "high"}


def _totals(activities: list[Json]) -> Json:
    return {
        "count": len(activities),
        "distance": sum(a["distance"] for a in activities),
        "moving_time": sum(a["moving_time"] for a in activities),
        "elapsed_time": sum(a["elapsed_time"] for a in activities),
        "elevation_gain": sum(a["total_elevation_gain"] for a in activities),
    }
