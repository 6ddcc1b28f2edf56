from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from activity_files import file_id, fit_file
from garmin_samples import export
from imported_files import run_of, table, zipped

from coachd import pipeline, watching
from coachd.errors import InputProblem, TryLater
from coachd.sources.files import parallel
from coachd.store import activities, athletes, files, schedule, skips
from coachd.store.outbox import SAME_DAY
from coachd.watching import Watch

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "watched"
    made.mkdir()
    return made


@pytest.fixture
def coach(open_coach, folder):
    made = open_coach(WATCH_DIR=str(folder))
    made.athlete("me")
    return made


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Reading beside this process is tested elsewhere; here it would only take its time."""
    beside = parallel.read_all
    monkeypatch.setattr(parallel, "read_all", lambda given, reader, _: beside(given, reader, 0))


def stored(coach, name="me"):
    with coach.store.read() as db:
        return activities.load(db, name)


def left_out(coach, name="me"):
    with coach.store.read() as db:
        return [(number, reason) for _, number, reason in skips.every(db, name)]


def test_a_file_is_read_when_two_looks_found_it_alike(coach, folder):
    watch = Watch()
    (folder / "run.fit").write_bytes(run_of(0)[:500])
    assert watch.look(coach) == []
    (folder / "run.fit").write_bytes(run_of(0))
    assert watch.look(coach) == []
    assert stored(coach) == []
    assert watch.look(coach) == ["me"]
    (run,) = stored(coach)
    assert run.distance_m == 1800


def test_a_file_of_which_only_the_time_changed_is_waited_for_too(coach, folder):
    watch = Watch()
    (folder / "run.fit").write_bytes(run_of(0))
    watch.look(coach)
    os.utime(folder / "run.fit", (1_700_000_000, 1_700_000_000))
    assert watch.look(coach) == []
    assert watch.look(coach) == ["me"]


def test_a_file_is_read_once_and_left_as_it_was(coach, folder, monkeypatch):
    watch, path = Watch(), folder / "run.fit"
    path.write_bytes(run_of(0))
    before = path.stat()
    for _ in range(3):
        watch.look(coach)
    monkeypatch.setattr(watching.importing, "run", lambda *_, **__: pytest.fail("read again"))
    assert watch.look(coach) == []
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (before.st_mtime_ns, run_of(0))


def test_after_a_new_start_nothing_is_opened_that_was_read_before(coach, folder, monkeypatch):
    path = folder / "run.fit"
    path.write_bytes(run_of(0))
    os.utime(path, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    first = Watch()
    first.look(coach), first.look(coach)
    monkeypatch.setattr(watching.importing, "plan", lambda _: pytest.fail("opened"))
    again = Watch()
    assert [again.look(coach), again.look(coach)] == [[], []]


def test_a_file_that_was_changed_is_read_anew(coach, folder):
    watch, path = Watch(), folder / "run.fit"
    path.write_bytes(run_of(0))
    watch.look(coach), watch.look(coach)
    path.write_bytes(run_of(1))
    watch.look(coach)
    assert watch.look(coach) == ["me"]
    assert len(stored(coach)) == 2


def test_what_cannot_be_read_is_told_in_status_until_it_can(coach, folder):
    watch, path = Watch(), folder / "run.fit"
    path.write_bytes(b"\x00\x01 nothing")
    (folder / "settings.fit").write_bytes(fit_file(file_id("settings")))
    (folder / "bad.zip").write_bytes(b"PK\x03\x04 nothing")
    (folder / "good.fit").write_bytes(run_of(0))
    watch.look(coach)
    assert watch.look(coach) == ["me"]
    assert [name for name, _ in left_out(coach)] == ["bad.zip", "run.fit"]
    assert dict(left_out(coach))["run.fit"] == "it does not begin like a FIT file"
    path.write_bytes(run_of(1))
    watch.look(coach), watch.look(coach)
    assert [name for name, _ in left_out(coach)] == ["bad.zip"]


def test_what_is_still_written_hidden_empty_or_of_another_kind_is_left(coach, folder, tmp_path):
    (folder / ".run.fit.tmp").write_bytes(run_of(0))
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "run.fit").write_bytes(run_of(0))
    (folder / "run.fit.part").write_bytes(run_of(0))
    (folder / "empty.fit").write_bytes(b"")
    (tmp_path / "elsewhere.fit").write_bytes(run_of(0))
    (folder / "link.fit").symlink_to(tmp_path / "elsewhere.fit")
    os.mkfifo(folder / "pipe.fit")
    watch = Watch()
    watch.look(coach), watch.look(coach)
    assert stored(coach) == []
    assert left_out(coach) == []


def test_archives_and_exports_are_read_too(coach, folder):
    (folder / "one.zip").write_bytes(zipped({"12345678_ACTIVITY.fit": run_of(0)}))
    members = {"activities.csv": table((1, 1, "activities/9.fit")), "activities/9.fit": run_of(1)}
    (folder / "export.zip").write_bytes(zipped(members))
    (folder / "garmin.zip").write_bytes(zipped(export()))
    watch = Watch()
    watch.look(coach)
    assert watch.look(coach) == ["me"]
    assert sorted(run.strava_id or "" for run in stored(coach)) == ["", "", "1"]


def test_an_export_whose_table_is_broken_stops_nothing(coach, folder):
    members = {"activities.csv": "nonsense", "activities/9.fit": run_of(1)}
    (folder / "export.zip").write_bytes(zipped(members))
    (folder / "run.fit").write_bytes(run_of(0))
    watch = Watch()
    watch.look(coach)
    assert watch.look(coach) == ["me"]
    assert [name for name, _ in left_out(coach)] == ["export.zip"]


def test_files_are_the_first_athletes_but_for_those_in_a_folder_of_anothers_name(coach, folder):
    with coach.store.begin() as db:
        athletes.ensure(db, "zoe", NOW)
    for name, day in (("run.fit", 0), ("2026/run.fit", 1), ("zoe/run.fit", 2), ("zoe/2026/run.fit", 3), ("zoe.fit", 4)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(run_of(day))
    watch = Watch()
    watch.look(coach)
    assert watch.look(coach) == ["me", "zoe"]
    assert [run.day.day for run in stored(coach)] == [3, 4, 7]
    assert [run.day.day for run in stored(coach, "zoe")] == [5, 6]


def test_one_look_reads_a_part_of_a_large_folder_and_the_newest_first(coach, folder, monkeypatch):
    monkeypatch.setattr(watching, "AT_ONCE", 2)
    for day in range(5):
        (folder / f"{day}.fit").write_bytes(run_of(day))
        os.utime(folder / f"{day}.fit", (1_700_000_000 + day, 1_700_000_000 + day))
    watch = Watch()
    watch.look(coach), watch.look(coach)
    assert [run.day.day for run in stored(coach)] == [6, 7]
    watch.look(coach), watch.look(coach)
    assert len(stored(coach)) == 5


def test_an_end_between_two_files_keeps_the_first(coach, folder):
    for day in range(3):
        (folder / f"{day}.fit").write_bytes(run_of(day))

    def end(progress):
        raise TryLater("coachd ends.", NOW, state="ending")

    watch = Watch()
    watch.look(coach)
    with pytest.raises(TryLater):
        watch.look(coach, end)
    assert len(stored(coach)) == 1
    watch.look(coach)
    assert len(stored(coach)) == 3


def test_a_folder_that_is_gone_is_a_problem_and_comes_back(coach, folder):
    watch = Watch()
    (folder / "run.fit").write_bytes(run_of(0))
    watch.look(coach)
    folder.rename(folder.with_name("away"))
    with pytest.raises(InputProblem, match="WATCH_DIR"):
        watch.look(coach)
    folder.with_name("away").rename(folder)
    assert watch.look(coach) == ["me"]


def test_without_a_folder_nothing_is_looked_at(open_coach):
    assert Watch().look(open_coach()) == []


def test_what_came_is_noted_for_a_word_on_the_day(coach, folder, caplog):
    (folder / "run.fit").write_bytes(run_of(0))
    watch = Watch()
    pipeline.read_folder(coach, watch)
    pipeline.read_folder(coach, watch)
    with coach.store.read() as db:
        assert [due.athlete for due in schedule.of_kind(db, SAME_DAY)] == ["me"]
        assert list(files.outcomes(db, "me").values()) == ["read"]
    folder.rename(folder.with_name("away"))
    pipeline.read_folder(coach, watch)  # the other steps of a tick follow all the same
    assert "WATCH_DIR: there is no folder" in caplog.text
