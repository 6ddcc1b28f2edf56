"""Tokens -> a tree, by a Pratt parser. The grammar is frozen with version 1 of the rule format.

There are no loops, no calls of anything but a few total functions, no indexing and no assignment: every expression
is evaluated in time linear in its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from coachd.language.problems import ExpressionProblem, Fault, did_you_mean
from coachd.language.tokens import KEYWORDS, Token, tokenise
from coachd.units import Quantity

MAX_NODES = 200
MAX_DEPTH = 25
FUNCTIONS = {"default": (2, 2), "min": (2, 8), "max": (2, 8), "abs": (1, 1)}
"""Function -> fewest and most arguments."""

_COMPARISON = 40
_POWER = {"or": 10, "and": 20, "+": 50, "-": 50, "*": 60, "/": 60} | dict.fromkeys(
    ["==", "!=", "<", "<=", ">", ">=", "in", "not", "is"], _COMPARISON
)
_NOT, _NEGATIVE = 30, 70


@dataclass(frozen=True, slots=True)
class Number:
    quantity: Quantity
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flag:
    value: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unary:
    sign: str
    operand: Tree
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    sign: str
    left: Tree
    right: Tree
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Among:
    """`item in [options]`, or `not in` when negated."""

    item: Tree
    options: tuple[Tree, ...]
    negated: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Known:
    """`operand is known`, or `is unknown` when negated."""

    operand: Tree
    negated: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Tree, ...]
    start: int
    end: int


Tree = Number | Text | Flag | Name | Unary | Binary | Among | Known | Call


def parse(text: str) -> Tree:
    """The tree of an expression. Raises ExpressionProblem with the place of the first mistake."""
    return _Parser(text).whole()


def children(tree: Tree) -> tuple[Tree, ...]:
    """The direct parts of a tree, left to right."""
    match tree:
        case Unary() | Known():
            return (tree.operand,)
        case Binary():
            return (tree.left, tree.right)
        case Among():
            return (tree.item, *tree.options)
        case Call():
            return tree.arguments
    return ()


def names_in(tree: Tree) -> Iterator[str]:
    """Every name used in a tree, with repetitions."""
    if isinstance(tree, Name):
        yield tree.name
    for part in children(tree):
        yield from names_in(part)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        self.index = 0
        self.nodes = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self.expression(0)
        if self.current.kind != "end":
            self.unexpected()
        return tree

    @property
    def current(self) -> Token:
        return self.tokens[self.index]

    def advance(self) -> Token:
        token = self.current
        self.index += token.kind != "end"
        return token

    def at(self, word: str) -> bool:
        return self.current.text == word and self.current.kind in {"sign", "name"}

    def fail(self, token: Token, message: str, hint: str = "") -> NoReturn:
        raise ExpressionProblem(self.text, [Fault(token.start, max(token.end, token.start + 1), message, hint)])

    def unexpected(self) -> NoReturn:
        token = self.current
        if token.kind == "end":
            self.fail(token, "the expression ends too early")
        hint = "write 'and' or 'or' between two conditions" if token.kind in {"name", "number", "text"} else ""
        self.fail(token, f"unexpected '{token.text}'", hint)

    def expect(self, sign: str) -> Token:
        if not self.at(sign):
            if self.current.kind == "end":
                self.fail(self.current, f"'{sign}' is missing")
            self.unexpected()
        return self.advance()

    def keep(self, tree: Tree) -> Tree:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            message = f"an expression may have {MAX_NODES} parts, this one has more"
            self.fail(self.current, message, "name parts of it under `values`")
        return tree

    def expression(self, binding: int) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(self.current, f"an expression may be nested {MAX_DEPTH} deep", "name parts of it under `values`")
        left = self.prefix()
        while (power := self.power()) > binding:
            left = self.infix(left, power)
        self.depth -= 1
        return left

    def power(self) -> int:
        token = self.current
        return _POWER.get(token.text, 0) if token.kind in {"sign", "name"} else 0

    def prefix(self) -> Tree:
        token = self.current
        if token.kind == "number" and token.quantity is not None:
            self.advance()
            return self.keep(Number(token.quantity, token.start, token.end))
        if token.kind == "text":
            self.advance()
            return self.keep(Text(token.text, token.start, token.end))
        if token.kind == "name":
            return self.word()
        if token.text == "(":
            self.advance()
            inner = self.expression(0)
            return replace(inner, start=token.start, end=self.expect(")").end)
        if token.text != "-":
            self.unexpected()
        self.advance()
        operand = self.expression(_NEGATIVE)
        return self.keep(Unary("-", operand, token.start, operand.end))

    def word(self) -> Tree:
        token = self.current
        if token.text == "not":
            self.advance()
            operand = self.expression(_NOT)
            return self.keep(Unary("not", operand, token.start, operand.end))
        if token.text in {"true", "false"}:
            self.advance()
            return self.keep(Flag(token.text == "true", token.start, token.end))
        if token.text in KEYWORDS:
            self.unexpected()
        self.advance()
        if self.at("("):
            return self.call(token)
        return self.keep(Name(token.text, token.start, token.end))

    def call(self, name: Token) -> Tree:
        if name.text not in FUNCTIONS:
            hint = did_you_mean(name.text, FUNCTIONS) or f"there are: {', '.join(FUNCTIONS)}"
            self.fail(name, f"unknown function '{name.text}'", hint)
        self.advance()
        arguments = self.several(")")
        end = self.expect(")").end
        fewest, most = FUNCTIONS[name.text]
        if not fewest <= len(arguments) <= most:
            takes = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            self.fail(name, f"'{name.text}' takes {takes} arguments, here are {len(arguments)}")
        return self.keep(Call(name.text, arguments, name.start, end))

    def several(self, closing: str) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while not self.at(closing):
            found.append(self.expression(0))
            if not self.at(","):
                break
            self.advance()
        return tuple(found)

    def infix(self, left: Tree, power: int) -> Tree:
        token = self.advance()
        if token.text in {"in", "not"}:
            return self.among(left, token)
        if token.text == "is":
            return self.known(left)
        right = self.expression(power)
        if power == _COMPARISON and self.power() == _COMPARISON:
            self.fail(self.current, "comparisons cannot be chained", "write a < b and b < c")
        return self.keep(Binary(token.text, left, right, left.start, right.end))

    def among(self, left: Tree, token: Token) -> Tree:
        if token.text == "not":
            if not self.at("in"):
                self.fail(token, "unexpected 'not'", "write 'and not' between two conditions")
            self.advance()
        self.expect("[")
        first = self.current
        options = self.several("]")
        if not options:
            self.fail(first, "the list is empty")
        end = self.expect("]").end
        return self.keep(Among(left, options, token.text == "not", left.start, end))

    def known(self, left: Tree) -> Tree:
        word = self.current
        if word.kind != "name" or word.text not in {"known", "unknown"}:
            self.fail(word, "after 'is' comes 'known' or 'unknown'", "use == to compare")
        self.advance()
        return self.keep(Known(left, word.text == "unknown", left.start, word.end))
