"""Asking for the athlete's Garmin key: hidden or from a file, never as an argument, and when it ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from coachd.clock import local_instant
from coachd.errors import InputProblem
from coachd.model import Athlete

LIFETIMES = (30, 90, 180, 365)
"""Days that Garmin offers when a key is made."""

FURTHEST = timedelta(days=366)
_CHOICES = ", ".join(map(str, LIFETIMES))


def secret(file: Path | None) -> str:
    """The key as it was typed without an echo, or as it stands in a file. Raises InputProblem."""
    if file is None:
        typed: str = click.prompt("Your key (it is not shown)", hide_input=True)
        return typed
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not text"
        raise InputProblem(f"{file} cannot be read: {reason}.", "Name the file with the key in it.") from None


def ends_at(expires: str | None, who: Athlete, now: datetime) -> datetime:
    """When the key ends, asked for where it was not said: Garmin never tells. Raises InputProblem."""
    if expires is None:
        expires = click.prompt(f"When does the key end? Days from today as chosen there ({_CHOICES}), or a date")
    said = expires.lower().removesuffix("days").removesuffix("day").removesuffix("d").strip()
    if said.isdecimal() and int(said) in LIFETIMES:
        return now + timedelta(days=int(said))
    try:
        # A key that ends on a day may do so at its beginning.
        moment = local_instant(date.fromisoformat(said), time(), who.tz)
    except (ValueError, OverflowError):
        raise InputProblem(
            f"{expires!r} does not say when the key ends.",
            f"Write {_CHOICES} for days from today, or a date as 2027-05-31.",
        ) from None
    if not now < moment <= now + FURTHEST:
        raise InputProblem(
            f"A key cannot end on {said}: Garmin makes none for over a year, and one that has ended is of no use.",
            "See the page on which it was made for its date.",
        )
    return moment
