"""A stand-in of Open-Meteo on loopback: an invented sky that says of each hour how warm and damp it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Sky:
    """An invented sky: 20 °C and a dew point of 10 °C at midnight, and a degree more each hour."""

    today: date
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    unknown: bool = False
    base: str = ""

    def answer(self, path: str, query: dict[str, str]) -> bytes:
        self.asked.append((path, query))
        if self.body is not None:
            return self.body
        if path == "/v1/archive":
            first, last = (date.fromisoformat(query[name]) for name in ("start_date", "end_date"))
        else:
            first, last = self.today - timedelta(days=int(query["past_days"])), self.today
        hours = [
            (first + timedelta(days=number // 24), number % 24) for number in range(((last - first).days + 1) * 24)
        ]
        hourly = {
            "time": [f"{day}T{hour:02d}:00" for day, hour in hours],
            "temperature_2m": [None if self.unknown else 20.0 + hour for _, hour in hours],
            "dew_point_2m": [None if self.unknown else 10.0 for _, hour in hours],
        }
        return json.dumps({"latitude": 52.366, "longitude": 4.9, "utc_offset_seconds": 0, "hourly": hourly}).encode()


@contextmanager
def sky_above(today: date) -> Iterator[Sky]:
    """The sky as it answers on this day."""
    found = Sky(today)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            body = found.answer(url.path, dict(parse_qsl(url.query)))
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    found.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
