"""Why a rule says what it says about something: its conditions with their numbers, and what would change its mind.

Pure, and made from what the judge decided: nothing here decides anything itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coachd.errors import InputProblem
from coachd.judge import Closed, Judgement, Subject, subjects
from coachd.judge.gates import Gates
from coachd.language.compile import Expression, compile_tree
from coachd.language.evaluate import Verdict, evaluate
from coachd.language.explain import OPPOSITES, show_raw
from coachd.language.parse import Among, Binary, Flag, Known, Name, Tree, Unary, names_in
from coachd.language.rule import Rule
from coachd.language.types import Raw, check
from coachd.model import Activity, Finding, Outcome, Race, Shoe
from coachd.units import System

BY_WEIGHT: tuple[Outcome, ...] = (
    "fire", "capped", "cooldown", "snoozed", "inhibited", "pending", "clear", "no_data",
)  # fmt: skip
"""Outcomes by how far a rule came with them."""

_WORDS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "==": "exactly", "!=": "other than"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition without `and` and `or`: as written, whether it holds (None is unknown), and with its numbers."""

    part: Literal["needs", "marks", "when"]
    text: str
    holds: bool | None
    numbers: str


@dataclass(frozen=True, slots=True)
class Behind:
    """A value of the rule as a runner reads it, and the activities that made it, oldest first."""

    name: str
    label: str
    value: str
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter in force; `origin` is `default`, `profile` or `own`, `default` what it is without these."""

    name: str
    label: str
    value: str
    origin: Literal["default", "profile", "own"]
    default: str
    bounds: str


@dataclass(frozen=True, slots=True)
class Way:
    """Something that would have to change: in `words`, or `all` or any `one` of its parts."""

    needs: Literal["all", "one", "this"]
    words: str = ""
    parts: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule about one subject. `asked` is False where a gate was shut: the conditions are shown all the same.

    `change` is what would clear it where the condition holds, else what it would take to speak; None where nothing is
    known of the subject. `others` are the subjects of the period with their outcomes.
    """

    rule: Rule
    finding: Finding
    subject: str
    asked: bool
    conditions: tuple[Condition, ...]
    values: tuple[Behind, ...]
    settings: tuple[Setting, ...]
    holds: bool
    change: Way | None
    others: tuple[tuple[str, str, Outcome], ...]


def explain(
    rule: Rule, closed: Closed, judgement: Judgement, subject: str | None = None, *, shipped: Rule | None = None
) -> Explanation:
    """What `judgement` made of `rule`, about one subject: without a name the one that came furthest.

    `shipped` is the rule as its file has it. Raises InputProblem, with the names there are, for an unknown subject.
    """
    asked = {found.name: found for found in subjects(rule, closed)}
    findings = {found.subject: found for found in _findings(judgement, rule)}
    finding = _chosen(findings, asked, rule, subject)
    about = asked.get(finding.subject)
    others = tuple((name, called(found), findings[name].outcome) for name, found in asked.items())
    settings = tuple(_settings(rule, shipped or rule, closed))
    if about is None:
        return Explanation(rule, finding, "", False, (), (), settings, False, None, others)
    verdict = evaluate(rule, about.view, about.item)
    seen = _Seen(verdict, closed.view.athlete.units)
    return Explanation(
        rule=rule,
        finding=finding,
        subject=called(about),
        asked=Gates(closed.view).shut(rule, about.view) is None,
        conditions=tuple(_conditions(seen)),
        values=tuple(_values(verdict, closed)),
        settings=settings,
        holds=verdict.outcome == "true",
        change=_change(seen),
        others=others,
    )


def weightiest(findings: Sequence[Finding]) -> Finding:
    """The finding of one rule that came furthest; of several alike, the last."""
    return min(reversed(findings), key=lambda finding: BY_WEIGHT.index(finding.outcome))


def called(subject: Subject) -> str:
    """What a runner calls a subject; an empty text for the week itself."""
    match subject.item:
        case Activity() as activity:
            return f"{activity.name or activity.sport} on {activity.day}"
        case Shoe() as shoe:
            return shoe.name
        case Race() as race:
            return f"{race.name or f'{race.distance_m / 1000:g} km'} on {race.day}"
    return subject.name


