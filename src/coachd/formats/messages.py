"""The messages of a FIT file, gathered by what they tell of: the only place that knows the decoder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from coachd.errors import BrokenFile
from coachd.formats.limits import MAX_KEPT, MAX_MESSAGES, MAX_PARTS, MAX_POINTS
from coachd.formats.points import Point

EPOCH = 631_065_600
"""FIT counts seconds from 1989-12-31 (UTC)."""

SEMICIRCLE = 180 / 2**31

Values = Mapping[str, Any]
"""A message: the value of each field of FIT's profile by its name, without those that are invalid."""

_KEPT = frozenset({"session", "activity", "event", "set", "time_in_zone"})


@dataclass(slots=True)
class File:
    """One FIT file, of which several may be chained. Times of points are in FIT's seconds.

    `kind` is the `type` of its file_id, None without one. `broken` says that it could not be read to its end.
    """

    kind: str | int | None = None
    points: list[Point] = field(default_factory=list)
    told: dict[str, list[Values]] = field(default_factory=dict)
    first: dict[str, Values] = field(default_factory=dict)
    broken: bool = False

    def all(self, name: str) -> list[Values]:
        return self.told.get(name, [])

    def one(self, name: str) -> Values:
        """The first message of the name; empty without one."""
        return self.first.get(name, {})


def files(content: bytes) -> list[File]:
    """The chained files of the content; what the decoder cannot read ends the one it stands in, and all.

    Checksums are not computed. A wrong one says that some byte differs, not which: nearly always the recording is all
    there, and what could not be read shows by itself. Raises BrokenFile where there is more than a workout can have.
    """
    found: list[File] = []
    points = messages = 0
    for frame in _frames(content):
        if frame is None:
            if found:
                found[-1].broken = True
            break
        messages += 1
        if frame == "header":
            found.append(File())
            if len(found) > MAX_PARTS:
                raise BrokenFile("it has too many parts")
            continue
        if messages > MAX_MESSAGES:
            raise BrokenFile("it has more than 2,000,000 messages")
        if not found:
            continue
        name, values = frame
        if name == "record":
            points += 1
            if points > MAX_POINTS:
                raise BrokenFile("it has more than 500,000 points")
        _keep(found[-1], name, values)
        if name == "file_id" and not is_activity(found[-1]):
            break  # of wellness and settings, of which people have thousands, no more needs to be read
    return found


def is_activity(file: File) -> bool:
    """Whether it says so; or says nothing, which broken ones do."""
    return file.kind in (None, "activity", "activity_summary")


def _keep(file: File, name: str, values: Values) -> None:
    if name == "record":
        point = _point(values)
        if point is not None:
            file.points.append(point)
        return
    if name == "file_id" and not file.first.get(name):
        file.kind = values.get("type")
    file.first.setdefault(name, values)
    if name in _KEPT:
        kept = file.told.setdefault(name, [])
        kept.append(values)
        if len(kept) > (MAX_PARTS if name == "session" else MAX_KEPT):
            raise BrokenFile("it has too many parts")


def _point(values: Values) -> Point | None:
    """None where it has no time."""
    at = real(values, "timestamp")
    if at is None:
        return None
    latitude, longitude = real(values, "position_lat"), real(values, "position_long")
    cadence, fraction = real(values, "cadence"), real(values, "fractional_cadence")
    altitude, speed = real(values, "enhanced_altitude"), real(values, "enhanced_speed")
    return Point(
        at=at,
        latitude=None if latitude is None else latitude * SEMICIRCLE,
        longitude=None if longitude is None else longitude * SEMICIRCLE,
        altitude=real(values, "altitude") if altitude is None else altitude,
        distance=real(values, "distance"),
        speed=real(values, "speed") if speed is None else speed,
        heart_rate=real(values, "heart_rate"),
        cadence=None if cadence is None else cadence + (fraction or 0.0),
    )


def real(values: Values, name: str) -> float | None:
    """The field as a number; None without it, or where it is none (damaged files have lists of them)."""
    value = values.get(name)
    return value if type(value) in (int, float) else None


def _frames(content: bytes) -> Iterator[Any]:
    """For each header "header", for each known message (name, values), and None at last if reading failed."""
    import fitdecode
    from fitdecode.types import DevField

    reader = fitdecode.FitReader(
        content,
        # Its processors turn times into dates, at a third of all the work; and it is we who say which can be true.
        processor=None,
        check_crc=fitdecode.CrcCheck.DISABLED,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    frames = iter(reader)
    while True:
        try:
            frame = next(frames, None)
        except Exception:  # noqa: BLE001  # on damaged bytes the decoder fails in any way: KeyError, struct.error …
            yield None
            return
        if frame is None:
            return
        if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
            yield "header"
        elif frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.mesg_type is not None:
            values: dict[str, Any] = {}
            for data in frame.fields:
                # A field may stand there twice, the second time without a value; and those of developers may bear the
                # names of others.
                kind = data.field
                if kind is not None and data.value is not None and kind.__class__ is not DevField:
                    values.setdefault(kind.name, data.value)
            yield frame.name, values
