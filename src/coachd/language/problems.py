"""What is wrong in a piece of rule text, where, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from coachd.errors import RuleProblem

MAX_LINE = 160
"""Of a longer line only so much is shown around its mistake."""

HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Signs that steer a terminal or turn the direction of a line: a rule could be read other than it is."""


_PICTURE = re.compile(r" *\d* \| ")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in one text: `start` and `end` are character offsets in that text."""

    start: int
    end: int
    message: str
    hint: str = ""


class ExpressionProblem(RuleProblem):
    """An expression or a message text cannot be used; `faults` says where and why."""

    def __init__(self, text: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__([shown_fault("expression", text, fault) for fault in faults])


def shown_fault(name: str, text: str, fault: Fault) -> str:
    """A fault as compilers print it: `name:line:column: message`, the line, a caret below it, and the hint."""
    start = min(fault.start, len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : line_end if line_end >= 0 else len(text)].rstrip("\r")
    number, column = text.count("\n", 0, start) + 1, start - line_start
    width = max(1, min(fault.end, line_start + len(line)) - start)
    heading = f"{name}:{number}:{column + 1}: {fault.message}"
    if len(line) > MAX_LINE:  # a line by mistake can be as long as the file
        cut = max(0, column - MAX_LINE // 2)
        line, column = line[cut : cut + MAX_LINE], column - cut
        width = min(width, len(line) - column) or 1
    shown = [
        heading,
        f"{number:6} | {HIDDEN.sub('?', line)}",
        f"       | {' ' * column}{'^' * width}",
    ]
    if fault.hint:
        shown.append(f"       = {fault.hint}")
    return "\n".join(shown)


def in_one_line(problem: str) -> str:
    """A problem as `shown_fault` prints it, for where lines are wrapped: without the picture of its line."""
    lines = [line.strip() for line in problem.splitlines() if not _PICTURE.match(line)]
    return "".join(f"; {line[2:]}" if line.startswith("= ") else f" {line}" for line in lines).strip()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint with the closest known word, or an empty text when none is close."""
    names = list(known)
    # `distance` in a rule about activities is a slip for `activity.distance`, however far apart the two are spelt.
    prefixed = sorted((name for name in names if name.endswith(f".{word}")), key=len)
    close = prefixed or get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