def _findings(judgement: Judgement, rule: Rule) -> list[Finding]:
    return [found for found in (*judgement.findings, *judgement.clear) if found.rule == rule.id]


def _chosen(findings: dict[str, Finding], asked: dict[str, Subject], rule: Rule, subject: str | None) -> Finding:
    if subject is None:
        return weightiest([findings[name] for name in asked] or [*findings.values()])
    by_call = {called(found): name for name, found in asked.items()}
    name = by_call.get(subject, subject)
    if name not in asked or not subject:
        known = ", ".join(f"{name} ({called(found)})" for name, found in asked.items() if name)
        what = f"It was asked about: {known}." if known else "It was asked about nothing else than the whole period."
        raise InputProblem(f"{rule.id} was not asked about {subject!r} in this period.", what)
    return findings[name]


def _settings(rule: Rule, shipped: Rule, closed: Closed) -> Iterator[Setting]:
    athlete = closed.view.athlete
    own = athlete.overrides.get(rule.id, {}).get("params", {})
    for name, param in rule.params.items():

        def written(value: float | None, name: str = name) -> str:
            return "" if value is None else show_raw(value, rule.params[name].type, athlete.units)

        default = shipped.params[name].value
        origin: Literal["default", "profile", "own"] = "default" if param.value == default else "profile"
        bounds = " to ".join(filter(None, (written(param.minimum), written(param.maximum))))
        yield Setting(
            name, param.label, written(param.value), "own" if name in own else origin, written(default), bounds
        )


def _values(verdict: Verdict, closed: Closed) -> Iterator[Behind]:
    known = {activity.id: activity for activity in closed.view.recorded}
    units = closed.view.athlete.units
    for value in verdict.rule.values:
        made_by = [known[number] for number in verdict.context.activities(value.name) if number in known]
        shown = show_raw(verdict.context[value.name], value.type, units)
        yield Behind(value.name, value.label, shown, tuple(sorted(made_by, key=lambda activity: activity.start)))


class _Seen:
    """A verdict whose expressions can be looked at piece by piece."""

    def __init__(self, verdict: Verdict, system: System) -> None:
        self.verdict = verdict
        self.rule = verdict.rule
        self.system = system

    def raw(self, tree: Tree) -> Raw:
        return compile_tree(tree, {})(self.verdict.context, None)

    def shown(self, tree: Tree) -> str:
        kind, _ = check(tree, self.rule.scope)
        assert kind is not None, "the rule was checked when it was read"
        return show_raw(self.raw(tree), kind, self.system)

    def is_fixed(self, tree: Tree) -> bool:
        """Whether a part has the same value for every history: made of numbers and parameters."""
        return all(name in self.rule.params for name in names_in(tree))


def _written(expression: Expression, tree: Tree) -> str:
    return " ".join(expression.text[tree.start : tree.end].split())


def _leaves(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Binary) and tree.sign in {"and", "or"}:
        yield from _leaves(tree.left)
        yield from _leaves(tree.right)
    else:
        yield tree


def _conditions(seen: _Seen) -> Iterator[Condition]:
    rule = seen.rule
    if rule.needs is not None:
        yield from (_condition(seen, "needs", rule.needs, leaf) for leaf in _leaves(rule.needs.tree))
    if rule.marks is not None:
        lowest, found = _lowest_mark(seen)
        holds = None if seen.verdict.context[rule.marks.value] is None else seen.verdict.mark is not None
        yield Condition("marks", f"{rule.marks.value} >= {lowest}", holds, f"{found} >= {lowest}")
    yield from (_condition(seen, "when", rule.when, leaf) for leaf in _leaves(rule.when.tree))


def _lowest_mark(seen: _Seen) -> tuple[str, str]:
    """The lowest mark, and the value that is held against it."""
    marks = seen.rule.marks
    assert marks is not None
    kind = seen.rule.scope[marks.value]
    return (
        show_raw(marks.levels[0], kind, seen.system),
        show_raw(seen.verdict.context[marks.value], kind, seen.system),
    )


