"""Bringing a database to today's tables: new, up to date, older, newer, broken, and two processes at once."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from coachd import migrations
from coachd.errors import StoreProblem
from coachd.model import RuleState
from coachd.store import Store, activities, judgements
from coachd.tables import metadata

FOLDER = Path(migrations.__file__).parent

OLDER = """
revision = "0000"
down_revision = None

def upgrade():
    pass
"""
NEWER = """
import sqlalchemy as sa
from alembic import op

revision = "{head}"
down_revision = "0000"

def upgrade():
    op.create_table("first_half", sa.Column("id", sa.Text(), primary_key=True))
    {then}
"""


def tables(url):
    engine = create_engine(url)
    with engine.connect() as db:
        found = set(inspect(db).get_table_names())
    engine.dispose()
    return found


@pytest.fixture
def file(tmp_path):
    return tmp_path / "coachd.db"


@pytest.fixture
def with_past(tmp_path, monkeypatch):
    """Replaces the revisions by two invented ones: 0000 changes nothing, the head makes a table and does `then`."""

    def replace(then="pass"):
        folder = tmp_path / "revisions"
        (folder / "versions").mkdir(parents=True, exist_ok=True)
        (folder / "versions" / "0000_older.py").write_text(OLDER)
        (folder / "versions" / "newer.py").write_text(NEWER.format(head=migrations.HEAD, then=then))
        monkeypatch.setattr(migrations, "__file__", str(folder / "__init__.py"))

    return replace


def at_revision(file, revision):
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        db.execute("DELETE FROM alembic_version")
        db.execute("INSERT INTO alembic_version VALUES (?)", [revision])
        db.execute("CREATE TABLE IF NOT EXISTS kept (note TEXT)")
        db.execute("INSERT INTO kept VALUES ('before')")


def test_an_empty_database_gets_every_table(empty_url):
    assert migrations.upgrade(empty_url) is None
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}


def test_the_tables_made_by_migrating_are_the_ones_the_code_describes(empty_url):
    migrations.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
    engine.dispose()


def test_the_named_head_is_the_newest_revision():
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_what_rules_remembered_before_they_could_go_unheeded_is_kept(empty_url, monkeypatch):
    head = migrations._script(None)._upgrade_revs
    monkeypatch.setattr(ScriptDirectory, "_upgrade_revs", lambda script, _, found: head("0001", found))
    migrations.upgrade(empty_url)
    monkeypatch.undo()
    engine = create_engine(empty_url)
    with engine.begin() as db:
        db.execute(text("INSERT INTO athletes VALUES ('me', '{}', false, '2026-11-22 12:00:00')"))
        db.execute(text("INSERT INTO rule_states VALUES ('me', 'shoe', 'g1', '2026-11-16', 650000.0, false, '101')"))
        db.execute(text("INSERT INTO findings VALUES ('me', 'w', 'shoe', 'g1', 'fire', '', '[]', '2026-11-22 12:00')"))
    migrations.upgrade(empty_url)
    with engine.connect() as db:
        found = judgements.states(db, "me")
        assert judgements.of_period(db, "me", "w")[0]["sources"] == ""
    engine.dispose()
    assert found == {("shoe", "g1"): RuleState("shoe", "g1", date(2026, 11, 16), 650_000.0, armed=False, recent="101")}


@pytest.fixture
def migrated_to(empty_url, monkeypatch):
    """Brings the empty database to a revision, and from there, in a second call, to the newest."""
    up = migrations._script(None)._upgrade_revs

    def migrate(revision):
        monkeypatch.setattr(ScriptDirectory, "_upgrade_revs", lambda script, _, found: up(revision, found))
        migrations.upgrade(empty_url)
        monkeypatch.undo()
        return empty_url

    return migrate


def test_activities_are_what_they_were_when_they_had_a_column_for_each_field(migrated_to):
    url = migrated_to("0004")
    engine = create_engine(url)
    columns = (
        "athlete, identity, sport, start, start_local, day, name, distance_m, trainer, commute, manual, hidden_start, "
        "id, tags, sources, strava_id, sets, hr_zone_s"
    )
    given = "'me', 'x', 'Run', '2026-11-16 07:30:00+00', '2026-11-16 08:30:00', '2026-11-16', 'Dämmerung', 9000.5"
    with engine.begin() as db:
        db.execute(text("INSERT INTO athletes VALUES ('me', '{}', false, '2026-11-22 12:00:00')"))
        for own in ("1, 'fun race', 'strava files', '7', 3, '[60.0, 5.5]'", "2, '', 'garmin', NULL, NULL, NULL"):
            words = given.replace("'x'", f"'x:{own[0]}'")
            db.execute(text(f"INSERT INTO activities ({columns}) VALUES ({words}, false, false, true, false, {own})"))
    engine.dispose()
    migrations.upgrade(url)
    store = Store(url)
    with store.read() as db:
        first, second = activities.load(db, "me")
    store.close()
    assert (first.start, first.start_local) == (
        datetime(2026, 11, 16, 7, 30, tzinfo=UTC),
        datetime(2026, 11, 16, 8, 30),
    )
    assert (first.name, first.distance_m, first.manual, first.trainer) == ("Dämmerung", 9_000.5, True, False)
    assert (first.tags, first.sources, first.strava_id) == (frozenset({"fun", "race"}), ("strava", "files"), "7")
    assert (first.sets, first.hr_zone_s) == (3, (60.0, 5.5))
    assert (second.tags, second.sources, second.strava_id, second.hr_zone_s) == (frozenset(), ("garmin",), None, None)


def test_a_database_that_is_up_to_date_is_left_alone_without_loading_alembic(file):
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    before = file.read_bytes()
    again = (
        "import sys; from coachd import migrations;"
        f"print(migrations.upgrade({url!r}), [name for name in sys.modules if name.startswith('alembic')])"
    )
    said = subprocess.run([sys.executable, "-c", again], capture_output=True, text=True, check=True)
    assert said.stdout.split(maxsplit=1) == ["None", "[]\n"]
    assert file.read_bytes() == before


def test_the_database_file_is_for_its_owner_only(file):
    migrations.upgrade(f"sqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_database_keeps_a_write_ahead_log_from_the_beginning(file):
    """Two that switch to it together, each at its first use, would fail with a locked database."""
    migrations.upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_missing_folder_is_made_for_its_owner_only(tmp_path):
    migrations.upgrade(f"sqlite:///{tmp_path / 'state' / 'coachd.db'}")
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_an_older_sqlite_database_is_copied_aside_first(file, with_past):
    with_past()
    at_revision(file, "0000")
    copy = migrations.upgrade(f"sqlite:///{file}")
    assert "first_half" in tables(f"sqlite:///{file}")
    assert copy is not None
    assert "first_half" not in tables(f"sqlite:///{copy}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_copy_holds_what_is_still_in_the_write_ahead_log(file, with_past):
    with_past()
    at_revision(file, "0000")
    with closing(sqlite3.connect(file)) as busy:
        busy.execute("PRAGMA journal_mode=WAL")
        busy.execute("PRAGMA wal_autocheckpoint=0")
        busy.execute("INSERT INTO kept VALUES ('late')")
        busy.commit()
        busy.execute("BEGIN")
        busy.execute("SELECT * FROM kept").fetchall()  # a reader that keeps the log from being folded in
        copy = migrations.upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT note FROM kept").fetchall() == [("before",), ("late",)]


def test_half_a_copy_of_an_attempt_that_broke_off_is_written_anew(file, with_past):
    with_past()
    at_revision(file, "0000")
    file.with_name(f"coachd.db.before-{migrations.HEAD}-from-0000").write_bytes(file.read_bytes()[:1000])
    copy = migrations.upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT note FROM kept").fetchall() == [("before",)]


@pytest.mark.parametrize("most", [8_192, 16_384])
def test_a_disk_without_room_for_the_copy_or_the_change_is_said_with_advice(file, most):
    at_revision(file, "0004")
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE activities (athlete TEXT, id INTEGER)")
    confined = (
        "import resource, sys; from coachd import errors, migrations\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        "try: migrations.upgrade(sys.argv[1])\n"
        "except errors.StoreProblem as problem: print(problem, problem.advice)"
    )
    called = [sys.executable, "-c", confined, f"sqlite:///{file}"]
    said = subprocess.run(called, capture_output=True, text=True, check=True).stdout
    assert "disk I/O error" in said
    assert "not full" in said


def test_what_went_wrong_first_is_said_where_cleaning_up_fails_as_well(file, with_past):
    after_that = """
    try:
        op.execute("SELECT nonsense")
    except Exception:
        op.execute("DROP TABLE never_made")
