"""What every expression is: a number with a dimension, a yes/no, or a text. Mixing them is found before a rule runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from coachd.language.parse import Among, Binary, Call, Flag, Known, Name, Number, Text, Tree, Unary
from coachd.language.problems import Fault, did_you_mean
from coachd.units import (
    CADENCE,
    DEFAULT_SHOW,
    HEART_RATE,
    LENGTH,
    NAMES,
    PACE,
    PLAIN,
    SPEED,
    TEMPERATURE,
    TIME,
    Dimension,
    Quantity,
    Show,
    VolumeUnit,
)

Raw = float | bool | str | None
"""A value while a rule runs: numbers in base units; None is unknown."""

_DIMENSIONS: dict[Show, Dimension] = {
    "number": PLAIN,
    "count": PLAIN,
    "share": PLAIN,
    "distance": LENGTH,
    "climb": LENGTH,
    "volume": LENGTH,
    "effort": LENGTH,
    "running time": LENGTH,
    "duration": TIME,
    "clock": TIME,
    "days": TIME,
    "weeks": TIME,
    "pace": PACE,
    "speed": SPEED,
    "bpm": HEART_RATE,
    "spm": CADENCE,
    "rate": PLAIN,
    "temperature": TEMPERATURE,
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a name or an expression holds. `choices` are the texts it can be, None when any."""

    kind: Literal["number", "yes/no", "text"]
    dimension: Dimension = PLAIN
    show: Show = "number"
    choices: frozenset[str] | None = None

    def __str__(self) -> str:
        if self.kind == "number":
            return NAMES.get(self.dimension, "a product of units")
        return "a yes/no" if self.kind == "yes/no" else "a text"

    def counted_in(self, unit: VolumeUnit) -> Type:
        """The type as it is shown to an athlete who counts volume in `unit`; only a volume differs."""
        return replace(self, show=_COUNTED_IN[unit]) if self.show == "volume" else self

    def wrap(self, value: Raw) -> Quantity | bool | str | None:
        """A raw value as evidence: numbers become quantities."""
        if value is None or isinstance(value, str):
            return value
        return Quantity(float(value), self.dimension, self.show) if self.kind == "number" else bool(value)


_COUNTED_IN: dict[VolumeUnit, Show] = {"distance": "distance", "time": "running time", "effort": "effort"}

YES_NO = Type("yes/no")


def number(show: Show) -> Type:
    """The type of a number that is shown in this way, e.g. `number("pace")`."""
    return Type("number", _DIMENSIONS[show], show)


def text(choices: Iterable[str] | None = None) -> Type:
    """The type of a text, with the texts it can be."""
    return Type("text", choices=None if choices is None else frozenset(choices))


def unit_hint(kind: Type, value: float | None = None) -> str:
    """How to write a number of this dimension, for somebody who left the unit out."""
    if kind.dimension == LENGTH and value:
        return f"write a unit, e.g. {value:g} mi or {value * 1.6:g} km"
    examples = {
        LENGTH: "5 km",
        TIME: "7 days or 45 min",
        PACE: "5:30 /km",
        SPEED: "12 km/h",
        HEART_RATE: "150 bpm",
        CADENCE: "170 spm",
        TEMPERATURE: "22 C",
    }
    example = examples.get(kind.dimension)
    return f"write a unit, e.g. {example}" if example else ""


def check(tree: Tree, scope: Mapping[str, Type | None]) -> tuple[Type | None, list[Fault]]:
    """The type of an expression whose names have the types of `scope`, and every mistake in it.

    The type is None where a mistake makes it unknowable; one mistake is reported once. A name whose type is None in
    `scope` was declared with a mistake: it is not reported again.
    """
    checker = _Checker(scope)
    return checker.type_of(tree), checker.faults


