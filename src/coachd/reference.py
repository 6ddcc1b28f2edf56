"""The reference of the rule language as Markdown: what a rule may name, and what a rule file may hold.

It is printed from what the loader itself uses, so that it cannot say anything else. `make docs` writes it into
`docs/measures.md` and into the marked part of `docs/rules.md`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from coachd.language import format as rule_format
from coachd.language.aggregates import KINDS
from coachd.language.measure import Measure
from coachd.language.shape import Anything, Either, ListOf, MapOf, Record, Shape, Word
from coachd.language.types import Raw, Type
from coachd.language.vocabulary import ACTIVITY, ATHLETE, CALENDAR, NIGHT, RACE, SHOE, TAGS, Field
from coachd.measures import registry
from coachd.units import DAY, WEEK, Show, shown

MARKS = "<!-- {name}: written by `make docs` -->\n", "<!-- end of {name} -->\n"

MOST_CHOICES = 12
"""A longer list of texts says less than that it is a text."""

_WORDS: Mapping[Show, str] = {
    "volume": "volume, as the athlete counts it", "clock": "time", "bpm": "heart rate", "spm": "cadence",
    "rate": "climb per distance",
}  # fmt: skip
_EXAMPLES: Mapping[Show, float] = {
    "share": 0.35, "rate": 0.012, "distance": 12_300, "climb": 520, "volume": 54_000, "duration": 3_900, "clock": 1_300,
    "days": 8 * DAY, "weeks": 3 * WEEK, "pace": 0.312, "speed": 3.5, "bpm": 148, "spm": 172, "temperature": 22,
}  # fmt: skip
"""A value of each kind in base units, to show how a runner reads it."""

_AGGREGATES: Mapping[str, tuple[str, str]] = {
    "sum": ("an amount", "the values added up"),
    "weekly_mean": ("an amount", "the sum for each seven days; the window has whole weeks"),
    "max": ("a number", "the highest value"),
    "min": ("a number", "the lowest value"),
    "mean": ("a number", "the mean of the values"),
    "baseline": ("a number", "the median of the values: what is normal"),
    "latest": ("anything", "the value of the last one that has it; `within: 2d` stands for `over: 2d`"),
    "distinct": ("anything", "how many different values there are"),
    "count": ("`activities` or `nights`", "how many there are"),
    "days_since": ("`activity` or `night`", "days from the last one to the last day judged; unknown without one"),
    "streak": ("`activities` or `nights`", "days in a row with one, counted back from the last day of the window"),
}
"""What each aggregate takes, and what it gives."""


def measures_page() -> str:
    """The whole of `docs/measures.md`."""
    return "\n".join(
        [
            _HEAD,
            "## Aggregates\n",
            *_table(("aggregate", "of", "gives"), ((f"`{kind}`", *_AGGREGATES[kind]) for kind in KINDS)),
            _AFTER_AGGREGATES,
            "## Names\n",
            *_names("Of an activity", _OF_ACTIVITY, {n: f for n, f in ACTIVITY.items() if not n.startswith("tag.")}),
            f"Tags are words after a # in the activity's name or notes: {_listed(f'tag.{tag}' for tag in TAGS)}.\n",
            *_names("Of a night", "In the `where` of an aggregate over nights, and as what one takes.", NIGHT),
            *_names("Of the athlete", "Everywhere in a rule.", ATHLETE),
            *_names("Of the calendar", "Everywhere in a rule; unknown where there is no such race.", CALENDAR),
            *_names("Of a shoe", "In rules with `each: shoe`.", SHOE),
            *_names("Of a race", "In rules with `each: race`.", RACE),
            "## Measures\n",
            _MEASURES,
            *_measures(),
        ]
    )


def fields_table() -> str:
    """Every field of a rule file, as a table for `docs/rules.md`; those of a rule stand without their `rules[].`."""
    around = replace(rule_format.FILE, fields={**rule_format.FILE.fields, "rules": ListOf(Anything())})
    rows = [*_fields(around, "the file"), *_fields(rule_format.RULE, "a rule")]
    return "\n".join([*_table(("in", "field", "holds"), rows), ""])


def filled(page: str, name: str, text: str) -> str:
    """The page with another text between its marks of this name. Raises ValueError when it has no such marks."""
    begin, end = (mark.format(name=name) for mark in MARKS)
    head, begun, rest = page.partition(begin)
    _, ended, tail = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"the page has no marks {begin.strip()} and {end.strip()}")
    return head + begin + text + end + tail


_HEAD = """# What a rule may name

Written by `make docs` from the code; do not edit it. [rules.md](rules.md) says how a rule is written.

A rule reads and writes numbers with units: `12.3 km`, `45 min`, `148 bpm`. Inside there are metres and seconds, and
that is what the texts below mean where they name a unit. *Data* are what not every runner has; without them a value is
unknown, and so is every comparison with it.
"""

_OF_ACTIVITY = """In the `where` of an aggregate, as what an aggregate takes, and as `activity.<name>` in rules with
`each: activity`."""

_AFTER_AGGREGATES = """
An aggregate looks at the activities of a window: `over` so many days, ending `before` so many days before the last day
judged. `sport` and `where` choose among them. An activity whose `where` is unknown is left out, and so is one that
lacks the field. When all that are left lack it, or fewer than `need` have it, the value is unknown; a sum or count
over no activities at all is 0.

