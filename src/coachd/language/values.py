"""The `values` of a rule: aggregates over a window, named measures, expressions on what came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coachd.language import vocabulary
from coachd.language.aggregates import KINDS, Aggregate
from coachd.language.case import days_in
from coachd.language.compile import Expression
from coachd.language.document import Document, Node
from coachd.language.measure import Measure
from coachd.language.names import Names
from coachd.language.problems import did_you_mean
from coachd.language.rule import Param, Value
from coachd.units import DAY, TIME, parse_quantity

MAX_WINDOW_DAYS = 3_660


class ValueReader:
    """Reads the values of one rule into its names, and works out how far they look back."""

    def __init__(
        self, document: Document, names: Names, measures: Mapping[str, Measure], params: Mapping[str, Param]
    ) -> None:
        self.document = document
        self.names = names
        self.measures = measures
        self.params = params

    def values(self, rule: Node) -> tuple[Value, ...]:
        """The values that can be used, in the order written; problems with the others are noted."""
        section = rule.get("values")
        found: list[Value] = []
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
        kind = KINDS[origin.kind].gives(origin.field) if isinstance(origin, Aggregate) else origin.type
        return Value(name, kind, origin, node.string("label"))

    def origin(self, node: Node) -> Aggregate | Measure | Expression | None:
        if node.shape == "text":
            return self.names.expression(node)
        if (written := node.get("value")) is not None:
            return self.only(node, "value") and self.names.expression(written)
        if (named := node.get("measure")) is not None:
            return self.only(node, "measure") and self.measure(named)
        kind = next((key for key in node.fields if key in KINDS), None)
        return self.aggregate(node, kind) if kind is not None else None

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
        self.names.lookback = max(self.names.lookback, found.lookback_days)
        return found

    def aggregate(self, node: Node, kind: str) -> Aggregate | None:
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
        over = self.window(node, kind)
        written = node.get("where")
        where = self.names.where(written) if written is not None else None
        if over is None or (where is None and written is not None):
            return None
        before = days_in(node.string("before", "0d"))
        days = over if isinstance(over, int) else round((self.params[over].maximum or 0) / DAY)
        self.names.lookback = max(self.names.lookback, days + before)
        families = frozenset(node.strings("sport")) or None
        return Aggregate(kind, field, over, before, families, where)

    def window(self, node: Node, kind: str) -> int | str | None:
        written = node.get("over")
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
        if quantity.dimension != TIME or days != int(days) or not 1 <= days <= MAX_WINDOW_DAYS:
            self.document.note(written, f"'{written.text}' is no number of whole days", "write for example 28d or 4w")
            return None
        if kind == "weekly_mean" and days % 7:
            self.document.note(written, "a weekly mean is taken over whole weeks", "write for example 28d or 4w")
            return None
        return int(days)

    def parameter_window(self, written: Node, kind: str, param: Param) -> str | None:
        self.names.used.add(written.text)
        if param.type.dimension != TIME or (param.minimum or 0) < DAY or param.maximum is None or kind == "weekly_mean":
            message = f"the parameter '{written.text}' cannot be a window"
            self.document.note(
                written, message, "a window is a duration with min and max, e.g. min: 5 days, max: 30 days"
            )
            return None
        return written.text
