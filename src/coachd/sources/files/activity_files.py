"""An activity file -> recordings, with the numbers worked out from what it recorded second by second."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from coachd import formats
from coachd.errors import BrokenFile
from coachd.formats import Workout
from coachd.history.known import Known
from coachd.history.streams import numbers
from coachd.model import Recording, StreamNumbers, family_of
from coachd.sources import harmless

log = logging.getLogger("coachd")

_SUFFIXES = (".fit", ".gpx", ".tcx")
_GZIP = b"\x1f\x8b"

_GARMINS = re.compile(r"(?:.*/)?(\d{6,20})_ACTIVITY\.\w+(?:\.gz)?", re.IGNORECASE)
"""As Garmin calls the files that it hands out: by its own id of the activity."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a table says of a file: the workout it is of, and when that began."""

    identity: str
    start: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: what is in it, unpacked, with the SHA-256 of that; `size` is that of the file as it lay there."""

    name: str
    size: int
    content: bytes = field(repr=False)
    digest: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known before a file is read: the zone of those that do not say theirs, and (day, VDOT), by day."""

    home: ZoneInfo
    vdots: tuple[tuple[date, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a file. `numbers` are by the id of the recording; `reason` says why it was skipped or is broken,
    `aside` what could not be used of it beside what could."""

    name: str
    size: int
    digest: str
    outcome: Literal["read", "skipped", "broken"]
    reason: str = ""
    aside: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
    numbers: Mapping[str, StreamNumbers] = field(default_factory=dict)


def is_one(name: str) -> bool:
    """Whether a file of this name is an activity file."""
    return name.lower().removesuffix(".gz").endswith(_SUFFIXES)


def unpacked(content: bytes) -> bytes:
    """What is in the file, a gzip unpacked. Raises BrokenFile where it cannot be."""
    return formats.inflated(content) if content.startswith(_GZIP) else content


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read(file: File, reader: Reader) -> Found:
    """The file's workouts as recordings of source `files`. Never raises for what is in it.

    A recording is named by the file's digest, `#2` and so on for its further workouts; those that a table names bear
    the identity that stands there.
    """
    try:
        return _found(file, reader)
    except BrokenFile as problem:
        return Found(file.name, file.size, file.digest, "broken", problem.reason)
    except Exception:  # the edge of one file: a surprise in it must not keep the others from being read
        log.exception("%s: a surprise", harmless(file.name))
        return Found(file.name, file.size, file.digest, "broken", "it is not understood; see the log")


def _found(file: File, reader: Reader) -> Found:
    found = formats.read(file.content, file.name)
    if not found.workouts:
        return Found(file.name, file.size, file.digest, "skipped", found.skipped)
    linked = _linked(found.workouts, file.links)
    recordings, made = [], {}
    for place, workout in enumerate(found.workouts):
        external_id = file.digest if place == 0 else f"{file.digest}#{place + 1}"
        identity = linked.get(place, f"file:{external_id}")
        recording = _recording(workout, external_id, identity, file, reader.home)
        recordings.append(recording)
        if family_of(recording.sport) == "run" and workout.columns:
            made[external_id] = _numbers(workout, recording, reader.vdots)
    return Found(
        file.name, file.size, file.digest, "read",
        aside=found.aside, recordings=tuple(recordings), numbers=made,
    )  # fmt: skip


def _linked(workouts: Sequence[Workout], links: Sequence[Link]) -> dict[int, str]:
    """Place of a workout -> the identity that a table gives it: of several workouts in a file, the one that began
    nearest. Where there is but one, it is that one: Strava lets its start be cropped."""
    found: dict[int, str] = {}
    for link in links:
        free = [place for place in range(len(workouts)) if place not in found]
        if free:
            nearest = min(free, key=lambda place: abs(workouts[place].start - link.start))
            found[nearest] = link.identity
    return found


def _recording(workout: Workout, external_id: str, identity: str, file: File, home: ZoneInfo) -> Recording:
    local = workout.start_local or workout.start.astimezone(home).replace(tzinfo=None)
    garmins = _GARMINS.fullmatch(file.name)
    return Recording(
        source="files",
        external_id=external_id,
        identity=identity,
        sport=workout.sport,
        start=workout.start,
        start_local=local,
        name=" ".join(harmless(workout.name).split()),
        zone=workout.zone or (_offset(workout.start, local) if workout.start_local else None),
        distance_m=workout.distance_m,
        moving_s=workout.moving_s,
        elapsed_s=workout.elapsed_s,
        gain_m=workout.gain_m,
        loss_m=workout.loss_m,
        average_hr=workout.average_hr,
        max_hr=workout.max_hr,
        cadence_spm=workout.cadence_spm,
        perceived_effort=workout.perceived_effort,
        sets=workout.sets,
        hr_zone_s=workout.hr_zone_s,
        device=harmless(workout.device) or None,
        trainer=workout.trainer,
        original=True,
        also=(f"garmin:{garmins[1]}",) if garmins else (),
        raw={
            "file": harmless(file.name), "part": workout.part, "sub_sport": harmless(workout.sub_sport),
            "rebuilt": workout.rebuilt,
        },
    )  # fmt: skip


def _offset(start: datetime, local: datetime) -> str:
    """How far the wall clock was ahead of UTC, as `+02:00`: a device knows no zone by name."""
    minutes = round((local - start.replace(tzinfo=None)).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _numbers(workout: Workout, run: Recording, vdots: Sequence[tuple[date, float]]) -> StreamNumbers:
    day = run.start_local.date()
    fitness = Known([(raced, vdot) for raced, vdot in vdots if raced < day]).fitness(day)
    indoors = workout.trainer or workout.sport == "VirtualRun"
    return numbers(workout.columns, vdot=fitness.vdot if fitness else None, indoors=indoors)
