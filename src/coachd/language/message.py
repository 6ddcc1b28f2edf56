"""The words of a nudge: Jinja cut down to an allow-list, filled with quantities in the athlete's units.

A text can print values and choose between words, and nothing else. There are no loops, no calls and no arithmetic, and
no digit may stand in the words themselves: every number a runner reads is a value of the rule, so in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from coachd.language.problems import ExpressionProblem, Fault, did_you_mean
from coachd.language.types import YES_NO, Raw, Type, number, text
from coachd.model import WEEKDAYS
from coachd.units import PLAIN, Quantity, Show, System, shown

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

FILTERS = ("pct", "whole", "day")
TESTS = ("known",)
_ALLOWED = (
    "Template", "Output", "TemplateData", "Name", "Getattr", "Const", "If", "CondExpr", "Compare", "Operand",
    "And", "Or", "Not", "Filter", "Test",
)  # fmt: skip
_DIGIT = re.compile(r"\d[\d.,:]*|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u218b\u2460-\u249b\u24ea-\u24ff]")
"""Digits of every script, and the signs for fractions, raised, Roman and circled numbers."""

_MAX_CHARACTERS = 2_000
_MAX_NODES = 200


@dataclass(frozen=True, slots=True)
class Message:
    """A checked text. `names` are the names it uses, dotted."""

    text: str
    names: frozenset[str]


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Unknown:
    """What is not known: it prints as such, and every comparison with it is false."""

    def __str__(self) -> str:
        return "unknown"

    def __bool__(self) -> bool:
        return False

    def _compared(self, _other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __eq__ = __ne__ = _compared
    __hash__ = object.__hash__


_UNKNOWN = _Unknown()


class _Told(float):
    """A number that prints itself as a runner reads it, and compares as a number."""

    quantity: Quantity
    system: System

    def __str__(self) -> str:
        return shown(self.quantity, self.system)


def compile_message(text: str, scope: Mapping[str, Type | None]) -> Message:
    """A text that may use the names of `scope`. Raises ExpressionProblem with every mistake in it."""
    from jinja2 import TemplateSyntaxError

    if len(text) > _MAX_CHARACTERS:
        raise ExpressionProblem(text, [Fault(0, 1, f"a message may have {_MAX_CHARACTERS} characters")])
    if not text.strip():
        raise ExpressionProblem(text, [Fault(0, 1, "a message has words", "say what was seen, and one thing to do")])
    try:
        tree = _environment().parse(text)
    except (TemplateSyntaxError, RecursionError) as error:
        line = error.lineno if isinstance(error, TemplateSyntaxError) else 1
        reason = error.message if isinstance(error, TemplateSyntaxError) else "it is nested too deeply"
        raise ExpressionProblem(text, [_fault(text, line, "", f"this message cannot be read: {reason}")]) from error
    checker = _Checker(text, scope)
    checker.visit(tree)
    if checker.faults:
        raise ExpressionProblem(text, checker.faults)
    return Message(text, frozenset(checker.names))


def render(message: Message, context: Mapping[str, Raw], scope: Mapping[str, Type], system: System) -> str:
    """The text for one athlete, with white space folded; an unknown value reads `unknown`."""
    known: dict[str, Any] = {}
    for name in message.names:
        _place(known, name.split("."), _told(context[name], scope[name], system))
    return " ".join(_template(message.text).render(known).split())


def _told(value: Raw, kind: Type, system: System) -> Any:
    wrapped = kind.wrap(value)
    if not isinstance(wrapped, Quantity):
        return _UNKNOWN if wrapped is None else wrapped
    told = _Told(wrapped.value)
    told.quantity, told.system = wrapped, system
    return told


def _place(into: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        into = into.setdefault(part, {})
    into[path[-1]] = value


def _finalise(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _shown_as(show: Show) -> Any:
    def apply(value: Any) -> str:
        return str(value) if value is _UNKNOWN else shown(Quantity(float(value), show=show))

    return apply


def weekday_name(value: Any) -> str:
    """`tue` as `Tuesday`."""
    return _DAYS[WEEKDAYS.index(value)] if value in WEEKDAYS else str(value)


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # The allow-list is the fence; the sandbox is a second one behind it. Mails escape the finished text themselves.
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_finalise, autoescape=False)
    environment.filters = {"pct": _shown_as("share"), "whole": _shown_as("count"), "day": weekday_name}
    environment.tests = {"known": lambda value: value is not _UNKNOWN}
    environment.globals = {}
    return environment


@cache
def _template(text: str) -> Template:
    return _environment().from_string(text)


def _fault(text: str, line: int, word: str, message: str, hint: str = "") -> Fault:
    """A fault at a word in one line of a text: Jinja tells lines only."""
    start = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
    end = text.find("\n", start)
    found = text.find(word, start, end if end >= 0 else len(text)) if word else -1
    return Fault(found, found + len(word), message, hint) if found >= 0 else Fault(start, start + 1, message, hint)


class _Checker:
    def __init__(self, text: str, scope: Mapping[str, Type | None]) -> None:
        self.text = text
        self.scope = scope
        self.faults: list[Fault] = []
        self.names: set[str] = set()
        self.count = 0

    def fault(self, node: nodes.Node, word: str, message: str, hint: str = "") -> None:
        # What Jinja adds by itself, e.g. around {% autoescape %}, has no line.
        self.faults.append(_fault(self.text, node.lineno or 1, word, message, hint))

    def visit(self, node: nodes.Node) -> None:
        from jinja2 import nodes

        self.count += 1
        if self.count > _MAX_NODES:
            if self.count == _MAX_NODES + 1:
                self.fault(node, "", f"a message may have {_MAX_NODES} parts")
            return
        kind = type(node).__name__
        if kind not in _ALLOWED:
            self.fault(node, "", f"{_words(kind)} is not part of the message language", "compute it under `values`")
            return
        if isinstance(node, nodes.Name | nodes.Getattr):
            self.name(node)
            return
        if isinstance(node, nodes.TemplateData | nodes.Const):
            self.words(node)
        for listed, known in ((nodes.Filter, FILTERS), (nodes.Test, TESTS)):
            if isinstance(node, listed) and (node.name not in known or node.args or node.kwargs):
                hint = did_you_mean(node.name, known) or f"there are: {', '.join(known)}"
                self.fault(node, node.name, f"'{node.name}' cannot be used in this way in a message", hint)
                return
        faults = len(self.faults)
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Const) and not isinstance(node, nodes.Compare | nodes.Operand):
                self.plain(child)
            self.visit(child)
        if len(self.faults) == faults:
            if isinstance(node, nodes.Filter):
                self.filtered(node)
            elif isinstance(node, nodes.Compare):
                self.compared(node)

    def filtered(self, node: nodes.Filter) -> None:
        kind = self.kind(node.node)
        if kind is None:
            return
        if node.name == "day":
            fits, needs = kind.choices is not None and kind.choices <= set(WEEKDAYS), "a weekday"
        else:
            fits, needs = kind.kind == "number" and kind.dimension == PLAIN, "a plain number"
        if not fits:
            self.fault(node, node.name, f"'{node.name}' needs {needs}, this is {kind}")

    def compared(self, node: nodes.Compare) -> None:
        """Faults unless both sides are alike. There are no units here, so only plain numbers meet literal ones."""
        first = self.kind(node.expr)
        for operand in node.ops:
            other = self.kind(operand.expr)
            if first is None or other is None:
                continue
            if (first.kind, first.dimension) != (other.kind, other.dimension):
                self.fault(node, "", f"a message cannot compare {first} with {other}", "compare them under `values`")
                return

    def kind(self, node: nodes.Node | None) -> Type | None:
        """The type of a part of a message: of a name, of a plain value, and yes/no of whatever else there is.

        None for a name whose own mistake is told already.
        """
        from jinja2 import nodes

        if isinstance(node, nodes.Name | nodes.Getattr):
            return self.scope.get(".".join(_path(node)))
        if isinstance(node, nodes.Const) and not isinstance(node.value, bool):
            return text() if isinstance(node.value, str) else number("number")
        return text() if isinstance(node, nodes.Filter) else YES_NO

    def name(self, node: nodes.Name | nodes.Getattr) -> None:
        dotted = ".".join(_path(node))
        if dotted in self.scope:
            self.names.add(dotted)
            return
        hint = did_you_mean(dotted, self.scope) or f"known here: {', '.join(sorted(self.scope))}"
        self.fault(node, dotted, f"unknown name '{dotted}' in a message", hint)

    def words(self, node: nodes.TemplateData | nodes.Const) -> None:
        data = getattr(node, "data", None) or getattr(node, "value", None)
        if isinstance(data, str) and (digit := _DIGIT.search(data)):
            # A block of words may run over lines, but Jinja counts the line on which it begins.
            line = node.lineno + data.count("\n", 0, digit.start())
            message = f"the number {digit[0]} stands in the words of a message"
            self.faults.append(
                _fault(self.text, line, digit[0], message, "print a value or parameter instead, or write it as a word")
            )

    def plain(self, node: nodes.Const) -> None:
        """A fault for a number that stands anywhere but in a comparison: it would be printed, or mean nothing."""
        if not isinstance(node.value, str):
            self.fault(node, str(node.value), f"the number {node.value} is no value of this rule", "print a value")


def _path(node: nodes.Node) -> Iterator[str]:
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        yield from _path(node.node)
        yield node.attr
    elif isinstance(node, nodes.Name):
        yield node.name
    else:
        yield f"({_words(type(node).__name__)})"


def _words(kind: str) -> str:
    """`CamelCase` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
