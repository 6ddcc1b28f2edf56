"""What a rule remembers holds for its logic: the name of that logic changes with it, and with nothing else."""

import subprocess
import sys
from dataclasses import replace

import pytest

from coachd.language.params import overridden
from coachd.language.read import read_rules

RULE = """
version: 1
rules:
- id: far
  title: Far
  why: Because.
  kind: nudge
  family: load
  each: week
  params:
    limit: {default: 60 km, min: 10 km, max: 200 km, label: limit}
  values:
    week: {sum: distance, sport: [run, walk], over: 7d, where: time > 20 min, label: this week}
    nights: {mean: sleep, over: 7d}
  needs: nights > 5 h
  when: week > limit
  rearm: week < 50 km
  for: 2 of 3
  message: {plain: "{{ week }} this week"}
"""


def read(text=RULE):
    return read_rules(text, "far.yaml", {})[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Far", "title: A long way"),
        ("why: Because.", "why: It is so."),
        ('this week"}', 'these days"}'),
        ("label: this week", "label: the week"),
        ("kind: nudge", "kind: nudge\n  severity: 3\n  rank: 1\n  cooldown: 21d\n  inhibits: [family:x]"),
        ("family: load", "family: rest"),
        ("max: 200 km", "max: 300 km"),
        ("when: week > limit", "when: >\n    week >\n    limit"),
        ("for: 2 of 3", "for: 2 of 3\n  tests:\n  - {name: none, expect: {outcome: no_data}}"),
    ],
)
def test_words_tests_and_place_in_the_mail_are_no_logic(old, new):
    assert old in RULE
    assert read(RULE.replace(old, new)).fingerprint == read().fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("week > limit", "week >= limit"),
        ("default: 60 km", "default: 61 km"),
        ("sum: distance", "sum: time"),
        ("over: 7d, where", "over: 14d, where"),
        ("over: 7d, where", "over: 7d, before: 7d, where"),
        ("[run, walk]", "[run]"),
        ("time > 20 min", "time > 21 min"),
        ("nights > 5 h", "nights > 6 h"),
        ("needs: nights > 5 h", "once_per: gap"),
        ("rearm: week < 50 km", "rearm: week < 51 km"),
        ("for: 2 of 3", "for: 2"),
        ("for: 2 of 3", "marks: {week: [70 km]}"),
        ("each: week", "each: day"),
    ],
)
def test_every_part_of_the_logic_counts(old, new):
    assert old in RULE
    text = RULE.replace(old, new)
    if "sum: time" in text:
        text = text.replace("default: 60 km, min: 10 km, max: 200 km", "default: 6 h").replace(
            "week < 50 km", "week < 5 h"
        )
    assert read(text).fingerprint != read().fingerprint


def test_a_number_of_the_athletes_own_is_another_logic():
    rule = read()
    changed = replace(rule, params={"limit": overridden(rule.params["limit"], "70 km")})
    assert changed.fingerprint != rule.fingerprint


def test_another_process_gives_the_same_name():
    code = "import sys; from coachd.language.read import read_rules;"
    code += "print(read_rules(sys.argv[1], 'far.yaml', {})[0].fingerprint)"
    names = {
        subprocess.run(
            [sys.executable, "-c", code, RULE], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert names == {read().fingerprint}
