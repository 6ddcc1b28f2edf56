from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from coachd.clock import SystemClock
from coachd.crypto import Vault
from coachd.store import Store, athletes, connections, incidents, outbox, schedule, shared
from coachd.store.outbox import NOTICE, WEEKLY
from coachd.store.shared import MAILBOX, Heartbeat
from coachd.tables import outbox as outbox_table
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


def test_a_week_with_nothing_to_say_and_what_is_to_mend_are_told(coachd, state):
    coachd("athlete", "show")
    store = Store(f"sqlite:///{state / 'coachd.db'}")
    now = SystemClock().now()
    with store.begin() as db:
        schedule.save(db, schedule.Due("me", WEEKLY, since=now, next_due=now, quiet="2026-W45"))
        incidents.save(db, incidents.Incident("disk:full", now, "Less than 0.1 GB are free."))
        incidents.save(db, incidents.Incident("rules:1", now, "A rule has a problem.", ended_at=now))
    store.close()
    said = coachd("status").out
    assert "          2026-W45 was not mailed: there was nothing to say\n" in said
    assert "to mend  Less than 0.1 GB are free. (disk:full)\n" in said
    assert "A rule has a problem." not in said
    assert [each["key"] for each in coachd("status", "--json").json["incidents"]] == ["disk:full"]


def test_settings_of_one_athlete_that_cannot_be_used_hide_nothing_of_the_others(coachd, state):
    coachd("athlete", "add", "anna")
    coachd("athlete", "add", "bob", "zone=Asia/Tokyo")
    store = Store(f"sqlite:///{state / 'coachd.db'}")
    with store.begin() as db:
        athletes.change(db, "anna", {"email": "anna"})
    store.close()
    said = coachd("status")
    assert said.code == 0
    told = said.out.split("anna: 0 activities\n")[1]
    assert told.startswith("  to mend email: must be one mail address")
    assert "`coachd --athlete anna athlete edit`" in told
    assert "bob: 0 activities\n  no source" in said.out
    assert [each["problem"] is None for each in coachd("status", "--json").json["athletes"]] == [False, True]


def test_status_as_json_is_the_whole_of_it(coachd, beat):
    beat(timedelta(seconds=5))
    coachd("athlete", "show")
    found = coachd("status", "--json").json
    assert set(found) == {"daemon", "rules", "mailbox", "incidents", "athletes"}
    assert found["daemon"]["alive"] is True
    assert datetime.fromisoformat(found["daemon"]["last_sign"]).astimezone(UTC) <= SystemClock().now()


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("", "mailbox  read since 2026-11-22 12:00 UTC, last look 12:05\n"),
        ("It is gone.", "mailbox  cannot be read since 2026-11-22 12:00 UTC, last look 12:05\n         It is gone.\n"),
    ],
    ids=["read", "broken"],
)
def test_the_mailbox_of_answers_is_told_of_where_one_is_read(coachd, beat, state, monkeypatch, detail, said):
    store = Store(f"sqlite:///{state / 'coachd.db'}")
    since = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with store.begin() as db:
        shared.beat(db, MAILBOX, Heartbeat(since + timedelta(minutes=5), since, 1, detail))
    store.close()
    assert coachd("status", "--json").json["mailbox"] is None
    monkeypatch.setenv("IMAP_URL", "imaps://user:hush@imap.example.org")
    assert said in coachd("status").out
    assert "hush" not in coachd("status", "--json").out


class TestWhatFailed:
    @pytest.fixture
    def store(self, coachd, state):
        coachd("athlete", "show")
        store = Store(f"sqlite:///{state / 'coachd.db'}")
        yield store
        store.close()

    def put_out(self, store, state, result, kind=WEEKLY, period="2026-W47", body=None):
        now = SystemClock().now()
        with store.begin() as db:
            outbox.put(db, "me", kind, period, ["email"], body or {"a": 1}, now)
            delivery = outbox.claim(db, now)
            if state == "pending":
                outbox.retry(db, delivery, now + timedelta(minutes=5), result)
            else:
                outbox.finish(db, delivery, state, result, now)

    def test_a_message_that_waits_says_why_and_until_when(self, coachd, store):
        self.put_out(store, "pending", "The mail server did not take it for now.")
        said = coachd("status").out
        assert "weekly 2026-W47 by email: pending, next try " in said
        assert "            The mail server did not take it for now.\n" in said

    @pytest.mark.parametrize(
        ("ended", "next_step"),
        [("failed", "digest send --again"), ("unknown", "Look whether it arrived"), ("expired", "the next one comes")],
    )
    def test_one_that_ended_badly_says_what_happens_next(self, coachd, store, ended, next_step):
        self.put_out(store, ended, "It broke.")
        said = coachd("status").out
        assert f"by email: {ended}\n            It broke.\n" in said
        assert next_step in said
        assert next_step in coachd("status", "--json").json["athletes"][0]["deliveries"][0]["what_next"]

    def test_one_that_was_sent_needs_no_words(self, coachd, store):
        self.put_out(store, "sent", "mail to robin@example.org")
        assert coachd("status").out.endswith("weekly 2026-W47 by email: sent\n")

    def test_a_notice_is_called_by_its_title_and_not_by_its_key(self, coachd, store):
        body = {"source": "strava", "state": "revoked", "detail": "d"}
        self.put_out(store, "sent", "", NOTICE, "strava:revoked:2026-11-22T10:00", body)
        said = coachd("status").out
        assert "notice Strava needs to be connected again by email: sent" in said
        assert "strava:revoked" not in said

    def test_one_whose_content_had_to_go_is_still_listed(self, coachd, store):
        self.put_out(store, "withdrawn", "its source was disconnected", NOTICE, "strava:brake:1")
        with store.begin() as db:
            db.execute(update(outbox_table).values(body={}))
        assert "notice strava:brake:1 by email: withdrawn" in coachd("status").out


def test_a_listing_under_way_says_how_far_it_is_and_about_how_long_it_takes(coachd, state):
    coachd("athlete", "show")
    store, now = Store(f"sqlite:///{state / 'coachd.db'}"), SystemClock().now()
    tokens = connections.Tokens("a", "r", now)
    with store.begin() as db:
        connections.connect(db, Vault(["k" * 32]), "me", "strava", "1", ["read"], tokens, now)
        listing = connections.Pass(
            "backfill", now - timedelta(days=400), now, 3, 400, now - timedelta(days=100), now - timedelta(minutes=5)
        )
        connections.save_pass(db, "me", "strava", listing)
    store.close()
    assert "backfill under way: 400 activities, about 25%, 15 minutes to go" in coachd("status").out
    found = coachd("status", "--json").json["athletes"][0]["sources"][0]["under_way"]
    assert (found["done"], found["minutes_left"]) == (0.25, 15)
