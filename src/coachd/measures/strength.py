"""Strength work: what counts as a session, how many there were and how long they were.

An entry is strength work when the source recorded it as weight training, a workout, CrossFit or interval training,
when it is tagged #strength, or when its sport says nothing (neither run, walk, ride, swim nor the like) and its name
does. Yoga and Pilates are mobility work unless they are tagged. Entries less than 30 minutes apart are one session: a
circuit often comes in parts, and two watches record one session twice. Coaching convention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.measures.neutral import is_neutral_week
from coachd.model import Activity
from coachd.units import DAY

OPEN_SPORTS = frozenset({"Workout", "Crossfit", "HighIntensityIntervalTraining"})
"""Taken for strength work unless their name says that it was mobility work."""

STRENGTH_WORDS = re.compile(
    r"\b(strength|gym|weights?|lifting|kettlebells?|core|circuits?|kraft\w*|renfo\w*|fuerza|forza)\b", re.IGNORECASE
)
MOBILITY_WORDS = re.compile(r"\b(mobility|stretch(?:es|ing)?|yoga|pilates|foam roll\w*|physio\w*)\b", re.IGNORECASE)
APART = timedelta(minutes=30)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STREAK_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Session:
    """One strength session: the entries that belong together, and its length in seconds, None if none has one."""

    activities: tuple[Activity, ...]
    duration_s: float | None

    def counts(self, shortest: float) -> bool:
        """Whether it is at least so many seconds long. One of unknown length was done, so it counts."""
        return self.duration_s is None or self.duration_s >= shortest


def is_strength(activity: Activity) -> bool:
    """Whether an entry is strength work; see the head of this file."""
    if "strength" in activity.tags or activity.sport == "WeightTraining":
        return True
    if "mobility" in activity.tags:
        return False
    if _is_open(activity) and STRENGTH_WORDS.search(activity.name):
        return True
    return activity.sport in OPEN_SPORTS and not MOBILITY_WORDS.search(activity.name)


def is_mobility(activity: Activity) -> bool:
    """Whether an entry is mobility work: by sport, by tag, or by name where the sport leaves it open."""
    if "mobility" in activity.tags or activity.family == "mobility":
        return True
    return _is_open(activity) and MOBILITY_WORDS.search(activity.name) is not None


def _is_open(activity: Activity) -> bool:
    # A run called "strength by the river" is a run: names are asked only where the sport leaves it open.
    return activity.sport in OPEN_SPORTS or activity.family == "other"


def sessions(view: View, days: int, before: int = 0) -> list[Session]:
    """The strength sessions of a window, oldest first, whatever their length."""
    groups: list[list[Activity]] = []
    for activity in view.window(days, before):
        if not is_strength(activity):
            continue
        if groups and _together(groups[-1], activity):
            groups[-1].append(activity)
        else:
            groups.append([activity])
    return [Session(tuple(group), _duration(group)) for group in groups]


@measure(number("count"), takes={"shortest": number("duration")})
def strength_sessions(view: View, *, over: int = 7, before: int = 0, shortest: float = 900.0) -> Measured:
    """Number of strength sessions of at least `shortest`.

    Recorded as weight training, workout, CrossFit or interval training; or tagged #strength; or named so. Entries less
    than 30 minutes apart are one session. A session of unknown length counts. Source: coaching convention.
    Never unknown.
    """
    return _count([session for session in sessions(view, over, before) if session.counts(shortest)])


@measure(number("days"), takes={"shortest": number("duration")})
def since_strength(view: View, *, over: int = 90, before: int = 0, shortest: float = 900.0) -> Measured:
    """Days since the last strength session of at least `shortest`, counted to the last day judged, in seconds.

    What a session is: see `strength_sessions`. Source: definition. Unknown when the window holds none.
    """
    found = [session for session in sessions(view, over, before) if session.counts(shortest)]
    if not found:
        return Measured(None)
    last = found[-1].activities
    return Measured((view.as_of - last[-1].day).days * DAY, tuple(activity.id for activity in last))


@measure(number("duration"))
def median_strength_time(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """Median length of the strength sessions in a window, in seconds, short ones included.

    What a session is: see `strength_sessions`. Source: definition. Unknown when no session with a known length is in
    the window.
    """
    found = [session for session in sessions(view, over, before) if session.duration_s is not None]
    if not found:
        return Measured(None)
    return Measured(median(session.duration_s or 0.0 for session in found), _ids(found))


@measure(
    number("weeks"), lookback_days=STREAK_WEEKS * 7, takes={"per_week": number("count"), "shortest": number("duration")}
)
def strength_weeks(view: View, *, per_week: float = 2.0, shortest: float = 900.0) -> Measured:
    """Weeks in a row with at least `per_week` strength sessions, the judged week first, in seconds.

    A neutral week (ill, injured, on holiday, on a declared break, recovering from a race) that falls short is skipped:
    it neither counts nor breaks the row. Looks back 26 weeks at most. What a session is:
    see `strength_sessions`. Source: coaching convention. Never unknown.
    """
    met: list[Session] = []
    weeks = 0
    for back in range(STREAK_WEEKS):
        found = [session for session in sessions(view, 7, 7 * back) if session.counts(shortest)]
        if len(found) >= per_week:
            weeks += 1
            met = found + met
        elif not is_neutral_week(view, back):
            break
    return Measured(weeks * 7 * DAY, _ids(met))


@measure(text(WEEKDAY_NAMES))
def easy_run_weekday(view: View, *, over: int = 56, before: int = 0) -> Measured:
    """The weekday with most easy runs, which is a good day for something short afterwards, as a name in English.

    Of weekdays with equally many the earlier in the week. Source: definition. Unknown when no weekday had three
    easy runs in the window.
    """
    easy = [run for run in view.runs(over, before) if run.kind == "easy"]
    by_day = [[run for run in easy if run.day.weekday() == weekday] for weekday in range(7)]
    most = max(by_day, key=len)
    if len(most) < 3:
        return Measured(None)
    return Measured(WEEKDAY_NAMES[by_day.index(most)], tuple(run.id for run in most))


@measure(number("days"), data=("calendar",))
def until_trail_race(view: View) -> Measured:
    """Time until the next planned race on trails, of any priority, within a year, in seconds.

    Source: definition. Unknown without one.
    """
    trails = [race for race in view.races_ahead(366) if race.trail]
    return Measured((trails[0].day - view.as_of).days * DAY if trails else None)


def _together(group: Sequence[Activity], activity: Activity) -> bool:
    # A source that hides when it began cannot say whether two entries of a day belong together.
    if activity.hidden_start or group[-1].hidden_start:
        return False
    end = max(entry.start + timedelta(seconds=entry.elapsed_s or entry.moving_s or 0.0) for entry in group)
    return activity.start - end < APART


def _duration(group: Sequence[Activity]) -> float | None:
    """The time of the entries together; never more than from first to last, for those recorded twice."""
    known = [entry for entry in group if _length(entry) is not None]
    if not known:
        return None
    end = max(entry.start + timedelta(seconds=_length(entry) or 0.0) for entry in known)
    span = (end - min(entry.start for entry in known)).total_seconds()
    return min(span, sum(_length(entry) or 0.0 for entry in known))


def _length(entry: Activity) -> float | None:
    # A tag on a run says that strength work was done, not that all of the run was it.
    return None if entry.family == "run" else entry.moving_s or entry.elapsed_s


def _count(found: Sequence[Session]) -> Measured:
    return Measured(float(len(found)), _ids(found))


def _ids(found: Sequence[Session]) -> tuple[int, ...]:
    return tuple(activity.id for session in found for activity in session.activities)
