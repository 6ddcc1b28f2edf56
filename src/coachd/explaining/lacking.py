"""The kinds of data that keep a rule from an answer because the history holds none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from coachd.explaining.seen import Seen, leaves
from coachd.language import vocabulary
from coachd.language.compile import Expression
from coachd.language.evaluate import Verdict
from coachd.language.measure import Data, Use
from coachd.language.parse import names_in
from coachd.language.rule import Rule
from coachd.language.vocabulary import names_for
from coachd.model import History


def lacking(verdict: Verdict, history: History) -> tuple[Data, ...]:
    """The kinds of data that the history does not hold at all, where they keep a rule from an answer."""
    seen = Seen(verdict, history.athlete.units)
    expressions = [(verdict.rule.needs, False), (verdict.rule.when, None)]
    open_ended = [
        leaf
        for expression, silent in expressions
        if expression is not None
        for leaf in leaves(expression.tree)
        if seen.raw(leaf) in (silent, None)
    ]
    names = {name for leaf in open_ended for name in names_in(leaf)}
    if verdict.rule.marks is not None and verdict.context[verdict.rule.marks.value] is None:
        names.add(verdict.rule.marks.value)
    kinds = {kind for name in names for kind in _data_behind(verdict.rule, name)}
    return not_held(kinds, history)


def not_held(kinds: Iterable[Data], history: History) -> tuple[Data, ...]:
    """Those of these kinds of data that the history does not hold at all."""
    return tuple(sorted(kind for kind in kinds if not _HELD[kind](history)))


def _data_behind(rule: Rule, name: str) -> frozenset[Data]:
    """The kinds of data that a name of the rule is made from."""
    if name in rule.params or name == "mark":
        return frozenset()
    if name not in rule.by_name:
        kind = names_for(rule.each)[name].data
        return frozenset() if kind is None else frozenset({kind})
    origin = rule.by_name[name].origin
    match origin:
        case Expression():
            return frozenset(kind for used in origin.names for kind in _data_behind(rule, used))
        case Use():
            return origin.measure.data
    fields = vocabulary.NIGHT if origin.of == "nights" else vocabulary.ACTIVITY
    used = [origin.field] if origin.field is not None else []
    used += [fields[each] for each in (origin.where.names if origin.where else ()) if each in fields]
    found = {field.data for field in used if field.data is not None}
    return frozenset(found | ({"nights"} if origin.of == "nights" else set()))


_HELD: Mapping[Data, Callable[[History], bool]] = {
    "heart rate": lambda history: any(activity.average_hr is not None for activity in history.activities),
    "streams": lambda history: any(activity.streams is not None for activity in history.activities),
    "cadence": lambda history: any(activity.cadence_spm is not None for activity in history.activities),
    "elevation": lambda history: any(activity.gain_m is not None for activity in history.activities),
    "gear": lambda history: bool(history.shoes) or any(activity.gear_id for activity in history.activities),
    "nights": lambda history: bool(history.nights),
    "weather": lambda history: any(activity.temperature_c is not None for activity in history.activities),
    "calendar": lambda history: bool(history.athlete.races),
}
