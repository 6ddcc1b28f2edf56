"""The nouns: what sources give, what rules see, what an athlete is told. Frozen values, no behaviour beyond naming.

Lengths are metres, times seconds, heart rates beats per minute, cadences steps per minute. `None` means unknown,
never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal, TypeVar, dataclass_transform
from zoneinfo import ZoneInfo

from coachd.units import Quantity, System

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """A dataclass that is frozen to whoever checks types, and at run time does without the guard: with that, one of
    forty fields takes ten times as long to make, and a runner has thousands."""
    return dataclass(slots=True)(cls)


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

    `hrv_ms` is rMSSD; `bedtime` the local wall clock at which sleep began.
    """

    day: date
    sleep_s: float | None = None
    resting_hr: float | None = None
    hrv_ms: float | None = None
    bedtime: datetime | None = None
    source: Source = "garmin"


@dataclass(frozen=True, slots=True)
class Athlete:
    """A person with own zone, units, thresholds, schedule and calendar.

    `tracks` says of a thing (strength, mobility, cross, sleep, gear, cadence) whether the athlete logs it, where they
    said so; `starting` names those with which they asked for help to begin. `overrides` are their words on rules,
    as `rulebook.Overrides`; `snoozed` maps a rule id to the first day on which it may speak again.
    """

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


RunKind = Literal["race", "long", "workout", "hard", "recovery", "easy"]
"""How a run is classified (coaching.md 4.11); `hard` is hard without structure."""


@dataclass(frozen=True, slots=True)
class Bout:
    """A stretch of structured work in a run: seconds after the start, its length, its mean graded speed in m/s."""

    start_s: float
    duration_s: float
    speed: float


@dataclass(frozen=True, slots=True)
class StreamNumbers:
    """What was worked out from the 1-Hz streams of one activity, once, when they arrived (`history.streams`).

    Kept instead of the streams. `version` is that of the formulas. Heart-rate times are moving seconds by whole bpm:
    `hr_seconds` of the whole run, `steady_hr_seconds` after the first ten minutes and without a minute around strides,
    `first_hour_hr_seconds` the same within the first hour, `climbing_hr_seconds` on grades of 6 % and more.
    `hr_suspect` says in words why the heart rate cannot be believed, empty where it can. `cadence_*` are steps a
    minute: the mean of all running samples, of the second fifth and the last fifth of the run at like speed, on the
    flat and downhill (grade <= -6 %, with the seconds of it). `graded_m` is the distance as flat metres of equal heart
    rate, `graded_minetti_m` of equal energy. `best_s` maps a distance in metres to the fastest time over it.
    `threshold_speed` is the speed in m/s by which work was told from running; without it nothing is known of bouts.
    `quick_s` is the moving time at marathon pace (80 % of VDOT) and faster, None without a VDOT; `marathon_pace_s` the
    part of it below the threshold's 88 % and outside of bouts. `longest_stop_s` is the longest time of standing still
    that the source counts as moving. `best_20min_speed` is of graded speed. `car_m` was driven and is in no other
    number. `drift_m` is how much higher a barometer put the end of a loop than its start; `gain_m` and `loss_m` are
    without it.
    """

    version: int = 1
    moving_s: float = 0.0
    hr_coverage: float = 0.0
    hr_suspect: str = ""
    hr_seconds: Mapping[int, float] = field(default_factory=dict)
    steady_hr_seconds: Mapping[int, float] = field(default_factory=dict)
    first_hour_hr_seconds: Mapping[int, float] = field(default_factory=dict)
    climbing_hr_seconds: Mapping[int, float] = field(default_factory=dict)
    max_hr_2min: float | None = None
    cadence_spm: float | None = None
    cadence_coverage: float = 0.0
    cadence_early: float | None = None
    cadence_late: float | None = None
    cadence_flat: float | None = None
    cadence_down: float | None = None
    down_s: float = 0.0
    climbing_s: float = 0.0
    gain_m: float | None = None
    loss_m: float | None = None
    graded_m: float | None = None
    graded_minetti_m: float | None = None
    threshold_speed: float | None = None
    bouts: tuple[Bout, ...] = ()
    work_s: float = 0.0
    marathon_pace_s: float = 0.0
    quick_s: float | None = None
    strides: int | None = None
    efficiency: float | None = None
    decoupling: float | None = None
    best_s: Mapping[int, float] = field(default_factory=dict)
    best_20min_speed: float | None = None
    max_speed_10s: float | None = None
    car_m: float = 0.0
    drift_m: float = 0.0
    longest_stop_s: float = 0.0


