"""The Garmin stand-in over real HTTP: each quirk that a client must survive."""

from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coachd.clock import SteppedClock
from coachd.demo.garmin import KEY, GarminStandIn, Original, World
from coachd.demo.garmin_days import invented_days
from coachd.demo.garmin_shapes import activity_type, listed_activity

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)
TOKEN = "/personalapitoken-service/personal-api/personal-api-key/token"
LIST = "/activitylist-service/activities/search/activities"
SLEEP = "/sleep-service/sleep/dailySleep"
SLEEPS = "/sleep-service/sleep/dailySleepSummariesByDate"
SUMMARIES = "/usersummary-service/v2/dailysummaries"
BATTERY = "/wellness-service/wellness/bodyBattery/reports/daily"
ZIP = "application/x-zip-compressed"


def june(day):
    return date(2025, 6, day)


def run(number, day, type_key="running", **fields):
    start = datetime(2025, 6, day, 5, 0, number % 60, tzinfo=UTC)
    measured = {"distance": 8000.0, "duration": 2700.0, "elapsedDuration": 2750.0, **fields}
    return listed_activity(number, start, BERLIN, type_key, **measured)


class Caller(requests.Session):
    """A client with a token; paths are those of the API."""

    def __init__(self, stand_in, key=KEY):
        super().__init__()
        self.trust_env = False
        self.stand_in = stand_in
        self.key = key

    def exchange(self, authorization=None):
        headers = {"Authorization": authorization or f"ApiKey {self.key}", "Accept": "*/*"}
        return self.post(self.stand_in.base_url + TOKEN, headers=headers, timeout=5)

    def connect(self):
        answer = self.exchange()
        self.headers["Authorization"] = f"Bearer {answer.text}"
        return self

    def api(self, path, headers=None, **query):
        return self.get(self.stand_in.base_url + path, params=query, headers=headers, timeout=5)

    def ids(self, **query):
        return [item["activityId"] for item in self.api(LIST, **{"limit": 40, **query}).json()]


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def world():
    """Ten runs in June, and days from the first of May on with nights; only on 12 June the watch lay on a shelf."""
    days = [
        replace(day, night=None, min_hr=58, synced_at=NOW - timedelta(days=18)) if day.day == june(12) else day
        for day in invented_days(date(2025, 5, 1), date(2025, 7, 31), BERLIN)
        if day.night
    ]
    return World([run(number, number) for number in range(1, 11)], days, zones=[{"zone1Floor": 100}])


@pytest.fixture
def stand_in(world, clock):
    with GarminStandIn(world, clock) as running:
        yield running


@pytest.fixture
def anyone(stand_in):
    with Caller(stand_in) as caller:
        yield caller


@pytest.fixture
def caller(anyone):
    return anyone.connect()


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def day_of(world, worn=True, after=date(2025, 6, 1)):
    """The first day from `after` on that has a night (or has none)."""
    return next(day for on, day in sorted(world._days.items()) if on >= after and bool(day.night) is worn)


