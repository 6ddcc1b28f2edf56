"""The athlete's own key: what it looks like, what Garmin gives for it, and whose it is.

Garmin trades the key for a token of a day, as often as asked, and never says when the key ends; only the last token of
a key is shorter.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coachd.config import Settings
from coachd.errors import InputProblem, TryLater
from coachd.sources.garmin import mapping
from coachd.sources.garmin.http import KEY_PAGE, OUTAGE, BrokenError, ForbiddenError, NotThereError, Wire
from coachd.store.connections import Tokens

LIFETIME = timedelta(hours=24)
FULL = timedelta(hours=23)
"""A token that was given for less than this ends because its key does."""

ACTIVITIES = "/activitylist-service/activities/search/activities"
LONGEST_KEY = 4096


@dataclass(frozen=True, slots=True)
class Connected:
    """What a key gave: tokens, its account (None: nothing says), and when it ends where that is within a day."""

    tokens: Tokens
    account: str | None
    ends_at: datetime | None


def cleaned(text: str) -> str:
    """The key without what copying adds around it. Raises InputProblem where it cannot be one; it is never shown."""
    key = text.strip()
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise InputProblem(
            "That is no key of Garmin's: one is a single word of plain letters, digits and signs.",
            f"Make one at {KEY_PAGE} and copy all of it; Garmin shows it only once.",
        )
    return key


def connect(settings: Settings, key: str, now: datetime) -> Connected:
    """Trade a key for a token at once, and ask whose it is. Raises ReconnectNeeded where Garmin does not take it."""
    wire = Wire(settings.garmin_api_base)
    try:
        tokens, ends_at = exchanged(wire, key, now)
        return Connected(tokens, _account(wire, tokens, now), ends_at)
    finally:
        wire.close()


def exchanged(wire: Wire, key: str, now: datetime) -> tuple[Tokens, datetime | None]:
    """A token for the key, and when the key ends where the token says that it does within a day.

    Raises ReconnectNeeded where Garmin does not take the key.
    """
    token = wire.token(key, now)
    claims = _claims(token)
    issued, expires = mapping.number(claims, "iat"), mapping.number(claims, "exp")
    if issued is None or expires is None or not issued < expires:
        return Tokens(token, key, now + LIFETIME), None
    # Counted from now: Garmin's clock and ours need not agree.
    lifetime = min(timedelta(seconds=min(expires - issued, LIFETIME.total_seconds())), LIFETIME)
    return Tokens(token, key, now + lifetime), now + lifetime if lifetime < FULL else None


def _account(wire: Wire, tokens: Tokens, now: datetime) -> str | None:
    try:
        newest = wire.json(ACTIVITIES, tokens.access, now, start=0, limit=1, excludeChildren="false")
    except (ForbiddenError, NotThereError):
        return None  # a key for nights alone
    except BrokenError as problem:
        raise TryLater(str(problem), now + OUTAGE, state="outage") from None
    return mapping.owner(newest[0]) if isinstance(newest, list) and newest else None


def _claims(token: str) -> Mapping[str, Any]:
    """What stands in the token, unverified: it is Garmin that has to believe it. Empty where it cannot be read."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, Mapping) else {}
