"""An athlete in the store, and what came of them."""

from __future__ import annotations

import pytest

from coachd.crypto import Vault
from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.model import StreamNumbers
from coachd.store import activities, athletes, details, recordings, streams


@pytest.fixture
def robin(store, now) -> str:
    """The name of an athlete who is in the store."""
    with store.begin() as db:
        athletes.ensure(db, "robin", now)
    return "robin"


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(["k" * 32])


@pytest.fixture
def keep(store, robin, now):
    """Saves recordings and derives their activities, as a sync does; gives what became of them."""

    def save(*batch, at=now, athlete=robin):
        with store.begin() as db:
            saved = recordings.save(db, athlete, batch, at)
            recordings.settle(db, athlete, saved.touched, group, merge, at)
        return saved.counts

    return save


@pytest.fixture
def load(store, robin):
    """Reads the athlete's activities."""

    def read(**days):
        with store.read() as db:
            return activities.load(db, robin, **days)

    return read


@pytest.fixture
def keep_streams(store, robin, now):
    """Keeps numbers of a recording's streams; those of its number say so."""

    def save(*numbers, source="strava", problem=""):
        with store.begin() as db:
            for number in numbers:
                kept = None if problem else streams.encode(StreamNumbers(moving_s=float(number)))
                details.save(db, robin, source, str(number), streams.STREAMS, kept, problem, now)

    return save


@pytest.fixture
def stream_seconds(load):
    """By Strava id, the moving time that an activity's streams gave; None where there are no numbers of them."""

    def read(**days):
        return {each.strava_id: each.streams.moving_s if each.streams else None for each in load(**days)}

    return read
