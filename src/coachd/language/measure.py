"""Named measures: documented Python functions of the history that rules may use as a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc

from coachd.language.types import Raw, Type
from coachd.language.view import View


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in base units, None if unknown, with the activities that made it."""

    value: Raw
    activities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure: its type, how many days it looks back, and what it means (its docstring)."""

    name: str
    type: Type
    lookback_days: int
    meaning: str
    compute: Callable[[View], Measured]


def measure(kind: Type, *, lookback_days: int) -> Callable[[Callable[[View], Measured]], Measure]:
    """Makes a function of a view a measure with the function's name.

    Its docstring is the reference: meaning, unit, formula, source, and what makes it unknown.
    """

    def declare(compute: Callable[[View], Measured]) -> Measure:
        return Measure(compute.__name__, kind, lookback_days, getdoc(compute) or "", compute)

    return declare
