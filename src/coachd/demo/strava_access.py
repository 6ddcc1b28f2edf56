"""Who may call the Strava stand-in, and how often: authorisations with rotating tokens, and the two rate limits."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

LIFETIME_S = 21_600
"""An access token lives six hours ..."""
RENEWABLE_S = 3_600
"""... and is replaced only when an hour or less of them is left."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ApiError(Exception):
    """A refusal as Strava words it. `body` is the JSON that goes out with `status`."""

    def __init__(self, status: int, message: str, resource: str, field: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "errors": [{"resource": resource, "field": field, "code": code}]}


def bad_request(resource: str, field: str, code: str = "invalid") -> ApiError:
    """The usual 400."""
    return ApiError(400, "Bad Request", resource, field, code)


@dataclass
class Grant:
    """One authorisation: what was allowed, the refresh token that counts, and every access token still alive."""

    client_id: str
    scopes: tuple[str, ...]
    refresh_token: str = field(default_factory=lambda: secrets.token_hex(20))
    expiries: dict[str, int] = field(default_factory=dict)

    def renew(self, now: int) -> str:
        """The access token to use from now on: the newest while more than an hour of it is left, else a new one."""
        newest = next(reversed(self.expiries), None)
        if newest is not None and self.expiries[newest] - now > RENEWABLE_S:
            return newest
        if newest is not None:
            self.refresh_token = secrets.token_hex(20)
        token = secrets.token_hex(20)
        self.expiries[token] = now + LIFETIME_S
        return token


class Authorisations:
    """The OAuth side of Strava for one app. Any client id and secret will do."""

    def __init__(self) -> None:
        self._codes: dict[str, Grant] = {}
        self._grants: list[Grant] = []
        self._lock = threading.Lock()

    def authorise(
        self, query: Mapping[str, str], domain: str, ticked: Collection[str] | None, *, refused: bool = False
    ) -> str:
        """Where the browser is sent next: back to the app, with a code or with the athlete's refusal.

        `domain` is the one host besides loopback that may be called back, `ticked` the scopes the athlete leaves
        ticked (None: all that are asked for). Raises ApiError 400 when the redirect address is not the app's own.
        """
        if not query.get("client_id"):
            raise bad_request("Application", "client_id")
        target = query.get("redirect_uri", "")
        host = urlsplit(target).hostname or ""
        if host not in LOOPBACK and host != domain and not host.endswith("." + domain):
            raise bad_request("Application", "redirect_uri")
        state = query.get("state", "")
        if refused:
            answer = {"state": state, "error": "access_denied"}
        else:
            grant = Grant(query["client_id"], _granted(query.get("scope", "read"), ticked))
            code = secrets.token_hex(20)
            self._codes[code] = grant
            answer = {"state": state, "code": code, "scope": ",".join(grant.scopes)}
        return target + ("&" if urlsplit(target).query else "?") + urlencode(answer)

    def token(self, form: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The answer of the token endpoint, without the athlete. Raises ApiError 400."""
        for name in ("client_id", "client_secret"):
            if not form.get(name):
                raise bad_request("Application", name)
        with self._lock:
            match form.get("grant_type"):
                case "authorization_code":
                    grant = self._codes.pop(form.get("code", ""), None)
                    if grant is None:
                        raise bad_request("AuthorizationCode", "code")
                    self._grants.append(grant)
                case "refresh_token":
                    grant = next((g for g in self._grants if g.refresh_token == form.get("refresh_token")), None)
                    if grant is None:
                        raise bad_request("RefreshToken", "refresh_token")
                case _:
                    raise bad_request("Application", "grant_type")
            return self._answer(grant, now)

    def connect(self, scopes: tuple[str, ...], now: datetime) -> dict[str, Any]:
        """A finished authorisation without the walk through the browser: the token endpoint's answer."""
        grant = Grant("1", scopes)
        with self._lock:
            self._grants.append(grant)
            return self._answer(grant, now)

    def _answer(self, grant: Grant, now: datetime) -> dict[str, Any]:
        token = grant.renew(int(now.timestamp()))
        return {
            "token_type": "Bearer",
            "access_token": token,
            "refresh_token": grant.refresh_token,
            "expires_at": grant.expiries[token],
            "expires_in": grant.expiries[token] - int(now.timestamp()),
            "scope": " ".join(grant.scopes),
        }

    def scopes(self, access_token: str, now: datetime) -> tuple[str, ...]:
        """What a token may do. Raises ApiError 401 for one that is unknown, expired or revoked."""
        with self._lock:
            for grant in self._grants:
                if grant.expiries.get(access_token, 0) > now.timestamp():
                    return grant.scopes
        raise ApiError(401, "Authorization Error", "Athlete", "access_token", "invalid")

    def revoke(self, token: str) -> None:
        """End the authorisation that an access or refresh token belongs to; an unknown token is no error (RFC 7009)."""
        with self._lock:
            self._grants = [g for g in self._grants if token != g.refresh_token and token not in g.expiries]

    def revoke_all(self) -> None:
        """The athlete disconnects the app on the website."""
        with self._lock:
            self._grants.clear()
            self._codes.clear()


class RateLimits:
    """Calls per natural quarter hour and per UTC day. `overall` and `read` may be set at any time.

    Every call the stand-in serves is a read, so both buckets fill alike.
    """

    def __init__(self) -> None:
        self.overall = (200, 2000)
        self.read = (100, 1000)
        self._quarter: tuple[datetime, int] | None = None
        self._day: tuple[datetime, int] | None = None
        self._lock = threading.Lock()

    def count(self, now: datetime) -> None:
        """Count one call, served or refused. Raises ApiError 429 when it is one too many."""
        with self._lock:
            quarter, day = _windows(now)
            used_quarter, used_day = self._used(quarter, day)
            self._quarter, self._day = (quarter, used_quarter + 1), (day, used_day + 1)
        if used_quarter >= min(self.overall[0], self.read[0]) or used_day >= min(self.overall[1], self.read[1]):
            raise ApiError(429, "Rate Limit Exceeded", "Application", "rate limit", "exceeded")

    def usage(self, now: datetime) -> tuple[int, int]:
        """Calls so far in this quarter hour and on this UTC day."""
        with self._lock:
            return self._used(*_windows(now))

    def _used(self, quarter: datetime, day: datetime) -> tuple[int, int]:
        return (
            self._quarter[1] if self._quarter and self._quarter[0] == quarter else 0,
            self._day[1] if self._day and self._day[0] == day else 0,
        )

    def headers(self, now: datetime) -> dict[str, str]:
        """The four headers, spelled as they come over the wire."""
        used = "{},{}".format(*self.usage(now))
        return {
            "X-Ratelimit-Limit": "{},{}".format(*self.overall),
            "X-Ratelimit-Usage": used,
            "X-Readratelimit-Limit": "{},{}".format(*self.read),
            "X-Readratelimit-Usage": used,
        }


def _windows(now: datetime) -> tuple[datetime, datetime]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(minutes=now.minute // 15 * 15), hour.replace(hour=0)


def _granted(asked: str, ticked: Collection[str] | None) -> tuple[str, ...]:
    """The scopes allowed, in the order asked; `read` cannot be unticked."""
    allowed = [scope for scope in asked.split(",") if scope and (ticked is None or scope in ticked)]
    return tuple(dict.fromkeys(["read", *allowed]))
