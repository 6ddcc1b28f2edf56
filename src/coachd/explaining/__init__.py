"""Why a rule says what it says about something: its conditions with their numbers, and what would change its mind.

Pure, and made from what the judge decided: nothing here decides anything itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coachd.errors import InputProblem
from coachd.explaining.change import Way, change
from coachd.explaining.conditions import Condition, conditions
from coachd.explaining.lacking import lacking, not_held
from coachd.explaining.seen import Seen, written
from coachd.judge import Closed, Judgement, Subject, subjects
from coachd.judge.gates import Gates
from coachd.language.compile import Expression
from coachd.language.evaluate import Verdict, evaluate
from coachd.language.explain import show_raw
from coachd.language.rule import Rule
from coachd.model import Activity, Finding, Outcome, Race, Shoe
from coachd.rulebook.inline_tests import BY_WEIGHT

__all__ = [
    "Behind", "Condition", "Explanation", "Setting", "Way", "called", "explain", "lacking", "not_held",
    "weightiest",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Behind:
    """A value of the rule as a runner reads it, and the activities that made it, oldest first.

    `formula` is how it follows from other values, empty where it was read from the history.
    """

    name: str
    label: str
    value: str
    formula: str
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter in force; `origin` is `default`, `profile` or `own`, `default` what it is without these."""

    name: str
    label: str
    value: str
    origin: Literal["default", "profile", "own"]
    default: str
    bounds: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule about one subject. `asked` is False where a gate was shut: the conditions are shown all the same.

    `change` is what would clear it where the condition holds, else what it would take to speak; None where nothing is
    known of the subject. `others` are the subjects of the period with their outcomes.
    """

    rule: Rule
    finding: Finding
    subject: str
    asked: bool
    conditions: tuple[Condition, ...]
    values: tuple[Behind, ...]
    settings: tuple[Setting, ...]
    holds: bool
    change: Way | None
    others: tuple[tuple[str, str, Outcome], ...]


def explain(
    rule: Rule, closed: Closed, judgement: Judgement, subject: str | None = None, *, shipped: Rule | None = None
) -> Explanation:
    """What `judgement` made of `rule`, about one subject: without a name the one that came furthest.

    `shipped` is the rule as its file has it. Raises InputProblem, with the names there are, for an unknown subject.
    """
    asked = {found.name: found for found in subjects(rule, closed)}
    findings = {found.subject: found for found in _findings(judgement, rule)}
    finding = _chosen(findings, asked, rule, subject)
    about = asked.get(finding.subject)
    others = tuple((name, called(found), findings[name].outcome) for name, found in asked.items())
    settings = tuple(_settings(rule, shipped or rule, closed))
    if about is None:
        return Explanation(rule, finding, "", False, (), (), settings, False, None, others)
    verdict = evaluate(rule, about.view, about.item)
    seen = Seen(verdict, closed.view.athlete.units)
    return Explanation(
        rule=rule,
        finding=finding,
        subject=called(about),
        asked=Gates(closed.view).shut(rule, about.view) is None,
        conditions=tuple(conditions(seen)),
        values=tuple(_values(verdict, closed)),
        settings=settings,
        holds=verdict.outcome == "true",
        change=change(seen),
        others=others,
    )


def weightiest(findings: Sequence[Finding]) -> Finding:
    """The finding of one rule that came furthest; of several alike, the last."""
    return min(reversed(findings), key=lambda finding: BY_WEIGHT.index(finding.outcome))


def called(subject: Subject) -> str:
    """What a runner calls a subject; an empty text for the week itself."""
    match subject.item:
        case Activity() as activity:
            return f"{activity.name or activity.sport} on {activity.day}"
        case Shoe() as shoe:
            return shoe.name
        case Race() as race:
            return f"{race.name or f'{race.distance_m / 1000:g} km'} on {race.day}"
    return subject.name


def _findings(judgement: Judgement, rule: Rule) -> list[Finding]:
    return [found for found in (*judgement.findings, *judgement.clear) if found.rule == rule.id]


def _chosen(findings: dict[str, Finding], asked: dict[str, Subject], rule: Rule, subject: str | None) -> Finding:
    if subject is None:
        return weightiest([findings[name] for name in asked] or [*findings.values()])
    by_call = {called(found): name for name, found in asked.items()}
    name = by_call.get(subject, subject)
    if name not in asked or not subject:
        known = ", ".join(f"{name} ({called(found)})" for name, found in asked.items() if name)
        what = f"It was asked about: {known}." if known else "It was asked about nothing else than the whole period."
        raise InputProblem(f"{rule.id} was not asked about {subject!r} in this period.", what)
    return findings[name]


def _settings(rule: Rule, shipped: Rule, closed: Closed) -> Iterator[Setting]:
    athlete = closed.view.athlete
    own = athlete.overrides.get(rule.id, {}).get("params", {})
    for name, param in rule.params.items():

        def shown(value: float | None, name: str = name) -> str:
            return "" if value is None else show_raw(value, rule.params[name].type, athlete.units)

        default = shipped.params[name].value
        origin: Literal["default", "profile", "own"] = "default" if param.value == default else "profile"
        bounds = " to ".join(filter(None, (shown(param.minimum), shown(param.maximum))))
        yield Setting(name, param.label, shown(param.value), "own" if name in own else origin, shown(default), bounds)


def _values(verdict: Verdict, closed: Closed) -> Iterator[Behind]:
    known = {activity.id: activity for activity in closed.view.recorded}
    units = closed.view.athlete.units
    for value in verdict.rule.values:
        made_by = [known[number] for number in verdict.context.activities(value.name) if number in known]
        shown = show_raw(verdict.context[value.name], verdict.context.scope[value.name], units)
        formula = written(value.origin, value.origin.tree) if isinstance(value.origin, Expression) else ""
        yield Behind(
            value.name, value.label, shown, formula, tuple(sorted(made_by, key=lambda activity: activity.start))
        )
