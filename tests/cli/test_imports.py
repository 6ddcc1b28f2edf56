from __future__ import annotations

import gzip
import signal
from pathlib import Path

import pytest
from activity_files import run_file
from garmin_samples import export as garmin_export
from imported_files import run_of, zipped

from coachd import importing

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "strava-export" / "activities.csv"


def document(**changes):
    return {
        "added": 0, "changed": 0, "unchanged": 0, "shoes": 0, "nights": 0,
        "files": {"read": 0, "known": 0, "missing": 0, "others": 0}, "not_used": [], "skipped": [], **changes,
    }  # fmt: skip


def test_importing_again_changes_nothing(coachd, export):
    assert coachd("import", export, "--json").json == document(added=122)
    before = coachd("summary", "--json").json
    assert coachd("import", export).out == "0 added, 0 changed, 122 unchanged.\n"
    assert coachd("summary", "--json").json == before


def test_activity_files_that_are_not_beside_the_table_are_counted(coachd, export):
    named = {1: "activities/91.fit.gz", 2: "activities/92.fit.gz", 3: "activities/93.gpx"}
    lines = export.read_text().splitlines()
    for row, file in named.items():
        lines[row] = lines[row].replace("Blue pair,", f"Blue pair,{file}")
    export.write_text("\n".join(lines))
    said = coachd("import", export).out
    assert "The table names 3 activity files that are not there; the whole zip or folder has them." in said
    assert coachd("import", export, "--json").json["files"]["missing"] == 3


def test_local_days_are_those_of_the_home_zone(coachd, export):
    coachd("import", export, "--home-zone", "Pacific/Honolulu")  # 07:00 UTC is the evening before
    assert coachd("summary", "--json").json["weeks"][0]["start"] == "2024-12-30"
    assert coachd("summary", "--json", "--since", "2024-12-31", "--until", "2024-12-31").json["runs"] == 1


def test_a_row_that_cannot_be_read_is_named_and_the_others_come_in(coachd, export):
    text = export.read_text()
    export.write_text(text.replace("2025, 07:00:00 AM", "2025, 99:00:00 AM", 1))
    said = coachd("import", export)
    assert said.out.startswith("121 added")
    assert "skipped 1: " in said.out


@pytest.mark.parametrize("name", ["nowhere.zip", "."])
def test_what_is_no_export_is_said_so(coachd, name):
    said = coachd("import", name)
    assert said.code == 2
    assert said.err.startswith("coachd: ")
    assert len(said.err.strip().splitlines()) == 2


def test_an_unknown_zone_is_said_so(coachd, export):
    said = coachd("import", export, "--home-zone", "Mars/Base")
    assert (said.code, said.err) == (
        2, "coachd: Mars/Base is not a time zone.\nWrite for example Europe/Amsterdam.\n",
    )  # fmt: skip


@pytest.mark.skipif(not REAL.exists(), reason="the real export is not here")
def test_a_real_export_has_the_figures_counted_from_the_table_alone(coachd):
    assert coachd("import", REAL, "--home-zone", "UTC", "--json").json["added"] == 1845
    facts = coachd("summary", "--json").json
    assert facts["activities"] == 1845
    assert facts["runs"] == 643
    assert facts["run_distance_m"] == pytest.approx(3_818_766, abs=1)
    assert facts["longest_run_streak"] == {"days": 8, "start": "2022-04-11"}
    assert facts["longest_run_gap_days"] == 302
    assert facts["by_sport"]["Ride"] == 947
    assert facts["by_sport"]["Sail"] == 20
    again = coachd("import", REAL, "--home-zone", "UTC", "--json").json
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 1845)
    assert coachd("summary", "--json").json == facts


def test_the_report_counts_each_reason(coachd, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "1.fit").write_bytes(b"\x00\x01 nothing")
    (folder / "2.fit").write_bytes(b"\x00\x01 nothing, too")
    (folder / "3.fit.gz").write_bytes(gzip.compress(run_of(0)))
    (folder / "4.fit").write_bytes(run_of(0))
    said = coachd("import", folder).out
    assert said.startswith(
        "1 added, 0 changed, 0 unchanged.\n1 files read, 1 had been read before.\n2 were not used:\n"
    )
    assert "     2  it does not begin like a FIT file (1.fit …)\n" in said
    assert said.endswith("Next: `coachd digest preview` shows what the last closed week would say.\n")


def test_several_files_may_be_given(coachd, tmp_path):
    paths = [tmp_path / "a.fit", tmp_path / "b.zip"]
    paths[0].write_bytes(run_of(0))
    paths[1].write_bytes(zipped({"b.fit": run_of(1)}))
    assert coachd("import", *paths, "--json").json["files"]["read"] == 2
    assert coachd("summary", "--json").json["runs"] == 2


def test_nothing_is_stored_where_one_of_the_paths_is_wrong(coachd, tmp_path):
    (tmp_path / "a.fit").write_bytes(run_file())
    assert coachd("import", tmp_path / "a.fit", tmp_path / "nowhere.fit").code == 2
    assert coachd("summary", "--json").json["activities"] == 0


def test_a_lone_file_that_is_broken_ends_with_a_code(coachd, tmp_path):
    (tmp_path / "a.fit").write_bytes(b"\x00\x01 nothing")
    said = coachd("import", tmp_path / "a.fit")
    assert said.code == 2
    assert "it does not begin like a FIT file (a.fit)" in said.out


def test_a_garmin_export_brings_nights(coachd, tmp_path):
    (tmp_path / "garmin.zip").write_bytes(zipped(garmin_export()))
    assert "2 nights.\n" in coachd("import", tmp_path / "garmin.zip").out


def test_ctrl_c_says_what_is_stored(coachd, tmp_path, monkeypatch):
    (tmp_path / "a.fit").write_bytes(run_file())
    step = importing._Import._step

    def stopped(self, total):
        step(self, total)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(importing._Import, "_step", stopped)
    said = coachd("import", tmp_path / "a.fit")
    assert said.code == 130
    assert said.out.startswith("1 added, 0 changed, 0 unchanged.\n1 files read")
    assert "the same command goes on from there" in said.err
    assert coachd("summary", "--json").json["runs"] == 1
