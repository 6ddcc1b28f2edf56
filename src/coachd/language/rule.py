"""A compiled rule: everything that was in the file, checked, with its expressions ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coachd.language.aggregates import Aggregate
from coachd.language.case import Case
from coachd.language.compile import Expression
from coachd.language.fingerprint import fingerprint
from coachd.language.measure import Data, Use
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
    origin: Aggregate | Use | Expression
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
    far back its values look, counted from the last day of the judged period. `sport` and `where` say which activities
    a rule with `each: activity` is evaluated for (`evaluate.eligible`). `history_days` is the history it needs where
    the rule states that itself; `rank` orders rules of equal severity, the lowest first; `data` are the kinds of data
    behind its values and names. `fingerprint` changes with the logic and not with the words: what was remembered under
    another one does not hold any more. `by_name` are its values, and `settings` what its parameters are, by name.
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
    rests_after: tuple[str, ...] = ()
    once_per: Literal["subject", "mark", "block", "gap", "race"] | None = None
    marks: Marks | None = None
    deliver: Literal["digest", "same_day"] = "digest"
    helped: Helped | None = None
    tests: tuple[Case, ...] = ()
    lookback_days: int = 0
    lifelong: bool = False
    file: str = ""
    line: int = 0
    sport: frozenset[str] | None = None
    where: Expression | None = None
    history_days: int | None = None
    rank: int = 5
    data: frozenset[Data] = frozenset()
    fingerprint: str = field(default="", init=False)
    by_name: Mapping[str, Value] = field(default_factory=dict, init=False, repr=False)
    settings: Mapping[str, float] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {value.name: value for value in self.values})
        object.__setattr__(self, "settings", {name: param.value for name, param in self.params.items()})
        computed = fingerprint(
            each=self.each, sport=self.sport, where=self.where, params=self.settings, values=self.values,
            needs=self.needs, when=self.when, held=self.held, rearm=self.rearm, marks=self.marks,
            once_per=self.once_per,
        )  # fmt: skip
        object.__setattr__(self, "fingerprint", computed)

    @property
    def place(self) -> str:
        """Where the rule stands: its file and line."""
        return f"{self.file}:{self.line}"

    def silences(self, other: Rule) -> bool:
        """Whether this rule, while it is true, keeps the other one quiet: by its id, its family or what it asks.

        A family stands for its nudges; praise and notes are silenced by their ids only.
        """
        return other.id != self.id and not other.names.isdisjoint(self.inhibits)

    def shares_rest_with(self, other: Rule) -> bool:
        """Whether this rule rests for its own cooldown after the other one spoke, too."""
        return other.id != self.id and not other.names.isdisjoint(self.rests_after)

    @property
    def names(self) -> frozenset[str]:
        """What other rules may call it by: its id, what it asks and, for a nudge, its family."""
        family = {f"family:{self.family}"} if self.kind == "nudge" else set()
        return frozenset({self.id, f"asks:{self.asks}", *family})
