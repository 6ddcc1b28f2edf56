"""Why a condition holds or not: its parts, each with its verdict and the values it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from coachd.language.compile import Context, Expression, compile_tree
from coachd.language.message import weekday_name
from coachd.language.parse import Among, Binary, Known, Tree, Unary, names_in
from coachd.language.types import Raw, Type
from coachd.model import WEEKDAYS
from coachd.units import Quantity, System, shown

OPPOSITES = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Seen:
    """A name in a condition: its value as a runner reads it, and the ids of the activities behind it."""

    name: str
    value: str
    activities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A condition without `and` and `or`: as written, its verdict (None is unknown), what its names were, and the
    condition that holds where it does not."""

    text: str
    verdict: bool | None
    names: tuple[Seen, ...]
    opposite: str

    def __str__(self) -> str:
        mark = {True: "yes", False: "no ", None: "???"}[self.verdict]
        values = ", ".join(f"{seen.name} = {seen.value}" for seen in self.names)
        return f"{mark}  {self.text:<36} {values}".rstrip()


def explain(
    expression: Expression,
    context: Context,
    scope: Mapping[str, Type],
    system: System = "km",
    behind: Callable[[str], tuple[int, ...]] = lambda _name: (),
) -> list[Part]:
    """The conditions of a yes/no expression, in the order written; `behind` gives the activities behind a name."""
    return [
        Part(
            " ".join(expression.text[tree.start : tree.end].split()),
            _verdict(tree, context),
            tuple(
                Seen(name, show_raw(context[name], scope[name], system), behind(name))
                for name in dict.fromkeys(names_in(tree))
            ),
            opposite(tree, expression.text),
        )
        for tree in _conditions(expression.tree)
    ]


def show_raw(value: Raw, kind: Type, system: System = "km") -> str:
    """A value as a runner reads it; `unknown` for None."""
    wrapped = kind.wrap(value)
    if wrapped is None:
        return "unknown"
    if isinstance(wrapped, Quantity):
        return shown(wrapped, system)
    if isinstance(wrapped, str):
        return weekday_name(wrapped) if kind.choices == frozenset(WEEKDAYS) else wrapped
    return "yes" if wrapped else "no"


def _conditions(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Binary) and tree.sign in {"and", "or"}:
        yield from _conditions(tree.left)
        yield from _conditions(tree.right)
    else:
        yield tree


def _verdict(tree: Tree, context: Context) -> bool | None:
    verdict = compile_tree(tree, {})(context, None)
    return None if verdict is None else bool(verdict)


def opposite(tree: Tree, text: str) -> str:
    """The source of the condition that is true where `tree`, a part of `text`, is false."""

    def written(part: Tree) -> str:
        return " ".join(text[part.start : part.end].split())

    match tree:
        case Binary() if tree.sign in OPPOSITES:
            return f"{written(tree.left)} {OPPOSITES[tree.sign]} {written(tree.right)}"
        case Among():
            options = ", ".join(written(option) for option in tree.options)
            return f"{written(tree.item)} {'in' if tree.negated else 'not in'} [{options}]"
        case Known():
            return f"{written(tree.operand)} is {'known' if tree.negated else 'unknown'}"
        case Unary(sign="not"):
            return written(tree.operand)
    return f"not ({written(tree)})"
