"""The demo with each source, cut to one week and a few files so that it is quick."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from coachd import gather, logs
from coachd.cli.demo import demo_command
from coachd.demo import season as seasons
from coachd.demo.season import season
from coachd.store import activities, connections
from coachd.store import nights as stored_nights

FEW = 3


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(seasons, "FIRST_WEEK", seasons.LAST_WEEK)
    monkeypatch.setattr(gather, "STREAMS_A_LOOK", FEW)


def lived(folder, *sources):
    """What a season leaves: the lines, the connected sources, the activities, the nights and the last mail's text."""
    said = []
    with season(folder / "kept", said.append, sources) as shown, shown.coach.store.read() as db:
        connected = {state.source: state.state for state in connections.every(db, "me")}
        recorded = activities.load(db, "me")
        return said, connected, recorded, stored_nights.load(db, "me"), shown.text


@pytest.fixture(scope="module")
def by_strava(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seasons, "FIRST_WEEK", seasons.LAST_WEEK)
        return lived(tmp_path_factory.mktemp("strava"), "strava")


def test_a_runner_with_only_a_garmin_key_gets_the_same_weeks(by_strava, tmp_path):
    said, connected, activities, nights, text = lived(tmp_path, "garmin")
    assert connected == {"garmin": "ok"}
    assert {activity.sources for activity in activities} == {("garmin",)}
    assert len(activities) == len(by_strava[2])
    assert "93.0 km, 7 runs" in text
    assert len(nights) > 30
    assert any("nights came" in line for line in said)
    assert sum(activity.streams is not None for activity in activities) == 2 * FEW


def test_with_both_every_workout_is_one_activity_of_two_sources(by_strava, tmp_path):
    _, connected, activities, nights, text = lived(tmp_path, "strava", "garmin")
    assert connected == {"garmin": "ok", "strava": "ok"}
    assert len(activities) == len(by_strava[2])
    assert {frozenset(activity.sources) for activity in activities} == {frozenset({"strava", "garmin"})}
    assert "93.0 km, 7 runs" in text
    assert nights


def test_the_command_takes_the_source(monkeypatch, tmp_path):
    monkeypatch.setattr(logs, "start", lambda *given: None)  # the tests' own logging stays
    done = CliRunner().invoke(demo_command, ["--once", "--source", "both", "--keep", str(tmp_path / "kept")])
    assert done.exit_code == 0, done.output
    assert "to a Strava stand-in" in done.output
    assert "for a Garmin stand-in" in done.output
    refused = CliRunner().invoke(demo_command, ["--source", "polar"])
    assert refused.exit_code == 2
