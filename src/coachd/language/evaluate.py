"""One rule, one subject, one moment -> a verdict with its evidence. A pure function: no clock, no store, no memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import isfinite
from typing import Any, Literal

from coachd.language import aggregates
from coachd.language.aggregates import Aggregate, window_days
from coachd.language.compile import Expression
from coachd.language.explain import Part, Seen, explain, show_raw
from coachd.language.measure import Measured, Use
from coachd.language.rule import Rule, Value
from coachd.language.types import Raw, Type
from coachd.language.view import View
from coachd.language.vocabulary import names_for
from coachd.model import Activity, Evidence, record
from coachd.units import System


class Facts(dict[str, Raw]):
    """Every name that a rule may use about a subject, in base units; worked out when it is asked for the first time.

    Most rules are silent most of the time, and then nothing is spent on what only their texts would say.
    """

    __slots__ = ("_made_by", "_rule", "_subject", "_view")

    def __init__(self, rule: Rule, view: View, subject: Any) -> None:
        super().__init__(rule.settings)
        self._rule = rule
        self._view = view
        self._subject = subject
        self._made_by: dict[str, tuple[int, ...]] = {}

    def __missing__(self, name: str) -> Raw:
        value = self._rule.by_name.get(name)
        if value is None:
            found = names_for(self._rule.each)[name].read(self._view, self._subject)
        elif isinstance(value.origin, Expression):
            found = value.origin.run(self, None)
        else:
            measured = self._measured(value.origin)
            found, self._made_by[name] = measured.value, measured.activities
        if isinstance(found, float) and not isfinite(found):
            found = None  # a product beyond all numbers says nothing
        self[name] = found
        return found

    @property
    def scope(self) -> Mapping[str, Type]:
        """The rule's scope for reading aloud: volumes are what this athlete counts."""
        unit = self._view.athlete.volume_unit
        if unit == "distance":
            return self._rule.scope
        return {name: kind.counted_in(unit) for name, kind in self._rule.scope.items()}

    def activities(self, name: str) -> tuple[int, ...]:
        """The ids of the activities behind a value; those of an expression are those of the values it looked at."""
        value = self._rule.by_name.get(name)
        if value is None:
            return ()
        if name not in self._made_by:
            self[name]  # to work it out, where nobody has asked for it so far
            if isinstance(value.origin, Expression):
                used = [other for other in self._rule.by_name if other in value.origin.names and other in self]
                self._made_by[name] = tuple(dict.fromkeys(chain.from_iterable(map(self.activities, used))))
        return self._made_by[name]

    def _measured(self, origin: Aggregate | Use) -> Measured:
        view = self._view
        if isinstance(origin, Aggregate):
            return aggregates.compute(origin, view, self)
        given: dict[str, Any] = {name: argument.run(self, None) for name, argument in origin.arguments.items()}
        if None in given.values():
            return Measured(None)
        if origin.measure.default_over is not None:
            given["before"] = origin.before
            given["over"] = origin.measure.default_over if origin.over is None else window_days(origin.over, self)
        compute = origin.measure.compute
        if origin.measure.subject is not None:
            return compute(view, self._subject, **given)
        return view.once((origin.measure.name, *given.items()), lambda: compute(view, **given))


@record
class Verdict:
    """What a rule says about a subject. `context` gives every name it could use, in base units.

    `mark` is the highest mark reached, None where the rule has none or none was reached; `rearmed` is whether its
    `rearm` condition is true.
    """

    rule: Rule
    outcome: Literal["no_data", "clear", "true"]
    context: Facts
    reason: str = ""
    mark: float | None = None
    rearmed: bool = False

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The rule's values, then its parameters."""
        params = [Evidence(name, kind.type.wrap(kind.value), kind.label) for name, kind in self.rule.params.items()]
        return (*self._shown(self.rule.values), *params)

    @property
    def looked_at(self) -> tuple[Evidence, ...]:
        """Those values of the rule that were worked out on the way to the outcome."""
        return tuple(self._shown(value for value in self.rule.values if value.name in self.context))

    def _shown(self, values: Iterable[Value]) -> Iterator[Evidence]:
        context, scope = self.context, self.context.scope
        for value in values:
            shown = scope[value.name].wrap(context[value.name])
            yield Evidence(value.name, shown, value.label, context.activities(value.name))

    def table(self, system: System) -> tuple[tuple[str, str], ...]:
        """The rows of the mail's table: label and value of those values that have a label and are known."""
        context, scope = self.context, self.context.scope
        return tuple(
            (value.label, show_raw(context[value.name], scope[value.name], system))
            for value in self.rule.values
            if value.label and context[value.name] is not None
        )

    @property
    def activities(self) -> tuple[int, ...]:
        """Every activity behind the evidence, once, in the order of the values."""
        return self._behind(self.rule.by_name)

    @property
    def about(self) -> tuple[int, ...]:
        """Those of them behind the condition, and not only behind what the text says besides; all where it has none."""
        return self._behind(name for name in self.rule.by_name if name in self.rule.when.names) or self.activities

    def _behind(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(chain.from_iterable(map(self.context.activities, names))))


def evaluate(rule: Rule, view: View, subject: Any = None) -> Verdict:
    """The verdict of `rule` about `subject` in `view`: an activity, a shoe or a race as `each` says, else nothing."""
    context = Facts(rule, view, subject)
    mark = _mark(rule, context)
    if rule.marks:
        context["mark"] = mark
    outcome, reason = _outcome(rule, context)
    rearmed = rule.rearm is not None and rule.rearm.run(context, None) is True
    return Verdict(rule, outcome, context, reason, mark, rearmed)


def eligible(rule: Rule, view: View, activity: Activity) -> bool | None:
    """Whether a rule with `each: activity` is evaluated for an activity; None where its `where` is unknown."""
    if rule.sport is not None and activity.family not in rule.sport:
        return False
    if rule.where is None:
        return True
    found = rule.where.run(Facts(rule, view, activity), None)
    return None if found is None else bool(found)


def parts(rule: Rule, verdict: Verdict, system: System = "km") -> list[Part]:
    """The conditions of `needs`, `when` and the marks: each with its verdict, and its names with their values and the
    activities behind them."""
    expressions = [expression for expression in (rule.needs, rule.when) if expression is not None]
    scope = verdict.context.scope
    found = [
        part
        for expression in expressions
        for part in explain(expression, verdict.context, scope, system, verdict.context.activities)
    ]
    if rule.marks:
        name = rule.marks.value
        seen = Seen(name, show_raw(verdict.context[name], scope[name], system), verdict.context.activities(name))
        known = verdict.context[name] is not None
        lowest = f"{name} < {show_raw(rule.marks.levels[0], scope[name], system)}"
        found.append(Part(f"marks of {name}", verdict.mark is not None if known else None, (seen,), lowest))
    return found


def explanation(rule: Rule, verdict: Verdict, system: System = "km") -> list[str]:
    """The parts of `needs` and `when` with their verdicts and values, one line each."""
    return [str(part) for part in parts(rule, verdict, system)]


def _mark(rule: Rule, context: Facts) -> float | None:
    if rule.marks is None:
        return None
    value = context[rule.marks.value]
    reached = [level for level in rule.marks.levels if value is not None and level <= float(value)]
    return max(reached, default=None)


def _outcome(rule: Rule, context: Facts) -> tuple[Literal["no_data", "clear", "true"], str]:
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
