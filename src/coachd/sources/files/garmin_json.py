"""The JSON of a Garmin account export: objects one after the other, and what can be believed of their fields."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from coachd.sources import harmless, sensible

Raw = Mapping[str, Any]

_BETWEEN = re.compile(r"[\s,]*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def objects(content: bytes, wrapper: str = "") -> Iterator[Raw]:
    """The objects of a JSON list; of all lists that stand under the key `wrapper`, where one is named and there.

    Decoded one at a time: with their splits a thousand activities can take a hundred megabytes, and ten times that as
    Python's. Raises ValueError where the text is no such JSON, after the objects before that place.
    """
    text = content.decode("utf-8-sig", errors="replace")
    del content
    place = _list_after(text, text.find(f'"{wrapper}"') if wrapper else -1)
    while place > 0:
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]  # it matches anything
        if text[place : place + 1] == "]":
            again = text.find(f'"{wrapper}"', place) if wrapper else -1
            place = _list_after(text, again) if again >= 0 else 0
            continue
        try:
            value, place = _DECODER.raw_decode(text, place)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        if isinstance(value, Mapping):
            yield value


_DECODER = json.JSONDecoder()


def _list_after(text: str, place: int) -> int:
    """The place behind the next `[`. Raises ValueError where there is none."""
    begins = text.find("[", max(place, 0))
    if begins < 0:
        raise ValueError("there is no list in it")
    return begins + 1


def number(raw: Any, key: str) -> float | None:
    """The number; None where there is none, or none that is finite."""
    value = raw.get(key) if isinstance(raw, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def positive(raw: Any, key: str, scale: float = 1.0) -> float | None:
    """The number divided by `scale`; None where it is not above zero: what is zero was not measured."""
    value = number(raw, key)
    return value / scale if value is not None and value > 0 else None


def text(raw: Any, key: str) -> str:
    value = raw.get(key) if isinstance(raw, Mapping) else None
    return harmless(value).strip() if isinstance(value, str) else ""


def identifier(raw: Any, key: str) -> str:
    """A number that names something, as text; empty where there is none."""
    value = raw.get(key) if isinstance(raw, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return str(value) if re.fullmatch(r"\d{1,20}", str(value), re.ASCII) else ""


def moment(raw: Raw, key: str) -> datetime | None:
    """An instant (UTC), from epoch milliseconds or from a text without a zone. Raises ValueError for an impossible
    one."""
    said = raw.get(key) if isinstance(raw, Mapping) else None
    if isinstance(said, str) and said:
        found = datetime.fromisoformat(said)
        return sensible(found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))
    value = number(raw, key)
    if value is None:
        return None
    try:
        return sensible(_EPOCH + timedelta(milliseconds=value))
    except OverflowError:
        raise ValueError(f"its {key} cannot be right") from None


def listed(raw: Any, key: str) -> list[Raw]:
    """The objects of a list in an object."""
    value = raw.get(key) if isinstance(raw, Mapping) else None
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def kept(raw: Raw, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The single values of an object: no lists, nothing nested, and no numbers that are none."""
    return {
        name: value
        for name, value in raw.items()
        if isinstance(value, str | int | float | bool) and name not in without
        if not isinstance(value, float) or math.isfinite(value)
    }
