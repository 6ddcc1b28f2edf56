"""What every module of the store relies on: transactions, keys, times, copies."""

from __future__ import annotations

import resource
import sqlite3
import stat
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from coachd import tables
from coachd.errors import InputProblem, StoreProblem
from coachd.store import Store, among, athletes, chunked, upsert
from coachd.tables import Instant, heartbeats, profiles


def beat(store, at):
    with store.begin() as db:
        upsert(db, heartbeats, [{"name": "x", "at": at, "started_at": at, "pid": 1, "detail": ""}])


def test_a_write_is_all_or_nothing(store, now):
    with suppress(RuntimeError), store.begin() as db:
        athletes.ensure(db, "robin", now)
        raise RuntimeError
    with store.read() as db:
        assert athletes.names(db) == []


def test_what_was_written_is_there_for_the_next_one(store, now):
    with store.begin() as db:
        athletes.ensure(db, "robin", now)
    again = Store(store.url.render_as_string(hide_password=False))
    with again.read() as db:
        assert athletes.names(db) == ["robin"]
    again.close()


def test_rows_of_nobody_are_refused(store, now):
    row = {"athlete": "nobody", "source": "strava", "kind": "zones", "raw": {}, "fetched_at": now}
    with pytest.raises(IntegrityError), store.begin() as db:
        db.execute(insert(profiles).values(row))


@pytest.mark.parametrize(
    "zone", [UTC, ZoneInfo("Pacific/Auckland"), ZoneInfo("America/St_Johns"), timezone(timedelta(hours=-11))]
)
def test_an_instant_comes_back_as_the_same_one_in_utc(store, zone):
    moment = datetime(2026, 10, 25, 2, 30, 15, 123456, tzinfo=zone)
    beat(store, moment)
    with store.read() as db:
        found = db.scalar(select(heartbeats.c.at))
    assert found == moment
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(store):
    with pytest.raises(StatementError, match="naive"):
        beat(store, datetime(2026, 1, 1))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))
def test_any_instant_survives_a_database_that_knows_no_zones(moment):
    sqlite = type("Dialect", (), {"name": "sqlite"})()
    stored = Instant().process_bind_param(moment, sqlite)
    assert stored.tzinfo is None
    assert Instant().process_result_value(stored, sqlite) == moment.astimezone(UTC)


def test_an_upsert_changes_only_what_it_is_told_to(store, now):
    row = {"name": "x", "at": now, "started_at": now, "pid": 1, "detail": "first"}
    with store.begin() as db:
        upsert(db, heartbeats, [row])
        upsert(db, heartbeats, [row | {"pid": 2, "detail": "second"}], only=["pid"])
        assert db.execute(select(heartbeats.c.pid, heartbeats.c.detail)).one() == (2, "first")
        upsert(db, heartbeats, [row | {"pid": 3}], only=())
        assert db.scalar(select(heartbeats.c.pid)) == 2
        upsert(db, heartbeats, [])


def test_two_lists_of_a_chunk_fit_into_one_statement_of_an_old_sqlite():
    items = list(range(1_001))
    chunks = list(chunked(items))
    assert [each for chunk in chunks for each in chunk] == items
    assert max(len(chunk) for chunk in chunks) * 2 < 999
    assert list(chunked("abcde", size=2)) == ["ab", "cd", "e"]
    assert list(chunked([])) == []


