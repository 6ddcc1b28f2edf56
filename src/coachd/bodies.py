"""A message as it lies in the outbox: a value of the model as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

_FORMS: dict[Any, TypeAdapter[Any]] = {}


def to_body(value: object) -> dict[str, Any]:
    """The value as JSON."""
    made: dict[str, Any] = _form(type(value)).dump_python(value, mode="json")
    return made


def from_body(kind: type[T], body: Mapping[str, Any]) -> T:
    """The value of this kind that `to_body` made the body from; what older bodies lack has its default."""
    made: T = _form(kind).validate_python(dict(body), strict=False)
    return made


def _form(kind: Any) -> TypeAdapter[Any]:
    # Kept: to make one takes longer than to compose a whole mail.
    if kind not in _FORMS:
        from pydantic import TypeAdapter

        _FORMS[kind] = TypeAdapter(kind)
    return _FORMS[kind]
