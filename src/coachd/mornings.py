"""Nights come each morning: which ones to ask a source for, and when to ask again.

A watch tells of a night once it is synced, which may be at noon, and mends what it told for some days. So each day the
nights of a week are read once, and again as soon as last night's has arrived; until then one request a look asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from coachd.sources import NightSource
from coachd.store import Store, nights, profile

KIND = "nights"
"""The document that says how far the nights of a source were read."""

AGAIN = timedelta(days=6)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far nights were read: from the morning `since` on, last on the day `on`; `whole`: with that day's night."""

    since: date
    on: date
    whole: bool


class _Named(NightSource, Protocol):
    name: str


def read(store: Store, source: _Named, athlete: str, today: date, days: int, now: datetime) -> int:
    """Read the nights that are due of the last `days`. Gives how many there were. Raises what the source raises;
    nothing is stored then."""
    with store.read() as db:
        before = _progress(profile.read(db, athlete, source.name, KIND))
    first = due(before, today, days)
    if first is None or (waits(before, today, days) and not source.slept(today)):
        return 0
    found = source.nights(first, today)
    whole = any(night.day == today and night.sleep_s is not None for night, _ in found)
    document = {
        "since": min(first, before.since if before else first).isoformat(),
        "on": today.isoformat(),
        "whole": whole,
    }
    with store.begin() as db:
        nights.save(db, athlete, found, now)
        profile.save(db, athlete, source.name, KIND, document, now)
    return len(found)


def due(before: Progress | None, today: date, days: int) -> date | None:
    """The first morning to read, up to today's; None where all of today is known.

    Everything that is looked back at for the first time, or when rules come to look back further; else a week, from
    the day of the last reading.
    """
    wanted = today - DAY * days
    if before is None or wanted < before.since:
        return wanted
    if before.on == today and before.whole:
        return None
    return max(min(before.on, today) - AGAIN, wanted)


def waits(before: Progress | None, today: date, days: int) -> bool:
    """Whether all was read today but last night, which had not arrived."""
    return before is not None and before.since <= today - DAY * days and before.on == today and not before.whole


def _progress(document: Mapping[str, Any] | None) -> Progress | None:
    if document is None:
        return None
    return Progress(date.fromisoformat(document["since"]), date.fromisoformat(document["on"]), document["whole"])
