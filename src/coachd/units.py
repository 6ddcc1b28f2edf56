"""Quantities: numbers that know what they measure, and how to show them to a runner.

Inside coachd everything is in metres, seconds and beats per minute. Miles and kilometres exist in literals and
in output only, so an athlete's choice of units can never change a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Literal

METRES_PER_MILE = 1609.344
METRES_PER_FOOT = 0.3048
DAY = 86_400.0
WEEK = 7 * DAY

VOLUME_PACE = 0.36
"""Seconds a metre, 6:00 /km: how much running time stands for a distance, for one who counts volume in time."""

System = Literal["km", "mi"]
VolumeUnit = Literal["distance", "time", "effort"]
"""What somebody adds up when they say how much they ran. Effort is the distance with ten metres more for each metre
climbed: ITRA's km-effort."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a number measures: powers of length, time, beats and steps.

    The unit of beats and steps is a sixtieth of one, so that a heart rate or a cadence is per minute as runners
    write it although times are in seconds.
    """

    length: int = 0
    time: int = 0
    beats: int = 0
    steps: int = 0
    degrees: int = 0

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(
            self.length + other.length,
            self.time + other.time,
            self.beats + other.beats,
            self.steps + other.steps,
            self.degrees + other.degrees,
        )

    def __truediv__(self, other: Dimension) -> Dimension:
        return Dimension(
            self.length - other.length,
            self.time - other.time,
            self.beats - other.beats,
            self.steps - other.steps,
            self.degrees - other.degrees,
        )


PLAIN = Dimension()
LENGTH = Dimension(length=1)
TIME = Dimension(time=1)
PACE = Dimension(length=-1, time=1)
SPEED = Dimension(length=1, time=-1)
HEART_RATE = Dimension(time=-1, beats=1)
CADENCE = Dimension(time=-1, steps=1)
TEMPERATURE = Dimension(degrees=1)

NAMES: dict[Dimension, str] = {
    PLAIN: "a plain number",
    LENGTH: "a distance",
    TIME: "a duration",
    PACE: "a pace",
    SPEED: "a speed",
    HEART_RATE: "a heart rate",
    CADENCE: "a cadence",
    TEMPERATURE: "a temperature",
}

Show = Literal[
    "number",
    "count",
    "share",
    "rate",
    "distance",
    "climb",
    "volume",
    "effort",
    "running time",
    "duration",
    "clock",
    "days",
    "weeks",
    "pace",
    "speed",
    "bpm",
    "spm",
    "temperature",
]
"""How a quantity is written out. Several ways may share a dimension: 8 days and 45 min are both times.

A volume is a length that is written as its athlete counts it: as a distance, as effort, or as the running time that it
takes at 6:00 /km.
"""

DEFAULT_SHOW: dict[Dimension, Show] = {
    PLAIN: "number",
    LENGTH: "distance",
    TIME: "duration",
    PACE: "pace",
    SPEED: "speed",
    HEART_RATE: "bpm",
    CADENCE: "spm",
    TEMPERATURE: "temperature",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in base units (metres, seconds, per minute), what it measures, and how it is shown."""

    value: float
    dimension: Dimension = PLAIN
    show: Show = "number"


# unit as written -> (factor to base units, dimension, how values with it are shown)
UNITS: dict[str, tuple[float, Dimension, Show]] = {
    "m": (1.0, LENGTH, "climb"),
    "km": (1000.0, LENGTH, "distance"),
    "mi": (METRES_PER_MILE, LENGTH, "distance"),
    "ft": (METRES_PER_FOOT, LENGTH, "climb"),
    "s": (1.0, TIME, "duration"),
    "min": (60.0, TIME, "duration"),
    "h": (3600.0, TIME, "duration"),
    "d": (DAY, TIME, "days"),
    "day": (DAY, TIME, "days"),
    "days": (DAY, TIME, "days"),
    "w": (WEEK, TIME, "weeks"),
    "week": (WEEK, TIME, "weeks"),
    "weeks": (WEEK, TIME, "weeks"),
    "bpm": (1.0, HEART_RATE, "bpm"),
    "spm": (1.0, CADENCE, "spm"),
    "%": (0.01, PLAIN, "share"),
    "m/km": (0.001, PLAIN, "rate"),
    "C": (1.0, TEMPERATURE, "temperature"),
    "/km": (1 / 1000.0, PACE, "pace"),
    "/mi": (1 / METRES_PER_MILE, PACE, "pace"),
    "m/s": (1.0, SPEED, "speed"),
    "km/h": (1 / 3.6, SPEED, "speed"),
}

