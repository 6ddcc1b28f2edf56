"""A Garmin of our own on loopback: the Personal API with its paths, quirks and refusals over real HTTP.

The demo and the tests call it. Its world (`garmin_world.World`) can be changed while it is served, from outside with
`POST /stand-in/control`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coachd.clock import Clock
from coachd.demo.garmin_access import KEY, Refusal
from coachd.demo.garmin_api import TOKEN, respond
from coachd.demo.garmin_world import Original, World
from coachd.demo.orders import obey
from coachd.demo.stand_in import Answer, Call, StandIn, as_json
from coachd.demo.troubles import Request

__all__ = ["KEY", "GarminStandIn", "Original", "Request", "World"]


class GarminStandIn(StandIn):
    """Serves a World over HTTP on loopback while the context is open; `api_base` is the client's base URL."""

    def __init__(self, world: World, clock: Clock | None = None, port: int = 0) -> None:
        super().__init__(world, clock, port)
        self.world = world
        self.api_base = self.base_url

    def respond(self, call: Call, now: datetime) -> Answer:
        """What Garmin would say, after its pace and the faults that were asked for."""
        try:
            if call.path == TOKEN:
                return self.mishap(call.path) or respond(self.world, call, now)
            with self.world.pace.call():
                return self.mishap(call.path) or respond(self.world, call, now)
        except Refusal as refusal:
            answer = as_json(refusal.body, refusal.status)
            return Answer(answer.status, answer.body, answer.content_type, refusal.headers)

    def control(self, orders: Mapping[str, Any]) -> None:
        control(self.world, orders)


def control(world: World, orders: Mapping[str, Any]) -> None:
    """Change a world from outside: `{"delete": [7], "fail": {"path_pattern": "*", "status": 503}, "revoke": true}`.

    Raises KeyError for an unknown order or activity, TypeError and ValueError for a malformed one.
    """
    for order, what in orders.items():
        match order:
            case "upload":
                for activity_id, at in what.items():
                    world.upload(int(activity_id), datetime.fromisoformat(at))
            case "pace":
                world.pace.at_once = int(what.get("at_once", world.pace.at_once))
                world.pace.apart_s = float(what.get("apart_s", world.pace.apart_s))
                world.pace.retry_after_s = int(what.get("retry_after_s", world.pace.retry_after_s))
            case "revoke":
                world.keys.revoke_tokens()
            case "delete_key":
                world.keys.delete()
            case _:
                obey(world, order, what)
