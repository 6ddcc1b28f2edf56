"""Round numbers passed and things done for the first time, as far as the history is known.

Sums and firsts are worked out once for all views of a history: a replay of ten years asks for them every week.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import accumulate

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number
from coachd.language.view import View
from coachd.measures.strength import is_strength
from coachd.model import Activity

YEAR_DAYS = 366
YEAR_MARKS = tuple(1000.0 * km for km in (100, 250, *range(500, 10_001, 500)))
CLIMB_MARKS = (1_000.0, 2_500.0, 5_000.0, 8_849.0, *(10_000.0 * step for step in range(1, 31)))
LIFE_MARKS = tuple(1000.0 * km for km in (10_000, 20_000, 30_000, 40_075, 50_000))
FIRST_DISTANCES = (10_000.0, 21_097.5, 30_000.0)
"""The distances whose first time is worth a word."""

KNOWN_DAYS = 180
"""Imported history often begins in the middle of a running life: its first months make no distance a first."""

SETTLED_DAYS = 28
STRIDES = 3
STRIDES_KNOWN = 0.6


@measure(number("distance"), lookback_days=YEAR_DAYS)
def year_distance(view: View) -> Measured:
    """Distance run since the first of January, in metres. Source: definition. Unknown where nobody ran this year."""
    return Measured(_Sums.of(view, "distance_m").between(_new_year(view), view.as_of))


@measure(number("climb"), lookback_days=YEAR_DAYS)
def year_climb(view: View) -> Measured:
    """Height gained in runs since the first of January, in metres. Source: definition.

    Unknown where no run of this year has one.
    """
    return Measured(_Sums.of(view, "gain_m").between(_new_year(view), view.as_of))


@measure(number("distance"), lookback_days=YEAR_DAYS)
def year_distance_mark(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """The highest mark of distance in a calendar year that was passed in the window, in metres; 0 where none was.

    Marks are 100 and 250 km, then every 500. Source: round numbers. Unknown where nobody ran this year.
    """
    return _passed(view, _Sums.of(view, "distance_m"), YEAR_MARKS, (_new_year(view), over, before))


@measure(number("climb"), lookback_days=YEAR_DAYS)
def year_climb_mark(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """The highest mark of height gained in a calendar year that was passed in the window, in metres; 0 where none was.

    Marks are 1,000, 2,500 and 5,000 m, the height of Everest, 8,849 m, then every 10,000: every 1,000 m would be praise
    for every month. Source: round numbers.

    Unknown where no run of this year has a height.
    """
    return _passed(view, _Sums.of(view, "gain_m"), CLIMB_MARKS, (_new_year(view), over, before))


@measure(number("distance"), lookback_days=YEAR_DAYS, lifelong=True)
def life_distance_mark(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """The highest mark of distance over all that is known that was passed in the window, in metres; 0 where none was.

    Marks are every 10,000 km, with once round the Earth, 40,075 km. Source: round numbers.

    Unknown before the first run.
    """
    return _passed(view, _Sums.of(view, "distance_m"), LIFE_MARKS, (date.min, over, before))


@measure(number("distance"), lookback_days=YEAR_DAYS, lifelong=True)
def first_distance(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """The highest of 10 km, half marathon and 30 km that a run of the window was the first to reach, in metres; 0 where
    none was. Source: coaching convention.

    Unknown while the history before the window is shorter than 180 days.
    """
    first, _ = _window(view, over, before)
    if not _knows(view, first, KNOWN_DAYS):
        return Measured(None)
    earlier = _Records.of(view).before(first)
    longest = max(view.runs(over, before), key=lambda run: run.distance_m or 0.0, default=None)
    reached = [mark for mark in FIRST_DISTANCES if longest and earlier < mark <= (longest.distance_m or 0.0)]
    return Measured(max(reached, default=0.0), (longest.id,) if longest and reached else ())


@measure(YES_NO, lookback_days=YEAR_DAYS, lifelong=True)
def first_trail_run(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Whether the first trail run known lies in the window. Source: definition.

    Unknown while the history before the window is shorter than 28 days.
    """
    return _first(view, "trail", lambda activity: activity.family == "run" and activity.trail, over, before)


