"""The next seven days: races to come, the rest days the athlete named, a long run that fits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from coachd.digest.long_run import fitting
from coachd.history.week import is_training
from coachd.language.view import View
from coachd.model import WEEKDAYS, Ahead, Period, Race, RaceAhead
from coachd.model.athlete import Priority

WEEK = timedelta(days=7)
COUNTDOWN_DAYS: dict[Priority, int] = {"A": 16 * 7, "B": 16 * 7, "C": 14}
"""How long before a race its countdown begins; one that is run through is no goal."""

ADVISES = frozenset({"load", "race", "return", "health"})
"""Families whose nudges say something of the next long run themselves."""


def ahead(
    view: View, period: Period, told_on: date, families: Collection[str] = (), unseen_from: date | None = None
) -> Ahead:
    """What lies ahead on the day of the mail, and which named rest days of the closed `period` were kept.

    `families` are those of the nudges in the mail: where one of them speaks of the next days, no long run is named.
    Of days from `unseen_from` on nobody knows whether they were rest days.

    A rest day was kept without a run or cross-training of 20 minutes; commutes leave it one, as in `rest_days`. A day
    of a planned race, or of a time declared to be unlike others, says nothing about rest days.
    """
    races = view.history.races
    raced = any(told_on <= race.day < told_on + WEEK for race in _planned(races))
    long_run = None if raced or ADVISES & set(families) else fitting(view, told_on)
    trained = {each.day for each in view.window(7) if is_training(each) and not each.commute}
    seen_until = unseen_from or date.max
    closed = [day for day in _rest_days(view, period.first) if view.mode(day) is None and day < seen_until]
    return Ahead(
        first=told_on,
        races=tuple(_countdown(races, told_on)),
        rest_days=tuple(_rest_days(view, told_on)),
        rest_days_kept=tuple(day for day in closed if day not in trained),
        rest_days_missed=tuple(day for day in closed if day in trained),
        long_run_m=None if long_run is None else long_run.range_m,
        lighter=long_run is not None and long_run.lighter,
    )


def _planned(races: Iterable[Race]) -> Iterable[Race]:
    return (race for race in races if race.priority is not None)


def _countdown(races: Iterable[Race], told_on: date) -> Iterable[RaceAhead]:
    for race in sorted(_planned(races), key=lambda race: race.day):
        days = (race.day - told_on).days
        if race.priority is not None and 0 <= days <= COUNTDOWN_DAYS[race.priority]:
            yield RaceAhead(race.name, race.day, days, race.distance_m, race.priority)


def _rest_days(view: View, first: date) -> list[date]:
    """The rest days among the seven days from `first` that the athlete named."""
    raced = {race.day for race in _planned(view.history.races)}
    week = (first + timedelta(days=number) for number in range(7))
    return [day for day in week if WEEKDAYS[day.weekday()] in view.athlete.rest_days and day not in raced]
