"""When a rule is not even asked: too little history, a phase or mode it is not for, or the day after a race."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import ModeName, Outcome, Race

MINIMUM_DAYS = 28
MINIMUM_RUNS = 8

_UNWELL: frozenset[ModeName] = frozenset({"ill", "injured"})
_CAREFUL: frozenset[ModeName] = frozenset({"pregnant", "postpartum", "health"})
_ABOUT_PACE = frozenset({"easy", "load"})
_AFTER_A_RACE = frozenset({"race", "cycle", "health"})
_WEEKLY_RACE_M = 5_250.0  # 5 km, as watches measure it
_WEEKLY_RACES = 3
_WEEKS = 5


class Shut(NamedTuple):
    """Why a rule is not asked."""

    outcome: Outcome
    reason: str


class Gates:
    """The gates of one period. `view` is as of its last day; without `minimum` no history is too short."""

    def __init__(self, view: View, *, minimum: bool = True) -> None:
        self._view = view
        self._minimum = minimum
        self._too_little = missing_history(view) if minimum else ""
        self._raced = any(_counts(race, view) for race in view.history.races if race.day == view.as_of)

    def shut(self, rule: Rule, view: View) -> Shut | None:
        """Why `rule` is not asked about what `view` shows; None when it is."""
        if reason := self._young(rule):
            return Shut("no_data", reason)
        reason = _phase(rule, view) or _mode(rule, view) or (self._after_race(rule) if self._raced else "")
        return Shut("clear", reason) if reason else None

    def _young(self, rule: Rule) -> str:
        if not self._minimum:
            return ""
        if rule.history_days is None:
            return self._too_little if rule.kind == "nudge" else ""
        days = _days(self._view)
        missing = days < rule.history_days
        return f"it needs {_counted(rule.history_days, 'day')} of history; so far there are {days}" if missing else ""

    def _after_race(self, rule: Rule) -> str:
        silent = rule.kind == "nudge" and rule.family not in _AFTER_A_RACE
        return "the day after a race is left to the race" if silent else ""


def missing_history(view: View) -> str:
    """Why too little is known of the athlete for nudges, in words; an empty text when enough is known."""
    days, runs = _days(view), 0
    for activity in chain(view.history.earlier, view.activities):
        runs += activity.family == "run"
        if runs >= MINIMUM_RUNS and days >= MINIMUM_DAYS:
            return ""
    return (
        f"nudges begin after {MINIMUM_DAYS} days and {MINIMUM_RUNS} runs; "
        f"so far there are {_counted(days, 'day')} and {_counted(runs, 'run')}"
    )


def _days(view: View) -> int:
    return 0 if view.first_day is None else (view.as_of - view.first_day).days


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _phase(rule: Rule, view: View) -> str:
    if rule.phase is None or (view.phase() in rule.phase.names) == rule.phase.only:
        return ""
    return f"it is not for the phase {view.phase()}"


def _mode(rule: Rule, view: View) -> str:
    """What a declared mode silences: what the rule says, or else what is kind in this mode."""
    mode = view.mode()
    name = None if mode is None else mode.name
    if rule.modes is not None:
        allowed = (name in rule.modes.names) == rule.modes.only
    elif name in _UNWELL:
        allowed = rule.family == "health" or rule.kind == "note"
    elif name in _CAREFUL:
        allowed = rule.asks != "more" and rule.family not in _ABOUT_PACE
    else:
        allowed = name is None or rule.asks != "more"
    if allowed:
        return ""
    return "it is for a declared mode only" if name is None else f"it is silent in the mode {name}"


def _counts(race: Race, view: View) -> bool:
    """Whether a race on the view's day is one to be left alone with; a weekly parkrun or a race for fun is not."""
    days = {view.as_of - timedelta(weeks=week) for week in range(_WEEKS)}
    short = {other.day for other in view.history.races if other.day in days and other.distance_m <= _WEEKLY_RACE_M}
    return not race.fun and (race.distance_m > _WEEKLY_RACE_M or len(short) < _WEEKLY_RACES)
