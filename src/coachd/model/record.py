"""Values that are frozen to whoever checks types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """A dataclass that is frozen to whoever checks types, and at run time does without the guard: with that, one of
    forty fields takes ten times as long to make, and a runner has thousands."""
    return dataclass(slots=True)(cls)


def changed(item: _T, **changes: Any) -> _T:
    """What `dataclasses.replace` gives, in a quarter of the time where there are many fields."""
    cls: Any = type(item)
    made: _T = _copier(cls)(item)
    for name, value in changes.items():
        setattr(made, name, value)
    if hasattr(made, "__post_init__"):
        made.__post_init__()  # what follows from other fields follows from the new ones
    return made


@cache
def _copier(cls: Any) -> Callable[[Any], Any]:
    return completed(cls, None)


def completed(cls: type[_T], first: str | None) -> Callable[..., _T]:
    """A function that makes an item from another one: the fields from `first` on (None: none) are taken from its
    further arguments, in their order or by name, or are as by default; all others are the same."""
    every = fields(cls)  # type: ignore[arg-type]  # of a dataclass
    names = [each.name for each in every]
    given = [each for each in every[names.index(first) :] if each.init] if first else []
    arguments = "".join(f", {each.name}=defaults[{place}]" for place, each in enumerate(given))
    taken = {each.name for each in given}
    lines = (f" made.{name} = {name if name in taken else f'item.{name}'}" for name in names)
    source = "\n".join([f"def complete(item{arguments}):", " made = new(cls)", *lines, " return made"])
    known: dict[str, Any] = {"new": object.__new__, "cls": cls, "defaults": [each.default for each in given]}
    # As the dataclass's own __init__ is made: a line for each field takes half the time of forty arguments.
    exec(source, known)  # noqa: S102 - its text holds names of fields only
    made: Callable[..., _T] = known["complete"]
    return made
