"""The endpoints of the Strava stand-in: a call on a world at a moment -> the answer Strava would give."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from coachd.demo.stand_in import HTML, Answer, Call, as_json
from coachd.demo.strava_access import ApiError, bad_request
from coachd.demo.strava_world import World

CALLBACK_TIMEOUT_S = 2.0


def respond(world: World, call: Call, now: datetime) -> Answer:
    """The answer of the endpoint that the call is for. Raises ApiError for a refusal."""
    for method, pattern, serve in ROUTES:
        match = pattern.fullmatch(call.path)
        if match and method == call.method:
            return serve(world, call, now, *match.groups())
    raise ApiError(404, "Record Not Found", "resource", "path", "invalid")


def _scopes(world: World, call: Call, now: datetime) -> tuple[str, ...]:
    kind, _, token = call.headers.get("Authorization", "").partition(" ")
    return world.oauth.scopes(token if kind.lower() == "bearer" else call.query.get("access_token", ""), now)


def _may_see_private(world: World, call: Call, now: datetime) -> bool:
    """Whether "Only You" activities may be seen. Raises ApiError 401 when none at all may."""
    scopes = _scopes(world, call, now)
    if not {"activity:read", "activity:read_all"} & set(scopes):
        raise ApiError(401, "Authorization Error", "AccessToken", "activity:read_permission", "missing")
    return "activity:read_all" in scopes


def _authorize(world: World, call: Call, _now: datetime) -> Answer:
    if world.athlete_limit:
        return Answer(403, b"<!doctype html><h1>403: Limit of connected athletes exceeded</h1>", HTML)
    target = world.oauth.authorise(
        call.query, world.callback_domain, world.granted_scopes, refused=world.refuse_authorisation
    )
    return Answer(302, headers={"Location": target})


def _token(world: World, call: Call, now: datetime) -> Answer:
    form = call.form()
    answer = world.oauth.token(form, now)
    if form["grant_type"] == "authorization_code":
        answer["athlete"] = world.athlete_summary()
    return as_json(answer)


def _revoke(world: World, call: Call, _now: datetime) -> Answer:
    if not call.headers.get("Authorization", "").startswith("Basic "):
        raise ApiError(401, "Authorization Error", "Application", "", "invalid")
    token = call.form().get("token")
    if not token:
        raise bad_request("Token", "token", "missing")
    world.oauth.revoke(token)
    return as_json({})


def _deauthorize(world: World, call: Call, now: datetime) -> Answer:
    bearer = call.headers.get("Authorization", "").removeprefix("Bearer ")
    token = call.form().get("access_token") or bearer
    world.oauth.scopes(token, now)
    world.oauth.revoke(token)
    return as_json({"access_token": token})


def _athlete(world: World, call: Call, now: datetime) -> Answer:
    if "profile:read_all" in _scopes(world, call, now):
        return as_json(world.athlete_detail(now))
    return as_json(world.athlete_summary())


def _zones(world: World, call: Call, now: datetime) -> Answer:
    if "profile:read_all" not in _scopes(world, call, now):
        raise ApiError(401, "Authorization Error", "AccessToken", "profile:read_all", "missing")
    return as_json(world.zones)


def _activities(world: World, call: Call, now: datetime) -> Answer:
    return Answer(200, world.page(call.query, private=_may_see_private(world, call, now), now=now))


def _activity(world: World, call: Call, now: datetime, activity_id: str) -> Answer:
    private = _may_see_private(world, call, now)
    return as_json(world.activity(int(activity_id), private=private, now=now))


def _laps(world: World, call: Call, now: datetime, activity_id: str) -> Answer:
    private = _may_see_private(world, call, now)
    return as_json(world.activity(int(activity_id), private=private, now=now)["laps"])


def _streams(world: World, call: Call, now: datetime, activity_id: str) -> Answer:
    private = _may_see_private(world, call, now)
    streams = world.activity_streams(int(activity_id), call.query.get("keys", ""), private=private, now=now)
    if call.query.get("key_by_type") in ("true", "1", "True"):
        return as_json(streams)
    return as_json([{"type": name, **stream} for name, stream in streams.items()])


def _gear(world: World, call: Call, now: datetime, gear_id: str) -> Answer:
    _scopes(world, call, now)
    return as_json(world.gear_detail(gear_id, now))


def _stats(world: World, call: Call, now: datetime, athlete_id: str) -> Answer:
    _may_see_private(world, call, now)
    if int(athlete_id) != world.athlete["id"]:
        raise ApiError(404, "Record Not Found", "Athlete", "id", "invalid")
    return as_json(world.stats(now))


def _subscribe(world: World, call: Call, now: datetime) -> Answer:
    form = call.form()
    _app_credentials(form)
    if world.subscriptions:
        raise bad_request("PushSubscription", "", "already exists")
    address = form.get("callback_url", "")
    if not 0 < len(address) <= 255:
        raise bad_request("PushSubscription", "callback url")
    challenge = {
        "hub.mode": "subscribe",
        "hub.challenge": secrets.token_hex(8),
        "hub.verify_token": form.get("verify_token", ""),
    }
    status, echo = call_back("GET", address, challenge)
    if status != 200 or not isinstance(echo, dict) or echo.get("hub.challenge") != challenge["hub.challenge"]:
        raise bad_request("PushSubscription", "callback url", "not verifiable")
    stamp = now.isoformat()
    subscription = {"id": 1, "resource_state": 2, "application_id": 1, "callback_url": address}
    world.subscriptions.append({**subscription, "created_at": stamp, "updated_at": stamp})
    return as_json({"id": 1}, 201)


def _subscriptions(world: World, call: Call, _now: datetime) -> Answer:
    _app_credentials(call.form())
    return as_json(world.subscriptions)


def _unsubscribe(world: World, call: Call, _now: datetime, subscription_id: str) -> Answer:
    _app_credentials(call.form())
    left = [item for item in world.subscriptions if item["id"] != int(subscription_id)]
    if len(left) == len(world.subscriptions):
        raise ApiError(404, "Record Not Found", "PushSubscription", "id", "invalid")
    world.subscriptions = left
    return Answer(204)


def _app_credentials(form: Mapping[str, str]) -> None:
    for name in ("client_id", "client_secret"):
        if not form.get(name):
            raise bad_request("Application", name)


def call_back(method: str, address: str, content: Mapping[str, Any]) -> tuple[int, Any]:
    """Status and JSON of the app's own answer; (0, None) when there is none in time."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        body: dict[str, Any] = {"params": content} if method == "GET" else {"json": content}
        try:
            answer = session.request(method, address, timeout=CALLBACK_TIMEOUT_S, **body)
            return answer.status_code, answer.json() if method == "GET" else None
        except requests.RequestException:  # includes an answer that is not JSON
            return 0, None


Serve = Callable[..., Answer]
ROUTES: tuple[tuple[str, re.Pattern[str], Serve], ...] = tuple(
    (method, re.compile(pattern), serve)
    for method, pattern, serve in (
        ("GET", r"/oauth/authorize", _authorize),
        ("POST", r"/oauth/token", _token),
        ("POST", r"/oauth/revoke", _revoke),
        ("POST", r"/oauth/deauthorize", _deauthorize),
        ("GET", r"/athlete", _athlete),
        ("GET", r"/athlete/zones", _zones),
        ("GET", r"/athlete/activities", _activities),
        ("GET", r"/activities/(\d+)", _activity),
        ("GET", r"/activities/(\d+)/laps", _laps),
        ("GET", r"/activities/(\d+)/streams", _streams),
        ("GET", r"/gear/([a-z]?\d+)", _gear),
        ("GET", r"/athletes/(\d+)/stats", _stats),
        ("POST", r"/push_subscriptions", _subscribe),
        ("GET", r"/push_subscriptions", _subscriptions),
        ("DELETE", r"/push_subscriptions/(\d+)", _unsubscribe),
    )
)
