"""A rule for which a sync asks for the streams of runs, and one for which it asks for none."""

from __future__ import annotations

from pathlib import Path

from coachd import rulebook
from coachd.coach import Coach

_RULE = """\
version: 1
pack: made
rules:
- id: made
  title: Strides
  why: They are fun.
  sources: [coaching convention]
  kind: nudge
  severity: 1
  family: form
  each: week
  values:
    {value}
  when: {when}
  message:
    plain: "Fun."
    warm: "Fun."
  tests:
  - name: none
    activities: [{{day: -3, sport: run, distance: 8 km, time: 45 min}}]
    expect: {{outcome: {outcome}}}
"""
STRIDES = _RULE.format(value="n: {sum: strides, sport: run, over: 28d}", when="n > 0", outcome="no_data")
RUNS = _RULE.format(value="n: {count: activities, sport: run, over: 28d}", when="n > 9", outcome="clear")


def put_in_force(coach: Coach, rule: str, folder: Path) -> None:
    """Make this the only rule of the instance; its file is written into a folder that is not there yet."""
    folder.mkdir()
    (folder / "made.yaml").write_text(rule)
    coach.rules = rulebook.load([folder])
    assert not coach.rules.problems
