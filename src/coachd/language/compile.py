"""A checked tree -> one Python function, with SQL's three-valued logic: what is unknown stays unknown.

Comparison and arithmetic with an unknown is unknown; `false and unknown` is false, `true or unknown` is true;
a division by zero is unknown. The function is total: it raises for no input of the declared types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coachd.language.parse import (
    Among,
    Binary,
    Call,
    Flag,
    Known,
    Name,
    Number,
    Text,
    Tree,
    Unary,
    children,
    names_in,
    parse,
)
from coachd.language.problems import ExpressionProblem, Fault
from coachd.language.types import Raw, Type, check

Context = Mapping[str, Raw]
Run = Callable[[Context, Any], Raw]
Getter = Callable[[Any], Raw]

_OPERATORS = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*"}
_DECIDED_BY = {"and": False, "or": True}


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `run(context, item)` gives its value; names that `getters` know are read from `item`,
    those in `given` from the context."""

    text: str
    tree: Tree
    type: Type
    names: frozenset[str]
    run: Run
    given: tuple[str, ...] = ()


def compile_expression(
    text: str,
    scope: Mapping[str, Type | None],
    *,
    want: Literal["number", "yes/no"] | None = None,
    getters: Mapping[str, Getter] | None = None,
) -> Expression:
    """The compiled form of `text`, whose names have the types of `scope`.

    Names in `getters` are read from the item given to `run`, all others from its context.
    Raises ExpressionProblem with every mistake found, and when the result is not of the kind wanted; without a fault
    when it uses a name whose type is None in `scope`, because that mistake was reported already.
    """
    tree = parse(text)
    kind, faults = check(tree, scope)
    if kind is not None and want is not None and kind.kind != want and not faults:
        faults = [Fault(tree.start, tree.end, f"a {want} is needed here, this is {kind}")]
    if kind is None or faults:
        raise ExpressionProblem(text, faults)
    names = frozenset(names_in(tree))
    getters = getters or {}
    return Expression(text, tree, kind, names, compile_tree(tree, getters), tuple(sorted(names - getters.keys())))


def compile_tree(tree: Tree, getters: Mapping[str, Getter]) -> Run:
    """One Python function for a tree that `check` found no fault in."""
    code = _Code(getters)
    result = code.emit(tree)
    source = "\n".join(["def run(c, item):", *code.lines, f" return {result}"])
    # The source holds operators, temporaries and indexes of constants only: no text of the rule is in it.
    exec(compile(source, "<rule>", "exec"), code.environment)  # noqa: S102
    run: Run = code.environment["run"]
    return run


class _Code:
    """Every part of the tree becomes one assignment to a temporary of its own, in the order written.

    The right side of `and` and `or` is only looked at where the left one does not decide: most rules are silent for
    their first reason, and what the others would take to work out is not spent.
    """

    def __init__(self, getters: Mapping[str, Getter]) -> None:
        self.getters = getters
        self.lines: list[str] = []
        self.indent = " "
        self.constants: list[Raw | tuple[Raw, ...]] = []
        self.readers: list[Getter] = []
        self.environment: dict[str, Any] = {
            "__builtins__": {"min": min, "max": max, "abs": abs},
            "k": self.constants,
            "get": self.readers,
        }

    def assign(self, code: str) -> str:
        name = f"v{len(self.lines)}"
        self.add(f"{name} = {code}")
        return name

    def add(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def constant(self, value: Raw | tuple[Raw, ...]) -> str:
        self.constants.append(value)
        return f"k[{len(self.constants) - 1}]"

    def emit(self, tree: Tree) -> str:
        """Adds the code of a tree; gives the temporary that holds its value."""
        if isinstance(tree, Among):
            return self.among(tree)
        if isinstance(tree, Binary) and tree.sign in _DECIDED_BY:
            return self.either(tree)
        parts = [self.emit(part) for part in children(tree)]
        match tree:
            case Number():
                return self.assign(self.constant(tree.quantity.value))
            case Text() | Flag():
                return self.assign(self.constant(tree.value))
            case Name():
                return self.name(tree.name)
            case Unary():
                return self.strict(f"{'not' if tree.sign == 'not' else '-'} {parts[0]}", parts)
            case Known():
                return self.assign(f"{parts[0]} is {'' if tree.negated else 'not '}None")
            case Binary():
                return self.binary(tree.sign, *parts)
            case Call(function="default"):
                return self.assign(f"{parts[1]} if {parts[0]} is None else {parts[0]}")
            case Call():
                arguments = f"{parts[0]}" if len(parts) == 1 else ", ".join(parts)
                return self.strict(f"{tree.function}({arguments})", parts)

    def strict(self, code: str, parts: list[str]) -> str:
        """A value that is unknown as soon as one of its parts is."""
        return self.assign(f"None if {' or '.join(f'{part} is None' for part in parts)} else {code}")

    def name(self, name: str) -> str:
        if name not in self.getters:
            return self.assign(f"c[{self.constant(name)}]")
        self.readers.append(self.getters[name])
        return self.assign(f"get[{len(self.readers) - 1}](item)")

    def binary(self, sign: str, left: str, right: str) -> str:
        if sign == "/":
            return self.assign(f"None if {left} is None or {right} is None or {right} == 0 else {left} / {right}")
        return self.strict(f"{left} {_OPERATORS[sign]} {right}", [left, right])

    def either(self, tree: Binary) -> str:
        """`and`, which a false side decides, or `or`, which a true one does."""
        decisive = _DECIDED_BY[tree.sign]
        left = self.emit(tree.left)
        result = self.assign(f"{decisive}")
        self.add(f"if {left} is not {decisive}:")
        self.indent += " "
        right = self.emit(tree.right)
        undecided = f"None if {left} is None or {right} is None else {not decisive}"
        self.add(f"{result} = {decisive} if {right} is {decisive} else {undecided}")
        self.indent = self.indent[:-1]
        return result

    def among(self, tree: Among) -> str:
        item = self.emit(tree.item)
        options = tuple(option.quantity.value if isinstance(option, Number) else option.value for option in tree.options
                        if isinstance(option, Number | Text | Flag))  # fmt: skip
        return self.strict(f"{item} {'not in' if tree.negated else 'in'} {self.constant(options)}", [item])
