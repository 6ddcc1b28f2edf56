"""A rule file -> checked, compiled rules. Every problem of the file is found in one go and shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from coachd.errors import RuleProblem
from coachd.language import vocabulary
from coachd.language.case import Case, read_case
from coachd.language.compile import Expression
from coachd.language.document import Document, Node, TooManyFaults
from coachd.language.format import FILE, FILE_WITHOUT_TESTS
from coachd.language.measure import Data, Measure
from coachd.language.message import Message, compile_message
from coachd.language.names import Names
from coachd.language.params import read_param
from coachd.language.problems import ExpressionProblem, Fault, did_you_mean
from coachd.language.rule import Helped, Marks, Param, Rule, Selection, Tone
from coachd.language.shape import check
from coachd.language.values import ValueReader
from coachd.units import days_in, parse_quantity

MAX_RULES = 200
"""So many rules in one file are more than anybody reads; the limit keeps a file by mistake from taking minutes."""


def read_rules(text: str, name: str, measures: Mapping[str, Measure], *, tests: bool = True) -> list[Rule]:
    """The rules in the text of one file; `name` is what problems call the file.

    Without `tests` the rules come without their inline tests: most of a file is tests, and most readers only ask.
    Raises RuleProblem with all problems of the file, or the first hundred.
    """
    document = Document(name, text)
    rules: list[Rule] = []
    try:
        root = document.read()
        if root is not None:
            rules = _rules(root, document, measures, tests=tests)
    except TooManyFaults:
        raise _unusable(document) from None
    if document.faults:
        raise _unusable(document)
    return rules


def _rules(root: Node, document: Document, measures: Mapping[str, Measure], *, tests: bool) -> list[Rule]:
    listed = root.get("rules")
    nodes = listed.items if listed is not None else ()
    if listed is not None and len(nodes) > MAX_RULES:
        document.note(listed, f"a file may hold {MAX_RULES} rules, this one has {len(nodes)}", "write one rule a file")
        return []
    check(root, FILE if tests else FILE_WITHOUT_TESTS, document)
    readers = [_RuleReader(node, document, measures, tests=tests) for node in nodes if node.shape == "mapping"]
    return [rule for reader in readers if (rule := reader.rule()) is not None]


def _unusable(document: Document) -> RuleProblem:
    return RuleProblem(document.problems(), "Correct the rule file, then run: coachd rules check")


class _RuleReader:
    """Reads one rule. Parts whose shape is wrong are passed over: their problems are noted already."""

    def __init__(self, node: Node, document: Document, measures: Mapping[str, Measure], *, tests: bool) -> None:
        self.node = node
        self.document = document
        self.measures = measures
        self.with_tests = tests
        self.each = node.string("each")
        self.names = Names(document, {name: field.type for name, field in vocabulary.names_for(self.each).items()})

    def rule(self) -> Rule | None:
        """The rule; None, with its problems noted, when it cannot be used."""
        if not self.has_subject():
            return None
        params = self.params()
        where = self.eligibility()
        values = ValueReader(self.document, self.names, self.measures, params, self.each).values(self.node)
        marks = self.marks()
        needs, when, rearm = (self.condition(self.node, key) for key in ("needs", "when", "rearm"))
        helped = self.helped()
        message = self.message()
        if not self.document.is_sound(self.node) or when is None:
            return None
        self.unused(params)
        tests = self.tests() if self.with_tests else ()
        if not self.document.is_sound(self.node):
            return None
        text = self.node.string
        return Rule(
            id=text("id"),
            title=" ".join(text("title").split()),
            why=" ".join(text("why").split()),
            kind=cast("Any", text("kind")),
            family=text("family"),
            each=cast("Any", self.each),
            when=when,
            message=message,
            scope={name: kind for name, kind in self.names.scope.items() if kind is not None},
            sources=self.node.strings("sources"),
            contested=" ".join(text("contested").split()),
            severity=int(text("severity", "1")),
            tier=cast("Any", text("tier", "core")),
            status=cast("Any", text("status", "stable")),
            replaces=self.node.strings("replaces"),
            asks=cast("Any", text("asks") or None),
            phase=self.selection("phase"),
            modes=self.selection("modes"),
            params=params,
            values=values,
            needs=needs,
            held=self.held(),
            rearm=rearm,
            cooldown_days=days_in(text("cooldown", "0d")),
            inhibits=self.node.strings("inhibits"),
            rests_after=self.node.strings("rests_after"),
            once_per=cast("Any", text("once_per") or None),
            marks=marks,
            deliver=cast("Any", text("deliver", "digest")),
            helped=helped,
            tests=tests,
            lookback_days=self.names.lookback,
            lifelong=self.names.lifelong,
            file=self.document.name,
            line=self.document.text.count("\n", 0, self.node.start) + 1,
            sport=frozenset(self.node.strings("sport")) or None,
            where=where,
            history_days=days_in(text("history")) if text("history") else None,
            rank=int(text("rank", "5")),
            data=self.data(),
        )

    def has_subject(self) -> bool:
        """Whether it is known what the rule is about; without a subject nothing can be read."""
        each = self.node.get("each")
        if each is None or not self.document.is_sound(each):
            return False
        once = self.node.get("once_per")
        if once and once.text == "mark" and self.node.get("marks") is None:
            self.document.note(once, "'once_per: mark' needs marks", "add for example marks: {distance: [400 mi]}")
        return True

    def eligibility(self) -> Expression | None:
        """The rule's own `where`: a condition about the activity, so only in rules about activities."""
        for key in ("sport", "where"):
            if self.each != "activity" and self.node.get(key) is not None:
                hint = "write it into the values, or use each: activity"
                self.document.note_key(self.node, key, f"'{key}' of a rule goes with 'each: activity'", hint)
        return self.condition(self.node, "where") if self.each == "activity" else None

    def data(self) -> frozenset[Data]:
        """The kinds of data behind the names used, and behind what the values read."""
        fields = vocabulary.names_for(self.each)
        named = {fields[name].data for name in self.names.used & fields.keys()}
        return frozenset({kind for kind in named if kind is not None} | self.names.data)

    def mapping(self, key: str) -> list[tuple[str, Node]]:
        found = self.node.get(key)
        return list(found.fields.items()) if found else []

    def params(self) -> dict[str, Param]:
        found: dict[str, Param] = {}
        for name, node in self.mapping("params"):
            if not self.names.is_new(self.node, "params", name):
                continue
            param = read_param(node, self.document) if self.document.is_sound(node) else None
            self.names.scope[name] = param.type if param else None
            if param is not None:
                found[name] = param
        return found

    def condition(self, holder: Node, key: str) -> Expression | None:
        node = holder.get(key)
        return self.names.expression(node, "yes/no") if node is not None and self.document.is_sound(node) else None

    def marks(self) -> Marks | None:
        holder, entries = self.node.get("marks"), self.mapping("marks")
        if not entries or holder is None or not self.document.is_sound(holder):
            return None
        name, node = entries[0]
        self.names.scope["mark"] = None
        if len(entries) > 1:
            self.document.note_key(holder, entries[1][0], "a rule has marks of one value")
            return None
        kind = self.names.scope.get(name)
        if kind is None or kind.kind != "number":
            if name not in self.names.scope or kind is not None:
                hint = did_you_mean(name, self.names.scope)
                self.document.note_key(holder, name, f"'{name}' is no number of this rule", hint)
            return None
        levels: list[float] = []
        for item in node.items:
            quantity = _quantity(item, self.document)
            if quantity is None:
                return None
            if quantity.dimension != kind.dimension:
                self.document.note(item, f"'{item.text}' is not {kind}, but '{name}' is")
                return None
            levels.append(quantity.value)
        if not levels or levels != sorted(set(levels)):
            self.document.note(node, "marks ascend", "write the lowest first, each once")
            return None
        self.names.scope["mark"] = kind
        self.names.used.add(name)
        return Marks(name, tuple(levels))

    def held(self) -> tuple[int, int] | None:
        numbers = [int(number) for number in re.findall(r"\d+", self.node.string("for"))]
        if not numbers:
            return None
        return (min(numbers), max(numbers))

    def selection(self, key: str) -> Selection | None:
        node = self.node.get(key)
        if node is None:
            return None
        only = node.get("only") is not None
        return Selection(frozenset(node.strings("only" if only else "not")), only)

    def helped(self) -> Helped | None:
        node = self.node.get("helped")
        if node is None or not self.document.is_sound(node):
            return None
        when = self.condition(node, "when")
        return Helped(days_in(node.string("after")), when) if when is not None else None

    def message(self) -> dict[Tone, Message]:
        found: dict[Tone, Message] = {}
        for tone, node in self.mapping("message"):
            if not self.document.is_sound(node):
                continue
            try:
                found[cast("Tone", tone)] = compile_message(node.text, self.names.scope)
            except ExpressionProblem as problem:
                self.document.note_inside(node, problem.faults)
                continue
            self.names.used |= found[cast("Tone", tone)].names
        return found

    def unused(self, params: Mapping[str, Param]) -> None:
        holder = self.node.get("params")
        for name in params:
            if name not in self.names.used and holder is not None:
                self.document.note_key(holder, name, f"the parameter '{name}' is never used", "use it or remove it")

    def tests(self) -> tuple[Case, ...]:
        listed = self.node.get("tests")
        cases: list[Case] = []
        for node in listed.items if listed is not None else ():
            case = read_case(node, self.document)
            if case is not None and self.fits(node):
                cases.append(case)
        return tuple(cases)

    def fits(self, node: Node) -> bool:
        """Notes names in a test that the rule does not have."""
        faults: list[Fault] = []
        expect = node.get("expect")
        evidence = expect.get("evidence") if expect else None
        parameters = self.node.get("params")
        known_params = parameters.fields.keys() if parameters else set[str]()
        for holder, known in ((evidence, set(self.names.scope)), (node.get("params"), set(known_params))):
            for key, place in holder.keys.items() if holder else ():
                if key not in known:
                    faults.append(Fault(*place, f"'{key}' is no name of this rule", did_you_mean(key, known)))
        self.document.add(*faults)
        return not faults


def _quantity(node: Node, document: Document) -> Any:
    try:
        return parse_quantity(node.text)
    except ValueError as error:
        document.note(node, str(error))
        return None
