"""What an athlete sets for themself: one document, checked as a whole, from which their Athlete is made.

The document is JSON of texts, lists and mappings as the athlete wrote them (`hr_max: 188 bpm`, `distance: half`), so
that they find their own words again. An instance's defaults fill what they left out.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from email.utils import getaddresses
from itertools import combinations, pairwise
from math import nan
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from coachd.errors import ConfigProblem
from coachd.model import Mode, ModeName, Phase, PhaseSpan, Priority, Profile, Race, Weekday
from coachd.units import System, VolumeUnit, parse_quantity

ADVICE = "See `coachd athlete set --help` for what can be set, and `coachd athlete edit` for all of it."
DISTANCES = {"mile": 1_609.344, "half": 21_097.5, "half marathon": 21_097.5, "marathon": 42_195.0}
EARLIEST, LATEST = date(1980, 1, 1), date(2199, 12, 31)
LONGEST_COOLDOWN = timedelta(days=3_650)
QUIET = timedelta(weeks=4)
"""How long a rule is silent when an athlete asks for silence and names no day."""
RATES = ("resting_hr", "easy_hr_ceiling", "threshold_hr", "hr_max")
"""The heart rates from low to high. Each has a say in what the others are taken for."""
MOST_PROBLEMS = 20
"""Of more mistakes in a document the first are told."""

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
"""The addresses that plain SMTP carries."""

_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile(r"[\ud800-\udfff]")  # so comes in what is no UTF-8 on a command line
_KILOMETRES = re.compile(r"(\d+(?:\.\d+)?)\s*k", re.IGNORECASE)


def distance_m(text: str | float) -> float:
    """The metres of a race distance: `10k`, `half`, `marathon`, `21.1 km`, `13.1 mi`. Raises ValueError."""
    words = str(text).strip().lower()
    short = _KILOMETRES.fullmatch(words)
    metres = DISTANCES.get(words) or (float(short[1]) * 1000 if short else _quantity(words, "m"))
    if metres is None or not 100 <= metres <= 1_000_000:
        raise ValueError("is not a race distance; write for example 10k, half, marathon, 21.1 km or 13.1 mi")
    return metres


def _quantity(text: Any, *units: str) -> float | None:
    """The base value of a text whose unit measures the same as one of `units`, else None."""
    try:
        found = parse_quantity(str(text))
    except ValueError:
        return None
    return found.value if found.dimension in [parse_quantity(f"1 {unit}").dimension for unit in units] else None


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _words(value: Any) -> Any:
    return tuple(value.replace(",", " ").lower().split()) if isinstance(value, str) else value


def _zone(value: Any) -> Any:
    try:
        return str(ZoneInfo(str(value)))
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ValueError("is not a time zone; write for example Europe/Amsterdam") from problem


def _time(value: Any) -> Any:
    try:
        moment = time.fromisoformat(str(value).strip().zfill(5))  # also 6:00
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo:
        raise ValueError("is not a local time; write for example 06:30")
    return moment


def _one_line(value: str) -> str:
    if value.splitlines() not in ([], [value]):
        raise ValueError("must be one line")
    if _HALF.search(value):
        raise ValueError("holds half a character, which no mail can carry")
    if _STEERING.search(value):
        raise ValueError("holds an invisible sign that steers a terminal or turns a line round")
    if len(value) > 200:
        raise ValueError("is longer than 200 letters")
    return value


def _home(value: Any) -> Any:
    """Latitude and longitude to a tenth of a degree, some ten kilometres: weather needs no more, and nobody else."""
    try:
        latitude, longitude = (float(part) for part in str(value).strip().strip("()[]").split(","))
    except ValueError:
        latitude = longitude = nan
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("is not a position; write latitude and longitude, for example 52.4, 4.9")
    return round(latitude, 1) + 0.0, round(longitude, 1) + 0.0


def _bpm(value: Any) -> Any:
    text = str(value).strip()
    try:
        return float(text)
    except ValueError:
        found = _quantity(text, "bpm")
    if found is None:
        raise ValueError("is not a heart rate; write for example 150 or 150 bpm")
    return found


def _climb(value: Any) -> Any:
    found = _quantity(value, "m")
    if found is None or not 0 <= found <= 100_000:
        raise ValueError("is not a height; write for example 300 m or 1000 ft")
    return found


def _date(value: Any) -> Any:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        day = None
    if day is None:
        raise ValueError("is not a day; write for example 2027-04-11")
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"is too far away; it lies from {EARLIEST} to {LATEST}")
    return day


def _cooldown(value: Any) -> Any:
    found = _quantity(value, "d")
    if found is None or found < 0:
        raise ValueError("is not a time; write for example 21d or 4 weeks")
    if found > LONGEST_COOLDOWN.total_seconds():
        raise ValueError("is longer than ten years; `off` silences a rule for good")
    return str(value)


def _tracks(value: Any) -> Any:
    """`strength, no-sleep` as well as `{strength: true, sleep: false}`."""
    listed = _words(value)
    if isinstance(listed, Sequence) and not isinstance(listed, str):
        return {str(word).removeprefix("no-"): not str(word).startswith("no-") for word in listed}
    return value


def _switch(value: Any) -> Any:
    """`off` and `on` in place of a mapping."""
    return {"off": value.strip().lower() == "off"} if str(value).strip().lower() in ("on", "off") else value


def _address(value: str) -> str:
    named = [address for _, address in getaddresses([value])]
    alone = len(named) == 1 and (value == named[0] or value.endswith(f"<{named[0]}>"))  # and no `mailto:` before it
    if value and not (alone and ADDRESS.fullmatch(named[0])):
        foreign = "" if value.isascii() else "; a domain beyond a to z is written as xn--..."
        raise ValueError(f"must be one mail address, e.g. coach@example.org{foreign}")
    return value


Zone = Annotated[str, BeforeValidator(_zone)]
Day = Annotated[Weekday, BeforeValidator(_lower)]
Time = Annotated[time, BeforeValidator(_time)]
WeekStart = Annotated[Literal["mon", "sat", "sun"], BeforeValidator(_lower)]
OneLine = Annotated[str, AfterValidator(_one_line)]
Address = Annotated[OneLine, AfterValidator(_address)]
Date = Annotated[date, BeforeValidator(_date)]
Home = Annotated[tuple[float, float], BeforeValidator(_home)]
Bpm = Annotated[float, BeforeValidator(_bpm)]
Thing = Literal["strength", "mobility", "cross", "sleep", "gear", "cadence"]
"""What an athlete may say they log, or want to begin with."""
Focus = Literal["warmup", "drills", "cooldown", "mobility", "strength", "hills", "cadence", "sleep"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RaceEntry(_Entry):
    """A race of the calendar."""

    day: Date
    distance: Annotated[float, BeforeValidator(distance_m)]
    name: OneLine = ""
    priority: Annotated[Priority, BeforeValidator(lambda value: str(value).strip().upper())] = "A"
    trail: bool = False
    gain: Annotated[float, BeforeValidator(_climb)] | None = None

    @property
    def race(self) -> Race:
        return Race(self.day, self.distance, self.name, self.priority, self.trail, self.gain)


class _Span(_Entry):
    first: Date = Field(alias="from")
    last: Date | None = Field(None, alias="until")

    @model_validator(mode="after")
    def _in_order(self) -> _Span:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it begins on {self.first}")
        return self


class ModeEntry(_Span):
    """A time that is not like others; both days are in it."""

    mode: Annotated[ModeName, BeforeValidator(_lower)]


class PhaseEntry(_Span):
    """A declared phase; both days are in it."""

    phase: Annotated[Phase, BeforeValidator(_lower)]


class Override(_Entry):
    """The athlete's word on one rule."""

    params: dict[str, str] = Field(default_factory=dict)
    cooldown: Annotated[str, BeforeValidator(_cooldown)] | None = None
    off: bool | None = None


