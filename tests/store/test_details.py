"""What is kept of recordings' details."""

from __future__ import annotations

from coachd.store import details


def test_details_are_kept_and_so_is_that_there_are_none(store, robin, now):
    with store.begin() as db:
        assert details.get(db, robin, "strava", "1", "streams") is None
        details.save(db, robin, "strava", "1", "streams", None, "there are none", now)
        assert details.get(db, robin, "strava", "1", "streams") == (None, "there are none")
        details.save(db, robin, "strava", "1", "streams", {"time": [0, 1]}, "", now)
        assert details.get(db, robin, "strava", "1", "streams") == ({"time": [0, 1]}, "")
