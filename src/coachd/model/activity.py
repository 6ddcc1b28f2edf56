"""One workout: as a source recorded it, and as rules see it. And the shoes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from coachd.model.record import record
from coachd.model.sports import Family, Source, family_of

RECORDED_TWICE = "recorded twice"
"""The reason with which the history sets a second recording aside."""

OWN = "own"
"""The source of a shoe that only the athlete told us of."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One source's record of one workout.

    `identity` names the workout where the source's id does so beyond that source: a Strava activity has the identity
    `strava:<id>` whether it came through the API or in an export. Recordings with one identity are one activity.
    `start_local` is the wall clock at the start, without a zone; `hidden_start` says that its time of day is not real.
    `perceived_effort` is the athlete's own word, from 1 to 10; `sets` those of a strength session; `hr_zone_s` the
    seconds in the source's own heart-rate zones, lowest first. `original`: it was read from the file that the device
    wrote, and not from what somebody made of it. `also` are identities by which other sources surely name this
    workout.
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
    loss_m: float | None = None
    temperature_c: float | None = None
    dew_point_c: float | None = None
    perceived_effort: float | None = None
    sets: int | None = None
    hr_zone_s: tuple[float, ...] | None = None
    original: bool = False
    also: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


RunKind = Literal["race", "long", "workout", "hard", "recovery", "easy"]
"""How a run is classified; `hard` is hard without structure."""


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
    `marathon_pace_s` is the moving time from marathon pace (80 % of VDOT) up to the threshold's 88 %, outside of bouts;
    0 without a VDOT. `longest_stop_s` is the longest time of standing still that the source counts as moving.
    `best_20min_speed` is of graded speed. `car_m` was driven and is in no other number. `drift_m` is how much higher a
    barometer put the end of a loop than its start; `gain_m` and `loss_m` are without it.
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
    `apart_from` are activities that are other workouts by the athlete's word, however alike they look.
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
    sources: tuple[Source, ...] = ()
    strava_id: str | None = None
    temperature_c: float | None = None
    dew_point_c: float | None = None
    loss_m: float | None = None
    perceived_effort: float | None = None
    sets: int | None = None
    hr_zone_s: tuple[float, ...] | None = None
    streams: StreamNumbers | None = None
    apart_from: frozenset[int] = frozenset()
    excluded: str | None = None
    kind: RunKind | None = None
    hard: bool | None = None
    long: bool | None = None
    trail: bool = False
    easy_intended: bool = False
    judged: Literal["fine", "borderline", "hot"] | None = None
    above_share: float | None = None
    load: float | None = None
    load_source: Literal["heart rate", "pace", "effort", "time"] | None = None
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
        self.family = family_of(self.sport)  # type: ignore[misc]


@record
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
