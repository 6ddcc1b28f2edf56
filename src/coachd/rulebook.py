"""Rule files on disk -> the rules in force: loaded, checked, tested, with the athlete's overrides.

The daemon, `coachd rules check`, `coachd rules test` and editors all see rules through this one loader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from coachd.errors import RuleProblem
from coachd.judge import judge, subjects
from coachd.language.case import Case, days_in
from coachd.language.evaluate import Verdict, evaluate, explanation
from coachd.language.explain import show_raw
from coachd.language.format import json_schema
from coachd.language.params import overridden
from coachd.language.problems import did_you_mean
from coachd.language.read import read_rules
from coachd.language.rule import Param, Rule
from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Finding, RuleState

Overrides = Mapping[str, Mapping[str, Any]]
"""Rule id -> {`params`: {name: quantity}, `cooldown`: days, `off`: bool}; `off: False` turns an optional rule on."""

LEAST_LOOKBACK_DAYS = 90
"""Enough to see that the minimum history is met, also of somebody who runs once a week, and when a shoe was worn."""

_OVERRIDE_KEYS = ("params", "cooldown", "off")
_OUTCOMES_BY_WEIGHT = ("fire", "capped", "cooldown", "inhibited", "pending", "clear", "no_data")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force, those that are off, and every problem that kept a rule out, as text.

    `lookback_days` is how much history the rules in force need, counted from the last day of the judged period.
    """

    rules: tuple[Rule, ...]
    off: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def lookback_days(self) -> int:
        return max([LEAST_LOOKBACK_DAYS, *(rule.lookback_days for rule in self.rules)])


def load(folders: Sequence[Path], overrides: Overrides | None = None, *, verify: bool = False) -> Rulebook:
    """The rules in all YAML files of `folders`. A file with a problem gives no rules, and its problems are listed.

    With `verify`, a rule whose own tests fail is kept out as well. Raises nothing for bad rules: the good ones work.
    """
    rules, problems = _read([file for folder in folders for file in _files(folder)])
    problems += [f"{folder}: there is no such folder of rules" for folder in folders if not folder.exists()]
    problems += _cross_check(rules)
    failed: set[str] = set()
    for rule in rules if verify else ():
        if failures := test(rule):
            problems += failures
            failed.add(rule.id)
    # Inline tests speak of the rule as it was written, so they ran before the athlete's own numbers came in.
    rules, override_problems = _override(rules, overrides or {})
    problems += override_problems
    kept = [rule for rule in rules if rule.id not in failed]
    on = tuple(rule for rule in kept if _in_force(rule, overrides or {}))
    return Rulebook(on, tuple(rule for rule in kept if rule not in on), tuple(problems))


def check(paths: Sequence[Path]) -> list[str]:
    """Every problem in rule files or folders of them, as text; what the rules' own tests say is left to `test`."""
    rules, problems = _read([file for path in paths for file in _files(path)])
    problems += [f"{path}: no rule file is in it; they end in .yaml" for path in paths if not _files(path)]
    return [*problems, *_cross_check(rules)]


def test(rule: Rule) -> list[str]:
    """The failures of a rule's inline tests, each with its explanation; an empty list when all pass."""
    return [failure for case in rule.tests if (failure := _failure(rule, case))]


def schema() -> dict[str, Any]:
    """The format of rule files as JSON Schema, for editors."""
    return json_schema()


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))


def _read(files: Sequence[Path]) -> tuple[list[Rule], list[str]]:
    rules: list[Rule] = []
    problems: list[str] = []
    for file in files:
        try:
            rules += read_rules(file.read_text(encoding="utf-8"), str(file), registry())
        except RuleProblem as problem:
            problems += problem.problems
        except OSError as error:
            problems.append(f"{file}: this file cannot be read: {error.strerror or error}")
        except UnicodeDecodeError:
            problems.append(f"{file}: this file is not text in UTF-8; save it as UTF-8")
    return rules, problems


def _cross_check(rules: list[Rule]) -> list[str]:
    """Problems between rules. A rule whose id is taken is removed from the list."""
    problems: list[str] = []
    known: dict[str, Rule] = {}
    for rule in list(rules):
        if rule.id in known:
            problems.append(f"{rule.file}: the id '{rule.id}' is taken by {known[rule.id].file}; choose another one")
            rules.remove(rule)
        else:
            known[rule.id] = rule
    for rule in rules:
        problems += _unknown_targets(rule, known)
    try:
        TopologicalSorter({rule.id: [other.id for other in rules if rule.silences(other)] for rule in rules}).prepare()
    except CycleError as error:
        problems.append(f"rules silence each other in a circle: {' > '.join(error.args[1])}; remove one `inhibits`")
    return problems


def _unknown_targets(rule: Rule, known: Mapping[str, Rule]) -> Iterator[str]:
    for target in rule.inhibits:
        if ":" not in target and target not in known:
            hint = did_you_mean(target, known)
            yield f"{rule.file}: '{rule.id}' inhibits '{target}', which does not exist" + (f"; {hint}" if hint else "")


