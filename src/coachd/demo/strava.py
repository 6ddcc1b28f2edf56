"""A Strava of our own on loopback: the same paths, headers, quirks and refusals over real HTTP.

It is the test server of the whole project and powers the demo. Run it alone with

    python -m coachd.demo.strava --activities FILE.json --port N

where FILE.json is a list of summary activities as Strava gives them. `POST /stand-in/control` changes its world,
`POST /stand-in/event` sends a webhook event and `GET /stand-in/requests` tells what was asked of it.
"""

from __future__ import annotations

import argparse
import json
import socket
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from coachd.clock import Clock, SystemClock
from coachd.demo.strava_access import ApiError
from coachd.demo.strava_api import HTML, Answer, Call, as_json, call_back, respond
from coachd.demo.strava_world import Request, World

__all__ = ["ALL_SCOPES", "Request", "StravaStandIn", "World", "main"]

API = "/api/v3"
ALL_SCOPES = ("read", "activity:read_all", "profile:read_all")
SECRET = frozenset({"access_token", "client_secret", "code", "refresh_token", "token", "verify_token"})
DELIVERY_ATTEMPTS = 3


class StravaStandIn:
    """Serves a World over HTTP on loopback while the context is open.

    The clock decides what has happened yet, when tokens expire and when a rate window turns. `base_url` is for OAuth
    and for the new API host (no prefix), `api_base` for the old one.
    """

    def __init__(self, world: World, clock: Clock | None = None, port: int = 0) -> None:
        self.world = world
        self.clock = clock or SystemClock()
        self.closing = threading.Event()
        self._server = _Server(self, port)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.oauth_base = self.base_url
        self.api_base = self.base_url + API
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

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

    def answer(self, call: Call) -> Answer:
        """What Strava would say, after the faults that were asked for, the limits and the operator's state."""
        if call.path.startswith("/stand-in/"):
            return self._own(call)
        now = self.clock.now()
        answer = self._answer(call, now)
        query = {name: "…" if name in SECRET else value for name, value in call.query.items()}
        self.world.requests.append(Request(call.method, call.path, query, answer.status, now, call.base))
        if call.path.startswith("/oauth/"):
            return answer
        return Answer(
            answer.status, answer.body, answer.content_type, {**answer.headers, **self.world.limits.headers(now)}
        )

    def _answer(self, call: Call, now: datetime) -> Answer:
        try:
            if not call.path.startswith("/oauth/"):
                self.world.limits.count(now)
            fault = self.world.take_fault(call.path)
            if fault and fault.delay:
                self.closing.wait(fault.delay)
            if fault and fault.status is not None:
                if isinstance(fault.body, str):
                    return Answer(fault.status, fault.body.encode(), HTML)
                return as_json({"message": "error"} if fault.body is None else fault.body, fault.status)
            if self.world.inactive and not call.path.startswith("/oauth/"):
                raise ApiError(403, "Forbidden", "Application", "Status", "Inactive")
            return respond(self.world, call, now)
        except ApiError as refusal:
            return as_json(refusal.body, refusal.status)
        except Exception as bug:  # noqa: BLE001 - a server answers 500 and lives on; the caller's test shows the words
            return as_json({"message": f"The stand-in is broken: {bug!r}"}, 500)

    def _own(self, call: Call) -> Answer:
        if call.path == "/stand-in/requests":
            log = list(self.world.requests)
            counts = Counter(f"{request.method} {request.path}" for request in log)
            return as_json({"total": len(log), "counts": counts, "requests": [asdict(request) for request in log]})
        try:
            if call.path == "/stand-in/event" and call.method == "POST":
                return as_json({"statuses": self.send_event(**json.loads(call.body))})
            if call.path == "/stand-in/control" and call.method == "POST":
                control(self.world, json.loads(call.body))
                return as_json({"message": "done"})
        except (KeyError, TypeError, ValueError) as problem:
            return as_json({"message": f"The stand-in cannot do this: {problem!r}"}, 400)
        known = "/stand-in/control and /stand-in/event (POST), and /stand-in/requests"
        return as_json({"message": f"The stand-in knows {known}."}, 404)


def control(world: World, orders: Mapping[str, Any]) -> None:
    """Change a world from outside: `{"delete": [7], "fail": {"path_pattern": "*", "status": 503}, "limits": ...}`.

    Raises KeyError for an unknown order or activity, TypeError and ValueError for a malformed one.
    """
    for order, what in orders.items():
        match order:
            case "add":
                for item in what:
                    upload_at = item.pop("upload_at", None)
                    world.add(item, upload_at and datetime.fromisoformat(upload_at))
            case "edit":
                for activity_id, fields in what.items():
                    world.edit(int(activity_id), **fields)
            case "delete":
                for activity_id in what:
                    world.delete(int(activity_id))
            case "edit_gear":
                for gear_id, fields in what.items():
                    world.edit_gear(gear_id, **fields)
            case "fail":
                world.fail(**what)
            case "heal":
                world.heal()
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
                raise KeyError(order)


# HTTP ---------------------------------------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, stand_in: StravaStandIn, port: int) -> None:
        self.stand_in = stand_in
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening, and hang up on kept-alive connections too: a stand-in that is gone must not answer."""
        super().server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(connection)  # the other side was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up in the middle is its own affair, and no traceback of ours."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet; two would wait for each other for 40 ms
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        base = API if url.path.startswith(API + "/") else ""
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        call = Call(self.command, url.path.removeprefix(base), base, query, self.headers, body)
        answer = self.server.stand_in.answer(call)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the standard library's names

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the clock given decides
        return format_datetime(self.server.stand_in.clock.now(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """No access log: `world.requests` is the log."""


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
