"""Activity files for tests, of invented runs: FIT message by message, TCX and GPX from a workout that was read."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fitdecode import utils
from fitdecode.utils import compute_crc

from coachd.formats import Workout
from coachd.formats.messages import EPOCH, SEMICIRCLE

REAL = Path(__file__).parents[1].parent / "shared" / "data" / "files"
"""Real recordings; tests that need them are skipped where they are absent."""

START = datetime(2026, 5, 3, 7, 30, tzinfo=UTC)
_FORMATS = {
    "enum": "B", "uint8": "B", "uint8z": "B", "sint8": "b", "uint16": "H", "sint16": "h", "uint32": "I", "uint32z": "I",
    "sint32": "i", "byte": "B", "float32": "f", "bool": "B",
}  # fmt: skip


def at(seconds: float) -> int:
    """FIT's time so many seconds after the start of the invented run."""
    return int(START.timestamp() + seconds) - EPOCH


def message(kind: str, *extra: tuple[int, int, bytes], **values) -> bytes:
    """A definition and a message of it. Values are in the units of FIT's profile; None writes the invalid value, and a
    list an array. `extra` are raw fields: (number, base type, bytes)."""
    of = utils.get_mesg_type(kind)
    fields = []
    for name, value in values.items():
        field = next(field for field in of.fields.values() if field.name == name)
        fields.append((field.def_num, field.base_type.identifier, _raw(field, value)))
    fields += extra
    definition = struct.pack("<BBBHB", 0x40, 0, 0, of.mesg_num, len(fields))
    definition += b"".join(struct.pack("<BBB", number, len(raw), base) for number, base, raw in fields)
    return definition + b"\x00" + b"".join(raw for _, _, raw in fields)


def _raw(field, value) -> bytes:
    base = field.base_type
    if base.name == "string":
        return value.encode() + b"\x00"
    if isinstance(value, list):
        return b"".join(_raw(field, each) for each in value)
    code = _FORMATS[base.name]
    if value is None:
        signed = code.islower()
        bits = struct.calcsize("<" + code) * 8 - signed
        return struct.pack("<" + code, 2**bits - 1)
    if isinstance(value, str):
        value = next(number for number, word in field.type.enum.items() if word == value)
    if field.name.startswith("position_"):
        value = round(value / SEMICIRCLE)
    else:
        value = value * (field.scale or 1) + (field.offset or 0) * (field.scale or 1)
    return struct.pack("<" + code, value if code == "f" else round(value))


def fit_file(*messages: bytes) -> bytes:
    """A whole FIT file with its checksums."""
    body = b"".join(messages)
    header = struct.pack("<BBHI4s", 14, 0x10, 2171, len(body), b".FIT")
    header += struct.pack("<H", compute_crc(header))
    return header + body + struct.pack("<H", compute_crc(header + body))


def file_id(kind: str = "activity", **values) -> bytes:
    return message("file_id", type=kind, **{"manufacturer": "garmin", "product": 4257, "time_created": at(0), **values})


def records(seconds: Iterable[int], **values) -> bytes:
    """A point at each second, due north at 3 m/s from the invented start; `values` override what it holds."""
    made = []
    for second in seconds:
        standard = {
            "timestamp": at(second), "position_lat": 52.0 + second * 3 / 111_195, "position_long": 4.5,
            "distance": second * 3.0, "altitude": 10.0, "speed": 3.0, "heart_rate": 140, "cadence": 85,
        }  # fmt: skip
        made.append(message("record", **{name: v for name, v in {**standard, **values}.items() if v != "left out"}))
    return b"".join(made)


def session(seconds: float = 600, **values) -> bytes:
    standard = {
        "timestamp": at(seconds), "start_time": at(0), "sport": "running", "total_elapsed_time": seconds,
        "total_timer_time": seconds, "total_distance": seconds * 3,
    }  # fmt: skip
    return message("session", **{name: v for name, v in {**standard, **values}.items() if v != "left out"})


def run_file(**values) -> bytes:
    """An ordinary run of ten minutes; `values` are of its session."""
    return fit_file(file_id(), records(range(601)), session(**values))


def gpx_file(workout: Workout, *, prefix: str = "gpxtpx", declared: bool = True) -> bytes:
    """The workout as Garmin Connect would give it as GPX: whole seconds, no distances."""
    columns = workout.columns
    points = []
    for place, moment in enumerate(columns["time"]):
        fix = columns["latlng"][place]
        if fix is None:
            continue
        more = "".join(
            f"<{prefix}:{tag}>{value:.0f}</{prefix}:{tag}>"
            for tag, name in (("hr", "heartrate"), ("cad", "cadence"))
            if (value := columns[name][place]) is not None
        )
        points.append(
            f'<trkpt lat="{fix[0]:.6f}" lon="{fix[1]:.6f}"><ele>{columns["altitude"][place]:.1f}</ele>'
            f"<time>{_time(workout, moment)}</time><extensions><{prefix}:TrackPointExtension>{more}"
            f"</{prefix}:TrackPointExtension></extensions></trkpt>"
        )
    names = f' xmlns:{prefix}="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"' if declared else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gpx creator="Garmin Connect" version="1.1" '
        f'xmlns="http://www.topografix.com/GPX/1/1"{names}><trk><name>Morning run</name><type>running</type>'
        f"<trkseg>{''.join(points)}</trkseg></trk></gpx>"
    ).encode()


def tcx_file(workout: Workout, *, positions: bool = True) -> bytes:
    """The workout as one lap of TCX."""
    columns = workout.columns
    points = []
    for place, moment in enumerate(columns["time"]):
        fix = columns["latlng"][place] if positions else None
        where = (
            f"<Position><LatitudeDegrees>{fix[0]}</LatitudeDegrees><LongitudeDegrees>{fix[1]}</LongitudeDegrees>"
            f"</Position><AltitudeMeters>{columns['altitude'][place]}</AltitudeMeters>"
            if fix
            else ""
        )
        points.append(
            f"<Trackpoint><Time>{_time(workout, moment)}</Time>{where}<DistanceMeters>{columns['distance'][place]}"
            f"</DistanceMeters><HeartRateBpm><Value>{columns['heartrate'][place]}</Value></HeartRateBpm><Extensions>"
            f"<ns3:TPX><ns3:Speed>{columns['velocity_smooth'][place]}</ns3:Speed>"
            f"<ns3:RunCadence>{columns['cadence'][place]:.0f}</ns3:RunCadence></ns3:TPX></Extensions></Trackpoint>"
        )
    lap = (
        f'<Lap StartTime="{_time(workout, 0)}"><TotalTimeSeconds>{workout.moving_s}</TotalTimeSeconds><DistanceMeters>'
        f"{workout.distance_m}</DistanceMeters><Track>{''.join(points)}</Track></Lap>"
    )
    return tcx_of(f'<Activity Sport="Running"><Id>{_time(workout, -8)}</Id>{lap}</Activity>')


def tcx_of(activities: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
        'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">'
        f"<Activities>{activities}</Activities></TrainingCenterDatabase>"
    ).encode()


def _time(workout: Workout, seconds: float) -> str:
    return (workout.start + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
