"""One instance: its athletes, and the rules that are in force for each of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coachd.errors import ConfigProblem, InputProblem


@pytest.fixture
def coach(open_coach):
    return open_coach()


def test_the_first_athlete_is_made_when_asked_for_and_nobody_else(coach):
    assert coach.athlete("me").id == "me"
    with pytest.raises(InputProblem, match="no athlete called anna"):
        coach.document("anna")


def test_a_change_is_stored_as_it_was_written(coach):
    assert coach.amend("me", lambda document: {**document, "hr_max": "188 bpm"}).hr_max == 188.0
    assert coach.document("me") == ({"hr_max": "188 bpm"}, False)


def test_a_change_that_makes_nonsense_leaves_everything_as_it_was(coach):
    coach.amend("me", lambda document: {**document, "units": "mi"})
    with pytest.raises(ConfigProblem, match="tone"):
        coach.amend("me", lambda document: {**document, "tone": "cold"})
    assert coach.document("me")[0] == {"units": "mi"}


def test_each_athlete_has_rules_of_their_own(coach):
    rule = coach.rules.rules[0].id
    off = coach.amend("me", lambda document: {**document, "rules": {rule: "off"}})
    assert rule in {each.id for each in coach.rules_for(off).off}
    assert rule in {each.id for each in coach.rules.rules}


@pytest.mark.parametrize(
    ("section", "entry"), [("rules", "off"), ("snooze", "2027-01-01")], ids=["overridden", "snoozed"]
)
def test_a_rule_that_does_not_exist_gets_no_words(coach, section, entry):
    with pytest.raises(ConfigProblem, match="no such rule; did you mean"):
        coach.amend("me", lambda document: {**document, section: {f"{coach.rules.rules[0].id}x": entry}})


def test_words_on_a_rule_that_is_gone_hinder_nothing_else(coach):
    rule = coach.rules.rules[0].id
    coach.amend("me", lambda document: {**document, "rules": {rule: "off"}, "snooze": {rule: "2027-01-01"}})
    coach.__dict__["rules"] = type(coach.rules)(())
    assert coach.amend("me", lambda document: {**document, "units": "mi"}).units == "mi"


def test_an_athlete_who_turns_on_a_rule_that_looks_further_back_widens_the_horizon(open_coach, tmp_path):
    far = RULE.format(id="far-back", over="3000d").replace("tier: core", "tier: optional")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "far.yaml").write_text(far, encoding="utf-8")
    coach = open_coach(RULES_DIR=str(tmp_path / "rules"))
    usual = coach.policy_for(coach.athlete("me"))
    assert usual == coach.policy
    asked = coach.amend("me", lambda own: own | {"rules": {"far-back": "on"}})
    assert coach.policy_for(asked).horizon == timedelta(days=3007)


RULE = """
version: 1
rules:
- id: {id}
  title: Some runs
  why: A rule for the test.
  kind: note
  tier: core
  family: data
  each: week
  values:
    runs: {{count: activities, sport: run, over: {over}}}
  when: runs > 0
  message: {{plain: "{{{{ runs | whole }}}} runs."}}
"""