class Own(_Entry):
    """The document. Every field may be absent; its description is the comment in `coachd athlete edit`."""

    zone: Zone | None = Field(None, description="Time zone, e.g. Europe/Amsterdam.")
    units: Annotated[System, BeforeValidator(_lower)] | None = Field(None, description="km or mi.")
    volume_unit: Annotated[VolumeUnit, BeforeValidator(_lower)] | None = Field(
        None,
        description="What a week adds up: distance, time, or effort (100 m up as 1 km more). Trails: time, effort.",
    )
    tone: Annotated[Literal["plain", "warm"], BeforeValidator(_lower)] | None = Field(
        None, description="plain or warm."
    )
    week_start: WeekStart | None = Field(None, description="First day of the week: mon, sat or sun.")
    digest_day: Day | None = Field(None, description="Day of the weekly mail.")
    digest_time: Time | None = Field(None, description="Local time of the weekly mail, e.g. 06:30.")
    email: Address | None = Field(None, description="Where the mail goes.")
    clock: Annotated[Literal["24h", "12h"], BeforeValidator(_lower)] | None = Field(None, description="24h or 12h.")
    quiet_weeks: Annotated[Literal["send", "skip"], BeforeValidator(_lower)] | None = Field(
        None, description="What to do in a week with nothing to say: send its numbers, or skip the mail."
    )
    easy_hr_ceiling: Bpm | None = Field(None, ge=80, le=220, description="Upper heart rate of an easy run.")
    hr_max: Bpm | None = Field(None, ge=100, le=230, description="Highest heart rate, as measured.")
    threshold_hr: Bpm | None = Field(None, ge=80, le=220, description="Heart rate at lactate threshold, as measured.")
    resting_hr: Bpm | None = Field(None, ge=25, le=110, description="Resting heart rate in the morning.")
    birth_year: int | None = Field(None, ge=1900, le=2100, description="Year of birth.")
    sex: Annotated[Literal["m", "f"], BeforeValidator(_lower)] | None = Field(None, description="m or f.")
    level: Annotated[Literal["beginner", "experienced"], BeforeValidator(_lower)] | None = Field(
        None, description="beginner or experienced."
    )
    focus: Annotated[Focus, BeforeValidator(_lower)] | None = Field(
        None, description=f"What to work on: {', '.join(get_args(Focus))}."
    )
    goal: Annotated[Literal["trail"], BeforeValidator(_lower)] | None = Field(None, description="trail, or nothing.")
    rest_days: Annotated[tuple[Weekday, ...], BeforeValidator(_words)] = Field(
        (), description="Planned rest days, e.g. mon, fri."
    )
    profiles: Annotated[tuple[Profile, ...], BeforeValidator(_words)] = Field(
        (), description=f"What fits: {', '.join(get_args(Profile))}."
    )
    tracks: Annotated[dict[Thing, bool], BeforeValidator(_tracks)] = Field(
        default_factory=dict,
        description=f"What is logged, and what is not: {', '.join(get_args(Thing))}; no-sleep says it is not.",
    )
    starting: Annotated[tuple[Thing, ...], BeforeValidator(_words)] = Field(
        (), description="What coachd may help to begin with, e.g. strength."
    )
    home: Home | None = Field(
        None,
        description="Where you live, to ask for the weather there: latitude, longitude. Kept to a tenth of a degree.",
    )
    races: tuple[RaceEntry, ...] = Field(
        (), description="Races. A: trained for; B: raced; C: run through. `coachd race add` writes them too."
    )
    modes: tuple[ModeEntry, ...] = Field(
        (), description=f"Times unlike others: {', '.join(get_args(ModeName))}. `coachd mode` writes them too."
    )
    phases: tuple[PhaseEntry, ...] = Field(
        (), description=f"Declared phases: {', '.join(get_args(Phase))}. They go before everything worked out."
    )
    rules: dict[str, Annotated[Override, BeforeValidator(_switch)]] = Field(
        default_factory=dict, description="Rules as you want them. `coachd rules set` writes them too."
    )
    snooze: dict[str, Date] = Field(
        default_factory=dict, description="Rules that are silent before a day. `coachd rules snooze` writes it too."
    )

    def values(self) -> dict[str, Any]:
        """What was set, under the names of Athlete."""
        structured = {
            "races": tuple(entry.race for entry in self.races),
            "modes": tuple(Mode(entry.mode, entry.first, entry.last) for entry in self.modes),
            "phases": tuple(PhaseSpan(entry.phase, entry.first, entry.last) for entry in self.phases),
            "rules": {rule: entry.model_dump(exclude_unset=True) for rule, entry in self.rules.items()},
            "starting": frozenset(self.starting),
        }
        renamed = {"rules": "overrides", "snooze": "snoozed"}
        given = {name: structured.get(name, getattr(self, name)) for name in self.model_fields_set}
        return {renamed.get(name, name): value for name, value in given.items()}


