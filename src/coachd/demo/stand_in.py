"""A stand-in of a service: real HTTP on loopback, whose clock can be moved and whose world can be changed.

`POST /stand-in/control` changes its world and `GET /stand-in/requests` tells what was asked of it.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from coachd.clock import Clock, SystemClock
from coachd.demo.troubles import Request, Troubles

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """One HTTP request, its path without the stand-in's prefix. Of a parameter given twice the last one counts."""

    method: str
    path: str
    base: str
    query: Mapping[str, str]
    headers: Message
    body: bytes

    def form(self) -> dict[str, str]:
        """The parameters, from the body as a form or as JSON, and from the query where the body has none."""
        if "json" in self.headers.get("Content-Type", ""):
            return {**self.query, **{key: str(value) for key, value in json.loads(self.body or b"{}").items()}}
        return {**self.query, **dict(parse_qsl(self.body.decode(), keep_blank_values=True))}


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode())


class StandIn:
    """Serves a world over HTTP on loopback while the context is open; `base_url` is where, without `prefix`.

    The clock decides what has happened yet and when tokens expire. Subclasses say what is answered (`respond`, which
    may raise what `refused` words) and what `/stand-in/control` can do (`control`).
    """

    prefix: ClassVar[str] = ""
    secret: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, troubles: Troubles, clock: Clock | None = None, port: int = 0) -> None:
        self._troubles = troubles
        self.clock = clock or SystemClock()
        self.closing = threading.Event()
        self._server = _Server(self, port)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
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

    def respond(self, call: Call, now: datetime) -> Answer:
        """What the service would say."""
        raise NotImplementedError

    def control(self, orders: Mapping[str, Any]) -> None:
        """Change the world from outside. Raises KeyError, TypeError or ValueError for what cannot be done."""
        raise NotImplementedError

    def answer(self, call: Call) -> Answer:
        """What goes back to a caller: one of the stand-in's own pages, or what the service would say."""
        if call.path.startswith("/stand-in/"):
            return self.own_page(call)
        now = self.clock.now()
        try:
            answer = self.respond(call, now)
        except Exception as bug:  # noqa: BLE001 - a server answers 500 and lives on; the caller's test shows the words
            answer = as_json({"message": f"The stand-in is broken: {bug!r}"}, 500)
        query = {name: "…" if name in self.secret else value for name, value in call.query.items()}
        self._troubles.requests.append(Request(call.method, call.path, query, answer.status, now, call.base))
        return answer

    def mishap(self, path: str) -> Answer | None:
        """The answer of the fault that was asked for on this path, after its delay; None to answer as usual."""
        fault = self._troubles.take_fault(path)
        if fault and fault.delay:
            self.closing.wait(fault.delay)
        if fault is None or fault.status is None:
            return None
        if isinstance(fault.body, str):
            return Answer(fault.status, fault.body.encode(), HTML)
        return as_json({"message": "error"} if fault.body is None else fault.body, fault.status)

    def own_page(self, call: Call) -> Answer:
        """A page of the stand-in itself."""
        if call.path == "/stand-in/requests":
            log = list(self._troubles.requests)
            counts = Counter(f"{request.method} {request.path}" for request in log)
            return as_json({"total": len(log), "counts": counts, "requests": [asdict(request) for request in log]})
        if call.path == "/stand-in/control" and call.method == "POST":
            try:
                self.control(json.loads(call.body))
                return as_json({"message": "done"})
            except (KeyError, TypeError, ValueError) as problem:
                return as_json({"message": f"The stand-in cannot do this: {problem!r}"}, 400)
        return as_json({"message": "The stand-in knows /stand-in/control (POST) and /stand-in/requests."}, 404)


# HTTP ---------------------------------------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, stand_in: StandIn, port: int) -> None:
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
        prefix = self.server.stand_in.prefix
        base = prefix if prefix and url.path.startswith(prefix + "/") else ""
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        call = Call(self.command, url.path.removeprefix(base), base, query, self.headers, body)
        answer = self.server.stand_in.answer(call)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:  # no content has no type and no length (RFC 9110)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the standard library's names

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the clock given decides
        return format_datetime(self.server.stand_in.clock.now(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """No access log: the world's `requests` is the log."""
