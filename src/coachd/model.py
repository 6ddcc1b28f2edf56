"""The nouns: what sources give, what rules see, what an athlete is told. Frozen values, no behaviour beyond naming.

Lengths are metres, times seconds, heart rates beats per minute, cadences steps per minute. `None` means unknown,
never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from coachd.units import Quantity, System

Source = str
"""`strava`, `garmin` or `files`: a place data comes from."""

Family = Literal["run", "walk", "ride", "swim", "strength", "mobility", "cross", "other"]

FAMILIES: dict[str, Family] = {
    **dict.fromkeys(["Run", "TrailRun", "VirtualRun"], "run"),
    **dict.fromkeys(["Walk", "Hike", "Snowshoe"], "walk"),
    **dict.fromkeys(
        [
            "Ride", "MountainBikeRide", "GravelRide", "VirtualRide", "EBikeRide", "EMountainBikeRide", "Velomobile",
            "Handcycle",
        ],
        "ride",
    ),
    **dict.fromkeys(["Swim"], "swim"),
    **dict.fromkeys(["WeightTraining"], "strength"),
    **dict.fromkeys(["Yoga", "Pilates", "PhysicalTherapy"], "mobility"),
    **dict.fromkeys(
        [
            "Elliptical", "Rowing", "VirtualRow", "NordicSki", "BackcountrySki", "RollerSki", "StairStepper",
            "InlineSkate", "IceSkate", "Canoeing", "Kayaking", "Crossfit", "HighIntensityIntervalTraining", "Workout",
        ],
        "cross",
    ),
}  # fmt: skip
"""Sport as the source recorded it -> family. `strength` is exactly what was recorded as strength training
(design: "sport: strength"); the wider counted session of the catalogue is a measure. Anything unlisted is `other`."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def family_of(sport: str) -> Family:
    """The family of a recorded sport; `other` for one we do not know."""
    return FAMILIES.get(sport, "other")


@dataclass(frozen=True, slots=True)
class Athlete:
    """A person with own zone, units, thresholds and schedule."""

    id: str = "me"
    zone: str = "UTC"
    units: System = "km"
    email: str = ""
    week_start: Weekday = "mon"
    digest_day: Weekday = "mon"
    digest_time: time = time(6, 0)
    tone: Literal["plain", "warm"] = "plain"
    easy_hr_ceiling: float | None = None
    paused: bool = False

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Recording:
    """One source's record of one workout.

    `identity` names the workout where the source's id does so beyond that source: a Strava activity has the identity
    `strava:<id>` whether it came through the API or in an export. Recordings with one identity are one activity.
    `start_local` is the wall clock at the start, without a zone; `hidden_start` says that its time of day is not real.
    """

    source: Source
    external_id: str
    identity: str
    sport: str
    start: datetime
    start_local: datetime
    name: str = ""
    zone: str | None = None
    distance_m: float | None = None
    moving_s: float | None = None
    elapsed_s: float | None = None
    gain_m: float | None = None
    average_hr: float | None = None
    max_hr: float | None = None
    cadence_spm: float | None = None
    workout_type: int | None = None
    gear_id: str | None = None
    gear_name: str | None = None
    device: str | None = None
    trainer: bool = False
    commute: bool = False
    manual: bool = False
    hidden_start: bool = False
    description: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activity:
    """One real workout: one or more recordings merged. What rules see.

    `kind` is how the session is classified (`history.classify`); only runs have one.
    `excluded` names the reason why rules must not see it (a duplicate, an impossible value); None if they may.
    """

    id: int
    sport: str
    start: datetime
    start_local: datetime
    name: str = ""
    distance_m: float | None = None
    moving_s: float | None = None
    elapsed_s: float | None = None
    gain_m: float | None = None
    average_hr: float | None = None
    max_hr: float | None = None
    cadence_spm: float | None = None
    workout_type: int | None = None
    gear_id: str | None = None
    device: str | None = None
    trainer: bool = False
    commute: bool = False
    manual: bool = False
    hidden_start: bool = False
    kind: Literal["race", "long", "workout", "easy"] | None = None
    tags: frozenset[str] = frozenset()
    excluded: str | None = None
    sources: tuple[Source, ...] = ()
    strava_id: str | None = None

    @property
    def day(self) -> date:
        """The local calendar day of the start; the only day that rules use."""
        return self.start_local.date()

    @property
    def family(self) -> Family:
        return family_of(self.sport)