class TestTokens:
    def test_a_key_gives_a_bare_jwt_as_text_that_lives_24_hours(self, anyone):
        answer = anyone.exchange()
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.text.count(".") == 2
        said = claims(answer.text)
        assert (said["iat"], said["exp"] - said["iat"]) == (int(NOW.timestamp()), 86_400)
        assert said["scope"]

    def test_a_token_ends_with_its_key_when_that_is_sooner(self, world, anyone):
        world.keys.change(ends_at=NOW + timedelta(hours=5))
        said = claims(anyone.exchange().text)
        assert said["exp"] - said["iat"] == 5 * 3600

    @pytest.mark.parametrize(
        ("authorization", "status"),
        [("ApiKey not-a-key", 401), (f"Bearer {KEY}", 400), ("ApiKey ", 400)],
        ids=["unknown", "not a key at all", "empty"],
    )
    def test_a_wrong_key_is_refused(self, anyone, authorization, status):
        assert anyone.exchange(authorization).status_code == status

    def test_an_ended_key_is_refused(self, world, anyone):
        world.keys.change(ends_at=NOW)
        assert anyone.exchange().status_code == 403

    def test_a_deleted_key_takes_its_tokens_along(self, world, caller):
        world.keys.delete()
        assert caller.api(LIST, limit=1).status_code == 401
        assert caller.exchange().status_code == 401

    def test_a_token_expires_after_a_day(self, caller, clock):
        clock.advance(timedelta(hours=24))
        assert caller.api(LIST, limit=1).status_code == 401
        assert caller.connect().api(LIST, limit=1).status_code == 200

    def test_a_revoked_token_is_refused_until_the_next_exchange(self, world, caller):
        world.keys.revoke_tokens()
        assert caller.api(LIST, limit=1).status_code == 401
        assert caller.connect().api(LIST, limit=1).status_code == 200

    def test_data_wants_a_bearer_and_not_the_key(self, anyone):
        assert anyone.api(LIST, limit=1).status_code == 401
        token = anyone.exchange().text
        for wrong in (f"ApiKey {KEY}", f"ApiKey {token}", f"Bearer {token}x"):
            assert anyone.api(LIST, headers={"Authorization": wrong}, limit=1).status_code == 401

    def test_a_key_without_an_area_is_refused_there_and_served_elsewhere(self, world, stand_in):
        with Caller(stand_in, world.keys.make(areas={"activities"})) as caller:
            caller.connect()
            assert caller.api(LIST, limit=1).status_code == 200
            assert caller.api(SLEEP, date="2025-06-10").status_code == 403

    def test_no_token_is_written_down(self, world, caller):
        caller.ids()
        assert "Bearer" not in repr(world.requests)
        assert KEY not in repr(world.requests)


