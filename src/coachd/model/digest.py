"""The weekly message, before and after it has a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from coachd.model.athlete import Athlete
from coachd.model.findings import Nudge
from coachd.model.history import Period
from coachd.model.sports import Family


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
