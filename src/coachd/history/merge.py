"""Recordings of one workout -> one activity. Field by field the best source wins, and can be asked which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from coachd.model import Activity, Recording

_TAG = re.compile(r"#([a-z]+)", re.IGNORECASE)
_UNKNOWN_SPORT = "Workout"

_MEASURED = (
    "distance_m", "moving_s", "elapsed_s", "gain_m", "loss_m", "average_hr", "max_hr", "cadence_spm", "temperature_c",
    "dew_point_c", "perceived_effort", "sets", "hr_zone_s", "device",
)  # fmt: skip

_TAKEN = (
    "sport", "name", "start", "start_local", "workout_type", "trainer", "commute", "manual", "hidden_start", *_MEASURED,
)  # fmt: skip
_taken_of = attrgetter(*_TAKEN)

_AUTHORS = {"strava": 0, "garmin": 1, "file": 2}
"""By whom a recording's words are: an export's row of a Strava activity has those that were written on Strava."""

_TELLERS = {"strava": 0, "garmin": 1, "files": 2}
_MEASURERS = {"garmin": 1, "strava": 2, "files": 3}

Chosen = tuple[Any, str]
"""A value, and whose word it is: a source, several with commas between, or nobody."""


def merge(activity_id: int, recordings: Sequence[Recording]) -> Activity:
    """One activity from the recordings of one workout (at least one). Never changes or drops a recording."""
    if len(recordings) == 1:
        return _taken_over(activity_id, recordings[0])
    values = {field: value for field, (value, _) in _chosen(recordings).items()}
    sources = tuple(dict.fromkeys(each.source for each in _by_word(recordings)))
    return Activity(id=activity_id, sources=sources, **values)


def _taken_over(activity_id: int, only: Recording) -> Activity:
    """What `_chosen` comes to where there is nothing to choose from, as with most workouts, in a third of the time."""
    return Activity(
        id=activity_id,
        sources=(only.source,),
        gear_id=_gear(only),
        tags=_tags_in(only),
        strava_id=_number_on_strava(only),
        **dict(zip(_TAKEN, _taken_of(only), strict=True)),
    )


def explained(recordings: Sequence[Recording]) -> list[tuple[str, Any, str]]:
    """(field, value, source) of all that `merge` takes from these recordings. The source is one of `Source`, or several
    with commas between where each of them says so."""
    return [(field, value, source) for field, (value, source) in _chosen(recordings).items() if source]


def _chosen(recordings: Sequence[Recording]) -> dict[str, Chosen]:
    told, measured = _by_word(recordings), _by_measurement(recordings)
    # A hidden start is midnight; who measured the workout without hiding it knows when it began.
    begun = next((each for each in measured if not each.hidden_start), measured[0])
    there = min(told, key=_ignorance_of_place)
    first = told[0]
    return {
        "sport": _sport(told),
        "name": next(((each.name, each.source) for each in told if each.name), ("", "")),
        "start": (begun.start, begun.source),
        "start_local": (_local(begun, there), there.source),
        **{field: _known(measured, field) for field in _MEASURED},
        "device": _device(measured),
        "workout_type": _known(told, "workout_type"),
        "gear_id": next(((gear, each.source) for each in told if (gear := _gear(each))), (None, "")),
        "trainer": _said_by([each for each in told if each.trainer]),
        "commute": (first.commute, first.source if first.commute else ""),
        "manual": _said_by(told if all(each.manual for each in told) else ()),
        "hidden_start": (begun.hidden_start, begun.source if begun.hidden_start else ""),
        "tags": _tags(told),
        "strava_id": _strava_id(told),
    }


def _by_word(recordings: Sequence[Recording]) -> list[Recording]:
    """Whose words go first: what the athlete wrote on Strava, then Garmin, then files. The file in an export bears the
    identity of its row, but what it says was written by a device."""
    return sorted(
        recordings,
        key=lambda each: (
            len(_AUTHORS) if each.original else _AUTHORS.get(each.identity.partition(":")[0], len(_AUTHORS)),
            _TELLERS.get(each.source, len(_TELLERS)),
            each.external_id,
        ),
    )


def _by_measurement(recordings: Sequence[Recording]) -> list[Recording]:
    """Whose numbers go first: the file that the device wrote (of several the one that says most), then Garmin, then
    Strava, then the table of an export."""
    return sorted(
        recordings,
        key=lambda each: (
            0 if each.original else _MEASURERS.get(each.source, len(_MEASURERS)),
            sum(getattr(each, field) is None for field in _MEASURED),
            each.external_id,
        ),
    )


def _device(measured: Sequence[Recording]) -> Chosen:
    """The first that is named by more than one word: a file often knows the maker only."""
    named = [(each.device, each.source) for each in measured if each.device]
    return next((each for each in named if " " in each[0]), named[0] if named else (None, ""))


def _known(ranked: Sequence[Recording], field: str) -> Chosen:
    """The first value that is known, a zero being one."""
    for each in ranked:
        value = getattr(each, field)
        if value is not None:
            return value, each.source
    return None, ""


def _said_by(those: Sequence[Recording]) -> Chosen:
    """Whether anybody says so, and who do."""
    return bool(those), ", ".join(dict.fromkeys(each.source for each in those))


def _sport(told: Sequence[Recording]) -> Chosen:
    """The first sport that is known: on Strava "Workout" was chosen, elsewhere it stands for one that nobody knows."""
    for each in told:
        if each.sport != _UNKNOWN_SPORT or each.identity.startswith("strava:"):
            return each.sport, each.source
    return told[0].sport, told[0].source


def _ignorance_of_place(recording: Recording) -> tuple[int, bool]:
    """Services know where a workout was, files sometimes; the table of an export is read with the zone of home."""
    place = (
        len(_TELLERS) if recording.source == "files" and not recording.original else _TELLERS.get(recording.source, 2)
    )
    return place, recording.zone is None


def _local(begun: Recording, there: Recording) -> datetime:
    """The wall clock when `begun` began, as far from UTC as it is for `there`."""
    return begun.start.replace(tzinfo=None) + (there.start_local - there.start.replace(tzinfo=None))


def _gear(recording: Recording) -> str | None:
    """The id that its source has of the shoe; an export knows shoes by name only."""
    return recording.gear_id or (f"name:{recording.gear_name}" if recording.gear_name else None)


def _tags(told: Sequence[Recording]) -> Chosen:
    of_each = [(_tags_in(each), each.source) for each in told]
    sources = dict.fromkeys(source for tags, source in of_each if tags)
    return frozenset[str]().union(*(tags for tags, _ in of_each)), ", ".join(sources)


def _tags_in(recording: Recording) -> frozenset[str]:
    return frozenset(_TAG.findall(f"{recording.name} {recording.description}".lower()))


def _strava_id(told: Sequence[Recording]) -> Chosen:
    number = _number_on_strava(told[0])
    return number, told[0].source if number is not None else ""


def _number_on_strava(recording: Recording) -> str | None:
    scheme, _, number = recording.identity.partition(":")
    return number if scheme == "strava" else None
