"""The activities of an inline test, as they are written: what `history` would work out is given, or left unknown.

Runs are easy unless the test says otherwise, because most tests are about something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from coachd.language.case_numbers import CaseNumbers
from coachd.language.document import Node
from coachd.language.vocabulary import ACTIVITY
from coachd.model import FAMILIES, Activity, Bout, StreamNumbers
from coachd.units import CADENCE, HEART_RATE, LENGTH, PACE, PLAIN, SPEED, TEMPERATURE, TIME, Dimension

_SPORT_OF_FAMILY = {family: sport for sport, family in reversed(FAMILIES.items())} | {"other": "Sail"}
_EASY_PACE = 0.36
"""Six minutes per kilometre: how fast a run is whose time does not matter to the test."""

_NUMBERS = {
    "distance": "distance_m", "time": "moving_s", "elapsed": "elapsed_s", "gain": "gain_m", "loss": "loss_m",
    "average_hr": "average_hr", "max_hr": "max_hr", "cadence": "cadence_spm", "above": "above_share",
    "strides": "strides", "work": "work_s", "load": "load", "efficiency": "efficiency", "decoupling": "decoupling",
    "temperature": "temperature_c",
}  # fmt: skip
_WORDS = {"name": "name", "gear": "gear_id", "device": "device", "judged": "judged", "structure": "structure"}
_FLAGS = ("trainer", "commute", "manual")
_MAYBE = ("hard", "long", "easy_intended")
_HARD = ("race", "workout", "hard")
_MEANT_EASY = ("easy", "recovery", "long")


class ActivityReader:
    """Reads activities, and numbers them in the order written."""

    def __init__(self, read: CaseNumbers) -> None:
        self.read = read
        self.number = 0

    def activities(self, entry: Node) -> Iterator[Activity]:
        found = self.activity(entry)
        clock = time.fromisoformat(entry.string("at", "09:00"))
        ahead = timedelta(seconds=self.read.quantity(entry, "utc_offset", TIME) or 0.0)
        for day in self.read.days(entry):
            self.number += 1
            at = datetime.combine(day, clock)
            yield Activity(id=self.number, start=at.replace(tzinfo=UTC) - ahead, start_local=at, **found)

    def activity(self, entry: Node) -> dict[str, Any]:
        """The fields of one activity. A run's missing time or distance follows from its pace."""
        written = entry.string("sport", "run")
        sport = _SPORT_OF_FAMILY.get(cast("Any", written), written)
        run = FAMILIES.get(sport) == "run"
        found: dict[str, Any] = {
            field: self.read.quantity(entry, name, ACTIVITY[name].type.dimension)
            for name, field in _NUMBERS.items()
            if name in entry.fields
        }
        pace = self.read.quantity(entry, "pace", PACE) or (_EASY_PACE if run else None)
        distance, moving = found.get("distance_m"), found.get("moving_s")
        if pace and distance is not None and moving is None:
            found["moving_s"] = distance * pace
        elif pace and moving is not None and distance is None and entry.get("pace"):
            found["distance_m"] = moving / pace
        graded = self.read.quantity(entry, "graded_pace", PACE)
        return {
            **found,
            **{field: entry.string(name) or None for name, field in _WORDS.items() if name in entry.fields},
            **{name: entry.string(name) == "true" for name in _FLAGS if name in entry.fields},
            **(self.classified(entry) if run else {}),
            "sport": sport,
            "tags": frozenset(entry.strings("tags")),
            "trail": entry.string("trail", str(sport == "TrailRun").lower()) == "true",
            "dew_point_c": self.read.quantity(entry, "dew_point", TEMPERATURE),
            "graded_speed": 1 / graded if graded else None,
            "streams": self.streams(entry, found.get("moving_s") or 0.0),
        }

    def classified(self, entry: Node) -> dict[str, Any]:
        """What kind of run it is, and what follows from that unless the test says otherwise."""
        kind = entry.string("kind", "easy")
        known = kind != "unknown"
        judged = entry.string("judged", "unknown")
        implied = {
            "hard": kind in _HARD if known else None,
            "long": kind == "long" if known else None,
            "easy_intended": kind in _MEANT_EASY,
        }
        said = {name: _flag(entry.string(name)) for name in _MAYBE if name in entry.fields}
        return {"kind": kind if known else None, "judged": None if judged == "unknown" else judged, **implied, **said}

    def streams(self, entry: Node, moving_s: float) -> StreamNumbers | None:
        node = entry.get("streams")
        if node is None:
            return None
        found: dict[str, Any] = {}
        for field in fields(StreamNumbers):
            written = node.get(field.name)
            if written is None:
                continue
            if written.shape == "mapping":
                seconds = {key: self.read.quantity(written, key, TIME, PLAIN) for key in written.fields}
                found[field.name] = {int(key): value or 0.0 for key, value in seconds.items()}
            elif written.shape == "list":
                found[field.name] = tuple(self.bout(item) for item in written.items)
            elif field.name == "hr_suspect":
                found[field.name] = written.text
            else:
                value = self.read.quantity(node, field.name, PLAIN, _stream_dimension(field.name))
                found[field.name] = int(value or 0) if str(field.type).startswith("int") else value
        return StreamNumbers(**{"moving_s": moving_s, **found})

    def bout(self, node: Node) -> Bout:
        start, duration = (self.read.quantity(node, key, TIME) or 0.0 for key in ("start", "duration"))
        return Bout(start, duration, self.read.quantity(node, "speed", SPEED) or 0.0)


def _flag(text: str) -> bool | None:
    return None if text == "unknown" else text == "true"


def _stream_dimension(name: str) -> Dimension:
    """What a number worked out from streams measures, by its name."""
    endings: dict[str, Dimension] = {"_s": TIME, "_m": LENGTH, "_speed": SPEED, "_10s": SPEED, "_2min": HEART_RATE}
    if name.startswith("cadence_") and not name.endswith("coverage"):
        return CADENCE
    return next((dimension for ending, dimension in endings.items() if name.endswith(ending)), PLAIN)
