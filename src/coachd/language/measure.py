"""Named measures: documented Python functions of the history that rules may use as a value.

A rule writes `{measure: strength_sessions, over: 7d, with: {shortest: min_minutes}}`: `over` and `before` choose the
window where the measure takes one, `with` gives its arguments as quantities or names of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, getdoc, signature
from typing import Any, Literal

from coachd.language.compile import Expression
from coachd.language.types import Raw, Type
from coachd.model import record

Data = Literal["heart rate", "streams", "cadence", "elevation", "gear", "nights", "weather", "calendar"]
"""Kinds of data that are not there for every runner. A rule needs those of its measures and fields together."""


@record
class Measured:
    """A value in base units, None if unknown, with the activities that made it."""

    value: Raw
    activities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure: its type, how far it looks back, what it means (its docstring), and what a rule may give it.

    `lookback_days` counts beyond the window where it takes one; `default_over` is its window where the rule names none,
    None for a measure without a window. `takes` is the type of each argument, `defaults` their values.
    One that is `lifelong` looks at everything stored as well, without asking a source for more.
    """

    name: str
    type: Type
    lookback_days: int
    meaning: str
    compute: Callable[..., Measured]
    data: frozenset[Data] = frozenset()
    default_over: int | None = None
    takes: Mapping[str, Type] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    subject: Literal["activity", "shoe", "race"] | None = None
    lifelong: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A measure as a rule uses it: the window, as days or the name of the parameter that holds them (None: the
    measure's own), how many days it ends before the view's day, and an expression for each argument given."""

    measure: Measure
    over: int | str | None = None
    before: int = 0
    arguments: Mapping[str, Expression] = field(default_factory=dict)


def measure(
    kind: Type,
    *,
    lookback_days: int = 0,
    data: tuple[Data, ...] = (),
    takes: Mapping[str, Type] | None = None,
    subject: Literal["activity", "shoe", "race"] | None = None,
    lifelong: bool = False,
) -> Callable[[Callable[..., Measured]], Measure]:
    """Makes a function of a view a measure with the function's name.

    A function with the keyword parameters `over` and `before` (whole days) takes a window; every other keyword
    parameter is an argument whose type stands in `takes`. With `subject` the function gets the rule's subject as its
    second positional parameter, and only rules with that `each` may use it. Its docstring is the reference: meaning,
    unit, formula, source, and what makes it unknown.
    """

    def declare(compute: Callable[..., Measured]) -> Measure:
        keywords = {
            name: parameter.default
            for name, parameter in signature(compute).parameters.items()
            if parameter.kind is Parameter.KEYWORD_ONLY
        }
        assert ("over" in keywords) == ("before" in keywords), f"{compute.__name__}: a window is `over` and `before`"
        over = keywords.pop("over", None)
        keywords.pop("before", None)
        assert keywords.keys() == (takes or {}).keys(), f"{compute.__name__}: `takes` and its keywords differ"
        return Measure(
            compute.__name__, kind, lookback_days, getdoc(compute) or "", compute, frozenset(data), over,
            dict(takes or {}), keywords, subject, lifelong,
        )  # fmt: skip

    return declare
