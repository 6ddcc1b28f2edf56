"""The file that a watch uploaded, as Garmin hands it out in a ZIP -> the columns of its streams. Nothing is kept."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from coachd import formats
from coachd.errors import BrokenFile
from coachd.formats import Workout

LARGEST = 64 * 1024 * 1024
MOST_MEMBERS = 20
SUFFIXES = (".fit", ".gpx", ".tcx")
APART = timedelta(minutes=2)
"""How far the starts of an activity and of its part in a file may lie apart."""


def columns(packed: bytes, start: datetime | None) -> dict[str, list[Any]] | None:
    """The streams of the workout that began at `start`, by Strava's names; None where the file has none.

    Of a file with one workout it is that one. Raises BrokenFile where nothing can be read.
    """
    name, data = _member(packed)
    found = formats.read(data, PurePosixPath(name).suffix)
    workout = _chosen(found.workouts, start)
    return dict(workout.columns) if workout is not None and workout.columns else None


def _member(packed: bytes) -> tuple[str, bytes]:
    """The activity file in the ZIP. Its name only tells the format: nothing is ever written under it."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for info in archive.infolist()[:MOST_MEMBERS]:
                if info.filename.lower().endswith(SUFFIXES):
                    with archive.open(info) as member:
                        data = member.read(LARGEST + 1)
                    if len(data) > LARGEST:
                        raise BrokenFile("it unpacks to more than 64 MB")
                    return info.filename.lower(), data
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise BrokenFile("its archive is damaged") from None
    raise BrokenFile("its archive holds no FIT, GPX or TCX")


def _chosen(workouts: Sequence[Workout], start: datetime | None) -> Workout | None:
    if len(workouts) == 1 or start is None:
        return workouts[0] if len(workouts) == 1 else None
    nearest = min(workouts, key=lambda workout: abs(workout.start - start), default=None)
    return nearest if nearest is not None and abs(nearest.start - start) <= APART else None
