"""A Strava of our own on loopback: the same paths, headers, quirks and refusals over real HTTP.

It is the test server of the whole project and powers the demo. Run it alone with

    python -m coachd.demo.strava --activities FILE.json --port N

where FILE.json is a list of summary activities as Strava gives them. `POST /stand-in/control` changes its world,
`POST /stand-in/event` sends a webhook event and `GET /stand-in/requests` tells what was asked of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from coachd.clock import Clock
from coachd.demo.orders import obey
from coachd.demo.stand_in import Answer, Call, StandIn, as_json
from coachd.demo.strava_access import ApiError
from coachd.demo.strava_api import call_back, respond
from coachd.demo.strava_world import World
from coachd.demo.troubles import Request

__all__ = ["ALL_SCOPES", "Request", "StravaStandIn", "World", "main"]

API = "/api/v3"
ALL_SCOPES = ("read", "activity:read_all", "profile:read_all")
SECRET = frozenset({"access_token", "client_secret", "code", "refresh_token", "token", "verify_token"})
DELIVERY_ATTEMPTS = 3


class StravaStandIn(StandIn):
    """Serves a World over HTTP on loopback while the context is open.

    The clock also decides when a rate window turns. `base_url` is for OAuth and for the new API host (no prefix),
    `api_base` for the old one.
    """

    prefix = API
    secret = SECRET

    def __init__(self, world: World, clock: Clock | None = None, port: int = 0) -> None:
        super().__init__(world, clock, port)
        self.world = world
        self.oauth_base = self.base_url
        self.api_base = self.base_url + API

    def connect(self, *scopes: str) -> dict[str, Any]:
        """The token endpoint's answer for an athlete who has just agreed to `scopes` (default: all the daemon asks)."""
        answer = self.world.oauth.connect(scopes or ALL_SCOPES, self.clock.now())
        return {**answer, "athlete": self.world.athlete_summary()}

    def send_event(
        self, object_id: int, aspect: str, object_type: str = "activity", updates: Mapping[str, str] | None = None
    ) -> list[int]:
        """Post a webhook event to each subscription, up to three times until it is acknowledged with 200.

        Gives the statuses received, 0 for no answer within two seconds.
        """
        statuses: list[int] = []
        for subscription in list(self.world.subscriptions):
            event = {
                "object_type": object_type,
                "object_id": object_id,
                "aspect_type": aspect,
                "updates": dict(updates or {}),
                "owner_id": self.world.athlete["id"],
                "subscription_id": subscription["id"],
                "event_time": int(self.clock.now().timestamp()),
            }
            for _ in range(DELIVERY_ATTEMPTS):
                statuses.append(call_back("POST", subscription["callback_url"], event)[0])
                if statuses[-1] == 200:
                    break
        return statuses

    def respond(self, call: Call, now: datetime) -> Answer:
        """What Strava would say, after the faults that were asked for, the limits and the operator's state."""
        answer = self._answer(call, now)
        if call.path.startswith("/oauth/"):
            return answer
        return replace(answer, headers={**answer.headers, **self.world.limits.headers(now)})

    def _answer(self, call: Call, now: datetime) -> Answer:
        try:
            if not call.path.startswith("/oauth/"):
                self.world.limits.count(now)
            if mishap := self.mishap(call.path):
                return mishap
            if self.world.inactive and not call.path.startswith("/oauth/"):
                raise ApiError(403, "Forbidden", "Application", "Status", "Inactive")
            return respond(self.world, call, now)
        except ApiError as refusal:
            return as_json(refusal.body, refusal.status)

    def control(self, orders: Mapping[str, Any]) -> None:
        control(self.world, orders)

    def own_page(self, call: Call) -> Answer:
        if call.path != "/stand-in/event" or call.method != "POST":
            return super().own_page(call)
        try:
            return as_json({"statuses": self.send_event(**json.loads(call.body))})
        except (KeyError, TypeError, ValueError) as problem:
            return as_json({"message": f"The stand-in cannot do this: {problem!r}"}, 400)


def control(world: World, orders: Mapping[str, Any]) -> None:
    """Change a world from outside: `{"delete": [7], "fail": {"path_pattern": "*", "status": 503}, "limits": ...}`.

    Raises KeyError for an unknown order or activity, TypeError and ValueError for a malformed one.
    """
    for order, what in orders.items():
        match order:
            case "edit_gear":
                for gear_id, fields in what.items():
                    world.edit_gear(gear_id, **fields)
            case "limits":
                world.limits.overall = tuple(what.get("overall", world.limits.overall))
                world.limits.read = tuple(what.get("read", world.limits.read))
            case "revoke_all":
                world.revoke_all()
            case "granted_scopes":
                world.granted_scopes = None if what is None else frozenset(what)
            case "inactive":
                world.inactive = bool(what)
            case "short_pages":
                world.short_pages = bool(what)
            case "athlete_limit":
                world.athlete_limit = bool(what)
            case "refuse_authorisation":
                world.refuse_authorisation = bool(what)
            case _:
                obey(world, order, what)


def main(arguments: list[str] | None = None) -> None:
    """Serve files of real answers until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m coachd.demo.strava", description=main.__doc__)
    parser.add_argument("--activities", type=Path, required=True, help="a JSON list of summary activities")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--athlete", type=Path, help="an answer of /athlete; its shoes and bikes are served too")
    parser.add_argument("--gear", type=Path, help="an answer of /gear/{id}, or a list of them")
    parser.add_argument("--zones", type=Path, help="an answer of /athlete/zones")
    parser.add_argument("--streams", type=Path, help="a JSON object: activity id -> its streams by type")
    given = parser.parse_args(arguments)
    gear = _read(given.gear) or []
    world = World(
        activities=_read(given.activities),
        athlete=_read(given.athlete),
        gear=gear if isinstance(gear, list) else [gear],
        zones=_read(given.zones),
        streams={int(key): value for key, value in (_read(given.streams) or {}).items()},
    )
    with StravaStandIn(world, port=given.port) as stand_in:
        print(stand_in.base_url, flush=True)
        try:
            stand_in.closing.wait()
        except KeyboardInterrupt:
            return


def _read(path: Path | None) -> Any:
    return None if path is None else json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
