"""Days and quantities as inline tests write them; what cannot be read is noted where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from coachd.language.document import Document, Node
from coachd.units import Dimension, days_in, parse_quantity


class CaseNumbers:
    """Reads the days and quantities of one test whose last day is `today`."""

    def __init__(self, document: Document, today: date) -> None:
        self.document = document
        self.today = today

    def day(self, text: str) -> date:
        return self.today + timedelta(days=int(text))

    def days(self, entry: Node) -> Iterator[date]:
        if entry.get("day") is not None:
            yield self.day(entry.string("day"))
            return
        day, last = self.day(entry.string("from", "0")), self.day(entry.string("to", "0"))
        step = max(1, days_in(entry.string("every")))
        while day <= last:
            yield day
            day += timedelta(days=step)

    def quantity(self, node: Node, key: str, *dimensions: Dimension) -> float | None:
        """The number under a key in base units; None where there is none, or one of another dimension, noted."""
        written = node.get(key)
        if written is None:
            return None
        try:
            quantity = parse_quantity(written.text)
        except ValueError as error:
            self.document.note(written, str(error))
            return None
        if dimensions and quantity.dimension not in dimensions:
            self.document.note(written, f"'{written.text}' has the wrong unit for '{key}'")
            return None
        return quantity.value

    def amount(self, node: Node, key: str) -> float | None:
        """The number under a key, of whatever dimension."""
        return self.quantity(node, key)