@record
class Activity:
    """One real workout: one or more recordings merged. What rules see.

    `excluded` names the reason why rules must not see it (a duplicate, an impossible value); None if they may.
    From `kind` on, the fields are worked out by `history`: how the run is classified (only runs are), `hard`, `long`,
    `trail`, what became of the question whether an easy run was easy (`judged`, None: unknown), the share of running
    time above the easy ceiling, the session load with where it comes from, and what streams and weather add.
    A field that nothing is known for is None. `day`, the local calendar day of the start and the only one that rules
    use, and `family` follow from the others.
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
    tags: frozenset[str] = frozenset()
    excluded: str | None = None
    sources: tuple[Source, ...] = ()
    strava_id: str | None = None
    streams: StreamNumbers | None = None
    temperature_c: float | None = None
    dew_point_c: float | None = None
    kind: RunKind | None = None
    hard: bool | None = None
    long: bool | None = None
    trail: bool = False
    easy_intended: bool = False
    judged: Literal["fine", "borderline", "hot"] | None = None
    above_share: float | None = None
    load: float | None = None
    load_source: Literal["heart rate", "pace", "effort", "time"] | None = None
    loss_m: float | None = None
    graded_speed: float | None = None
    efficiency: float | None = None
    decoupling: float | None = None
    strides: int | None = None
    work_s: float | None = None
    structure: Literal["intervals", "tempo", "fartlek"] | None = None

    day: date = field(init=False, repr=False, compare=False)
    family: Family = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.day = self.start_local.date()  # type: ignore[misc]  # frozen to whoever checks types only: see `record`
        self.family = FAMILIES.get(self.sport, "other")  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Shoe:
    """A gear record. `distance_m` is the odometer: the source's lifetime figure, which includes what the athlete
    entered when adding the shoe; or the sum of its activities where the source has none. `surface` is what it is made
    for, where known; `limit_m` the distance its owner gives it; `races` marks a racing shoe."""

    id: str
    name: str
    distance_m: float | None = None
    retired: bool = False
    source: Source = "strava"
    last_used: date | None = None
    surface: Literal["road", "trail", "hybrid"] | None = None
    limit_m: float | None = None
    races: bool = False


HeartRateSource = Literal["measured", "observed", "age"]


@dataclass(frozen=True, slots=True)
class Zones:
    """The athlete's heart-rate anchors in force, in bpm, and where they come from (coaching.md 4.4).

    `source` says how far heart-rate verdicts may be trusted (Amendment 1): with `age`, or None, they are unknown.
    `easy_ceiling_source` is in words for the runner.
    """

    hr_max: float | None = None
    threshold_hr: float | None = None
    resting_hr: float | None = None
    easy_ceiling: float | None = None
    easy_ceiling_source: str = ""
    source: HeartRateSource | None = None

    @property
    def trusted(self) -> bool:
        return self.source in ("measured", "observed")


@dataclass(frozen=True, slots=True)
class History:
    """Everything rules may look at for one athlete. `activities` are sorted by start and hold no excluded ones.

    `synced` is the last successful look at each connected source; `easy_ceiling` the easy heart-rate ceiling in force
    with the words that say where it comes from (the same as in `zones`). `races` joins the calendar with what was run,
    by day; `nights` are sorted by day. `phases` are the days on which the phase changed, as known on each day. `vdots`
    are the days, sorted, on which a race or best effort gave a VDOT, with that VDOT. `earlier` are the
    activities before the first day that was asked for, by start: nothing is worked out about them.
    """

    athlete: Athlete
    activities: tuple[Activity, ...]
    shoes: tuple[Shoe, ...] = ()
    synced: Mapping[Source, datetime] = field(default_factory=dict)
    easy_ceiling: float | None = None
    easy_ceiling_source: str = ""
    excluded: tuple[Activity, ...] = ()
    zones: Zones = field(default_factory=Zones)
    races: tuple[Race, ...] = ()
    nights: tuple[Night, ...] = ()
    phases: tuple[tuple[date, Phase], ...] = ()
    vdots: tuple[tuple[date, float], ...] = ()
    earlier: tuple[Activity, ...] = ()


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


@record
class Evidence:
    """One named value behind a verdict, in base units, with the activities that made it."""

    name: str
    value: Quantity | bool | str | None
    label: str = ""
    activities: tuple[int, ...] = ()


@record
class Finding:
    """What one rule said about one subject at one time. Kept for everything but `clear`: it answers "why did I (not)
    get this?". `reason` is one sentence, e.g. which rule inhibited it or until when it cools down. `sources` are those
    whose data it was made from."""

    rule: str
    subject: str
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    mark: float | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Nudge:
    """A finding that was chosen to be told, with its words already rendered for the athlete.

    `sources` are the studies behind the rule; `fed_by` the sources whose data is in it. `closing`: it was told often
    enough without a change, and says that it will be silent for a while.
    """

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
    fed_by: tuple[Source, ...] = ()
    closing: bool = False


@dataclass(frozen=True, slots=True)
class RuleState:
    """What is remembered between evaluations of one rule for one subject.

    `told_mark` is the highest mark already told; `armed` is False after a nudge until the rule's `rearm` was true once;
    `recent` holds the verdicts of the last evaluations with data, newest last, as a string of 1 and 0. `unheeded`
    counts how often it was told since it was last clear, and `muted_until` is the day on which it may speak again
    after too many of those. `fingerprint` is that of the rule's logic when this was remembered.
    """

    rule: str
    subject: str
    last_sent: date | None = None
    told_mark: float | None = None
    armed: bool = True
    recent: str = ""
    unheeded: int = 0
    muted_until: date | None = None
    fingerprint: str = ""


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
