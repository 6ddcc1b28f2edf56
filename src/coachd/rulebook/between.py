"""What can be wrong between rules: names of rules that do not exist, circles of silence, ids taken over twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from coachd.language.problems import did_you_mean
from coachd.language.rule import Rule


def problems_between(rules: Mapping[str, Rule], others: Mapping[str, Rule]) -> list[str]:
    """Every problem between `rules`, as text; they may name `others` as well."""
    known = {**others, **rules}
    names = _names(known)
    problems = [problem for rule in rules.values() for problem in _unknown_targets(rule, names)]
    problems += _replacements(rules)
    silenced = {
        rule.id: sorted({other for target in rule.inhibits for other in names.get(target, ()) if other != rule.id})
        for rule in known.values()
        if rule.inhibits
    }
    try:
        TopologicalSorter(silenced).prepare()
    except CycleError as error:
        circle = error.args[1]
        place = next((known[name] for name in circle if name in rules), known[circle[0]]).place
        problems.append(f"{place}: rules silence each other in a circle: {' > '.join(circle)}; remove one `inhibits`")
    return problems


def _names(rules: Mapping[str, Rule]) -> Mapping[str, list[str]]:
    """What `inhibits` and `rests_after` may name -> the ids of the rules it stands for."""
    names: dict[str, list[str]] = defaultdict(list, {"asks:more": [], "asks:less": []})
    for rule in rules.values():
        names[rule.id].append(rule.id)
        family = names[f"family:{rule.family}"]
        if rule.kind == "nudge":  # a family stands for its nudges only
            family.append(rule.id)
        if rule.asks:
            names[f"asks:{rule.asks}"].append(rule.id)
    return names


def _unknown_targets(rule: Rule, names: Mapping[str, list[str]]) -> Iterator[str]:
    targets = [("inhibits", target) for target in rule.inhibits] + [("rests after", one) for one in rule.rests_after]
    for does, target in targets:
        if target not in names:
            hint = did_you_mean(target, names)
            yield f"{rule.place}: '{rule.id}' {does} '{target}', which does not exist" + (f"; {hint}" if hint else "")


def _replacements(rules: Mapping[str, Rule]) -> Iterator[str]:
    """A rule takes the place of one that is gone or deprecated; both would say the same otherwise."""
    heirs: dict[str, str] = {}
    for rule in rules.values():
        for old in rule.replaces:
            if old in rules and rules[old].status != "deprecated":
                yield (
                    f"{rule.place}: '{rule.id}' replaces '{old}', which is still there; "
                    "remove that rule, make its status deprecated, or name it under `inhibits` instead"
                )
            if old in heirs:
                yield f"{rule.place}: '{rule.id}' replaces '{old}', and so does '{heirs[old]}'; only one rule can"
            heirs.setdefault(old, rule.id)
