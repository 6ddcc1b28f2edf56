"""The weekly message, before and after it has a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from coachd.model.athlete import Athlete
from coachd.model.findings import Nudge
from coachd.model.history import Period
from coachd.model.sports import Family, Source


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
class LongestRun:
    """The week's longest run where it went further than any before it lately: a line among the numbers, no nudge.

    `before_m` is the longest of the 30 days before it, `ratio` the one against the other: 1.12 is 12 % further.
    """

    day: date
    distance_m: float
    before_m: float
    ratio: float


@dataclass(frozen=True, slots=True)
class ActivityLink:
    """An activity named in a digest: what to call it and where its source shows it."""

    id: int
    name: str
    day: date
    url: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of a nudge of the mail before: its numbers then and now, in words, without a claim about causes.

    `now` is empty where nothing can be said, e.g. for lack of data. `answer` is what the athlete answered.
    """

    title: str
    then: tuple[tuple[str, str], ...]
    now: tuple[tuple[str, str], ...]
    verdict: Literal["eased", "same", "unknown"]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class RaceAhead:
    """A race of the calendar, `days` after the day of the mail."""

    name: str
    day: date
    days: int
    distance_m: float
    priority: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next seven days: races to come, the rest days the athlete named, and a long run that fits.

    `long_run_m` is a range in metres; None where nothing can be recommended (a taper, a break, too little history).
    `lighter`: it is shorter than usual, because a light week is due by the athlete's own rhythm.
    """

    first: date
    races: tuple[RaceAhead, ...] = ()
    rest_days: tuple[date, ...] = ()
    rest_days_kept: tuple[date, ...] = ()
    rest_days_missed: tuple[date, ...] = ()
    long_run_m: tuple[float, float] | None = None
    lighter: bool = False


@dataclass(frozen=True, slots=True)
class ShoeLevel:
    """A shoe that crossed a level of wear in the judged week: its odometer, and the share of its limit."""

    name: str
    distance_m: float
    limit_m: float
    level: float


@dataclass(frozen=True, slots=True)
class Belief:
    """One thing coachd takes for true about the athlete, where that comes from, and the command that corrects it."""

    label: str
    value: str
    origin: str = ""
    correct: str = ""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """The first mail before it has a form: what coachd believes, and what it cannot judge and why. `devices` are
    Garmin's behind it, by name."""

    athlete: Athlete
    day: date
    known: tuple[Belief, ...]
    unknown: tuple[Belief, ...] = ()
    rules_checked: int = 0
    devices: tuple[str, ...] = ()


Action = Literal["helpful", "not_for_me", "quiet", "wrong_number"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a nudge: a link where something reads the answer, else the command to type."""

    action: Action
    label: str
    url: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """The weekly message before it has a form: numbers, what was chosen to be told, and what was left out.

    `unseen_from` is the first day of the week of which nobody knows how it went, since no source was looked at later.

    `usual_distance_m` and `usual_time_s` are those of the usual week before, None where there was none.
    `easy_share` is that of the last 28 days, None where heart rate is not to be trusted. `corrections` are whole
    sentences about nudges of earlier mails whose activities were edited or removed since, and `corrected` is the
    period, rule and subject of each of those. `fed_by` are the sources whose data is in the numbers and shoes; None
    where that is not known. `devices` are Garmin's, by name, that recorded what the message rests on.
    `answered` are whole sentences about what the athlete's answers changed.
    """

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
    follow_ups: tuple[FollowUp, ...] = ()
    corrections: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str, str], ...] = ()
    ahead: Ahead | None = None
    shoes: tuple[ShoeLevel, ...] = ()
    easy_share: float | None = None
    unseen_from: date | None = None
    usual_time_s: float | None = None
    longest_run: LongestRun | None = None
    fed_by: tuple[Source, ...] | None = None
    devices: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A digest in its final form, ready for any channel. `id` is the deterministic Message-ID without brackets.

    `short` is the form for posts; `payload` the document for machines, as `docs/webhook-v1.schema.json` describes it.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    short: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
