"""Rules as an athlete wants them: other numbers within the bounds, another cooldown, on or off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coachd.language.params import overridden as param_overridden
from coachd.language.problems import did_you_mean
from coachd.language.rule import Param, Rule
from coachd.units import days_in

Overrides = Mapping[str, Mapping[str, Any]]
"""Rule id -> {`params`: {name: quantity}, `cooldown`: days, `off`: bool}; `off: False` turns an optional rule on."""

_KEYS = ("params", "cooldown", "off")


def in_force(rule: Rule, switched: bool | None) -> bool:
    """Stable and trial rules of the default tiers are on; the athlete's word, where there is one, overrules."""
    return rule.tier != "optional" and rule.status in {"stable", "test"} if switched is None else switched


def overridden(rules: dict[str, Rule], switched: dict[str, bool], overrides: Overrides) -> list[str]:
    """Puts rules as `overrides` want them in place of those in `rules`, and notes in `switched` which are wanted.

    Gives the problems, as text; a rule with one stays as it was.
    """
    problems: list[str] = []
    for rule_id, override in overrides.items():
        if rule_id not in rules:
            problems.append(f"override of '{rule_id}': there is no such rule{_hint(rule_id, rules)}")
            continue
        try:
            rules[rule_id] = _changed(rules[rule_id], override)
        except ValueError as error:
            problems.append(f"override of '{rule_id}': {error}")
        else:
            if "off" in override:
                switched[rule_id] = not override["off"]
    return problems


def with_params(rule: Rule, params: Mapping[str, Any]) -> Rule:
    """The rule with other parameter values. Raises ValueError with a sentence when one is unknown or not allowed."""
    changed: dict[str, Param] = dict(rule.params)
    for name, value in params.items():
        if name not in rule.params:
            raise ValueError(f"unknown parameter '{name}'; known: {', '.join(rule.params) or 'none'}")
        changed[name] = param_overridden(rule.params[name], str(value))
    return replace(rule, params=changed)


def _hint(rule_id: str, rules: Mapping[str, Rule]) -> str:
    heir = next((rule.id for rule in rules.values() if rule_id in rule.replaces), None)
    hint = f"it was replaced by '{heir}'" if heir else did_you_mean(rule_id, rules)
    return f"; {hint}" if hint else ""


def _changed(rule: Rule, override: Mapping[str, Any]) -> Rule:
    """The rule as the athlete wants it. Raises ValueError for every mistake: a value of the wrong type is one too."""
    if not isinstance(override, Mapping) or not isinstance(override.get("params", {}), Mapping):
        raise ValueError("write for example {params: {gap: 10 days}, cooldown: 28d} or {off: true}")  # noqa: TRY004
    for key in override:
        if key not in _KEYS:
            raise ValueError(f"unknown key '{key}'; known: {', '.join(_KEYS)}")
    if not isinstance(override.get("off", False), bool):
        raise ValueError("'off' is true or false")  # noqa: TRY004
    changed = with_params(rule, override["params"]) if override.get("params") else rule
    if "cooldown" in override:
        changed = replace(changed, cooldown_days=days_in(str(override["cooldown"])))
    return changed