An amount is a distance, a climb, a duration, a load or a count: what can be added up.
"""

_MEASURES = """`{measure: strength_sessions, over: 4w, with: {shortest: 20 min}}` uses one. Where a window stands below,
`over` and `before` may choose another one; `with` gives the arguments, as quantities or as names of the rule.
"""


def _names(title: str, where: str, fields: Mapping[str, Field]) -> Iterator[str]:
    yield f"### {title}\n\n{where}\n"
    yield from _table(
        ("name", "is", "meaning", "data"),
        ((f"`{name}`", _kind(field.type), field.meaning, field.data or "") for name, field in fields.items()),
    )
    yield ""


def _measures() -> Iterator[str]:
    by_file = sorted(registry().values(), key=lambda found: (found.compute.__module__, found.name))
    for module, group in groupby(by_file, key=lambda found: found.compute.__module__):
        about = inspect.getdoc(sys.modules[module])
        yield f"### {module.rpartition('.')[2].replace('_', ' ').capitalize()}\n\n{about}\n"
        for found in group:
            yield f"#### `{found.name}`\n\n{_facts(found)}\n\n{found.meaning}\n"
            yield from _arguments(found)


def _facts(found: Measure) -> str:
    """The line under a measure's name."""
    facts = {
        f"window {found.default_over} days": found.default_over is not None,
        f"looks back {found.lookback_days} days{' beyond it' if found.default_over else ''}": found.lookback_days > 0,
        f"for `each: {found.subject}`": found.subject is not None,
        f"data: {', '.join(sorted(found.data))}": bool(found.data),
    }
    return " · ".join([_kind(found.type), *(fact for fact, holds in facts.items() if holds)])


def _arguments(found: Measure) -> Iterator[str]:
    rows = [(f"`{name}`", _kind(kind), _value(found.defaults[name], kind)) for name, kind in found.takes.items()]
    if rows:
        yield from _table(("argument", "is", "if not given"), rows)
        yield ""


def _value(value: Raw, kind: Type) -> str:
    wrapped = kind.wrap(value)
    return str(wrapped) if wrapped is None or isinstance(wrapped, str | bool) else shown(wrapped)


def _kind(kind: Type) -> str:
    """A type as a rule writer meets it."""
    if kind.kind == "text" and kind.choices and len(kind.choices) <= MOST_CHOICES:
        return "text: " + ", ".join(f"'{choice}'" for choice in sorted(kind.choices))
    if kind.kind != "number":
        return kind.kind
    example = _EXAMPLES.get(kind.show)
    return _WORDS.get(kind.show, kind.show) + ("" if example is None else f", `{_value(example, kind)}`")


def _fields(record: Record, where: str, path: str = "") -> Iterator[tuple[str, str, str]]:
    """A row for the fields of a record, and for those inside them; fields that hold the same share a row.

    In a path `[]` stands for a list and `<name>` for a name of the rule's own. A record with all the fields of one
    before it is shown by what it has more.
    """
    before: dict[str, Record] = {}
    for shape, names in _alike(record):
        needed = " (needed)" if set(names) <= set(record.required) else ""
        yield where, _listed(names), f"{_holds(shape)}{needed}"
        for suffix, inner in _inside(shape):
            inside = f"{path}{names[0]}{suffix}"
            like = next((one for one in before if before[one].fields.items() <= inner.fields.items()), "")
            if like:
                yield f"`{inside}`", f"all of `{like}`", "as there"
            known = before[like].fields if like else {}
            before[inside] = inner
            more = {name: each for name, each in inner.fields.items() if name not in known}
            yield from _fields(replace(inner, fields=more), f"`{inside}`", f"{inside}.")


def _alike(record: Record) -> list[tuple[Shape, list[str]]]:
    """The shapes of a record's fields with the names that have them, those that are needed apart."""
    found: list[tuple[Shape, list[str]]] = []
    for name, shape in record.fields.items():
        for other, names in found:
            if other == shape and (name in record.required) == (names[0] in record.required):
                names.append(name)
                break
        else:
            found.append((shape, [name]))
    return found


def _inside(shape: Shape) -> Iterator[tuple[str, Record]]:
    """The records right inside a field's shape, with what leads to them."""
    match shape:
        case Record():
            yield "", shape
        case ListOf(item=item):
            yield from ((f"[]{suffix}", inner) for suffix, inner in _inside(item))
        case MapOf(value=value):
            yield from ((f".<name>{suffix}", inner) for suffix, inner in _inside(value))
        case Either(shapes=shapes):
            yield from (found for each in shapes for found in _inside(each))


def _holds(shape: Shape) -> str:
    match shape:
        case Word(choices=choices) if choices:
            return ": ".join(filter(None, [shape.meaning, _listed(choices)]))
        case Word(meaning=meaning, example=example):
            return f"{meaning or 'text'}, e.g. `{example}`" if example else meaning or "text"
        case ListOf(item=item):
            return f"{'one or a list' if shape.or_one else 'list'}: {_holds(item)}"
        case MapOf(value=value):
            return f"by name: {_holds(value)}"
        case Either(shapes=shapes):
            return "; or ".join(_holds(each) for each in shapes)
        case Record():
            return shape.meaning or "mapping"
    return "the rules"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(heads)
    yield _row(heads)
    yield _row("---" for _ in heads)
    yield from (_row(row) for row in rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def write(folder: Path) -> None:
    """Writes the reference into the pages of a folder."""
    (folder / "measures.md").write_text(measures_page(), encoding="utf-8")
    rules = folder / "rules.md"
    rules.write_text(filled(rules.read_text(encoding="utf-8"), "fields", fields_table()), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
