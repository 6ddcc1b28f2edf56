"""Verdicts -> what an athlete is told. Pure: given rules, history, remembered states and the time, always the same.

The order is fixed: all conditions first, then inhibition, then cooldown, re-arming and marks, then families and the
cap by severity. Nothing can depend on the order of the rules, because nothing is chosen before all have spoken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from coachd.language.evaluate import Verdict, evaluate
from coachd.language.explain import show_raw
from coachd.language.message import render
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Finding, History, Kind, Nudge, Outcome, Period, RuleState, Shoe

CAP: Mapping[Kind, int] = {"nudge": 2, "praise": 1, "note": 1}
"""How many of each kind one digest carries."""

MINIMUM_DAYS = 28
MINIMUM_RUNS = 8

StateKey = tuple[str, str]
"""Rule id and subject; the subject of a week is the empty text, that of a shoe its id."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of one period: findings (all but the clear ones), the nudges chosen, and the states to remember.

    `states` holds those given and those that changed or are new.
    """

    findings: tuple[Finding, ...]
    nudges: tuple[Nudge, ...]
    states: Mapping[StateKey, RuleState]


@dataclass(slots=True)
class _Candidate:
    """A rule's verdict about one subject on its way to an outcome."""

    rule: Rule
    subject: str
    verdict: Verdict
    state: RuleState
    outcome: Outcome
    reason: str = ""

    def settle(self, outcome: Outcome, reason: str) -> None:
        self.outcome, self.reason = outcome, reason


def judge(
    rules: Sequence[Rule],
    history: History,
    states: Mapping[StateKey, RuleState],
    period: Period,
    now: datetime,
    *,
    needs_minimum_history: bool = True,
) -> Judgement:
    """What `rules` say about the closed `period`, as seen at `now`, given what was told before.

    Raises nothing for any history: expressions are total.
    """
    view = View(history, period.last, now)
    told_on = period.last + timedelta(days=1)
    too_little = missing_history(view) if needs_minimum_history else ""
    candidates = [candidate for rule in rules for candidate in _candidates(rule, view, states, too_little)]
    _inhibit(candidates)
    for candidate in _firing(candidates):
        _hold_back(candidate, told_on)
    _choose(candidates)
    chosen = sorted(_firing(candidates), key=_order)
    for candidate in chosen:
        candidate.state = _after_telling(candidate, told_on)
    return Judgement(
        findings=tuple(_finding(candidate) for candidate in candidates if candidate.outcome != "clear"),
        nudges=tuple(_nudge(candidate, history) for candidate in chosen),
        states={**states, **{(candidate.rule.id, candidate.subject): candidate.state for candidate in candidates}},
    )


def missing_history(view: View) -> str:
    """Why too little is known of the athlete for nudges, in words; an empty text when enough is known."""
    runs = sum(activity.family == "run" for activity in view.activities)
    days = (view.as_of - view.activities[0].day).days if view.activities else 0
    if days >= MINIMUM_DAYS and runs >= MINIMUM_RUNS:
        return ""
    return (
        f"nudges begin after {MINIMUM_DAYS} days and {MINIMUM_RUNS} runs; "
        f"so far there are {_counted(days, 'day')} and {_counted(runs, 'run')}"
    )


def subjects(rule: Rule, history: History) -> Iterator[tuple[str, Shoe | None]]:
    """What a rule is evaluated for: each shoe, or the week."""
    if rule.each == "shoe":
        yield from ((shoe.id, shoe) for shoe in history.shoes)
    else:
        yield "", None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _candidates(rule: Rule, view: View, states: Mapping[StateKey, RuleState], too_little: str) -> Iterator[_Candidate]:
    for key, subject in subjects(rule, view.history):
        verdict = evaluate(rule, view, subject)
        state = _remember(rule, verdict, states.get((rule.id, key), RuleState(rule.id, key)))
        candidate = _Candidate(rule, key, verdict, state, "fire", verdict.reason)
        if too_little and rule.kind == "nudge":
            candidate.settle("no_data", too_little)
            candidate.state = states.get((rule.id, key), RuleState(rule.id, key))
        elif verdict.outcome != "true":
            candidate.outcome = verdict.outcome
        elif rule.held is not None and state.recent.count("1") < rule.held[0]:
            candidate.settle("pending", f"true in {state.recent.count('1')} of the {rule.held[0]} evaluations it takes")
        yield candidate


