"""What a rule remembers between evaluations, and how that holds it back. Every state is a value; none is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from coachd.language.evaluate import Verdict
from coachd.language.explain import show_raw
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import RuleState

UNHEEDED = 3
"""So many times in a row a nudge is told without a change; the last of them says that it is the last."""

MUTED_DAYS = 84
GAP_DAYS = 7
"""So many days without a run are a gap."""

StateKey = tuple[str, str]
"""Rule id and the name of the memory; that of a week, its days and its activities is the empty text."""


class Memory:
    """The states of one judgement: those given, and what became of them."""

    def __init__(self, states: Mapping[StateKey, RuleState]) -> None:
        self._given = states
        self._kept: dict[StateKey, RuleState] = {}
        self.changed: set[str] = set()

    def recall(self, rule: Rule, name: str) -> RuleState:
        """What `rule` remembers; of a rule whose logic has changed since, only when it was told last."""
        key = (rule.id, name)
        if key in self._kept:
            return self._kept[key]
        found = self._given.get(key)
        fresh = _fresh(*key, rule.fingerprint)
        if found is None:
            return fresh
        if found.fingerprint in ("", rule.fingerprint):
            return replace(found, fingerprint=rule.fingerprint)
        self.changed.add(rule.id)
        return self.keep(replace(fresh, last_sent=found.last_sent))

    def keep(self, state: RuleState) -> RuleState:
        self._kept[state.rule, state.subject] = state
        return state

    @property
    def states(self) -> dict[StateKey, RuleState]:
        """Those given with what changed, and new ones that hold anything."""
        blank = {key: RuleState(*key, fingerprint=state.fingerprint) for key, state in self._kept.items()}
        kept = {key: state for key, state in self._kept.items() if key in self._given or state != blank[key]}
        return {**self._given, **kept}


@lru_cache(maxsize=1024)
def _fresh(rule: str, subject: str, fingerprint: str) -> RuleState:
    # Kept: it is the same for everybody, and most rules have nothing to remember about most runners.
    return RuleState(rule, subject, fingerprint=fingerprint)


def after_asking(rule: Rule, verdict: Verdict, state: RuleState) -> RuleState:
    """The state after an evaluation. One without data teaches nothing and changes nothing."""
    if verdict.rearmed:
        state = replace(state, armed=True, told_mark=None)
    if verdict.outcome == "clear" and state.unheeded:
        state = replace(state, unheeded=0)
    if rule.held is None or verdict.outcome == "no_data":
        return state
    recent = state.recent + ("1" if verdict.outcome == "true" else "0")
    return replace(state, recent=recent[-rule.held[1] :])


def after_telling(rule: Rule, mark: float | None, state: RuleState, told_on: date) -> RuleState:
    """The state after the rule was told. What is told once per something never comes back unheeded."""
    unheeded = state.unheeded + 1 if rule.kind == "nudge" and rule.once_per is None else 0
    last = unheeded >= UNHEEDED
    return replace(
        state,
        last_sent=told_on,
        told_mark=state.told_mark if mark is None else mark,
        armed=rule.rearm is None,
        unheeded=0 if last else unheeded,
        muted_until=told_on + timedelta(days=MUTED_DAYS) if last else None,
    )


def resting(rule: Rule, verdict: Verdict, state: RuleState, view: View, told_on: date) -> str:
    """Why a rule that is true has to wait, because of when it was told; an empty text when it may speak."""
    last_sent, mark = state.last_sent, verdict.mark
    if rule.once_per == "mark" and mark is not None and state.told_mark is not None and mark <= state.told_mark:
        return f"the mark of {show_raw(state.told_mark, rule.scope['mark'])} was told already"
    if last_sent is None:
        return ""
    if rule.once_per in {"subject", "block", "gap", "race"}:
        since = _began(rule, view)
        if since is not None and last_sent > since:
            return f"it is told once per {rule.once_per}, and was on {last_sent}"
    if rule.rearm is not None and rule.marks is None and not state.armed:
        return f"it was told and has not eased since: {rule.rearm.text}"
    free = last_sent + timedelta(days=rule.cooldown_days)
    return f"it was told on {last_sent} and rests until {free}" if told_on < free else ""


def _began(rule: Rule, view: View) -> date | None:
    """The day on which that began of which the rule is told once; None where there is none.

    A digest is written on the morning after, so what was told later than that day was told about the same.
    """
    if rule.once_per == "block":
        return _block_began(view)
    if rule.once_per == "gap":
        return _gap_began(view)
    if rule.once_per == "race" and rule.each != "race":
        run = (race.day for race in view.history.races if race.activity is not None and race.day <= view.as_of)
        return max(run, default=None)
    return date.min  # a subject of its own, whose memory is of nothing else


def _block_began(view: View) -> date:
    """The first day of the present phase; the beginning of time where that lies before what is known."""
    began = max((day for day, _ in view.history.phases if day <= view.as_of), default=date.min)
    return began if view.first_day is not None and began > view.first_day else date.min


def _gap_began(view: View) -> date | None:
    """The day on which the present or last gap had lasted long enough to be one."""
    days = [activity.day for activity in view.activities if activity.family == "run"]
    for later, earlier in pairwise([view.as_of + timedelta(days=1), *reversed(days)]):
        if (later - earlier).days > GAP_DAYS:
            return earlier + timedelta(days=GAP_DAYS)
    return None