def _in_force(rule: Rule, overrides: Overrides) -> bool:
    """Stable and trial rules of the default tiers are on; the athlete's word overrules."""
    override = overrides.get(rule.id)
    if isinstance(override, Mapping) and isinstance(override.get("off"), bool):
        return not override["off"]
    return rule.tier != "optional" and rule.status in {"stable", "test"}


def _override(rules: Sequence[Rule], overrides: Overrides) -> tuple[list[Rule], list[str]]:
    known = {rule.id: rule for rule in rules}
    problems: list[str] = []
    for rule_id, override in overrides.items():
        if rule_id not in known:
            hint = did_you_mean(rule_id, known)
            problems.append(f"override of '{rule_id}': there is no such rule" + (f"; {hint}" if hint else ""))
            continue
        try:
            known[rule_id] = _overridden(known[rule_id], override)
        except ValueError as error:
            problems.append(f"override of '{rule_id}': {error}")
    return list(known.values()), problems


def _overridden(rule: Rule, override: Mapping[str, Any]) -> Rule:
    """The rule as the athlete wants it. Raises ValueError for every mistake: a value of the wrong type is one too."""
    if not isinstance(override, Mapping) or not isinstance(override.get("params", {}), Mapping):
        raise ValueError("write for example {params: {gap: 10 days}, cooldown: 28d} or {off: true}")  # noqa: TRY004
    for key in override:
        if key not in _OVERRIDE_KEYS:
            raise ValueError(f"unknown key '{key}'; known: {', '.join(_OVERRIDE_KEYS)}")
    if not isinstance(override.get("off", False), bool):
        raise ValueError("'off' is true or false")  # noqa: TRY004
    changed = with_params(rule, override.get("params", {}))
    if "cooldown" in override:
        changed = replace(changed, cooldown_days=days_in(str(override["cooldown"])))
    return changed


def with_params(rule: Rule, params: Mapping[str, Any]) -> Rule:
    """The rule with other parameter values. Raises ValueError with a sentence when one is unknown or not allowed."""
    changed: dict[str, Param] = dict(rule.params)
    for name, value in params.items():
        if name not in rule.params:
            raise ValueError(f"unknown parameter '{name}'; known: {', '.join(rule.params) or 'none'}")
        changed[name] = overridden(rule.params[name], str(value))
    return replace(rule, params=changed)


def _failure(rule: Rule, case: Case) -> str:
    """What is wrong with the outcome of one inline test, explained; an empty text when nothing is."""
    heading = f"FAIL {rule.id} / {case.name}"
    try:
        rule = with_params(rule, case.params)
    except ValueError as error:
        return f"{heading}\n    {error}"
    view = View(case.history, case.period.last, case.now)
    verdicts = {key: evaluate(rule, view, subject) for key, subject in subjects(rule, case.history)}
    states = {(rule.id, key): _state(rule, key, case) for key in verdicts} if case.told else {}
    judgement = judge([rule], case.history, states, case.period, case.now, needs_minimum_history=case.short_history)
    subject, outcome = _heaviest(judgement.findings, verdicts)
    text = "\n".join(nudge.text for nudge in judgement.nudges)
    wrong = list(_differences(rule, case, outcome, verdicts.get(subject), text))
    if not wrong:
        return ""
    lines = explanation(rule, verdicts[subject], case.history.athlete.units) if subject in verdicts else []
    return "\n".join([heading, *(f"    {line}" for line in wrong), *(f"      {line}" for line in lines)])


def _state(rule: Rule, subject: str, case: Case) -> RuleState:
    assert case.told is not None
    return RuleState(rule.id, subject, last_sent=case.told.day, told_mark=case.told.mark, armed=rule.rearm is None)


def _heaviest(findings: Sequence[Finding], verdicts: Mapping[str, Verdict]) -> tuple[str, str]:
    """The subject that came furthest and its outcome: of several shoes, the one that fires."""
    outcomes = dict.fromkeys(verdicts, "clear") | {finding.subject: str(finding.outcome) for finding in findings}
    if not outcomes:
        return "", "no_data"
    subject = min(outcomes, key=lambda key: _OUTCOMES_BY_WEIGHT.index(outcomes[key]))
    return subject, outcomes[subject]


def _differences(rule: Rule, case: Case, outcome: str, verdict: Verdict | None, text: str) -> Iterator[str]:
    expected = case.expected
    if outcome != expected.outcome:
        yield f"expected {expected.outcome}, got {outcome}"
    for name, wanted in expected.evidence.items():
        found = "nothing" if verdict is None else show_raw(
            verdict.context[name], rule.scope[name], case.history.athlete.units
        )  # fmt: skip
        if found != _as_shown(wanted):
            yield f"expected {name} = {wanted}, got {found}"
    for part in expected.message_contains:
        if part not in text:
            yield f"expected {part!r} in the message, got: {text or 'no message'}"


def _as_shown(wanted: str) -> str:
    """YAML's `true` as a runner reads it."""
    return {"true": "yes", "false": "no"}.get(wanted, wanted)
