"""What the athlete answered in the closed week, and what that changed: an answer by mail is not answered by another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from coachd.model import Athlete, Period, Told


def answered(told: Sequence[Told], athlete: Athlete, period: Period, off: Collection[str]) -> list[str]:
    """A sentence for each rule that an answer of the days of `period` silenced, while it is silent; `off` are the rules
    that are switched off."""
    lines: dict[str, str] = {}
    for each in told:
        rule = each.nudge.rule
        if each.feedback_at is None or each.feedback in ("", "helpful"):
            continue
        day = each.feedback_at.astimezone(athlete.tz).date()
        until = athlete.snoozed.get(rule, date.min)
        state = "is off" if rule in off else f"is quiet until {_day(until)}" if until > period.last else ""
        if state and period.first <= day <= period.last:
            lines[rule] = f"Your answer of {_day(day)}: “{each.nudge.title or rule}” {state}."
    return list(lines.values())


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
