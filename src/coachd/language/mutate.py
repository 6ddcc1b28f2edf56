"""Small wrongs done to a rule on purpose: a good set of inline tests notices every one of them.

One condition is dropped, one comparison turned round, or one boundary moved. A boundary is only
moved between counts and whole days, because `>` and `>=` mean the same for a distance that nobody runs exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from coachd.language.compile import Expression, compile_expression
from coachd.language.explain import OPPOSITES, opposite
from coachd.language.parse import Among, Binary, Known, Tree, Unary, children
from coachd.language.rule import Rule
from coachd.language.types import check

_SHIFTED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_WHOLE = {"count", "days", "weeks"}


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every mutant of the rule's `when` and `needs`, with what was done to it in words; and of its `helped` where the
    tests say anything of that."""
    yield from ((f"when: {words}", replace(rule, when=wrong)) for words, wrong in _wrongs(rule, rule.when))
    if rule.needs is not None:
        yield f"needs: {_line(rule.needs.text)} was dropped", replace(rule, needs=None)
        yield from ((f"needs: {words}", replace(rule, needs=wrong)) for words, wrong in _wrongs(rule, rule.needs))
    if rule.helped is not None and _tests_helped(rule):
        for words, wrong in _wrongs(rule, rule.helped.when):
            yield f"helped: {words}", replace(rule, helped=replace(rule.helped, when=wrong))


def _tests_helped(rule: Rule) -> bool:
    expected = [step.expected for case in rule.tests for step in case.timeline] + [case.expected for case in rule.tests]
    return any(each.helped for each in expected)


def _wrongs(rule: Rule, expression: Expression) -> Iterator[tuple[str, Expression]]:
    """What was done, and the expression it was done to."""
    text = expression.text
    for tree, words, written in _edits(rule, expression.tree, text):
        changed = f"{text[: tree.start]}({written}){text[tree.end :]}"
        yield words, compile_expression(changed, rule.scope, want="yes/no")


def _edits(rule: Rule, tree: Tree, text: str) -> Iterator[tuple[Tree, str, str]]:
    """Part of the text, what to do to it in words, and what to write in its place."""
    part = _line(text[tree.start : tree.end])
    match tree:
        case Binary(sign="and" | "or"):
            for dropped, kept in ((tree.left, tree.right), (tree.right, tree.left)):
                yield tree, f"{_line(text[dropped.start : dropped.end])} was dropped", text[kept.start : kept.end]
        case Binary() if tree.sign in OPPOSITES:
            yield tree, f"{part} became {opposite(tree, text)}", opposite(tree, text)
            if tree.sign in _SHIFTED and _is_whole(rule, tree):
                left, right = text[tree.left.start : tree.left.end], text[tree.right.start : tree.right.end]
                moved = f"{left} {_SHIFTED[tree.sign]} {right}"
                yield tree, f"{part} became {_line(moved)}", moved
        case Among() | Known() | Unary(sign="not"):
            yield tree, f"{part} became {opposite(tree, text)}", opposite(tree, text)
    for child in children(tree):
        yield from _edits(rule, child, text)


def _is_whole(rule: Rule, tree: Binary) -> bool:
    kinds = [check(side, rule.scope)[0] for side in (tree.left, tree.right)]
    return any(kind is not None and kind.show in _WHOLE for kind in kinds)


def _line(text: str) -> str:
    return " ".join(text.split())
