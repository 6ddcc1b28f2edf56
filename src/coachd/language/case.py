"""A rule's inline test: an invented athlete's history as of a fixed Sunday, and what the rule must say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from coachd.language.case_history import HistoryReader
from coachd.language.case_numbers import CaseNumbers
from coachd.language.document import Document, Node
from coachd.model import WEEKDAYS, History, Outcome, Period, Weekday

SUNDAY = date(2025, 6, 15)
"""`day: 0` of an inline test whose athlete's week begins on Monday."""

DIGEST_AT = time(6)


@dataclass(frozen=True, slots=True)
class Told:
    """That the rule spoke before: when, and up to which mark."""

    day: date
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out; evidence is compared as it is displayed. `helped` is what the rule's own `helped` would say
    on this day about an earlier nudge: yes, no or unknown."""

    outcome: Outcome
    evidence: Mapping[str, str] = field(default_factory=dict)
    message_contains: tuple[str, ...] = ()
    helped: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A day of a timeline, and what must come out when the week that ends with it is judged."""

    period: Period
    now: datetime
    expected: Expected


@dataclass(frozen=True, slots=True)
class Case:
    """One inline test. `params` are quantities as written; `short_history`: too little is known of the athlete.

    With a `timeline` its steps are judged one after the other, each remembering those before; `period`, `now` and
    `expected` are then those of the last step.
    """

    name: str
    history: History
    period: Period
    now: datetime
    expected: Expected
    params: Mapping[str, str] = field(default_factory=dict)
    short_history: bool = False
    told: Told | None = None
    timeline: tuple[Step, ...] = ()


def read_case(node: Node, document: Document) -> Case | None:
    """The test in a node of the right shape; None, with the problems noted, when its numbers cannot be read."""
    before = len(document.faults)
    athlete = node.get("athlete")
    week_start = cast("Weekday", athlete.string("week_start", "mon") if athlete else "mon")
    today = SUNDAY + timedelta(days=WEEKDAYS.index(week_start))
    read = CaseNumbers(document, today)
    history = HistoryReader(read, _now(today)).history(node)
    timeline = _timeline(node, document, today)
    told = node.get("told")
    expect = node.get("expect")
    if len(document.faults) > before:
        return None
    params = node.get("params")
    return Case(
        name=node.string("name"),
        history=history,
        period=timeline[-1].period if timeline else _period(today),
        now=timeline[-1].now if timeline else _now(today),
        expected=timeline[-1].expected if expect is None else _expected(expect),
        params={name: value.text for name, value in params.fields.items()} if params else {},
        short_history=node.string("history") == "short",
        told=None if told is None else Told(read.day(told.string("day")), read.amount(told, "mark")),
        timeline=timeline,
    )


def _timeline(node: Node, document: Document, today: date) -> tuple[Step, ...]:
    listed = node.get("timeline")
    if listed is None:
        return ()
    days = [today + timedelta(days=int(step.string("day"))) for step in listed.items]
    if not days or days != sorted(set(days)):
        document.note(listed, "a timeline has days in ascending order, each once", "write for example -14, -7, 0")
    return tuple(Step(_period(day), _now(day), _expected(step)) for day, step in zip(days, listed.items, strict=True))


def _period(last: date) -> Period:
    """The week that ends with a day."""
    return Period(last.isoformat(), last - timedelta(days=6), last)


def _now(last: date) -> datetime:
    """The morning after, when the digest is written."""
    return datetime.combine(last + timedelta(days=1), DIGEST_AT, UTC)


def _expected(node: Node) -> Expected:
    evidence = node.get("evidence")
    return Expected(
        outcome=cast("Outcome", node.string("outcome")),
        evidence={name: value.text for name, value in evidence.fields.items()} if evidence else {},
        message_contains=node.strings("message_contains"),
        helped=node.string("helped"),
    )