"""
    with_past(then=after_that)
    at_revision(file, "0000")
    with pytest.raises(StoreProblem, match="nonsense"):
        migrations.upgrade(f"sqlite:///{file}")


def test_a_migration_that_breaks_off_leaves_the_database_as_it_was(file, with_past):
    with_past(then="op.execute('SELECT nonsense')")
    at_revision(file, "0000")
    with pytest.raises(StoreProblem, match="nonsense"):
        migrations.upgrade(f"sqlite:///{file}")
    assert tables(f"sqlite:///{file}") == {"alembic_version", "kept"}
    with_past()
    migrations.upgrade(f"sqlite:///{file}")
    assert "first_half" in tables(f"sqlite:///{file}")


def test_a_first_migration_that_breaks_off_can_be_done_again(file, with_past):
    with_past(then="op.execute('SELECT nonsense')")
    with pytest.raises(StoreProblem):
        migrations.upgrade(f"sqlite:///{file}")
    assert tables(f"sqlite:///{file}") == set()


def test_a_database_of_a_newer_coachd_is_refused_and_left_alone(file):
    at_revision(file, "0999")
    before = file.read_bytes()
    with pytest.raises(StoreProblem, match="0999") as refused:
        migrations.upgrade(f"sqlite:///{file}")
    assert "newer coachd" in refused.value.advice
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*before*"))


def test_a_file_that_is_no_database_is_refused_with_advice(file):
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreProblem, match="not a database") as refused:
        migrations.upgrade(f"sqlite:///{file}")
    assert refused.value.advice


def test_a_server_that_does_not_run_is_named_without_its_password(tmp_path):
    url = f"postgresql+psycopg://me:hunter2@/coachd?host={tmp_path}"
    with pytest.raises(StoreProblem) as refused:
        migrations.upgrade(url)
    assert "hunter2" not in str(refused.value) + refused.value.advice


def test_a_missing_right_to_make_tables_is_said(postgres):
    name = postgres.create()
    postgres.run("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreProblem, match="permission denied") as refused:
        migrations.upgrade(postgres.url(name).replace("postgres@", "guest@"))
    assert "create tables" in refused.value.advice


def test_a_driver_that_is_not_installed_is_named():
    with pytest.raises(StoreProblem) as refused:
        migrations.upgrade("postgresql+asyncpg://me@localhost/coachd")
    assert "pip install" in refused.value.advice


def test_two_processes_may_migrate_at_once(empty_url):
    code = "import sys; from coachd import migrations; sys.stdin.read(1); migrations.upgrade(sys.argv[1])"
    running = [
        subprocess.Popen([sys.executable, "-c", code, empty_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in running:
        os.write(process.stdin.fileno(), b"!")
    complaints = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], complaints
    engine = create_engine(empty_url)
    with engine.connect() as db:
        assert db.scalars(text("SELECT version_num FROM alembic_version")).all() == [migrations.HEAD]
    engine.dispose()
