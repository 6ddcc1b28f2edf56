"""Values that are frozen to whoever checks types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """A dataclass that is frozen to whoever checks types, and at run time does without the guard: with that, one of
    forty fields takes ten times as long to make, and a runner has thousands."""
    return dataclass(slots=True)(cls)
