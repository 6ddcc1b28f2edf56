"""The conditions of a rule one by one, each with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from coachd.explaining.seen import Seen, leaves, lowest_mark, written
from coachd.language.compile import Expression
from coachd.language.explain import OPPOSITES
from coachd.language.parse import Binary, Name, Tree, Unary, names_in

Part = Literal["needs", "marks", "when"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition without `and` and `or`: as written, whether it holds (None is unknown), and with its numbers.

    One that is the name of a yes/no worked out from others is followed by what is behind it, one level deeper.
    """

    part: Part
    text: str
    holds: bool | None
    numbers: str
    depth: int = 0


def conditions(seen: Seen) -> Iterator[Condition]:
    rule = seen.rule
    if rule.needs is not None:
        yield from _parts_of(seen, "needs", rule.needs)
    if rule.marks is not None:
        lowest, found = lowest_mark(seen)
        holds = None if seen.verdict.context[rule.marks.value] is None else seen.verdict.mark is not None
        yield Condition("marks", f"{rule.marks.value} >= {lowest}", holds, f"{found} >= {lowest}")
    yield from _parts_of(seen, "when", rule.when)


def _parts_of(seen: Seen, part: Part, expression: Expression, depth: int = 0) -> Iterator[Condition]:
    for leaf in leaves(expression.tree):
        holds = seen.raw(leaf)
        text, numbers = written(expression, leaf), _numbers(seen, leaf)
        yield Condition(part, text, None if holds is None else bool(holds), numbers, depth)
        inside = seen.behind(leaf.operand if isinstance(leaf, Unary) else leaf)
        if inside is not None:
            yield from _parts_of(seen, part, inside, depth + 1)


def _numbers(seen: Seen, tree: Tree) -> str:
    """A condition with numbers in place of names; an empty text where that says no more than whether it holds."""
    if isinstance(tree, Binary) and tree.sign in OPPOSITES:
        left, right = seen.sides(tree)
        return f"{left} {tree.sign} {right}"
    if isinstance(tree, Name) or (isinstance(tree, Unary) and isinstance(tree.operand, Name)):
        return ""
    return ", ".join(f"{name} = {seen.shown(Name(name, 0, 0))}" for name in dict.fromkeys(names_in(tree)))
