"""The Strava stand-in as a process of its own, so that its work is on nobody's account but its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

NO_LIMIT = [1_000_000, 1_000_000]


class Strava:
    """A stand-in that answers at `base`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._post("/stand-in/control", json.dumps({"limits": {"overall": NO_LIMIT, "read": NO_LIMIT}}))

    def requests(self) -> dict[str, int]:
        """How often each thing was asked for, since the start."""
        with urllib.request.urlopen(f"{self.base}/stand-in/requests") as answer:
            return json.load(answer)["counts"]

    def token(self) -> dict[str, Any]:
        """A fresh authorisation, as the token endpoint gives it."""
        query = urlencode(
            {
                "client_id": "1",
                "response_type": "code",
                "redirect_uri": f"{self.base}/nowhere",
                "scope": "read,activity:read_all,profile:read_all",
            }
        )
        opener = urllib.request.build_opener(_Stay)
        location = opener.open(f"{self.base}/oauth/authorize?{query}").headers["Location"]
        (code,) = parse_qs(urlsplit(location).query)["code"]
        form = {"client_id": "1", "client_secret": "invented", "code": code, "grant_type": "authorization_code"}
        return json.loads(self._post("/oauth/token", urlencode(form)))

    def _post(self, path: str, body: str) -> bytes:
        with urllib.request.urlopen(self.base + path, data=body.encode()) as answer:
            return answer.read()


class _Stay(urllib.request.HTTPRedirectHandler):
    """Gives a redirect as the answer instead of following it."""

    def http_error_302(self, _request, answer, *_rest):
        return answer


@contextmanager
def running(folder: Path, activities: Sequence[dict[str, Any]]) -> Iterator[Strava]:
    """A stand-in with these activities, gone at the end."""
    served = folder / "activities.json"
    served.write_text(json.dumps(activities))
    shoes = folder / "gear.json"
    used = sorted({activity["gear_id"] for activity in activities if activity["gear_id"]})
    shoes.write_text(json.dumps([{"id": gear, "name": f"Pair {gear}", "distance": 400_000.0} for gear in used]))
    command = [sys.executable, "-m", "coachd.demo.strava", "--activities", str(served), "--gear", str(shoes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Strava(process.stdout.readline().strip())
        finally:
            process.terminate()
