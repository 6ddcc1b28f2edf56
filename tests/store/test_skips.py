"""What could not be read."""

from __future__ import annotations

from coachd.store import skips


def test_what_could_not_be_read_is_remembered_until_it_can(store, robin, now):
    with store.begin() as db:
        skips.note(db, robin, "strava", {"1": "it has no sport", "2": "it has no id"}, now)
        skips.note(db, robin, "strava", {"2": "its start cannot be read"}, now)
        skips.note(db, robin, "strava", {}, now)
        skips.forget(db, robin, "strava", ["1", "7"])
        assert skips.every(db, robin) == [("strava", "2", "its start cannot be read")]
