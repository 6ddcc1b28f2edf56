"""What a rule is asked about in a closed period: the week itself, its days, its activities, the shoes, the races.

What arrived after the week before was judged comes to its turn now, as of its own time: runs, and races that are worth
a word of praise. Advice about such a race would come too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from coachd.language.evaluate import eligible
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Activity, Period, Race, Shoe, record

RACES_BACK_DAYS = 90
RACES_AHEAD_DAYS = 366


@record
class Subject:
    """One thing a rule is asked about, with the history as of the moment at which it is asked.

    `name` is what findings call it: the id of an activity or shoe, an ISO day, the key of a race, nothing for a week.
    `memory` is the name under which the rule remembers: activities and days come and go, so these share one memory.
    """

    name: str
    memory: str
    view: View
    item: Activity | Shoe | Race | None = None


class Closed:
    """A closed period as seen on its last evening, `view`, and on the evening of each of its days, `on(day)`.

    Every rule gets the same view of a day, so that what one has worked out need not be worked out for the next.
    """

    def __init__(self, view: View, period: Period, told_on: date | None = None) -> None:
        self.view = view
        self.period = period
        self.told_on = told_on or period.last + timedelta(days=1)
        self._days: dict[date, View] = {view.as_of: view}
        self.week = Subject("", "", view)

    def on(self, day: date) -> View:
        if day not in self._days:
            self._days[day] = self.view.at(day, self.view.now)
        return self._days[day]

    @property
    def days(self) -> list[date]:
        return [self.period.first + timedelta(days=number) for number in range(self.length)]

    @property
    def eve(self) -> date:
        """The last day of the period before."""
        return self.period.first - timedelta(days=1)

    @property
    def length(self) -> int:
        return (self.period.last - self.period.first).days + 1


def subjects(rule: Rule, closed: Closed) -> Iterator[Subject]:
    """Everything `rule` is asked about, oldest first. An activity counts when the rule's `where` is true for it."""
    view = closed.view
    match rule.each:
        case "week":
            yield closed.week
        case "day":
            yield from (Subject(day.isoformat(), "", closed.on(day)) for day in closed.days)
        case "activity":
            for activity in (*_late(closed), *view.window(closed.length)):
                seen = closed.on(activity.day)
                if eligible(rule, seen, activity) is True:
                    yield Subject(str(activity.id), "", seen, activity)
        case "shoe":
            yield from (Subject(shoe.id, shoe.id, view, shoe) for shoe in view.shoes)
        case "race":
            for race in _races(view):
                late = rule.kind == "praise" and race.activity in view.history.late
                yield Subject(race.key, race.key, closed.on(closed.eve) if late else view, race)


def _late(closed: Closed) -> list[Activity]:
    late = closed.view.history.late
    return [each for each in closed.view.window(closed.length, closed.length) if each.id in late] if late else []


def _races(view: View) -> Iterator[Race]:
    """The races around the view's day, as they were known on it: what is to come was planned and has no result."""
    first, last = view.as_of - timedelta(days=RACES_BACK_DAYS), view.as_of + timedelta(days=RACES_AHEAD_DAYS)
    for race in view.history.races:
        if first <= race.day <= view.as_of:
            yield race
        elif view.as_of < race.day <= last and race.priority is not None:
            yield race if race.activity is None else replace(race, activity=None, time_s=None, vdot=None, fun=False)
