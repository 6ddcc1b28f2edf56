"""How a recording lies in its table: the fields to merge from, as far as the source said something of them, and its raw
JSON, each as one text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from coachd.model import Recording

_DEFAULTS = {
    each.name: each.default
    for each in fields(Recording)
    if each.name not in ("source", "external_id", "identity", "raw")
}
_values_of = attrgetter(*_DEFAULTS)
_MOMENTS = ("start", "start_local")
_TUPLES = ("hr_zone_s", "also")
_encode = json.JSONEncoder(ensure_ascii=False).encode  # kept: a new encoder a row is a third of a page's time


def row(athlete: str, recording: Recording, now: datetime) -> dict[str, Any]:
    """The recording as a row of its table, put to the workout that it names itself."""
    # Most recordings say nothing of half of the fields: without these it takes less time and less room.
    said = zip(_DEFAULTS.items(), _values_of(recording), strict=True)
    values = {name: value for (name, default), value in said if value != default}
    values |= {name: values[name].isoformat() for name in _MOMENTS}
    # Half a character, as a name cut off in the middle of an emoji ends with, goes into no database.
    texts = {"values": _encode(values), "raw": _encode(recording.raw)}
    texts = {name: text.encode(errors="replace").decode() for name, text in texts.items()}
    digest = hashlib.blake2b("".join(texts.values()).encode(), digest_size=16)
    return {
        "athlete": athlete,
        "source": recording.source,
        "external_id": recording.external_id,
        "identity": recording.identity,
        "own_identity": recording.identity,
        "start": recording.start,
        **texts,
        "digest": digest.hexdigest(),
        "fetched_at": now,
        "withdrawn_at": None,
    }


def recording(source: str, external_id: str, own_identity: str, values: str) -> Recording:
    """The recording of a row, without its raw JSON."""
    read = json.loads(values)
    read |= {name: datetime.fromisoformat(read[name]) for name in _MOMENTS}
    read |= {name: tuple(read[name]) for name in _TUPLES if read.get(name) is not None}
    return Recording(source, external_id, own_identity, **read)