FLAT = tuple(name for name in Own.model_fields if name not in ("races", "modes", "phases", "rules", "snooze"))
"""What is set with NAME=VALUE; the rest has commands of its own."""


def checked(document: Mapping[str, Any]) -> Own:
    """The document, typed. Raises ConfigProblem with every mistake in it."""
    known = {name: value for name, value in document.items() if name in Own.model_fields}
    problems = [f"{name}: {_unknown(name, Own.model_fields)}" for name in document if name not in known]
    try:
        own = Own.model_validate(known)
    except ValidationError as problem:
        problems += [f"{_place(error['loc'])}: {_said(error)}" for error in problem.errors()]
        wrong = {error["loc"][0] for error in problem.errors()}
        # Go on with what is left, so that every mistake is told at once.
        own = Own.model_validate({name: value for name, value in known.items() if name not in wrong})
    problems += _contradictions(own)
    if problems:
        more = len(problems) - MOST_PROBLEMS
        raise ConfigProblem([*problems[:MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])], ADVICE)
    return own


def coarse(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it may be kept: of where the athlete lives no more than is needed. What is no position stays as
    it is, for `checked` to name."""
    try:
        latitude, longitude = _home(document.get("home"))
    except ValueError:
        return dict(document)
    return {**document, "home": f"{latitude:.1f}, {longitude:.1f}"}


def with_entry(document: Mapping[str, Any], section: str, name: str, value: Any) -> dict[str, Any]:
    """The document with another value under a name of `rules` or `snooze`; an empty one takes it out."""
    entries = {**document.get(section, {}), name: value}
    return {**document, section: {key: entry for key, entry in entries.items() if entry}}


def said(error: Mapping[str, Any]) -> str:
    """What pydantic found wrong, as a runner would say it."""
    if error["type"] in ("int_parsing", "float_parsing"):
        return "is not a number"
    if error["type"] == "bool_parsing":
        return "is neither yes nor no"
    return str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")


_ENTRIES: Mapping[str, type[BaseModel]] = {
    "races": RaceEntry, "modes": ModeEntry, "phases": PhaseEntry, "rules": Override,
}  # fmt: skip


def _said(error: Any) -> str:
    section, inner = str(error["loc"][0]), error["loc"][-1]
    if error["type"] == "extra_forbidden" and section in _ENTRIES:
        return _unknown(str(inner), [field.alias or name for name, field in _ENTRIES[section].model_fields.items()])
    if error["type"] == "missing":
        return "is missing"
    if error["type"] in ("dict_type", "model_type", "tuple_type"):
        return "has another form; `coachd athlete edit` shows how it is written"
    near = _near(str(error["input"]), re.findall(r"'(\w+)'", error["msg"]))
    return said(error) + (f"; did you mean {near}?" if near else "")


def _place(loc: Sequence[int | str]) -> str:
    """`races 2, distance` for ("races", 1, "distance")."""
    words = [str(part + 1) if isinstance(part, int) else part for part in loc if part != "[key]"]
    head = " ".join(words[:2]) if len(loc) > 1 and isinstance(loc[1], int) else words[0]
    return ", ".join([head, *words[2 if head != words[0] else 1 :]])


def _unknown(name: str, known: Iterable[str]) -> str:
    near = _near(name, known)
    return f"unknown; did you mean {near}?" if near else f"unknown; known: {', '.join(known)}"


def _near(name: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def _contradictions(own: Own) -> list[str]:
    given = [(name, rate) for name in RATES if (rate := getattr(own, name)) is not None]
    found = [
        f"{low}: {rate:g} is not below {high} ({above:g})"
        for (low, rate), (high, above) in combinations(given, 2)
        if rate >= above
    ]
    spans = sorted(own.phases, key=lambda span: span.first)
    found += [
        f"phases: {earlier.phase} from {earlier.first} goes on when {later.phase} begins on {later.first}"
        for earlier, later in pairwise(spans)
        if later.first <= (earlier.last or LATEST)
    ]
    keys = Counter(entry.race.key for entry in own.races)
    return found + [f"races: {key} km stands there twice" for key, times in keys.items() if times > 1]
