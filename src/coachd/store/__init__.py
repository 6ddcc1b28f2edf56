"""The only place that speaks SQL: one module per concern, functions on an open connection.

    with store.begin() as db:            # a write transaction: all or nothing
        recordings.save(db, athlete, page, now)

The same code runs on SQLite (the default) and PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Table,
    Text,
    any_,
    create_engine,
    event,
    literal,
    make_url,
)
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from coachd.errors import InputProblem, StoreProblem
from coachd.migrations import RESTORE

_T = TypeVar("_T")


class Store:
    """A database. Cheap to make; holds no data of its own."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._engine = create_engine(self.url, pool_pre_ping=self.url.get_backend_name() != "sqlite")
        if self.is_sqlite:
            _tune_sqlite(self._engine)
        self._writer = self._engine.execution_options(write=True)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The database file; None for PostgreSQL and for memory."""
        return Path(self.url.database) if self.is_sqlite and self.url.database not in (None, "", ":memory:") else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back on any error."""
        with _worded(self), self._writer.begin() as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for reading."""
        with _worded(self), self._engine.begin() as db:
            yield db

    def close(self) -> None:
        self._engine.dispose()

    def verify(self) -> None:
        """Look through a SQLite file for damage; a server looks after itself. Raises StoreProblem if there is any."""
        if self.is_sqlite:
            with self.read() as db:
                found = db.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            if found != "ok":
                raise StoreProblem(f"The database {self.file} is damaged: {str(found).splitlines()[-1]}", RESTORE)

    def backup(self, target: Path) -> None:
        """A consistent copy of the database while others go on using it. SQLite only.

        Raises InputProblem when the target exists or the database is a PostgreSQL, StoreProblem when the database is
        damaged or the copy cannot be written.
        """
        if not self.file:
            raise InputProblem("coachd copies SQLite databases only.", "Use pg_dump for PostgreSQL.")
        if target.exists():
            raise InputProblem(f"{target} exists already.", "Name a file that does not exist yet.")
        self.verify()
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.part")
        draft.touch(mode=0o600)
        source, copy = sqlite3.connect(self.file), sqlite3.connect(draft)
        try:
            source.backup(copy)
        except sqlite3.Error as problem:
            draft.unlink()
            raise StoreProblem(
                f"{target} could not be written: {problem}.", "See whether its disk is full."
            ) from problem
        finally:
            copy.close()
            source.close()
        draft.rename(target)


@contextmanager
def _worded(store: Store) -> Iterator[None]:
    try:
        yield
    except DatabaseError as problem:
        if isinstance(problem, IntegrityError | ProgrammingError | DataError):
            raise  # a mistake of ours
        where = store.url.render_as_string(hide_password=True)
        raise StoreProblem(
            f"The database {where} cannot be used: {str(problem.orig).splitlines()[0]}.",
            RESTORE
            if store.is_sqlite
            else "Check that it is running, that its disk is not full and that this user may write to it.",
        ) from problem


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=30000",  # first, so that it holds for the others
            "journal_mode=WAL",
            # A rotated token must survive a power cut once it is committed.
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(db: Connection) -> None:
        # A writer takes its lock at once: two that upgrade from reading would deadlock.
        db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("write") else "BEGIN")


def chunked(items: Sequence[_T], size: int = 400) -> Iterator[Sequence[_T]]:
    """The items in chunks small enough that two lists of them fit into one statement: SQLite before 3.32 takes 999
    parameters."""
    return (items[start : start + size] for start in range(0, len(items), size))


def among(db: Connection, column: Column[str], names: Collection[str]) -> ColumnElement[bool]:
    """Whether the column is one of these names."""
    if db.dialect.name != "postgresql":
        return column.in_(names)
    # One parameter however many there are: a statement with a hundred takes its driver longer to read than to run.
    return column == any_(literal(list(names), ARRAY(Text)))


def upsert(db: Connection, table: Table, rows: Sequence[dict[str, Any]], only: Sequence[str] | None = None) -> None:
    """Insert rows; where the primary key exists, update `only` these columns (default: all that are given)."""
    if rows:
        db.execute(_upsert(db.dialect.name, table, tuple(rows[0] if only is None else only)), list(rows))


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    # Kept, because making such a statement takes longer than running it.
    # Each dialect has an insert of its own that knows ON CONFLICT; only the one in use is imported.
    keys = [column.name for column in table.primary_key]
    insert: Any = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    changes = {name: insert.excluded[name] for name in columns if name not in keys}
    made: Insert = (
        insert.on_conflict_do_update(index_elements=keys, set_=changes)
        if changes
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    return made
