"""A short name for what a rule computes: the same for the same logic, whatever its words, its title and its tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from coachd.language.compile import Expression
from coachd.language.measure import Measure
from coachd.language.vocabulary import ACTIVITY, NIGHT, Field

_DIGITS = 16
_NAMES = {id(field): name for names in (ACTIVITY, NIGHT) for name, field in names.items()}


def fingerprint(**parts: Any) -> str:
    """Sixteen hexadecimal digits that change when a condition, a window, a field, a number or a measure does.

    A part that is None counts as absent, and so does a field that has its default: what a later version adds to rules
    leaves those alone that do not use it.
    """
    named = [(name, _plain(part)) for name, part in sorted(parts.items()) if part is not None]
    return sha256(repr(named).encode()).hexdigest()[:_DIGITS]


def _plain(part: Any) -> Any:
    """A part of a rule as plain values that read the same in every process."""
    match part:
        case Expression():
            return " ".join(part.text.split())
        case Measure():
            return part.name
        case Field():
            return _NAMES[id(part)]
        case str():
            return part
        case Mapping():
            return [(key, _plain(part[key])) for key in sorted(part)]
        case set() | frozenset():
            return sorted(part)
        case Iterable():
            return [_plain(item) for item in part]
    if is_dataclass(part):
        held = [(item, getattr(part, item.name)) for item in fields(part) if item.name != "label"]
        return [(item.name, _plain(value)) for item, value in held if value != item.default]
    return part
