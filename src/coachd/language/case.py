"""A rule's inline test: an invented athlete's history as of a fixed Sunday, and what the rule must say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, cast

from coachd.language.document import Document, Node
from coachd.language.types import Raw
from coachd.language.vocabulary import ACTIVITY
from coachd.model import FAMILIES, WEEKDAYS, Activity, Athlete, History, Outcome, Period, Shoe, Weekday
from coachd.units import DAY, HEART_RATE, PACE, TIME, Dimension, System, parse_quantity

SUNDAY = date(2025, 6, 15)
"""`day: 0` of an inline test whose athlete's week begins on Monday."""

_SPORT_OF_FAMILY = {family: sport for sport, family in reversed(FAMILIES.items())} | {"other": "Sail"}
_EASY_PACE = 0.36
"""Six minutes per kilometre: how fast a run is whose time does not matter to the test."""

_FIELDS = {
    "distance": "distance_m",
    "time": "moving_s",
    "elapsed": "elapsed_s",
    "gain": "gain_m",
    "average_hr": "average_hr",
    "max_hr": "max_hr",
    "cadence": "cadence_spm",
}


@dataclass(frozen=True, slots=True)
class Told:
    """That the rule spoke before: when, and up to which mark."""

    day: date
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out; evidence is compared as it is displayed."""

    outcome: Outcome
    evidence: Mapping[str, str] = field(default_factory=dict)
    message_contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One inline test. `params` are quantities as written; `short_history`: too little is known of the athlete."""

    name: str
    history: History
    period: Period
    now: datetime
    expected: Expected
    params: Mapping[str, str] = field(default_factory=dict)
    short_history: bool = False
    told: Told | None = None


def read_case(node: Node, document: Document) -> Case | None:
    """The test in a node of the right shape; None, with the problems noted, when its numbers cannot be read."""
    return _Reader(document).case(node)


def days_in(text: str) -> int:
    """Whole days in a text like `21d` or `3 weeks`. Raises ValueError when it says anything else."""
    quantity = parse_quantity(text)
    days = quantity.value / DAY
    if quantity.dimension != TIME or days != int(days) or days < 0:
        raise ValueError(f"'{text}' is no number of whole days; write for example 21d or 3w")
    return int(days)


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.today = SUNDAY

    def case(self, node: Node) -> Case | None:
        before = len(self.document.faults)
        athlete_node = node.get("athlete") or Node("mapping", node.start, node.end)
        week_start = cast("Weekday", athlete_node.string("week_start", "mon"))
        self.today = SUNDAY + timedelta(days=WEEKDAYS.index(week_start))
        ceiling = self.number(athlete_node, "easy_ceiling", HEART_RATE)
        athlete = Athlete(
            units=cast("System", athlete_node.string("units", "km")),
            tone=cast("Literal['plain', 'warm']", athlete_node.string("tone", "plain")),
            week_start=week_start,
            easy_hr_ceiling=ceiling,
        )
        now = datetime.combine(self.today + timedelta(days=1), time(6), UTC)
        history = History(
            athlete=athlete,
            activities=tuple(sorted(self.activities(node), key=lambda activity: activity.start)),
            shoes=tuple(self.shoes(node)),
            synced=self.synced(node.string("synced", "1h"), now),
            easy_ceiling=ceiling,
            easy_ceiling_source=athlete_node.string("easy_ceiling_source"),
        )
        params = node.get("params")
        case = Case(
            name=node.string("name"),
            history=history,
            period=Period(self.today.isoformat(), self.today - timedelta(days=6), self.today),
            now=now,
            expected=self.expected(node),
            params={name: value.text for name, value in params.fields.items()} if params else {},
            short_history=node.string("history") == "short",
            told=self.told(node),
        )
        return case if len(self.document.faults) == before else None

    def expected(self, node: Node) -> Expected:
        expect = node.get("expect")
        assert expect is not None
        evidence = expect.get("evidence")
        return Expected(
            outcome=cast("Outcome", expect.string("outcome")),
            evidence={name: value.text for name, value in evidence.fields.items()} if evidence else {},
            message_contains=expect.strings("message_contains"),
        )

    def synced(self, text: str, now: datetime) -> dict[str, datetime]:
        return {} if text == "never" else {"strava": now - timedelta(seconds=parse_quantity(text).value)}

    def told(self, node: Node) -> Told | None:
        told = node.get("told")
        if told is None:
            return None
        mark = told.get("mark")
        value = None if mark is None else self.quantity(mark, parse_quantity(mark.text).dimension)
        return Told(self.day(told.string("day")), value)

    def day(self, text: str) -> date:
        return self.today + timedelta(days=int(text))

    def quantity(self, node: Node, dimension: Dimension) -> float | None:
        try:
            quantity = parse_quantity(node.text)
        except ValueError as error:
            self.document.note(node, str(error))
            return None
        if quantity.dimension != dimension:
            self.document.note(node, f"'{node.text}' has the wrong unit for this")
            return None
        return quantity.value

    def number(self, node: Node, key: str, dimension: Dimension) -> float | None:
        found = node.get(key)
        return None if found is None else self.quantity(found, dimension)

    def shoes(self, node: Node) -> Iterator[Shoe]:
        listed = node.get("shoes")
        for shoe in listed.items if listed else ():
            used = shoe.get("last_used")
            yield Shoe(
                id=shoe.string("id", shoe.string("name")),
                name=shoe.string("name"),
                distance_m=self.number(shoe, "distance", ACTIVITY["distance"].type.dimension),
                retired=shoe.string("retired") == "true",
                last_used=None if used is None else self.day(used.text),
            )

    def activities(self, node: Node) -> Iterator[Activity]:
        listed = node.get("activities")
        number = 0
        for entry in listed.items if listed else ():
            fields = self.activity(entry)
            for day in self.days(entry):
                number += 1
                at = datetime.combine(day, time(9))
                yield Activity(id=number, start=at.replace(tzinfo=UTC), start_local=at, **fields)

    def days(self, entry: Node) -> Iterator[date]:
        if entry.get("day") is not None:
            yield self.day(entry.string("day"))
            return
        day, last = self.day(entry.string("from", "0")), self.day(entry.string("to", "0"))
        step = max(1, days_in(entry.string("every")))
        while day <= last:
            yield day
            day += timedelta(days=step)

    def activity(self, entry: Node) -> dict[str, Any]:
        """The fields of one activity. A run's missing time or distance follows from its pace."""
        sport = self.sport(entry)
        run = FAMILIES.get(sport) == "run"
        found: dict[str, Raw] = {
            field: self.number(entry, name, ACTIVITY[name].type.dimension) for name, field in _FIELDS.items()
        }
        pace = self.number(entry, "pace", PACE) or (_EASY_PACE if run else None)
        distance, moving = cast("float | None", found["distance_m"]), cast("float | None", found["moving_s"])
        if pace and distance is not None and moving is None:
            found["moving_s"] = distance * pace
        elif pace and moving is not None and distance is None and entry.get("pace"):
            found["distance_m"] = moving / pace
        kind = entry.string("kind", "easy") if run else None
        flags = {name: entry.string(name) == "true" for name in ("trainer", "commute", "manual")}
        return {
            **found,
            **flags,
            "sport": sport,
            "name": entry.string("name"),
            "gear_id": entry.string("gear") or None,
            "kind": None if kind == "unknown" else kind,
        }

    def sport(self, entry: Node) -> str:
        written = entry.string("sport", "run")
        return _SPORT_OF_FAMILY.get(cast("Any", written), written)
