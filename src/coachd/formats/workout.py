"""What an activity file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Workout:
    """One workout of a file. Metres, seconds and beats a minute; what the file does not say is None or empty.

    `sport` is a name as Strava has them, "Workout" where the file knows none; `sub_sport` the file's own word for its
    kind. `start` is in UTC; `start_local` the wall clock at the start, without a zone, where the file knows it.
    `moving_s` is the time the device's clock ran, or where no device says, the time of moving. `gain_m` and `loss_m`
    are the device's own sums. `cadence_spm` are steps a minute, of those on foot only. `sets` counts the sets of a
    strength workout and `sets_s` is the time spent in them, without rests. `hr_zone_s` are the seconds in the device's
    heart-rate zones 1 to 5, `perceived_effort` runs from 1 to 10. `trainer`: indoors. `rebuilt`: the file broke off,
    and this was put together from what was recorded until then. `part` is its place in the file, from 1.

    `columns` are the recorded values under Strava's stream names, with one row a point, as `history.streams.numbers`
    takes them: `time` (s after the start, rising), and where known `distance` (m from the start), `latlng` ([latitude,
    longitude]), `altitude` (m), `velocity_smooth` (m/s), `heartrate`, `cadence` (as recorded: of one leg for runners)
    and `moving` (whether the clock runs from this point on). A row without the value holds None.
    """

    sport: str
    start: datetime
    sub_sport: str = ""
    start_local: datetime | None = None
    zone: str | None = None
    distance_m: float | None = None
    moving_s: float | None = None
    elapsed_s: float | None = None
    gain_m: float | None = None
    loss_m: float | None = None
    average_hr: float | None = None
    max_hr: float | None = None
    cadence_spm: float | None = None
    temperature_c: float | None = None
    sets: int | None = None
    sets_s: float | None = None
    perceived_effort: float | None = None
    hr_zone_s: tuple[float, ...] | None = None
    device: str = ""
    name: str = ""
    trainer: bool = False
    rebuilt: bool = False
    part: int = 1
    columns: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: its workouts; or, where it is sound but holds none, why in `skipped`, which goes on from
    "skipped:". `aside` are the reasons for parts that cannot be used beside others that can."""

    workouts: list[Workout]
    skipped: str = ""
    aside: tuple[str, ...] = ()