def _remember(rule: Rule, verdict: Verdict, state: RuleState) -> RuleState:
    """The state after an evaluation. One without data teaches nothing and changes nothing."""
    if verdict.rearmed:
        state = replace(state, armed=True, told_mark=None)
    if rule.held is None or verdict.outcome == "no_data":
        return state
    recent = state.recent + ("1" if verdict.outcome == "true" else "0")
    return replace(state, recent=recent[-rule.held[1] :])


def _firing(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    return [candidate for candidate in candidates if candidate.outcome == "fire"]


def _inhibit(candidates: Sequence[_Candidate]) -> None:
    """A rule that is true silences the rules it names, whether or not it is told itself."""
    loud = [candidate.rule for candidate in _firing(candidates) if candidate.rule.inhibits]
    for candidate in _firing(candidates):
        by = next((rule.id for rule in loud if rule.silences(candidate.rule)), None)
        if by is not None:
            candidate.settle("inhibited", f"silenced by {by}, which is true as well")


def _hold_back(candidate: _Candidate, told_on: date) -> None:
    """Keeps back what was told already, for as long as the rule says."""
    rule, state = candidate.rule, candidate.state
    mark = candidate.verdict.mark
    if rule.status == "test":
        candidate.settle("capped", "this rule is on trial: it is evaluated and not told")
    elif rule.once_per == "mark" and mark is not None and state.told_mark is not None and mark <= state.told_mark:
        told = show_raw(state.told_mark, rule.scope["mark"])
        candidate.settle("cooldown", f"the mark of {told} was told already")
    elif rule.once_per == "subject" and state.last_sent is not None:
        candidate.settle("cooldown", "this is told once only")
    elif rule.rearm is not None and rule.marks is None and not state.armed:
        candidate.settle("cooldown", f"it was told and has not eased since: {rule.rearm.text}")
    elif state.last_sent is not None and told_on < (free := state.last_sent + timedelta(days=rule.cooldown_days)):
        candidate.settle("cooldown", f"it was told on {state.last_sent} and rests until {free}")


def _order(candidate: _Candidate) -> tuple[int, int, date, str, str]:
    kinds = list(CAP)
    last_sent = candidate.state.last_sent or date.min
    return kinds.index(candidate.rule.kind), -candidate.rule.severity, last_sent, candidate.rule.id, candidate.subject


def _choose(candidates: Sequence[_Candidate]) -> None:
    """Caps what is left: one nudge a family, then so many of each kind, the most severe first."""
    families: dict[str, str] = {}
    told: dict[Kind, int] = dict.fromkeys(CAP, 0)
    for candidate in sorted(_firing(candidates), key=_order):
        rule = candidate.rule
        if rule.kind == "nudge" and rule.family in families:
            candidate.settle("capped", f"one nudge about {rule.family} is enough; {families[rule.family]} was chosen")
        elif told[rule.kind] >= CAP[rule.kind]:
            candidate.settle("capped", f"a digest carries at most {CAP[rule.kind]} of its kind ({rule.kind})")
        else:
            told[rule.kind] += 1
            families |= {rule.family: rule.id} if rule.kind == "nudge" else {}


def _after_telling(candidate: _Candidate, told_on: date) -> RuleState:
    mark = candidate.verdict.mark
    told_mark = candidate.state.told_mark if mark is None else mark
    return replace(candidate.state, last_sent=told_on, told_mark=told_mark, armed=candidate.rule.rearm is None)


def _finding(candidate: _Candidate) -> Finding:
    verdict = candidate.verdict
    return Finding(
        candidate.rule.id, candidate.subject, candidate.outcome, verdict.evidence, candidate.reason, verdict.mark
    )


def _nudge(candidate: _Candidate, history: History) -> Nudge:
    """The chosen finding in the athlete's tone and units."""
    rule, verdict, system = candidate.rule, candidate.verdict, history.athlete.units
    message = rule.message.get(history.athlete.tone) or rule.message["plain"]
    labelled = [item for item in verdict.evidence if item.label and item.name not in rule.params]
    return Nudge(
        rule=rule.id,
        subject=candidate.subject,
        kind=rule.kind,
        severity=rule.severity,
        family=rule.family,
        title=rule.title,
        text=render(message, verdict.context, rule.scope, system),
        why=rule.why,
        sources=rule.sources,
        contested=rule.contested,
        evidence=tuple(
            (item.label, show_raw(verdict.context[item.name], rule.scope[item.name], system)) for item in labelled
        ),
        activities=verdict.activities,
    )
