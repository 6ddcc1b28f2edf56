"""docs/coverage.md: every coachable statement has rules that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from coachd import rulebook
from coachd.language.rule import Rule
from coachd.resources import shipped

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
ROW = re.compile(r"^\| ([AB]\d+) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
NAMED = re.compile(r"`([a-z0-9-]+)`( \(off until asked\))?")
REASON = re.compile(r"^\| `([a-z0-9-]+)` \| (.+\.) \|$", re.MULTILINE)


@cache
def rules() -> dict[str, tuple[Rule, bool]]:
    """Id -> the rule and whether it is on by default."""
    book = rulebook.load([shipped("rules")])
    return {rule.id: (rule, rule in book.rules) for rule in (*book.rules, *book.off)}


def statements() -> dict[str, str]:
    return {number: named for number, _, named, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_all_69_statements_are_there():
    assert set(statements()) == {f"A{n}" for n in range(1, 30)} | {f"B{n}" for n in range(1, 41)}


@pytest.mark.parametrize("number", sorted(statements()))
def test_a_statement_names_rules_that_exist_and_are_on_or_say_why_not(number):
    named = NAMED.findall(statements()[number])
    assert named
    for rule_id, off in named:
        assert rule_id in rules(), f"{rule_id} does not exist"
        assert rules()[rule_id][1] != bool(off), f"{rule_id}: on by default is {rules()[rule_id][1]}"


def test_every_rule_that_is_off_says_why():
    reasons = dict(REASON.findall(PAGE.read_text(encoding="utf-8")))
    assert set(reasons) == {rule_id for rule_id, (_, on) in rules().items() if not on}
