"""Who may call the Garmin stand-in, and how fast: keys that the athlete makes, tokens for a day, and a pace.

Garmin publishes no limits. Twelve calls at once were answered 429 with `Retry-After: 14` in October 2026.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

KEY = "an-invented-garmin-key"
LIFETIME = timedelta(hours=24)
AREAS = frozenset({"activities", "wellness"})
"""What a key may be for. Garmin's own words for the claim `scope` are not known; these are ours."""


class Refusal(Exception):
    """An answer other than 2xx, in the form of Garmin's own."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"message": message, "error": "".join(word.title() for word in message.split()) + "Exception"}


@dataclass
class Key:
    """A key as the athlete made it on Garmin's page: what it may read, and when it ends (None: never)."""

    ends_at: datetime | None = None
    areas: Collection[str] = AREAS
    tokens: dict[str, datetime] = field(default_factory=dict)


class Keys:
    """The athlete's keys and the tokens given for them. One key, `KEY`, is there from the beginning."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {KEY: Key()}
        self._signature = secrets.token_bytes(32)
        self._lock = threading.Lock()

    def make(self, ends_at: datetime | None = None, areas: Collection[str] = AREAS) -> str:
        """A further key."""
        secret = secrets.token_urlsafe(32)
        self._keys[secret] = Key(ends_at, areas)
        return secret

    def change(self, ends_at: datetime | None = None, areas: Collection[str] = AREAS, key: str = KEY) -> None:
        """Another end or other areas for a key; its tokens stay."""
        self._keys[key].ends_at, self._keys[key].areas = ends_at, areas

    def delete(self, key: str = KEY) -> None:
        """The athlete deletes a key: its tokens die with it."""
        with self._lock:
            self._keys.pop(key, None)

    def revoke_tokens(self) -> None:
        """No token given so far works any more; the keys do."""
        with self._lock:
            for key in self._keys.values():
                key.tokens.clear()

    def exchange(self, authorization: str, now: datetime) -> str:
        """A token (JWT) for the key in an `Authorization` header: for 24 hours, or until the key ends where that is
        sooner.

        Raises Refusal: 400 without a key, 401 for one that is unknown or deleted, 403 for one that has ended.
        """
        kind, _, secret = authorization.partition(" ")
        if kind != "ApiKey" or not secret:
            raise Refusal(400, "Bad Request")
        with self._lock:
            key = self._keys.get(secret)
            if key is None:
                raise Refusal(401, "Unauthorized")
            if key.ends_at is not None and key.ends_at <= now:
                raise Refusal(403, "Forbidden")
            expires = min(now + LIFETIME, key.ends_at or now + LIFETIME)
            token = self._signed({
                "iat": int(now.timestamp()), "exp": int(expires.timestamp()), "scope": sorted(key.areas),
                "jti": secrets.token_hex(8),
            })  # fmt: skip
            key.tokens[token] = expires
            return token

    def check(self, authorization: str, area: str, now: datetime) -> None:
        """Raises Refusal: 401 for a token that is unknown, revoked or expired, 403 where its key lacks the area."""
        kind, _, token = authorization.partition(" ")
        with self._lock:
            owner = next((key for key in self._keys.values() if token in key.tokens), None)
        if kind.lower() != "bearer" or owner is None or owner.tokens[token] <= now:
            raise Refusal(401, "Unauthorized")
        if area not in owner.areas:
            raise Refusal(403, "Forbidden")

    def _signed(self, claims: Mapping[str, Any]) -> str:
        head = ".".join(_base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        return f"{head}.{_base64url(hmac.new(self._signature, head.encode(), hashlib.sha256).digest())}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Pace:
    """How many calls may be under way at once, how far apart (s) they have to begin, and what a refused one is told.

    `at_once` is stricter than the real one, which lets two pass, so that a client that is not serial is found out.
    Real seconds count, whatever the stand-in's clock says: this is about the wire.
    """

    def __init__(self) -> None:
        self.at_once = 1
        self.apart_s = 0.0
        self.retry_after_s = 14
        self._under_way = 0
        self._last = -1e9
        self._lock = threading.Lock()

    @contextmanager
    def call(self) -> Iterator[None]:
        """The time of one call. Raises Refusal 429 when it comes too early."""
        with self._lock:
            began = time.monotonic()
            if self._under_way >= self.at_once or began - self._last < self.apart_s:
                raise Refusal(429, "Too Many Requests", {"Retry-After": str(self.retry_after_s)})
            self._under_way += 1
            self._last = began
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
