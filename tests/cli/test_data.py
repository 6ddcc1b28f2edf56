from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sky import sky_above

from coachd.demo.summary import summary_activity


class TestSummary:
    def test_nothing_stored_is_said_with_the_way_on(self, coachd):
        assert coachd("summary").out == (
            "No activities. `coachd connect strava`, `connect garmin` or `import PATH` brings some.\n"
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
    assert said.code == 2
    assert said.err.splitlines() == [
        "coachd: No source is connected.",
        "Run `coachd connect strava` or `coachd connect garmin`, or `coachd import PATH`.",
    ]


def test_a_look_asks_for_the_weather_of_those_with_a_home(coachd, pasting, connected, monkeypatch):
    today = datetime.now(UTC).date()
    run = {"distance": 10_000.0, "moving_time": 3_000, "elapsed_time": 3_100}
    connected.world.add(summary_activity(1, today - timedelta(days=10), time(7), ZoneInfo("UTC"), **run))
    coachd("athlete", "set", "zone=UTC")
    with sky_above(today) as sky:
        monkeypatch.setenv("WEATHER_API_BASE", sky.base)
        monkeypatch.setenv("WEATHER_ARCHIVE_BASE", sky.base)
        pasting()
        coachd("sync")
        assert sky.asked == [], "nobody said where home is"
        coachd("athlete", "set", "home=52.4, 4.9")
        assert coachd("sync").out.splitlines()[-1] == "weather: 1 hour"
        assert len(sky.asked) == 1
