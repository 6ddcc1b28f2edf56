"""A rule file -> checked, compiled rules. Every problem of the file is found in one go and shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from coachd.errors import RuleProblem
from coachd.language import vocabulary
from coachd.language.aggregates import KINDS, Aggregate
from coachd.language.case import Case, days_in, read_case
from coachd.language.compile import Expression, compile_expression
from coachd.language.document import Document, Node
from coachd.language.format import FILE, RULE
from coachd.language.measure import Measure
from coachd.language.message import Message, compile_message
from coachd.language.params import read_param
from coachd.language.problems import ExpressionProblem, Fault, did_you_mean
from coachd.language.rule import Helped, Marks, Param, Rule, Selection, Tone, Value
from coachd.language.shape import check
from coachd.language.types import Type
from coachd.units import DAY, TIME, parse_quantity

MAX_WINDOW_DAYS = 3_660
_NOT_YET = "is not evaluated by this version yet"


def read_rules(text: str, name: str, measures: Mapping[str, Measure]) -> list[Rule]:
    """The rules in the text of one file; `name` is what problems call the file.

    Raises RuleProblem with all problems of the file.
    """
    document = Document(name, text)
    root = document.read()
    if root is not None:
        check(root, FILE, document)
    rules: list[Rule] = []
    listed = root.get("rules") if root is not None else None
    for node in listed.items if listed is not None else ():
        if node.shape == "mapping":
            rule = read_rule(node, document, measures)
            rules += [rule] if rule is not None else []
    if document.faults:
        raise RuleProblem(document.problems(), "Correct the rule file, then run: coachd rules check")
    return rules


def read_rule(node: Node, document: Document, measures: Mapping[str, Measure]) -> Rule | None:
    """One rule; None, with its problems noted in `document`, when it cannot be used."""
    sound = Document(document.name, document.text)
    check(node, RULE, sound)
    reader = _RuleReader(node, document, measures, {(fault.start, fault.end) for fault in sound.faults})
    return reader.rule()


class _RuleReader:
    """Reads one rule. `bad` are the places whose shape is wrong: their problems are noted already."""

    def __init__(
        self, node: Node, document: Document, measures: Mapping[str, Measure], bad: set[tuple[int, int]]
    ) -> None:
        self.node = node
        self.document = document
        self.measures = measures
        self.bad = bad
        self.each = node.string("each")
        self.fields = vocabulary.names_for(self.each)
        self.scope: dict[str, Type] = {name: field.type for name, field in self.fields.items()}
        self.used: set[str] = set()
        self.lookback = 0

    def rule(self) -> Rule | None:
        faults = len(self.document.faults)
        self.unsupported()
        params = self.params()
        values = [value for name, node in self.mapping("values") if (value := self.value(name, node, params))]
        marks = self.marks()
        needs, when, rearm = (self.condition(self.node, key) for key in ("needs", "when", "rearm"))
        helped = self.helped()
        message = self.message()
        self.unused(params)
        tests = self.tests()
        if self.bad or len(self.document.faults) > faults or when is None:
            return None
        text = self.node.string
        return Rule(
            id=text("id"),
            title=text("title"),
            why=" ".join(text("why").split()),
            kind=cast("Any", text("kind")),
            family=text("family"),
            each=cast("Any", self.each),
            when=when,
            message=message,
            scope=self.scope,
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
            values=tuple(values),
            needs=needs,
            held=self.held(),
            rearm=rearm,
            cooldown_days=days_in(text("cooldown", "0d")),
            inhibits=self.node.strings("inhibits"),
            once_per=cast("Any", text("once_per") or None),
            marks=marks,
            deliver=cast("Any", text("deliver", "digest")),
            helped=helped,
            tests=tests,
            lookback_days=self.lookback,
            file=self.document.name,
        )

    def unsupported(self) -> None:
        """Notes what the format knows but this version does not evaluate."""
        if (each := self.node.get("each")) and self.each not in vocabulary.SUBJECTS and self.is_sound(each):
            known = ", ".join(vocabulary.SUBJECTS)
            self.document.note(each, f"'each: {self.each}' {_NOT_YET}", f"this version evaluates: {known}")
        once = self.node.get("once_per")
        if once and once.text in {"block", "gap", "race"}:
            self.document.note(once, f"'once_per: {once.text}' {_NOT_YET}", "this version knows: subject, mark")
        if once and once.text == "mark" and self.node.get("marks") is None:
            self.document.note(once, "'once_per: mark' needs marks", "add for example marks: {distance: [400 mi]}")

    def is_sound(self, node: Node) -> bool:
        return (node.start, node.end) not in self.bad

    def mapping(self, key: str) -> list[tuple[str, Node]]:
        found = self.node.get(key)
        return [(name, node) for name, node in found.fields.items() if self.is_sound(node)] if found else []

    def params(self) -> dict[str, Param]:
        found: dict[str, Param] = {}
        for name, node in self.mapping("params"):
            if node.shape != "mapping" or not self.is_new(name, "params"):
                continue
            param = read_param(node, self.document)
            if param is not None:
                found[name] = param
                self.scope[name] = param.type
        return found

    def is_new(self, name: str, section: str) -> bool:
        """Notes a name that would hide another one."""
        if name not in self.scope and name != "mark":
            return True
        holder = self.node.get(section)
        assert holder is not None
        self.document.note_key(holder, name, f"the name '{name}' is taken", "choose another one")
        return False

    def expression(self, node: Node, want: Literal["number", "yes/no"] | None, **more: Any) -> Expression | None:
        """A compiled expression, or None with its faults noted at their places."""
        scope = {**self.scope, **more.get("fields", {})}
        try:
            found = compile_expression(node.text, scope, want=want, getters=more.get("getters"))
        except ExpressionProblem as problem:
            self.document.note_inside(node, problem.faults)
            # A name in a faulty expression is used all the same.
            self.used |= set(re.findall(r"[A-Za-z_][\w.]*", node.text))
            return None
        self.used |= found.names - more.get("fields", {}).keys()
        return found

    def condition(self, holder: Node, key: str) -> Expression | None:
        node = holder.get(key)
        return self.expression(node, "yes/no") if node is not None and node.shape == "text" else None

    def value(self, name: str, node: Node, params: Mapping[str, Param]) -> Value | None:
        if not self.is_new(name, "values"):
            return None
        origin = self.origin(node, params)
        if origin is None:
            return None
        kind = KINDS[origin.kind].gives(origin.field) if isinstance(origin, Aggregate) else origin.type
        self.scope[name] = kind
        return Value(name, kind, origin, node.string("label"))

    def origin(self, node: Node, params: Mapping[str, Param]) -> Aggregate | Measure | Expression | None:
        if node.shape == "text":
            return self.expression(node, None)
        if (written := node.get("value")) is not None:
            return self.only(node, "value") and self.expression(written, None)
        if (named := node.get("measure")) is not None:
            return self.only(node, "measure") and self.measure(named)
        kind = next((key for key in node.fields if key in KINDS), None)
        return self.aggregate(node, kind, params) if kind is not None else None

    def only(self, node: Node, key: str) -> Any:
        """True if a value has no keys that only aggregates take; notes those it has."""
        extra = [other for other in node.fields if other not in {key, "label"}]
        for other in extra:
            self.document.note_key(node, other, f"'{other}' goes with an aggregate, not with '{key}'")
        return True if not extra else None

    def measure(self, node: Node) -> Measure | None:
        found = self.measures.get(node.text)
        if found is None:
            hint = did_you_mean(node.text, self.measures) or f"known: {', '.join(sorted(self.measures))}"
            self.document.note(node, f"unknown measure '{node.text}'", hint)
            return None
        self.lookback = max(self.lookback, found.lookback_days)
        return found

    def aggregate(self, node: Node, kind: str, params: Mapping[str, Param]) -> Aggregate | None:
        taken = node.fields[kind]
        field = vocabulary.ACTIVITY.get(taken.text)
        if field is None and taken.text not in {"activities", "activity"}:
            names = ("activities", *vocabulary.ACTIVITY)
            hint = did_you_mean(taken.text, names) or f"known: {', '.join(names)}"
            self.document.note(taken, f"unknown field '{taken.text}'", hint)
            return None
        if wanted := KINDS[kind].takes(field):
            self.document.note(taken, f"'{kind}' takes {wanted}, not '{taken.text}'")
            return None
        over = self.window(node, kind, params)
        where = self.where(node)
        if over is None or (where is None and node.get("where") is not None):
            return None
        before = days_in(node.string("before", "0d"))
        days = over if isinstance(over, int) else _most_days(params[over])
        self.lookback = max(self.lookback, days + before)
        families = frozenset(node.strings("sport")) or None
        return Aggregate(kind, field, over, before, families, where)

    def where(self, node: Node) -> Expression | None:
        """An activity's own fields come first: they hide values of the same name."""
        written = node.get("where")
        if written is None:
            return None
        fields = vocabulary.ACTIVITY
        types = {name: field.type for name, field in fields.items()}
        getters = {name: field.read for name, field in fields.items()}
        return self.expression(written, "yes/no", fields=types, getters=getters)

    def window(self, node: Node, kind: str, params: Mapping[str, Param]) -> int | str | None:
        written = node.get("over")
        if written is None:
            self.document.note(node, f"'{kind}' needs a window", "add for example over: 28d")
            return None
        if written.text in params:
            return self.parameter_window(written, kind, params[written.text])
        try:
            quantity = parse_quantity(written.text)
        except ValueError:
            hint = did_you_mean(written.text, params) or "write for example 28d or 4w"
            self.document.note(written, f"'{written.text}' is no window", hint)
            return None
        days = quantity.value / DAY
        if quantity.dimension != TIME or days != int(days) or not 1 <= days <= MAX_WINDOW_DAYS:
            self.document.note(written, f"'{written.text}' is no number of whole days", "write for example 28d or 4w")
            return None
        if kind == "weekly_mean" and days % 7:
            self.document.note(written, "a weekly mean is taken over whole weeks", "write for example 28d or 4w")
            return None
        return int(days)

    def parameter_window(self, written: Node, kind: str, param: Param) -> str | None:
        self.used.add(written.text)
        if param.type.dimension != TIME or (param.minimum or 0) < DAY or param.maximum is None or kind == "weekly_mean":
            message = f"the parameter '{written.text}' cannot be a window"
            self.document.note(
                written, message, "a window is a duration with min and max, e.g. min: 5 days, max: 30 days"
            )
            return None
        return written.text

    def marks(self) -> Marks | None:
        entries = self.mapping("marks")
        if not entries:
            return None
        name, node = entries[0]
        holder = self.node.get("marks")
        assert holder is not None
        if len(entries) > 1:
            self.document.note_key(holder, entries[1][0], "a rule has marks of one value")
            return None
        kind = self.scope.get(name)
        if kind is None or kind.kind != "number":
            hint = did_you_mean(name, self.scope)
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
        self.scope["mark"] = kind
        self.used.add(name)
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
        when = self.condition(node, "when") if node is not None and node.shape == "mapping" else None
        return Helped(days_in(node.string("after")), when) if node and when and self.is_sound(node) else None

    def message(self) -> dict[Tone, Message]:
        found: dict[Tone, Message] = {}
        for tone, node in self.mapping("message"):
            try:
                found[cast("Tone", tone)] = compile_message(node.text, self.scope)
            except ExpressionProblem as problem:
                self.document.note_inside(node, problem.faults)
                continue
            self.used |= found[cast("Tone", tone)].names
        return found

    def unused(self, params: Mapping[str, Param]) -> None:
        holder = self.node.get("params")
        for name in params:
            if name not in self.used and holder is not None and self.message_is_readable():
                self.document.note_key(holder, name, f"the parameter '{name}' is never used", "use it or remove it")

    def message_is_readable(self) -> bool:
        """With a faulty text nobody can tell which names it meant to use."""
        return bool(self.node.get("message"))

    def tests(self) -> tuple[Case, ...]:
        listed = self.node.get("tests")
        cases: list[Case] = []
        for node in listed.items if listed is not None and not self.bad else ():
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
        for holder, known in ((evidence, set(self.scope)), (node.get("params"), set(known_params))):
            for key, place in holder.keys.items() if holder else ():
                if key not in known:
                    faults.append(Fault(*place, f"'{key}' is no name of this rule", did_you_mean(key, known)))
        self.document.faults += faults
        return not faults


def _most_days(param: Param) -> int:
    assert param.maximum is not None
    return round(param.maximum / DAY)


def _quantity(node: Node, document: Document) -> Any:
    try:
        return parse_quantity(node.text)
    except ValueError as error:
        document.note(node, str(error))
        return None
