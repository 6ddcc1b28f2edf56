"""A web service on loopback that takes posts, answers as told and keeps what it got."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Post:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Where the service is, and what it got."""

    port: int
    got: list[Post] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook-s3cret?x=1"

    @property
    def documents(self) -> list[Any]:
        return [post.document for post in self.got]


@contextmanager
def receiving(answer: int | str = 200, headers: Sequence[tuple[str, str]] = ()) -> Iterator[Receiver]:
    """A service that answers with a status and these headers, or with "nonsense"; "hang" and "drip" never end."""
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Post(self.path, dict(self.headers), body))
            if answer == "hang":
                release.wait(10)
            elif answer == "drip":
                self.wfile.write(b"HTTP/1.1 200 ")
                while not release.wait(0.01):
                    self.wfile.write(b"O")
            elif answer == "nonsense":
                self.wfile.write(b"what?\r\n\r\n")
            else:
                self.send_response(int(answer))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return  # who hangs up on a slow server is the one under test

        def log_message(self, *_words: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        release.set()
        server.shutdown()
        thread.join()
        server.server_close()
