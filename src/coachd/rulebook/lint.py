"""What is allowed in a rule and yet worth a word: gaps in its tests, and a rule that would speak every day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coachd.language.rule import Rule

_SPOKEN = frozenset({"fire", "capped"})


def warnings(rules: Iterable[Rule]) -> list[str]:
    """A sentence for each, with the rule's file and line; the rules are in order all the same.

    Missing tests show only in rules that were read with their tests.
    """
    return [f"{rule.place}: '{rule.id}' {said}" for rule in rules for said in _about(rule)]


def _about(rule: Rule) -> Iterator[str]:
    outcomes = {str(step.expected.outcome) for case in rule.tests for step in case.timeline or ()}
    outcomes |= {str(case.expected.outcome) for case in rule.tests}
    if not rule.tests:
        yield "has no test; nobody would notice if it broke"
    elif not outcomes & _SPOKEN:
        yield "has no test in which it speaks"
    elif outcomes <= _SPOKEN:
        yield "has no test in which it is silent"
    if rule.each == "day" and not rule.cooldown_days and rule.once_per is None and rule.rearm is None:
        yield "has no cooldown: it would be said again in every mail; write for example cooldown: 21d"
