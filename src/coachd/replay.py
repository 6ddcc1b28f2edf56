"""What rules would have said over a stretch of the past: the same judge, asked week by week or day by day.

Activities stand in it by the day they began, with the values known today; shoes have today's odometers less what was
run later; races, modes and phases are dated; thresholds are today's. Nothing is remembered at the beginning. Weeks
are judged when they closed, in either step: a week that is not over has no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from coachd.history.week import week_of
from coachd.judge import Judgement, StateKey, judge
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import History, Nudge, Outcome, Period, RuleState, Weekday

Step = Literal["week", "day"]
DIGEST_AT = time(6)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was said about one closed period."""

    period: Period
    judgement: Judgement


def replay(
    rules: Sequence[Rule],
    history: History,
    first: date,
    last: date,
    step: Step = "week",
    *,
    evidence_of_silent: bool = False,
) -> Iterator[Replayed]:
    """Every judgement of the periods that end from `first` to `last`, oldest first.

    With the step `day`, rules about days, activities, shoes and races are judged each day, those about weeks when the
    week is over. `evidence_of_silent`: as in `judge`.
    """
    tz = history.athlete.tz
    whole = View(history, last, _morning_after(last, tz))
    states: Mapping[StateKey, RuleState] = {}
    weekly = [rule for rule in rules if rule.each == "week"] if step == "day" else list(rules)
    daily = [rule for rule in rules if rule.each != "week"] if step == "day" else []
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        for asked, period in ((daily, Period(day.isoformat(), day, day)), (weekly, _week(day, history))):
            if not asked or period is None:
                continue
            now = _morning_after(day, tz)
            judgement = judge(
                asked, history, states, period, now, view=whole.at(day, now), evidence_of_silent=evidence_of_silent
            )
            states = judgement.states
            yield Replayed(period, judgement)


def counts(steps: Sequence[Replayed]) -> dict[str, Counter[Outcome]]:
    """Rule -> how often each outcome came out."""
    found: dict[str, Counter[Outcome]] = {}
    for step in steps:
        for finding in (*step.judgement.findings, *step.judgement.clear):
            found.setdefault(finding.rule, Counter())[finding.outcome] += 1
    return found


def told(steps: Sequence[Replayed]) -> list[tuple[date, Nudge]]:
    """Everything that would have been said, with the last day of its period, oldest first."""
    return [(step.period.last, nudge) for step in steps for nudge in step.judgement.nudges]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change of a rule would add to what is said, and what it would take away."""

    gained: tuple[tuple[date, Nudge], ...]
    lost: tuple[tuple[date, Nudge], ...]


def difference(before: Sequence[Replayed], after: Sequence[Replayed]) -> Difference:
    """What is said in one replay only. What comes on another day is lost on the one and gained on the other."""

    def key(said: tuple[date, Nudge]) -> tuple[date, str, str]:
        return said[0], said[1].rule, said[1].subject

    earlier, later = told(before), told(after)
    kept = {key(said) for said in earlier} & {key(said) for said in later}
    return Difference(
        gained=tuple(said for said in later if key(said) not in kept),
        lost=tuple(said for said in earlier if key(said) not in kept),
    )


def _week(day: date, history: History) -> Period | None:
    """The week that is over on the evening of `day`; None in the middle of one."""
    start: Weekday = history.athlete.week_start
    period = week_of(day, start)
    return period if period.last == day else None


def _morning_after(day: date, tz: ZoneInfo) -> datetime:
    """When the digest about `day` would be written, where the athlete is: it is read on that local day."""
    return datetime.combine(day + timedelta(days=1), DIGEST_AT, tz)
