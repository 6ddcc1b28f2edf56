"""What rules would have said over a stretch of the past: the same judge, asked week by week or day by day.

Activities stand in it by the day they began, with the values known today; shoes have today's odometers less what was
run later; races, modes and phases are dated; thresholds are today's. Nothing is remembered at the beginning. Weeks
are judged when they closed, in either step: a week that is not over has no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from coachd.history.week import week_of
from coachd.judge import Judgement, StateKey, judge
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import History, Outcome, Period, RuleState, Weekday

Step = Literal["week", "day"]
DIGEST_AT = time(6)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was said about one closed period."""

    period: Period
    judgement: Judgement


def replay(rules: Sequence[Rule], history: History, first: date, last: date, step: Step = "week") -> Iterator[Replayed]:
    """Every judgement of the periods that end from `first` to `last`, oldest first.

    With the step `day`, rules about days, activities, shoes and races are judged each day, those about weeks when the
    week is over.
    """
    whole = View(history, last, _morning_after(last))
    states: Mapping[StateKey, RuleState] = {}
    weekly = [rule for rule in rules if rule.each == "week"] if step == "day" else list(rules)
    daily = [rule for rule in rules if rule.each != "week"] if step == "day" else []
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        for asked, period in ((daily, Period(day.isoformat(), day, day)), (weekly, _week(day, history))):
            if not asked or period is None:
                continue
            now = _morning_after(day)
            judgement = judge(asked, history, states, period, now, view=whole.at(day, now))
            states = judgement.states
            yield Replayed(period, judgement)


def counts(steps: Sequence[Replayed]) -> dict[str, Counter[Outcome]]:
    """Rule -> how often each outcome came out."""
    found: dict[str, Counter[Outcome]] = {}
    for step in steps:
        for finding in step.judgement.findings:
            found.setdefault(finding.rule, Counter())[finding.outcome] += 1
    return found


def told_on(steps: Sequence[Replayed]) -> set[tuple[date, str, str]]:
    """(last day of the period, rule, subject) of everything that would have been told."""
    return {(step.period.last, nudge.rule, nudge.subject) for step in steps for nudge in step.judgement.nudges}


def _week(day: date, history: History) -> Period | None:
    """The week that is over on the evening of `day`; None in the middle of one."""
    start: Weekday = history.athlete.week_start
    period = week_of(day, start)
    return period if period.last == day else None


def _morning_after(day: date) -> datetime:
    """When the digest about `day` would be written; the zone does not matter to what is judged by local days."""
    return datetime.combine(day + timedelta(days=1), DIGEST_AT, UTC)
