"""The `values` of a rule: aggregates over a window, named measures, expressions on what came before."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coachd.language import vocabulary
from coachd.language.aggregates import KINDS, Aggregate
from coachd.language.compile import Expression
from coachd.language.document import Document, Node
from coachd.language.measure import Measure, Use
from coachd.language.names import Names
from coachd.language.problems import did_you_mean
from coachd.language.rule import Param, Value
from coachd.language.types import Type, unit_hint
from coachd.units import DAY, TIME, days_in, parse_quantity

MAX_WINDOW_DAYS = 3_660
MAX_VALUES = 50

_ITEMS = {"activities": "activities", "activity": "activities", "nights": "nights", "night": "nights"}
_WINDOW_KEYS = {"over", "before", "label"}
_AGGREGATE_KEYS = _WINDOW_KEYS | {"sport", "where", "need"}


class ValueReader:
    """Reads the values of one rule into its names, and works out how far they look back."""

    def __init__(
        self,
        document: Document,
        names: Names,
        measures: Mapping[str, Measure],
        params: Mapping[str, Param],
        each: str,
    ) -> None:
        self.document = document
        self.names = names
        self.measures = measures
        self.params = params
        self.each = each

    def values(self, rule: Node) -> tuple[Value, ...]:
        """The values that can be used, in the order written; problems with the others are noted."""
        section = rule.get("values")
        found: list[Value] = []
        if section is not None and len(section.fields) > MAX_VALUES:
            self.document.note(section, f"a rule may have {MAX_VALUES} values, this one has {len(section.fields)}")
            return ()
        for name, node in section.fields.items() if section else ():
            if not self.names.is_new(rule, "values", name):
                continue
            value = self.value(name, node) if self.document.is_sound(node) else None
            self.names.scope[name] = value.type if value else None
            found += [value] if value is not None else []
        return tuple(found)

    def value(self, name: str, node: Node) -> Value | None:
        origin = self.origin(node)
        if origin is None:
            return None
        if isinstance(origin, Aggregate):
            kind = KINDS[origin.kind].gives(origin.field)
        else:
            kind = origin.measure.type if isinstance(origin, Use) else origin.type
        return Value(name, kind, origin, node.string("label"))

    def origin(self, node: Node) -> Aggregate | Use | Expression | None:
        if node.shape == "text":
            return self.names.expression(node)
        if (written := node.get("value")) is not None:
            return self.names.expression(written) if self.has_only(node, "value", {"label"}) else None
        if (named := node.get("measure")) is not None:
            return self.measure(node, named) if self.has_only(node, "measure", _WINDOW_KEYS | {"with"}) else None
        kind = next(key for key in node.fields if key in KINDS)
        keys = _AGGREGATE_KEYS | ({"within"} if kind == "latest" else set())
        return self.aggregate(node, kind) if self.has_only(node, kind, keys) else None

    def has_only(self, node: Node, key: str, others: Collection[str]) -> bool:
        """Whether a value has no keys but its own; notes those that go with something else."""
        extra = [other for other in node.fields if other != key and other not in others]
        for other in extra:
            self.document.note_key(node, other, f"'{other}' does not go with '{key}'", _goes_with(other))
        return not extra

    def measure(self, node: Node, named: Node) -> Use | None:
        found = self.measures.get(named.text)
        if found is None:
            hint = did_you_mean(named.text, self.measures) or f"known: {', '.join(sorted(self.measures))}"
            self.document.note(named, f"unknown measure '{named.text}'", hint)
            return None
        if found.subject is not None and found.subject != self.each:
            self.document.note(
                named, f"'{found.name}' is a measure of one {found.subject}", f"use it with each: {found.subject}"
            )
            return None
        over, before, sound = found.default_over, self.before(node), True
        chosen: int | str | None = None
        if found.default_over is None:
            for key in {"over", "before"} & node.fields.keys():
                self.document.note_key(node, key, f"'{found.name}' has no window to choose", "remove it")
                sound = False
        elif node.get("over") is not None:
            chosen = self.window(node, "measure")
            sound = chosen is not None
        arguments = self.arguments(node, found)
        if not sound or arguments is None:
            return None
        window = (over or 0) if chosen is None else self.most_days(chosen)
        self.names.lookback = max(self.names.lookback, found.lookback_days + window + before)
        self.names.data |= found.data
        self.names.lifelong |= found.lifelong
        return Use(found, chosen, before, arguments)

    def arguments(self, node: Node, measure: Measure) -> dict[str, Expression] | None:
        """What `with` gives a measure; None, with the problems noted, when something of it cannot be used."""
        holder = node.get("with")
        found: dict[str, Expression] = {}
        for name, written in holder.fields.items() if holder else ():
            if name not in measure.takes:
                hint = did_you_mean(name, measure.takes) or (
                    f"it takes: {', '.join(measure.takes)}" if measure.takes else "it takes none"
                )
                self.document.note_key(holder or node, name, f"'{measure.name}' has no argument '{name}'", hint)
                return None
            argument = self.argument(written, name, measure.takes[name])
            if argument is None:
                return None
            found[name] = argument
        return found

    def argument(self, written: Node, name: str, wanted: Type) -> Expression | None:
        if wanted.kind == "text" and written.text not in self.names.scope:
            if wanted.choices is not None and written.text not in wanted.choices:
                message = f"'{written.text}' is not one of: {', '.join(sorted(wanted.choices))}"
                self.document.note(written, message, did_you_mean(written.text, wanted.choices))
                return None
            return self.names.word(written)
        found = self.names.expression(written)
        if found is not None and (found.type.kind, found.type.dimension) != (wanted.kind, wanted.dimension):
            hint = unit_hint(wanted) if found.type.kind == "number" else ""
            self.document.note(written, f"'{name}' takes {wanted}, this is {found.type}", hint)
            return None
        return found

    def aggregate(self, node: Node, kind: str) -> Aggregate | None:
        taken = node.fields[kind]
        of = _ITEMS.get(taken.text) or ("nights" if taken.text in vocabulary.NIGHT else "activities")
        fields = vocabulary.NIGHT if of == "nights" else vocabulary.ACTIVITY
        field = fields.get(taken.text)
        if field is None and taken.text not in _ITEMS:
            names = ("activities", "nights", *vocabulary.ACTIVITY, *vocabulary.NIGHT)
            hint = did_you_mean(taken.text, names) or f"known: {', '.join(names)}"
            self.document.note(taken, f"unknown field '{taken.text}'", hint)
            return None
        if wanted := KINDS[kind].takes(field):
            self.document.note(taken, f"'{kind}' takes {wanted}, not '{taken.text}'")
            return None
        if of == "nights" and node.get("sport") is not None:
            self.document.note_key(node, "sport", "a night has no sport", "remove it")
            return None
        over = self.window(node, kind)
        written = node.get("where")
        where = self.names.where(written, fields) if written is not None else None
        if over is None or (where is None and written is not None):
            return None
        before = self.before(node)
        self.names.lookback = max(self.names.lookback, self.most_days(over) + before)
        self.names.data |= {"nights"} if of == "nights" else set()
        self.names.data |= {field.data} if field is not None and field.data is not None else set()
        families = frozenset(node.strings("sport")) or None
        return Aggregate(
            kind, field, over, before, families, where, "nights" if of == "nights" else "activities",
            int(node.string("need", "0")),
        )  # fmt: skip

    def before(self, node: Node) -> int:
        return days_in(node.string("before", "0d"))

    def most_days(self, over: int | str) -> int:
        return over if isinstance(over, int) else round((self.params[over].maximum or 0) / DAY)

    def window(self, node: Node, kind: str) -> int | str | None:
        """The window of an aggregate or a measure. The latest value `within` two days is that of the last two days."""
        written = node.get("within") or node.get("over")
        if written is None:
            self.document.note(node, f"'{kind}' needs a window", "add for example over: 28d")
            return None
        if written.text in self.params:
            return self.parameter_window(written, kind, self.params[written.text])
        try:
            quantity = parse_quantity(written.text)
        except ValueError:
            hint = did_you_mean(written.text, self.params) or "write for example 28d or 4w"
            self.document.note(written, f"'{written.text}' is no window", hint)
            return None
        days = quantity.value / DAY
        if quantity.dimension != TIME or not 1 <= days <= MAX_WINDOW_DAYS or days != int(days):
            self.document.note(written, f"'{written.text}' is no number of whole days", "write for example 28d or 4w")
            return None
        if kind == "weekly_mean" and days % 7:
            self.document.note(written, "a weekly mean is taken over whole weeks", "write for example 28d or 4w")
            return None
        return int(days)

    def parameter_window(self, written: Node, kind: str, param: Param) -> str | None:
        self.names.used.add(written.text)
        most = param.maximum or 0
        fits = param.type.dimension == TIME and (param.minimum or 0) >= DAY and DAY <= most <= MAX_WINDOW_DAYS * DAY
        if not fits or kind == "weekly_mean":
            message = f"the parameter '{written.text}' cannot be a window"
            self.document.note(
                written, message, "a window is a duration with min and max, e.g. min: 5 days, max: 30 days"
            )
            return None
        return written.text


def _goes_with(key: str) -> str:
    if key == "with":
        return "'with' gives arguments to a measure"
    if key == "within":
        return "'within' goes with latest"
    return "it goes with an aggregate" if key in _AGGREGATE_KEYS else "one value is one thing"
