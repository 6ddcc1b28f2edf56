"""Profiles: what changes for a kind of runner, as a file of overrides in `rules/profiles/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from coachd.errors import RuleProblem
from coachd.language.document import Document, Node, TooManyFaults
from coachd.language.shape import MapOf, Record, Word, check
from coachd.model import Profile
from coachd.rulebook.overrides import Overrides

_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_QUANTITY = Word("a number with a unit, e.g. 400 mi, 7 days, 35%", also=("number",))
_FILE = Record(
    {
        "version": Word(choices=("1",), also=("integer",)),
        "profile": Word(choices=get_args(Profile)),
        "title": Word("who it is for"),
        "suggest": Word("why it is offered, in words for the runner"),
        "override": MapOf(
            Record(
                {
                    "params": MapOf(_QUANTITY),
                    "cooldown": Word("whole days or weeks", pattern=r"\d{1,4} ?(?:d|days?|w|weeks?)", example="21d"),
                    "off": Word("true or false", choices=("true", "false"), also=("boolean",)),
                }
            ),
            key=_ID,
        ),
    },
    required=("version", "profile", "title", "suggest"),
)


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A profile: its name, who it is for, why it is offered, and what it changes in which rules."""

    name: str
    title: str
    suggest: str
    override: Overrides


def read_profile(text: str, name: str) -> ProfileFile:
    """The profile in the text of one file; `name` is what problems call the file.

    Raises RuleProblem with all problems of the file.
    """
    document = Document(name, text)
    try:
        root = document.read()
        if root is not None:
            check(root, _FILE, document)
    except TooManyFaults:
        root = None
    if document.faults or root is None:
        raise RuleProblem(document.problems(), "Correct the profile, then run: coachd rules check")
    listed = root.get("override")
    override = {rule: _override(node) for rule, node in listed.fields.items()} if listed else {}
    return ProfileFile(root.string("profile"), root.string("title"), " ".join(root.string("suggest").split()), override)


def _override(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (params := node.get("params")) is not None:
        found["params"] = {name: value.text for name, value in params.fields.items()}
    if node.get("cooldown") is not None:
        found["cooldown"] = node.string("cooldown")
    if node.get("off") is not None:
        found["off"] = node.string("off") == "true"
    return found
