"""What was known about a runner before a given moment: the memory of the one pass that `prepare` makes.

Only what came earlier is in here. So what is worked out about a run does not change when later ones arrive, and one
prepared history serves a replay of all its days.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from coachd.model import Activity, Race
from coachd.physiology.racing import CriticalSpeed, critical_speed
from coachd.physiology.vdot import THRESHOLD, speed_at

USUAL = timedelta(days=28)
VDOT_DAYS = 120
"""How long a race says what somebody can do now."""
VDOT_STALE_DAYS = 365
"""How long it says anything at all."""
EFFORT_DAYS = 90
CRITICAL_M = (1000, 1609, 5000)
STANDS_OUT = 1.2
"""How much faster than usual an effort is: the best of somebody who always runs alike says nothing of what they can."""
FEWEST_USUAL = 5


@dataclass(frozen=True, slots=True)
class Fitness:
    """A VDOT and whether it is too old to be sure of."""

    vdot: float
    stale: bool

    @property
    def threshold_speed(self) -> float:
        """Metres a second."""
        return speed_at(self.vdot, THRESHOLD)


@dataclass(slots=True)
class Known:
    """Begins empty; `remember` is told every run in the order of their starts."""

    vdots: list[tuple[date, float]] = field(default_factory=list)
    taxing_day: date | None = None
    _recent: deque[tuple[date, float]] = field(default_factory=deque)
    _efforts: deque[Activity] = field(default_factory=deque)

    def remember(self, run: Activity, race: Race | None) -> None:
        """Take in a run that has been understood, and the race if it was one."""
        if run.moving_s:
            self._recent.append((run.day, run.moving_s))
        if run.streams is not None:
            self._efforts.append(run)
        if run.hard or run.long or run.kind == "race":
            self.taxing_day = run.day
        if race is not None and race.vdot is not None:
            self.vdots.append((race.day, race.vdot))

    def usual_s(self, day: date) -> float | None:
        """The median length of the runs of the 28 days before; None without any."""
        first = day - USUAL
        while self._recent and self._recent[0][0] < first:
            self._recent.popleft()
        return median([length for _, length in self._recent]) if self._recent else None

    def fitness(self, day: date) -> Fitness | None:
        """The best VDOT of the last 120 days; else that of the last race, as stale; None after a year or without."""
        best = None
        for raced, vdot in reversed(self.vdots):
            if (day - raced).days > VDOT_DAYS:
                break
            best = vdot if best is None else max(best, vdot)
        if best is not None:
            return Fitness(best, stale=False)
        if self.vdots and (day - self.vdots[-1][0]).days <= VDOT_STALE_DAYS:
            return Fitness(self.vdots[-1][1], stale=True)
        return None

    def critical_speed(self, day: date) -> CriticalSpeed | None:
        """From the fastest 1 km, mile and 5 km of the last 90 days; None where these were no real efforts."""
        if not self._efforts:
            return None
        best: dict[float, float] = {}
        for run in self._recent_efforts(day):
            for metres, seconds in run.streams.best_s.items() if run.streams else ():
                if metres in CRITICAL_M:
                    best[metres] = min(seconds, best.get(metres, seconds))
        line = critical_speed(best)
        return line if line is not None and line.believable and self._stands_out(line.speed) else None

    def best_20min_speed(self, day: date) -> float | None:
        """The fastest 20 minutes of the last 90 days in m/s; None without any recorded by the second, and where they
        were hardly faster than usual."""
        if not self._efforts:
            return None
        speeds = [run.streams.best_20min_speed for run in self._recent_efforts(day) if run.streams]
        best = max((speed for speed in speeds if speed is not None), default=None)
        return best if best is not None and self._stands_out(best) else None

    def _stands_out(self, speed: float) -> bool:
        """Whether a speed is well above that of the recent runs."""
        usual = [
            run.streams.graded_m / run.streams.moving_s
            for run in self._efforts
            if run.streams and run.streams.graded_m and run.streams.moving_s
        ]
        return len(usual) >= FEWEST_USUAL and speed >= STANDS_OUT * median(usual)

    def _recent_efforts(self, day: date) -> deque[Activity]:
        while self._efforts and (day - self._efforts[0].day).days > EFFORT_DAYS:
            self._efforts.popleft()
        return self._efforts
