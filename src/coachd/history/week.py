"""Weeks: which one is closed, and what was done in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from coachd.model import WEEKDAYS, Activity, Athlete, DayStats, History, LongestRun, Period, Weekday, WeekStats

TRAINING_S = 20 * 60.0
"""A session shorter than this does not make a day a training day (`no-rest-day`)."""

FURTHER, MUCH_FURTHER = 1.10, 1.20
"""So much longer than the longest before it a run is worth a line; beyond the second the rule `longest-run-spike` asks
whether that was planned. The first is the cut of Schuster Brandt Frandsen 2025."""

BEFORE_DAYS, OWNED_DAYS = 30, 120
FEWEST_BEFORE = 6


def week_of(day: date, start: Weekday) -> Period:
    """The week that `day` lies in."""
    first = day - timedelta(days=(day.weekday() - WEEKDAYS.index(start)) % 7)
    if start == "mon":
        year, number, _ = first.isocalendar()
        return Period(f"{year}-W{number:02d}", first, first + timedelta(days=6))
    return Period(first.isoformat(), first, first + timedelta(days=6))


DAYS_OF_A_MESSAGE = 3
"""What is told on the day is about this many local days: those that the 48 hours before it may touch."""

DAY_KEY = "day-"
"""How the key of a day begins: that of a week may be the ISO date of its first day."""


def day_period(day: date) -> Period:
    """The days that a message of this day speaks about. Its key is that of no week."""
    return Period(f"{DAY_KEY}{day}", day - timedelta(days=DAYS_OF_A_MESSAGE - 1), day)


def period_of(key: str, start: Weekday) -> Period:
    """The period that `week_of` or `day_period` gave this key to."""
    if key.startswith(DAY_KEY):
        return day_period(date.fromisoformat(key.removeprefix(DAY_KEY)))
    # "2026-W47" alone is no date to Python, "2026-W47-1" is.
    return week_of(date.fromisoformat(f"{key}-1" if "W" in key else key), start)


def closed_week(now: datetime, athlete: Athlete) -> Period:
    """The last week that is over on the athlete's own calendar at the instant `now`."""
    today = now.astimezone(athlete.tz).date()
    return week_of(week_of(today, athlete.week_start).first - timedelta(days=1), athlete.week_start)


def week_stats(activities: Iterable[Activity], first: date) -> WeekStats:
    """The seven days from `first`. A rest day is one without a run or cross-training of 20 minutes."""
    last = first + timedelta(days=6)
    inside = [activity for activity in activities if first <= activity.day <= last]
    runs = [activity for activity in inside if activity.family == "run"]
    training = {activity.day for activity in inside if is_training(activity)}
    return WeekStats(
        first=first,
        run_distance_m=sum(run.distance_m or 0.0 for run in runs),
        run_moving_s=sum(run.moving_s or 0.0 for run in runs),
        runs=len(runs),
        strength_sessions=sum(activity.family == "strength" for activity in inside),
        rest_days=7 - len(training),
    )


def is_training(activity: Activity) -> bool:
    """Whether a session makes its day a training day: a run or cross-training of 20 minutes."""
    return activity.family in ("run", "ride", "swim", "cross") and (activity.moving_s or 0.0) >= TRAINING_S


def longest_run_note(history: History, period: Period) -> LongestRun | None:
    """The period's longest run where it was more than 10 % and at most 20 % longer than any run of the 30 days before
    it, or longer still and a distance that was run within 120 days.

    Races and trail runs are left out, the latter because time tells their length better. None where nothing was longer,
    and with fewer than six runs in those 30 days.
    """
    runs = [run for run in history.activities if run.family == "run" and run.distance_m and run.day <= period.last]
    new = [run for run in runs if run.day >= period.first and run.kind != "race" and not run.trail]
    longest = max(new, key=lambda run: run.distance_m or 0.0, default=None)
    if longest is None or longest.distance_m is None:
        return None

    def lately(days: int) -> list[float]:
        first = longest.day - timedelta(days=days)
        return [run.distance_m for run in runs if run.distance_m and first <= run.day < longest.day]

    before = lately(BEFORE_DAYS)
    if len(before) < FEWEST_BEFORE or longest.distance_m <= FURTHER * max(before):
        return None
    if longest.distance_m > max(MUCH_FURTHER * max(before), FURTHER * max(lately(OWNED_DAYS))):
        return None
    return LongestRun(longest.day, longest.distance_m, max(before), longest.distance_m / max(before))


def recent_weeks(activities: Sequence[Activity], period: Period, count: int) -> tuple[WeekStats, ...]:
    """The `count` weeks that end with this period, oldest first."""
    firsts = [period.first - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    recent = [activity for activity in activities if activity.day >= firsts[0]]
    return tuple(week_stats(recent, first) for first in firsts)


def usual_distance(weeks: Sequence[WeekStats]) -> float | None:
    """The median running distance of the four weeks before the last one; unknown when none of them had a run."""
    return _usual([week.run_distance_m for week in weeks])


def usual_time(weeks: Sequence[WeekStats]) -> float | None:
    """The same of the running time, in seconds."""
    return _usual([week.run_moving_s for week in weeks])


def _usual(volumes: Sequence[float]) -> float | None:
    before = volumes[-5:-1]
    return median(before) if any(before) else None


def days_of(activities: Iterable[Activity], period: Period) -> tuple[DayStats, ...]:
    """The period day by day: what was done, and the running in it."""
    inside = [activity for activity in activities if period.first <= activity.day <= period.last]
    days = []
    for offset in range((period.last - period.first).days + 1):
        day = period.first + timedelta(days=offset)
        done = [activity for activity in inside if activity.day == day]
        runs = [activity for activity in done if activity.family == "run"]
        days.append(
            DayStats(
                day,
                tuple(dict.fromkeys(activity.family for activity in done)),
                sum(run.distance_m or 0.0 for run in runs),
                sum(run.moving_s or 0.0 for run in runs),
            )
        )
    return tuple(days)
