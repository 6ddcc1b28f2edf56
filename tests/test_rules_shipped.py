"""The rules that come with coachd: sound, tested, and worded as the house words things."""

import json
import re
from pathlib import Path

import pytest

from coachd import rulebook
from coachd.resources import shipped

FOLDER = shipped("rules")
BOOK = rulebook.load([FOLDER])
RULES = pytest.mark.parametrize("rule", [*BOOK.rules, *BOOK.off], ids=lambda rule: rule.id)

BANNED = re.compile(
    r"\b(must|should|need to|wrong|bad|fail|lazy|danger|risk|injur\w*|overtrained|warning|alert|red|weight|calories"
    r"|worn out)\b",
    re.IGNORECASE,
)
MOST_WORDS = {"plain": 60, "warm": 75}


def test_every_shipped_file_loads():
    assert BOOK.problems == ()
    assert {
        "no-rest-day", "no-strength-in-7-days", "shoe-past-400-miles", "easy-run-too-fast", "consistency",
        "sources-stale",
    } <= {rule.id for rule in BOOK.rules}  # fmt: skip


@RULES
def test_its_own_tests_pass(rule):
    assert rulebook.test(rule) == []


@RULES
def test_it_has_a_test_that_fires_and_one_that_does_not(rule):
    outcomes = {case.expected.outcome for case in rule.tests}
    assert "fire" in outcomes
    assert outcomes & {"clear", "no_data"}


@RULES
def test_it_speaks_in_both_tones_briefly_and_kindly(rule):
    assert set(rule.message) == {"plain", "warm"}
    for tone, message in rule.message.items():
        spoken = re.sub(r"{%.*?%}", "", message.text)
        assert not (found := BANNED.search(spoken)), found
        assert spoken.count("!") <= 1
        words = re.sub(r"{{.*?}}", "value value", spoken).split()
        assert len(words) <= MOST_WORDS[tone], (tone, len(words))


@RULES
def test_what_is_disputed_says_so(rule):
    if "convention" in rule.contested or "coaches differ" in rule.contested:
        assert all("coaches differ on" in message.text.lower() for message in rule.message.values())


@RULES
def test_its_file_is_named_after_it(rule):
    assert Path(rule.file).stem == rule.id


def test_the_schema_for_editors_is_current():
    assert json.loads((FOLDER / "rule-v1.schema.json").read_text(encoding="utf-8")) == rulebook.schema()


def test_every_rule_file_names_the_schema():
    for file in (file for file in FOLDER.rglob("*.yaml") if file.parent.name != "profiles"):
        assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../rule-v1.schema.json\n")
