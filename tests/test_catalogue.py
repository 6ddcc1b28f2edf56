"""The shipped rules are the whole catalogue: each id with its tier, kind and severity."""

from __future__ import annotations

from functools import cache

import pytest

from coachd import rulebook
from coachd.language.rule import Rule
from coachd.resources import shipped

CATALOGUE = {
    "base-due": ("core", "nudge", 2),
    "constant-racing": ("core", "nudge", 2),
    "base-length": ("core", "nudge", 1),
    "base-mostly-easy": ("core", "nudge", 2),
    "base-keep-running": ("core", "nudge", 1),
    "base-strides-hills": ("core", "nudge", 1),
    "base-third-strength": ("core", "nudge", 1),
    "base-cross-train": ("core", "nudge", 1),
    "base-joy-run": ("core", "nudge", 1),
    "weakness-focus": ("optional", "nudge", 1),
    "weakness-focus-kept": ("optional", "praise", 1),
    "warmup-before-hard": ("data", "nudge", 1),
    "cooldown-after-hard": ("optional", "nudge", 1),
    "fuel-after-long": ("optional", "nudge", 1),
    "strength-short": ("core", "nudge", 1),
    "strength-too-brief": ("core", "nudge", 1),
    "strength-lapsed": ("core", "nudge", 1),
    "strength-for-trails": ("core", "nudge", 2),
    "strength-progress-checkin": ("optional", "nudge", 1),
    "strength-streak": ("core", "praise", 1),
    "cadence-untracked": ("optional", "nudge", 1),
    "cadence-low": ("optional", "nudge", 1),
    "cadence-up": ("data", "praise", 1),
    "cadence-fade": ("data", "nudge", 1),
    "cadence-downhill": ("optional", "nudge", 1),
    "form-cue": ("optional", "nudge", 1),
    "shoe-wear": ("core", "nudge", 1),
    "shoe-rotation": ("core", "nudge", 1),
    "shoe-untracked": ("core", "note", 1),
    "shoe-terrain": ("core", "nudge", 1),
    "shoe-new-big-day": ("core", "nudge", 1),
    "shoe-trial-window": ("core", "nudge", 1),
    "shoe-discomfort-pattern": ("optional", "nudge", 1),
    "carry-water": ("optional", "nudge", 1),
    "no-rest-day": ("core", "nudge", 2),
    "rest-plan": ("core", "nudge", 1),
    "easy-run-too-fast": ("core", "nudge", 2),
    "recovery-run-too-hard": ("data", "nudge", 1),
    "sleep-short": ("data", "nudge", 2),
    "sleep-steady": ("data", "praise", 1),
    "mobility-habit": ("optional", "nudge", 1),
    "back-to-back-hard": ("core", "nudge", 2),
    "hard-days-count": ("core", "nudge", 2),
    "post-race-plan": ("core", "nudge", 1),
    "post-race-hard": ("core", "nudge", 2),
    "post-race-break": ("core", "praise", 1),
    "taper-start": ("core", "nudge", 1),
    "taper-check": ("core", "nudge", 2),
    "race-week-plan": ("core", "nudge", 1),
    "race-readiness": ("core", "nudge", 1),
    "race-mark": ("core", "praise", 1),
    "trail-start-small": ("core", "nudge", 2),
    "trail-mix-in": ("core", "nudge", 1),
    "descent-spike": ("core", "nudge", 2),
    "climb-ramp": ("core", "nudge", 1),
    "trail-recovery": ("core", "nudge", 2),
    "trail-time-on-feet": ("core", "nudge", 1),
    "climb-redline": ("data", "nudge", 1),
    "trail-race-vert": ("core", "nudge", 1),
    "longest-run-spike": ("core", "nudge", 3),
    "weekly-ramp": ("core", "nudge", 2),
    "cutback-due": ("core", "nudge", 1),
    "long-run-share": ("optional", "nudge", 1),
    "intensity-balance": ("core", "nudge", 1),
    "grey-zone": ("optional", "nudge", 1),
    "monotony-high": ("optional", "nudge", 1),
    "acwr-high": ("optional", "nudge", 1),
    "form-balance": ("optional", "nudge", 1),
    "boom-bust": ("core", "nudge", 2),
    "double-days": ("optional", "nudge", 1),
    "decoupling-high": ("data", "nudge", 1),
    "ef-trend": ("data", "praise", 1),
    "ef-trend-down": ("optional", "nudge", 1),
    "heat-adjust": ("data", "nudge", 1),
    "heat-first-days": ("data", "nudge", 1),
    "gap-checkin": ("core", "nudge", 2),
    "return-plan": ("core", "nudge", 1),
    "return-too-fast": ("core", "nudge", 2),
    "rhr-up": ("data", "nudge", 2),
    "hrv-low": ("data", "nudge", 1),
    "illness-return": ("core", "nudge", 2),
    "niggle-tag": ("core", "nudge", 2),
    "low-energy-pattern": ("optional", "nudge", 1),
    "low-energy-pattern-told": ("optional", "nudge", 2),
    "late-hard-run": ("optional", "nudge", 1),
    "consistency": ("core", "praise", 1),
    "streak-flex": ("core", "praise", 1),
    "easy-discipline": ("core", "praise", 1),
    "best-effort": ("data", "praise", 1),
    "comeback": ("core", "praise", 1),
    "cutback-kept": ("core", "praise", 1),
    "milestone": ("core", "praise", 1),
    "first-time": ("core", "praise", 1),
    "data-hr-suspect": ("core", "note", 1),
    "data-zones-unset": ("core", "note", 1),
    "data-race-untagged": ("core", "note", 1),
    "data-duplicate": ("core", "note", 1),
    "data-distance-odd": ("core", "note", 1),
    "no-strength-in-7-days": ("core", "nudge", 1),
    "shoe-past-400-miles": ("core", "nudge", 1),
    "sources-stale": ("core", "note", 1),
    "strength-question": ("core", "note", 1),
}
"""Id -> tier, kind, severity. The 95 rules of the catalogue, of which three are two files each, the two literal rules
that stand beside them, a note about stale sources, and the question that is asked once where strength is not logged."""


@cache
def rules() -> dict[str, Rule]:
    book = rulebook.load([shipped("rules")])
    return {rule.id: rule for rule in (*book.rules, *book.off)}


def test_nothing_is_missing_and_nothing_is_extra():
    assert set(rules()) == set(CATALOGUE)
    assert len(CATALOGUE) == 95 + 3 + 2 + 2


@pytest.mark.parametrize("rule_id", CATALOGUE)
def test_tier_kind_and_severity_are_those_of_the_catalogue(rule_id):
    rule = rules()[rule_id]
    assert (rule.tier, rule.kind, rule.severity) == CATALOGUE[rule_id]


@pytest.mark.parametrize("rule_id", CATALOGUE)
def test_a_rule_names_its_sources_and_why_it_speaks(rule_id):
    rule = rules()[rule_id]
    assert rule.why
    assert rule.kind != "nudge" or rule.sources
