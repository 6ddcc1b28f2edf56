"""A Garmin account export ("Export Your Data") -> recordings, shoes and nights.

Its tables are JSON, in folders below `DI_CONNECT`; the activity files lie in archives within the archive and are read
like any others. Units are not those of Garmin's API: milliseconds, centimetres. Written from the shapes that several
programs agree on; no export was at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from coachd.errors import BrokenFile
from coachd.formats.sports import worded
from coachd.model import Night, Recording, Shoe, family_of
from coachd.sources.files.garmin_json import Raw, identifier, kept, listed, moment, number, objects, positive, text
from coachd.sources.files.garmin_nights import Days, by_day
from coachd.sources.files.members import Member, Members

MOST_BYTES = 160 * 2**20
"""Of one table, unpacked. They hold 1,000 activities each."""

_ACTIVITIES, _WRAPPER = "summarizedActivities", "summarizedActivitiesExport"
_TABLES = re.compile(
    r".*_(?P<kind>summarizedActivities|gear|sleepData|healthStatusData)\.json|(?P<days>UDSFile_).*\.json"
)
_MS, _CM = 1000.0, 100.0
_RACE, _COMMUTE = 1, 5
"""Of `eventTypeId`."""

_ONE_LEG = 120.0
"""Steps a minute that one leg does not make."""

_DROPPED = frozenset(
    {"startLatitude", "startLongitude", "endLatitude", "endLongitude", "locationName", "ownerFullName",
     "ownerDisplayName"}
)  # fmt: skip
"""Positions are never stored: no rule needs them. Nor does one need names."""


@dataclass(slots=True)
class Export:
    """What the tables of an export hold. `skipped` names each activity or table that could not be used, and why."""

    recordings: list[Recording] = field(default_factory=list)
    shoes: list[tuple[Shoe, Mapping[str, Any]]] = field(default_factory=list)
    nights: list[tuple[Night, Mapping[str, Any]]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def is_export(names: list[str]) -> bool:
    """Whether files of these names are one."""
    return any(kind_of(name) == _ACTIVITIES for name in names)


def kind_of(name: str) -> str:
    """What a table holds, by its name; empty for what we do not read."""
    match = _TABLES.fullmatch(PurePosixPath(name).name)
    return (match["kind"] or "days") if match else ""


def read(path: Path, home: ZoneInfo) -> Export:
    """The tables of the export at `path`: the zip, or the folder it unpacks to.

    The whole of a multisport day is left out, its parts are there. Where a row does not say its wall clock, it is that
    of `home`.
    """
    export = Export()
    activities: dict[str, Raw] = {}
    worn: dict[str, str] = {}
    days = Days()
    for member in Members([path], lambda name: bool(kind_of(name))):
        match kind_of(member.name):
            case "summarizedActivities":
                rows = _objects(member, export, _WRAPPER)
                activities |= {identifier(row, "activityId"): row for row in rows if _is_workout(row)}
            case "gear":
                for row in _objects(member, export):
                    worn |= _gear(row, export)
            case "sleepData":
                days.sleep |= by_day(_objects(member, export))
            case "healthStatusData":
                days.health |= by_day(_objects(member, export))
            case "days":
                days.summary |= by_day(_objects(member, export))
            case _:
                _refused(member, export)
    for activity_id, row in activities.items():
        try:
            export.recordings.append(_recording(row, home, worn.get(activity_id)))
        except ValueError as problem:
            export.skipped.append((activity_id or "an activity", str(problem)))
    export.nights += days.nights(home)
    return export


def _is_workout(row: Raw) -> bool:
    """Whether it is one: not the whole of a multisport day, and not the change between two of its parts."""
    return row.get("parent") is not True and not _kind(row).startswith("transition")


def _objects(member: Member, export: Export, wrapper: str = "") -> Iterator[Raw]:
    """The rows of a table; of one that breaks off, those before that place."""
    try:
        yield from objects(member.content(MOST_BYTES), wrapper)
    except BrokenFile as problem:
        export.skipped.append((member.name, problem.reason))
    except ValueError:
        export.skipped.append((member.name, "it is not the JSON that it should be"))


def _refused(member: Member, export: Export) -> None:
    """An archive or folder that could not be opened stands for itself."""
    try:
        member.content(0)
    except BrokenFile as problem:
        export.skipped.append((member.name, problem.reason))


def _gear(row: Raw, export: Export) -> dict[str, str]:
    """Activity id -> name of the gear; its shoes become the export's."""
    names: dict[str, str] = {}
    for each in listed(row, "gearDTOS"):
        name = text(each, "displayName") or text(each, "customMakeModel")
        if not name:
            continue
        names[identifier(each, "gearPk")] = name
        if "shoe" in text(each, "gearTypeName").lower():
            retired = bool(text(each, "dateEnd")) or text(each, "gearStatusName").lower() == "retired"
            shoe = Shoe(id=f"name:{name}", name=name, source="files", retired=retired)
            export.shoes.append((shoe, kept(each)))
    links = row.get("gearActivityDTOs")
    return {
        identifier(link, "activityId"): names[gear]
        for gear in names
        for link in (listed(links, gear) if isinstance(links, Mapping) else ())
    }