_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(%|[a-zA-Z]+(?:/[a-z]+)?)?\s*")
_PACE = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*(/km|/mi)\s*")


def parse_quantity(text: str | float) -> Quantity:
    """Read `400 mi`, `7 days`, `21d`, `5:30 /km`, `35%` or a plain number.

    Raises ValueError with a sentence that names the known units.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return Quantity(float(text))
    pace = _PACE.fullmatch(str(text))
    if pace:
        minutes, seconds, unit = pace.groups()
        factor, dimension, show = UNITS[unit]
        return Quantity((int(minutes) * 60 + int(seconds)) * factor, dimension, show)
    match = _NUMBER.fullmatch(str(text))
    if not match:
        raise ValueError(f"{text!r} is not a quantity; write for example 400 mi, 7 days, 35% or 5:30 /km")
    number, unit = match.groups()
    if not isfinite(float(number)):
        raise ValueError(f"{text!r} is too large a number")
    if unit is None:
        return Quantity(float(number))
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}; known: {', '.join(UNITS)}")
    factor, dimension, show = UNITS[unit]
    return Quantity(float(number) * factor, dimension, show)


def days_in(text: str) -> int:
    """Whole days in a text like `21d` or `3 weeks`. Raises ValueError when it says anything else."""
    quantity = parse_quantity(text)
    days = quantity.value / DAY
    if quantity.dimension != TIME or days != int(days) or days < 0:
        raise ValueError(f"'{text}' is no number of whole days; write for example 21d or 3w")
    return int(days)


def shown(quantity: Quantity, system: System = "km") -> str:
    """A quantity as a runner reads it: `8 days`, `23.6 mi`, `1 h 05 min`, `5:12 /km`, `83%`."""
    value = quantity.value
    match quantity.show:
        case "count":
            return f"{value:.0f}"
        case "share":
            return f"{value * 100:.0f}%"
        case "distance" | "volume":
            return distance(value, system)
        case "effort":
            return f"{distance(value, system)}-effort"
        case "running time":
            return duration(value * VOLUME_PACE)
        case "climb":
            return climb(value, system)
        case "duration":
            return duration(value)
        case "clock":
            return stopwatch(value)
        case "days":
            days = value / DAY
            return _counted(days if days < 10 else round(days), "day")
        case "weeks":
            return _counted(value / WEEK, "week")
        case "pace":
            return pace(value, system)
        case "speed":
            return f"{value * 3600 / (1000 if system == 'km' else METRES_PER_MILE):.1f} {system}/h"
        case "rate":
            return f"{value * 1000:.0f} m/km" if system == "km" else f"{value * 5280:.0f} ft/mi"
        case "temperature":
            return f"{value:.0f} °C" if system == "km" else f"{value * 1.8 + 32:.0f} °F"
        case "bpm":
            return f"{value:.0f} bpm"
        case "spm":
            return f"{value:.0f} spm"
        case _:
            return f"{value:g}" if value == int(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def _counted(number: float, noun: str) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"


def distance(metres: float, system: System = "km") -> str:
    """Metres as `12.3 km` or `7.6 mi`; from a hundred on without tenths: `1,818 km`."""
    number = metres / (1000 if system == "km" else METRES_PER_MILE)
    return f"{number:.1f} {system}" if number < 99.95 else f"{number:,.0f} {system}"


def climb(metres: float, system: System = "km") -> str:
    """Metres of height as `520 m` or `1,706 ft`."""
    return f"{metres:,.0f} m" if system == "km" else f"{metres / METRES_PER_FOOT:,.0f} ft"


def duration(seconds: float) -> str:
    """Seconds as `45 min`, `1 h 05 min`, or `20 s` where there is no whole minute."""
    if 0 < round(seconds) < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def stopwatch(seconds: float) -> str:
    """Seconds as `21:40` or `1:45:00`: the time of a race."""
    whole = round(seconds)
    minutes = f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 3600}:{minutes}" if whole >= 3600 else minutes.removeprefix("0")


def pace(seconds_per_metre: float, system: System = "km") -> str:
    """Seconds per metre as `5:12 /km` or `8:22 /mi`."""
    seconds = round(seconds_per_metre * (1000 if system == "km" else METRES_PER_MILE))
    return f"{seconds // 60}:{seconds % 60:02d} /{system}"
