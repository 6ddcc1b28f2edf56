"""The group `rules`, and how its commands find the rules they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from coachd import rulebook
from coachd.cli import common
from coachd.cli.lazy import LazyGroup
from coachd.errors import InputProblem, RuleProblem
from coachd.language.problems import did_you_mean
from coachd.language.rule import Param, Rule
from coachd.resources import shipped
from coachd.rulebook import Rulebook
from coachd.units import Quantity, System, shown

COMMANDS: Mapping[str, tuple[str, str]] = {
    "list": ("rule_list", "What is on, what is off, and why."),
    "explain": ("explain", "Why a rule said what it said, or nothing."),
    "outcomes": ("outcomes", "What became of what rules told you."),
    "replay": ("replay", "What rules would have said over your own past."),
    "set": ("preferences", "Turn a rule on or off for yourself, or change its numbers."),
    "snooze": ("preferences", "Let a rule be silent for a while."),
    "new": ("rule_files", "Write a rule file to fill in."),
    "check": ("rule_files", "Find every problem in rule files."),
    "test": ("rule_files", "Run the tests that rules carry."),
    "mutate": ("rule_files", "Find what the tests of rules would not notice."),
    "schema": ("rule_files", "Print the format of rule files for your editor."),
}


@click.group(cls=LazyGroup, lazily=COMMANDS)
def rules_command() -> None:
    """List, explain, replay, write and test the rules; set them for yourself."""


def find(book: Rulebook, rule_id: str) -> Rule:
    """The rule of this id, whether it is on or off. Raises InputProblem for an unknown one."""
    rules = {rule.id: rule for rule in (*book.rules, *book.off)}
    if rule_id not in rules:
        hint = did_you_mean(rule_id, rules)
        advice = f"{hint[0].upper()}{hint[1:]}" if hint else "`coachd rules list` names every rule."
        raise InputProblem(f"There is no rule called {rule_id}.", advice)
    return rules[rule_id]


def existing(ctx: click.Context, paths: Sequence[Path]) -> list[Path]:
    """These files and folders of rules, or else those in force. Raises InputProblem for one that is not there."""
    for path in paths:
        if not path.exists():
            raise InputProblem(f"{path} does not exist.", "Name a rule file or a folder of them.")
    if paths:
        return list(paths)
    own = common.settings(ctx).rules_dir
    return [shipped("rules"), *([own] if own else [])]


def in_files(paths: Sequence[Path]) -> list[Rule]:
    """Every rule in these files and folders, with its tests. Raises RuleProblem with every problem in them."""
    if problems := rulebook.check(paths):
        raise RuleProblem(problems)
    book = rulebook.load(paths)
    return [*book.rules, *book.off]


def is_path(text: str) -> bool:
    """Whether somebody means a file or folder and no id."""
    return "/" in text or text.endswith((".yaml", ".yml")) or Path(text).exists()


def param_shown(param: Param, units: System = "km") -> str:
    """The value of a parameter in force as a runner reads it."""
    return shown(Quantity(param.value, param.type.dimension, param.type.show), units)
