"""Aggregates: `sum`, `count`, `streak` ... over the activities or nights of a window.

Windows are local days that end on the last day of the judged period. What a rule cannot know does not count:
an activity whose `where` is unknown is left out, and a field that an activity lacks is left out of its sum or mean.
Only if no activity left knows the field is the result unknown; a sum or count over no activities at all is zero.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Literal, NamedTuple, cast

from coachd.language.compile import Context, Expression
from coachd.language.measure import Measured
from coachd.language.types import Raw, Type, number
from coachd.language.view import View
from coachd.language.vocabulary import Field
from coachd.model import Activity, Night
from coachd.units import DAY, LENGTH, PLAIN, TIME

SORTED_AFTER = 8
"""So many times an aggregate is worked out from its window; then its activities are sorted out once for all days.
A single judgement never comes so far, a replay of years soon does."""


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate:
    """One aggregate of a rule. `over` is a number of days, or the name of the parameter that holds them;
    `families` restricts the sport, None takes all; `before` moves the window back by so many days; with fewer than
    `need` values the result is unknown."""

    kind: str
    field: Field | None
    over: int | str
    before: int = 0
    families: frozenset[str] | None = None
    where: Expression | None = None
    of: Literal["activities", "nights"] = "activities"
    need: int = 0


class Window(NamedTuple):
    """The days an aggregate looks at: `days` of them, the last of which is `last`; `as_of` is the view's day."""

    as_of: date
    last: date
    days: int


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of aggregate works: what it takes, the type it gives, and its function of the window, the days
    and the values (None where it takes no field) that count, oldest first."""

    takes: Callable[[Field | None], str]
    gives: Callable[[Field | None], Type]
    compute: Callable[[Window, Sequence[date], Sequence[Raw]], Raw]


def compute(aggregate: Aggregate, view: View, context: Context) -> Measured:
    """The aggregate's value in `view`; `context` holds the parameters and the values before it."""
    days = window_days(aggregate.over, context)
    last = view.as_of - timedelta(days=aggregate.before)
    series = _sorted_out(aggregate, view, days, context)
    return series.over(aggregate, Window(view.as_of, last, days))


def window_days(over: int | str, context: Context) -> int:
    """The length of a window in days."""
    return over if isinstance(over, int) else round(cast("float", context[over]) / DAY)


class _Series:
    """What counts for an aggregate among `items`, by day: any window of it is a slice."""

    __slots__ = ("days", "ids", "met", "values")

    def __init__(self, aggregate: Aggregate, items: Sequence[Activity] | Sequence[Night], context: Context) -> None:
        met = known = _counted(aggregate, items, context)
        self.values: list[Raw] = []
        if (field := aggregate.field) is not None:
            values = [field.read(item) for item in met]
            self.values = [value for value in values if value is not None]
            known = [item for item, value in zip(met, values, strict=True) if value is not None]
        self.met = [item.day for item in met]
        self.days = self.met if known is met else [item.day for item in known]
        self.ids = (
            tuple([item.id for item in cast("Sequence[Activity]", known)]) if aggregate.of == "activities" else ()
        )

    def over(self, aggregate: Aggregate, window: Window) -> Measured:
        first = window.last - timedelta(days=window.days - 1)
        start, end = bisect_left(self.days, first), bisect_right(self.days, window.last)
        if end - start < aggregate.need or (start == end and self.has_met(first, window.last)):
            return Measured(None)
        value = KINDS[aggregate.kind].compute(window, self.days[start:end], self.values[start:end])
        return Measured(value, self.ids[start:end])

    def has_met(self, first: date, last: date) -> bool:
        return bisect_left(self.met, first) < bisect_right(self.met, last)


@dataclass(slots=True)
class _Asked:
    """How often an aggregate was asked of a history with the same values in its `where`."""

    given: tuple[Raw, ...] = ()
    times: int = 0
    whole: _Series | None = None


