"""What the instance shares: budgets, locks, the heartbeat."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from coachd.store import Store, shared
from coachd.store.shared import BudgetRow, Heartbeat

MINUTE = timedelta(minutes=1)


def test_a_lock_is_held_by_one_until_it_is_released(store, now):
    with store.begin() as db:
        assert shared.acquire(db, "refresh", "one", now, MINUTE)
        assert not shared.acquire(db, "refresh", "two", now, MINUTE)
        assert shared.acquire(db, "another", "two", now, MINUTE)
        shared.release(db, "refresh", "two")
        assert not shared.acquire(db, "refresh", "two", now, MINUTE)
        shared.release(db, "refresh", "one")
        assert shared.acquire(db, "refresh", "two", now, MINUTE)


def test_a_lock_of_a_dead_owner_runs_out(store, now):
    with store.begin() as db:
        assert shared.acquire(db, "refresh", "one", now, MINUTE)
        assert not shared.acquire(db, "refresh", "two", now + MINUTE / 2, MINUTE)
        assert shared.acquire(db, "refresh", "two", now + MINUTE, MINUTE)
        assert not shared.acquire(db, "refresh", "one", now + MINUTE, MINUTE)


def test_an_owner_may_hold_on(store, now):
    with store.begin() as db:
        assert shared.acquire(db, "refresh", "one", now, MINUTE)
        assert shared.acquire(db, "refresh", "one", now + MINUTE / 2, MINUTE)
        assert not shared.acquire(db, "refresh", "two", now + MINUTE, MINUTE)


def test_of_many_that_want_a_new_lock_exactly_one_gets_it(store, now):
    ready, got = threading.Barrier(6), []

    def take(owner):
        other = Store(store.url.render_as_string(hide_password=False))
        for number in range(10):
            ready.wait(timeout=30)
            with other.begin() as db:
                if shared.acquire(db, f"lock-{number}", owner, now, MINUTE):
                    got.append(number)
        other.close()

    threads = [threading.Thread(target=take, args=[f"owner-{number}"]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(10))


def test_a_budget_is_kept_for_each_app(store, now):
    row = BudgetRow({"overall": [200, 2000]}, {"overall": [8, 344]}, now, None)
    with store.begin() as db:
        assert shared.budget(db, "42") is None
        shared.save_budget(db, "42", row)
        blocked = replace(row, used={"overall": [200, 536]}, blocked_until=now + MINUTE)
        shared.save_budget(db, "42", blocked)
        assert shared.budget(db, "42") == blocked
        assert shared.budget(db, "43") is None


def test_the_last_sign_of_life_is_kept(store, now):
    sign = Heartbeat(now, now - MINUTE, 2**40, "tick")
    with store.begin() as db:
        assert shared.heartbeat(db, "worker") is None
        shared.beat(db, "worker", replace(sign, detail="start"))
        shared.beat(db, "worker", sign)
        assert shared.heartbeat(db, "worker") == sign
