"""A verdict whose expressions can be looked at piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

from coachd.language.compile import Expression, compile_tree
from coachd.language.evaluate import Verdict
from coachd.language.explain import show_raw
from coachd.language.parse import Binary, Name, Tree, names_in
from coachd.language.types import Raw, Type, check
from coachd.units import System


class Seen:
    """A verdict whose expressions can be looked at piece by piece."""

    def __init__(self, verdict: Verdict, system: System) -> None:
        self.verdict = verdict
        self.rule = verdict.rule
        self.system = system

    def raw(self, tree: Tree) -> Raw:
        """The value of a part, in base units."""
        return compile_tree(tree, {})(self.verdict.context, None)

    def kind(self, tree: Tree) -> Type:
        kind, _ = check(tree, self.verdict.context.scope)
        assert kind is not None, "the rule was checked when it was read"
        return kind

    def shown(self, tree: Tree) -> str:
        """The value of a part as a runner reads it."""
        return show_raw(self.raw(tree), self.kind(tree), self.system)

    def sides(self, tree: Binary) -> tuple[str, str]:
        """Both sides of a comparison, a plain number written as the other side is: 90% beside 75%. So is a distance
        beside the volume of somebody who counts something else."""
        left, right = self.kind(tree.left), self.kind(tree.right)
        return (
            show_raw(self.raw(tree.left), _beside(left, right), self.system),
            show_raw(self.raw(tree.right), _beside(right, left), self.system),
        )

    def behind(self, tree: Tree) -> Expression | None:
        """The expression behind the name of a yes/no that is worked out from others."""
        value = self.rule.by_name.get(tree.name) if isinstance(tree, Name) else None
        if value is None or value.type.kind != "yes/no" or not isinstance(value.origin, Expression):
            return None
        return value.origin

    def is_fixed(self, tree: Tree) -> bool:
        """Whether a part has the same value for every history: made of numbers and parameters."""
        return all(name in self.rule.params for name in names_in(tree))


def _beside(kind: Type, other: Type) -> Type:
    is_volume = kind.show == "distance" and other.show in ("effort", "running time")
    return other if kind.show == "number" or is_volume else kind


def written(expression: Expression, tree: Tree) -> str:
    """A part of an expression as its author wrote it, on one line."""
    return " ".join(expression.text[tree.start : tree.end].split())


def leaves(tree: Tree) -> Iterator[Tree]:
    """The parts without `and` and `or`, in the order written."""
    if isinstance(tree, Binary) and tree.sign in {"and", "or"}:
        yield from leaves(tree.left)
        yield from leaves(tree.right)
    else:
        yield tree


def lowest_mark(seen: Seen) -> tuple[str, str]:
    """The lowest mark, and the value that is held against it."""
    marks = seen.rule.marks
    assert marks is not None
    kind = seen.verdict.context.scope[marks.value]
    return (
        show_raw(marks.levels[0], kind, seen.system),
        show_raw(seen.verdict.context[marks.value], kind, seen.system),
    )
