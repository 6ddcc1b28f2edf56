"""Why a condition holds or not: its parts, each with its verdict and the values it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from coachd.language.compile import Context, Expression, compile_tree
from coachd.language.parse import Binary, Tree, names_in
from coachd.language.types import Raw, Type
from coachd.units import Quantity, System, shown


@dataclass(frozen=True, slots=True)
class Part:
    """A condition without `and` and `or`: as written, its verdict (None is unknown), and the values of its names."""

    text: str
    verdict: bool | None
    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        mark = {True: "yes", False: "no ", None: "???"}[self.verdict]
        values = ", ".join(f"{name} = {value}" for name, value in self.values)
        return f"{mark}  {self.text:<36} {values}".rstrip()


def explain(expression: Expression, context: Context, scope: Mapping[str, Type], system: System = "km") -> list[Part]:
    """The conditions that make up a yes/no expression, in the order written."""
    return [_part(tree, expression.text, context, scope, system) for tree in _conditions(expression.tree)]


def show_raw(value: Raw, kind: Type, system: System = "km") -> str:
    """A value as a runner reads it; `unknown` for None."""
    wrapped = kind.wrap(value)
    if wrapped is None:
        return "unknown"
    if isinstance(wrapped, Quantity):
        return shown(wrapped, system)
    return wrapped if isinstance(wrapped, str) else ("yes" if wrapped else "no")


def _conditions(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Binary) and tree.sign in {"and", "or"}:
        yield from _conditions(tree.left)
        yield from _conditions(tree.right)
    else:
        yield tree


def _part(tree: Tree, text: str, context: Context, scope: Mapping[str, Type], system: System) -> Part:
    verdict = compile_tree(tree, {})(context, None)
    values = tuple((name, show_raw(context[name], scope[name], system)) for name in dict.fromkeys(names_in(tree)))
    written = text[tree.start : tree.end]
    return Part(" ".join(written.split()), None if verdict is None else bool(verdict), values)
