"""When the next digest is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from coachd.store import schedule
from coachd.store.schedule import Due


def test_a_schedule_is_kept_and_moves_on(store, robin, now):
    due = Due(robin, "weekly", now, now + timedelta(days=1))
    later = replace(
        due, next_due=now + timedelta(days=8), last_day=date(2026, 11, 22), missed="2026-W46", quiet="2026-W45"
    )
    with store.begin() as db:
        assert schedule.get(db, robin, "weekly") is None
        schedule.save(db, due)
        assert schedule.get(db, robin, "weekly") == due
        schedule.save(db, later)
        assert schedule.get(db, robin, "weekly") == later
        assert schedule.get(db, robin, "monthly") is None
        assert schedule.of_kind(db, "weekly") == [later]
        schedule.drop(db, robin, "weekly")
        assert schedule.of_kind(db, "weekly") == []
