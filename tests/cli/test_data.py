from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "strava-export" / "activities.csv"


class TestImport:
    def test_importing_again_changes_nothing(self, coachd, export):
        assert coachd("import", export, "--json").json == {
            "added": 122, "changed": 0, "unchanged": 0, "shoes": 0, "activity_files": [], "skipped": [],
        }  # fmt: skip
        before = coachd("summary", "--json").json
        assert coachd("import", export).out == "0 added, 0 changed, 122 unchanged.\n"
        assert coachd("summary", "--json").json == before

    def test_activity_files_are_listed_though_not_read_yet(self, coachd, export):
        named = {1: "activities/91.fit.gz", 2: "activities/92.fit.gz", 3: "activities/93.gpx"}
        lines = export.read_text().splitlines()
        for row, file in named.items():
            lines[row] = lines[row].replace("Blue pair,", f"Blue pair,{file}")
        export.write_text("\n".join(lines))
        said = coachd("import", export).out
        assert "The table names activity files (2 fit.gz, 1 gpx); they are not read yet." in said
        assert coachd("import", export, "--json").json["activity_files"] == list(named.values())

    def test_local_days_are_those_of_the_home_zone(self, coachd, export):
        coachd("import", export, "--home-zone", "Pacific/Honolulu")  # 07:00 UTC is the evening before
        assert coachd("summary", "--json").json["weeks"][0]["start"] == "2024-12-30"
        assert coachd("summary", "--json", "--since", "2024-12-31", "--until", "2024-12-31").json["runs"] == 1

    def test_a_row_that_cannot_be_read_is_named_and_the_others_come_in(self, coachd, export):
        text = export.read_text()
        export.write_text(text.replace("2025, 07:00:00 AM", "2025, 99:00:00 AM", 1))
        said = coachd("import", export)
        assert said.out.startswith("121 added")
        assert "skipped 1: " in said.out

    @pytest.mark.parametrize("name", ["nowhere.zip", "."])
    def test_what_is_no_export_is_said_so(self, coachd, name):
        said = coachd("import", name)
        assert said.code == 2
        assert said.err.startswith("coachd: ")
        assert len(said.err.strip().splitlines()) == 2

    def test_an_unknown_zone_is_said_so(self, coachd, export):
        said = coachd("import", export, "--home-zone", "Mars/Base")
        assert (said.code, said.err) == (
            2, "coachd: Mars/Base is not a time zone.\nWrite for example Europe/Amsterdam.\n",
        )  # fmt: skip

    @pytest.mark.skipif(not REAL.exists(), reason="the real export is not here")
    def test_a_real_export_has_the_figures_counted_from_the_table_alone(self, coachd):
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


class TestSummary:
    def test_nothing_stored_is_said_with_the_way_on(self, coachd):
        assert coachd("summary").out == (
            "No activities. `coachd connect strava` or `coachd import PATH` brings some.\n"
        )

    def test_it_reads_as_a_runner_counts(self, coachd, export):
        coachd("import", export, "--home-zone", "UTC")
        assert coachd("summary").out.splitlines() == [
            "122 activities, 121 runs on 121 days",
            "1,210 km of running in 100 h 50 min",
            "longest streak 1 day, from 2025-01-01",
            "longest time between two runs 4 days",
            "  Run                                121",
            "  WeightTraining                       1",
            "  Blue pair                     1,210 km",
        ]

    def test_distances_are_in_the_athlete_s_units(self, coachd, export):
        coachd("import", export)
        coachd("athlete", "set", "units=mi")
        assert "752 mi of running" in coachd("summary").out

    def test_a_stretch_of_days_includes_both_ends(self, coachd, export):
        coachd("import", export, "--home-zone", "UTC")
        assert coachd("summary", "--json", "--since", "2025-01-03", "--until", "2025-01-05").json["runs"] == 2

    @pytest.mark.parametrize("day", ["2025-13-01", "yesterday", "01.02.2025"])
    def test_a_day_written_wrongly_is_shown_how(self, coachd, day):
        said = coachd("summary", "--since", day)
        assert said.code == 2
        assert f"{day} is not a day; write for example 2025-10-20." in said.err


class TestBackup:
    def test_the_copy_is_complete_and_the_owner_s_alone(self, coachd, export, tmp_path):
        coachd("import", export)
        assert coachd("backup", tmp_path / "copies" / "copy.db").code == 0
        copy = tmp_path / "copies" / "copy.db"
        assert copy.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("select count(*) from recordings").fetchone() == (122,)

    def test_a_file_that_exists_is_left_alone(self, coachd, tmp_path):
        (tmp_path / "copy.db").write_text("precious")
        said = coachd("backup", tmp_path / "copy.db")
        assert said.code == 2
        assert "exists already" in said.err
        assert (tmp_path / "copy.db").read_text() == "precious"


def test_the_database_is_made_and_then_left_as_it_is(coachd, state):
    assert coachd("db", "upgrade").out.startswith("The database is at revision ")
    assert (state / "coachd.db").exists()
    assert coachd("db", "upgrade").out.startswith("The database is at revision ")


def test_a_file_that_is_no_database_is_said_so(coachd, state):
    state.mkdir(mode=0o700)
    (state / "coachd.db").write_text("This is a shopping list, and it is long enough to be taken for a header." * 20)
    said = coachd("summary")
    assert said.code == 3
    assert said.err.startswith("coachd: ")


def test_a_look_without_a_source_says_how_to_get_one(coachd):
    said = coachd("sync")
    assert (said.code, said.err) == (
        2, "coachd: No source is connected.\nRun `coachd connect strava`, or `coachd import PATH`.\n",
    )  # fmt: skip
