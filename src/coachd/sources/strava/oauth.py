"""Connecting: the authorise page, the redirect back, the exchange of its code, and revoking."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from coachd.config import Settings
from coachd.errors import ConfigProblem, InputProblem, ReconnectNeeded, TryLater
from coachd.sources.strava import http
from coachd.store.connections import Tokens

SCOPES = ("read", "activity:read_all", "profile:read_all")
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>coachd</title>"
    "<body style='font:18px system-ui;max-width:32em;margin:4em auto'><p>{}</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One attempt to connect: the page to open, where it leads back to, and the secret that must come back."""

    url: str
    redirect_uri: str
    state: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What the athlete granted. `missing` says in words what will not work without the boxes that were unticked."""

    code: str = field(repr=False)
    scopes: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connected:
    """A finished exchange."""

    athlete_id: str | None
    name: str
    tokens: Tokens


def credentials(settings: Settings) -> tuple[str, str]:
    """(client id, client secret). Raises ConfigProblem when either is missing."""
    problems = []
    if not settings.strava_client_id:
        problems.append("STRAVA_CLIENT_ID: is missing")
    if not settings.strava_client_secret:
        problems.append("STRAVA_CLIENT_SECRET: is missing")
    if problems or settings.strava_client_secret is None:
        raise ConfigProblem(
            problems,
            "Create an API application at https://www.strava.com/settings/api (its Authorization Callback Domain is "
            "`localhost`), then set both, for example in .env.",
        )
    return settings.strava_client_id, settings.strava_client_secret.get_secret_value()


def invite(settings: Settings, redirect_uri: str) -> Invitation:
    """The page on which the athlete lets us in. stravalib would always name www.strava.com, so it is built here."""
    client_id, _ = credentials(settings)
    state = secrets.token_urlsafe(16)
    query = urlencode(
        {
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "approval_prompt": "auto",
            "scope": ",".join(SCOPES),
            "state": state,
        }
    )
    return Invitation(f"{settings.strava_oauth_base}/oauth/authorize?{query}", redirect_uri, state)


def granted(redirected: str, invitation: Invitation) -> Grant:
    """What the address says that the athlete was sent back to.

    Raises InputProblem for an address that is not ours or not of this attempt, ReconnectNeeded when the athlete
    refused or left out what nothing works without.
    """
    query = {key: values[0] for key, values in parse_qs(urlsplit(redirected.strip()).query).items()}
    if not secrets.compare_digest(query.get("state", "").encode(), invitation.state.encode()):
        raise InputProblem(
            "That address does not belong to this attempt to connect.",
            "Start again with `coachd connect strava` and use the page it names.",
        )
    if query.get("error"):
        raise ReconnectNeeded(
            "Strava was told not to let coachd in.",
            "If that was not meant, run `coachd connect strava` again and choose Authorize.",
        )
    if not query.get("code"):
        raise InputProblem("That address carries no code.", "Paste the whole address of the page you ended on.")
    scopes = tuple(query.get("scope", "").replace(",", " ").split())
    if not {"activity:read", "activity:read_all"} & set(scopes):
        raise ReconnectNeeded(
            "Without permission to view your activities coachd has nothing to work with.",
            "Run `coachd connect strava` again and leave the boxes about activities ticked.",
            state="missing_scope",
        )
    return Grant(query["code"], scopes, tuple(_losses(scopes)))


def _losses(scopes: tuple[str, ...]) -> Iterator[str]:
    if "activity:read_all" not in scopes:
        yield "Activities that only you can see stay hidden: weeks with such activities are judged too low."
    if "profile:read_all" not in scopes:
        yield "Your shoes and heart-rate zones stay hidden: shoe rules and the easy-run rule will not speak."


def exchange(settings: Settings, code: str, now: datetime) -> Connected:
    """Trade the code for tokens. Raises ReconnectNeeded for a code that was used before or is too old."""
    client_id, secret = credentials(settings)
    with http.session(settings) as session:
        protocol = http.protocol(session)
        try:
            tokens, athlete = http.call(
                lambda: _exchanged(protocol.exchange_code_for_token(int(client_id), secret, code, return_athlete=True)),
                now,
            )
        except TryLater as problem:
            if "HTTP 400" not in str(problem):
                raise
            raise ReconnectNeeded(
                "Strava did not accept the code.",
                "Codes work once and for a short time: run `coachd connect strava` again. If it repeats, check the "
                "client id and secret.",
            ) from None
    person = athlete or {}
    return Connected(
        athlete_id=str(person["id"]) if person.get("id") else None,
        name=str(person.get("firstname") or ""),
        tokens=tokens,
    )


def _exchanged(
    answer: tuple[Mapping[str, object], Mapping[str, Any] | None],
) -> tuple[Tokens, Mapping[str, Any] | None]:
    access, athlete = answer
    return _tokens(access), athlete


def refresh(settings: Settings, tokens: Tokens, now: datetime) -> Tokens:
    """Newer tokens. The old refresh token may be dead afterwards: store these before using them."""
    client_id, secret = credentials(settings)
    with http.session(settings) as session:
        protocol = http.protocol(session)
        fresh: Tokens = http.call(
            lambda: _tokens(protocol.refresh_access_token(int(client_id), secret, tokens.refresh)), now
        )
    return fresh


def _tokens(access: Mapping[str, object]) -> Tokens:
    expires = datetime.fromtimestamp(float(str(access["expires_at"])), UTC)
    return Tokens(str(access["access_token"]), str(access["refresh_token"]), expires)


def revoke(settings: Settings, tokens: Tokens) -> bool:
    """Tell Strava that these tokens are no longer used. False when it could not be told."""
    import requests

    client_id, secret = credentials(settings)
    with http.session(settings) as session:
        try:
            answer = session.post(f"{http.HOST}/oauth/revoke", auth=(client_id, secret), data={"token": tokens.refresh})
        except requests.RequestException:
            return False
    return answer.ok


class _Redirected(BaseHTTPRequestHandler):
    """Takes the one request that carries a `state`; an icon or a scanner is turned away."""

    server: _Landing

    def do_GET(self) -> None:
        query = urlsplit(self.path).query
        expected = "state" in parse_qs(query)
        words = "Done. You can close this window and go back to the terminal." if expected else "Nothing here."
        body = _PAGE.format(words).encode()
        self.send_response(200 if expected else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if expected:
            self.server.redirected = f"{self.server.redirect_uri}?{query}"
            self.server.arrived.set()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """The code in the address is a secret: it is not written anywhere."""


class _Landing(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Redirected)
        self.redirect_uri = f"http://localhost:{self.server_address[1]}/connected"
        self.redirected = ""
        self.arrived = threading.Event()

    def wait(self, seconds: float) -> str | None:
        """The address with which the browser came back; None when it did not in time."""
        return self.redirected if self.arrived.wait(seconds) else None


@contextmanager
def listening() -> Iterator[_Landing]:
    """A loopback page that the browser is sent back to, at `.redirect_uri`; `.wait(seconds)` for it."""
    landing = _Landing()
    thread = threading.Thread(target=landing.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield landing
    finally:
        landing.shutdown()
        landing.server_close()
