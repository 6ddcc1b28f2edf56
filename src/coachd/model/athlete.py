"""A runner: who they are, what they declare, when they race, how they sleep, where their heart-rate zones lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from coachd.model.sports import Source
from coachd.units import System, VolumeUnit

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


Phase = Literal["steady", "base", "build", "taper", "race", "recovery", "break"]
"""Where in the year an athlete is; `steady` where nobody declared anything and no race is planned."""

ModeName = Literal["ill", "injured", "holiday", "pregnant", "postpartum", "health"]
"""What an athlete declares about now; `health` is any lasting reason to leave pace and "do more" alone."""

Priority = Literal["A", "B", "C"]
Profile = Literal["beginner", "club", "marathon", "ultra", "returner", "commuter", "masters", "streaker"]


@dataclass(frozen=True, slots=True)
class Mode:
    """A declared mode from `first` to `last`, both included; `last` None while it goes on."""

    name: ModeName
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A declared phase from `first` to `last`, both included; `last` None while it goes on."""

    phase: Phase
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Race:
    """A race of the calendar, a race that was run, or both in one.

    `activity` is the run of it; `time_s` and `vdot` are known then, `vdot` only where distance and time allow one.
    `priority` is None for a race that was run without being planned. `fun`: run as a workout, paced or tagged so.
    """

    day: date
    distance_m: float
    name: str = ""
    priority: Priority | None = None
    trail: bool = False
    gain_m: float | None = None
    activity: int | None = None
    time_s: float | None = None
    vdot: float | None = None
    fun: bool = False

    @property
    def key(self) -> str:
        """What findings call this race: its day and distance in kilometres."""
        return f"{self.day}/{self.distance_m / 1000:g}"


@dataclass(frozen=True, slots=True)
class Night:
    """The record of the night that ended on the morning of `day`.

    `hrv_ms` is rMSSD; `bedtime` the local wall clock at which sleep began; `sleep_score`, `body_battery` (on waking)
    and `stress` (of the day before) are the source's own scores, from 0 to 100.
    """

    day: date
    sleep_s: float | None = None
    resting_hr: float | None = None
    hrv_ms: float | None = None
    bedtime: datetime | None = None
    source: Source = "garmin"
    sleep_score: float | None = None
    body_battery: float | None = None
    stress: float | None = None


@dataclass(frozen=True, slots=True)
class Athlete:
    """A person with own zone, units, thresholds, schedule and calendar.

    `tracks` says of a thing (strength, mobility, cross, sleep, gear, cadence) whether the athlete logs it, where they
    said so; `starting` names those with which they asked for help to begin. `overrides` are their words on rules, as
    `rulebook.Overrides`; `snoozed` maps a rule id to the first day on which it may speak again. `volume_unit` is what
    they add up when they say how much they ran. `quiet_weeks` says whether a week with nothing to say is mailed.
    `home` is latitude and longitude, in tenths of a degree: where to ask for weather, nowhere where it is None.
    """

    id: str = "me"
    zone: str = "UTC"
    units: System = "km"
    volume_unit: VolumeUnit = "distance"
    email: str = ""
    clock: Literal["24h", "12h"] = "24h"
    quiet_weeks: Literal["send", "skip"] = "send"
    week_start: Weekday = "mon"
    digest_day: Weekday = "mon"
    digest_time: time = time(6, 0)
    tone: Literal["plain", "warm"] = "plain"
    easy_hr_ceiling: float | None = None
    paused: bool = False
    hr_max: float | None = None
    threshold_hr: float | None = None
    resting_hr: float | None = None
    birth_year: int | None = None
    sex: Literal["m", "f"] | None = None
    level: Literal["beginner", "experienced"] | None = None
    focus: str | None = None
    goal: Literal["trail"] | None = None
    rest_days: tuple[Weekday, ...] = ()
    profiles: tuple[Profile, ...] = ()
    races: tuple[Race, ...] = ()
    modes: tuple[Mode, ...] = ()
    phases: tuple[PhaseSpan, ...] = ()
    tracks: Mapping[str, bool] = field(default_factory=dict)
    starting: frozenset[str] = frozenset()
    overrides: Mapping[str, Any] = field(default_factory=dict)
    snoozed: Mapping[str, date] = field(default_factory=dict)
    home: tuple[float, float] | None = None

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


HeartRateSource = Literal["measured", "observed", "age"]


@dataclass(frozen=True, slots=True)
class Zones:
    """The athlete's heart-rate anchors in force, in bpm, and where they come from.

    `source` says whether heart-rate verdicts may be `trusted`: with `age`, or None, they are unknown.
    `easy_ceiling_source`, `threshold_source` and `hr_max_source` are in words for the runner, empty where unknown.
    """

    hr_max: float | None = None
    threshold_hr: float | None = None
    resting_hr: float | None = None
    easy_ceiling: float | None = None
    easy_ceiling_source: str = ""
    source: HeartRateSource | None = None
    threshold_source: str = ""
    hr_max_source: str = ""
    trusted: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trusted", self.source in ("measured", "observed"))
