"""Text of an expression -> tokens with their positions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from coachd.language.problems import ExpressionProblem, Fault, did_you_mean
from coachd.units import UNITS, Quantity, parse_quantity

MAX_CHARACTERS = 2_000
KEYWORDS = frozenset({"or", "and", "not", "in", "is", "known", "unknown", "true", "false"})

_PACE = re.compile(r"\d{1,2}:[0-5]\d\s*/(?:km|mi)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT = re.compile(r"\s*(%|(?:m/s|km/h|m/km)\b|[A-Za-z]+)")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_SIGN = re.compile(r"==|!=|<=|>=|[<>+\-*/()\[\],]")
_SPACE = re.compile(r"\s*")
_HINTS = {
    "=": "use == to compare",
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not'",
    "'": "close the text with another '",
    '"': 'close the text with another "',
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the language: `text` as written, and the quantity if it is a number."""

    kind: Literal["number", "text", "name", "sign", "end"]
    text: str
    start: int
    end: int
    quantity: Quantity | None = None


def tokenise(text: str) -> list[Token]:
    """The tokens of an expression, with a closing token of kind `end`.

    Raises ExpressionProblem for a character, unit or number that is not part of the language.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"an expression may have {MAX_CHARACTERS} characters, this one has {len(text)}"
        raise ExpressionProblem(text, [Fault(0, 1, message, "name parts of it under `values`")])
    tokens: list[Token] = []
    position = _skip_space(text, 0)
    while position < len(text):
        token = _token_at(text, position)
        tokens.append(token)
        position = _skip_space(text, token.end)
    return [*tokens, Token("end", "", len(text), len(text))]


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _token_at(text: str, start: int) -> Token:
    if _PACE.match(text, start) or _NUMBER.match(text, start):
        return _number_at(text, start)
    if match := _TEXT.match(text, start):
        return Token("text", match[0][1:-1], start, match.end())
    if match := _NAME.match(text, start):
        return Token("name", match[0], start, match.end())
    if match := _SIGN.match(text, start):
        return Token("sign", match[0], start, match.end())
    character = text[start]
    raise ExpressionProblem(text, [Fault(start, start + 1, f"unexpected {character!r}", _HINTS.get(character, ""))])


def _number_at(text: str, start: int) -> Token:
    if match := _PACE.match(text, start):
        return Token("number", match[0], start, match.end(), parse_quantity(match[0]))
    match = _NUMBER.match(text, start)
    assert match is not None
    end = match.end()
    unit = _UNIT.match(text, end)
    if unit and unit[1] not in KEYWORDS and not text.startswith("(", unit.end()):
        if unit[1] not in UNITS:
            hint = did_you_mean(unit[1], UNITS) or f"known units: {', '.join(UNITS)}"
            raise ExpressionProblem(text, [Fault(unit.start(1), unit.end(1), f"unknown unit '{unit[1]}'", hint)])
        end = unit.end()
    written = " ".join(text[start:end].split())
    try:
        quantity = parse_quantity(written)
    except ValueError as error:
        raise ExpressionProblem(text, [Fault(start, end, "this number is too large")]) from error
    return Token("number", text[start:end], start, end, quantity)