class _Checker:
    def __init__(self, scope: Mapping[str, Type | None]) -> None:
        self.scope = scope
        self.faults: list[Fault] = []

    def fault(self, tree: Tree, message: str, hint: str = "") -> None:
        self.faults.append(Fault(tree.start, tree.end, message, hint))

    def type_of(self, tree: Tree) -> Type | None:
        match tree:
            case Number():
                return Type("number", tree.quantity.dimension, tree.quantity.show)
            case Text():
                return text([tree.value])
            case Flag():
                return YES_NO
            case Name():
                return self.name(tree)
            case Unary():
                return self.unary(tree)
            case Binary():
                return self.binary(tree)
            case Among():
                return self.among(tree)
            case Known():
                self.type_of(tree.operand)
                return YES_NO
            case Call():
                return self.call(tree)

    def name(self, tree: Name) -> Type | None:
        if tree.name not in self.scope:
            hint = did_you_mean(tree.name, self.scope) or f"known here: {', '.join(sorted(self.scope))}"
            self.fault(tree, f"unknown name '{tree.name}'", hint)
        return self.scope.get(tree.name)

    def unary(self, tree: Unary) -> Type | None:
        found = self.type_of(tree.operand)
        wanted = "yes/no" if tree.sign == "not" else "number"
        if found is not None and found.kind != wanted:
            self.fault(tree.operand, f"'{tree.sign}' needs a {wanted}, this is {found}")
        return YES_NO if tree.sign == "not" else found

    def binary(self, tree: Binary) -> Type | None:
        left, right = self.type_of(tree.left), self.type_of(tree.right)
        if tree.sign in {"and", "or"}:
            for part, kind in ((tree.left, left), (tree.right, right)):
                if kind is not None and kind.kind != "yes/no":
                    self.fault(part, f"'{tree.sign}' needs a yes/no on both sides, this is {kind}")
            return YES_NO
        if tree.sign in {"+", "-", "*", "/"}:
            return self.arithmetic(tree, left, right)
        if left is not None and right is not None:
            self.comparable(tree, tree.left, left, tree.right, right)
            if left.kind == right.kind != "number" and tree.sign not in {"==", "!="}:
                self.fault(tree, f"'{tree.sign}' needs numbers, this is {left}", "use == or !=")
        return YES_NO

    def comparable(self, whole: Tree, left: Tree, left_type: Type, right: Tree, right_type: Type) -> None:
        """Faults unless both sides may be compared; a text is held against the texts the other side can be."""
        if left_type.kind != right_type.kind or left_type.dimension != right_type.dimension:
            hint = _missing_unit(left, right_type) or _missing_unit(right, left_type)
            self.fault(whole, f"cannot compare {left_type} with {right_type}", hint)
            return
        for part, choices in ((left, right_type.choices), (right, left_type.choices)):
            if isinstance(part, Text) and choices is not None and part.value not in choices:
                message = f"'{part.value}' is not one of: {', '.join(sorted(choices))}"
                self.fault(part, message, did_you_mean(part.value, choices))

    def arithmetic(self, tree: Binary, left: Type | None, right: Type | None) -> Type | None:
        for part, kind in ((tree.left, left), (tree.right, right)):
            if kind is not None and kind.kind != "number":
                self.fault(part, f"'{tree.sign}' needs numbers, this is {kind}")
                return None
        if left is None or right is None:
            return None
        if tree.sign in {"+", "-"}:
            if left.dimension != right.dimension:
                verb = "add" if tree.sign == "+" else "subtract"
                hint = _missing_unit(tree.left, right) or _missing_unit(tree.right, left)
                self.fault(tree, f"cannot {verb} {left} and {right}", hint)
                return None
            return left
        return _product(tree.sign, left, right)

    def among(self, tree: Among) -> Type:
        item = self.type_of(tree.item)
        for option in tree.options:
            found = self.type_of(option)
            if not isinstance(option, Number | Text | Flag):
                self.fault(option, "a list holds plain values only", "write the comparison out with == and or")
            elif item is not None and found is not None:
                self.comparable(option, tree.item, item, option, found)
        return YES_NO

    def call(self, tree: Call) -> Type | None:
        kinds = [self.type_of(argument) for argument in tree.arguments]
        first = kinds[0]
        for argument, kind in zip(tree.arguments, kinds, strict=True):
            if kind is None or first is None:
                return None
            if tree.function != "default" and kind.kind != "number":
                self.fault(argument, f"'{tree.function}' needs numbers, this is {kind}")
                return None
            if (kind.kind, kind.dimension) != (first.kind, first.dimension):
                hint = _missing_unit(argument, first)
                self.fault(argument, f"'{tree.function}' needs values of one kind, these are {first} and {kind}", hint)
                return None
        # Either value may come out, so neither set of known texts holds for the result alone.
        return first if len(kinds) == 1 or first is None else replace(first, choices=_all_choices(kinds))


def _all_choices(kinds: list[Type | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for kind in kinds:
        if kind is None or kind.choices is None:
            return None
        found |= kind.choices
    return found


def _missing_unit(part: Tree, other: Type) -> str:
    if isinstance(part, Number) and part.quantity.dimension == PLAIN and other.kind == "number":
        return unit_hint(other, part.quantity.value)
    return ""


def _product(sign: str, left: Type, right: Type) -> Type:
    dimension = left.dimension * right.dimension if sign == "*" else left.dimension / right.dimension
    show = DEFAULT_SHOW.get(dimension, "number")
    if dimension == left.dimension and right.dimension == PLAIN:
        # Twice a climb is a climb, 90% of a limit a distance; a part of a count is no longer a count.
        show = left.show if left.dimension != PLAIN else "number"
    elif sign == "*" and left.dimension == PLAIN:
        show = right.show
    if (
        sign == "/"
        and dimension == PLAIN
        and left.show not in {"number", "share"}
        and right.show not in {"number", "share"}
    ):
        show = "share"
    return Type("number", dimension, show)
