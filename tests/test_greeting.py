"""The first mail: once, by day, when the whole history is there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import greeting, pipeline
from coachd.clock import SteppedClock
from coachd.crypto import Vault
from coachd.history.merge import merge
from coachd.model import Recording
from coachd.store import athletes, connections, outbox, recordings, schedule
from coachd.store.outbox import FIRST, WEEKLY

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock():
    return SteppedClock(NOON)


@pytest.fixture
def coach(open_coach, clock):
    made = open_coach(clock, CHANNELS="folder", MAIL_TO="me@example.org")
    with made.store.begin() as db:
        athletes.ensure(db, "me", NOON - DAY)
    return made


def ran(coach):
    start = NOON - 2 * DAY
    one = Recording("files", "1", "files:1", "Run", start, start.replace(tzinfo=None), distance_m=5e3, moving_s=1800)
    with coach.store.begin() as db:
        recordings.derive(db, "me", recordings.save(db, "me", [one], NOON).identities, merge, now=NOON)


def mails(coach, kind=FIRST):
    with coach.store.read() as db:
        return [row for row in outbox.recent(db, "me") if row.kind == kind]


def connect(coach, **moments):
    with coach.store.begin() as db:
        tokens = connections.Tokens("a", "r", NOON + DAY)
        connections.connect(db, Vault(["k" * 32]), "me", "strava", "1", [], tokens, NOON)
        connections.set_state(db, "me", "strava", "revoked", "It was taken back.", None, NOON)  # nobody looks there
        if moments:
            connections.mark(db, "me", "strava", **moments)


def test_it_goes_out_once_after_an_import(coach, clock):
    pipeline.tick(coach)
    assert mails(coach) == []
    ran(coach)
    for _ in range(3):
        pipeline.tick(coach)
        clock.advance(HOUR)
    (row,) = mails(coach)
    assert (row.state, row.period) == ("sent", FIRST)


def test_it_waits_for_the_end_of_the_first_listing(coach):
    ran(coach)
    connect(coach)
    pipeline.tick(coach)
    assert mails(coach) == []
    connect(coach, passed_at=NOON)
    pipeline.tick(coach)
    assert [row.state for row in mails(coach)] == ["sent"]


@pytest.mark.parametrize(("hour", "out"), [(7, False), (8, True), (20, True), (21, False)])
def test_it_comes_by_day(coach, clock, hour, out):
    ran(coach)
    clock.set(NOON.replace(hour=hour))
    pipeline.tick(coach)
    assert bool(mails(coach)) == out


def test_who_was_written_to_before_gets_none(coach):
    ran(coach)
    with coach.store.begin() as db:
        outbox.put(db, "me", WEEKLY, "2026-W40", ["folder"], {}, NOON - 40 * DAY)
    pipeline.tick(coach)
    assert mails(coach) == []


def test_a_notice_before_it_does_not_replace_it(coach):
    ran(coach)
    with coach.store.begin() as db:
        outbox.put(db, "me", outbox.NOTICE, "disk", ["folder"], {"source": "disk", "state": "disk", "detail": ""}, NOON)
    pipeline.tick(coach)
    assert len(mails(coach)) == 1


def test_before_the_first_digest_at_dawn_it_is_written_and_waits_for_the_morning(coach, clock):
    ran(coach)
    with coach.store.begin() as db:
        schedule.save(db, schedule.Due("me", WEEKLY, NOON, NOON, date(2026, 11, 15)))
    clock.set(datetime(2026, 11, 23, 6, tzinfo=UTC))
    pipeline.tick(coach)
    assert [row.state for row in mails(coach, WEEKLY)] == ["sent"]
    assert [(row.state, row.next_try_at.hour) for row in mails(coach)] == [("pending", 8)]
    clock.advance(2 * HOUR)
    pipeline.tick(coach)
    assert [row.state for row in mails(coach)] == ["sent"]


def test_a_paused_athlete_gets_it_when_the_pause_ends(coach):
    ran(coach)
    with coach.store.begin() as db:
        athletes.pause(db, "me", True)
    pipeline.tick(coach)
    assert mails(coach) == []
    with coach.store.begin() as db:
        athletes.pause(db, "me", False)
    pipeline.tick(coach)
    assert len(mails(coach)) == 1


def test_it_reads_back_as_it_was_written(coach):
    ran(coach)
    pipeline.tick(coach)
    beliefs = greeting.from_json(mails(coach)[0].body)
    assert beliefs.athlete.id == "me"
    assert greeting.to_json(beliefs) == mails(coach)[0].body
