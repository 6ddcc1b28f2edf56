"""What kind of run it was: race, long, workout or easy (coaching.md 4.11, as far as a summary can tell).

First match wins: the athlete's own tag, the source's workout type, words in the name, length. A run that nothing
speaks for is taken as easy: most runs are, and a verdict about easy runs needs several of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Literal

from coachd.model import Activity

Kind = Literal["race", "long", "workout", "easy"]

_BY_TYPE: dict[int, Kind] = {1: "race", 2: "long", 3: "workout"}
_BY_WORD: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"\b(recovery|easy|jog)\b", re.IGNORECASE), "easy"),
    (re.compile(r"\blong\b", re.IGNORECASE), "long"),
    (
        re.compile(r"\b(tempo|threshold|intervals?|repeats?|fartlek|track|hills?|progression)\b", re.IGNORECASE),
        "workout",
    ),
)
LONG_S = 75 * 60.0
LONG_FACTOR = 1.4


def classified(activities: Sequence[Activity]) -> list[Activity]:
    """Activities sorted by start, each run with its kind. Others keep None."""
    return [
        replace(activity, kind=_kind(activity, activities, index)) if activity.family == "run" else activity
        for index, activity in enumerate(activities)
    ]


def _kind(activity: Activity, activities: Sequence[Activity], index: int) -> Kind:
    if activity.workout_type == 1 or "race" in activity.tags:
        return "race"
    for tag in ("easy", "workout", "long"):
        if tag in activity.tags:
            return tag
    if activity.workout_type in _BY_TYPE:
        return _BY_TYPE[activity.workout_type]
    for words, kind in _BY_WORD:
        if words.search(activity.name):
            return kind
    return "long" if _is_long(activity, activities, index) else "easy"


def _is_long(activity: Activity, activities: Sequence[Activity], index: int) -> bool:
    """At least 75 minutes, and 1.4 times the median run of the 28 days before."""
    if activity.moving_s is None or activity.moving_s < LONG_S:
        return False
    since = activity.day - timedelta(days=28)
    before: list[float] = []
    for earlier in reversed(activities[:index]):
        if earlier.day < since:
            break
        if earlier.family == "run" and earlier.moving_s:
            before.append(earlier.moving_s)
    return not before or activity.moving_s >= LONG_FACTOR * median(before)
