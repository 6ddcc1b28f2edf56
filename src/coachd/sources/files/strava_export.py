"""The table of a Strava bulk export -> recordings and shoes.

An export is the athlete's own copy of their log, so it needs no account and falls under no retention. Of its some
fifty files only `activities.csv` and `shoes.csv` are opened here, and elsewhere the activity files that the first of
them names. The traps of the table, all seen in real exports:
names occur twice (the first for people, in kilometres; the second exact, in metres and seconds), headers and dates
are in the account's language, times are UTC without saying so, and descriptions run over lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from coachd.errors import InputProblem
from coachd.model import Recording, Shoe, family_of
from coachd.sources import harmless, sensible
from coachd.sources.files import archive
from coachd.sources.files.activity_files import Link
from coachd.sources.files.strava_dialect import field_of, moment, number, signed, sport_of, yes

ACTIVITIES = "activities.csv"
SHOES = "shoes.csv"

ADVICE = "Give the zip that Strava mailed, the folder it unpacks to, or its activities.csv, unchanged."

_FIRST_13 = (
    "id", "date", "name", "type", "description", "elapsed", "distance", "max_hr", "effort", "commute", "note", "gear",
    "filename",
)  # fmt: skip
"""The columns every export since 2020 begins with, in any language."""

_BEFORE_2019 = ("id", "date", "name", "type", "description", "elapsed_time", "distance", "commute", "gear", "filename")
"""The whole header until June 2019; its distance is in metres."""

_FASTEST = 35.0
"""Metres a second that no athlete averages: beyond it, the shown distance is not in kilometres."""

_ONE_LEG = 120.0
"""Steps a minute that one leg does not make: from here on, a cadence already counts both."""

_WEATHER = (-60.0, 60.0)
"""Degrees Celsius in which people have been outside. The table has them in Celsius whatever the account's units."""

_EXERTION = (1.0, 10.0)


@dataclass(frozen=True, slots=True)
class Export:
    """What an export holds. `activity_files` are the files it refers to, which are not read here, and `links` says of
    each of them which workout it is of: the number in its name is the upload's, not the activity's. `skipped` names
    each row that could not be used, by activity id or line, and why."""

    recordings: tuple[Recording, ...]
    shoes: tuple[Shoe, ...] = ()
    activity_files: tuple[str, ...] = ()
    links: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()


def read(path: Path, home_zone: ZoneInfo) -> Export:
    """The export at `path`: the zip, its unpacked folder or a lone activities.csv.

    The table knows no time zones: local days are those of `home_zone`. All rows are given at once, since an
    import of half a table would look like a complete one. Raises InputProblem if the whole cannot be used.
    """
    with archive.text_of(path, ACTIVITIES, lone=True) as text:
        if text is None:
            raise InputProblem(f"{path} holds no {ACTIVITIES}.", ADVICE)
        rows = _rows(text, archive.called(path, ACTIVITIES))
        _, header = next(rows, (0, []))
        columns = _columns(header, path)
        keys = _numbered(header)
        recordings: dict[str, Recording] = {}
        skipped: list[tuple[str, str]] = []
        for line, row in rows:
            try:
                recording = _recording(row, columns, keys, home_zone)
                if recording.external_id in recordings:
                    raise ValueError("it is listed twice; the first row was kept")
            except (ValueError, OverflowError) as problem:
                skipped.append((_where(row, columns, line), str(problem)))
            else:
                recordings[recording.external_id] = recording
    if not recordings:
        reason = f"; the first problem: {skipped[0][0]}: {skipped[0][1]}" if skipped else ""
        raise InputProblem(f"{archive.called(path, ACTIVITIES)} holds no activity that can be read{reason}.", ADVICE)
    links = _links(recordings.values(), keys, columns)
    return Export(tuple(recordings.values()), _shoes(path), tuple(links), links, tuple(skipped))


