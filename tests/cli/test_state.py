"""`state`: a document that other programs may rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.cli.state import document
from coachd.history import prepare
from coachd.model import Athlete, History, Race, Shoe

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
KEYS = {
    "": ["schema_version", "athlete", "day", "week", "last_week", "days_since", "easy_share", "load", "phase", "mode",
         "next_race", "shoes", "sources", "credit"],
    "week": ["key", "first", "last", "run_distance_m", "run_moving_s", "runs", "strength_sessions", "rest_days"],
    "last_week": ["key", "first", "last", "run_distance_m", "run_moving_s", "runs", "strength_sessions", "rest_days"],
    "days_since": ["run", "strength"],
    "load": ["last_7_days", "last_28_days"],
    "next_race": ["name", "day", "days", "distance_m", "priority"],
}  # fmt: skip
"""What a program may read. A change here breaks somebody's home: add fields at the end, or begin a new version."""

ROBIN = Athlete(
    id="robin", zone="UTC", races=(Race(date(2026, 12, 6), 10_000.0, "Winter 10", priority="A"),), easy_hr_ceiling=150.0
)


@pytest.fixture
def history(make_activity):
    """Runs on the Mondays and Thursdays of eight weeks up to yesterday, and strength work on the 10th."""
    days = [-56 + 7 * week + offset for week in range(9) for offset in (0, 3) if -56 + 7 * week + offset <= 3]
    runs = [make_activity(day, average_hr=140.0, max_hr=155.0, sources=("files",)) for day in days]
    gym = make_activity(-6, sport="WeightTraining", distance_m=None, sources=("files",))
    shoes = [Shoe("g1", "Blue pair", 702_000.4), Shoe("g2", "Old pair", None, retired=True)]
    return prepare(ROBIN, [*runs, gym], shoes=shoes, synced={"strava": NOW - timedelta(hours=1)}, now=NOW)


def test_the_fields_are_those_that_were_promised(history):
    found = document(history, NOW)
    assert found["schema_version"] == 1
    assert {path: list(found[path] if path else found) for path in KEYS} == KEYS
    assert [list(shoe) for shoe in found["shoes"]] == [["id", "name", "distance_m", "retired"]] * 2


def test_the_numbers_are_those_of_today(history):
    found = document(history, NOW)
    assert (found["athlete"], found["day"]) == ("robin", "2026-11-20")
    assert found["week"]["key"] == "2026-W47"
    assert (found["week"]["runs"], found["week"]["run_distance_m"]) == (2, 20_000)
    assert (found["last_week"]["runs"], found["last_week"]["strength_sessions"]) == (2, 1)
    assert found["days_since"] == {"run": 1, "strength": 10}
    assert found["shoes"][0]["distance_m"] == 702_000
    assert found["next_race"] == {
        "name": "Winter 10", "day": "2026-12-06", "days": 16, "distance_m": 10_000.0, "priority": "A",
    }  # fmt: skip
    assert found["sources"] == {"strava": "2026-11-20T11:00:00+00:00"}
    assert found["load"]["last_28_days"] > found["load"]["last_7_days"] > 0


def test_garmins_devices_are_named_beside_their_data(history, make_activity):
    assert document(history, NOW)["credit"] == ""
    watch = make_activity(0, sources=("garmin",), device="Fenix 7")
    assert document(replace(history, activities=(watch,)), NOW)["credit"] == "Data from Garmin Fenix 7."
    assert document(replace(history, synced={"garmin": NOW}), NOW)["credit"] == "Data from Garmin."


def test_days_to_come_are_not_called_rest_days(history):
    found = document(history, NOW)
    assert found["week"]["rest_days"] is None
    assert found["last_week"]["rest_days"] == 5


def test_without_any_history_everything_is_there_and_nothing_is_made_up():
    found = document(History(replace(ROBIN, races=()), ()), NOW)
    assert list(found) == KEYS[""]
    assert (found["days_since"], found["easy_share"]) == ({"run": None, "strength": None}, None)
    assert found["load"] == {"last_7_days": None, "last_28_days": None}
    assert (found["next_race"], found["mode"], found["shoes"], found["sources"]) == (None, None, [], {})


def test_units_change_nothing_for_a_machine(history):
    assert document(replace(history, athlete=replace(ROBIN, units="mi")), NOW) == document(history, NOW)


class TestCommand:
    def test_a_machine_gets_the_document(self, runner):
        found = runner("state", "--json").json
        assert list(found) == KEYS[""]
        assert found["shoes"][0]["name"] == "Blue pair"

    def test_a_person_gets_lines(self, runner):
        said = runner("state").out
        assert said.startswith("this week   ")
        assert "strength    not known" in said
        assert "shoe        Blue pair: " in said

    def test_a_load_that_is_not_known_is_not_known_in_any_days(self, coachd):
        assert "load        not known\n" in coachd("state").out

    def test_before_the_first_activity_it_works_too(self, coachd):
        assert coachd("state", "--json").json["week"]["runs"] == 0
