"""`coachd connect garmin`: the key hidden or from a file, its end, and what is said about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from coachd.cli import cli, garmin_key
from coachd.demo.garmin import KEY, GarminStandIn, World
from coachd.demo.garmin_access import AREAS
from coachd.demo.garmin_days import invented_days
from coachd.demo.garmin_shapes import listed_activity
from coachd.errors import InputProblem
from coachd.model import Athlete

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def garmin(monkeypatch):
    """The environment of a runner whose Garmin is the stand-in, with one run and some nights."""
    run = listed_activity(7, datetime(2025, 10, 1, 7, tzinfo=BERLIN), BERLIN, distance=8000.0, duration=2700.0)
    world = World([run], invented_days(date(2025, 10, 1), date(2025, 10, 9), BERLIN))
    with GarminStandIn(world) as stand_in:
        monkeypatch.setenv("GARMIN_API_BASE", stand_in.api_base)
        monkeypatch.setenv("ATHLETE_ZONE", "Europe/Berlin")
        yield stand_in


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    return path


@pytest.fixture
def connect(coachd, garmin, key_file):
    def run(*arguments):
        return coachd("connect", "garmin", "--key-file", key_file, *(arguments or ("--expires", "365")))

    return run


def test_a_key_from_a_file_connects_and_says_when_it_ends(connect):
    said = connect("--expires", "90 days")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "Connected."
    assert lines[1].startswith("The key ends on 20")
    assert lines[2].startswith("Next: `coachd sync`")


def test_a_typed_key_is_hidden_and_its_end_is_asked_for(garmin, state):
    said = CliRunner().invoke(cli, ["--state", str(state), "connect", "garmin"], input=f"{KEY}\n30\n")
    assert said.exit_code == 0, said.output
    assert "https://connect.garmin.com/app/settings/personalApiToken" in said.output
    assert "Days from today as chosen there (30, 90, 180, 365)" in said.output
    assert KEY not in said.output


def test_a_key_that_garmin_does_not_take_says_what_to_do(connect, key_file):
    key_file.write_text("an-unknown-key")
    said = connect()
    assert said.code == 5
    assert "Garmin does not take the key: it is wrong, expired or deleted." in said.err
    assert "an-unknown-key" not in said.out + said.err


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe\x00"])
def test_a_file_without_a_key_is_refused(connect, key_file, content):
    key_file.write_bytes(content)
    assert connect().code == 2


def test_a_file_that_is_not_there_is_named(coachd, garmin):
    said = coachd("connect", "garmin", "--key-file", "nowhere", "--expires", "30")
    assert said.code == 2
    assert "nowhere cannot be read: No such file or directory." in said.err


def test_a_key_is_no_argument(coachd, garmin):
    assert coachd("connect", "garmin", KEY).code == 2


def test_a_key_that_ends_within_a_day_says_so(connect, garmin):
    garmin.world.keys.change(ends_at=garmin.clock.now() + timedelta(hours=5))
    assert "Note: by what Garmin gave for it, the key ends on" in connect().out


def test_where_nothing_tells_the_account_it_says_what_is_assumed(connect, garmin):
    garmin.world.delete(7)
    assert connect().out.startswith("Connected. Nothing tells whose account it is: I take it for yours.")


def test_what_comes_after_is_seen_by_status_and_doctor(connect, coachd, garmin):
    assert "ok    garmin: not connected; `coachd connect garmin`" in coachd("doctor").out
    connect()
    assert coachd("sync").code == 0
    doctor = coachd("doctor").out
    assert "ok    garmin: connected, last look" in doctor
    assert "keys give no shoes, devices, laps, training readiness and VO2max" in doctor
    assert "1 activities" in coachd("status").out


def test_what_a_key_may_not_read_is_said(connect, coachd, garmin):
    connect()
    garmin.world.keys.change(areas=AREAS - {"wellness"})
    assert coachd("sync").code == 0
    said = coachd("doctor").out
    assert "note  garmin: connected" in said
    assert "sleep: the key may not read this (HTTP 403)" in said
    assert "skipped garmin sleep: the key may not read this (HTTP 403)" in coachd("status").out


def test_a_deleted_key_asks_for_another_one(connect, coachd, garmin):
    connect()
    garmin.world.keys.delete()
    assert coachd("sync").code == 5
    said = coachd("doctor")
    assert said.code == 1
    assert "mend  garmin: revoked: Garmin does not take the key" in said.out
    assert "Connect again: `coachd connect garmin`." in said.out
    assert "Connect again: `coachd connect garmin`." in coachd("status").out


def test_leaving_says_where_the_key_is_deleted(connect, coachd, garmin):
    connect()
    coachd("sync")
    said = coachd("disconnect", "garmin", "--yes").out
    assert "1 recordings removed" in said
    assert "delete the key at https://connect.garmin.com/app/settings/personalApiToken" in said


@pytest.mark.parametrize("said", ["30", "90", "180 days", "365d", " 30 "])
def test_an_end_may_be_said_as_garmin_offers_it(said):
    days = int("".join(sign for sign in said if sign.isdecimal()))
    assert garmin_key.ends_at(said, Athlete(), NOW) == NOW + days * DAY


def test_an_end_may_be_a_day_which_begins_where_the_athlete_lives():
    tokyo = Athlete(zone="Asia/Tokyo")
    assert garmin_key.ends_at("2027-01-31", tokyo, NOW) == datetime(2027, 1, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["", "31", "soon", "2026-11-22", "2026-13-01", "2028-01-01", "0001-01-01", "9999-12-31"]
)
def test_what_cannot_be_the_end_of_a_key_is_refused(said):
    with pytest.raises(InputProblem):
        garmin_key.ends_at(said, Athlete(), NOW)