def _recording(row: Raw, home: ZoneInfo, gear: str | None) -> Recording:
    """Raises ValueError with the reason where the row cannot be one."""
    external_id = identifier(row, "activityId")
    if not external_id:
        raise ValueError("it has no id")
    start = _start(row)
    local = moment(row, "startTimeLocal")
    sport, _, indoors = worded(_kind(row))
    duration_s = positive(row, "duration", _MS)
    return Recording(
        source="files",
        external_id=f"garmin-{external_id}",
        identity=f"garmin:{external_id}",
        sport=sport,
        start=start,
        start_local=_wall_clock(start, local) or start.astimezone(home).replace(tzinfo=None),
        name=" ".join((text(row, "name") or text(row, "activityName")).split()),
        distance_m=positive(row, "distance", _CM),
        moving_s=positive(row, "movingDuration", _MS) or duration_s,
        elapsed_s=positive(row, "elapsedDuration", _MS) or duration_s,
        gain_m=_climbed(row, "elevationGain"),
        loss_m=_climbed(row, "elevationLoss"),
        average_hr=positive(row, "avgHr"),
        max_hr=positive(row, "maxHr"),
        cadence_spm=_cadence(row, sport),
        workout_type=1 if number(row, "eventTypeId") == _RACE else None,
        gear_name=gear,
        device=text(row, "manufacturer").replace("_", " ").title() or None,
        trainer=indoors,
        commute=number(row, "eventTypeId") == _COMMUTE,
        description=text(row, "description"),
        perceived_effort=_effort(row),
        sets=_sets(row),
        hr_zone_s=_zones(row),
        raw=kept(row, _DROPPED),
    )


def _kind(row: Raw) -> str:
    """Garmin's key of the sport: a text here, an object in the API."""
    nested = row.get("activityType")
    return text(nested, "typeKey") if isinstance(nested, Mapping) else text(row, "activityType")


def _start(row: Raw) -> datetime:
    for key in ("startTimeGmt", "startTimeGMT", "beginTimestamp"):
        start = moment(row, key)
        if start is not None:
            return start
    raise ValueError("it has no start")


def _wall_clock(start: datetime, local: datetime | None) -> datetime | None:
    """The local start, which is written as if it were UTC; None where it cannot be of this start."""
    if local is None or abs((local - start).total_seconds()) > 26 * 3600:
        return None
    return local.replace(tzinfo=None)


def _climbed(row: Raw, key: str) -> float | None:
    value = number(row, key)
    return value / _CM if value is not None and value >= 0 else None


def _cadence(row: Raw, sport: str) -> float | None:
    """Steps a minute of those on foot; the table counts one leg."""
    cadence = positive(row, "avgRunCadence")
    if cadence is None or family_of(sport) not in ("run", "walk"):
        return None
    return cadence * 2 if cadence < _ONE_LEG else cadence


def _effort(row: Raw) -> float | None:
    """The athlete's own rating, from 1 to 10; Garmin keeps ten times that."""
    value = number(row, "workoutRpe")
    return value / 10 if value is not None and 10 <= value <= 100 else None


def _sets(row: Raw) -> int | None:
    value = number(row, "totalSets")
    return int(value) if value is not None and 0 < value < 1000 else None


def _zones(row: Raw) -> tuple[float, ...] | None:
    """Seconds in Garmin's heart-rate zones 1 to 5; below the first and above the last count for nothing."""
    times = [positive(row, f"hrTimeInZone_{zone}", _MS) for zone in range(1, 6)]
    return tuple(seconds or 0.0 for seconds in times) if any(times) else None
