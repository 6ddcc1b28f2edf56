"""What would have to change for a rule to speak, or to have nothing to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coachd.explaining.seen import Seen, lowest_mark, written
from coachd.language.compile import Expression
from coachd.language.explain import OPPOSITES
from coachd.language.parse import Among, Binary, Flag, Known, Tree, Unary, names_in

_WORDS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "==": "exactly", "!=": "other than"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Way:
    """Something that would have to change: in `words`, or `all` or any `one` of its parts."""

    needs: Literal["all", "one", "this"]
    words: str = ""
    parts: tuple[Way, ...] = ()


def change(seen: Seen) -> Way | None:
    """What would make the condition false where it is true, and true with everything it needs where it is not."""
    rule, verdict = seen.rule, seen.verdict
    if verdict.outcome == "true":
        ways = [_way(seen, rule.when, rule.when.tree, want=False)]
        if rule.marks is not None:
            lowest, found = lowest_mark(seen)
            ways.append(Way("this", f"{rule.marks.value} less than {lowest}; it is {found}"))
        return _joined("one", ways)
    ways = [] if rule.needs is None else [_way(seen, rule.needs, rule.needs.tree, want=True)]
    if rule.marks is not None and verdict.mark is None:
        lowest, found = lowest_mark(seen)
        ways.append(Way("this", f"{rule.marks.value} at least {lowest}; it is {found}"))
    return _joined("all", [*ways, _way(seen, rule.when, rule.when.tree, want=True)])


def _joined(needs: Literal["all", "one"], ways: Sequence[Way | None]) -> Way | None:
    """Several ways as one; those of the same sort inside are drawn up into it."""
    parts = [
        part for way in ways if way is not None for part in (way.parts if way.needs == needs else (way,))
    ]  # fmt: skip
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Way(needs, parts=tuple(dict.fromkeys(parts)))


def _way(seen: Seen, expression: Expression, tree: Tree, *, want: bool) -> Way | None:
    """What would have to change for a part to be `want`; None where it is so already."""
    if seen.raw(tree) is want:
        return None
    match tree:
        case Unary(sign="not"):
            return _way(seen, expression, tree.operand, want=not want)
        case Binary(sign="and" | "or"):
            ways = [_way(seen, expression, side, want=want) for side in (tree.left, tree.right)]
            return _joined("all" if (tree.sign == "and") == want else "one", ways)
    if (inside := seen.behind(tree)) is not None:
        return _way(seen, inside, inside.tree, want=want)
    return Way("this", _words(seen, expression, tree, want=want))


def _words(seen: Seen, expression: Expression, tree: Tree, *, want: bool) -> str:
    match tree:
        case Flag():
            return "nothing can change it: it is always so" if tree.value else "nothing can: it is never so"
        case Among():
            options = ", ".join(seen.shown(option) for option in tree.options)
            which = "one of" if want != tree.negated else "none of"
            return f"{written(expression, tree.item)} {which}: {options}; it is {seen.shown(tree.item)}"
        case Known():
            known = "known" if want != tree.negated else "unknown"
            return f"{written(expression, tree.operand)} {known}; it is {seen.shown(tree.operand)}"
        case Binary() if tree.sign in OPPOSITES:
            return _comparison(seen, expression, tree, tree.sign if want else OPPOSITES[tree.sign])
    return f"{written(expression, tree)} {'yes' if want else 'no'}; it is {seen.shown(tree)}"


def _comparison(seen: Seen, expression: Expression, tree: Binary, sign: str) -> str:
    """The side that the runner moves first, then the number it is held against and where that is from."""
    moves, border = tree.left, tree.right
    now, limit = seen.sides(tree)
    if seen.is_fixed(moves) and not seen.is_fixed(border):
        moves, border, sign = border, moves, _MIRRORED[sign]
        now, limit = limit, now
    origin = f" ({written(expression, border)})" if any(True for _ in names_in(border)) else ""
    return f"{written(expression, moves)} {_WORDS[sign]} {limit}{origin}; it is {now}"
