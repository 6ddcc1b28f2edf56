"""`rules set` and `rules snooze`, on Sunday 22 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from coachd import config
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.model import RuleState
from coachd.store import judgements

RULE = """
version: 1
pack: own
rules:
- id: far-enough
  title: Far enough
  why: A rule to try things on.
  sources: [none]
  kind: nudge
  severity: 1
  family: load
  each: week
  params:
    limit: {default: 50 km, min: 10 km, max: 100 km, label: enough}
  values:
    run: {sum: distance, sport: run, over: 7d}
  when: run > limit
  cooldown: 7d
  message:
    plain: "{{ run }} is far enough."
    warm: "{{ run }} is far enough."
  tests:
  - name: far
    activities: [{day: -1, distance: 60 km}]
    expect: {outcome: fire}
  - name: near
    activities: [{day: -1, distance: 6 km}]
    expect: {outcome: clear}
  - name: nothing
    activities: []
    expect: {outcome: clear}
"""


@pytest.fixture(autouse=True)
def sunday(monkeypatch):
    monkeypatch.setenv("ATHLETE_ZONE", "UTC")
    monkeypatch.setattr("coachd.cli.common.SystemClock", lambda: SteppedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)))


@pytest.fixture(autouse=True)
def one_rule(tmp_path, monkeypatch):
    """No rule but one."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "far.yaml").write_text(RULE)
    monkeypatch.setattr("coachd.coach.shipped", lambda _: folder)


@pytest.fixture
def kept(coachd):
    """What is stored of the athlete's words on rules."""
    return lambda: {key: coachd("athlete", "show", "--json").json[key] for key in ("rules", "snooze")}


def test_a_rule_is_turned_off_and_on_again(coachd, kept):
    assert coachd("rules", "set", "far-enough", "off").out == "far-enough: off\n"
    assert kept()["rules"] == {"far-enough": {"off": True}}
    assert coachd("rules", "set", "far-enough", "on").out == "far-enough: on\n"
    assert coachd("rules", "set", "far-enough", "default").out == "far-enough: as it is shipped\n"
    assert kept()["rules"] == {}


def test_numbers_and_the_cooldown_are_changed_one_by_one(coachd, kept):
    coachd("rules", "set", "far-enough", "limit=30 km")
    assert coachd("rules", "set", "far-enough", "cooldown=28d").out == "far-enough: limit=30 km, cooldown=28d\n"
    coachd("rules", "set", "far-enough", "limit=")
    assert kept()["rules"] == {"far-enough": {"cooldown": "28d"}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["far-enouhg", "off"], "there is no such rule; did you mean 'far-enough'?"),
        (["far-enough", "limti=30 km"], "limti"),
        (["far-enough", "limit=300 km"], "100"),
        (["far-enough", "limit=30 min"], "is a duration, but the parameter is a distance"),
        (["far-enough", "cooldown=soon"], "cooldown: is not a time"),
        (["far-enough", "maybe"], "'maybe' is not understood."),
    ],
    ids=" ".join,
)
def test_what_a_rule_cannot_take_is_refused(coachd, kept, words, said):
    refused = coachd("rules", "set", *words)
    assert refused.code == 2
    assert said in refused.err
    assert kept() == {"rules": {}, "snooze": {}}


def test_a_snoozed_rule_may_speak_again_in_four_weeks_or_when_it_is_said(coachd, kept):
    assert coachd("rules", "snooze", "far-enough").out == "far-enough may speak again on 2026-12-20.\n"
    coachd("rules", "snooze", "far-enough", "--until", "2027-01-01")
    assert kept()["snooze"] == {"far-enough": "2027-01-01"}
    assert coachd("rules", "snooze", "far-enough", "--off").out == "far-enough may speak again.\n"
    assert kept()["snooze"] == {}


def test_a_rule_that_fell_silent_by_itself_may_speak_again_when_it_is_said(coachd, state):
    coachd("athlete", "set", "tone=warm")
    now = datetime(2026, 11, 16, tzinfo=UTC)
    muted = RuleState("far-enough", "", now.date(), muted_until=date(2027, 2, 8))
    settings = config.load({"COACHD_STATE_DIR": str(state), "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SteppedClock(now)) as coach, coach.store.begin() as db:
        judgements.save(db, "me", "2026-W46", [], [], [muted], now)
    coachd("rules", "snooze", "far-enough", "--off")
    with opened(settings, SteppedClock(now)) as coach, coach.store.read() as db:
        assert judgements.states(db, "me") == {("far-enough", ""): replace(muted, muted_until=None)}


@pytest.mark.parametrize(
    ("words", "said"),
    [(["far-enouhg"], "did you mean 'far-enough'?"), (["far-enough", "--until", "2026-11-22"], "not in the future")],
    ids=["unknown", "past"],
)
def test_what_cannot_be_snoozed_is_refused(coachd, kept, words, said):
    assert said in coachd("rules", "snooze", *words).err
    assert kept()["snooze"] == {}


def test_the_group_still_has_its_other_commands(coachd):
    listed = coachd("rules", "--help").out
    assert all(name in listed for name in ("list", "check", "test", "set", "snooze"))
