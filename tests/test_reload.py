"""Rule files that change while the daemon runs."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from processes import eventually

from coachd import pipeline, worker
from coachd.store import athletes, outbox
from coachd.worker import Daemon

NOON = datetime(2025, 10, 20, 12, tzinfo=UTC)
RULE = """
version: 1
rules:
- id: {id}
  title: Some runs
  why: A rule for the test.
  kind: note
  family: data
  each: week
  values:
    runs: {{count: activities, sport: run, over: 7d}}
  when: {when}
  message: {{plain: "{{{{ runs | whole }}}} runs this week."}}
"""


@pytest.fixture
def coach(open_coach, tmp_path):
    (tmp_path / "rules").mkdir()
    made = open_coach(NOON, RULES_DIR=str(tmp_path / "rules"))
    with made.store.begin() as db:
        athletes.ensure(db, "me", NOON)
    return made


def write(tmp_path, text, name="mine.yaml", age=0):
    file = tmp_path / "rules" / name
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(10**18 + age, 10**18 + age))  # two writes within one tick of the file system look alike


def own(coach):
    return {rule.id for rule in coach.rules.rules} & {"first-one", "second-one"}


def notices(coach):
    with coach.store.read() as db:
        return [row.period for row in outbox.recent(db, "me") if row.kind == outbox.NOTICE]


def test_a_new_rule_file_comes_into_force_at_the_next_tick(coach, tmp_path):
    assert own(coach) == set()
    write(tmp_path, RULE.format(id="first-one", when="runs > 0"))
    pipeline.tick(coach)
    assert own(coach) == {"first-one"}


def test_a_bad_edit_keeps_the_rules_and_is_told_once(coach, tmp_path):
    write(tmp_path, RULE.format(id="first-one", when="runs > 0"))
    pipeline.tick(coach)
    write(tmp_path, RULE.format(id="second-one", when="runz > 0"), age=1)
    for _ in range(3):
        pipeline.tick(coach)
    assert own(coach) == {"first-one"}
    assert "did you mean 'runs'" in coach.rules.problems[0]
    assert len(notices(coach)) == 1


def test_another_mistake_of_the_same_hour_is_not_a_mail_of_its_own(coach, tmp_path):
    for number, name in enumerate(("runz", "rnus", "runns")):
        write(tmp_path, RULE.format(id="first-one", when=f"{name} > 0"), age=number)
        pipeline.tick(coach)
    assert len(notices(coach)) == 1
    coach.clock.advance(timedelta(days=1, minutes=1))
    pipeline.tick(coach)
    assert len(notices(coach)) == 2


def test_a_mended_file_is_in_force_again(coach, tmp_path):
    write(tmp_path, RULE.format(id="first-one", when="runz > 0"))
    pipeline.tick(coach)
    assert own(coach) == set()
    write(tmp_path, RULE.format(id="first-one", when="runs > 0"), age=1)
    pipeline.tick(coach)
    assert own(coach) == {"first-one"}
    assert coach.rules.problems == ()


def test_an_unchanged_folder_is_not_read_again(coach, tmp_path):
    write(tmp_path, RULE.format(id="first-one", when="runs > 0"))
    pipeline.tick(coach)
    before = coach.rules
    pipeline.tick(coach)
    assert coach.rules is before
    pipeline.tick(coach, reload=True)
    assert coach.rules is not before


def test_a_hangup_has_the_rules_read_at_once(coach, monkeypatch):
    asked: list[bool] = []
    monkeypatch.setattr(pipeline, "sync_due", lambda *_: None)
    monkeypatch.setattr(pipeline, "tick", lambda *_, reload: asked.append(reload))
    monkeypatch.setattr(worker, "TICK", timedelta(hours=1))
    monkeypatch.setattr(worker, "PULSE_S", 0.02)
    daemon = Daemon(coach)
    running = threading.Thread(target=daemon.run)
    running.start()
    try:
        eventually(lambda: asked == [False], "the first ring")
        daemon.reload()
        eventually(lambda: asked == [False, True], "the rules to be read")
    finally:
        daemon.stop()
        running.join()


def test_a_daemon_that_was_not_asked_reads_nothing_anew(coach):
    assert not Daemon(coach)._reload.is_set()
