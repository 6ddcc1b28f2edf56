"""What became of what each rule told: how often, what was different some weeks later, what was answered. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from coachd.judge.memory import StateKey
from coachd.model import Feedback, RuleState, Told

ENOUGH = 5
"""Told so often without anything being different later, a rule may as well be silent."""


@dataclass(frozen=True, slots=True)
class RuleOutcomes:
    """What became of one rule's nudges.

    `sent` is how often it was told; of these `helped`, `unchanged` and `unknown` are what it found some weeks later,
    the rest is too recent or it has no way to tell. `corrected` of them were put right. `muted_until` is None where it
    may speak.
    """

    rule: str
    sent: int
    helped: int = 0
    unchanged: int = 0
    unknown: int = 0
    corrected: int = 0
    answers: Mapping[Feedback, int] = field(default_factory=dict)
    muted_until: date | None = None

    @property
    def idle(self) -> bool:
        """Whether it was told again and again, nothing was ever different later, and nobody found it helpful."""
        return self.unchanged >= ENOUGH and not self.helped and not self.answers.get("helpful")


def outcomes(told: Iterable[Told], states: Mapping[StateKey, RuleState], today: date) -> list[RuleOutcomes]:
    """What became of these nudges by rule, the most told first. Those that were never sent are nobody's."""
    sent = [each for each in told if each.state in ("sent", "corrected")]
    muted = _muted(states, today)
    found = []
    for rule, times in Counter(each.nudge.rule for each in sent).items():
        mine = [each for each in sent if each.nudge.rule == rule]
        changes = Counter(each.change for each in mine)
        found.append(
            RuleOutcomes(
                rule,
                times,
                changes["helped"],
                changes["unchanged"],
                changes["unknown"],
                corrected=sum(each.state == "corrected" for each in mine),
                answers=dict(Counter(each.feedback for each in mine if each.feedback)),
                muted_until=muted.get(rule),
            )
        )
    return sorted(found, key=lambda one: (-one.sent, one.rule))


def _muted(states: Mapping[StateKey, RuleState], today: date) -> dict[str, date]:
    """The rules that are silent for a while, and the day on which the last of their silences ends."""
    found: dict[str, date] = {}
    for state in states.values():
        if state.muted_until is not None and state.muted_until > today:
            found[state.rule] = max(state.muted_until, found.get(state.rule, date.min))
    return found
