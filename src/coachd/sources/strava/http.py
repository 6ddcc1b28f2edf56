"""The wire: one requests.Session with timeouts, retries on failed connections and the bases from the settings.

stravalib speaks the protocol on top of it. Its limiter, its reading of the environment and its import side effects
are kept out; it is imported only when a call is about to be made.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.util import Retry

from coachd.config import Settings
from coachd.errors import CoachdError, OperatorNeeded, ReconnectNeeded, TryLater

if TYPE_CHECKING:
    from stravalib.protocol import ApiV3

HOST = "https://www.strava.com"
TIMEOUT = (10.0, 30.0)  # seconds to connect, to wait for each byte of the answer
OUTAGE = timedelta(minutes=5)
LONGEST = 120.0  # seconds for the whole of an answer, however steadily it drips
LARGEST = 32 * 1024 * 1024  # bytes of an answer; a page of 200 summaries has half a million


class NotThereError(CoachdError):
    """Strava has no such thing, or will not show it to this athlete."""


class BrokenError(CoachdError):
    """Strava fails on this one thing (HTTP 500) while others work."""


class _Rewriting(HTTPAdapter):
    """Sends what stravalib addresses to www.strava.com to the bases from the settings."""

    def __init__(self, oauth_base: str, api_base: str) -> None:
        self._bases = ((f"{HOST}/api/v3", api_base), (HOST, oauth_base))
        # Only connections are tried again here: a request that was sent may have been counted.
        # A Retry-After must not make a refusal look like a connection that failed.
        retry = Retry(
            total=2, connect=2, read=False, status=0, other=0, backoff_factor=0, respect_retry_after_header=False
        )
        super().__init__(max_retries=retry)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        for prefix, base in self._bases:
            if request.url and request.url.startswith(prefix):
                request.url = base + request.url.removeprefix(prefix)
                break
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = TIMEOUT
        return super().send(request, *args, **kwargs)

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        resp.stream = partial(_bounded, resp)
        return super().build_response(req, resp)


def _bounded(answer: Any, size: int, decode_content: bool | None = None) -> Iterator[bytes]:
    """The body of an answer in pieces. Raises requests.Timeout for one that outgrows or outlasts any real answer:
    the timeout of a session bounds only the wait for the next byte."""
    end, length = time.monotonic() + LONGEST, 0
    while piece := answer.read1(size, decode_content=decode_content):
        length += len(piece)
        if length > LARGEST or time.monotonic() > end:
            answer.close()
            raise requests.Timeout("the answer does not come to an end")
        yield piece


def session(settings: Settings) -> requests.Session:
    """A session that reaches Strava, wherever the settings say that is."""
    made = requests.Session()
    # A .netrc must not replace our tokens; a proxy that the environment names is still used.
    made.trust_env = False
    # Strava's API redirects nowhere, and whoever does may want the token or the secret that would go along.
    made.max_redirects = 0
    made.proxies.update(get_environ_proxies(settings.strava_api_base))
    made.mount(HOST, _Rewriting(settings.strava_oauth_base, settings.strava_api_base))
    return made


def protocol(over: requests.Session) -> ApiV3:
    """A protocol object of stravalib on this session."""
    with warnings.catch_warnings():  # importing stravalib changes the process's filters
        from stravalib.protocol import ApiV3
    logging.captureWarnings(False)  # ... and sends warnings to the log

    class Protocol(ApiV3):
        def _check_credentials(self) -> None:
            """Reading the environment and renewing tokens is our own business."""

    made = Protocol(requests_session=over)
    made.log.setLevel(logging.WARNING)  # it would announce each request, under an address that need not be ours
    return made


def call(doing: Any, now: datetime) -> Any:
    """The result of `doing()`, a call through stravalib. Its errors come out as ours."""
    from stravalib.exc import Fault

    try:
        return doing()
    except Fault as problem:
        raise translated(problem.response, now) from None
    except requests.JSONDecodeError:
        raise TryLater("Strava answered with something that is not JSON.", now + OUTAGE, state="outage") from None
    except requests.TooManyRedirects:
        raise TryLater(
            "Strava's answer sends us to another address, and coachd does not follow.",
            now + OUTAGE,
            "Check STRAVA_API_BASE, STRAVA_OAUTH_BASE and the proxy, if you set any of them.",
            state="outage",
        ) from None
    except requests.RequestException as problem:  # also an answer that breaks off in the middle
        kind = "did not answer in time" if isinstance(problem, requests.Timeout) else "cannot be reached"
        raise TryLater(f"Strava {kind}.", now + OUTAGE, state="outage") from None
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):  # what an answer of no sense does to those
        # who read it; the answer itself may hold tokens, so it is not shown
        raise TryLater("Strava's answer makes no sense.", now + OUTAGE, state="outage") from None


def translated(response: requests.Response | None, now: datetime) -> CoachdError:
    """Strava's refusal as an error of ours: the type says what to do next."""
    status = response.status_code if response is not None else 0
    errors = _errors(response)
    if status == 404:
        return NotThereError("Strava has no such record.")
    if status == 429:
        return TryLater("Strava's request limit is reached.", now + timedelta(minutes=15), state="waiting")
    if status == 403:
        return _forbidden(response, errors)
    if status == 401 and any(error.get("code") == "missing" for error in errors):
        wanted = next((str(error.get("field")) for error in errors if error.get("code") == "missing"), "")
        return ReconnectNeeded(
            f"Strava refuses: the permission {wanted.removesuffix('_permission')} was not granted.",
            "Connect again with `coachd connect strava` and leave all boxes ticked.",
            state="missing_scope",
        )
    if status == 401 and any(error.get("resource") == "Application" for error in errors):
        return OperatorNeeded(
            "Strava does not know this application.",
            "Check STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET against https://www.strava.com/settings/api.",
            state="credentials",
        )
    if status == 401 or _is_dead_refresh(status, errors):
        return ReconnectNeeded("Strava no longer accepts our access.", "Connect again with `coachd connect strava`.")
    if status == 500:
        return BrokenError("Strava fails on this record (HTTP 500).")
    if status >= 500:
        return TryLater(f"Strava is down (HTTP {status}).", now + OUTAGE, state="outage")
    return TryLater(f"Strava refused the call (HTTP {status}).", now + OUTAGE, state="outage")


def _forbidden(response: requests.Response | None, errors: list[dict[str, Any]]) -> CoachdError:
    if any((error.get("resource"), error.get("code")) == ("Application", "Inactive") for error in errors):
        return OperatorNeeded(
            "Your Strava API application is inactive.",
            "Its owner needs a Strava subscription since June 2026; reactivate it at "
            "https://www.strava.com/settings/api.",
            state="inactive",
        )
    if response is not None and "Limit of connected athletes exceeded" in response.text:
        return OperatorNeeded(
            "Your Strava API application is connected to as many athletes as it may be.",
            "Raise its limit at https://www.strava.com/settings/api, or disconnect somebody.",
            state="athlete_limit",
        )
    return OperatorNeeded(
        "Strava forbids this application to read (HTTP 403).",
        "Look at the application's state at https://www.strava.com/settings/api.",
        state="forbidden",
    )


def _is_dead_refresh(status: int, errors: list[dict[str, Any]]) -> bool:
    return status == 400 and any(error.get("resource") == "RefreshToken" for error in errors)


def _errors(response: requests.Response | None) -> list[dict[str, Any]]:
    """The list of errors in an answer; today a list of objects, in old answers a string."""
    try:
        body = response.json() if response is not None else {}
    except requests.JSONDecodeError:
        return []
    errors = body.get("errors") if isinstance(body, dict) else None
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
