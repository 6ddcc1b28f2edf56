"""A YAML file as a tree in which every word knows its place, so that each mistake can be shown where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import yaml

from coachd.language.problems import HIDDEN, Fault, shown_fault

MAX_CHARACTERS = 500_000
MAX_DEPTH = 40
MAX_FAULTS = 100


class TooManyFaults(Exception):
    """A file has so many problems that looking for more helps nobody; those found are in its document."""


_NOTHING = {"", "~", "null", "Null", "NULL"}

# libyaml where the wheel brings it: reading is nine tenths of loading a rule.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A piece of a rule file. `start` and `end` are offsets in the file.

    Scalars have `text`; lists `items`; mappings `fields`, with the places of their keys in `keys`.
    """

    shape: Literal["text", "list", "mapping", "empty"]
    start: int
    end: int
    text: str = ""
    items: tuple[Node, ...] = ()
    fields: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """The value of a key; None if it is absent or empty."""
        found = self.fields.get(key)
        return None if found is None or found.shape == "empty" else found

    def string(self, key: str, default: str = "") -> str:
        """The text of a key, or the default where there is none."""
        found = self.get(key)
        return found.text if found is not None and found.shape == "text" else default

    def strings(self, key: str) -> tuple[str, ...]:
        """The texts of a list, or the one text in place of a list."""
        found = self.get(key)
        if found is None:
            return ()
        return tuple(item.text for item in (found.items if found.shape == "list" else (found,)))

    @property
    def what(self) -> str:
        return {"text": "a text", "list": "a list", "mapping": "a mapping", "empty": "nothing"}[self.shape]


class Document:
    """The text of one rule file and the problems found in it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.faults: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Remembers problems. Raises TooManyFaults with the last of them that fits."""
        self.faults += faults
        if len(self.faults) >= MAX_FAULTS:
            self.faults[MAX_FAULTS:] = [Fault(0, 1, f"the first {MAX_FAULTS} problems of this file are shown")]
            raise TooManyFaults

    def note(self, node: Node, message: str, hint: str = "") -> None:
        """Remembers a problem with a whole node; only the first line of it is underlined."""
        self.add(Fault(node.start, node.end, message, hint))

    def note_key(self, node: Node, key: str, message: str, hint: str = "") -> None:
        """Remembers a problem with a key of a mapping."""
        self.add(Fault(*node.keys[key], message, hint))

    def note_inside(self, node: Node, faults: Sequence[Fault]) -> None:
        """Remembers faults whose offsets count inside the node's text (an expression, a message)."""
        places = self._places(node)
        for fault in faults:
            start = places[min(fault.start, len(places) - 1)]
            end = places[min(max(fault.end, fault.start + 1), len(places)) - 1] + 1
            self.add(Fault(start, max(end, start + 1), fault.message, fault.hint))

    def is_sound(self, node: Node) -> bool:
        """Whether no problem lies inside a node."""
        return not any(node.start <= fault.start and fault.end <= node.end for fault in self.faults)

    def problems(self) -> list[str]:
        """All problems as text, in the order of the file."""
        ordered = sorted(dict.fromkeys(self.faults), key=lambda fault: (fault.start, fault.end))
        return [shown_fault(self.name, self.text, fault) for fault in ordered]

    def _places(self, node: Node) -> list[int]:
        """The file offset of every character of a scalar, and of its end.

        YAML changes white space (folding) and quoting only, so the other characters follow each other in both texts.
        """
        at = node.start
        if self.text[at : at + 1] in {">", "|"}:
            at = self.text.find("\n", at) + 1
        places: list[int] = []
        for character in node.text:
            if character.isspace():
                places.append(at)
                continue
            found = self.text.find(character, at, node.end)
            if found >= 0:
                at = found + 1
            places.append(at - 1 if found >= 0 else at)
        return [*places, at]

    def read(self) -> Node | None:
        """The tree of the file; None, with a problem noted, when it is not YAML that rules are written in."""
        if len(self.text) > MAX_CHARACTERS:
            self.add(Fault(0, 1, f"a rule file may have {MAX_CHARACTERS:,} characters, this one has more", "divide it"))
            return None
        try:
            return _Reader(self).file()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = mark.index if mark else 0
            self.add(Fault(place, place + 1, f"this is not YAML: {error.problem or error.context}"))
        except yaml.reader.ReaderError as error:
            sign = cast("int", error.character)  # libyaml counts its position in bytes
            place = max(0, self.text.find(chr(sign)))
            self.add(Fault(place, place + 1, f"the character U+{sign:04X} cannot stand in a rule file"))
        except (yaml.YAMLError, ValueError) as error:
            self.add(Fault(0, 1, f"this is not YAML: {' '.join(str(error).split())}"))
        return None


class _Reader:
    """Builds the tree from libyaml's events, in one pass and never deeper than `MAX_DEPTH`.

    Composing would do the same twice as slowly, and recurse in C: a file of nothing but brackets ends the process.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.events = yaml.parse(document.text, Loader=_LOADER)
        self.depth = 0

    def file(self) -> Node | None:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                root = self.node(next(self.events))
                next(self.events)
                break
        else:
            self.document.add(Fault(0, 1, "this file is empty", "a rule file begins with version: 1"))
            return None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                place = _start(event)
                self.document.add(Fault(place, place + 3, "a rule file is one document", "remove this line"))
                break
        return root

    def node(self, event: yaml.Event) -> Node:
        start = _start(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, start)
        if isinstance(event, yaml.AliasEvent):
            # Aliases of aliases would make a small file huge, and a file that includes itself endless.
            self.document.add(Fault(start, start + 1, "anchors and aliases are not part of rule files"))
            return Node("empty", start, start + 1)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="it is nested too deeply", problem_mark=cast("Any", event.start_mark))
        found = self.listed(start) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(start)
        self.depth -= 1
        return found

    def listed(self, start: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event))
        return Node("list", start, _end(event), items=tuple(items))

    def mapping(self, start: int) -> Node:
        fields: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, value = self.node(event), self.node(next(self.events))
            place = (key.start, key.end)
            if not isinstance(event, yaml.ScalarEvent):
                self.document.add(Fault(*place, "a key is a plain word"))
            elif event.value in fields:
                self.document.add(Fault(*place, f"the key '{event.value}' stands here twice"))
            else:
                fields[event.value], keys[event.value] = value, place
        return Node("mapping", start, _end(event), fields=fields, keys=keys)

    def scalar(self, event: yaml.ScalarEvent, start: int) -> Node:
        end = _end(event)
        if event.tag is None and event.implicit[0] and event.value in _NOTHING:
            return Node("empty", start, end)
        if hidden := HIDDEN.search(event.value):
            self.document.add(Fault(start, end, f"the invisible sign U+{ord(hidden[0]):04X} stands in this text"))
        return Node("text", start, max(end, start + 1), event.value)


def _start(event: yaml.Event) -> int:
    return cast("int", cast("Any", event.start_mark).index)


def _end(event: yaml.Event) -> int:
    return cast("int", cast("Any", event.end_mark).index)
