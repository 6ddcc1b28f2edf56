"""A history as of one moment: what rules and measures look at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from coachd.language.modes import tagged
from coachd.model import Activity, History, Mode, Night, Phase, Race, Shoe, changed
from coachd.model.activity import OWN, RECORDED_TWICE

VDOT_DAYS = 120
"""How long a VDOT says something about the form of the day (the best of the last 120 days)."""

_T = TypeVar("_T")


class _Worn(NamedTuple):
    """The days on which a shoe or bike was used, in order, and the metres before the first and up to each of them."""

    days: list[date]
    metres: list[float]


class _Sorted:
    """The lists that all slices of one history share."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.activities = tuple(sorted(history.activities, key=attrgetter("day")))
        self.days = [activity.day for activity in self.activities]
        self.first_day = min((activity.day for activity in history.earlier), default=next(iter(self.days), None))
        self.runs = [activity for activity in self.activities if activity.family == "run"]
        self.run_days = [run.day for run in self.runs]
        self.night_days = [night.day for night in history.nights]
        self.phase_days = [day for day, _ in history.phases]

    @cached_property
    def last_day(self) -> date:
        """The last day on which anything was recorded, also what rules must not see."""
        return max((activity.day for activity in (*self.activities[-1:], *self.history.excluded)), default=date.min)

    @cached_property
    def modes(self) -> tuple[Mode, ...]:
        athlete = self.history.athlete
        return (*tagged(self.activities, athlete.week_start), *athlete.modes)

    @cached_property
    def gear_days(self) -> dict[str, list[date]]:
        found: dict[str, list[date]] = {}
        for activity, day in zip(self.activities, self.days, strict=True):
            if activity.gear_id is not None:
                found.setdefault(activity.gear_id, []).append(day)
        return found

    @cached_property
    def worn(self) -> dict[str, _Worn]:
        """Id of a shoe -> its use. An odometer also counts what rules must not see; that of a pair of the athlete's own
        ledger only once what was recorded twice."""
        found: dict[str, _Worn] = {}
        every = sorted((*self.activities, *self.history.excluded), key=attrgetter("day"))
        for shoe in self.history.shoes:
            mine = [activity for activity in every if activity.gear_id == shoe.id]
            if shoe.source == OWN:
                mine = [activity for activity in mine if activity.excluded != RECORDED_TWICE]
            if mine:
                metres = accumulate([activity.distance_m or 0.0 for activity in mine], initial=0.0)
                found[shoe.id] = _Worn([activity.day for activity in mine], list(metres))
        return found