def test_sqlite_is_tuned_for_many_readers_and_safe_commits(sqlite_store):
    with sqlite_store.read() as db:
        pragmas = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in (
            "journal_mode", "synchronous", "foreign_keys", "busy_timeout",
        )}  # fmt: skip
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_writers_wait_for_each_other(sqlite_store, now):
    """Two that read before they write would otherwise lock each other out."""

    def add(number):
        other = Store(str(sqlite_store.url))
        for step in range(10):
            with other.begin() as db:
                athletes.names(db)
                athletes.ensure(db, f"athlete-{number}-{step}", now)
        other.close()

    threads = [threading.Thread(target=add, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite_store.read() as db:
        assert len(athletes.names(db)) == 40


def test_a_reader_sees_one_moment_while_others_write(sqlite_store, now):
    with sqlite_store.read() as reader:
        assert athletes.names(reader) == []
        with sqlite_store.begin() as writer:
            athletes.ensure(writer, "robin", now)
        assert athletes.names(reader) == []


def test_a_database_that_cannot_be_used_is_said_in_words(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'missing' / 'coachd.db'}")
    with pytest.raises(StoreProblem, match="unable to open") as refused, store.read():
        pass
    assert refused.value.advice
    store.close()


@pytest.fixture
def damaged(sqlite_store, now):
    """A database of which the last page, part of a table, was overwritten."""
    with sqlite_store.begin() as db:
        for number in range(2_000):
            athletes.ensure(db, f"athlete-{number}", now)
    sqlite_store.close()  # folds the log into the file
    size = sqlite_store.file.stat().st_size
    with sqlite_store.file.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xaa" * (size - size // 2))
    return sqlite_store


def test_a_damaged_file_is_said_in_words_with_the_way_back(damaged):
    with pytest.raises(StoreProblem, match="malformed") as refused, damaged.read() as db:
        athletes.names(db)
    assert "coachd backup" in refused.value.advice


def test_a_damaged_file_is_found_and_not_copied_as_a_good_one(damaged, tmp_path):
    with pytest.raises(StoreProblem):
        damaged.verify()
    with pytest.raises(StoreProblem):
        damaged.backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_copy_that_does_not_fit_is_said_in_words_and_leaves_nothing(sqlite_store, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_960, before[1]))  # enough for the log of who reads
    try:
        with pytest.raises(StoreProblem, match="could not be written"):
            sqlite_store.backup(tmp_path / "copies" / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list((tmp_path / "copies").iterdir())


def test_a_server_that_is_gone_is_said_without_its_password(tmp_path):
    store = Store(f"postgresql+psycopg://me:hunter2@/coachd?host={tmp_path}")
    with pytest.raises(StoreProblem) as refused, store.read():
        pass
    assert "hunter2" not in str(refused.value)
    store.close()


def test_the_file_of_a_database_is_known_where_there_is_one(sqlite_store, tmp_path):
    assert sqlite_store.file == tmp_path / "coachd.db"
    assert Store("sqlite://").file is None
    assert Store("postgresql+psycopg:///coachd").file is None


def test_a_copy_is_whole_while_a_writer_is_writing(sqlite_store, tmp_path, now):
    enough = threading.Event()

    def write():
        number = 0
        while not enough.is_set():
            with sqlite_store.begin() as db:  # always two at a time
                athletes.ensure(db, f"left-{number}", now)
                athletes.ensure(db, f"right-{number}", now)
            number += 1

    with sqlite_store.begin() as db:
        athletes.ensure(db, "before", now)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            sqlite_store.backup(tmp_path / "copies" / f"{number}.db")
    finally:
        enough.set()
        writer.join()
    for number in range(5):
        copy = tmp_path / "copies" / f"{number}.db"
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            names = [name for (name,) in db.execute("SELECT id FROM athletes")]
        assert "before" in names
        assert sum(name.startswith("left") for name in names) == sum(name.startswith("right") for name in names)


def test_a_copy_never_overwrites(sqlite_store, tmp_path):
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(InputProblem, match="exists already"):
        sqlite_store.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_only_sqlite_is_copied(postgres_store, tmp_path):
    with pytest.raises(InputProblem, match="SQLite") as refused:
        postgres_store.backup(tmp_path / "copy.db")
    assert "pg_dump" in refused.value.advice


def test_the_server_speaks_of_time_in_any_zone(postgres_store):
    with postgres_store.begin() as db:
        db.execute(text("SET LOCAL TIME ZONE 'Asia/Tokyo'"))
        moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
        upsert(db, heartbeats, [{"name": "x", "at": moment, "started_at": moment, "pid": 1, "detail": ""}])
        assert db.scalar(select(heartbeats.c.at)) == moment


@pytest.mark.parametrize("names", [[], ["ada"], ["kim", "ada", "nobody", "o'neil"]])
def test_a_name_is_among_others_however_many_there_are(store, now, names):
    with store.begin() as db:
        for name in ("ada", "kim", "o'neil", "sam"):
            athletes.ensure(db, name, now)
    with store.read() as db:
        found = db.scalars(select(tables.athletes.c.id).where(among(db, tables.athletes.c.id, names)))
        assert set(found) == set(names) - {"nobody"}
