"""Places data comes from: one module or package per source, strangers to each other. Vendor types stay inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol, runtime_checkable

from coachd.model import Night, Recording, Shoe

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns a line round; tab and line feed are none of it."""


def harmless(text: str) -> str:
    """A text from outside without what no database takes or what steers a terminal: control signs and halves of
    characters."""
    return _CONTROL.sub("", text).encode(errors="replace").decode()


def instant(raw: Mapping[str, Any], key: str) -> datetime:
    """The instant that a vendor wrote as a text; without a zone it means UTC. Raises ValueError."""
    said = raw.get(key)
    try:
        moment = datetime.fromisoformat(str(said))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"its {key} {str(said)[:40]!r} cannot be read") from None


def sensible(moment: datetime) -> datetime:
    """The moment. Raises ValueError where it lies so far away that a calendar ends near it."""
    if not 1900 <= moment.year < 2200:
        raise ValueError(f"its date {moment.date()} cannot be right")
    return moment


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing. `ids` are all ids on it; `skipped` says why some of them could not be read."""

    ids: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)


def read_page(
    rows: Iterable[Any], identifier: Callable[[Any], str], recording: Callable[[Any], Recording | None]
) -> Page:
    """A page of a vendor's rows, of which `identifier` reads the id and `recording` the rest, None for a row that is no
    workout of its own. A row for which one of them raises ValueError is skipped, with its words."""
    ids: list[str] = []
    found: list[Recording] = []
    skipped: dict[str, str] = {}
    for position, raw in enumerate(rows, start=1):
        named = f"row {position}"
        try:
            named = identifier(raw)
            ids.append(named)
            if (read := recording(raw)) is not None:
                found.append(read)
        except ValueError as problem:
            skipped[named] = str(problem)
    # An empty page ends a listing: a page of nothing but unreadable rows must not look like one.
    return Page(tuple(ids) or tuple(skipped), tuple(found), skipped)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a source knows besides workouts: shoes with their raw JSON, and whole documents by kind."""

    shoes: tuple[tuple[Shoe, Mapping[str, Any]], ...] = ()
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Source(Protocol):
    """One athlete's access to one source. Every call may raise ReconnectNeeded, OperatorNeeded or TryLater."""

    name: str

    def page(self, after: datetime, before: datetime, number: int, *, live: bool) -> Page:
        """Page `number` (from 1) of everything that began between the bounds, newest first; empty after the last.

        `live` calls may use the share of the request budget that a backfill must leave.
        """

    def profile(self, gear: Collection[str], retired: Collection[str]) -> Profile:
        """The athlete's shoes and settings. `gear` are ids seen on activities, `retired` those known to be so."""

    def expected(self) -> int | None:
        """About how many activities there are in all, as far as the source tells; for an estimate only."""

    def answer(self, kind: str, external_id: str) -> tuple[Any, str]:
        """(raw, problem) of one activity's `detail`, or of its `streams` as columns by Strava's names.

        `raw` is None when the source fails, with a problem in words, or when it has no streams, without one.
        """


@runtime_checkable
class NightSource(Protocol):
    """What a source that measures nights offers besides."""

    def slept(self, day: date) -> bool:
        """Whether the night that ended on this day has arrived."""

    def nights(self, first: date, last: date) -> Sequence[tuple[Night, Mapping[str, Any]]]:
        """The nights that ended on these mornings (both included) with their raw JSON, by day."""
