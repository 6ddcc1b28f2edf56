"""Shoes that crossed a level of wear in the closed week. A level is told once, because it is crossed once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.measures.gear import shoe_limit
from coachd.model import Period, Shoe, ShoeLevel

LEVELS_OF = ("shoe-wear", "shoe-past-400-miles")
"""The rules whose levels count: the first of them that the athlete has in force."""


def levels_crossed(
    view: View, period: Period, rules: Iterable[Rule], said: Collection[str] = ()
) -> tuple[ShoeLevel, ...]:
    """The shoes in use whose odometer crossed a level within `period`, each with the highest one crossed.

    Levels and limits are those of the rules in force about wear, with the athlete's own numbers; without such a rule
    nothing is said. `said` are shoes, by id, that a nudge speaks about anyway.
    """
    rule = wear_rule(rules)
    if rule is None or rule.marks is None:
        return ()
    before = {shoe.id: shoe.distance_m or 0.0 for shoe in view.at(period.first - timedelta(days=1)).shoes}
    found = []
    for shoe in view.shoes:
        if shoe.retired or shoe.id in said or shoe.distance_m is None:
            continue
        limit = limit_of(shoe, rule, view)
        level = _crossed(rule.marks.levels, before.get(shoe.id, 0.0) / limit, shoe.distance_m / limit)
        if level is not None:
            found.append(ShoeLevel(shoe.name, shoe.distance_m, limit, level))
    return tuple(found)


def wear_rule(rules: Iterable[Rule]) -> Rule | None:
    """The rule in force whose levels and limits count; None where the athlete wants none of them."""
    known = {rule.id: rule for rule in rules if rule.id in LEVELS_OF}
    return next((known[name] for name in LEVELS_OF if name in known), None)


def limit_of(shoe: Shoe, rule: Rule, view: View) -> float:
    """The distance in metres at which this rule says that the shoe deserves a look."""
    if "limit" in rule.settings:
        return rule.settings["limit"]
    given = {name: rule.settings[name] for name in shoe_limit.takes if name in rule.settings}
    found = shoe_limit.compute(view, shoe, **given).value
    assert isinstance(found, float)
    return found


def _crossed(levels: Sequence[float], before: float, after: float) -> float | None:
    # An odometer is a sum of many metres: exactly nine tenths must not be missed by a rounding error.
    return max((level for level in levels if before < level - 1e-9 <= after), default=None)
