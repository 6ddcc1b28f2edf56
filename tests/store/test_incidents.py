"""What is wrong with the instance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from coachd.store import incidents
from coachd.store.incidents import Incident


def test_an_incident_is_open_until_it_ends_and_stays_known(store, now):
    disk = Incident("disk:full", now, "Less than 0.1 GB are free.", told_at=now)
    older = Incident("strava@me:revoked", now - timedelta(days=1), "The access was taken back.")
    with store.begin() as db:
        for each in (disk, older):
            incidents.save(db, each)
        assert incidents.open(db) == [older, disk]
        incidents.save(db, replace(disk, ended_at=now))
        assert incidents.open(db) == [older]
        assert incidents.every(db)["disk:full"].ended_at == now
