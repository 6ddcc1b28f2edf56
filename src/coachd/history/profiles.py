"""Which profiles fit a runner, judged by what they did and said: suggestions, never decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from coachd.model import WEEKDAYS, Activity, History, Profile, Race

STREAK_DAYS, STREAK_WINDOW = 80, 90
MASTERS_AGE = 40
ULTRA_M, MARATHON_M = 45_000.0, 40_000.0
YEAR, HALF_YEAR, HABIT_DAYS = 366, 182, 56
HABIT_WEEKS = 5  # of the eight of HABIT_DAYS
COMMUTES, COMMUTE_SLOTS = 8, 3
SAME_MINUTES, SAME_DISTANCE = 30, 0.15
RETURN_GAP, RETURNED_WITHIN = 56, 84
BEGINNER_LONGEST_M, BEGINNER_RUNS = 10_000.0, 4
CLUB_RACES = 6


def suggest(history: History, today: date) -> list[tuple[Profile, str]]:
    """The profiles that fit on this day, each with the reason in words, without those the athlete has already.

    Wants the whole history: what began before it looks new.
    """
    reasons: Mapping[Profile, Callable[[History, date], str]] = {
        "beginner": _beginner,
        "club": _club,
        "marathon": _marathon,
        "ultra": _ultra,
        "returner": _returner,
        "commuter": _commuter,
        "masters": _masters,
        "streaker": _streaker,
    }
    found = {profile: reason for profile, why in reasons.items() if (reason := why(history, today))}
    if "ultra" in found:
        found.pop("marathon", None)
    return [(profile, reason) for profile, reason in found.items() if profile not in history.athlete.profiles]


def _runs(history: History, today: date, days: int) -> list[Activity]:
    first = today - timedelta(days=days - 1)
    return [run for run in history.activities if run.family == "run" and first <= run.day <= today]


def _races(history: History, today: date) -> Iterator[Race]:
    """Races run within the last year, and planned ones of the next."""
    for race in history.races:
        if race.activity is not None or race.day > today:
            yield from [race] if abs((race.day - today).days) <= YEAR else []


def _beginner(history: History, today: date) -> str:
    if history.athlete.level == "beginner":
        return "your level is beginner"
    runs = [run for run in history.activities if run.family == "run" and run.day <= today]
    longest = max((run.distance_m or 0.0 for run in runs), default=0.0)
    if len(runs) < BEGINNER_RUNS or (today - runs[0].day).days > HALF_YEAR or longest > BEGINNER_LONGEST_M:
        return ""
    return f"your first run is of {runs[0].day}, and none was longer than 10 km yet"


def _club(history: History, today: date) -> str:
    sessions = {(run.day.weekday(), (today - run.day).days // 7) for run in _runs(history, today, HABIT_DAYS)
                if run.kind == "workout"}  # fmt: skip
    weekday, weeks = max(Counter(weekday for weekday, _ in sessions).items(), key=lambda each: each[1], default=(0, 0))
    if weeks >= HABIT_WEEKS:
        return f"a session every {_name(weekday)}: {weeks} of the last 8 weeks"
    raced = sum(race.day <= today for race in _races(history, today))
    return f"{raced} races in a year" if raced >= CLUB_RACES else ""


def _marathon(history: History, today: date) -> str:
    return _distance(history, today, MARATHON_M, ULTRA_M)


def _ultra(history: History, today: date) -> str:
    return _distance(history, today, ULTRA_M, float("inf"))


def _distance(history: History, today: date, least: float, below: float) -> str:
    race = next((race for race in _races(history, today) if least <= race.distance_m < below), None)
    if race is None:
        return ""
    return f"{race.name or 'a race'} of {race.distance_m / 1000:.0f} km on {race.day}"


def _returner(history: History, today: date) -> str:
    days = sorted({run.day for run in history.activities if run.family == "run" and run.day <= today})
    for left, back in pairwise(days):
        if (back - left).days > RETURN_GAP and (today - back).days <= RETURNED_WITHIN:
            return f"back since {back} after {(back - left).days - 1} days without a run"
    return ""


def _masters(history: History, today: date) -> str:
    year = history.athlete.birth_year
    return f"born in {year}" if year is not None and today.year - year >= MASTERS_AGE else ""


def _streaker(history: History, today: date) -> str:
    days = len({run.day for run in _runs(history, today, STREAK_WINDOW)})
    return f"a run on {days} of the last {STREAK_WINDOW} days" if days >= STREAK_DAYS else ""


def _commuter(history: History, today: date) -> str:
    """Runs marked as commutes, or three slots of the working week that come back, there and back on one day of it:
    the same loop three mornings a week is no commute."""
    runs = _runs(history, today, HABIT_DAYS)
    marked = sum(run.commute for run in runs)
    if marked >= COMMUTES:
        return f"{marked} runs marked as commutes in 8 weeks"
    slots: dict[tuple[int, bool], list[Activity]] = {}  # by weekday, and whether it is the second half of the day
    for run in runs:
        if run.day.weekday() < 5 and not run.hidden_start and run.distance_m:
            slots.setdefault((run.day.weekday(), run.start_local.hour >= 12), []).append(run)
    kept = sorted(slot for slot, inside in slots.items() if _repeats(inside))
    both_ways = any((weekday, True) in kept and (weekday, False) in kept for weekday, _ in kept)
    if len(kept) < COMMUTE_SLOTS or not both_ways:
        return ""
    return "the same run at the same time: " + ", ".join(
        f"{_name(weekday)} {'evening' if late else 'morning'}" for weekday, late in kept
    )


def _repeats(runs: Sequence[Activity]) -> bool:
    """Whether most weeks have a run of like length at a like time of day."""
    minutes = median(_minute(run) for run in runs)
    length = median(run.distance_m or 0.0 for run in runs)
    alike = {
        run.day
        for run in runs
        if abs(_minute(run) - minutes) <= SAME_MINUTES
        and abs((run.distance_m or 0.0) - length) <= SAME_DISTANCE * length
    }
    return len(alike) >= HABIT_WEEKS


def _minute(run: Activity) -> int:
    return run.start_local.hour * 60 + run.start_local.minute


def _name(weekday: int) -> str:
    return WEEKDAYS[weekday].capitalize()