def _condition(seen: _Seen, part: Literal["needs", "when"], expression: Expression, tree: Tree) -> Condition:
    holds = seen.raw(tree)
    if isinstance(tree, Binary) and tree.sign in OPPOSITES:
        numbers = f"{seen.shown(tree.left)} {tree.sign} {seen.shown(tree.right)}"
    else:
        names = {name: Name(name, 0, 0) for name in names_in(tree)}
        numbers = ", ".join(f"{name} = {seen.shown(found)}" for name, found in names.items())
    return Condition(part, _written(expression, tree), None if holds is None else bool(holds), numbers)


def _change(seen: _Seen) -> Way | None:
    """What would make the condition false where it is true, and true with everything it needs where it is not."""
    rule, verdict = seen.rule, seen.verdict
    if verdict.outcome == "true":
        ways = [_way(seen, rule.when, rule.when.tree, want=False)]
        if rule.marks is not None:
            lowest, found = _lowest_mark(seen)
            ways.append(Way("this", f"{rule.marks.value} less than {lowest}; it is {found}"))
        return _joined("one", ways)
    ways = [] if rule.needs is None else [_way(seen, rule.needs, rule.needs.tree, want=True)]
    if rule.marks is not None and verdict.mark is None:
        lowest, found = _lowest_mark(seen)
        ways.append(Way("this", f"{rule.marks.value} at least {lowest}; it is {found}"))
    return _joined("all", [*ways, _way(seen, rule.when, rule.when.tree, want=True)])


def _joined(needs: Literal["all", "one"], ways: Sequence[Way | None]) -> Way | None:
    """Several ways as one; those of the same sort inside are drawn up into it."""
    parts = [
        part for way in ways if way is not None for part in (way.parts if way.needs == needs else (way,))
    ]  # fmt: skip
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Way(needs, parts=tuple(dict.fromkeys(parts)))


def _way(seen: _Seen, expression: Expression, tree: Tree, *, want: bool) -> Way | None:
    """What would have to change for a part to be `want`; None where it is so already."""
    if seen.raw(tree) is want:
        return None
    match tree:
        case Unary(sign="not"):
            return _way(seen, expression, tree.operand, want=not want)
        case Binary(sign="and" | "or"):
            ways = [_way(seen, expression, side, want=want) for side in (tree.left, tree.right)]
            return _joined("all" if (tree.sign == "and") == want else "one", ways)
    return Way("this", _words(seen, expression, tree, want=want))


def _words(seen: _Seen, expression: Expression, tree: Tree, *, want: bool) -> str:
    match tree:
        case Flag():
            return "nothing can change it: it is always so" if tree.value else "nothing can: it is never so"
        case Among():
            options = ", ".join(seen.shown(option) for option in tree.options)
            which = "one of" if want != tree.negated else "none of"
            return f"{_written(expression, tree.item)} {which}: {options}; it is {seen.shown(tree.item)}"
        case Known():
            known = "known" if want != tree.negated else "unknown"
            return f"{_written(expression, tree.operand)} {known}; it is {seen.shown(tree.operand)}"
        case Binary() if tree.sign in OPPOSITES:
            return _comparison(seen, expression, tree, tree.sign if want else OPPOSITES[tree.sign])
    return f"{_written(expression, tree)} {'yes' if want else 'no'}; it is {seen.shown(tree)}"


def _comparison(seen: _Seen, expression: Expression, tree: Binary, sign: str) -> str:
    """The side that the runner moves first, then the number it is held against and where that is from."""
    moves, border = tree.left, tree.right
    if seen.is_fixed(moves) and not seen.is_fixed(border):
        moves, border, sign = border, moves, _MIRRORED[sign]
    written, limit = _written(expression, border), seen.shown(border)
    origin = f" ({written})" if any(True for _ in names_in(border)) else ""
    return f"{_written(expression, moves)} {_WORDS[sign]} {limit}{origin}; it is {seen.shown(moves)}"
