"""Words, numbers and dates as a runner reads them, and foreign text made harmless.

Pure, and whatever the machine's locale is.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import date, time

from coachd.model import Athlete, Period
from coachd.units import METRES_PER_MILE, System, distance, duration

COLUMNS = 76
"""How wide the text part is."""

DEVICES_NAMED = 5

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_WEEKDAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def one_line(text: str, limit: int) -> str:
    """Text from elsewhere (an activity's name) on one line of at most `limit` characters.

    Control characters and direction overrides go. Right-to-left text is isolated, so that it cannot turn around the
    words after it.
    """
    visible = "".join(sign for sign in re.sub(r"\s+", " ", text) if not _steers(sign)).strip()
    if len(visible) > limit:
        visible = visible[: limit - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in visible):
        return f"\N{FIRST STRONG ISOLATE}{visible}\N{POP DIRECTIONAL ISOLATE}"
    return visible


def _steers(sign: str) -> bool:
    """Whether a character moves the cursor or the writing direction instead of showing something."""
    return unicodedata.category(sign) in {"Cc", "Cs"} or "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"


def capitalised(text: str) -> str:
    """The text with a capital first letter; the rest stays as it is, names included."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: a capital first letter, and an end."""
    return capitalised(text) + ("" if not text or text[-1] in ".?!…" else ".")


def count(number: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Sequence[str]) -> str:
    """`Mon`, `Mon and Fri`, `Mon, Wed and Fri`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def credit(devices: Sequence[str]) -> str:
    """The sentence by which Garmin asks to be named beside its data; empty where none of it is there."""
    return f"Data from {listed([one_line(device, 60) for device in devices[:DEVICES_NAMED]])}." if devices else ""


def weekday(day: date) -> str:
    """`Mon`."""
    return _WEEKDAYS[day.weekday()]


def date_name(day: date) -> str:
    """`6 Oct`."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def day_name(day: date) -> str:
    """`Mon 6 Oct`."""
    return f"{weekday(day)} {date_name(day)}"


def in_days(days: int) -> str:
    """`today`, `tomorrow`, `in 13 days`."""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def span(period: Period) -> str:
    """`Mon 16 to Sun 22 Nov 2026`: month and year stand at the first day only where they change."""
    first, last = period.first, period.last
    if first.year != last.year:
        start = f"{day_name(first)} {first.year}"
    elif first.month != last.month:
        start = day_name(first)
    else:
        start = f"{weekday(first)} {first.day}"
    return f"{start} to {day_name(last)} {last.year}"


def time_of_day(moment: time, athlete: Athlete) -> str:
    """`18:30` or `6:30 pm`, as the athlete reads the clock."""
    if athlete.clock == "24h":
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"


def rhythm(athlete: Athlete) -> str:
    """When the weekly mail comes: `Mondays at 06:00`."""
    return f"{_LONG_WEEKDAYS[athlete.digest_day]}s at {time_of_day(athlete.digest_time, athlete)}"


def typed(athlete: Athlete, words: str) -> str:
    """The command as this athlete types it."""
    return f"coachd {words}" if athlete.id == "me" else f"coachd --athlete {one_line(athlete.id, 40)} {words}"


def volume(metres: float, seconds: float, athlete: Athlete) -> str:
    """How much was run, as its runner counts it: the distance, or the time where that is what they add up.

    The time also stands where no distance was recorded (a treadmill).
    """
    in_time = athlete.volume_unit == "time" or metres == 0
    return duration(seconds) if in_time and seconds > 0 else distance(metres, athlete.units)


def short_volume(metres: float, seconds: float, athlete: Athlete) -> str:
    """The same for a narrow cell: `11.8` without its unit, or `1:05 h`."""
    shown = volume(metres, seconds, athlete)
    if shown.endswith(f" {athlete.units}"):
        return shown.removesuffix(f" {athlete.units}")
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"


def distance_range(metres: tuple[float, float], units: System) -> str:
    """`14 to 16 km`: whole numbers, since it is a suggestion."""
    low, high = (round(end / (1000 if units == "km" else METRES_PER_MILE)) for end in metres)
    return f"{low} {units}" if low == high else f"{low} to {high} {units}"


def unbroken(text: str) -> str:
    """The text on one line wherever it stands; not every mail reader knows the style for that."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def wrapped(text: str, indent: int = 0, first: str = "") -> str:
    """A paragraph for a terminal: at most 76 columns, after `first` on its first line."""
    margin = " " * indent
    return textwrap.fill(
        text, COLUMNS, initial_indent=first or margin, subsequent_indent=margin, break_on_hyphens=False
    )


def aligned(rows: Sequence[Sequence[str]], indent: int = 0) -> list[str]:
    """A table as lines, every column starting at the same place; a long last cell goes on below itself."""
    before = [row[:-1] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*before, strict=True)]
    lines = []
    for row in rows:
        head = " " * indent + "".join(f"{cell:<{width}}  " for cell, width in zip(row[:-1], widths, strict=True))
        lines += wrapped(row[-1], len(head), head).splitlines() or [head.rstrip()]
    return lines
