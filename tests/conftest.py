"""Parts that many tests share: invented workouts, a store on each database that coachd speaks, and an instance."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bench.postgres import serving
from bench.process import Failed
from sqlalchemy import create_engine

from coachd import config, migrations
from coachd.clock import Clock, SteppedClock
from coachd.coach import Coach, opened
from coachd.model import Activity, Recording
from coachd.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--real-mail", action="store_true", help="also test against a real mail server (make test-mail)")
    parser.addoption("--soak", action="store_true", help="also run what takes many minutes (make soak)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes many minutes, and runs with --soak only (make soak)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("soak") and not item.config.getoption("--soak"):
        pytest.skip("takes many minutes: make soak")


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def make_recording() -> Callable[..., Recording]:
    """Builds one source's record of a run; `at` moves its start by that many hours."""

    def make(number: int = 1, source: str = "strava", at: float = 0, **values) -> Recording:
        start = START + timedelta(hours=at)
        given = {
            "external_id": str(number) if source == "strava" else f"strava-{number}", "identity": f"strava:{number}",
            "sport": "Run", "start": start, "start_local": start.replace(tzinfo=None), "distance_m": 10_000.0,
            "moving_s": 3_000.0, "elapsed_s": 3_100.0, "raw": {"id": number},
        }  # fmt: skip
        return Recording(source=source, **{**given, **values})

    return make


@pytest.fixture(scope="session")
def make_activity() -> Callable[..., Activity]:
    """Builds a workout as rules see it; `day` and `at` move its start by that many days and hours."""
    numbers = itertools.count(1)

    def make(day: float = 0, at: float = 0, **values) -> Activity:
        start = START + timedelta(days=day, hours=at)
        given = {
            "id": next(numbers), "sport": "Run", "start": start, "start_local": start.replace(tzinfo=None),
            "distance_m": 10_000.0, "moving_s": 3_000.0, "elapsed_s": 3_100.0,
        }  # fmt: skip
        return Activity(**{**given, **values})

    return make


@dataclass
class Postgres:
    """A running server."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.exec_driver_sql(statement)
        engine.dispose()

    def create(self, template: str = "template0") -> str:
        """The name of a fresh database."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real server, one per session."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(serving())
        except Failed as problem:
            pytest.skip(str(problem))
        yield Postgres(folder)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory) -> Path:
    """A SQLite database with today's tables and nothing in them."""
    file = tmp_path_factory.mktemp("migrated") / "coachd.db"
    migrations.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres) -> str:
    """The name of the same on PostgreSQL."""
    name = postgres.create()
    migrations.upgrade(postgres.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'coachd.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_store(migrated_file, tmp_path) -> Iterator[Store]:
    shutil.copy(migrated_file, tmp_path / "coachd.db")
    opened = Store(f"sqlite:///{tmp_path / 'coachd.db'}")
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres, migrated_postgres) -> Iterator[Store]:
    name = postgres.create(migrated_postgres)
    opened = Store(postgres.url(name))
    yield opened
    opened.close()
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request) -> Store:
    """An empty store, once on each database."""
    return request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")


@pytest.fixture
def open_coach(tmp_path) -> Iterator[Callable[..., Coach]]:
    """Opens the instance of the test's own state folder, with these settings, on a clock or at a moment; in UTC, and
    with nobody in it. A second call opens it as another process would."""
    with ExitStack() as stack:

        def open_it(time: Clock | datetime = NOW, **env: str) -> Coach:
            settings = config.load({"ATHLETE_ZONE": "UTC", **env}, state=tmp_path / "state", dotenv=False)
            return stack.enter_context(opened(settings, SteppedClock(time) if isinstance(time, datetime) else time))

        yield open_it


@pytest.fixture
def coach(open_coach) -> Coach:
    """An instance with one athlete, of whom nothing is known."""
    made = open_coach()
    made.athlete("me")
    return made
