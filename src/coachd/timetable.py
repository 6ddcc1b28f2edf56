"""When a weekly digest is due, and when an athlete sleeps. Pure: the athlete's wish, what was done so far and the
instant decide.

The wish is a wall-clock time in the athlete's own zone, worked out anew each time, so that a change of clocks, of zone
or of mind needs no repair. Weeks are dealt with in their order, and how far that has come is one day: weeks up to it
were sent, left out for having nothing to say, or missed. What a clock that ran ahead made of it is mended (`mended`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from coachd.clock import local_instant
from coachd.history.week import closed_week, week_of
from coachd.model import WEEKDAYS, Activity, Athlete, Period

CATCH_UP = timedelta(hours=36)
"""A digest that could not go out on time (the machine was off) still does for this long."""

LATEST_WAIT = time(12, 0)
"""Until then a digest waits, on the day that the athlete wants it, for data that is still on its way."""

MOST_PASSED_OVER = 52
"""Of what a machine missed that was off for longer, or began with a clock of 1970, no more is told."""

HABIT_WEEKS = 4
"""So many weeks are looked at for whether somebody usually runs on a weekday: in all of them but one is usual."""


MORNING, NIGHT = time(8), time(21)
"""What nobody asked for at its time is sent between the two only."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now about one athlete's digest: `send` it, note it as `missed`, or `wait` for `next_due`.

    `passed_over` are the weeks before `period` that nobody dealt with, oldest first: the machine was off, or the wish
    was moved past their time.
    """

    action: Literal["send", "missed", "wait"]
    period: Period | None
    next_due: datetime
    passed_over: tuple[Period, ...] = ()


def decide(athlete: Athlete, since: datetime, last_day: date | None, now: datetime, *, hold: bool = False) -> Decision:
    """Given since when this schedule is kept and the last day that was dealt with, what to do at `now`.

    `hold`: data is still on its way, which a digest waits for until noon of its day.
    """
    wish = _wish_before(athlete, now)
    later = _wish_after(athlete, now)
    period = closed_week(wish, athlete)
    done = last_day is not None and period.last <= last_day
    if wish < since or done:
        return Decision("wait", None, later)
    noon = local_instant(wish.astimezone(athlete.tz).date(), LATEST_WAIT, athlete.tz)
    if hold and now < noon:
        return Decision("wait", None, noon)
    passed_over = _between(athlete, since, last_day, period)
    return Decision("send" if now - wish <= CATCH_UP else "missed", period, later, passed_over)


def mended(athlete: Athlete, since: datetime, last_day: date | None, now: datetime) -> tuple[datetime, date | None]:
    """The same `since` and `last_day`, unless they were written while the clock ran ahead: held to, they would silence
    weeks that are still to come.

    A day that is not over yet cannot have been dealt with. The week that is due now is then looked at again, and what
    was really sent of it keeps it from being sent twice.
    """
    if last_day is None:
        return min(since, now), None
    if last_day < now.astimezone(athlete.tz).date():
        return since, last_day
    return min(since, now), closed_week(_wish_before(athlete, now), athlete).first - timedelta(days=1)


def awaited(
    athlete: Athlete, period: Period, synced: Iterable[datetime | None], recorded: Iterable[Activity], now: datetime
) -> bool:
    """Whether data about `period` is still to be expected, for which its digest should wait a little.

    That is so when a source was not looked at since the week ended (`synced` is the last good look at each source
    that may come back by itself or is fine), or when the runner usually runs on the week's last day, no run of that
    day has come, and the week ended the night before. A later activity shows that nothing is missing. Without a
    source nothing is awaited.
    """
    looks = list(synced)
    if not looks or _is_off(athlete, period.last):
        return False
    ended = local_instant(period.last + timedelta(days=1), time(0), athlete.tz)
    if any(look is None or look < ended for look in looks):
        return True
    today = now.astimezone(athlete.tz).date()
    return today == period.last + timedelta(days=1) and _lacks_usual_run(period, recorded)


def awake_from(athlete: Athlete, now: datetime) -> datetime:
    """The first instant, now or later, at which a message may be sent that was not asked for at its time."""
    day = now.astimezone(athlete.tz).date()
    for later in range(3):  # a zone may leave out a day
        opens = max(now, local_instant(day + timedelta(days=later), MORNING, athlete.tz))
        if opens < local_instant(day + timedelta(days=later), NIGHT, athlete.tz):
            return opens
    return now


def _is_off(athlete: Athlete, day: date) -> bool:
    """Whether the athlete declared a mode for that day in which nobody expects a run."""
    return any(
        mode.name in ("ill", "injured", "holiday") and mode.first <= day and (mode.last is None or day <= mode.last)
        for mode in athlete.modes
    )


def _lacks_usual_run(period: Period, recorded: Iterable[Activity]) -> bool:
    known = list(recorded)
    run_days = {activity.day for activity in known if activity.family == "run"}
    if period.last in run_days or any(activity.day > period.last for activity in known):
        return False
    before = [period.last - timedelta(weeks=week) for week in range(1, HABIT_WEEKS + 1)]
    return sum(day in run_days for day in before) >= HABIT_WEEKS - 1


def _between(athlete: Athlete, since: datetime, last_day: date | None, period: Period) -> tuple[Period, ...]:
    """The weeks before `period` that were due since `since` and lie wholly after `last_day`."""
    not_owed = closed_week(_wish_before(athlete, since - timedelta(seconds=1)), athlete).last
    done = not_owed if last_day is None else max(last_day, not_owed)
    found: list[Period] = []
    week = week_of(period.first - timedelta(days=1), athlete.week_start)
    while week.first > done and len(found) < MOST_PASSED_OVER:
        found.append(week)
        week = week_of(week.first - timedelta(days=1), athlete.week_start)
    return tuple(reversed(found))


def _wish_before(athlete: Athlete, now: datetime) -> datetime:
    """The latest instant not after `now` at which the athlete wanted a digest."""
    day = _digest_day(athlete, now.astimezone(athlete.tz).date() + timedelta(days=1))
    wish = local_instant(day, athlete.digest_time, athlete.tz)
    while wish > now:
        day -= timedelta(weeks=1)
        wish = local_instant(day, athlete.digest_time, athlete.tz)
    return wish


def _wish_after(athlete: Athlete, now: datetime) -> datetime:
    """The first instant after `now` at which the athlete wants a digest."""
    day = _digest_day(athlete, now.astimezone(athlete.tz).date())
    wish = local_instant(day, athlete.digest_time, athlete.tz)
    while wish <= now:
        day += timedelta(weeks=1)
        wish = local_instant(day, athlete.digest_time, athlete.tz)
    return wish


def _digest_day(athlete: Athlete, day: date) -> date:
    """The last digest day that is not after `day`."""
    return day - timedelta(days=(day.weekday() - WEEKDAYS.index(athlete.digest_day)) % 7)
