"""Weeks: which one is closed, and what was done in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from coachd.model import WEEKDAYS, Activity, Athlete, DayStats, Period, Weekday, WeekStats

TRAINING_S = 20 * 60.0
"""A session shorter than this does not make a day a training day (`no-rest-day`)."""


def week_of(day: date, start: Weekday) -> Period:
    """The week that `day` lies in."""
    first = day - timedelta(days=(day.weekday() - WEEKDAYS.index(start)) % 7)
    if start == "mon":
        year, number, _ = first.isocalendar()
        return Period(f"{year}-W{number:02d}", first, first + timedelta(days=6))
    return Period(first.isoformat(), first, first + timedelta(days=6))


def closed_week(now: datetime, athlete: Athlete) -> Period:
    """The last week that is over on the athlete's own calendar at the instant `now`."""
    today = now.astimezone(athlete.tz).date()
    return week_of(week_of(today, athlete.week_start).first - timedelta(days=1), athlete.week_start)


def week_stats(activities: Iterable[Activity], first: date) -> WeekStats:
    """The seven days from `first`. A rest day is one without a run or cross-training of 20 minutes."""
    last = first + timedelta(days=6)
    inside = [activity for activity in activities if first <= activity.day <= last]
    runs = [activity for activity in inside if activity.family == "run"]
    training = {activity.day for activity in inside if _is_training(activity)}
    return WeekStats(
        first=first,
        run_distance_m=sum(run.distance_m or 0.0 for run in runs),
        run_moving_s=sum(run.moving_s or 0.0 for run in runs),
        runs=len(runs),
        strength_sessions=sum(activity.family == "strength" for activity in inside),
        rest_days=7 - len(training),
    )


def _is_training(activity: Activity) -> bool:
    return activity.family in ("run", "ride", "swim", "cross") and (activity.moving_s or 0.0) >= TRAINING_S


def recent_weeks(activities: Sequence[Activity], period: Period, count: int) -> tuple[WeekStats, ...]:
    """The `count` weeks that end with this period, oldest first."""
    firsts = [period.first - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    recent = [activity for activity in activities if activity.day >= firsts[0]]
    return tuple(week_stats(recent, first) for first in firsts)


def usual_distance(weeks: Sequence[WeekStats]) -> float | None:
    """The median running distance of the four weeks before the last one; unknown when none of them had a run."""
    before = [week.run_distance_m for week in weeks[-5:-1]]
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
