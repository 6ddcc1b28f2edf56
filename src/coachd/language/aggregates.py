"""Aggregates: `sum`, `count`, `streak` ... over the activities of a window.

Windows are local days that end on the last day of the judged period. What a rule cannot know does not count:
an activity whose `where` is unknown is left out, and a field that an activity lacks is left out of its sum or mean.
Only if no activity left knows the field is the result unknown; a sum or count over no activities at all is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from coachd.language.compile import Context, Expression
from coachd.language.measure import Measured
from coachd.language.types import Raw, Type, number
from coachd.language.view import View
from coachd.language.vocabulary import Field
from coachd.model import Activity
from coachd.units import DAY, LENGTH, TIME


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate of a rule. `over` is a number of days, or the name of the parameter that holds them;
    `families` restricts the sport, None takes all; `before` moves the window back by so many days."""

    kind: str
    field: Field | None
    over: int | str
    before: int = 0
    families: frozenset[str] | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of aggregate works: what it takes, the type it gives, and its function."""

    takes: Callable[[Field | None], str]
    gives: Callable[[Field | None], Type]
    compute: Callable[[View, int, Sequence[Activity], Sequence[Raw]], Raw]


def compute(aggregate: Aggregate, view: View, context: Context) -> Measured:
    """The aggregate's value in `view`; `context` holds the parameters and the values before it."""
    days = window_days(aggregate, context)
    found = [activity for activity in view.window(days, aggregate.before) if _counts(aggregate, activity, context)]
    if aggregate.field is None:
        counted, values = found, cast("list[Raw]", [None] * len(found))
    else:
        pairs = [(activity, aggregate.field.read(activity)) for activity in found]
        if pairs and all(value is None for _, value in pairs):
            return Measured(None)
        counted = [activity for activity, value in pairs if value is not None]
        values = [value for _, value in pairs if value is not None]
    value = KINDS[aggregate.kind].compute(view, days, counted, values)
    return Measured(value, tuple(activity.id for activity in counted))


def window_days(aggregate: Aggregate, context: Context) -> int:
    """The length of the window in days."""
    if isinstance(aggregate.over, int):
        return aggregate.over
    return round(cast("float", context[aggregate.over]) / DAY)


def _counts(aggregate: Aggregate, activity: Activity, context: Context) -> bool:
    if aggregate.families is not None and activity.family not in aggregate.families:
        return False
    return aggregate.where is None or aggregate.where.run(context, activity) is True


def _numbers(values: Sequence[Raw]) -> list[float]:
    return cast("list[float]", list(values))


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., Raw]:
    return lambda _view, _days, _activities, values: choose(_numbers(values)) if values else None


def _mean(_view: View, _days: int, _activities: Sequence[Activity], values: Sequence[Raw]) -> Raw:
    return sum(_numbers(values)) / len(values) if values else None


def _days_since(view: View, _days: int, activities: Sequence[Activity], _values: Sequence[Raw]) -> Raw:
    return (view.as_of - activities[-1].day).days * DAY if activities else None


def _streak(view: View, days: int, activities: Sequence[Activity], _values: Sequence[Raw]) -> Raw:
    """The days in a row with an activity, counted backwards from the last day."""
    active = {activity.day for activity in activities}
    length = 0
    while length < days and view.as_of - timedelta(days=length) in active:
        length += 1
    return length * DAY


def _takes_number(field: Field | None) -> str:
    return "" if field is not None and field.type.kind == "number" else "a number recorded about activities"


def _takes_amount(field: Field | None) -> str:
    """Paces and heart rates cannot be added up."""
    fits = field is not None and field.type.dimension in {LENGTH, TIME}
    return "" if fits else "an amount: time, elapsed, distance or gain"


def _takes_any(field: Field | None) -> str:
    return "" if field is not None else "something recorded about activities"


def _takes_activities(field: Field | None) -> str:
    return "" if field is None else "activities"


def _same(field: Field | None) -> Type:
    assert field is not None
    return field.type


KINDS: Mapping[str, Kind] = {
    "sum": Kind(_takes_amount, _same, lambda _v, _d, _a, values: sum(_numbers(values))),
    "weekly_mean": Kind(_takes_amount, _same, lambda _v, days, _a, values: sum(_numbers(values)) * 7 / days),
    "max": Kind(_takes_number, _same, _extreme(max)),
    "min": Kind(_takes_number, _same, _extreme(min)),
    "mean": Kind(_takes_number, _same, _mean),
    "latest": Kind(_takes_any, _same, lambda _v, _d, _a, values: values[-1] if values else None),
    "distinct": Kind(_takes_any, lambda _: number("count"), lambda _v, _d, _a, values: float(len(set(values)))),
    "count": Kind(_takes_activities, lambda _: number("count"), lambda _v, _d, activities, _: float(len(activities))),
    "days_since": Kind(_takes_activities, lambda _: number("days"), _days_since),
    "streak": Kind(_takes_activities, lambda _: number("days"), _streak),
}
"""The aggregates: `{sum: distance}`, `{count: activities}`, `{streak: activities}` ..."""
