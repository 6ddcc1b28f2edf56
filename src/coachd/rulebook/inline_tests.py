"""The tests that rules carry: run, explained where they fail, and tried on rules with a mistake put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from coachd.judge import Closed, Judgement, StateKey, helped, judge, subjects
from coachd.language.case import Case, Step
from coachd.language.evaluate import Verdict, evaluate, explanation
from coachd.language.explain import show_raw
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Athlete, Change, Finding, Nudge, Outcome, RuleState
from coachd.rulebook.overrides import with_params

BY_WEIGHT: tuple[Outcome, ...] = (
    "fire", "capped", "cooldown", "snoozed", "inhibited", "pending", "clear", "no_data",
)  # fmt: skip
"""Outcomes by how far a rule came with them."""

HELPED: Mapping[Change, str] = {"helped": "yes", "unchanged": "no", "unknown": "unknown", "": "nothing: it has none"}
"""What a rule's `helped` says, as tests write it."""


def test(rule: Rule) -> list[str]:
    """The failures of a rule's inline tests, each with its explanation; an empty list when all pass."""
    return [failure for case in rule.tests for failure in _failures(rule, case)]


def mutate(rule: Rule) -> list[str]:
    """What could be wrong in the rule without any of its tests noticing, in words; empty when they see everything."""
    from coachd.language.mutate import mutants  # only rule writers need it

    return [description for description, mutant in mutants(rule) if not test(mutant)]


def _failures(rule: Rule, case: Case) -> Iterator[str]:
    """What is wrong with the outcomes of one inline test, explained; nothing where they are as expected."""
    try:
        rule = with_params(rule, case.params) if case.params else rule
    except ValueError as error:
        yield f"FAIL {rule.id} / {case.name}\n    {error}"
        return
    states: Mapping[StateKey, RuleState] = _told(rule, case)
    whole = View(case.history, case.period.last, case.now)
    for step in _steps(case):
        view = whole.at(step.period.last, step.now)
        judgement = judge(
            [rule], case.history, states, step.period, step.now, view=view, needs_minimum_history=case.short_history
        )
        states = judgement.states
        asked = {subject.name: subject for subject in subjects(rule, Closed(view, step.period))}
        finding = _weightiest(rule, asked, judgement)
        subject = asked.get(finding.subject)
        verdict = evaluate(rule, subject.view, subject.item) if subject else None
        wrong = list(_differences(whole.athlete, step, finding, verdict, judgement.nudges))
        wrong += _not_as_helped(step, HELPED[helped(rule, view, finding.subject)])
        if wrong:
            lines = explanation(rule, verdict, whole.athlete.units) if verdict else []
            heading = f"FAIL {rule.id} / {case.name}" + (f" / {step.period.key}" if case.timeline else "")
            yield "\n".join([heading, *(f"    {line}" for line in wrong), *(f"      {line}" for line in lines)])


def _steps(case: Case) -> Iterator[Step]:
    """The test's one judgement, or those of its timeline: each about the days since the one before, at most a week."""
    if not case.timeline:
        yield Step(case.period, case.now, case.expected)
    earlier = date.min
    for step in case.timeline:
        yield replace(step, period=replace(step.period, first=max(step.period.first, earlier + timedelta(days=1))))
        earlier = step.period.last


def _told(rule: Rule, case: Case) -> dict[StateKey, RuleState]:
    """That the rule spoke before, about whatever it is asked."""
    if case.told is None:
        return {}
    closed = Closed(View(case.history, case.period.last, case.now), case.period)
    names = {subject.memory for subject in subjects(rule, closed)}
    told = RuleState(rule.id, "", case.told.day, case.told.mark, armed=rule.rearm is None)
    return {(rule.id, name): replace(told, subject=name) for name in names}


def _weightiest(rule: Rule, asked: Iterable[str], judgement: Judgement) -> Finding:
    """What a test is about: of several subjects the one that came furthest, e.g. the shoe that fires.

    Where no activity or day comes to anything it is the last, whether it was clear or without data.
    """
    found = {finding.subject: finding for finding in (*judgement.findings, *judgement.clear)}
    names = [*asked] or [""]
    if rule.each not in {"activity", "day"}:
        return min((found[name] for name in names), key=lambda finding: BY_WEIGHT.index(finding.outcome))
    nothing = BY_WEIGHT.index("clear")
    return min(
        (found[name] for name in reversed(names)),
        key=lambda finding: min(BY_WEIGHT.index(finding.outcome), nothing),
    )


def _differences(
    athlete: Athlete, step: Step, finding: Finding, verdict: Verdict | None, told: Sequence[Nudge]
) -> Iterator[str]:
    expected = step.expected
    if finding.outcome != expected.outcome:
        reason = f": {finding.reason}" if finding.reason else ""
        yield f"expected {expected.outcome}, got {finding.outcome}{reason}"
    for name, wanted in expected.evidence.items():
        found = "nothing"
        if verdict is not None:
            found = show_raw(verdict.context[name], verdict.context.scope[name], athlete.units)
        if found != _as_shown(wanted):
            yield f"expected {name} = {wanted}, got {found}"
    text = "\n".join(nudge.text for nudge in told)
    for part in expected.message_contains:
        if part not in text:
            yield f"expected {part!r} in the message, got: {text or 'no message'}"


def _not_as_helped(step: Step, found: str) -> list[str]:
    wanted = step.expected.helped
    return [f"expected helped: {wanted}, got {found}"] if wanted and wanted != found else []


def _as_shown(wanted: str) -> str:
    """YAML's `true` as a runner reads it."""
    return {"true": "yes", "false": "no"}.get(wanted, wanted)
