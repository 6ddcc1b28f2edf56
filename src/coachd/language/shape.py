"""Shapes of data in a rule file: one description from which files are checked and the JSON Schema is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from coachd.language.document import Document, Node
from coachd.language.problems import did_you_mean


class Shape(Protocol):
    """What a piece of a rule file may look like."""

    @property
    def node(self) -> str:
        """The kind of node it is: text, list or mapping."""

    def check(self, node: Node, document: Document) -> None:
        """Notes every way in which `node` is not of this shape."""

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""


@dataclass(frozen=True, slots=True)
class Word:
    """A text: any, or one of `choices`, or one that `pattern` matches as a whole; `example` says what is meant."""

    meaning: str = ""
    choices: Sequence[str] = ()
    pattern: str = ""
    example: str = ""
    also: tuple[str, ...] = ()
    """JSON types that editors see for such a text when it is written without quotes, e.g. `integer`."""
    node: str = "text"

    def check(self, node: Node, document: Document) -> None:
        if self.choices and node.text not in self.choices:
            message = f"'{_short(node.text)}' is not one of: {', '.join(self.choices)}"
            document.note(node, message, did_you_mean(node.text, self.choices))
        elif self.pattern and not re.fullmatch(self.pattern, node.text):
            document.note(node, f"'{_short(node.text)}' is not {self.meaning}", f"write for example {self.example}")

    def schema(self) -> dict[str, Any]:
        kinds = ["string", *self.also]
        found: dict[str, Any] = {"type": kinds if len(kinds) > 1 else "string"}
        if self.meaning:
            found["description"] = self.meaning
        if self.choices and self.also:
            found["enum"] = [{"true": True, "false": False}.get(choice, _plain(choice)) for choice in self.choices]
        elif self.choices:
            found["enum"] = list(self.choices)
        if self.pattern:
            found["pattern"] = f"^(?:{self.pattern})$"
        return found


def _short(text: str) -> str:
    """A text as one quotes it: what is very long is cut."""
    return text if len(text) <= 60 else f"{text[:60]}…"


def _plain(choice: str) -> str | int:
    return int(choice) if choice.isdigit() else choice


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of things of one shape; `or_one` lets a single thing stand for a list of one."""

    item: Shape
    or_one: bool = False
    node: str = "list"

    def check(self, node: Node, document: Document) -> None:
        for item in node.items:
            check(item, self.item, document)

    def schema(self) -> dict[str, Any]:
        whole = {"type": "array", "items": self.item.schema()}
        return {"anyOf": [self.item.schema(), whole]} if self.or_one else whole


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from names of the rule's own to things of one shape."""

    value: Shape
    key: str = r"[a-z][a-z0-9_]*"
    node: str = "mapping"

    def check(self, node: Node, document: Document) -> None:
        for key, value in node.fields.items():
            if not re.fullmatch(self.key, key):
                document.note_key(node, key, f"'{key}' is not a name", "use small letters, digits and _")
            check(value, self.value, document)

    def schema(self) -> dict[str, Any]:
        properties = {f"^{self.key}$": self.value.schema()}
        return {"type": "object", "patternProperties": properties, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys."""

    fields: Mapping[str, Shape]
    required: Sequence[str] = ()
    meaning: str = ""
    exactly_one: Sequence[str] = field(default=())
    node: str = "mapping"

    def check(self, node: Node, document: Document) -> None:
        for key, value in node.fields.items():
            if key in self.fields:
                check(value, self.fields[key], document)
            else:
                hint = did_you_mean(key, self.fields) or f"known: {', '.join(self.fields)}"
                if key.endswith((")", "]")):
                    # `{value: default(x, false)}`: a comma ends a plain text between braces.
                    hint = "put the expression in quotes, or on a line of its own"
                document.note_key(node, key, f"unknown key '{key}'", hint)
        missing = [key for key in self.required if key not in node.fields]
        if missing:
            document.note(node, f"missing: {', '.join(missing)}")
        if self.exactly_one and len([key for key in self.exactly_one if key in node.fields]) != 1:
            document.note(node, f"exactly one of these is needed: {', '.join(self.exactly_one)}")

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "object",
            "properties": {key: shape.schema() for key, shape in self.fields.items()},
            "additionalProperties": False,
        }
        if self.required:
            found["required"] = list(self.required)
        if self.exactly_one:
            found["oneOf"] = [{"required": [key]} for key in self.exactly_one]
        if self.meaning:
            found["description"] = self.meaning
        return found


@dataclass(frozen=True, slots=True)
class Anything:
    """A piece that is not looked at."""

    node: str = "any"

    def check(self, node: Node, document: Document) -> None:
        """There is nothing to say against it."""

    def schema(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes, told apart by whether they are texts, lists or mappings."""

    shapes: Sequence[Shape]
    node: str = "any"

    def check(self, node: Node, document: Document) -> None:
        for shape in self.shapes:
            if shape.node == node.shape:
                shape.check(node, document)
                return
        document.note(
            node, f"{' or '.join(f'a {shape.node}' for shape in self.shapes)} is needed here, not {node.what}"
        )

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [shape.schema() for shape in self.shapes]}


def check(node: Node, shape: Shape, document: Document) -> None:
    """Notes in `document` every way in which `node` is not of `shape`."""
    if isinstance(shape, Anything):
        return
    if node.shape == "empty":
        document.note(node, f"a {shape.node} is needed here, not nothing", "remove the key, or give it a value")
    elif isinstance(shape, ListOf) and shape.or_one and node.shape == shape.item.node:
        shape.item.check(node, document)
    elif isinstance(shape, Either) or node.shape == shape.node:
        shape.check(node, document)
    else:
        document.note(node, f"a {shape.node} is needed here, not {node.what}")
