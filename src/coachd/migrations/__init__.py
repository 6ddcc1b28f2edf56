"""Bringing a database to today's tables. Alembic is imported only when there is something to do."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from coachd.errors import StoreProblem

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

HEAD = "0005"
"""The newest revision; a test keeps it equal to what Alembic finds in `versions`."""

RESTORE = (
    "See that its disk is not full and that this user may write to it. If it is damaged, put a copy that "
    "`coachd backup` made in its place, or move it away and begin anew."
)
"""What to do about a SQLite file that cannot be used."""

_LOCK = 20_261_122  # any number, the same for every coachd on one PostgreSQL


def upgrade(url: str) -> Path | None:
    """Create the tables or bring them up to date.

    A SQLite database is copied aside before it is changed; gives the copy's path. What breaks off in the middle
    changes nothing. Raises StoreProblem when the database cannot be used, or was written by a newer coachd.
    """
    place = make_url(url)
    file = Path(place.database) if place.get_backend_name() == "sqlite" and place.database else None
    if file:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    engine = _engine(place)
    try:
        if _version(engine) == HEAD:
            return None
        with _alone(file):
            found = _version(engine)
            if found == HEAD:
                return None
            script = _script(found)
            copy = _copy_aside(file, found) if file and found else None
            _run(engine, script)
            return copy
    except (DatabaseError, sqlite3.Error) as problem:  # also no database at all, no right to make tables, a full disk
        raise StoreProblem(
            f"The database {place.render_as_string(hide_password=True)} cannot be used: {_reason(problem)}.",
            RESTORE if file else "Check DATABASE_URL, that the server runs and that this user may create tables there.",
        ) from problem
    finally:
        engine.dispose()


def _engine(place: URL) -> Engine:
    try:
        return create_engine(place)
    except ImportError as problem:
        raise StoreProblem(
            f"The database {place.render_as_string(hide_password=True)} needs a driver that is not installed.",
            "Install it with `pip install 'coachd[postgres]'`.",
        ) from problem


def _reason(problem: BaseException) -> str:
    """What went wrong first: where the disk is full, cleaning up after that fails as well."""
    while isinstance(problem.__context__, (DatabaseError, sqlite3.Error)):
        problem = problem.__context__
    return str(problem.orig if isinstance(problem, DatabaseError) else problem).splitlines()[0]


def _version(engine: Engine) -> str | None:
    with engine.connect() as db:
        try:
            found = db.scalar(text("SELECT version_num FROM alembic_version"))
        except (OperationalError, ProgrammingError):
            db.rollback()
            if inspect(db).has_table("alembic_version"):
                raise
            return None
        return str(found) if found else None


@contextmanager
def _alone(file: Path | None) -> Iterator[None]:
    """Only one process at a time changes a SQLite file; PostgreSQL has a lock of its own, taken in `_run`."""
    if file is None:
        yield
        return
    with (file.parent / f".{file.name}.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy_aside(file: Path, found: str) -> Path:
    copy = file.with_name(f"{file.name}.before-{HEAD}-from-{found}")
    copy.unlink(missing_ok=True)  # that of an attempt which broke off may be half a copy, and no database
    copy.touch(mode=0o600)
    # SQLite's own copying sees what is still in the write-ahead log; copying the file would not.
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _script(found: str | None) -> ScriptDirectory:
    """The revisions this coachd knows; `found` has to be one of them."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    try:
        script.get_revision(found or HEAD)
    except CommandError as problem:
        raise StoreProblem(
            f"The database is at revision {found}, which this coachd does not know.",
            "It was used with a newer coachd: install that version again, or restore the copy made before the change.",
        ) from problem
    return script


def _run(engine: Engine, script: ScriptDirectory) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    def steps(revision: str, _context: object) -> list[object]:
        return list(script._upgrade_revs("head", revision))  # noqa: SLF001 - Alembic's own commands do the same

    def migrate(db: Connection) -> None:
        with EnvironmentContext(Config(), script, fn=steps) as environment:
            environment.configure(connection=db, transactional_ddl=True)
            with environment.begin_transaction():
                environment.run_migrations()

    with engine.begin() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        else:
            # Once and for all while nobody else is there: two that switch to it together would fail, not wait.
            db.exec_driver_sql("PRAGMA journal_mode=WAL")
            db.exec_driver_sql("BEGIN IMMEDIATE")  # sqlite3 begins by itself for rows only, not for tables
        migrate(db)
