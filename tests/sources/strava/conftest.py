"""An invented athlete on the stand-in, and coachd's side of the conversation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from strava_connection import settings_of

from coachd import config, crypto
from coachd.clock import SteppedClock
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.sources.strava import Strava, http
from coachd.sources.strava.oauth import _tokens
from coachd.store import athletes, connections

NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)
SECRET = "hush-hush-client-secret"  # invented
ATHLETE = "me"


@pytest.fixture
def a_run():
    """A summary activity of 8 km on a day of June 2025."""

    def made(number, day=1, **fields):
        measured = {"distance": 8000.0, "moving_time": 2700, "elapsed_time": 2750}
        return summary_activity(
            number, date(2025, 6, day), time(7), ZoneInfo("Europe/Berlin"), **{**measured, **fields}
        )

    return made


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def world(a_run):
    return World([a_run(number, number) for number in range(1, 11)], athlete={"id": 42, "firstname": "Robin"})


@pytest.fixture
def stand_in(world, clock):
    with StravaStandIn(world, clock) as running:
        yield running


@pytest.fixture
def settings(stand_in, tmp_path):
    env = {**settings_of(stand_in), "STRAVA_CLIENT_ID": "12", "STRAVA_CLIENT_SECRET": SECRET}
    return config.load(env, state=tmp_path, dotenv=False)


@pytest.fixture
def store(sqlite_store):
    return sqlite_store


@pytest.fixture
def vault():
    return crypto.Vault(["a key that is thirty-two characters long"])


@pytest.fixture
def connect(stand_in, store, vault, clock):
    """Connect the athlete with these scopes (default: all); gives the tokens."""

    def connected(*scopes):
        answer = stand_in.connect(*scopes)
        tokens = _tokens(answer)
        with store.begin() as db:
            athletes.ensure(db, ATHLETE, clock.now())
            connections.connect(db, vault, ATHLETE, "strava", "42", answer["scope"].split(), tokens, clock.now())
        return tokens

    return connected


@pytest.fixture
def source_of(store, vault, settings, clock):
    """Make the athlete's source, as another process would: nothing but the store is shared."""
    made = []

    def source(**changed):
        made.append(Strava(store, vault, settings.model_copy(update=changed), clock, ATHLETE))
        return made[-1]

    yield source
    for one in made:
        one.close()


@pytest.fixture
def stored_tokens(store, vault):
    """Read the tokens as they are in the store."""

    def read():
        with store.read() as db:
            return connections.tokens(db, vault, ATHLETE, "strava")

    return read


@pytest.fixture
def impatient(monkeypatch):
    """Give up waiting for an answer after a tenth of a second."""
    monkeypatch.setattr(http, "TIMEOUT", (1.0, 0.1))
