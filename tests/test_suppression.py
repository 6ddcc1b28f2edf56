"""Which of the shipped rules keep which others quiet: things that contradict each other are never told together."""

from __future__ import annotations

from functools import cache

import pytest

from coachd import rulebook
from coachd.language.rule import Rule
from coachd.resources import shipped

SILENCES = {
    "gap-checkin": ("strength-short", "strength-lapsed", "base-keep-running", "base-third-strength", "rhr-up"),
    "return-too-fast": ("longest-run-spike", "weekly-ramp", "strength-short", "back-to-back-hard", "return-plan"),
    "post-race-hard": ("return-too-fast", "back-to-back-hard"),
    "heat-adjust": ("easy-run-too-fast", "decoupling-high"),
    "base-mostly-easy": ("easy-run-too-fast",),
    "taper-check": ("weekly-ramp", "cutback-due", "monotony-high", "no-rest-day"),
    "trail-start-small": ("descent-spike",),
    "strength-for-trails": ("strength-short", "no-strength-in-7-days"),
    "strength-short": ("no-strength-in-7-days",),
    "strength-lapsed": ("no-strength-in-7-days",),
    "shoe-wear": ("shoe-past-400-miles",),
    "streak-flex": ("no-rest-day", "rest-plan"),
}
"""What the catalogue says of single rules, and of those that stand beside others about the same thing."""

SPEAK_IN_RACE_WEEK = {"race-week-plan"}
TOLD_TOGETHER = {"strength-progress-checkin"}
"""A question of rank 9 like the cue; a digest carries one of those anyway."""


@cache
def rules() -> dict[str, Rule]:
    book = rulebook.load([shipped("rules")], tests=False)
    return {rule.id: rule for rule in (*book.rules, *book.off)}


def nudges(**fields: str) -> list[Rule]:
    return [
        rule
        for rule in rules().values()
        if rule.kind == "nudge" and all(getattr(rule, name) == value for name, value in fields.items())
    ]


@pytest.mark.parametrize("rule_id", SILENCES)
def test_a_rule_silences_what_the_catalogue_says(rule_id):
    silenced = {other.id for other in rules().values() if rules()[rule_id].silences(other)}
    assert set(SILENCES[rule_id]) <= silenced


@pytest.mark.parametrize("rule", nudges(family="health"), ids=lambda rule: rule.id)
def test_a_sign_of_ill_health_silences_whatever_asks_for_more(rule):
    more = nudges(asks="more")
    assert len(more) > 10
    assert [other.id for other in more if not rule.silences(other)] == []


def test_in_race_week_only_the_plan_and_health_speak():
    plan = rules()["race-week-plan"]
    heard = {other.id for other in nudges() if not plan.silences(other)}
    assert heard == SPEAK_IN_RACE_WEEK | {rule.id for rule in nudges(family="health")}


def test_no_cue_of_form_comes_beside_other_words_on_form_or_strength():
    cue = rules()["form-cue"]
    others = [rule for rule in nudges(family="strength") if rule.id not in TOLD_TOGETHER]
    assert [rule.id for rule in others if not rule.silences(cue)] == []
    assert cue.family == "form"  # and of one family a digest carries one nudge
