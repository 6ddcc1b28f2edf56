"""Parameters: the numbers of a rule that an athlete may change, within bounds."""

from __future__ import annotations

from dataclasses import replace

from coachd.language.document import Document, Node
from coachd.language.rule import Param
from coachd.language.types import Type
from coachd.units import Quantity, parse_quantity, shown


def read_param(node: Node, document: Document) -> Param | None:
    """The parameter in a node; None, with the problem noted, when its quantities cannot be used."""
    found = {key: _quantity(node, key, document) for key in ("default", "min", "max")}
    default = found["default"]
    if default is None:
        return None
    kind = Type("number", default.dimension, default.show)
    for key in ("min", "max"):
        bound = found[key]
        if bound is not None and bound.dimension != default.dimension:
            bound_kind = Type("number", bound.dimension, bound.show)
            document.note(node.fields[key], f"'{key}' is {bound_kind} but the default is {kind}")
            return None
    low, high = found["min"], found["max"]
    if (low and default.value < low.value) or (high and default.value > high.value):
        document.note(node.fields["default"], "the default lies outside min and max")
        return None
    bounds = (low.value if low else None, high.value if high else None)
    return Param(kind, default.value, *bounds, node.string("label"))


def overridden(param: Param, text: str) -> Param:
    """The parameter with another value. Raises ValueError with a sentence when the value is not allowed."""
    quantity = parse_quantity(text)
    if quantity.dimension != param.type.dimension:
        raise ValueError(f"'{text}' is {Type('number', quantity.dimension)}, but the parameter is {param.type}")
    for bound, word in ((param.minimum, "at least"), (param.maximum, "at most")):
        outside = bound is not None and (quantity.value < bound if word == "at least" else quantity.value > bound)
        if outside and bound is not None:
            limit = shown(Quantity(bound, param.type.dimension, param.type.show))
            raise ValueError(f"'{text}' is outside the bounds: {word} {limit}")
    return replace(param, value=quantity.value)


def _quantity(node: Node, key: str, document: Document) -> Quantity | None:
    written = node.get(key)
    if written is None or written.shape != "text":
        return None
    try:
        return parse_quantity(written.text)
    except ValueError as error:
        document.note(written, str(error))
        return None
