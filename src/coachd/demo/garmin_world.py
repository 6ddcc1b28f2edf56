"""What the Garmin stand-in knows: one athlete's activities with their files, days and nights, and what goes wrong.

Everything is answered as of a moment that the caller gives: an activity is there when the watch has uploaded it, a
night when the watch was synced in the morning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from coachd.demo import garmin_wellness as wellness
from coachd.demo.garmin_access import Keys, Pace, Refusal
from coachd.demo.garmin_days import Day
from coachd.demo.garmin_shapes import Json, detailed_activity, list_item, parent_key
from coachd.demo.troubles import Troubles

LONGEST_PAGE = 45
"""The real one answers 500 above, also where its own default applies."""


class Original(NamedTuple):
    """The file that was uploaded: its suffix, and what makes its bytes when somebody asks for it."""

    suffix: str
    make: Callable[[], bytes]


@dataclass
class _Kept:
    activity: Json
    uploaded: datetime
    original: Original | None


class World(Troubles):
    """The state behind a stand-in, safe to change from any thread while it is served.

    `activities` are items of the list (`garmin_shapes.listed_activity`); `days` are consecutive, the first is when the
    watch was first worn. `zones` are heart-rate zones as Garmin gives them. `keys` and `pace` say who may call and how
    fast.
    """

    def __init__(
        self,
        activities: Iterable[Json] = (),
        days: Iterable[Day] = (),
        zone: str = "Europe/Berlin",
        zones: Iterable[Json] = (),
        originals: Mapping[int, Original] | None = None,
    ) -> None:
        super().__init__()
        self.zone = ZoneInfo(zone)
        self.zones = list(zones)
        self.keys = Keys()
        self.pace = Pace()
        self._activities: dict[int, _Kept] = {}
        self._days = {day.day: day for day in days}
        for activity in activities:
            self.add(activity, original=(originals or {}).get(activity["activityId"]))

    # What happens to the athlete ------------------------------------------------------------------------------------

    def add(self, activity: Json, upload_at: datetime | None = None, original: Original | None = None) -> None:
        """A workout. It shows up when it ends, or only at `upload_at`. Without an original its file is 404."""
        with self.lock:
            self._activities[activity["activityId"]] = _Kept(dict(activity), upload_at or _end(activity), original)

    def edit(self, activity_id: int, **fields: Any) -> None:
        """Change fields of an activity, also of its detail; its file stays. Raises KeyError for an unknown one."""
        with self.lock:
            self._activities[activity_id].activity.update(fields)

    def delete(self, activity_id: int) -> None:
        """Take an activity away. Raises KeyError for an unknown one."""
        with self.lock:
            del self._activities[activity_id]

    def upload(self, activity_id: int, at: datetime) -> None:
        """Move the moment from which an activity is there. Raises KeyError for an unknown one."""
        with self.lock:
            self._activities[activity_id].uploaded = at

    def add_day(self, day: Day) -> None:
        """A day, or another version of one."""
        with self.lock:
            self._days = {**self._days, day.day: day}  # anew, so that whoever reads the old one reads on

    def sync_day(self, day: date, at: datetime) -> None:
        """Move the first sync of a day, and so the moment from which its night is known. Raises KeyError."""
        self.add_day(replace(self._days[day], synced_at=at))

    # What is answered about activities ------------------------------------------------------------------------------

    def ids(self) -> list[int]:
        """Every activity there is, uploaded or not."""
        return sorted(self._activities)

    def listing(self, query: Mapping[str, str], now: datetime) -> list[Json]:
        """A page of the list, newest first unless asked. Raises Refusal 500 for a long page and for the default one."""
        limit, start = _number(query.get("limit", "99")), _number(query.get("start", "0"))
        if limit > LONGEST_PAGE:
            raise Refusal(500, "Internal Server Error")
        with self.lock:
            seen = [kept.activity for kept in self._activities.values() if kept.uploaded <= now]
        found = sorted(
            (list_item(activity) for activity in seen if _matches(activity, query)),
            key=itemgetter("startTimeLocal", "activityId"),
            reverse=query.get("sortOrder", "desc") != "asc",
        )
        return found[start : start + limit]

    def activity(self, activity_id: int, now: datetime) -> Json:
        """One activity in detail. Raises Refusal 404 when it is deleted or not there yet."""
        with self.lock:
            kept = self._found(activity_id, now)
            children = [each.activity for each in self._activities.values() if each.activity["parentId"] == activity_id]
            return detailed_activity(kept.activity, children, kept.uploaded)

    def original(self, activity_id: int, now: datetime) -> tuple[str, bytes]:
        """Name and bytes of the file that was uploaded. Raises Refusal 404 for an activity made by hand."""
        with self.lock:
            original = self._found(activity_id, now).original
        if original is None:
            raise Refusal(404, "Not Found")
        return f"{activity_id}_ACTIVITY.{original.suffix}", original.make()

    def _found(self, activity_id: int, now: datetime) -> _Kept:
        kept = self._activities.get(activity_id)
        if kept is None or kept.uploaded > now:
            raise Refusal(404, "Not Found")
        return kept

    # What is answered about days ------------------------------------------------------------------------------------

    def sleep(self, day: date, now: datetime) -> Json:
        """The night that ended on a day; all null where there is none, or none yet."""
        known = self._day(day, now)
        return wellness.sleep(day, known.night if known else None, self.zone)

    def sleep_range(self, first: date, last: date, now: datetime) -> list[Json]:
        return [self.sleep(day, now) for day in self._worn(first, last, now)]

    def hrv(self, day: date, now: datetime) -> Json | None:
        """The night's variability with its readings; None where there is none, or none yet."""
        known, summary = self._day(day, now), self._hrv_summary(day, now)
        if known is None or known.night is None or summary is None:
            return None
        return wellness.hrv_chart(summary, known.night, self.zone)

    def hrv_range(self, first: date, last: date, now: datetime) -> list[Json]:
        """Summaries of the nights that have one; the others are left out."""
        found = (self._hrv_summary(day, now) for day in self._worn(first, last, now))
        return [summary for summary in found if summary is not None]

    def summaries(self, first: date, last: date, now: datetime) -> list[Json]:
        return [
            wellness.day_summary(day, self._day(day, now), self._final(day, now))
            for day in self._worn(first, last, now)
        ]

    def summary(self, day: date, now: datetime) -> Json:
        return wellness.day_summary_v1(day, self._day(day, now), self._week(day, now), self._final(day, now))

    def batteries(self, first: date, last: date, now: datetime) -> list[Json]:
        found = []
        for day in self._worn(first, last, now):
            known = self._day(day, now)
            until = now if self._final(day, now) or known is None else known.synced_at
            found.append(wellness.battery_report(day, known, until, self.zone))
        return found

    def stresses(self, first: date, last: date, now: datetime) -> list[Json]:
        return [
            wellness.stress_stat(day, self._day(day, now), self._final(day, now))
            for day in self._worn(first, last, now)
        ]

    def heart_rate(self, day: date, now: datetime) -> Json:
        return wellness.heart_rate_day(day, self._day(day, now), self._week(day, now))

    def _worn(self, first: date, last: date, now: datetime) -> list[date]:
        """The days of a range from the first with the watch to today; later ones do not exist."""
        begin = max(first, min(self._days, default=last + timedelta(days=1)))
        end = min(last, now.astimezone(self.zone).date())
        return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]

    def _day(self, day: date, now: datetime) -> Day | None:
        """What is known of a day; None before its first sync."""
        known = self._days.get(day)
        return known if known and known.synced_at <= now else None

    def _final(self, day: date, now: datetime) -> bool:
        """Whether the watch has synced since the day was over."""
        after = self._days.get(day + timedelta(days=1))
        return after is None or after.synced_at <= now

    def _week(self, day: date, now: datetime) -> list[Day]:
        week = (self._day(day - timedelta(days=number), now) for number in range(7))
        return [known for known in week if known is not None]

    def _hrv_summary(self, day: date, now: datetime) -> Json | None:
        known = self._day(day, now)
        if known is None:
            return None
        before = sorted((each for each in self._days.values() if each.day <= day), key=lambda each: each.day)
        return wellness.hrv_summary(known, before, min(self._days), self.zone)


def _end(activity: Json) -> datetime:
    return datetime.fromisoformat(activity["endTimeGMT"]).replace(tzinfo=UTC)


def _matches(activity: Json, query: Mapping[str, str]) -> bool:
    """Whether an activity passes the list's filters. Dates are those of its own wall clock, both ends included."""
    day, type_key = activity["startTimeLocal"][:10], activity["activityType"]["typeKey"]
    return (
        query.get("startDate", "0000") <= day <= query.get("endDate", "9999")
        and query.get("activityType", parent_key(type_key)) == parent_key(type_key)
        and query.get("activitySubType", type_key) == type_key
        and query.get("eventType", activity["eventType"]["typeKey"]) == activity["eventType"]["typeKey"]
        and query.get("search", "").casefold() in activity["activityName"].casefold()
        and (activity["parentId"] is None or query.get("excludeChildren", "true") == "false")
    )


def _number(text: str) -> int:
    """Raises Refusal 400."""
    try:
        number = int(text)
    except ValueError:
        raise Refusal(400, "Bad Request") from None
    if number < 0:
        raise Refusal(400, "Bad Request")
    return number
