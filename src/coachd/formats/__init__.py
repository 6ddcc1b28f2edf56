"""Activity files -> workouts: FIT, GPX and TCX, told apart by what is in them. Nothing here touches a disk."""

from __future__ import annotations

from typing import BinaryIO

from coachd.errors import BrokenFile
from coachd.formats.limits import MAX_BYTES, inflated
from coachd.formats.workout import Read, Workout

__all__ = ["Read", "Workout", "inflated", "read"]

_GZIP, _ZIP, _FIT = b"\x1f\x8b", b"PK\x03\x04", b".FIT"


def read(data: bytes | BinaryIO, suffix: str = "") -> Read:
    """The workouts of an activity file, or in `skipped` why it holds none although it is sound.

    The content decides what it is; `suffix` (`.fit`, `.gpx`, `.tcx`, or with `.gz`) only words the reason where the
    content is nothing we know. A gzip of such a file is unpacked. Of a file that breaks off, what was recorded until
    then is a workout marked `rebuilt`. Raises BrokenFile where nothing can be used.
    """
    content = data if isinstance(data, bytes) else data.read(MAX_BYTES + 1)
    if content.startswith(_GZIP):
        content = inflated(content)
    if len(content) > MAX_BYTES:
        raise BrokenFile("it is larger than 64 MB")
    if not content.strip(b"\x00 \t\r\n"):
        raise BrokenFile("it is empty")
    if content[8:12] == _FIT:
        from coachd.formats.fit import read as read_fit

        return read_fit(content)
    if content.startswith(_ZIP):
        raise BrokenFile("it is an archive, not an activity")
    return _from_markup(content, suffix)


def _from_markup(content: bytes, suffix: str) -> Read:
    """Of a file in XML. Raises BrokenFile where it is none, or neither GPX nor TCX."""
    from coachd.formats.gpx import read as read_gpx
    from coachd.formats.markup import root
    from coachd.formats.tcx import read as read_tcx

    match root(content):
        case "gpx":
            return read_gpx(content)
        case "TrainingCenterDatabase":
            return read_tcx(content)
        case "":
            named = next((name for name in ("fit", "gpx", "tcx") if f".{name}" in suffix.lower()), "")
            raise BrokenFile(f"it does not begin like a {named.upper()} file" if named else "it is no FIT, GPX or TCX")
        case _:
            raise BrokenFile("it is XML, but neither GPX nor TCX")