def _sorted_out(aggregate: Aggregate, view: View, days: int, context: Context) -> _Series:
    given = tuple(context[name] for name in aggregate.where.given) if aggregate.where is not None else ()
    asked: _Asked = view.shared.setdefault(aggregate, _Asked())
    if asked.given != given:
        asked.given, asked.times, asked.whole = given, 0, None
    asked.times += 1
    if asked.whole is None and asked.times > SORTED_AFTER:
        every = view.recorded if aggregate.of == "activities" else view.history.nights
        asked.whole = _Series(aggregate, every, context)
    if asked.whole is not None:
        return asked.whole
    look = view.window if aggregate.of == "activities" else view.nights
    return _Series(aggregate, look(days, aggregate.before), context)


def _counted(
    aggregate: Aggregate, items: Sequence[Activity] | Sequence[Night], context: Context
) -> Sequence[Activity | Night]:
    """The items of the aggregate's sports for which its `where` is true."""
    found: Sequence[Activity | Night] = items
    if (families := aggregate.families) is not None:
        found = [item for item in cast("Sequence[Activity]", found) if item.family in families]  # a night has no sport
    if (where := aggregate.where) is not None:
        found = [item for item in found if where.run(context, item) is True]
    return found


def _numbers(values: Sequence[Raw]) -> list[float]:
    return cast("list[float]", values)


def _statistic(choose: Callable[[list[float]], float]) -> Callable[[Window, Sequence[date], Sequence[Raw]], Raw]:
    return lambda _window, _at, values: choose(_numbers(values)) if values else None


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _days_since(window: Window, at: Sequence[date], _values: Sequence[Raw]) -> Raw:
    return (window.as_of - at[-1]).days * DAY if at else None


def _streak(window: Window, at: Sequence[date], _values: Sequence[Raw]) -> Raw:
    """The days in a row with an activity, counted backwards from the last day."""
    active = set(at)
    length = 0
    while length < window.days and window.last - timedelta(days=length) in active:
        length += 1
    return length * DAY


def _takes_number(field: Field | None) -> str:
    return "" if field is not None and field.type.kind == "number" else "a number recorded about activities or nights"


def _takes_amount(field: Field | None) -> str:
    """Paces, heart rates and shares cannot be added up."""
    fits = field is not None and field.type.kind == "number" and (
        field.type.dimension in {LENGTH, TIME} or (field.type.dimension == PLAIN and field.type.show in _COUNTED)
    )  # fmt: skip
    return "" if fits else "an amount: time, elapsed, distance, gain, load ..."


_COUNTED = {"count", "number"}


def _takes_any(field: Field | None) -> str:
    return "" if field is not None else "something recorded about activities or nights"


def _takes_items(field: Field | None) -> str:
    return "" if field is None else "activities or nights"


def _same(field: Field | None) -> Type:
    assert field is not None
    return field.type


def _average(field: Field | None) -> Type:
    """Half a stride is no count, but it is an average."""
    kind = _same(field)
    return replace(kind, show="number") if kind.show == "count" else kind


KINDS: Mapping[str, Kind] = {
    "sum": Kind(_takes_amount, _same, lambda _w, _at, values: sum(_numbers(values))),
    "weekly_mean": Kind(_takes_amount, _average, lambda window, _at, values: sum(_numbers(values)) * 7 / window.days),
    "max": Kind(_takes_number, _same, _statistic(max)),
    "min": Kind(_takes_number, _same, _statistic(min)),
    "mean": Kind(_takes_number, _average, _statistic(_mean)),
    "baseline": Kind(_takes_number, _average, _statistic(median)),
    "latest": Kind(_takes_any, _same, lambda _w, _at, values: values[-1] if values else None),
    "distinct": Kind(_takes_any, lambda _: number("count"), lambda _w, _at, values: float(len(set(values)))),
    "count": Kind(_takes_items, lambda _: number("count"), lambda _w, at, _values: float(len(at))),
    "days_since": Kind(_takes_items, lambda _: number("days"), _days_since),
    "streak": Kind(_takes_items, lambda _: number("days"), _streak),
}
"""The aggregates: `{sum: distance}`, `{count: activities}`, `{streak: activities}`, `{baseline: resting_hr}` ..."""
