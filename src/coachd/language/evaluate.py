"""One rule, one subject, one moment -> a verdict with its evidence. A pure function: no clock, no store, no memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coachd.language.aggregates import Aggregate, compute
from coachd.language.compile import Expression
from coachd.language.explain import explain, show_raw
from coachd.language.measure import Measure, Measured
from coachd.language.rule import Rule, Value
from coachd.language.types import Raw
from coachd.language.view import View
from coachd.language.vocabulary import read_all
from coachd.model import Evidence
from coachd.units import System


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says about a subject. `context` holds every name it could use, in base units.

    `mark` is the highest mark reached, None where the rule has none or none was reached; `rearmed` is whether its
    `rearm` condition is true.
    """

    outcome: Literal["no_data", "clear", "true"]
    evidence: tuple[Evidence, ...]
    context: Mapping[str, Raw]
    reason: str = ""
    mark: float | None = None
    rearmed: bool = False

    @property
    def activities(self) -> tuple[int, ...]:
        """Every activity behind the evidence, once, in the order of the values."""
        return tuple(dict.fromkeys(activity for item in self.evidence for activity in item.activities))


def evaluate(rule: Rule, view: View, subject: Any = None) -> Verdict:
    """The verdict of `rule` about `subject` (a shoe for `each: shoe`, nothing for a week) in `view`."""
    context: dict[str, Raw] = {name: param.value for name, param in rule.params.items()}
    context |= read_all(rule.each, view, subject)
    made_by: dict[str, tuple[int, ...]] = {}
    for value in rule.values:
        measured = _measure(value, view, context, made_by)
        context[value.name], made_by[value.name] = measured.value, measured.activities
    mark = _mark(rule, context)
    if rule.marks:
        context["mark"] = mark
    outcome, reason = _outcome(rule, context)
    rearmed = rule.rearm is not None and rule.rearm.run(context, None) is True
    return Verdict(outcome, _evidence(rule, context, made_by), context, reason, mark, rearmed)


def explanation(rule: Rule, verdict: Verdict, system: System = "km") -> list[str]:
    """The parts of `needs` and `when` with their verdicts and values, one line each."""
    expressions = [expression for expression in (rule.needs, rule.when) if expression is not None]
    parts = [part for expression in expressions for part in explain(expression, verdict.context, rule.scope, system)]
    lines = [str(part) for part in parts]
    if rule.marks:
        name = rule.marks.value
        lines.append(f"marks of {name}: {name} = {show_raw(verdict.context[name], rule.scope[name], system)}")
    return lines


def _measure(value: Value, view: View, context: Mapping[str, Raw], made_by: Mapping[str, tuple[int, ...]]) -> Measured:
    match value.origin:
        case Aggregate():
            return compute(value.origin, view, context)
        case Measure():
            return value.origin.compute(view)
        case Expression():
            used = (activity for name in _in_order(value.origin, made_by) for activity in made_by[name])
            return Measured(value.origin.run(context, None), tuple(dict.fromkeys(used)))


def _in_order(expression: Expression, made_by: Mapping[str, tuple[int, ...]]) -> list[str]:
    return [name for name in made_by if name in expression.names]


def _mark(rule: Rule, context: Mapping[str, Raw]) -> float | None:
    if rule.marks is None:
        return None
    value = context[rule.marks.value]
    reached = [level for level in rule.marks.levels if value is not None and level <= float(value)]
    return max(reached, default=None)


def _outcome(rule: Rule, context: Mapping[str, Raw]) -> tuple[Literal["no_data", "clear", "true"], str]:
    if rule.needs is not None and rule.needs.run(context, None) is not True:
        return "no_data", f"it needs: {rule.needs.text}"
    if rule.marks is not None:
        if context[rule.marks.value] is None:
            return "no_data", f"{rule.marks.value} is unknown"
        if context["mark"] is None:
            return "clear", f"{rule.marks.value} is below the first mark"
    verdict = rule.when.run(context, None)
    if verdict is None:
        unknown = sorted(name for name in rule.when.names if context[name] is None)
        return "no_data", f"unknown: {', '.join(unknown)}" if unknown else "the condition is unknown"
    return ("true" if verdict else "clear"), ""


def _evidence(rule: Rule, context: Mapping[str, Raw], made_by: Mapping[str, tuple[int, ...]]) -> tuple[Evidence, ...]:
    values = [
        Evidence(value.name, value.type.wrap(context[value.name]), value.label, made_by[value.name])
        for value in rule.values
    ]
    params = [Evidence(name, param.type.wrap(param.value), param.label) for name, param in rule.params.items()]
    return (*values, *params)