class View:
    """A history up to the end of the day `as_of`, seen at the instant `now`.

    `activities` are those that may be seen, by local day; nothing after `as_of` exists here except planned races.
    Slices of one history (`at`) share its sorted lists and `shared`, where whoever reads a view may keep what holds
    for every day: a replay makes thousands of slices.
    """

    def __init__(self, history: History, as_of: date, now: datetime, *, whole: View | None = None) -> None:
        self.history = history
        self.athlete = history.athlete
        self.as_of = as_of
        self.now = now
        self._sorted: _Sorted = _Sorted(history) if whole is None else whole._sorted  # noqa: SLF001
        self.shared: dict[Any, Any] = {} if whole is None else whole.shared
        self._end = bisect_right(self._sorted.days, as_of)
        self._known: dict[Hashable, Any] = {}
        self._activities: tuple[Activity, ...] | None = None

    def at(self, as_of: date, now: datetime | None = None) -> View:
        """The same history as of another day, without sorting it again."""
        return self if as_of == self.as_of and now is None else View(self.history, as_of, now or self.now, whole=self)

    @property
    def read_on(self) -> date:
        """The athlete's local day of `now`, on which what is said of this view is read."""
        return self.now.astimezone(self.athlete.tz).date()

    @property
    def activities(self) -> tuple[Activity, ...]:
        """Everything up to the end of the day."""
        if self._activities is None:
            self._activities = self._sorted.activities[: self._end]
        return self._activities

    @property
    def recorded(self) -> tuple[Activity, ...]:
        """Everything there is, by day, also after the end of the day: for what is sorted once for all slices."""
        return self._sorted.activities

    def once(self, key: Hashable, work_out: Callable[[], _T]) -> _T:
        """What `work_out` gives, worked out once for this view: rules share measures, and measures share steps."""
        if key not in self._known:
            self._known[key] = work_out()
        found: _T = self._known[key]
        return found

    def window(self, days: int, before: int = 0) -> Sequence[Activity]:
        """The activities of `days` local days, of which the last lies `before` days before `as_of`."""
        last = self.as_of - timedelta(days=before)
        first = last - timedelta(days=days - 1)
        at = self._sorted.days
        return self._sorted.activities[bisect_left(at, first) : bisect_right(at, last)]

    def runs(self, days: int, before: int = 0) -> list[Activity]:
        """The runs of a window."""
        last = self.as_of - timedelta(days=before)
        first = last - timedelta(days=days - 1)
        at = self._sorted.run_days
        return self._sorted.runs[bisect_left(at, first) : bisect_right(at, last)]

    def last_use(self, gear_id: str) -> date | None:
        """The last day on which a shoe or bike was used, as far as activities tell."""
        days = self._sorted.gear_days.get(gear_id, [])
        index = bisect_right(days, self.as_of)
        return days[index - 1] if index else None

    @property
    def shoes(self) -> tuple[Shoe, ...]:
        """The shoes as they stood at the end of the day: each odometer less what was run in the pair later."""
        if self._sorted.last_day <= self.as_of:
            return self.history.shoes
        return self.once("shoes", lambda: tuple(shoe for shoe in map(self._then, self.history.shoes) if shoe))

    def _then(self, shoe: Shoe) -> Shoe | None:
        """The shoe at the end of the day; None for one that is known from its use only and was not used yet."""
        worn = self._sorted.worn.get(shoe.id)
        if worn is None or worn.days[-1] <= self.as_of:
            return shoe
        used = bisect_right(worn.days, self.as_of)
        if not used and shoe.source == "files":
            return None
        later = worn.metres[-1] - worn.metres[used]
        distance = None if shoe.distance_m is None else shoe.distance_m - later
        return changed(shoe, distance_m=distance, last_used=worn.days[used - 1] if used else None)

    def nights(self, days: int, before: int = 0) -> Sequence[Night]:
        """The nights whose morning lies in a window."""
        last = self.as_of - timedelta(days=before)
        first = last - timedelta(days=days - 1)
        at = self._sorted.night_days
        return self.history.nights[bisect_left(at, first) : bisect_right(at, last)]

    @property
    def first_day(self) -> date | None:
        """The day of the first activity known; None before it."""
        first = self._sorted.first_day
        return first if first is not None and first <= self.as_of else None

    def races_run(self, days: int, before: int = 0) -> list[Race]:
        """The races that were run within a window, by day."""
        last = self.as_of - timedelta(days=before)
        first = last - timedelta(days=days - 1)
        return [race for race in self.history.races if race.activity is not None and first <= race.day <= last]

    def races_ahead(self, days: int, priorities: tuple[str, ...] = ("A", "B", "C")) -> list[Race]:
        """The planned races of the next `days` days after `as_of`, by day."""
        last = self.as_of + timedelta(days=days)
        return [race for race in self.history.races if race.priority in priorities and self.as_of < race.day <= last]

    def phase(self, day: date | None = None) -> Phase:
        """The phase on a day up to `as_of`, as it was known on that day."""
        index = bisect_right(self._sorted.phase_days, day or self.as_of)
        return self.history.phases[index - 1][1] if index else "steady"

    def phase_since(self) -> date | None:
        """The day on which the phase in force began; None where it has been so all along."""
        phases = self.history.phases
        index = bisect_right(self._sorted.phase_days, self.as_of)
        while index > 1 and phases[index - 2][1] == phases[index - 1][1]:
            index -= 1
        return phases[index - 1][0] if index else None

    def mode(self, day: date | None = None) -> Mode | None:
        """The mode of a day, declared or tagged (see `language.modes`); the one begun last where several are."""
        on = day or self.as_of
        modes = self._sorted.modes
        if not modes:
            return None
        found = [mode for mode in modes if mode.first <= on and (mode.last is None or on <= mode.last)]
        return max(found, key=lambda mode: mode.first, default=None)

    def vdot(self) -> tuple[float, int] | None:
        """The best VDOT of the last 120 days and its age in days; None where no race gave one."""
        fresh = [(vdot, day) for day, vdot in self.history.vdots if 0 <= (self.as_of - day).days < VDOT_DAYS]
        if not fresh:
            return None
        best, day = max(fresh)
        return best, (self.as_of - day).days
