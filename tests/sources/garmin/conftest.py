"""An invented athlete on the Garmin stand-in, and coachd's side of the conversation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachd import config, crypto
from coachd.clock import SteppedClock
from coachd.demo.garmin import KEY, GarminStandIn, World
from coachd.demo.garmin_days import invented_days
from coachd.demo.garmin_shapes import listed_activity
from coachd.sources.garmin import Garmin, http
from coachd.sources.garmin.http import Wire
from coachd.store import athletes, connections
from coachd.store.connections import Tokens

NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)
ATHLETE = "me"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def a_run():
    """An item of Garmin's list: 8 km on a day of June 2025 at seven in Berlin."""

    def made(number, day=1, kind="running", event="uncategorized", **fields):
        start = datetime(2025, 6, day, 7, tzinfo=BERLIN)
        measured = {"distance": 8000.0, "duration": 2720.5, "movingDuration": 2700.0, "elapsedDuration": 2750.0}
        return listed_activity(number, start, BERLIN, kind, event, **{**measured, **fields})

    return made


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def world(a_run):
    days = invented_days(date(2025, 6, 1), date(2025, 6, 30), BERLIN)
    return World([a_run(number, number) for number in range(1, 11)], days)


@pytest.fixture
def stand_in(world, clock):
    with GarminStandIn(world, clock) as running:
        yield running


@pytest.fixture
def settings(stand_in, tmp_path):
    return config.load({"GARMIN_API_BASE": stand_in.api_base}, state=tmp_path, dotenv=False)


@pytest.fixture
def store(sqlite_store):
    return sqlite_store


@pytest.fixture
def vault():
    return crypto.Vault(["a key that is thirty-two characters long"])


@pytest.fixture
def connected(store, vault, clock):
    """The athlete with a key of which no token was asked for yet."""
    with store.begin() as db:
        athletes.ensure(db, ATHLETE, clock.now())
        stale = Tokens("an-old-token", KEY, clock.now() - timedelta(days=1))
        connections.connect(db, vault, ATHLETE, "garmin", None, [], stale, clock.now())


@pytest.fixture
def source(connected, store, vault, settings, clock):
    """The athlete's source; nothing but the store is shared with the one that `again` makes."""
    made = Garmin(store, vault, settings, clock, ATHLETE)
    yield made
    made.close()


@pytest.fixture
def again(connected, store, vault, settings, clock):
    """Make the source anew, as the next look does."""
    made = []

    def source(wire=None):
        made.append(Garmin(store, vault, settings, clock, ATHLETE, wire))
        return made[-1]

    yield source
    for one in made:
        one.close()


@pytest.fixture
def wire(stand_in):
    made = Wire(stand_in.api_base)
    yield made
    made.close()


@pytest.fixture
def impatient(monkeypatch):
    """Give up waiting for an answer after a tenth of a second."""
    monkeypatch.setattr(http, "TIMEOUT", (1.0, 0.1))
