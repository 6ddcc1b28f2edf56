"""A week as a mail shows it: in one line, day by day, and as the last of twelve bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile

from coachd.compose.words import count, date_name, day_name, short_volume, volume, weekday
from coachd.model import Athlete, DayStats, Digest, LongestRun
from coachd.units import distance, duration

WEEKS_SHOWN = 12
_TRAINING = {"cross": "cross-training", "other": "other training"}


def headline(digest: Digest) -> str:
    """`47.0 km, 4 runs`: the subject's words, and the mail's first line."""
    week, athlete = digest.week, digest.athlete
    if week.runs == 0:
        sessions = week.strength_sessions
        runs = "no runs" if digest.unseen_from is None else "no runs seen"
        return runs + (f", {count(sessions, 'strength session')}" if sessions else "")
    return f"{volume(week.run_distance_m, week.run_moving_s, athlete)}, {count(week.runs, 'run')}"


def facts(digest: Digest) -> list[str]:
    """What else there is to say of the week: the other way to count it, strength, rest days. Last comes the usual week,
    so that nothing else is taken for a part of it."""
    week, athlete = digest.week, digest.athlete
    said = []
    if week.run_moving_s and week.run_distance_m:
        counts_time = athlete.volume_unit == "time"
        said.append(distance(week.run_distance_m, athlete.units) if counts_time else duration(week.run_moving_s))
    if week.strength_sessions and week.runs:
        said.append(count(week.strength_sessions, "strength session"))
    elif not week.strength_sessions and any(one.strength_sessions for one in digest.weeks):
        said.append("no strength session")  # who never logs any is not told so each week
    if digest.unseen_from is None:  # a day that nobody saw is no rest day
        said.append(count(week.rest_days, "rest day") if week.rest_days else "no rest day")
    if usual := _usual(digest):
        said.append(f"usual week {usual}")
    return said


def unseen(digest: Digest) -> str:
    """That some of the week is missing, as a sentence; empty where all of it was seen."""
    if digest.unseen_from is None:
        return ""
    return f"Nothing could be read from {day_name(digest.unseen_from)} on: what came later is missing here."


def _usual(digest: Digest) -> str:
    """The usual week as its runner counts it; empty where it is unknown."""
    if digest.athlete.volume_unit == "time":
        return "" if digest.usual_time_s is None else duration(digest.usual_time_s)
    return "" if digest.usual_distance_m is None else distance(digest.usual_distance_m, digest.athlete.units)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip. `run` is a distance without its unit or a time, empty on a day without a run; `others` are
    the other things trained."""

    weekday: str
    run: str
    others: tuple[str, ...]
    seen: bool = True

    @property
    def cell(self) -> str:
        """The day in as few letters as a narrow column has room for."""
        more = "+" if self.others else ""
        return f"{self.run}{more}" or ("rest" if self.seen else "?")


def strip(digest: Digest) -> list[Day]:
    """The week day by day."""
    athlete, unseen_from = digest.athlete, digest.unseen_from or date.max
    return [
        Day(
            weekday(day.day),
            _run(day, athlete) if "run" in day.families else "",
            tuple(_TRAINING.get(family, family) for family in day.families if family != "run"),
            seen=day.day < unseen_from,
        )
        for day in digest.days
    ]


def _run(day: DayStats, athlete: Athlete) -> str:
    known = day.run_distance_m or day.run_moving_s
    return short_volume(day.run_distance_m, day.run_moving_s, athlete) if known else "run"


def besides(days: Sequence[Day]) -> str:
    """What was trained besides running, and when: `strength on Tue, Fri; cross-training on Wed`."""
    weekdays: dict[str, list[str]] = {}
    for day in days:
        for training in day.others:
            weekdays.setdefault(training, []).append(day.weekday)
    return "; ".join(f"{training} on {', '.join(on)}" for training, on in weekdays.items())


def longest(run: LongestRun, athlete: Athlete) -> str:
    """The week's longest run against those of the month before it, as a sentence."""
    far, before = (distance(metres, athlete.units) for metres in (run.distance_m, run.before_m))
    more = f"{run.ratio - 1:.0%} further than the {before} of the 30 days before"
    return f"Longest run: {far} on {weekday(run.day)}, {more}."


@dataclass(frozen=True, slots=True)
class Bar:
    """One week as a bar: `percent` of the longest one."""

    label: str
    value: str
    percent: int
    current: bool


def bars(digest: Digest) -> list[Bar]:
    """The last twelve weeks, oldest first, from the first one on in which there was a run."""
    athlete = digest.athlete
    recent = sorted(digest.weeks, key=lambda week: week.first)[-WEEKS_SHOWN:]
    weeks = list(dropwhile(lambda week: week.runs == 0, recent))
    in_time = athlete.volume_unit == "time"
    amounts = [week.run_moving_s if in_time else week.run_distance_m for week in weeks]
    longest = max(amounts, default=0.0)
    return [
        Bar(
            label=date_name(week.first),
            value=volume(week.run_distance_m, week.run_moving_s, athlete),
            # a short week still shows a sliver: only a week without running is empty
            percent=max(2, round(100 * amount / longest)) if amount > 0 else 0,
            current=week.first == digest.week.first,
        )
        for week, amount in zip(weeks, amounts, strict=True)
    ]
