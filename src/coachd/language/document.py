"""A YAML file as a tree in which every word knows its place, so that each mistake can be shown where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import yaml

from coachd.language.problems import Fault, shown_fault

MAX_CHARACTERS = 500_000
MAX_DEPTH = 40


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

    def note(self, node: Node, message: str, hint: str = "") -> None:
        """Remembers a problem with a whole node; only the first line of it is underlined."""
        self.faults.append(Fault(node.start, node.end, message, hint))

    def note_key(self, node: Node, key: str, message: str, hint: str = "") -> None:
        """Remembers a problem with a key of a mapping."""
        self.faults.append(Fault(*node.keys[key], message, hint))

    def note_inside(self, node: Node, faults: Sequence[Fault]) -> None:
        """Remembers faults whose offsets count inside the node's text (an expression, a message)."""
        places = self._places(node)
        for fault in faults:
            start = places[min(fault.start, len(places) - 1)]
            end = places[min(max(fault.end, fault.start + 1), len(places)) - 1] + 1
            self.faults.append(Fault(start, max(end, start + 1), fault.message, fault.hint))

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
            self.faults.append(Fault(0, 1, f"a rule file may have {MAX_CHARACTERS} characters", "split the file"))
            return None
        try:
            if _depth(self.text) > MAX_DEPTH:
                self.faults.append(Fault(0, 1, "this file is nested too deeply"))
                return None
            root = yaml.compose(self.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = mark.index if mark else 0
            self.faults.append(Fault(place, place + 1, f"this is not YAML: {error.problem or error.context}"))
            return None
        except (yaml.YAMLError, ValueError) as error:
            self.faults.append(Fault(0, 1, f"this is not YAML: {' '.join(str(error).split())}"))
            return None
        if root is None:
            self.faults.append(Fault(0, 1, "this file is empty", "a rule file begins with version: 1"))
            return None
        return _Reader(self).node(root)


def _depth(text: str) -> int:
    """How deeply the text is nested, as far as it goes before that is too deep. Raises yaml.YAMLError.

    Looked at before composing, which recurses in C: a file of nothing but brackets would end the process.
    """
    depth = deepest = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[int] = set()

    def node(self, raw: yaml.Node) -> Node:
        start, end = raw.start_mark.index, raw.end_mark.index
        if isinstance(raw, yaml.ScalarNode):
            return self.scalar(raw, start, end)
        if id(raw) in self.seen:
            # Aliases of aliases would make a small file huge, and a file that includes itself endless.
            self.document.faults.append(Fault(start, start + 1, "anchors and aliases are not part of rule files"))
            return Node("empty", start, end)
        self.seen.add(id(raw))
        if isinstance(raw, yaml.SequenceNode):
            return Node("list", start, end, items=tuple(self.node(item) for item in raw.value))
        fields: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        for name, place, value in self.entries(raw):
            if name in fields:
                self.document.faults.append(Fault(*place, f"the key '{name}' stands here twice"))
                continue
            fields[name], keys[name] = self.node(value), place
        return Node("mapping", start, end, fields=fields, keys=keys)

    def entries(self, raw: yaml.Node) -> Iterator[tuple[str, tuple[int, int], yaml.Node]]:
        for key, value in raw.value:
            place = (key.start_mark.index, key.end_mark.index)
            if isinstance(key, yaml.ScalarNode):
                yield key.value, place, value
            else:
                self.document.faults.append(Fault(*place, "a key is a plain word"))

    def scalar(self, raw: yaml.ScalarNode, start: int, end: int) -> Node:
        if raw.tag == "tag:yaml.org,2002:null":
            return Node("empty", start, end)
        return Node("text", start, max(end, start + 1), raw.value)
