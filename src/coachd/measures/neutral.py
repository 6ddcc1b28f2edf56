"""Weeks that say nothing about a habit: ill, injured, on holiday, on a declared break, recovering from a race.

They neither break a streak nor feed a baseline (coaching convention).
"""

from __future__ import annotations

from datetime import date, timedelta

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number
from coachd.language.view import View

TAGS = frozenset({"sick", "injured", "holiday"})
_MODES = frozenset({"ill", "injured", "holiday"})
_MOST_OF_A_WEEK = 4


def is_neutral_week(view: View, back: int) -> bool:
    """Whether the week `back` weeks before the judged one is neutral: most of its days, or one of its tags, say so."""
    last = view.as_of - timedelta(weeks=back)
    # What was known on the days of a week stays so: all views of one history share the answer.
    known: dict[date, bool] = view.shared.setdefault("neutral weeks", {})
    if last not in known:
        days = sum(_is_neutral_day(view, last - timedelta(days=day)) for day in range(7))
        known[last] = days >= _MOST_OF_A_WEEK or any(activity.tags & TAGS for activity in view.window(7, 7 * back))
    return known[last]


def is_declared_off(view: View, day: date) -> bool:
    """Whether the athlete declared this day to be one of illness, injury, holiday or break."""
    mode = view.mode(day)
    if mode is not None and mode.name in _MODES:
        return True
    spans = view.athlete.phases
    return any(span.phase == "break" and span.first <= day <= (span.last or day) for span in spans)


def _is_neutral_day(view: View, day: date) -> bool:
    # A break that was only inferred from missing runs is no excuse: the streak would forgive every idle week.
    return is_declared_off(view, day) or view.phase(day) == "recovery"


@measure(number("count"))
def neutral_weeks(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Number of neutral weeks in the window, counted in whole weeks back from its last day.

    A week is neutral when on at least four of its days the athlete was ill, injured, on holiday, on a declared break
    or recovering from a race, or when an activity in it is tagged #sick, #injured or #holiday. Source: coaching
    convention. Never unknown.
    """
    weeks = range(before // 7, (before + over) // 7)
    return Measured(float(sum(is_neutral_week(view, back) for back in weeks)))


@measure(YES_NO)
def declared_off(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Whether the athlete declared illness, injury, holiday or a break for any day of the window, or tagged an activity
    in it #sick, #injured or #holiday. Source: the athlete's own word. Never unknown.
    """
    tagged = tuple(activity.id for activity in view.window(over, before) if activity.tags & TAGS)
    last = view.as_of - timedelta(days=before)
    return Measured(
        bool(tagged) or any(is_declared_off(view, last - timedelta(days=day)) for day in range(over)), tagged
    )
