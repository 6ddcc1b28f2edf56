"""Which of the athlete's own numbers a nudge was judged by, and where that number comes from: a verdict carries its
doubt, and the one who is judged can put the number right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from coachd.language.aggregates import Aggregate
from coachd.language.compile import Expression
from coachd.language.evaluate import Verdict
from coachd.language.measure import Use
from coachd.language.rule import Rule, Value
from coachd.language.view import View
from coachd.model import Activity, Race, Shoe
from coachd.units import distance

EASY = frozenset(["athlete.easy_ceiling", "judged", "easy_share", "share_above_easy", "middle_share", "high_share"])
"""Names and measures that rest on where easy ends."""

THRESHOLD = frozenset(["athlete.threshold_hr", "redlined_climbs", "redline_share"])
MAXIMUM = frozenset(["athlete.hr_max"])


class Anchor(NamedTuple):
    """A number in words, and the name of what sets it; both empty where no such number has a say.

    `setting` is also empty where nothing but the data can correct the number: a race, a pair's odometer.
    """

    words: str = ""
    setting: str = ""


def anchor(verdict: Verdict, view: View, item: Activity | Shoe | Race | None) -> Anchor:
    """The number that decided about this subject: the easy ceiling before threshold before maximum, a shoe's limit."""
    rule = verdict.rule
    if isinstance(item, Shoe):
        return _shoe_limit(verdict, item, view)
    # What could not be worked out did not decide: where heart rate is missing, a rule may have counted sessions.
    known = [value for value in rule.values if verdict.context[value.name] is not None]
    used = {name for value in known for name in _used(value)}
    if used & EASY:
        return _easy(verdict, view)
    zones = view.history.zones
    if used & THRESHOLD and zones.threshold_hr is not None:
        return _rate(zones.threshold_hr, "as your threshold", zones.threshold_source, "threshold_hr")
    if used & MAXIMUM and zones.hr_max is not None:
        return _rate(zones.hr_max, "as your highest heart rate", zones.hr_max_source, "hr_max")
    return Anchor()


def _used(value: Value) -> Iterator[str]:
    """The names that a value is made from; what only sorts out some activities is no anchor but for easy running."""
    match value.origin:
        case Expression(names=names) if value.label:
            yield from names
        case Use(measure=measure):
            yield measure.name
        case Aggregate(where=Expression(names=names)):
            yield from names & EASY


def _easy(verdict: Verdict, view: View) -> Anchor:
    """Where easy ends: by heart rate where the runs have any, else by the pace that the last good race allows."""
    zones, behind = view.history.zones, set(verdict.activities)
    by_heart = any(run.average_hr is not None for run in view.activities if run.id in behind)
    if by_heart and zones.trusted and zones.easy_ceiling is not None:
        return _rate(zones.easy_ceiling, "", zones.easy_ceiling_source, "easy_hr_ceiling")
    vdot = view.vdot()
    if vdot is None:
        return Anchor()
    best = max((number, day) for day, number in view.history.vdots if number == vdot[0] and day <= view.as_of)
    race = next((race for race in view.history.races if race.day == best[1] and race.name), None)
    called = race.name if race is not None else "your race"
    return Anchor(f"I judge by pace and use VDOT {vdot[0]:.1f}, from {called} on {best[1].day} {best[1]:%B}")


def _rate(rate: float, role: str, source: str, setting: str) -> Anchor:
    words = f"I use {rate:.0f} bpm {role}".rstrip()
    return Anchor(f"{words}: {source}" if source else words, setting)


def _shoe_limit(verdict: Verdict, shoe: Shoe, view: View) -> Anchor:
    """The limit of a rule about wear, and whose word it is."""
    rule = verdict.rule
    limit = verdict.context["limit"] if "limit" in rule.scope else None
    if rule.marks is None or not isinstance(limit, float):
        return Anchor()
    kind = "race" if shoe.races else "trail" if shoe.surface == "trail" else "road"
    param = kind if kind in rule.params else "limit"
    shown = distance(limit, view.athlete.units)
    if shoe.limit_m is not None and "limit" not in rule.params:
        return Anchor(f"I use {shown}: the limit you gave this pair")
    if param in _own(rule, view):
        return Anchor(f"I use {shown}: your own setting")
    usual = f"I use {shown}: {rule.params[param].label}" if param in rule.params else f"I use {shown}"
    return Anchor(f"{usual}; coachd shoe limit gives this pair its own")


def _own(rule: Rule, view: View) -> frozenset[str]:
    """The numbers of this rule that the athlete set."""
    own = view.athlete.overrides.get(rule.id)
    return frozenset(own.get("params") or ()) if isinstance(own, Mapping) else frozenset()