@dataclass(frozen=True, slots=True)
class Shoe:
    """A gear record. `distance_m` is the odometer: the source's lifetime figure, which includes what the athlete
    entered when adding the shoe; or the sum of its activities where the source has none."""

    id: str
    name: str
    distance_m: float | None = None
    retired: bool = False
    source: Source = "strava"
    last_used: date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Everything rules may look at for one athlete. `activities` are sorted by start and hold no excluded ones.

    `synced` is the last successful look at each connected source; `easy_ceiling` the easy heart-rate ceiling in force
    with the words that say where it comes from.
    """

    athlete: Athlete
    activities: tuple[Activity, ...]
    shoes: tuple[Shoe, ...] = ()
    synced: Mapping[Source, datetime] = field(default_factory=dict)
    easy_ceiling: float | None = None
    easy_ceiling_source: str = ""
    excluded: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A closed stretch of local days that a digest speaks about: `first` and `last` are both in it.

    `key` is unique per athlete and kind, e.g. `2026-W47` for the ISO week, or `2026-11-15` for a week that does not
    begin on Monday.
    """

    key: str
    first: date
    last: date


Outcome = Literal["no_data", "clear", "pending", "inhibited", "cooldown", "snoozed", "capped", "fire"]
Kind = Literal["nudge", "praise", "note"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named value behind a verdict, in base units, with the activities that made it."""

    name: str
    value: Quantity | bool | str | None
    label: str = ""
    activities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said about one subject at one time. Kept for everything but `clear`: it answers "why did I (not)
    get this?". `reason` is one sentence, e.g. which rule inhibited it or until when it cools down."""

    rule: str
    subject: str
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Nudge:
    """A finding that was chosen to be told, with its words already rendered for the athlete."""

    rule: str
    subject: str
    kind: Kind
    severity: int
    family: str
    title: str
    text: str
    why: str = ""
    sources: tuple[str, ...] = ()
    contested: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    activities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleState:
    """What is remembered between evaluations of one rule for one subject.

    `told_mark` is the highest mark already told; `armed` is False after a nudge until the rule's `rearm` was true once;
    `recent` holds the verdicts of the last evaluations with data, newest last, as a string of 1 and 0.
    """

    rule: str
    subject: str
    last_sent: date | None = None
    told_mark: float | None = None
    armed: bool = True
    recent: str = ""


@dataclass(frozen=True, slots=True)
class WeekStats:
    """One week's numbers as a runner counts them: runs after cleaning, strength sessions, days without training."""

    first: date
    run_distance_m: float
    run_moving_s: float
    runs: int
    strength_sessions: int
    rest_days: int


@dataclass(frozen=True, slots=True)
class DayStats:
    """One day of the week's strip: the families trained that day, the distance run and its time."""

    day: date
    families: tuple[Family, ...]
    run_distance_m: float = 0.0
    run_moving_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ActivityLink:
    """An activity named in a digest: what to call it and where its source shows it."""

    id: int
    name: str
    day: date
    url: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """The weekly message before it has a form: numbers, what was chosen to be told, and what was left out."""

    athlete: Athlete
    period: Period
    week: WeekStats
    usual_distance_m: float | None
    days: tuple[DayStats, ...]
    weeks: tuple[WeekStats, ...]
    nudges: tuple[Nudge, ...] = ()
    links: tuple[ActivityLink, ...] = ()
    left_out: tuple[str, ...] = ()
    rules_checked: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A digest in its final form, ready for any channel. `id` is the deterministic Message-ID without brackets."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
