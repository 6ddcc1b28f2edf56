"""Whether the athlete logs a thing at all. Absence of a record is not absence of the habit.

A rule about something missing may only speak to somebody who logs that thing: four entries in the last 42 days, the
judged week included, or the athlete's own word (`tracks`), which goes before what the records say. Coaching convention.
"""

from __future__ import annotations

from collections.abc import Sequence

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO
from coachd.language.view import View
from coachd.measures.strength import is_mobility, sessions
from coachd.model import Activity, Family

WINDOW_DAYS = 42
ENTRIES = 4

CROSS: frozenset[Family] = frozenset({"ride", "swim", "cross"})


@measure(YES_NO, lookback_days=WINDOW_DAYS)
def logs_strength(view: View) -> Measured:
    """Whether strength work is logged: four sessions of any length in 42 days, or the athlete said so.

    What counts as a session is said at `strength_sessions`. Source: coaching convention. Never unknown.
    """
    found = sessions(view, WINDOW_DAYS)
    return _logs(view, "strength", len(found), [activity for session in found for activity in session.activities])


@measure(YES_NO, lookback_days=WINDOW_DAYS)
def logs_mobility(view: View) -> Measured:
    """Whether mobility work is logged: four entries in 42 days, or the athlete said so.

    An entry is yoga, Pilates or physiotherapy, an activity named so, or one tagged #mobility. Source:
    coaching convention. Never unknown.
    """
    found = [activity for activity in view.window(WINDOW_DAYS) if is_mobility(activity)]
    return _logs(view, "mobility", len(found), found)


@measure(YES_NO, lookback_days=WINDOW_DAYS)
def logs_cross(view: View) -> Measured:
    """Whether cross-training is logged: four rides, swims or the like in 42 days, or the athlete said so.

    Source: coaching convention. Never unknown.
    """
    found = [activity for activity in view.window(WINDOW_DAYS) if activity.family in CROSS]
    return _logs(view, "cross", len(found), found)


@measure(YES_NO, lookback_days=WINDOW_DAYS, data=("nights",))
def logs_sleep(view: View) -> Measured:
    """Whether sleep is recorded: four nights with a time asleep in 42 days, or the athlete said so.

    Source: coaching convention. Never unknown.
    """
    nights = sum(night.sleep_s is not None for night in view.nights(WINDOW_DAYS))
    return _logs(view, "sleep", nights, [])


@measure(YES_NO, lookback_days=WINDOW_DAYS, data=("gear",))
def logs_gear(view: View) -> Measured:
    """Whether shoes are recorded: four runs with a shoe in 42 days, or the athlete said so.

    Source: coaching convention. Never unknown.
    """
    found = [run for run in view.runs(WINDOW_DAYS) if run.gear_id is not None]
    return _logs(view, "gear", len(found), found)


@measure(YES_NO, lookback_days=WINDOW_DAYS, data=("cadence",))
def logs_cadence(view: View) -> Measured:
    """Whether cadence is recorded: four runs with a cadence in 42 days, or the athlete said so.

    Source: coaching convention. Never unknown.
    """
    found = [run for run in view.runs(WINDOW_DAYS) if run.cadence_spm is not None]
    return _logs(view, "cadence", len(found), found)


@measure(YES_NO)
def starts_strength(view: View) -> Measured:
    """Whether the athlete asked for help to begin with strength work. Source: the athlete's own word. Never unknown."""
    return Measured("strength" in view.athlete.starting)


@measure(YES_NO)
def spoke_of_strength(view: View) -> Measured:
    """Whether the athlete said anything about strength work: that they log it, that they do not, or that they would
    like help to begin. Source: the athlete's own word. Never unknown.
    """
    return Measured("strength" in view.athlete.tracks or "strength" in view.athlete.starting)


@measure(YES_NO)
def never_logs_cross(view: View) -> Measured:
    """Whether the athlete said that cross-training is not logged. Source: the athlete's own word. Never unknown."""
    return Measured(view.athlete.tracks.get("cross") is False)


@measure(YES_NO)
def starts_mobility(view: View) -> Measured:
    """Whether the athlete asked for help to begin with mobility work. Source: the athlete's own word. Never unknown."""
    return Measured("mobility" in view.athlete.starting)


def _logs(view: View, thing: str, entries: int, found: Sequence[Activity]) -> Measured:
    said = view.athlete.tracks.get(thing)
    ids = tuple(activity.id for activity in found)
    return Measured(said, ids) if said is not None else Measured(entries >= ENTRIES, ids)
