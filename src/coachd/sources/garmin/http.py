"""The wire: one call to Garmin at a time, with a pause between any two, an end to each, and errors that say what to do.

Garmin publishes no limits; a dozen calls at once are refused. So calls go out one after the other.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as LateError
from urllib3.util import Retry

from coachd.errors import CoachdError, ReconnectNeeded, TryLater

KEY_PAGE = "https://connect.garmin.com/app/settings/personalApiToken"
TOKEN = "/personalapitoken-service/personal-api/personal-api-key/token"  # noqa: S105 - a path
ZIP = "application/x-zip-compressed"

PACE_S = 0.5
TIMEOUT = (10.0, 30.0)  # seconds to connect, to wait for each piece of the answer
OUTAGE = timedelta(minutes=5)
LONGEST = 120.0  # seconds for the whole of an answer, however steadily it drips
LARGEST = 32 * 1024 * 1024  # bytes of an answer; a page of activities has a quarter of a million
LONGEST_WAIT = timedelta(days=1)
SHORTEST_WAIT = timedelta(minutes=1)
"""How long a refusal without a word on it is heeded."""

_PIECE = 65_536
_GATEWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


class NotThereError(CoachdError):
    """Garmin has no such thing."""


class ForbiddenError(CoachdError):
    """The athlete's key may not read this; it may read other things."""


class BrokenError(CoachdError):
    """Garmin fails on this one thing while others work."""


class Wire:
    """One connection to Garmin, not for sharing between threads.

    `pace_s` are the seconds between the end of a call and the beginning of the next; None: as long as Garmin deserves,
    and none at all for a stand-in on this machine. `sleep` is what waits for them.
    """

    def __init__(self, base: str, pace_s: float | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._base = base.rstrip("/")
        self._pace_s = (0.0 if _on_this_machine(base) else PACE_S) if pace_s is None else pace_s
        self._sleep = sleep
        self._free_at = 0.0
        self._session = requests.Session()
        # A .netrc must not replace our tokens; a proxy that the environment names is still used.
        self._session.trust_env = False
        self._session.proxies.update(get_environ_proxies(base))
        # Only connections are tried again: a request that was sent may have been counted.
        retry = Retry(
            total=2, connect=2, read=False, status=0, other=0, backoff_factor=0, respect_retry_after_header=False
        )
        self._session.mount("http", HTTPAdapter(max_retries=retry))

    def close(self) -> None:
        self._session.close()

    def token(self, key: str, now: datetime) -> str:
        """A bearer token for the athlete's key. Raises ReconnectNeeded where Garmin does not take the key."""
        status, body, headers = self._call("POST", TOKEN, now, {"Authorization": f"ApiKey {key}"})
        if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise ReconnectNeeded(
                "Garmin does not take the key: it is wrong, expired or deleted.",
                f"Make a new one at {KEY_PAGE}, then `coachd connect garmin`.",
            )
        if status == HTTPStatus.NOT_FOUND:
            raise _outage("Garmin has no such address.", now, "Check GARMIN_API_BASE, if you set it.")
        _check(status, headers, now)
        text = body.decode("ascii", errors="replace").strip().strip('"')
        if not text or not text.isprintable() or " " in text or "\ufffd" in text:
            raise _outage("Garmin's answer to the key makes no sense.", now)
        return text

    def json(self, path: str, token: str, now: datetime, **params: Any) -> Any:
        """The answer of an endpoint; None where it has no content.

        Raises NotThereError, ForbiddenError, BrokenError, ReconnectNeeded (a dead token) or TryLater.
        """
        status, body, headers = self._call("GET", path, now, _bearer(token, "application/json"), params)
        _check(status, headers, now)
        if status == HTTPStatus.NO_CONTENT or not body.strip():
            return None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise BrokenError(f"Garmin's answer for {path} is not JSON.") from None

    def file(self, path: str, token: str, now: datetime) -> bytes:
        """A file to download. Raises as `json` does."""
        status, body, headers = self._call("GET", path, now, _bearer(token, ZIP))
        _check(status, headers, now)
        return body

    def _call(
        self, method: str, path: str, now: datetime, headers: dict[str, str], params: dict[str, Any] | None = None
    ) -> tuple[int, bytes, Any]:
        """(status, body, headers). Raises TryLater when there is no whole answer, or one that leads elsewhere."""
        self._pause()
        try:
            with self._session.request(
                method, self._base + path, params=params, headers=headers, timeout=TIMEOUT, stream=True,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                body = _body(answer)
        except (requests.RequestException, HTTPError, TimeoutError) as problem:
            # Its words may hold headers, so they are not shown.
            late = isinstance(problem, requests.Timeout | LateError | TimeoutError)
            raise _outage(f"Garmin {'did not answer in time' if late else 'cannot be reached'}.", now) from None
        finally:
            self._free_at = time.monotonic() + self._pace_s
        if 300 <= answer.status_code < 400:  # whoever redirects may want the token that would go along
            raise _outage(
                "Garmin's answer sends us to another address, and coachd does not follow.", now,
                "Check GARMIN_API_BASE and the proxy, if you set any of them.",
            )  # fmt: skip
        return answer.status_code, body, answer.headers

    def _pause(self) -> None:
        left = self._free_at - time.monotonic()
        if left > 0:
            self._sleep(left)


def _bearer(token: str, accept: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": accept}


def _body(answer: requests.Response) -> bytes:
    """The whole body. Raises BrokenError for one that outgrows any real answer, and TimeoutError for one that outlasts
    it: the timeout of a session bounds only the wait for the next byte."""
    end, body = time.monotonic() + LONGEST, bytearray()
    while piece := answer.raw.read1(_PIECE, decode_content=True):
        body += piece
        if len(body) > LARGEST:
            answer.raw.close()
            raise BrokenError("Garmin's answer is larger than 32 MB")
        if time.monotonic() > end:
            answer.raw.close()
            raise TimeoutError
    return bytes(body)


def _check(status: int, headers: Any, now: datetime) -> None:
    """Raises what an answer other than a good one means for whoever asked."""
    match status:
        case HTTPStatus.OK | HTTPStatus.NO_CONTENT:
            return
        case HTTPStatus.UNAUTHORIZED:
            raise ReconnectNeeded(
                "Garmin no longer accepts our access.", f"Make a new key at {KEY_PAGE}, then `coachd connect garmin`."
            )
        case HTTPStatus.FORBIDDEN:
            raise ForbiddenError("the key may not read this (HTTP 403)")
        case HTTPStatus.NOT_FOUND:
            raise NotThereError("Garmin has no such record.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            until = _retry_at(headers.get("Retry-After"), now)
            raise TryLater(f"Garmin asks us to wait until {until:%H:%M:%S} UTC.", until, state="waiting")
    if status in _GATEWAY:
        raise _outage(f"Garmin is down (HTTP {status}).", now)
    raise BrokenError(f"Garmin fails on this (HTTP {status})")


def _retry_at(said: str | None, now: datetime) -> datetime:
    """When a refused call may be made again: as the header says, in seconds or as a date; a minute without one."""
    wait = SHORTEST_WAIT
    try:
        if said is not None:
            until = None if said.strip().isdecimal() else parsedate_to_datetime(said)
            wait = timedelta(seconds=int(said)) if until is None else until.astimezone(UTC) - now
    except (ValueError, OverflowError):
        wait = SHORTEST_WAIT
    return now + min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def _outage(message: str, now: datetime, advice: str = "") -> TryLater:
    return TryLater(message, now + OUTAGE, advice, state="outage")


def _on_this_machine(base: str) -> bool:
    host = urlsplit(base).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