def _rows(text: TextIO, what: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its last line."""
    reader = csv.reader(text, strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as problem:
        raise InputProblem(f"{what} is broken near line {reader.line_num} ({problem}).", ADVICE) from problem


def _columns(header: Sequence[str], path: Path) -> Mapping[str, int]:
    """Field -> column: by header, else by the fixed place. The exact distance is `distance`, in metres; where there
    is but the one for people, it is `shown_distance`, in kilometres."""
    if not header:
        raise InputProblem(f"{archive.called(path, ACTIVITIES)} is empty.", ADVICE)
    if tuple(header) == _BEFORE_2019:
        return {field.removesuffix("_time"): place for place, field in enumerate(header)}
    places: dict[str, list[int]] = {}
    for place, title in enumerate(header):
        field = field_of(title)
        if field:
            places.setdefault(field, []).append(place)
    if len(header) >= len(_FIRST_13):
        taken = {place for known in places.values() for place in known}
        for place, field in enumerate(_FIRST_13):
            if field not in places and place not in taken:
                places[field] = [place]
    if not {"id", "date", "type"} <= places.keys():
        raise InputProblem(
            f"{archive.called(path, ACTIVITIES)} is not the table of a Strava export: its first line does not name an "
            "activity's id, date and type.",
            ADVICE,
        )
    columns = {field: known[1] if len(known) > 1 else known[0] for field, known in places.items()}
    if len(places.get("distance", ())) == 1:
        columns["shown_distance"] = columns.pop("distance")
    return columns


def _numbered(header: Sequence[str]) -> tuple[str, ...]:
    """The headers as keys: a second `Distance` is `Distance#2`."""
    seen: dict[str, int] = {}
    keys = []
    for title in header:
        seen[title] = seen.get(title, 0) + 1
        keys.append(title if seen[title] == 1 else f"{title}#{seen[title]}")
    return tuple(keys)


def _recording(row: list[str], columns: Mapping[str, int], keys: Sequence[str], home_zone: ZoneInfo) -> Recording:
    """One row as a recording. Raises ValueError with the reason if it cannot be one."""
    if len(row) != len(keys):
        raise ValueError(f"it has {len(row)} cells where the header has {len(keys)}")
    cells = {field: row[place].strip() for field, place in columns.items()}
    activity_id, sport = cells["id"], sport_of(cells["type"])
    if not _is_id(activity_id):
        raise ValueError(f"{activity_id[:40]!r} is not an activity id")
    if not sport:
        raise ValueError("it has no activity type")
    start = sensible(moment(cells["date"]))
    elapsed = _measured(cells, "elapsed")
    return Recording(
        source="files",
        external_id=f"strava-{activity_id}",
        identity=f"strava:{activity_id}",
        sport=sport,
        start=start,
        start_local=start.astimezone(home_zone).replace(tzinfo=None),
        zone=home_zone.key,
        name=" ".join(harmless(cells.get("name", "")).split()),
        description=_words(cells),
        distance_m=_measured(cells, "distance") or _shown_metres(cells, elapsed),
        moving_s=_measured(cells, "moving"),
        elapsed_s=elapsed,
        gain_m=number(cells.get("gain", "")),
        loss_m=number(cells.get("loss", "")),
        temperature_c=_within(signed(cells.get("temperature", "")), _WEATHER),
        dew_point_c=_within(signed(cells.get("dew_point", "")), _WEATHER),
        perceived_effort=_within(_measured(cells, "exertion"), _EXERTION),
        sets=_count(cells, "sets"),
        average_hr=_measured(cells, "average_hr"),
        max_hr=_measured(cells, "max_hr"),
        cadence_spm=_cadence(cells, sport),
        workout_type=1 if yes(cells.get("race", "")) else 2 if yes(cells.get("long_run", "")) else None,
        gear_name=harmless(cells.get("gear", "")) or None,
        commute=yes(cells.get("commute", "")),
        manual=cells.get("filename") == "",
        raw={key: cell for key, cell in zip(keys, row, strict=True) if cell},
    )


def _words(cells: Mapping[str, str]) -> str:
    """What the athlete wrote about it, the private note too: in both they put tags for themself."""
    return harmless("\n\n".join(filter(None, (cells.get("description", ""), cells.get("note", "")))))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20


def _measured(cells: Mapping[str, str], field: str) -> float | None:
    """A value that nobody can have none of: a zero says that it was not recorded."""
    return number(cells.get(field, "")) or None


def _within(value: float | None, bounds: tuple[float, float]) -> float | None:
    return value if value is not None and bounds[0] <= value <= bounds[1] else None


def _count(cells: Mapping[str, str], field: str) -> int | None:
    value = _within(_measured(cells, field), (1, 1000))
    return None if value is None else int(value)


def _shown_metres(cells: Mapping[str, str], elapsed: float | None) -> float | None:
    """Metres from the distance made for people, if it can be kilometres: that of a swim, for one, is in metres."""
    kilometres = _measured(cells, "shown_distance")
    if kilometres is None or elapsed is None or kilometres * 1000 / elapsed > _FASTEST:
        return None
    return kilometres * 1000


def _cadence(cells: Mapping[str, str], sport: str) -> float | None:
    """Steps a minute of both legs; the table counts one. The turns of a pedal are no steps."""
    cadence = _measured(cells, "cadence")
    if cadence is None or family_of(sport) not in ("run", "walk"):
        return None
    return cadence * 2 if cadence < _ONE_LEG else cadence


def _where(row: Sequence[str], columns: Mapping[str, int], line: int) -> str:
    place = columns["id"]
    activity_id = row[place].strip() if place < len(row) else ""
    return activity_id if _is_id(activity_id) else f"line {line}"


def _links(
    recordings: Iterable[Recording], keys: Sequence[str], columns: Mapping[str, int]
) -> dict[str, tuple[Link, ...]]:
    """The files of the archive that recordings name; `#error#` stands for one that Strava lost."""
    if "filename" not in columns:
        return {}
    key = keys[columns["filename"]]
    links: dict[str, tuple[Link, ...]] = {}
    for recording in recordings:
        name = str(recording.raw.get(key, "")).strip()
        if name.startswith("activities/"):
            links[name] = (*links.get(name, ()), Link(recording.identity, recording.start))
    return links


def _shoes(path: Path) -> tuple[Shoe, ...]:
    """The shoes by name: the table has neither ids nor distances."""
    with archive.text_of(path, SHOES) as text:
        rows = _rows(text, archive.called(path, SHOES)) if text else iter(())
        _, header = next(rows, (0, []))
        places = {field_of(title): place for place, title in reversed(list(enumerate(header)))}
        names: dict[str, None] = {}
        for _, row in rows:
            name = _cell(row, places.get("shoe", 0)) or " ".join(
                filter(None, (_cell(row, places.get("brand", 1)), _cell(row, places.get("model", 2))))
            )
            if name:
                names[name] = None
    return tuple(Shoe(id=f"name:{name}", name=name, source="files") for name in names)


def _cell(row: Sequence[str], place: int) -> str:
    with suppress(IndexError):
        return row[place].strip()
    return ""
