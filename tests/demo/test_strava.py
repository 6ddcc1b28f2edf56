"""The Strava stand-in over real HTTP: each quirk that a client must survive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter

from coachd.clock import SteppedClock
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity

REAL = Path(__file__).parents[2].parent / "shared" / "data"
NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CALLBACK = "http://localhost:8080/strava/callback"


def run(activity_id, day, **fields):
    measured = {"distance": 8000.0, "moving_time": 2700, "elapsed_time": 2750, "total_elevation_gain": 40.0}
    return summary_activity(activity_id, day, time(7), BERLIN, **{**measured, **fields})


def june(day):
    return date(2025, 6, day)


class Caller(requests.Session):
    """A client with a token; paths are those of the API."""

    def __init__(self, stand_in, token=""):
        super().__init__()
        self.trust_env = False
        self.stand_in = stand_in
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def api(self, path, **query):
        return self.get(self.stand_in.api_base + path, params=query, timeout=5)

    def ids(self, **query):
        return [item["id"] for item in self.api("/athlete/activities", **query).json()]

    def token(self, **form):
        credentials = {"client_id": "12", "client_secret": "hush"}
        return self.post(self.stand_in.oauth_base + "/oauth/token", data={**credentials, **form}, timeout=5)

    def authorize(self, **query):
        asked = {"client_id": "12", "redirect_uri": CALLBACK, "response_type": "code", "state": "s1"}
        asked |= {"scope": "read,activity:read_all,profile:read_all", **query}
        address = self.stand_in.oauth_base + "/oauth/authorize"
        return self.get(address, params=asked, allow_redirects=False, timeout=5)


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def world():
    return World([run(number, june(number)) for number in range(1, 11)])


@pytest.fixture
def stand_in(world, clock):
    with StravaStandIn(world, clock) as running:
        yield running


@pytest.fixture
def anyone(stand_in):
    with Caller(stand_in) as caller:
        yield caller


@pytest.fixture
def caller(stand_in):
    with Caller(stand_in, stand_in.connect()["access_token"]) as caller:
        yield caller


def refusal(answer):
    (error,) = answer.json()["errors"]
    return answer.status_code, error["resource"], error["field"], error["code"]


def redirected(answer):
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


# listing


def test_the_list_is_newest_first_without_bounds(caller):
    assert caller.ids() == list(range(10, 0, -1))


def test_the_list_is_oldest_first_when_only_after_is_given(caller):
    assert caller.ids(after=int(datetime(2025, 6, 4, tzinfo=UTC).timestamp())) == [4, 5, 6, 7, 8, 9, 10]


def test_the_list_is_newest_first_between_two_bounds(caller):
    after, before = (int(datetime(2025, 6, day, tzinfo=UTC).timestamp()) for day in (4, 7))
    assert caller.ids(after=after, before=before) == [6, 5, 4]


def test_both_bounds_leave_out_a_start_at_that_very_second(caller):
    start = int(datetime(2025, 6, 5, 5, tzinfo=UTC).timestamp())
    assert 5 not in caller.ids(after=start)
    assert 5 not in caller.ids(before=start)
    assert 5 in caller.ids(after=start - 1, before=start + 1)


def test_a_page_holds_30_unless_asked_and_never_more_than_200(world, caller):
    for number in range(100, 350):
        world.add(run(number, june(11)))
    assert len(caller.ids()) == 30
    assert len(caller.ids(per_page=500)) == 200


def test_pages_follow_each_other_to_an_empty_one(caller):
    assert [caller.ids(per_page=4, page=page) for page in (1, 2, 3, 4)] == [[10, 9, 8, 7], [6, 5, 4, 3], [2, 1], []]


def test_short_pages_come_before_the_end_and_lose_nothing(world, caller):
    world.short_pages = True
    pages = [caller.ids(per_page=4, page=page) for page in (1, 2, 3, 4, 5)]
    assert [len(page) for page in pages] == [3, 3, 3, 1, 0]
    assert list(chain(*pages)) == list(range(10, 0, -1))


@pytest.mark.parametrize("factor", [1, 1000], ids=["tomorrow", "milliseconds"])
def test_after_in_the_future_is_refused_as_milliseconds_are(caller, factor):
    moment = NOW + timedelta(days=1) if factor == 1 else NOW - timedelta(days=9)
    answer = caller.api("/athlete/activities", after=int(moment.timestamp()) * factor)
    assert refusal(answer) == (400, "Application", "after", "future")


def test_a_list_item_has_no_place_and_an_empty_map(caller):
    (item,) = caller.api("/athlete/activities", per_page=1).json()
    assert item["start_latlng"] == item["end_latlng"] == []
    assert item["map"] == {"id": "a10", "summary_polyline": "", "resource_state": 2}
    assert item["start_date_local"] == "2025-06-10T07:00:00Z"
    assert item["start_date"] == "2025-06-10T05:00:00Z"


def test_what_has_not_happened_is_not_there_yet(world, caller, clock):
    world.add(summary_activity(77, june(30), time(16), BERLIN))
    assert 77 not in caller.ids()
    assert caller.api("/activities/77").status_code == 404
    clock.set(datetime(2025, 6, 30, 14, 0, tzinfo=UTC))
    assert caller.ids()[0] == 77


def test_a_late_upload_appears_behind_newer_ones(world, caller, clock):
    world.add(run(55, june(5)), upload_at=NOW + timedelta(hours=1))
    assert 55 not in caller.ids()
    clock.advance(timedelta(hours=1))
    assert caller.ids()[4:7] == [6, 55, 5]


def test_edits_and_deletions_show_at_once(world, caller):
    caller.ids()
    world.edit(10, name="Race day", workout_type=1)
    world.delete(9)
    listed = caller.api("/athlete/activities").json()
    assert [item["id"] for item in listed[:2]] == [10, 8]
    assert listed[0]["name"] == "Race day"
    assert refusal(caller.api("/activities/9"))[0] == 404


def test_a_hidden_start_is_midnight_and_one_second(world, caller):
    world.edit(10, hide_start=True)
    item = caller.api("/athlete/activities").json()[0]
    assert item["start_date"] == item["start_date_local"] == "2025-06-10T00:00:01Z"
    assert "hide_start" not in item
    assert "hide_start" not in caller.api("/activities/10").json()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(days=st.lists(st.integers(1, 30), max_size=40), size=st.integers(1, 12), after=st.none() | st.integers(1, 29))
def test_paging_gives_every_activity_once_and_in_order(days, size, after):
    world = World([run(number, june(day)) for number, day in enumerate(days)])
    now = datetime(2025, 7, 1, tzinfo=UTC)
    bound = {} if after is None else {"after": str(int(datetime(2025, 6, after, tzinfo=UTC).timestamp()))}
    rows = []
    for page in range(1, 50):
        got = json.loads(world.page({"page": str(page), "per_page": str(size), **bound}, private=True, now=now))
        if not got:
            break
        rows += got
    expected = {number for number, day in enumerate(days) if after is None or day >= after}
    assert {row["id"] for row in rows} == expected
    assert len(rows) == len(expected)
    starts = [row["start_date"] for row in rows]
    assert starts == sorted(starts, reverse=after is None)


# one activity


def test_the_detail_adds_what_the_list_does_not_carry(world, caller):
    world.edit(10, description="Felt good", calories=512.0, perceived_exertion=4)
    detail = caller.api("/activities/10").json()
    assert (detail["resource_state"], detail["description"], detail["perceived_exertion"]) == (3, "Felt good", 4)
    assert detail["laps"] == []
    assert "description" not in caller.api("/athlete/activities").json()[0]


def test_the_detail_carries_its_gear_as_an_object(world, caller):
    world.gear["g1"] = {"id": "g1", "name": "Road", "entered_distance": 1000}
    world.edit(10, gear_id="g1")
    assert caller.api("/activities/10").json()["gear"]["name"] == "Road"


def test_laps_have_an_address_of_their_own(world, caller):
    world.edit(10, laps=[{"id": 1, "lap_index": 1}])
    assert caller.api("/activities/10/laps").json() == [{"id": 1, "lap_index": 1}]


def test_streams_come_by_type_with_the_distance_always(world, caller):
    world.streams[10] = {"distance": [0.0, 3.1], "heartrate": [99, 101], "altitude": [4.0, 4.2]}
    streams = caller.api("/activities/10/streams", keys="heartrate", key_by_type="true").json()
    assert streams.keys() == {"distance", "heartrate"}
    assert streams["heartrate"] == {
        "data": [99, 101],
        "series_type": "distance",
        "original_size": 2,
        "resolution": "high",
    }


def test_a_manual_activity_has_no_streams(world, caller):
    world.streams[10] = {"time": [0, 1]}
    assert caller.api("/activities/10/streams", keys="time", key_by_type="true").status_code == 200
    world.edit(10, manual=True)
    assert caller.api("/activities/10/streams", keys="time", key_by_type="true").status_code == 404


# gear, athlete, stats


def test_a_shoe_adds_what_was_run_so_far_to_what_was_entered(world, caller, clock):
    world.gear["g1"] = {"id": "g1", "name": "Road", "entered_distance": 100_000}
    world.edit(10, gear_id="g1")
    world.add(summary_activity(77, june(30), time(16), BERLIN, distance=8000.0, gear_id="g1"))
    assert caller.api("/gear/g1").json()["distance"] == 108_000
    clock.advance(timedelta(hours=2))
    shoe = caller.api("/gear/g1").json()
    assert (shoe["distance"], shoe["converted_distance"], shoe["retired"]) == (116_000, 116.0, False)
    assert "entered_distance" not in shoe


def test_a_stated_distance_is_served_as_it_is_and_in_the_athletes_units(world, caller):
    world.gear["g1"] = {"id": "g1", "name": "Road", "distance": 966_309}
    world.athlete["measurement_preference"] = "feet"
    shoe = caller.api("/gear/g1").json()
    assert (shoe["distance"], shoe["converted_distance"]) == (966_309, 600.4)


def test_retired_gear_leaves_the_athletes_list_but_still_answers(world, caller):
    world.gear |= {"g1": {"id": "g1", "name": "Road", "distance": 5}, "b2": {"id": "b2", "name": "Bike", "distance": 7}}
    athlete = caller.api("/athlete").json()
    assert ([shoe["id"] for shoe in athlete["shoes"]], [bike["id"] for bike in athlete["bikes"]]) == (["g1"], ["b2"])
    world.edit_gear("g1", retired=True)
    assert caller.api("/athlete").json()["shoes"] == []
    assert caller.api("/gear/g1").json()["retired"] is True


def test_stats_count_only_what_everyone_may_see(world, caller):
    world.edit(10, visibility="only_me")
    totals = caller.api("/athletes/1/stats").json()
    assert totals["all_run_totals"]["count"] == 9
    assert totals["recent_run_totals"]["distance"] == 7 * 8000.0  # since noon on 2 June
    assert totals["ytd_ride_totals"]["count"] == 0


def test_unknown_paths_and_gear_are_not_found(caller):
    assert caller.api("/gear/g404").status_code == 404
    assert caller.api("/clubs").status_code == 404


def test_both_hosts_paths_lead_to_the_same_answers(stand_in, caller):
    bare = caller.get(stand_in.base_url + "/athlete/activities", timeout=5)
    assert [item["id"] for item in bare.json()] == caller.ids()
    assert [request.base for request in stand_in.world.requests] == ["", "/api/v3"]


# authorisation


def test_authorising_redirects_with_a_code_that_buys_one_token(anyone):
    answer = redirected(anyone.authorize())
    assert (answer["state"], answer["scope"]) == ("s1", "read,activity:read_all,profile:read_all")
    token = anyone.token(grant_type="authorization_code", code=answer["code"])
    body = token.json()
    assert body["expires_in"] == 21_600
    assert body["expires_at"] == int(NOW.timestamp()) + 21_600
    assert body["scope"] == "read activity:read_all profile:read_all"
    assert body["athlete"]["id"] == 1
    again = anyone.token(grant_type="authorization_code", code=answer["code"])
    assert refusal(again) == (400, "AuthorizationCode", "code", "invalid")


def test_the_token_endpoint_also_lies_under_the_api(stand_in, anyone):
    form = {"client_id": "1", "client_secret": "x", "grant_type": "refresh_token"}
    form["refresh_token"] = stand_in.connect()["refresh_token"]
    assert anyone.post(stand_in.api_base + "/oauth/token", data=form, timeout=5).status_code == 200


def test_an_athlete_may_untick_scopes(world, anyone):
    world.granted_scopes = frozenset({"activity:read_all"})
    assert redirected(anyone.authorize())["scope"] == "read,activity:read_all"


def test_an_athlete_may_refuse(world, anyone):
    world.refuse_authorisation = True
    answer = redirected(anyone.authorize())
    assert answer["error"] == "access_denied"
    assert "code" not in answer


@pytest.mark.parametrize("target", ["https://elsewhere.example/cb", "https://notcoach.example/cb", ""])
def test_a_redirect_elsewhere_is_refused(world, anyone, target):
    world.callback_domain = "coach.example"
    assert refusal(anyone.authorize(redirect_uri=target)) == (400, "Application", "redirect_uri", "invalid")


@pytest.mark.parametrize("target", ["https://coach.example/cb", "https://me.coach.example/cb", "http://127.0.0.1:1/cb"])
def test_a_redirect_to_the_callback_domain_or_loopback_is_followed(world, anyone, target):
    world.callback_domain = "coach.example"
    assert anyone.authorize(redirect_uri=target).headers["Location"].startswith(target + "?")


def test_an_app_at_its_athlete_limit_shows_a_page_and_no_json(world, anyone):
    world.athlete_limit = True
    answer = anyone.authorize()
    assert answer.status_code == 403
    assert "Limit of connected athletes exceeded" in answer.text


def test_a_token_with_more_than_an_hour_left_is_given_again(stand_in, anyone, clock):
    first = stand_in.connect()
    clock.advance(timedelta(hours=4, minutes=59))
    again = anyone.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert (again["access_token"], again["refresh_token"]) == (first["access_token"], first["refresh_token"])
    assert again["expires_in"] == 3_660


def test_at_one_hour_left_both_tokens_change_and_the_old_access_token_lives_out_its_time(stand_in, anyone, clock):
    first = stand_in.connect()
    clock.advance(timedelta(hours=5))
    second = anyone.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["expires_in"] == 21_600
    with Caller(stand_in, first["access_token"]) as old, Caller(stand_in, second["access_token"]) as new:
        assert (old.api("/athlete").status_code, new.api("/athlete").status_code) == (200, 200)
        clock.advance(timedelta(hours=1))
        assert refusal(old.api("/athlete")) == (401, "Athlete", "access_token", "invalid")
        assert new.api("/athlete").status_code == 200


def test_a_refresh_token_that_was_replaced_is_dead(stand_in, anyone, clock):
    first = stand_in.connect()
    clock.advance(timedelta(hours=6))
    assert anyone.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).status_code == 200
    answer = anyone.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refusal(answer) == (400, "RefreshToken", "refresh_token", "invalid")
    assert answer.json()["message"] == "Bad Request"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(stand_in, anyone, which):
    tokens = stand_in.connect()
    address = stand_in.oauth_base + "/oauth/revoke"
    assert anyone.post(address, data={"token": tokens[which]}, timeout=5).status_code == 401
    assert anyone.post(address, data={"token": tokens[which]}, auth=("12", "hush"), timeout=5).status_code == 200
    with Caller(stand_in, tokens["access_token"]) as caller:
        assert caller.api("/athlete").status_code == 401
    answer = anyone.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 400


def test_deauthorising_the_old_way_still_works(stand_in, anyone):
    token = stand_in.connect()["access_token"]
    address = stand_in.oauth_base + "/oauth/deauthorize"
    answer = anyone.post(address, data={"access_token": token}, timeout=5)
    assert answer.json() == {"access_token": token}
    assert anyone.post(address, data={"access_token": token}, timeout=5).status_code == 401


def test_an_athlete_who_disconnects_on_the_website_kills_every_token(world, caller):
    world.revoke_all()
    assert caller.api("/athlete").status_code == 401


def test_a_call_without_a_token_is_unauthorised(anyone):
    assert refusal(anyone.api("/athlete/activities"))[0] == 401


# scopes


def test_activities_need_a_scope_for_activities(stand_in):
    with Caller(stand_in, stand_in.connect("read")["access_token"]) as caller:
        missing = (401, "AccessToken", "activity:read_permission", "missing")
        assert refusal(caller.api("/athlete/activities")) == missing
        assert refusal(caller.api("/activities/10")) == missing


def test_only_you_activities_need_read_all(stand_in, world):
    world.edit(10, visibility="only_me")
    with Caller(stand_in, stand_in.connect("read", "activity:read")["access_token"]) as caller:
        assert caller.ids()[0] == 9
        assert caller.api("/activities/10").status_code == 404
    with Caller(stand_in, stand_in.connect("read", "activity:read_all")["access_token"]) as caller:
        assert caller.ids()[0] == 10


def test_zones_need_the_profile_and_without_it_the_athlete_comes_without_shoes(stand_in, world):
    world.gear["g1"] = {"id": "g1", "name": "Road", "distance": 5}
    with Caller(stand_in, stand_in.connect("read", "activity:read_all")["access_token"]) as caller:
        assert refusal(caller.api("/athlete/zones")) == (401, "AccessToken", "profile:read_all", "missing")
        athlete = caller.api("/athlete").json()
        assert athlete["resource_state"] == 2
        assert "shoes" not in athlete


# limits


def test_every_answer_tells_the_limits_and_the_usage_so_far(world, caller):
    world.limits.overall = (400, 4000)
    caller.api("/athlete")
    headers = caller.api("/gear/none").raw.headers
    assert headers["X-Ratelimit-Limit"] == "400,4000"
    assert headers["X-Ratelimit-Usage"] == headers["X-Readratelimit-Usage"] == "2,2"
    assert headers["X-Readratelimit-Limit"] == "100,1000"
    assert "X-Readratelimit-Usage" in dict(headers.items())


def test_a_refused_call_still_counts_toward_the_day(world, caller, clock):
    world.limits.read = (2, 1000)
    assert [caller.api("/athlete").status_code for _ in range(4)] == [200, 200, 429, 429]
    assert world.limits.usage(clock.now()) == (4, 4)


def test_the_quarter_hour_turns_on_the_clock_and_the_day_at_midnight_utc(world, stand_in, anyone, clock):
    world.limits.read = (1, 3)
    clock.set(NOW.replace(hour=22, minute=59))
    anyone.headers["Authorization"] = "Bearer " + stand_in.connect()["access_token"]
    assert [anyone.api("/athlete").status_code for _ in range(2)] == [200, 429]
    clock.set(NOW.replace(hour=23, minute=0))
    assert anyone.api("/athlete").status_code == 200
    clock.set(NOW.replace(hour=23, minute=15))
    answer = anyone.api("/athlete")
    assert refusal(answer) == (429, "Application", "rate limit", "exceeded")
    assert answer.headers["X-Ratelimit-Usage"] == "1,4"
    assert "Retry-After" not in answer.headers
    clock.set(datetime(2025, 7, 1, tzinfo=UTC))
    assert anyone.api("/athlete").status_code == 200


def test_tokens_are_not_counted(world, stand_in, anyone, clock):
    anyone.token(grant_type="refresh_token", refresh_token=stand_in.connect()["refresh_token"])
    assert world.limits.usage(clock.now()) == (0, 0)


# what goes wrong


def test_one_broken_activity_answers_500_for_ever_and_the_rest_go_on(world, caller):
    world.fail("/activities/9", 500)
    for _ in range(3):
        answer = caller.api("/activities/9")
        assert (answer.status_code, answer.json()) == (500, {"message": "error"})
    assert caller.api("/activities/10").status_code == 200
    world.heal()
    assert caller.api("/activities/9").status_code == 200


def test_an_outage_ends_after_its_number_of_answers(world, caller):
    world.fail("*", 503, times=2, body="<h1>Strava is down</h1>")
    assert [caller.api("/athlete").status_code for _ in range(3)] == [503, 503, 200]
    assert caller.api("/athlete").headers["Content-Type"].startswith("application/json")


def test_a_slow_answer_lets_an_impatient_caller_go(world, stand_in, caller):
    world.fail("/athlete", delay=30)
    with pytest.raises(requests.Timeout):
        caller.get(stand_in.api_base + "/athlete", timeout=0.05)


def test_an_inactive_app_is_told_so_on_every_call(world, caller, stand_in):
    world.inactive = True
    assert refusal(caller.api("/athlete")) == (403, "Application", "Status", "Inactive")
    answer = caller.token(grant_type="refresh_token", refresh_token=stand_in.connect()["refresh_token"])
    assert answer.status_code == 200


def test_the_log_keeps_no_secret(world, caller):
    caller.api("/athlete", access_token="tell-nobody", page=3)
    (logged,) = world.calls("/athlete")
    assert (logged.method, logged.status, logged.at) == ("GET", 200, NOW)
    assert logged.query == {"access_token": "…", "page": "3"}


def test_a_fault_inside_the_stand_in_is_an_answer_and_no_traceback(world, caller, capfd):
    world.zones = {"unserialisable": {1, 2}.union, (1, 2): 3}
    answer = caller.api("/athlete/zones")
    assert answer.status_code == 500
    assert "The stand-in is broken" in answer.json()["message"]
    assert capfd.readouterr().err == ""


def test_a_stand_in_that_is_gone_answers_no_kept_alive_connection(world, clock):
    with StravaStandIn(world, clock) as running:
        caller = Caller(running, running.connect()["access_token"])
        assert caller.api("/athlete").status_code == 200
    with caller, pytest.raises(requests.ConnectionError):
        caller.api("/athlete")


def test_two_callers_refreshing_at_once_get_one_new_pair(stand_in, clock):
    first = stand_in.connect()
    clock.advance(timedelta(hours=5, minutes=30))
    answers = []

    def refresh():
        with Caller(stand_in) as caller:
            answers.append(caller.token(grant_type="refresh_token", refresh_token=first["refresh_token"]))

    threads = [threading.Thread(target=refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


# webhooks


class App(HTTPServer):
    """The app's side of a webhook: echoes the challenge unless told otherwise, and keeps the events."""

    def __init__(self):
        self.events, self.echo, self.statuses = [], True, []
        super().__init__(("127.0.0.1", 0), AppHandler)


class AppHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(parse_qsl(urlsplit(self.path).query))
        self.reply(200, {"hub.challenge": query["hub.challenge"] if self.server.echo else "something else"})

    def do_POST(self):
        self.server.events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.reply(self.server.statuses.pop(0) if self.server.statuses else 200, {})

    def reply(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def app():
    with App() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def subscribe(stand_in, anyone, app):
    form = {"client_id": "12", "client_secret": "hush", "verify_token": "v"}
    form["callback_url"] = f"http://127.0.0.1:{app.server_address[1]}/hook"
    return anyone.post(stand_in.api_base + "/push_subscriptions", data=form, timeout=5)


def test_a_subscription_is_made_once_seen_and_deleted(stand_in, anyone, app):
    assert (subscribe(stand_in, anyone, app).status_code, len(stand_in.world.subscriptions)) == (201, 1)
    assert refusal(subscribe(stand_in, anyone, app)) == (400, "PushSubscription", "", "already exists")
    app_query = {"client_id": "12", "client_secret": "hush"}
    assert [item["id"] for item in anyone.api("/push_subscriptions", **app_query).json()] == [1]
    address = stand_in.api_base + "/push_subscriptions/1"
    assert anyone.delete(address, params=app_query, timeout=5).status_code == 204
    assert anyone.delete(address, params=app_query, timeout=5).status_code == 404


def test_a_callback_that_does_not_echo_the_challenge_is_not_verifiable(stand_in, anyone, app):
    app.echo = False
    assert refusal(subscribe(stand_in, anyone, app)) == (400, "PushSubscription", "callback url", "not verifiable")


def test_an_event_says_what_changed_and_is_tried_three_times(stand_in, anyone, app):
    subscribe(stand_in, anyone, app)
    app.statuses = [500, 500, 500]
    assert stand_in.send_event(10, "update", updates={"title": "Race"}) == [500, 500, 500]
    assert stand_in.send_event(10, "delete") == [200]
    assert app.events[-1] == {
        "object_type": "activity",
        "object_id": 10,
        "aspect_type": "delete",
        "updates": {},
        "owner_id": 1,
        "subscription_id": 1,
        "event_time": int(NOW.timestamp()),
    }


# from outside


def order(stand_in, anyone, **orders):
    return anyone.post(stand_in.base_url + "/stand-in/control", json=orders, timeout=5).status_code


def test_the_world_can_be_changed_from_outside(stand_in, world, anyone, caller):
    late = {**run(42, june(3)), "upload_at": (NOW + timedelta(days=1)).isoformat()}
    world.gear["g1"] = {"id": "g1", "name": "Road", "distance": 5}
    orders = {"add": [run(41, june(11)), late], "edit": {"10": {"name": "Edited"}}, "delete": [9]}
    orders |= {"fail": {"path_pattern": "/gear/*", "status": 503}, "limits": {"read": [7, 70]}, "short_pages": True}
    orders |= {"edit_gear": {"g1": {"retired": True}}, "granted_scopes": ["activity:read"], "athlete_limit": True}
    assert order(stand_in, anyone, **orders) == 200
    listed = caller.api("/athlete/activities", per_page=5)
    assert [item["id"] for item in listed.json()] == [41, 10, 8, 7]
    assert listed.json()[1]["name"] == "Edited"
    assert listed.headers["X-Readratelimit-Limit"] == "7,70"
    assert caller.api("/gear/g1").status_code == 503
    assert order(stand_in, anyone, heal=True) == 200
    assert caller.api("/gear/g1").json()["retired"] is True
    assert anyone.authorize().status_code == 403
    assert order(stand_in, anyone, inactive=True, revoke_all=True, refuse_authorisation=True) == 200
    assert (world.inactive, world.refuse_authorisation) == (True, True)


def test_an_event_can_be_sent_from_outside(stand_in, anyone, app):
    subscribe(stand_in, anyone, app)
    event = {"object_id": 1, "aspect": "update", "object_type": "athlete", "updates": {"authorized": "false"}}
    answer = anyone.post(stand_in.base_url + "/stand-in/event", json=event, timeout=5)
    assert answer.json()["statuses"] == [200]
    assert app.events[-1]["updates"] == {"authorized": "false"}
    assert anyone.post(stand_in.base_url + "/stand-in/event", json={"aspect": "update"}, timeout=5).status_code == 400


def test_an_old_list_without_sport_type_is_served_and_counted(clock):
    old = {key: value for key, value in run(1, june(1)).items() if key != "sport_type"}
    assert World([old]).stats(clock.now())["all_run_totals"]["count"] == 1


def test_an_order_that_makes_no_sense_is_refused(stand_in, anyone):
    assert order(stand_in, anyone, explode=True) == 400
    assert order(stand_in, anyone, delete=[404]) == 400
    assert anyone.get(stand_in.base_url + "/stand-in/other", timeout=5).status_code == 404


def test_the_requests_can_be_asked_for_and_do_not_count_themselves(stand_in, anyone, caller):
    caller.api("/athlete")
    caller.api("/athlete")
    log = anyone.get(stand_in.base_url + "/stand-in/requests", timeout=5).json()
    assert (log["total"], log["counts"]) == (2, {"GET /athlete": 2})
    assert log["requests"][0]["status"] == 200


def test_it_runs_as_a_process_of_its_own(tmp_path):
    path = tmp_path / "activities.json"
    path.write_text(json.dumps([run(1, june(1))]))
    command = [sys.executable, "-m", "coachd.demo.strava", "--activities", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        try:
            address = process.stdout.readline().strip()
            with requests.Session() as session:
                session.trust_env = False
                assert session.get(address + "/stand-in/requests", timeout=5).json()["total"] == 0
        finally:
            process.terminate()


# the real thing


class ToStandIn(HTTPAdapter):
    """Sends what is meant for Strava to the stand-in."""

    def __init__(self, stand_in):
        super().__init__()
        self.base = stand_in.base_url

    def send(self, request, **options):
        request.url = self.base + request.url.removeprefix("https://www.strava.com")
        return super().send(request, **{**options, "timeout": 5})


def test_stravalib_lists_reads_and_refreshes(stand_in, clock, monkeypatch):
    monkeypatch.setenv("SILENCE_TOKEN_WARNINGS", "true")
    from stravalib import Client

    tokens = stand_in.connect()
    clock.advance(timedelta(hours=6))
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://www.strava.com/", ToStandIn(stand_in))
        client = Client(requests_session=session, rate_limit_requests=False)
        renewed = client.refresh_access_token(12, "hush", tokens["refresh_token"])
        client.access_token = renewed["access_token"]
        assert [activity.id for activity in client.get_activities()] == list(range(10, 0, -1))
        assert client.get_activity(10).distance == 8000.0
        assert client.get_athlete().id == 1


@pytest.fixture(scope="module")
def real():
    if not REAL.is_dir():
        pytest.skip("the real answers are not here")
    return {path.stem: json.loads(path.read_text()) for path in REAL.glob("strava-*.json")}


@pytest.fixture
def real_caller(real):
    world = World(
        real["strava-activities"],
        athlete=real["strava-athlete"],
        gear=[real["strava-gear"]],
        zones=real["strava-zones"],
        streams={real["strava-activity-detail"]["id"]: real["strava-streams"]},
    )
    stand_in = StravaStandIn(world, SteppedClock(NOW.replace(year=2026)))
    with stand_in, Caller(stand_in, stand_in.connect()["access_token"]) as caller:
        yield caller


def test_the_real_list_pages_out_in_six_pages_and_an_empty_one(real, real_caller):
    pages = [real_caller.api("/athlete/activities", per_page=200, page=page).json() for page in range(1, 8)]
    assert [len(page) for page in pages] == [200, 200, 200, 200, 200, 132, 0]
    given = real["strava-activities"]
    served = [{key: item[key] for key in source} for item, source in zip(chain(*pages), given, strict=True)]
    assert served == given


def test_the_real_gear_athlete_zones_and_streams_come_back_as_they_were(real, real_caller):
    assert real_caller.api("/gear/g3423618").json() == real["strava-gear"]
    assert real_caller.api("/athlete").json() == real["strava-athlete"]
    assert real_caller.api("/athlete/zones").json() == real["strava-zones"]
    address = f"/activities/{real['strava-activity-detail']['id']}/streams"
    assert real_caller.api(address, keys="distance", key_by_type="true").json() == real["strava-streams"]
