"""A writer of FIT activity files, as small as the demo needs it: what a watch hands over, made from columns.

Layout: FIT protocol 2.0 (header, definition and data messages, CRC-16); the numbers of messages and fields are those
of the public profile.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
SEMICIRCLES = 2**31 / 180
FILE_ID, SESSION, LAP, RECORD, EVENT, ACTIVITY, SET = 0, 18, 19, 20, 21, 34, 225
GARMIN, FORERUNNER_265 = 1, 4257

TYPES = {"enum": (0x00, "B", 0xFF), "uint8": (0x02, "B", 0xFF), "uint16": (0x84, "H", 0xFFFF),
         "sint32": (0x85, "i", 0x7FFFFFFF), "uint32": (0x86, "I", 0xFFFFFFFF), "uint32z": (0x8C, "I", 0)}  # fmt: skip
"""Base type -> its number, its struct code, and the value that says "unknown"."""

SAMPLE = [(253, "uint32"), (0, "sint32"), (1, "sint32"), (5, "uint32"), (73, "uint32"), (78, "uint32"), (3, "uint8"),
          (4, "uint8")]  # fmt: skip
"""A record: timestamp, latitude, longitude, distance (cm), speed (mm/s), altitude ((m + 500) * 5), heart rate,
cadence."""

Field = tuple[int, str, int | None]


@dataclass(frozen=True, slots=True)
class Workout:
    """What a file's session says, beside its samples. Sport numbers are FIT's; `sets` are (seconds, repetitions).
    `start` carries the zone of the watch."""

    start: datetime
    sport: int
    sub_sport: int
    elapsed_s: float
    timer_s: float
    distance_m: float | None
    gain_m: float | None
    average_hr: float | None
    max_hr: float | None
    cadence: float | None
    sets: Sequence[tuple[float, int]] = ()


def fit_file(workout: Workout, columns: Mapping[str, Sequence[Any]]) -> bytes:
    """A FIT file of one session with one lap. `columns` go by Strava's names and units; `time` names the rows.

    A hole of more than five seconds in `time` is a pause, written as timer events. Cadence is per leg, as in FIT.
    """
    start = _stamp(workout.start)
    made = _Writer()
    made.add(FILE_ID, [(0, "enum", 4), (1, "uint16", GARMIN), (2, "uint16", FORERUNNER_265), (3, "uint32z", 1),
                       (4, "uint32", start)])  # fmt: skip
    _event(made, start, stopped=False)
    _samples(made, start, columns)
    _sets(made, start, workout.sets)
    end = start + round(workout.elapsed_s)
    _event(made, end, stopped=True)
    whole: list[Field] = [
        (253, "uint32", end), (2, "uint32", start), (7, "uint32", _scaled(workout.elapsed_s, 1000)),
        (8, "uint32", _scaled(workout.timer_s, 1000)), (9, "uint32", _scaled(workout.distance_m, 100)),
    ]  # fmt: skip
    body = [_scaled(value) for value in (workout.average_hr, workout.max_hr, workout.cadence)]
    hr, peak, cadence = body
    made.add(LAP, [*whole, (15, "uint8", hr), (16, "uint8", peak), (17, "uint8", cadence)])
    made.add(SESSION, [
        *whole, (5, "enum", workout.sport), (6, "enum", workout.sub_sport), (16, "uint8", hr), (17, "uint8", peak),
        (18, "uint8", cadence), (22, "uint16", _scaled(workout.gain_m)), (23, "uint16", _scaled(workout.gain_m)),
        (25, "uint16", 0), (26, "uint16", 1),
    ])  # fmt: skip
    wall_clock = end + round((workout.start.utcoffset() or timedelta()).total_seconds())
    made.add(ACTIVITY, [(253, "uint32", end), (0, "uint32", _scaled(workout.timer_s, 1000)), (1, "uint16", 1),
                        (2, "enum", 0), (3, "enum", 26), (4, "enum", 1),
                        (5, "uint32", wall_clock)])  # fmt: skip
    return made.file()


def _samples(made: _Writer, start: int, columns: Mapping[str, Sequence[Any]]) -> None:
    times = columns["time"]
    empty = [None] * len(times)
    places = columns.get("latlng") or [(None, None)] * len(times)
    rows = zip(times, places, *(columns.get(name) or empty for name in
               ("distance", "velocity_smooth", "altitude", "heartrate", "cadence")), strict=True)  # fmt: skip
    last = None
    for second, (north, east), metres, speed, height, hr, cadence in rows:
        if last is not None and second - last > 5:
            _event(made, start + last, stopped=True)
            _event(made, start + second, stopped=False)
        last = second
        values = (
            start + second, _scaled(north, SEMICIRCLES), _scaled(east, SEMICIRCLES), _scaled(metres, 100),
            _scaled(speed, 1000), None if height is None else round((height + 500) * 5), _scaled(hr), _scaled(cadence),
        )  # fmt: skip
        made.add(RECORD, [(number, kind, value) for (number, kind), value in zip(SAMPLE, values, strict=True)])


def _sets(made: _Writer, start: int, sets: Sequence[tuple[float, int]]) -> None:
    """Sets of strength training one after the other, with a rest as long as the set behind each."""
    at = start
    for seconds, repetitions in sets:
        for active in (1, 0):
            end = at + round(seconds)
            made.add(SET, [(254, "uint32", end), (0, "uint32", _scaled(seconds, 1000)),
                           (3, "uint16", repetitions if active else None), (5, "uint8", active),
                           (6, "uint32", at)])  # fmt: skip
            at = end


def _event(made: _Writer, at: int, *, stopped: bool) -> None:
    made.add(EVENT, [(253, "uint32", at), (0, "enum", 0), (1, "enum", 4 if stopped else 0)])


def _stamp(moment: datetime) -> int:
    return round((moment - EPOCH).total_seconds())


def _scaled(value: float | None, factor: float = 1) -> int | None:
    return None if value is None else round(value * factor)


class _Writer:
    """Messages one after the other; a definition goes before the first of each layout."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._layouts: dict[tuple[int, tuple[tuple[int, str], ...]], tuple[int, struct.Struct]] = {}

    def add(self, message: int, fields: Sequence[Field]) -> None:
        layout = message, tuple((number, kind) for number, kind, _ in fields)
        if layout not in self._layouts:
            self._layouts[layout] = self._define(message, fields)
        local, packer = self._layouts[layout]
        unknown = (TYPES[kind][2] if value is None else value for _, kind, value in fields)
        self._data.append(local)
        self._data += packer.pack(*unknown)

    def _define(self, message: int, fields: Sequence[Field]) -> tuple[int, struct.Struct]:
        local = len(self._layouts)
        packer = struct.Struct("<" + "".join(TYPES[kind][1] for _, kind, _ in fields))
        self._data += struct.pack("<BBBHB", 0x40 | local, 0, 0, message, len(fields))
        for number, kind, _ in fields:
            self._data += bytes((number, struct.calcsize("<" + TYPES[kind][1]), TYPES[kind][0]))
        return local, packer

    def file(self) -> bytes:
        head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(self._data), b".FIT")
        head += struct.pack("<H", _crc(head))
        return head + bytes(self._data) + struct.pack("<H", _crc(head + bytes(self._data)))


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


CRC = tuple(map(_remainder, range(256)))


def _crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 0xFF]
    return crc
