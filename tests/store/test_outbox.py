"""Messages on their way: put out once, held by one sender at a time, never lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from coachd.store import Store, athletes, outbox
from coachd.store.outbox import LEASE, WEEKLY
from coachd.tables import outbox as table

MINUTE = timedelta(minutes=1)


@pytest.fixture
def put(store, robin, now):
    """Puts a message out for Robin."""

    def out(period="2026-W47", channels=("email",), kind="weekly", body=None, at=now):
        with store.begin() as db:
            outbox.put(db, robin, kind, period, channels, body or {"runs": 3}, at)

    return out


@pytest.fixture
def claim(store):
    def take(at, **which):
        with store.begin() as db:
            return outbox.claim(db, at, **which)

    return take


def states(store, athlete):
    with store.read() as db:
        return {(row.period, row.channel): row.state for row in outbox.recent(db, athlete)}


def test_a_message_is_claimed_once_and_with_what_was_put_in(put, claim, now):
    put()
    delivery = claim(now)
    assert (delivery.athlete, delivery.kind, delivery.period, delivery.channel) == (
        "robin",
        "weekly",
        "2026-W47",
        "email",
    )
    assert (delivery.body, delivery.attempts, delivery.created_at) == ({"runs": 3}, 0, now)
    assert claim(now) is None


def test_a_message_that_is_out_already_stays_as_it_is(store, put, claim, now):
    put()
    put(body={"runs": 9}, channels=("email", "folder"), at=now + MINUTE)
    assert claim(now).body == {"runs": 3}
    assert states(store, "robin") == {("2026-W47", "email"): "sending", ("2026-W47", "folder"): "pending"}


def test_one_period_has_one_message_on_a_channel(store, put, now):
    put()
    row = {
        "athlete": "robin", "kind": "weekly", "period": "2026-W47", "channel": "email", "state": "pending", "body": {},
        "attempts": 0, "created_at": now, "next_try_at": now, "result": "",
    }  # fmt: skip
    with pytest.raises(IntegrityError), store.begin() as db:
        db.execute(insert(table).values(row))


def test_whether_it_was_ever_put_out_is_known(store, put):
    put()
    with store.read() as db:
        assert outbox.exists(db, "robin", "weekly", "2026-W47")
        assert not outbox.exists(db, "robin", "weekly", "2026-W48")
        assert not outbox.exists(db, "robin", "notice", "2026-W47")


def test_what_is_not_due_yet_waits(put, claim, now):
    put(at=now + MINUTE)
    assert claim(now) is None
    assert claim(now + MINUTE) is not None


def test_claims_may_be_for_one_kind_or_one_athlete(put, claim, now):
    put(kind="notice", period="strava:revoked")
    put()
    assert claim(now, athlete="kim") is None
    assert claim(now, kind="weekly").kind == "weekly"
    assert claim(now, kind="weekly") is None
    assert claim(now, athlete="robin").kind == "notice"


def test_of_many_senders_exactly_one_gets_a_message(store, put, now):
    put(channels=("email", "folder", "console"))
    ready, taken = threading.Barrier(6), []

    def send():
        other = Store(store.url.render_as_string(hide_password=False))
        ready.wait(timeout=30)
        for _ in range(6):
            with other.begin() as db:
                delivery = outbox.claim(db, now)
            if delivery:
                taken.append(delivery.channel)
        other.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == ["console", "email", "folder"]


def test_a_second_sender_that_saw_the_message_waiting_does_not_get_it(postgres_store, now):
    from coachd.store import athletes

    with postgres_store.begin() as db:
        athletes.ensure(db, "robin", now)
        outbox.put(db, "robin", "weekly", "2026-W47", ["email"], {}, now)
    second = []

    def claim():
        with postgres_store.begin() as db:
            second.append(outbox.claim(db, now))

    with postgres_store.begin() as db:
        assert outbox.claim(db, now) is not None
        thread = threading.Thread(target=claim)  # sees the row still waiting: the first has not committed
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()
    thread.join()
    assert second == [None]


def test_what_a_dead_sender_held_comes_back_after_the_lease(put, claim, now):
    put()
    claim(now)
    assert claim(now + LEASE) is None
    back = claim(now + LEASE + MINUTE)
    assert (back.state, back.attempts) == ("sending", 1)
    assert claim(now + LEASE + MINUTE) is None


def test_what_was_sent_does_not_come_back_by_itself(store, put, claim, now):
    put()
    delivery = claim(now)
    with store.begin() as db:
        outbox.finish(db, delivery, "sent", "250 ok", now + MINUTE)
    assert claim(now + timedelta(days=9)) is None
    with store.read() as db:
        [sent] = outbox.recent(db, "robin")
    assert (sent.state, sent.sent_at, sent.result) == ("sent", now + MINUTE, "250 ok")


def test_a_retry_waits_for_its_time_and_counts(store, put, claim, now):
    put()
    delivery = claim(now)
    with store.begin() as db:
        outbox.retry(db, delivery, now + 5 * MINUTE, "451 later")
    assert claim(now + 4 * MINUTE) is None
    assert claim(now + 5 * MINUTE).attempts == 1


@pytest.mark.parametrize("state", ["sent", "failed", "expired", "unknown"])
def test_a_message_can_be_put_out_again_on_request(store, put, claim, now, state):
    put()
    delivery = claim(now)
    with store.begin() as db:
        outbox.finish(db, delivery, state, "no", now)
        assert outbox.again(db, "robin", "weekly", "2026-W47", now + MINUTE) == 1
    again = claim(now + MINUTE)
    assert (again.attempts, again.created_at) == (0, now + MINUTE)


def test_the_latest_messages_come_first(store, put, now):
    for week in range(40, 48):
        put(period=f"2026-W{week}", at=now + MINUTE * week)
    with store.read() as db:
        assert [row.period for row in outbox.recent(db, "robin", limit=2)] == ["2026-W47", "2026-W46"]


def test_one_that_was_claimed_and_not_tried_is_put_back_without_a_try_counted(store, put, claim, now):
    put()
    with store.begin() as db:
        outbox.put_back(db, outbox.claim(db, now), now + MINUTE, "it waits")
    assert claim(now) is None
    back = claim(now + MINUTE)
    assert (back.attempts, back.state, back.result) == (0, "pending", "it waits")


def test_one_that_may_have_arrived_is_still_known_as_such_when_it_is_put_back(store, put, claim, now):
    put()
    claim(now)
    after = now + LEASE + MINUTE
    with store.begin() as db:
        outbox.put_back(db, outbox.claim(db, after), after, "it waits")
    assert claim(after).state == "repeated"


def test_what_was_withdrawn_meanwhile_is_not_put_back(store, put, now):
    put()
    with store.begin() as db:
        delivery = outbox.claim(db, now)
        outbox.finish(db, delivery, "withdrawn", "", now)
        outbox.put_back(db, delivery, now, "it waits")
    assert states(store, "robin") == {("2026-W47", "email"): "withdrawn"}


def test_the_periods_of_a_kind_and_who_was_never_written_to(store, robin, now):
    with store.begin() as db:
        athletes.ensure(db, "anna", now)
        outbox.put(db, robin, outbox.SAME_DAY, "day-2026-11-21", ["email", "folder"], {}, now)
        outbox.put(db, "anna", outbox.NOTICE, "disk", ["email"], {}, now)
        assert outbox.periods(db, robin, outbox.SAME_DAY) == {"day-2026-11-21"}
        assert outbox.periods(db, "anna", outbox.SAME_DAY) == set()
        assert outbox.never_written_to(db) == ["anna"]


def test_a_channel_fails_since_the_oldest_message_after_the_last_that_went_out(store, robin, now):
    days = [now - timedelta(days=age) for age in (9, 7, 5, 3)]
    with store.begin() as db:
        for day, state in zip(days, ("failed", "sent", "failed", "failed"), strict=True):
            outbox.put(db, robin, WEEKLY, f"{day:%d}", ["email"], {}, day)
            row = next(row for row in outbox.recent(db, robin) if row.created_at == day)
            outbox.finish(db, row, state, f"on {day:%d}", day)
        (found,) = outbox.failing(db, now - timedelta(days=14), now - timedelta(days=1))
        assert (found.channel, found.since, found.result) == ("email", days[2], f"on {days[2]:%d}")
        assert outbox.failing(db, now - timedelta(days=1), now) == []