@measure(YES_NO, lookback_days=YEAR_DAYS, lifelong=True)
def first_strength(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Whether the first strength session known lies in the window. Source: definition; see `strength_sessions`.

    Unknown while the history before the window is shorter than 28 days.
    """
    return _first(view, "strength", is_strength, over, before)


@measure(YES_NO, lookback_days=YEAR_DAYS, lifelong=True)
def first_strides(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Whether the first run known with at least three strides, found or tagged #strides, lies in the window. It asks
    for no streams of its own. Source: definition.

    Unknown while the history before the window is shorter than 28 days, and unless for 60 % of the runs of the 180 days
    before the window somebody could look for strides: where nobody could, nothing is a first.
    """
    runs = view.runs(KNOWN_DAYS, before + over)
    if not runs or sum(run.strides is not None for run in runs) < STRIDES_KNOWN * len(runs):
        return Measured(None)
    return _first(view, "strides", _has_strides, over, before)


def _has_strides(activity: Activity) -> bool:
    return "strides" in activity.tags or (activity.strides or 0) >= STRIDES


class _Sums:
    """Sums of one field over runs, for any stretch of days."""

    def __init__(self, runs: Sequence[tuple[date, float]]) -> None:
        self._days = [day for day, _ in runs]
        self._sums = [0.0, *accumulate(value for _, value in runs)]

    @classmethod
    def of(cls, view: View, field: str) -> _Sums:
        key = ("sums of runs", field)
        if key not in view.shared:
            runs = [(run.day, getattr(run, field)) for run in view.recorded if run.family == "run"]
            view.shared[key] = cls([(day, value) for day, value in runs if value is not None])
        found: _Sums = view.shared[key]
        return found

    def between(self, first: date, last: date) -> float | None:
        """The sum of the days from `first` to `last`; None where no run has a value."""
        start, end = bisect_left(self._days, first), bisect_right(self._days, last)
        return self._sums[end] - self._sums[start] if end > start else None


class _Records:
    """The longest distance run before any day."""

    def __init__(self, runs: Sequence[Activity]) -> None:
        self._days = [run.day for run in runs]
        self._longest = [0.0, *accumulate((run.distance_m or 0.0 for run in runs), max)]

    @classmethod
    def of(cls, view: View) -> _Records:
        if "records of distance" not in view.shared:
            view.shared["records of distance"] = cls([run for run in view.recorded if run.family == "run"])
        found: _Records = view.shared["records of distance"]
        return found

    def before(self, day: date) -> float:
        return self._longest[bisect_left(self._days, day)]


def _passed(view: View, sums: _Sums, marks: Sequence[float], since_and_window: tuple[date, int, int]) -> Measured:
    """The highest mark between the sum since a day until the window, and until its end."""
    since, over, before = since_and_window
    first, last = _window(view, over, before)
    total = sums.between(since, last)
    if total is None:
        return Measured(None)
    earlier = sums.between(since, first - timedelta(days=1)) or 0.0
    reached = [mark for mark in marks if earlier < mark <= total]
    return Measured(max(reached, default=0.0), tuple(run.id for run in view.runs(over, before)) if reached else ())


def _first(view: View, thing: str, is_it: Callable[[Activity], bool], over: int, before: int) -> Measured:
    """Whether the first activity that is such a thing lies in the window."""
    first, last = _window(view, over, before)
    if not _knows(view, first, SETTLED_DAYS):
        return Measured(None)
    key = ("first", thing)
    if key not in view.shared:
        view.shared[key] = next((activity for activity in view.recorded if is_it(activity)), None)
    found: Activity | None = view.shared[key]
    is_now = found is not None and first <= found.day <= last
    return Measured(is_now, (found.id,) if found is not None and is_now else ())


def _window(view: View, over: int, before: int) -> tuple[date, date]:
    last = view.as_of - timedelta(days=before)
    return last - timedelta(days=over - 1), last


def _knows(view: View, day: date, days: int) -> bool:
    """Whether the history reaches that many days back before a day."""
    return view.first_day is not None and (day - view.first_day).days >= days


def _new_year(view: View) -> date:
    return date(view.as_of.year, 1, 1)
