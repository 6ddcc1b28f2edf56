from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime

import pytest
from activity_files import REAL, file_id, fit_file, gpx_file, tcx_file
from garmin_samples import activity, export
from imported_files import run_of, table, zipped

from coachd import formats, importing
from coachd.errors import InputProblem
from coachd.history.streams import VERSION
from coachd.sources.files import activity_files
from coachd.store import activities, details, files, nights, profile

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def coach(open_coach):
    made = open_coach(ATHLETE_ZONE="Europe/Berlin")
    made.athlete("me")
    return made


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def bring(coach):
    """Imports paths in this process and gives the report."""

    def run(*paths, told=importing.nobody, processes=0, report=None):
        plans = [importing.plan(path) for path in paths]
        home = coach.athlete("me").tz
        return importing.run(coach, "me", plans, home, processes=processes, told=told, report=report)

    return run


def stored(coach):
    with coach.store.read() as db:
        return activities.load(db, "me")


def written(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_run_is_stored_with_its_numbers(coach, bring, folder):
    report = bring(written(folder / "run.fit", run_of(0)))
    (run,) = stored(coach)
    assert (report.saved.added, report.read, report.names) == (1, 1, ["run.fit"])
    assert (run.sport, run.distance_m, run.sources) == ("Run", 1800, ("files",))
    assert run.streams is not None
    assert run.streams.moving_s == pytest.approx(600, abs=5)


def test_a_folder_is_read_on_all_cores_and_again_without_a_change(coach, bring, folder):
    for day in range(8):
        written(folder / f"{day}.fit", run_of(day))
    written(folder / "older" / "packed.gpx.gz", gzip.compress(run_of(9)))
    written(folder / "notes.txt", b"x")
    assert bring(folder, processes=2).read == 9
    before = stored(coach)
    again = bring(folder)
    assert (again.read, again.known, again.others, again.saved.added) == (0, 9, 1, 0)
    assert len(before) == 9
    assert stored(coach) == before


def test_the_same_file_counts_once_whatever_it_is_called(coach, bring, folder):
    written(folder / "a.fit", run_of(0))
    written(folder / "b.fit", run_of(0))
    written(folder / "c.fit.gz", gzip.compress(run_of(0)))
    report = bring(folder)
    assert (report.read, report.known) == (1, 2)
    assert len(stored(coach)) == 1


def test_one_broken_file_never_stops_the_rest_and_each_reason_is_counted(coach, bring, folder):
    written(folder / "1.fit", b"\x00\x01\x02 nothing")
    written(folder / "2.fit", b"\x00\x01\x02 nothing either")
    written(folder / "3.gpx.gz", gzip.compress(b"x" * 1000)[:20])
    written(folder / "4.fit", fit_file(file_id("settings")))
    written(folder / "5.fit", run_of(0))
    report = bring(folder)
    assert report.read == 1
    assert report.reasons() == [
        ("it does not begin like a FIT file", 2, "1.fit"),
        ("its compression breaks off", 1, "3.gpx.gz"),
        ("it holds settings", 1, "4.fit"),
    ]
    assert len(stored(coach)) == 1


def test_the_report_is_the_same_in_whatever_order_files_are_done():
    cut, empty = "it breaks off", "it is empty"
    broken = [("b.fit", cut), ("c.fit", empty), ("a.fit", cut), ("d.fit", empty)]
    for told in (broken, broken[::-1]):
        report = importing.Report(broken=told)
        assert report.unused == sorted(broken)
        assert report.reasons() == [(cut, 2, "a.fit"), (empty, 2, "c.fit")]


def test_a_file_that_was_broken_is_tried_again_and_one_that_was_skipped_is_not(bring, folder):
    written(folder / "1.fit", b"\x00\x01\x02 nothing")
    written(folder / "2.fit", fit_file(file_id("settings")))
    bring(folder)
    again = bring(folder)
    assert (len(again.broken), len(again.skipped), again.known) == (1, 0, 1)


def test_whoever_stops_an_import_keeps_what_was_read(coach, bring, folder, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    for day in range(7):
        written(folder / f"{day}.fit", run_of(day))

    def stop(progress):
        if progress.done == 5:
            raise KeyboardInterrupt

    report = importing.Report()
    with pytest.raises(KeyboardInterrupt):
        bring(folder, told=stop, report=report)
    assert report.read == len(stored(coach)) == 5
    assert all(run.streams is not None for run in stored(coach))
    assert bring(folder).read == 2
    assert len(stored(coach)) == 7


def test_progress_says_how_many_there_are(bring, folder):
    heard = []
    for day in range(2):
        written(folder / f"{day}.fit", run_of(day))
    written(folder / "more.zip", zipped({"2.fit": run_of(2), "3.fit": b"broken"}))
    bring(folder, told=lambda progress: heard.append((progress.done, progress.total)))
    assert sorted(done for done, _ in heard) == [1, 2, 3, 4]
    assert heard[-1] == (4, 4)


@pytest.fixture
def strava(folder):
    """An unpacked Strava export of three runs, one entered by hand, with a route that nobody asked for."""
    rows = table((1, 0, "activities/91.fit.gz"), (2, 1, "activities/92.fit"), (3, 2, ""))
    written(folder / "activities.csv", rows.encode())
    written(folder / "activities" / "91.fit.gz", gzip.compress(run_of(0)))
    written(folder / "activities" / "92.fit", run_of(1))
    written(folder / "routes" / "5.fit", run_of(30))
    written(folder / "shoes.csv", b"Shoe Name\nBlue pair\n")
    return folder


class TestStrava:
    def test_rows_and_their_files_are_the_same_workouts(self, coach, bring, strava):
        report = bring(strava)
        runs = stored(coach)
        assert [run.strava_id for run in runs] == ["1", "2", "3"]
        assert [run.name for run in runs] == ["Run 1", "Run 2", "Run 3"]
        assert [run.streams is not None for run in runs] == [True, True, False]
        assert [run.gear_id for run in runs] == ["name:Blue pair"] * 3
        assert (report.saved.added, report.read, report.missing) == (5, 2, 0)

    def test_what_the_athlete_wrote_goes_before_what_the_file_says(self, coach, bring, strava):
        rows = table((1, 0, "activities/91.fit.gz")).replace(",Run,", ",Trail Run,").replace("false", "true")
        (strava / "activities.csv").write_text(rows)
        planned = run_of(0, named="Tempo from the plan")
        written(strava / "activities" / "91.fit.gz", gzip.compress(planned))
        bring(strava)
        (run,) = stored(coach)
        assert (run.name, run.sport, run.commute) == ("Run 1", "TrailRun", True)

    def test_its_routes_are_not_opened(self, coach, bring, strava):
        bring(strava)
        assert max(run.day for run in stored(coach)).isoformat() == "2026-05-05"

    def test_a_zip_of_it_made_anew_is_the_same(self, coach, bring, strava, tmp_path):
        members = {path.relative_to(strava.parent).as_posix(): path.read_bytes() for path in strava.rglob("*.*")}
        report = bring(written(tmp_path / "again.zip", zipped(members)))
        assert (report.read, report.missing) == (2, 0)
        assert [run.streams is not None for run in stored(coach)] == [True, True, False]

    def test_files_that_are_not_there_are_counted(self, bring, strava):
        (strava / "activities" / "92.fit").unlink()
        report = bring(strava)
        assert (report.read, report.missing) == (1, 1)

    def test_of_the_table_alone_no_file_is_read(self, coach, bring, strava):
        report = bring(strava / "activities.csv")
        assert (report.read, report.missing, len(stored(coach))) == (0, 2, 3)

    def test_a_file_that_came_before_its_row_becomes_the_rows(self, coach, bring, strava, tmp_path):
        # At another time than the row, as after a crop on Strava: only the table knows that they are one.
        moved = written(tmp_path / "loose.fit", run_of(9))
        written(strava / "activities" / "92.fit", run_of(9))
        bring(moved)
        assert [run.strava_id for run in stored(coach)] == [None]
        bring(strava)
        runs = stored(coach)
        assert sorted(run.strava_id for run in runs) == ["1", "2", "3"]
        assert next(run for run in runs if run.strava_id == "2").streams is not None

    def test_importing_it_again_changes_nothing(self, coach, bring, strava):
        bring(strava)
        before = stored(coach)
        again = bring(strava)
        assert (again.saved.added, again.saved.changed, again.saved.unchanged, again.known) == (0, 0, 3, 2)
        assert stored(coach) == before

    def test_a_table_that_cannot_be_used_leaves_nothing(self, coach, bring, strava):
        (strava / "activities.csv").write_text("nonsense")
        with pytest.raises(InputProblem):
            bring(strava)
        assert stored(coach) == []


class TestGarmin:
    def test_rows_and_the_files_in_archives_within_are_the_same_workouts(self, coach, bring, tmp_path):
        rows = [activity(501, distance=180_000.0, duration=600_000.0, movingDuration=None, elapsedDuration=600_000.0),
                activity(502, startTimeGmt=None, beginTimestamp=1_780_000_000_000, startTimeLocal=None)]  # fmt: skip
        uploads = zipped({"robin_11.fit": run_of(0), "robin_12.fit": fit_file(file_id("monitoring_b"))})
        nested = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"
        path = written(tmp_path / "garmin.zip", zipped({**export(*rows), nested: uploads}))
        report = bring(path)
        assert (report.read, len(report.skipped), report.nights, report.shoes) == (1, 1, 2, 2)
        both, alone = sorted(stored(coach), key=lambda run: run.streams is None)
        assert (both.name, both.gear_id, both.distance_m) == ("Morning run", "name:Blue pair", 1800)
        assert alone.distance_m == 10_000
        with coach.store.read() as db:
            assert [night.sleep_s for night in nights.load(db, "me")] == [None, 25_800]
            assert {shoe.name for shoe in profile.load_shoes(db, "me")} == {"Blue pair", "Old pair"}

    def test_importing_it_again_changes_nothing(self, coach, bring, tmp_path):
        path = written(tmp_path / "garmin.zip", zipped(export()))
        bring(path)
        before = stored(coach)
        again = bring(path)
        assert (again.saved.added, again.saved.changed, again.saved.unchanged) == (0, 0, 1)
        assert stored(coach) == before


@pytest.mark.parametrize("name", ["empty", "nowhere", "other", "zip of nothing.zip"])
def test_what_holds_nothing_to_read_is_said_so(tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("x")
    (tmp_path / "zip of nothing.zip").write_bytes(zipped({"notes.txt": "x"}))
    with pytest.raises(InputProblem, match=r"holds no activity file|no file or folder"):
        importing.plan(tmp_path / name)


def test_the_order_of_files_and_tables_does_not_matter(coach, bring, strava, tmp_path):
    loose = [written(tmp_path / f"{day}.fit", run_of(day)) for day in (1, 3, 4)]
    paths = [strava, *loose]
    random.Random(7).shuffle(paths)
    for path in paths:
        bring(path)
    runs = stored(coach)
    assert [run.strava_id for run in runs] == ["1", "2", "3", None, None]
    assert [run.streams is not None for run in runs] == [True, True, False, True, True]


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_same_run_as_fit_tcx_and_gpx_is_one_activity(coach, bring, folder):
    whole = (REAL / "activity-small-fenix2-run.fit").read_bytes()
    (workout,) = formats.read(whole).workouts
    distances = {}
    for name, content in (("run.gpx", gpx_file(workout)), ("run.tcx", tcx_file(workout)), ("run.fit", whole)):
        bring(written(folder / name, content))
        (run,) = stored(coach)
        distances[name] = run.distance_m
    assert distances["run.gpx"] == pytest.approx(workout.distance_m, rel=0.025)
    assert distances["run.fit"] == pytest.approx(workout.distance_m, rel=0.01)


def test_again_means_that_known_files_are_read_anew(coach, bring, folder):
    path = written(folder / "run.fit", run_of(0))
    bring(path)
    plans, home = [importing.plan(path)], coach.athlete("me").tz
    with coach.store.begin() as db:
        details.save(db, "me", "files", activity_files.digest(run_of(0)), "streams", {"version": 0}, "", NOW)
    assert importing.run(coach, "me", plans, home, processes=0).known == 1
    report = importing.run(coach, "me", plans, home, processes=0, again=True)
    assert (report.read, report.saved.unchanged) == (1, 1)
    assert stored(coach)[0].streams.version == VERSION


def test_what_became_of_each_file_is_kept(coach, bring, folder):
    written(folder / "run.fit.gz", gzip.compress(run_of(0)))
    written(folder / "broken.fit", b"\x00\x01\x02 nothing")
    bring(folder)
    with coach.store.read() as db:
        assert sorted(files.outcomes(db, "me").values()) == ["broken", "read"]
        size = (folder / "run.fit.gz").stat().st_size
        assert files.latest(db, "me")["run.fit.gz", size] == NOW
