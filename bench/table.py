"""The table that a benchmark prints: what was measured, its bar, and whether it stays under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One number. `bar` is the most it may be, in the same unit; None where it is only shown for comparison.

    `value` is None where nothing could be measured; `note` then says why.
    """

    what: str
    value: float | None
    unit: str
    bar: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "?"
        if self.bar is None:
            return ""
        return "ok" if self.value <= self.bar else "over"


def printed(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    cells = [("what", "measured", "bar", "", "")]
    cells += [(row.what, _shown(row.value, row.unit), _bar(row), row.verdict, row.note) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        f"{what:<{widths[0]}}  {value:>{widths[1]}}  {bar:>{widths[2]}}  {verdict:<{widths[3]}}  {note}".rstrip()
        for what, value, bar, verdict, note in cells
    )


def _bar(row: Row) -> str:
    return "" if row.bar is None else f"≤ {_shown(row.bar, row.unit)}"


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "s":
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.{0 if value >= 0.01 else 2}f} ms"
    return f"{value:.3g} {unit}".rstrip()
