"""The endpoints of the Garmin stand-in: a call on a world at a moment -> the answer Garmin's Personal API would give.

What that API does not have (gear, devices, training readiness, laps, weather ...) is 404, and so is here what coachd
never asks for: food, weight, fitness age, cycle.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

from coachd.demo.garmin_access import Refusal
from coachd.demo.garmin_world import World
from coachd.demo.stand_in import Answer, Call, as_json

TOKEN = "/personalapitoken-service/personal-api/personal-api-key/token"  # noqa: S105 - a path
ZIP = "application/x-zip-compressed"

SLEEP_DAYS, BATTERY_DAYS, STRESS_DAYS, HRV_DAYS, SUMMARY_DAYS = 31, 31, 28, 365, 90


def respond(world: World, call: Call, now: datetime) -> Answer:
    """The answer of the endpoint that the call is for. Raises Refusal."""
    if call.path == TOKEN:
        if call.method != "POST":
            raise Refusal(405, "Method Not Allowed")
        token = world.keys.exchange(call.headers.get("Authorization", ""), now)
        return Answer(200, token.encode(), "text/plain;charset=UTF-8")
    for area, pattern, serve in ROUTES:
        match = pattern.fullmatch(call.path)
        if match and call.method == "GET":
            world.keys.check(call.headers.get("Authorization", ""), area, now)
            return serve(world, call, now, *match.groups())
    raise Refusal(404, "Not Found")


def _activities(world: World, call: Call, now: datetime) -> Answer:
    return as_json(world.listing(call.query, now))


def _activity(world: World, _call: Call, now: datetime, activity_id: str) -> Answer:
    return as_json(world.activity(int(activity_id), now))


def _workouts(world: World, _call: Call, now: datetime, activity_id: str) -> Answer:
    world.activity(int(activity_id), now)
    return as_json([])


def _download(world: World, call: Call, now: datetime, activity_id: str) -> Answer:
    """The upload in a ZIP. Raises Refusal 406 where neither that nor everything is accepted."""
    accepted = {part.partition(";")[0].strip() for part in call.headers.get("Accept", "*/*").split(",")}
    if not accepted & {ZIP, "*/*"}:
        raise Refusal(406, "Not Acceptable")
    name, data = world.original(int(activity_id), now)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return Answer(200, packed.getvalue(), ZIP)


def _sleep(world: World, call: Call, now: datetime) -> Answer:
    return as_json(world.sleep(_date(call.query.get("date")), now))


def _sleep_range(world: World, call: Call, now: datetime) -> Answer:
    return as_json(world.sleep_range(*_asked(call, SLEEP_DAYS), now))


def _hrv(world: World, _call: Call, now: datetime, day: str) -> Answer:
    chart = world.hrv(_date(day), now)
    return Answer(204) if chart is None else as_json(chart)


def _hrv_range(world: World, _call: Call, now: datetime, first: str, last: str) -> Answer:
    found = world.hrv_range(*_range(first, last, HRV_DAYS), now)
    return as_json({"hrvSummaries": found, "userProfilePk": None}) if found else Answer(204)


def _summaries(world: World, call: Call, now: datetime) -> Answer:
    """Documented for a year; beyond about 90 days it breaks."""
    return as_json({"data": world.summaries(*_asked(call, SUMMARY_DAYS, broken=True), now)})


def _summary(world: World, call: Call, now: datetime) -> Answer:
    return as_json(world.summary(_date(call.query.get("calendarDate")), now))


def _batteries(world: World, call: Call, now: datetime) -> Answer:
    return as_json(world.batteries(*_asked(call, BATTERY_DAYS), now))


def _stresses(world: World, _call: Call, now: datetime, first: str, last: str) -> Answer:
    return as_json(world.stresses(*_range(first, last, STRESS_DAYS), now))


def _heart_rate(world: World, call: Call, now: datetime) -> Answer:
    return as_json(world.heart_rate(_date(call.query.get("date")), now))


def _zones(world: World, _call: Call, _now: datetime) -> Answer:
    return as_json(world.zones)


def _settings(world: World, _call: Call, _now: datetime) -> Answer:
    return as_json({
        "displayName": "robin_runs", "preferredLocale": "en", "measurementSystem": "metric",
        "firstDayOfWeek": {"dayId": 3, "dayName": "monday", "sortOrder": 3, "isPossibleFirstDay": True},
        "timeZone": world.zone.key,
    })  # fmt: skip


def _always_wrong(_world: World, _call: Call, _now: datetime, *_parts: str) -> Answer:
    raise Refusal(400, "Bad Request")


def _asked(call: Call, days: int, *, broken: bool = False) -> tuple[date, date]:
    return _range(call.query.get("startDate"), call.query.get("endDate"), days, broken=broken)


def _range(first: str | None, last: str | None, days: int, *, broken: bool = False) -> tuple[date, date]:
    """Both ends, included. Raises Refusal: 400 for what is no range or too long a one, 500 where that is `broken`."""
    begin, end = _date(first), _date(last)
    if end < begin:
        raise Refusal(400, "Bad Request")
    if (end - begin).days + 1 > days:
        raise Refusal(500, "Internal Server Error") if broken else Refusal(400, "Bad Request")
    return begin, end


def _date(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Refusal(400, "Bad Request") from None


Serve = Callable[..., Answer]
DAY = r"([\d-]+)"
ROUTES: tuple[tuple[str, re.Pattern[str], Serve], ...] = tuple(
    (area, re.compile(pattern), serve)
    for area, pattern, serve in (
        ("activities", r"/activitylist-service/activities/search/activities", _activities),
        ("activities", r"/activity-service/activity/(\d+)", _activity),
        ("activities", r"/activity-service/activity/(\d+)/workouts", _workouts),
        ("activities", r"/download-service/files/activity/(\d+)", _download),
        ("wellness", r"/sleep-service/sleep/dailySleep", _sleep),
        ("wellness", r"/sleep-service/sleep/dailySleepSummariesByDate", _sleep_range),
        ("wellness", rf"/hrv-service/hrv/{DAY}", _hrv),
        ("wellness", rf"/hrv-service/hrv/daily/{DAY}/{DAY}", _hrv_range),
        ("wellness", r"/usersummary-service/v2/dailysummaries", _summaries),
        ("wellness", r"/usersummary-service/usersummary/daily", _summary),
        ("wellness", rf"/usersummary-service/stats/stress/daily/{DAY}/{DAY}", _stresses),
        ("wellness", r"/wellness-service/wellness/bodyBattery/reports/daily", _batteries),
        ("wellness", r"/wellness-service/wellness/dailyHeartRate", _heart_rate),
        ("wellness", rf"/weight-service/weight/all/{DAY}/{DAY}", _always_wrong),
        ("wellness", r"/biometric-service/heartRateZones/v2", _zones),
        ("wellness", r"/userprofile-service/userprofile/settings", _settings),
    )
)
