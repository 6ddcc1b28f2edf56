"""Verdicts -> what an athlete is told. Pure: given rules, history, remembered states and the time, always the same.

The order is fixed: all conditions first, then inhibition, then snoozes, cooldown, re-arming and marks, then families
and the cap by severity. Nothing can depend on the order of the rules, because nothing is chosen before all have spoken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coachd.judge.aftermath import helped
from coachd.judge.anchors import anchor
from coachd.judge.gates import Gates, Shut
from coachd.judge.lineage import sources_of
from coachd.judge.memory import Memory, StateKey, after_asking, after_telling, resting
from coachd.judge.subjects import Closed, Subject, subjects
from coachd.language.evaluate import Verdict, evaluate
from coachd.language.message import render
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Finding, History, Kind, Nudge, Outcome, Period, RuleState

CAP: Mapping[Kind, int] = {"nudge": 2, "praise": 1, "note": 1}
"""How many of each kind one digest carries."""

MOST_NUDGES = 3
"""How many nudges a digest carries at most, whatever anybody asks for."""

INFORMATION = 9
"""The rank of nudges that only inform. A digest carries one of them: a second would fill a week with nothing to say."""

__all__ = [
    "CAP",
    "INFORMATION",
    "MOST_NUDGES",
    "Closed",
    "Judgement",
    "StateKey",
    "Subject",
    "helped",
    "judge",
    "subjects",
]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of one period: findings by rule, the nudges chosen in their order, and the states to remember.

    `findings` are those worth keeping, `clear` the others: together every rule has at least one. `states` holds those
    given with what changed; `changed` names the rules whose logic is not the one that the given states were about, so
    that they remember only when they were told last.
    """

    findings: tuple[Finding, ...]
    nudges: tuple[Nudge, ...]
    states: Mapping[StateKey, RuleState]
    clear: tuple[Finding, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class _Candidate:
    """A rule's verdict about one subject on its way to an outcome. It has no verdict where the rule was not asked."""

    rule: Rule
    subject: Subject
    state: RuleState
    outcome: Outcome
    reason: str = ""
    verdict: Verdict | None = None

    def settle(self, outcome: Outcome, reason: str) -> None:
        self.outcome, self.reason = outcome, reason

    @property
    def mark(self) -> float | None:
        return None if self.verdict is None else self.verdict.mark


def judge(
    rules: Iterable[Rule],
    history: History,
    states: Mapping[StateKey, RuleState],
    period: Period,
    now: datetime,
    *,
    view: View | None = None,
    needs_minimum_history: bool = True,
    nudges: int = CAP["nudge"],
    evidence_of_silent: bool = False,
    told_on: date | None = None,
) -> Judgement:
    """What `rules` say about the closed `period`, as seen at `now`, given what was told before.

    A `view` of the same history spares sorting it again. `nudges` is how many of them one digest may carry, at most
    MOST_NUDGES. `evidence_of_silent` works the evidence out also where a rule has nothing to say. `told_on` is the day
    on which the digest is read where that is not the day after the period. Raises nothing for any history: expressions
    are total.
    """
    seen = View(history, period.last, now) if view is None else view.at(period.last, now)
    closed, memory = Closed(seen, period, told_on), Memory(states)
    gates = Gates(seen, minimum=needs_minimum_history)
    in_order = sorted(rules, key=lambda rule: rule.id)
    candidates = [candidate for rule in in_order for candidate in _candidates(rule, closed, gates, memory)]
    firing = _firing(candidates)
    _inhibit(firing)
    for candidate in (firing := _firing(firing)):
        _hold_back(candidate, closed.told_on)
    _rest_together(firing := _firing(firing), in_order, states, closed.told_on)
    _one_of_each(firing := _firing(firing))
    _choose(firing := _firing(firing), {**CAP, "nudge": min(nudges, MOST_NUDGES)})
    chosen = sorted(_firing(firing), key=_order)
    for candidate in chosen:
        candidate.state = after_telling(candidate.rule, candidate.mark, candidate.state, closed.told_on)
        memory.keep(candidate.state)
    return Judgement(
        findings=tuple(_finding(found, evidence_of_silent) for found in candidates if found.outcome != "clear"),
        nudges=tuple(_nudge(candidate) for candidate in chosen),
        states=memory.states,
        clear=tuple(_finding(found, evidence_of_silent) for found in candidates if found.outcome == "clear"),
        changed=tuple(sorted(memory.changed)),
    )


def _candidates(rule: Rule, closed: Closed, gates: Gates, memory: Memory) -> Iterator[_Candidate]:
    asked = False
    for subject in subjects(rule, closed):
        asked = True
        state = memory.recall(rule, subject.memory)
        shut = gates.shut(rule, subject.view)
        yield _Candidate(rule, subject, state, *shut) if shut else _asked(rule, subject, state, memory)
    if not asked:
        shut = gates.shut(rule, closed.view) or _NOTHING[rule.each]
        yield _Candidate(rule, closed.week, memory.recall(rule, ""), *shut)


_NOTHING: Mapping[str, Shut] = {
    "activity": Shut("clear", "there was no activity that it is about"),
    "shoe": Shut("no_data", "no shoe is known"),
    "race": Shut("no_data", "no race is known"),
}
"""What becomes of a rule that has nothing to be asked about."""


def _asked(rule: Rule, subject: Subject, state: RuleState, memory: Memory) -> _Candidate:
    verdict = evaluate(rule, subject.view, subject.item)
    after = after_asking(rule, verdict, state)
    if after is not state:
        memory.keep(after)
    candidate = _Candidate(rule, subject, after, "fire", verdict.reason, verdict)
    if verdict.outcome != "true":
        candidate.outcome = verdict.outcome
    elif rule.held is not None and (held := after.recent.count("1")) < rule.held[0]:
        candidate.settle("pending", f"true in {held} of the {rule.held[0]} evaluations it takes")
    return candidate


def _firing(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    return [candidate for candidate in candidates if candidate.outcome == "fire"]


def _inhibit(firing: Sequence[_Candidate]) -> None:
    """A rule that is true silences the rules it names, whether or not it is told itself; one on trial has no say."""
    true = {candidate.rule.id: candidate.rule for candidate in firing}
    loud = [rule for rule in true.values() if rule.inhibits and rule.status != "test"]
    for candidate in firing:
        by = next((rule.id for rule in loud if rule.silences(candidate.rule)), None)
        if by is not None:
            candidate.settle("inhibited", f"silenced by {by}, which is true as well")


def _hold_back(candidate: _Candidate, told_on: date) -> None:
    """Keeps back what the athlete does not want to hear, or was told already."""
    rule, state, verdict = candidate.rule, candidate.state, candidate.verdict
    assert verdict is not None
    snoozed = candidate.subject.view.athlete.snoozed.get(rule.id, told_on)
    if rule.status == "test":
        candidate.settle("capped", "this rule is on trial: it is evaluated and not told")
    elif told_on < snoozed:
        candidate.settle("snoozed", f"you asked for silence until {snoozed}")
    elif state.muted_until is not None and told_on < state.muted_until:
        candidate.settle("snoozed", f"it was told again and again and is silent until {state.muted_until}")
    elif reason := resting(rule, verdict, state, candidate.subject.view, told_on):
        candidate.settle("cooldown", reason)


def _rest_together(
    firing: Iterable[_Candidate], rules: Sequence[Rule], states: Mapping[StateKey, RuleState], told_on: date
) -> None:
    """Keeps back what rests after other rules, too, where one of them spoke lately."""
    for candidate in firing:
        rule = candidate.rule
        others = {other.id for other in rules if rule.shares_rest_with(other)} if rule.rests_after else set()
        told = [(state.last_sent, state.rule) for state in states.values() if state.rule in others and state.last_sent]
        last, by = max(told, default=(date.min, ""))
        if by and told_on < (free := last + timedelta(days=rule.cooldown_days)):
            candidate.settle("cooldown", f"{by} was told on {last}, and it rests until {free}")


def _one_of_each(firing: Sequence[_Candidate]) -> None:
    """Of several activities or days that one rule would speak about, the highest mark and the latest is told."""
    found: defaultdict[StateKey, list[_Candidate]] = defaultdict(list)
    for candidate in firing:
        found[candidate.rule.id, candidate.subject.memory].append(candidate)
    for alike in found.values():
        told = max(reversed(alike), key=lambda candidate: candidate.mark or 0.0)
        for candidate in alike:
            if candidate is not told:
                candidate.settle("capped", "it is told once, about the one that weighs most or came last")


def _order(candidate: _Candidate) -> tuple[int, int, int, date, str, str]:
    rule, last_sent = candidate.rule, candidate.state.last_sent or date.min
    return list(CAP).index(rule.kind), -rule.severity, rule.rank, last_sent, rule.id, candidate.subject.name


def _choose(firing: Sequence[_Candidate], cap: Mapping[Kind, int]) -> None:
    """Caps what is left, the most severe first: one nudge a family, one that only informs, so many of each kind."""
    families: dict[str, str] = {}
    informs = ""
    told: dict[Kind, int] = dict.fromkeys(cap, 0)
    for candidate in sorted(firing, key=_order):
        rule = candidate.rule
        if rule.kind == "nudge" and rule.family in families:
            candidate.settle("capped", f"one nudge about {rule.family} is enough; {families[rule.family]} was chosen")
        elif informs and _only_informs(rule):
            candidate.settle("capped", f"one nudge that only informs is enough; {informs} was chosen")
        elif told[rule.kind] >= cap[rule.kind]:
            candidate.settle("capped", f"a digest carries at most {cap[rule.kind]} of its kind ({rule.kind})")
        else:
            told[rule.kind] += 1
            families |= {rule.family: rule.id} if rule.kind == "nudge" else {}
            informs = informs or (rule.id if _only_informs(rule) else "")


def _only_informs(rule: Rule) -> bool:
    return rule.kind == "nudge" and rule.rank == INFORMATION


def _finding(candidate: _Candidate, evidence_of_silent: bool) -> Finding:
    """What is kept of a candidate. Unless asked for, nothing is worked out for a rule that is not true: most are silent
    most of the time."""
    rule, subject, verdict = candidate.rule, candidate.subject, candidate.verdict
    silent = candidate.outcome in ("clear", "no_data")
    if verdict is None or (silent and not evidence_of_silent):
        return Finding(rule.id, subject.name, candidate.outcome, reason=candidate.reason)
    # Where the data are missing, only what was there to look at says anything.
    evidence = verdict.looked_at if candidate.outcome == "no_data" else verdict.evidence
    sources = sources_of(rule, subject, evidence)
    return Finding(rule.id, subject.name, candidate.outcome, evidence, candidate.reason, verdict.mark, sources)


def _nudge(candidate: _Candidate) -> Nudge:
    """The chosen finding in the athlete's tone and units."""
    rule, verdict, athlete = candidate.rule, candidate.verdict, candidate.subject.view.athlete
    assert verdict is not None
    message = rule.message.get(athlete.tone) or rule.message["plain"]
    judged_by, setting = anchor(verdict, candidate.subject.view, candidate.subject.item)
    return Nudge(
        rule=rule.id,
        subject=candidate.subject.name,
        kind=rule.kind,
        severity=rule.severity,
        family=rule.family,
        title=rule.title,
        text=render(message, verdict.context, verdict.context.scope, athlete.units),
        why=rule.why,
        sources=rule.sources,
        contested=rule.contested,
        evidence=verdict.table(athlete.units),
        activities=verdict.activities,
        about=verdict.about,
        fed_by=sources_of(rule, candidate.subject, verdict.evidence),
        closing=candidate.state.muted_until is not None,
        judged_by=judged_by,
        setting=setting,
    )
