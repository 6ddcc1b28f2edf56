"""What rules say, what an athlete is told of it, and what is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
    enough without a change, and says that it will be silent for a while.
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
