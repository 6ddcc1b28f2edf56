"""What rules say, what an athlete is told of it, and what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from coachd.model.record import record
from coachd.model.sports import Source
from coachd.units import Quantity

Outcome = Literal["no_data", "clear", "pending", "inhibited", "cooldown", "snoozed", "capped", "fire"]
Kind = Literal["nudge", "praise", "note"]


@record
class Evidence:
    """One named value behind a verdict, in base units, with the activities that made it."""

    name: str
    value: Quantity | bool | str | None
    label: str = ""
    activities: tuple[int, ...] = ()


@record
class Finding:
    """What one rule said about one subject at one time. Kept for everything but `clear`: it answers "why did I (not)
    get this?". `reason` is one sentence, e.g. which rule inhibited it or until when it cools down. `sources` are those
    whose data it was made from."""

    rule: str
    subject: str
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    mark: float | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Nudge:
    """A finding that was chosen to be told, with its words already rendered for the athlete.

    `sources` are the studies behind the rule; `fed_by` the sources whose data is in it. `closing`: it was told often
    enough without a change, and says that it will be silent for a while. `judged_by` says in words which of the
    athlete's own numbers it was judged by and where that comes from; `setting` is what corrects it, both empty where
    no such number has a say. `activities` are all behind its evidence, `about` those of them that it speaks of.
    """

    rule: str
    subject: str
    kind: Kind
    severity: int
    family: str
    title: str
    text: str
    why: str = ""
    sources: tuple[str, ...] = ()
    contested: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    activities: tuple[int, ...] = ()
    fed_by: tuple[Source, ...] = ()
    closing: bool = False
    judged_by: str = ""
    setting: str = ""
    about: tuple[int, ...] = ()

    @property
    def named(self) -> tuple[int, ...]:
        """The activities that a message names beside it."""
        return self.about or self.activities  # an older nudge lies in the outbox without `about`


@dataclass(frozen=True, slots=True)
class RuleState:
    """What is remembered between evaluations of one rule for one subject.

    `told_mark` is the highest mark already told; `armed` is False after a nudge until the rule's `rearm` was true once;
    `recent` holds the verdicts of the last evaluations with data, newest last, as a string of 1 and 0. `unheeded`
    counts how often it was told since it was last clear, and `muted_until` is the day on which it may speak again
    after too many of those. `fingerprint` is that of the rule's logic when this was remembered.
    """

    rule: str
    subject: str
    last_sent: date | None = None
    told_mark: float | None = None
    armed: bool = True
    recent: str = ""
    unheeded: int = 0
    muted_until: date | None = None
    fingerprint: str = ""


NudgeState = Literal["queued", "sent", "withdrawn", "corrected", "expired"]
"""The life of a nudge: chosen, told, taken back before it was told, put right after it, or never told in time."""

Feedback = Literal["", "helpful", "not_for_me", "quiet", "wrong_number"]
"""What the athlete answered: `quiet` is silence for four weeks, `wrong_number` doubts the number it was judged by."""

Change = Literal["", "helped", "unchanged", "unknown"]
"""What its rule's `helped` said some weeks later; empty while it is too early or the rule has none."""


@dataclass(frozen=True, slots=True)
class Told:
    """A chosen nudge and what became of it. Its identity is (athlete, period, rule, subject).

    `basis` holds, by the number of each activity behind it, a hash of what the verdict saw of it: a nudge whose
    activities read otherwise now may have to be put right.
    """

    period: str
    nudge: Nudge
    state: NudgeState
    queued_at: datetime
    sent_at: datetime | None = None
    feedback: Feedback = ""
    feedback_at: datetime | None = None
    change: Change = ""
    basis: Mapping[str, str] = field(default_factory=dict)