class TestPace:
    def test_calls_at_once_are_refused_with_a_time_to_wait(self, world, stand_in, caller):
        world.fail(LIST, delay=0.4)
        seen, together = [], threading.Barrier(12)

        def call():
            with Caller(stand_in) as one:
                one.headers.update(caller.headers)
                together.wait(5)
                seen.append(one.api(LIST, limit=1))

        threads = [threading.Thread(target=call) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        refused = [answer for answer in seen if answer.status_code == 429]
        assert (len(seen), len(refused)) == (12, 11)
        assert {answer.headers["Retry-After"] for answer in refused} == {"14"}

    def test_calls_one_after_the_other_pass(self, caller):
        assert [caller.api(LIST, limit=1).status_code for _ in range(5)] == [200] * 5

    def test_calls_closer_than_the_pace_are_refused(self, world, caller):
        world.pace.apart_s, world.pace.retry_after_s = 60.0, 3
        assert caller.api(LIST, limit=1).status_code == 200
        answer = caller.api(LIST, limit=1)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


class TestList:
    def test_it_is_newest_first_and_paged_by_start(self, caller):
        assert caller.ids(limit=4) == [10, 9, 8, 7]
        assert caller.ids(limit=4, start=8) == [2, 1]
        assert caller.ids(limit=4, start=12) == []

    @pytest.mark.parametrize("query", [{"limit": 46}, {"limit": 100}, {}], ids=["46", "100", "its own default"])
    def test_a_large_page_breaks_it(self, caller, query):
        assert caller.api(LIST, **query).status_code == 500

    def test_45_are_still_served(self, world, caller):
        for number in range(100, 160):
            world.add(run(number, 11))
        assert len(caller.ids(limit=45)) == 45

    def test_dates_are_local_and_both_ends_count(self, world, caller):
        late = datetime(2025, 6, 20, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
        world.add(listed_activity(77, late, BERLIN))
        assert caller.ids(startDate="2025-06-21", endDate="2025-06-21") == [77]
        assert caller.ids(startDate="2025-06-20", endDate="2025-06-20") == []
        assert caller.ids(startDate="2025-06-04", endDate="2025-06-06") == [6, 5, 4]

    def test_types_are_asked_for_by_their_parent(self, world, caller):
        world.add(run(55, 12, "trail_running"))
        world.add(run(56, 12, "strength_training"))
        assert 55 in caller.ids(activityType="running")
        assert caller.ids(activityType="trail_running") == []
        assert caller.ids(activitySubType="trail_running") == [55]
        assert caller.ids(activityType="fitness_equipment") == [56]

    def test_of_a_multisport_day_only_the_parent_comes_unless_asked(self, world, caller):
        world.add(run(60, 15, "multi_sport", parent=True))
        world.add(run(61, 15, "open_water_swimming", parentId=60))
        world.add(run(62, 15, "running", parentId=60))
        assert caller.ids(startDate="2025-06-15") == [60]
        assert caller.ids(startDate="2025-06-15", excludeChildren="false") == [62, 61, 60]
        assert caller.api("/activity-service/activity/60").json()["metadataDTO"]["childIds"] == [61, 62]

    def test_races_can_be_asked_for(self, world, caller):
        world.add(listed_activity(70, datetime(2025, 6, 22, 8, tzinfo=UTC), BERLIN, event="race"))
        assert caller.ids(eventType="race") == [70]

    def test_times_are_naive_text_beside_epoch_milliseconds(self, caller):
        (item,) = caller.api(LIST, limit=1).json()
        assert (item["startTimeGMT"], item["startTimeLocal"]) == ("2025-06-10 05:00:10", "2025-06-10 07:00:10")
        assert item["beginTimestamp"] == int(datetime(2025, 6, 10, 5, 0, 10, tzinfo=UTC).timestamp()) * 1000
        assert item["averageHR"] is None

    def test_it_names_neither_zone_nor_device_nor_gear(self, caller):
        (item,) = caller.api(LIST, limit=1).json()
        assert not [key for key in item if "zone" in key.lower() and "TimeInZone" not in key]
        assert not [key for key in item if "device" in key.lower() or "gear" in key.lower()]

    def test_a_workout_shows_up_when_it_is_over(self, world, caller, clock):
        world.add(listed_activity(80, NOW - timedelta(minutes=30), BERLIN, elapsedDuration=3600.0))
        assert 80 not in caller.ids()
        clock.advance(timedelta(minutes=30))
        assert caller.ids()[0] == 80

    def test_a_late_upload_appears_behind_newer_ones(self, world, caller, clock):
        world.add(run(50, 5), upload_at=NOW + timedelta(days=1))
        assert 50 not in caller.ids()
        assert caller.api("/activity-service/activity/50").status_code == 404
        clock.advance(timedelta(hours=23))
        caller.connect()
        clock.advance(timedelta(hours=1))
        assert caller.ids()[4:7] == [6, 50, 5]

    def test_the_upload_of_a_known_workout_can_be_moved(self, world, caller, clock):
        world.upload(10, NOW + timedelta(hours=2))
        assert 10 not in caller.ids()
        clock.advance(timedelta(hours=2))
        assert caller.ids()[0] == 10

    def test_edits_and_deletions_show_at_once(self, world, caller):
        world.edit(10, activityName="Race day", activityType=activity_type("track_running"))
        world.delete(9)
        listed = caller.api(LIST, limit=40).json()
        assert [item["activityId"] for item in listed[:2]] == [10, 8]
        assert listed[0]["activityName"] == "Race day"
        assert caller.api("/activity-service/activity/9").status_code == 404

    @pytest.mark.parametrize("query", [{"limit": "ten"}, {"limit": 10, "start": -1}])
    def test_what_is_no_number_is_refused(self, caller, query):
        assert caller.api(LIST, **query).status_code == 400

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
    @given(days=st.lists(st.integers(1, 29), max_size=60), size=st.integers(1, 45))
    def test_paging_gives_every_activity_once_and_in_order(self, days, size):
        world = World([run(number, day) for number, day in enumerate(days)])
        pages, start = [], 0
        while page := world.listing({"limit": str(size), "start": str(start)}, NOW):
            pages += page
            start += len(page)
        assert sorted(item["activityId"] for item in pages) == list(range(len(days)))
        local = [item["startTimeLocal"] for item in pages]
        assert local == sorted(local, reverse=True)


class TestDetail:
    def test_it_knows_the_zone_and_the_athlete_s_rating(self, world, caller):
        world.edit(3, directWorkoutRpe=40)
        detail = caller.api("/activity-service/activity/3").json()
        assert detail["timeZoneUnitDTO"]["timeZone"] == "Europe/Berlin"
        assert detail["summaryDTO"]["directWorkoutRpe"] == 40
        assert detail["summaryDTO"]["startTimeGMT"] == "2025-06-03T05:00:03.0"
        assert "directWorkoutRpe" not in caller.api(LIST, limit=40).json()[7]

    def test_the_original_comes_as_a_zip_with_one_file(self, world, caller):
        world.add(run(90, 20), original=Original("fit", lambda: b".FIT bytes"))
        answer = caller.api("/download-service/files/activity/90", headers={"Accept": ZIP})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, ZIP)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.namelist() == ["90_ACTIVITY.fit"]
            assert archive.read("90_ACTIVITY.fit") == b".FIT bytes"

    @pytest.mark.parametrize(
        ("accept", "status"),
        [("application/octet-stream", 406), ("application/json", 406), (f"application/zip, {ZIP}", 200), ("*/*", 200)],
    )
    def test_the_wrong_accept_is_refused(self, world, caller, accept, status):
        world.add(run(90, 20), original=Original("fit", lambda: b"bytes"))
        answer = caller.api("/download-service/files/activity/90", headers={"Accept": accept})
        assert answer.status_code == status

    def test_what_was_made_by_hand_has_no_file(self, caller):
        assert caller.api("/download-service/files/activity/3", headers={"Accept": ZIP}).status_code == 404


class TestMissing:
    @pytest.mark.parametrize(
        "path",
        [
            "/gear-service/gear/filterGear", "/device-service/deviceregistration/devices",
            "/metrics-service/metrics/trainingreadiness/2025-06-10",
            "/metrics-service/metrics/trainingstatus/aggregated/2025-06-10",
            "/metrics-service/metrics/maxmet/daily/2025-06-01/2025-06-10", "/activity-service/activity/3/laps",
            "/activity-service/activity/3/weather", "/activity-service/activity/3/exerciseSets",
            "/personalrecord-service/personalrecord/prs",
        ],
    )  # fmt: skip
    def test_what_the_api_does_not_offer_is_404(self, caller, path):
        assert caller.api(path).status_code == 404


class TestNights:
    def test_sleep_is_dated_by_its_morning_and_told_in_milliseconds(self, world, caller):
        day = day_of(world)
        found = caller.api(SLEEP, date=day.day.isoformat()).json()
        assert found["calendarDate"] == day.day.isoformat()
        start, end = found["sleepStartTimestampGMT"], found["sleepEndTimestampGMT"]
        assert datetime.fromtimestamp(end / 1000, BERLIN).date() == day.day
        assert end - start == (found["sleepTimeSeconds"] + found["awakeSleepSeconds"]) * 1000
        assert found["sleepStartTimestampLocal"] - start == 2 * 3_600_000  # the wall clock shifted into UTC
        assert 0 < found["sleepScores"]["overall"]["value"] <= 100
        assert "dailySleepDTO" not in found

    def test_a_night_without_the_watch_is_all_null(self, world, caller):
        day = day_of(world, worn=False)
        found = caller.api(SLEEP, date=day.day.isoformat()).json()
        assert {value for key, value in found.items() if key not in ("calendarDate", "userProfilePK")} == {None}
        assert caller.api(f"/hrv-service/hrv/{day.day}").status_code == 204

    def test_a_night_appears_when_the_watch_was_synced(self, world, caller, clock):
        world.sync_day(june(30), NOW + timedelta(hours=1))
        today = "2025-06-30"
        assert caller.api(SLEEP, date=today).json()["sleepTimeSeconds"] is None
        assert caller.api(f"/hrv-service/hrv/{today}").status_code == 204
        summaries = caller.api(SUMMARIES, startDate=today, endDate=today).json()["data"]
        assert summaries[0]["heartRate"] is None
        clock.advance(timedelta(hours=1))
        assert caller.api(SLEEP, date=today).json()["sleepTimeSeconds"] > 6 * 3600
        assert caller.api(f"/hrv-service/hrv/{today}").status_code == 200

    def test_a_range_of_sleep_holds_at_most_31_days(self, caller):
        month = caller.api(SLEEPS, startDate="2025-05-31", endDate="2025-06-30")
        assert [night["calendarDate"] for night in month.json()][::30] == ["2025-05-31", "2025-06-30"]
        assert caller.api(SLEEPS, startDate="2025-05-30", endDate="2025-06-30").status_code == 400

    def test_days_before_the_watch_and_after_today_do_not_exist(self, caller):
        found = caller.api(SLEEPS, startDate="2025-06-20", endDate="2025-07-10").json()
        assert found[-1]["calendarDate"] == "2025-06-30"
        assert caller.api(SLEEPS, startDate="2025-04-01", endDate="2025-04-20").json() == []

    def test_variability_comes_as_a_range_of_up_to_a_year(self, caller):
        answer = caller.api("/hrv-service/hrv/daily/2024-07-01/2025-06-30")
        found = answer.json()["hrvSummaries"]
        assert len(found) > 50
        assert all(item["lastNightAvg"] for item in found)
        assert caller.api("/hrv-service/hrv/daily/2024-06-30/2025-06-30").status_code == 400
        assert caller.api("/hrv-service/hrv/daily/2025-04-01/2025-04-20").status_code == 204

    def test_variability_has_neither_week_nor_range_for_three_weeks(self, caller):
        found = caller.api("/hrv-service/hrv/daily/2025-05-01/2025-06-01").json()["hrvSummaries"]
        early = [item for item in found if item["calendarDate"] < "2025-05-22"]
        late = [item for item in found if item["calendarDate"] >= "2025-05-22"]
        assert early
        assert {(item["weeklyAvg"], item["baseline"], item["status"]) for item in early} == {(None, None, "NONE")}
        assert all(item["lastNightAvg"] for item in early)
        assert all(item["baseline"]["balancedLow"] < item["baseline"]["balancedUpper"] for item in late)
        assert {item["status"] for item in late} <= {"BALANCED", "UNBALANCED", "LOW"}

    def test_a_day_of_variability_has_its_readings(self, world, caller):
        day = day_of(world)
        chart = caller.api(f"/hrv-service/hrv/{day.day}").json()
        assert chart["hrvSummary"]["lastNightAvg"] == day.night.hrv_ms
        assert len(chart["hrvReadings"]) > 70
        assert chart["hrvReadings"][0]["readingTimeGMT"] == f"{day.night.start:%Y-%m-%dT%H:%M:%S}.0"


class TestDays:
    def test_ninety_days_are_served_and_more_break_it(self, caller):
        assert len(caller.api(SUMMARIES, startDate="2025-06-01", endDate="2025-06-30").json()["data"]) == 30
        assert caller.api(SUMMARIES, startDate="2025-04-02", endDate="2025-06-30").status_code == 200
        assert caller.api(SUMMARIES, startDate="2025-04-01", endDate="2025-06-30").status_code == 500

    def test_without_a_night_the_lowest_value_passes_for_the_resting_one(self, world, caller):
        with_night, without = day_of(world), day_of(world, worn=False)
        for day, silent in ((with_night, False), (without, True)):
            asked = {"startDate": day.day.isoformat(), "endDate": day.day.isoformat()}
            (found,) = caller.api(SUMMARIES, **asked).json()["data"]
            assert (found["heartRate"]["restingValue"] == found["heartRate"]["minValue"]) is silent

    def test_a_day_is_final_with_the_first_sync_after_it(self, world, caller, clock):
        world.sync_day(june(30), NOW - timedelta(hours=5))
        asked = {"startDate": "2025-06-30", "endDate": "2025-06-30"}
        before = caller.api(SUMMARIES, **asked).json()["data"][0]["stress"]["avgLevel"]
        world.sync_day(date(2025, 7, 1), NOW + timedelta(hours=20))
        clock.advance(timedelta(hours=20))
        after = caller.api(SUMMARIES, **asked).json()["data"][0]["stress"]["avgLevel"]
        assert before < after == world._days[june(30)].stress

    def test_the_flat_summary_tells_body_battery_at_wake(self, world, caller):
        day = day_of(world)
        found = caller.api("/usersummary-service/usersummary/daily", calendarDate=day.day.isoformat()).json()
        assert found["bodyBatteryAtWakeTime"] == day.battery_high
        assert found["restingHeartRate"] == day.night.resting_hr
        assert 45 <= found["lastSevenDaysAvgRestingHeartRate"] <= 60

    def test_body_battery_peaks_at_waking(self, world, caller):
        day = day_of(world)
        (report,) = caller.api(BATTERY, startDate=day.day.isoformat(), endDate=day.day.isoformat()).json()
        peak = max(report["bodyBatteryValuesArray"], key=lambda row: row[1])
        assert peak == [int(day.night.end.timestamp()) * 1000, day.battery_high]
        keys = [column["bodyBatteryValueDescriptorKey"] for column in report["bodyBatteryValueDescriptorDTOList"]]
        assert keys == ["timestamp", "bodyBatteryLevel"]
        assert caller.api(BATTERY, startDate="2025-05-01", endDate="2025-06-01").status_code == 400

    def test_today_s_body_battery_ends_with_the_last_sync(self, world, caller):
        world.sync_day(june(30), NOW - timedelta(hours=4))
        (report,) = caller.api(BATTERY, startDate="2025-06-30", endDate="2025-06-30").json()
        last = report["bodyBatteryValuesArray"][-1][0]
        assert last <= (NOW - timedelta(hours=4)).timestamp() * 1000

    def test_stress_comes_for_28_days_at_most(self, caller):
        path = "/usersummary-service/stats/stress/daily"
        found = caller.api(f"{path}/2025-06-03/2025-06-30").json()
        assert len(found) == 28
        assert all(item["values"]["overallStressLevel"] > 0 for item in found[:-1])
        assert caller.api(f"{path}/2025-06-02/2025-06-30").status_code == 400

    def test_zones_settings_and_heart_rate_are_there_and_all_weights_are_not(self, caller):
        assert caller.api("/biometric-service/heartRateZones/v2").json() == [{"zone1Floor": 100}]
        assert caller.api("/userprofile-service/userprofile/settings").json()["timeZone"] == "Europe/Berlin"
        day = caller.api("/wellness-service/wellness/dailyHeartRate", date="2025-06-10").json()
        assert day["restingHeartRate"] > 40
        assert caller.api("/weight-service/weight/all/2025-06-01/2025-06-10").status_code == 400

    @pytest.mark.parametrize("query", [{}, {"date": "June"}, {"date": "2025-02-30"}])
    def test_what_is_no_date_is_refused(self, caller, query):
        assert caller.api(SLEEP, **query).status_code == 400


class TestControl:
    def order(self, stand_in, **orders):
        return requests.post(f"{stand_in.base_url}/stand-in/control", json=orders, timeout=5).status_code

    def test_the_world_can_be_changed_from_outside(self, stand_in, caller):
        later = {**run(99, 25), "upload_at": (NOW - timedelta(hours=1)).isoformat()}
        assert self.order(stand_in, delete=[1], edit={"2": {"activityName": "Tempo"}}, add=[later]) == 200
        listed = caller.api(LIST, limit=40).json()
        assert [listed[0]["activityId"], listed[-1]["activityName"]] == [99, "Tempo"]
        assert self.order(stand_in, upload={"99": (NOW + timedelta(hours=1)).isoformat()}) == 200
        assert 99 not in caller.ids()
        assert self.order(stand_in, revoke=True) == 200
        assert caller.api(LIST, limit=1).status_code == 401
        assert self.order(stand_in, pace={"apart_s": 60, "retry_after_s": 2}) == 200
        caller.connect().api(LIST, limit=1)
        assert caller.api(LIST, limit=1).headers["Retry-After"] == "2"
        assert self.order(stand_in, delete_key=True) == 200
        assert caller.exchange().status_code == 401

    def test_faults_hit_the_paths_asked_for_and_heal(self, stand_in, caller):
        assert self.order(stand_in, fail={"path_pattern": "/sleep*", "status": 503, "times": 1}) == 200
        assert caller.api(LIST, limit=1).status_code == 200
        assert [caller.api(SLEEP, date="2025-06-10").status_code for _ in range(2)] == [503, 200]
        self.order(stand_in, fail={"path_pattern": "*", "status": 500})
        self.order(stand_in, heal=True)
        assert caller.api(LIST, limit=1).status_code == 200

    def test_an_unknown_order_is_refused_with_words(self, stand_in):
        assert self.order(stand_in, dance=True) == 400
        assert self.order(stand_in, delete=[12345]) == 400

    def test_what_was_asked_can_be_counted(self, stand_in, world, caller):
        caller.ids()
        told = requests.get(f"{stand_in.base_url}/stand-in/requests", timeout=5).json()
        assert told["counts"] == {f"POST {TOKEN}": 1, f"GET {LIST}": 1}
        assert [request.status for request in world.calls("/activitylist*")] == [200]
