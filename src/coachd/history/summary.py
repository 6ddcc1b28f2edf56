"""The plain facts of a history as it was recorded, before cleaning: for checking coachd against other counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from coachd.history.week import week_of, week_stats
from coachd.model import Activity, Athlete, Shoe


def summarise(athlete: Athlete, activities: Sequence[Activity], shoes: Mapping[str, Shoe]) -> dict[str, Any]:
    """Counts and sums of these activities, by recorded sport and local day. Distances in metres, times in seconds."""
    runs = [activity for activity in activities if activity.family == "run"]
    days = sorted({run.day for run in runs})
    streak, streak_start = longest_streak(days)
    return {
        "activities": len(activities),
        "by_sport": dict(Counter(activity.sport for activity in activities).most_common()),
        "runs": len(runs),
        "run_distance_m": round(sum(run.distance_m or 0.0 for run in runs), 1),
        "run_moving_s": round(sum(run.moving_s or 0.0 for run in runs)),
        "run_days": len(days),
        "longest_run_streak": {"days": streak, "start": streak_start.isoformat() if streak_start else None},
        "longest_run_gap_days": max(((later - earlier).days for earlier, later in pairwise(days)), default=0),
        "shoes": _shoes(activities, shoes),
        "weeks": _weeks(athlete, activities),
    }


def longest_streak(days: Sequence[date]) -> tuple[int, date | None]:
    """The longest stretch of consecutive days among sorted distinct days, and its first day; (0, None) of none."""
    best, best_start = 0, None
    length, start = 0, None
    for index, day in enumerate(days):
        if index and day - days[index - 1] == timedelta(days=1):
            length += 1
        else:
            length, start = 1, day
        if length > best:
            best, best_start = length, start
    return best, best_start


def _shoes(activities: Sequence[Activity], shoes: Mapping[str, Shoe]) -> list[dict[str, Any]]:
    used: dict[str, list[float]] = {}
    worn: set[str] = set()  # an export names bikes in the same column
    for activity in activities:
        if activity.gear_id:
            used.setdefault(activity.gear_id, []).append(activity.distance_m or 0.0)
            if activity.family in ("run", "walk"):
                worn.add(activity.gear_id)
    rows = [
        {
            "id": gear,
            "name": shoes[gear].name if gear in shoes else gear.removeprefix("name:"),
            "activities": len(distances),
            "distance_m": round(sum(distances), 1),
            "retired": shoes[gear].retired if gear in shoes else None,
        }
        for gear, distances in used.items()
        if gear in worn or gear.startswith("g")
    ]
    return sorted(rows, key=lambda row: -row["distance_m"])


def _weeks(athlete: Athlete, activities: Sequence[Activity]) -> list[dict[str, Any]]:
    by_week: dict[date, list[Activity]] = {}
    for activity in activities:
        by_week.setdefault(week_of(activity.day, athlete.week_start).first, []).append(activity)
    rows = []
    for first, inside in sorted(by_week.items()):
        week = week_stats(inside, first)
        rows.append(
            {
                "start": first.isoformat(),
                "run_distance_m": round(week.run_distance_m, 1),
                "runs": week.runs,
                "strength_sessions": week.strength_sessions,
            }
        )
    return rows
