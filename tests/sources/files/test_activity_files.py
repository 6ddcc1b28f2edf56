import gzip
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from activity_files import START, at, file_id, fit_file, message, records, run_file, session, tcx_of

from coachd.errors import BrokenFile
from coachd.sources.files import activity_files
from coachd.sources.files.activity_files import File, Link, Reader

BERLIN = ZoneInfo("Europe/Berlin")
READER = Reader(BERLIN)


def file(content, name="run.fit", links=()):
    return File(name, len(content), content, activity_files.digest(content), links)


def read(content, name="run.fit", links=(), reader=READER):
    return activity_files.read(file(content, name, links), reader)


def legs():
    """A file of a swim and a run an hour later."""
    later = 3600
    return fit_file(
        file_id(),
        records(range(601)),
        session(sport="swimming"),
        records(range(later, later + 601)),
        session(start_time=at(later), timestamp=at(later + 600)),
    )


def test_a_run_becomes_a_recording_named_by_what_is_in_the_file():
    content = run_file()
    found = read(content)
    (run,) = found.recordings
    assert found.outcome == "read"
    assert run.identity == f"file:{activity_files.digest(content)}"
    assert (run.source, run.external_id) == ("files", activity_files.digest(content))
    assert (run.sport, run.start, run.distance_m, run.moving_s) == ("Run", START, 1800, 600)
    assert (run.device, run.original, run.manual, run.also) == ("Garmin Forerunner 265", True, False, ())
    assert run.raw["file"] == "run.fit"


def test_its_numbers_are_worked_out_and_the_seconds_are_not_kept():
    found = read(run_file())
    (made,) = found.numbers.values()
    assert made.moving_s == pytest.approx(600, abs=2)
    assert found.numbers.keys() == {found.recordings[0].external_id}
    assert not hasattr(found, "columns")


def test_the_numbers_know_how_fit_the_runner_was_by_races_before_that_day():
    day = START.date()
    before = Reader(BERLIN, ((day - timedelta(days=10), 50.0),))
    on_the_day = Reader(BERLIN, ((day, 50.0),))
    thresholds = [next(iter(read(run_file(), reader=each).numbers.values())).threshold_speed
                  for each in (READER, before, on_the_day)]  # fmt: skip
    assert thresholds[0] == thresholds[2] != thresholds[1]


def test_only_runs_have_numbers():
    assert read(run_file(sport="cycling")).numbers == {}


def test_without_a_zone_of_its_own_a_file_began_by_the_clocks_of_home():
    (run,) = read(run_file()).recordings
    assert run.start_local == datetime(2026, 5, 3, 9, 30)
    assert run.zone is None


def test_a_file_that_knows_its_wall_clock_keeps_it():
    local = message("activity", timestamp=at(600), local_timestamp=at(600 - 5 * 3600))
    west = records(range(601), position_long=-75.0)
    (run,) = read(fit_file(file_id(), west, session(), local)).recordings
    assert run.start_local == START.replace(tzinfo=None) - timedelta(hours=5)
    assert run.zone == "-05:00"


def test_several_workouts_of_a_file_are_numbered():
    found = read(legs())
    digest = activity_files.digest(legs())
    assert [each.external_id for each in found.recordings] == [digest, f"{digest}#2"]
    assert [each.identity for each in found.recordings] == [f"file:{digest}", f"file:{digest}#2"]
    assert [each.sport for each in found.recordings] == ["Swim", "Run"]


def test_a_table_names_the_workout_of_its_file_even_where_the_start_was_cropped():
    link = Link("strava:7", START + timedelta(minutes=20))
    (run,) = read(run_file(), links=(link,)).recordings
    assert run.identity == "strava:7"
    assert run.external_id == activity_files.digest(run_file())


def test_of_several_workouts_the_table_names_the_one_that_began_then():
    found = read(legs(), links=(Link("strava:8", START + timedelta(seconds=3590)),))
    assert [each.identity.partition(":")[0] for each in found.recordings] == ["file", "strava"]
    both = read(legs(), links=(Link("strava:7", START), Link("strava:8", START + timedelta(hours=1))))
    assert [each.identity for each in both.recordings] == ["strava:7", "strava:8"]


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("12345678901_ACTIVITY.fit", ("garmin:12345678901",)),
        ("2026/05/12345678901_ACTIVITY.fit.gz", ("garmin:12345678901",)),
        ("activities/12345678901.fit.gz", ()),
    ],
)
def test_garmins_name_of_a_file_names_its_activity(name, also):
    assert read(run_file(), name).recordings[0].also == also


def test_what_holds_no_workout_is_skipped_and_what_is_broken_is_told_why():
    skipped = read(fit_file(file_id("settings")))
    assert (skipped.outcome, skipped.reason, skipped.recordings) == ("skipped", "it holds settings", ())
    broken = read(b"\x00\x01 no file of ours", "run.gpx")
    assert (broken.outcome, broken.reason) == ("broken", "it does not begin like a GPX file")


def test_a_file_that_breaks_off_is_read_and_marked():
    whole = run_file()
    (run,) = read(whole[: len(whole) // 2]).recordings
    assert run.raw["rebuilt"]
    assert run.moving_s < 600


def test_signs_that_steer_a_terminal_do_not_come_in():
    activity = (
        '<Activity Sport="Running"><Id>2026-05-03T07:30:00Z</Id><Lap StartTime="2026-05-03T07:30:00Z">'
        "<TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>200</DistanceMeters></Lap>"
        "<Creator><Name>Watch\u202e</Name></Creator></Activity>"
    )
    for recording in read(tcx_of(activity), "run\x1b[31m.tcx").recordings:
        assert "\u202e" not in f"{recording.name}{recording.device}"
        assert "\x1b" not in recording.raw["file"]


def test_a_gzip_is_unpacked_before_it_is_named():
    assert activity_files.unpacked(gzip.compress(b"a")) == activity_files.unpacked(b"a") == b"a"
    with pytest.raises(BrokenFile, match="breaks off"):
        activity_files.unpacked(gzip.compress(b"a" * 1000)[:-5])


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("a.fit", True), ("A.FIT", True), ("a.gpx.gz", True), ("a/b.tcx", True), ("a.fit.part", False), ("a.gz", False)],
)
def test_activity_files_are_known_by_their_suffix(name, is_one):
    assert activity_files.is_one(name) is is_one


def test_a_surprise_in_one_file_is_logged_and_told(monkeypatch, caplog):
    monkeypatch.setattr(activity_files.formats, "read", lambda *_: 1 / 0)
    found = read(b"odd")
    assert (found.outcome, found.reason) == ("broken", "it is not understood; see the log")
    assert "ZeroDivisionError" in caplog.text
