from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachd.clock import SystemClock
from coachd.store import Store, schedule, shared
from coachd.store.outbox import WEEKLY
from coachd.store.shared import Heartbeat
from coachd.worker import LATE, STOPPED


@pytest.fixture
def beat(coachd, state):
    """Leaves a sign of life as a daemon would have, so long ago."""
    coachd("db", "upgrade")
    store = Store(f"sqlite:///{state / 'coachd.db'}")

    def leave(ago: timedelta, detail: str = "tick") -> None:
        at = SystemClock().now() - ago
        with store.begin() as db:
            shared.beat(db, "run", Heartbeat(at, at, 1, detail))

    yield leave
    store.close()


def test_before_the_first_start_nothing_runs_and_nobody_is_coached(coachd):
    lines = coachd("status").out.splitlines()
    assert lines[0] == "daemon   not running (never started)"
    assert lines[2:] == ["", "Nobody is coached here yet. `coachd init` begins."]
    assert coachd("status", "--healthy").code == 1


def test_a_fresh_sign_of_life_is_health(coachd, beat):
    beat(timedelta(seconds=30))
    assert coachd("status", "--healthy").code == 0
    assert coachd("status", "--healthy").out == ""
    assert coachd("status").out.startswith("daemon   running (tick)\n")


def test_a_daemon_that_no_longer_gives_signs_is_not_healthy(coachd, beat):
    beat(LATE + timedelta(seconds=1))
    assert coachd("status", "--healthy").code == 1


def test_a_daemon_that_was_stopped_is_not_running_from_then_on(coachd, beat):
    beat(timedelta(0), STOPPED)
    assert coachd("status", "--healthy").code == 1
    assert coachd("status").out.startswith("daemon   not running (stopped)\n")


def test_what_the_daemon_has_not_done_yet_is_not_made_up(coachd):
    coachd("athlete", "show")
    assert coachd("status").out.endswith(
        "me: 0 activities\n  no source connected\n  digest  planned when the daemon runs\n"
    )
    person = coachd("status", "--json").json["athletes"][0]
    assert (person["next_digest"], person["missed_digest"]) == (None, None)


def test_a_digest_that_was_left_out_is_said_so(coachd, state):
    coachd("athlete", "show")
    store = Store(f"sqlite:///{state / 'coachd.db'}")
    now = SystemClock().now()
    with store.begin() as db:
        schedule.save(db, schedule.Due("me", WEEKLY, since=now, next_due=now, missed="2026-W45"))
    store.close()
    assert "          2026-W45 was left out: coachd did not run when it was due\n" in coachd("status").out


def test_status_as_json_is_the_whole_of_it(coachd, beat):
    beat(timedelta(seconds=5))
    coachd("athlete", "show")
    found = coachd("status", "--json").json
    assert set(found) == {"daemon", "rules", "athletes"}
    assert found["daemon"]["alive"] is True
    assert datetime.fromisoformat(found["daemon"]["last_sign"]).astimezone(UTC) <= SystemClock().now()
