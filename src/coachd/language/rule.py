"""A compiled rule: everything that was in the file, checked, with its expressions ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coachd.language.aggregates import Aggregate
from coachd.language.case import Case
from coachd.language.compile import Expression
from coachd.language.measure import Measure
from coachd.language.message import Message
from coachd.language.types import Type
from coachd.model import Kind

Each = Literal["activity", "day", "week", "shoe", "race"]
Tone = Literal["plain", "warm"]


@dataclass(frozen=True, slots=True)
class Param:
    """A number the athlete may change. `value` is the one in force; all are in base units."""

    type: Type
    value: float
    minimum: float | None = None
    maximum: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One line of evidence: where it comes from, and its type. A value with a label stands in the mail's table."""

    name: str
    type: Type
    origin: Aggregate | Measure | Expression
    label: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Ascending marks of a value, in its base units."""

    value: str
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Names in which something holds: only these, or all but these."""

    names: frozenset[str]
    only: bool


@dataclass(frozen=True, slots=True)
class Helped:
    """How to tell, some days after a nudge, that it helped."""

    after_days: int
    when: Expression


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `scope` holds the type of every name its expressions and texts may use.

    `held` is (n, m): the condition must have held in n of the last m evaluations with data. `lookback_days` is how
    far back its values look, counted from the last day of the judged period.
    """

    id: str
    title: str
    why: str
    kind: Kind
    family: str
    each: Each
    when: Expression
    message: Mapping[Tone, Message]
    scope: Mapping[str, Type]
    sources: tuple[str, ...] = ()
    contested: str = ""
    severity: int = 1
    tier: Literal["core", "data", "optional"] = "core"
    status: Literal["stable", "test", "experimental", "deprecated"] = "stable"
    replaces: tuple[str, ...] = ()
    asks: Literal["more", "less"] | None = None
    phase: Selection | None = None
    modes: Selection | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    needs: Expression | None = None
    held: tuple[int, int] | None = None
    rearm: Expression | None = None
    cooldown_days: int = 0
    inhibits: tuple[str, ...] = ()
    once_per: Literal["subject", "mark"] | None = None
    marks: Marks | None = None
    deliver: Literal["digest", "same_day"] = "digest"
    helped: Helped | None = None
    tests: tuple[Case, ...] = ()
    lookback_days: int = 0
    file: str = ""

    def silences(self, other: Rule) -> bool:
        """Whether this rule, while it is true, keeps the other one quiet: by its id, its family or what it asks."""
        names = {other.id, f"family:{other.family}", f"asks:{other.asks}"}
        return other.id != self.id and not names.isdisjoint(self.inhibits)
