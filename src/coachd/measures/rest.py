"""Days without training, and the weekdays they fall on."""

from __future__ import annotations

from datetime import date, timedelta

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.measures.strength import WEEKDAY_NAMES, is_mobility
from coachd.model import WEEKDAYS, Activity

TRAINING = frozenset({"run", "ride", "swim", "cross"})
_SHORTEST = {"shortest": number("duration")}


def _trains(activity: Activity, shortest: float) -> bool:
    long_enough = activity.moving_s is not None and activity.moving_s >= shortest
    return activity.family in TRAINING and long_enough and not activity.commute


def _days(view: View, over: int, before: int) -> list[date]:
    last = view.as_of - timedelta(days=before)
    return [last - timedelta(days=back) for back in range(over)]


@measure(number("count"), takes=_SHORTEST)
def rest_days(view: View, *, over: int = 28, before: int = 0, shortest: float = 1_200.0) -> Measured:
    """Number of local days of the window without training: no run and no cross-training of `shortest` or more. Walks,
    mobility, strength and commutes leave a rest day. Source: coaching convention. Never unknown.
    """
    training = [activity for activity in view.window(over, before) if _trains(activity, shortest)]
    return Measured(float(over - len({activity.day for activity in training})), tuple(a.id for a in training))


@measure(text())
def quietest_weekday(view: View, *, over: int = 56, before: int = 0) -> Measured:
    """The weekday with the least running and cross-training time in the window, as `Friday`; of equals the one after
    the weekday with the most. Source: definition. Unknown where nothing was trained.
    """
    minutes = dict.fromkeys(range(7), 0.0)
    seen = [activity for activity in view.window(over, before) if activity.family in TRAINING]
    for activity in seen:
        minutes[activity.day.weekday()] += activity.moving_s or 0.0
    if not any(minutes.values()):
        return Measured(None)
    busiest = max(minutes, key=lambda day: minutes[day])
    quietest = min(minutes, key=lambda day: (minutes[day], (day - busiest) % 7))
    return Measured(WEEKDAY_NAMES[quietest], tuple(activity.id for activity in seen))


@measure(text())
def planned_rest_days(view: View) -> Measured:
    """The weekdays that the athlete named as rest days, as `Monday and Friday`. Source: the athlete's own word.

    Unknown where none was named.
    """
    names = [WEEKDAY_NAMES[WEEKDAYS.index(day)] for day in view.athlete.rest_days]
    return Measured(" and ".join(names) or None)


@measure(number("count"), takes=_SHORTEST)
def planned_rest_kept(view: View, *, over: int = 28, before: int = 0, shortest: float = 1_200.0) -> Measured:
    """How many of the planned rest days of the window had no training (see `rest_days`). Source: definition.

    Unknown without any.
    """
    planned = _planned(view, over, before)
    if not planned:
        return Measured(None)
    trained = {activity.day: activity.id for activity in view.window(over, before) if _trains(activity, shortest)}
    return Measured(float(sum(day not in trained for day in planned)), tuple(trained.values()))


@measure(number("count"))
def planned_rest_number(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """How many days of the window the athlete named as rest days. Source: definition. Unknown where none is named."""
    planned = _planned(view, over, before)
    return Measured(float(len(planned)) if planned else None)


def _planned(view: View, over: int, before: int) -> list[date]:
    return [day for day in _days(view, over, before) if WEEKDAYS[day.weekday()] in view.athlete.rest_days]


@measure(number("count"))
def mobility_days(view: View, *, over: int = 14, before: int = 0) -> Measured:
    """Number of days of the window with mobility work: yoga, Pilates, physiotherapy, an activity named so or tagged
    #mobility. Source: definition. Never unknown; whether it is logged at all is `logs_mobility`.
    """
    done = [activity for activity in view.window(over, before) if is_mobility(activity)]
    return Measured(float(len({activity.day for activity in done})), tuple(activity.id for activity in done))
