"""From Strava's door to the mail: real processes, real HTTP, real OAuth, real SMTP. Only the world is invented."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from processes import SECRET, Home, Running, connect, eventually, pointed_at, started

from coachd import config
from coachd.clock import SystemClock
from coachd.coach import opened
from coachd.demo.sink import MailSink
from coachd.demo.strava import ALL_SCOPES, StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.model import WEEKDAYS
from coachd.store import connections
from coachd.store.connections import Tokens

REAL = Path(__file__).parents[1].parent / "shared" / "data"
LISTING = "/athlete/activities"
PASSWORD = "relay-password-that-nobody-may-see"
PUSH = "json://push-token-that-nobody-may-see@127.0.0.1:1"

real_data = pytest.mark.skipif(not REAL.exists(), reason="the real recordings are not here")


def run_on(day: date, number: int, **fields: Any) -> dict[str, Any]:
    given = {"distance": 10_000.0, "moving_time": 3_000, "elapsed_time": 3_100, "name": "Invented", **fields}
    return summary_activity(number, day, time(7), ZoneInfo("UTC"), **given)


def served(world: World, folder: Path) -> Iterator[tuple[StravaStandIn, Home]]:
    """A stand-in, and a home that keeps all it gets."""
    with StravaStandIn(world) as stand_in:
        yield stand_in, Home(folder, {**pointed_at(stand_in), "STRAVA_RETENTION_DAYS": "0"})


@pytest.fixture
def invented(tmp_path) -> Iterator[tuple[StravaStandIn, Home]]:
    """Sixty runs, one a day until yesterday; connected as by `connect`, but without a process for it."""
    today = SystemClock().now().date()
    world = World([run_on(today - timedelta(days=n), 1000 - n) for n in range(1, 61)])
    for stand_in, home in served(world, tmp_path):
        answer = stand_in.connect()
        expires = datetime.fromtimestamp(answer["expires_at"], UTC)
        tokens = Tokens(answer["access_token"], answer["refresh_token"], expires)
        clock = SystemClock()
        with opened(config.load(home.env, state=home.state, dotenv=False), clock) as coach:
            coach.athlete("me")
            with coach.store.begin() as db:
                connections.connect(db, coach.vault, "me", "strava", "1", ALL_SCOPES, tokens, clock.now())
        yield stand_in, home


@pytest.fixture
def real(tmp_path) -> Iterator[tuple[StravaStandIn, Home]]:
    """A real runner's 1,132 activities."""
    read = {name: json.loads((REAL / f"strava-{name}.json").read_text()) for name in ("activities", "athlete", "gear")}
    world = World(read["activities"], read["athlete"], [read["gear"]])
    for stand_in, home in served(world, tmp_path):
        connect(home)
        yield stand_in, home


def has_the_real_figures(facts: dict[str, Any]) -> None:
    assert facts["activities"] == 1132
    assert facts["runs"] == 908
    assert (facts["by_sport"]["Run"], facts["by_sport"]["TrailRun"]) == (902, 6)
    assert facts["run_distance_m"] == pytest.approx(9_423_154, abs=0.5)
    assert facts["run_moving_s"] == 3_185_593
    assert facts["run_days"] == 874
    assert facts["longest_run_streak"] == {"days": 10, "start": "2023-08-26"}
    assert facts["longest_run_gap_days"] == 39
    shoes = [(shoe["id"], shoe["activities"], round(shoe["distance_m"] / 1000, 2)) for shoe in facts["shoes"]]
    assert len(shoes) == 15
    assert shoes[:3] == [("g12012300", 123, 1188.29), ("g3423618", 86, 966.31), ("g3372291", 82, 951.58)]


@real_data
class TestTheRealList:
    def test_it_comes_in_whole_and_the_figures_are_those_counted_from_the_file(self, real):
        stand_in, home = real
        (result,) = home.json("sync")
        assert (result["kind"], result["added"], result["skipped"]) == ("backfill", 1132, 0)
        assert len(stand_in.world.calls(LISTING)) == 7
        has_the_real_figures(home.json("summary"))
        first, last = home.json("summary", "--until", "2017-10-01"), home.json("summary", "--since", "2025-10-19")
        assert (first["runs"], last["runs"]) == (1, 1)

    def test_killed_five_times_and_started_again_it_is_the_same(self, real):
        stand_in, home = real
        # Slow enough for a kill to land between two pages or in the middle of one.
        stand_in.world.fail(LISTING, delay=0.15)
        for command in ["sync", "sync", "run", "sync", "run"]:
            before = len(stand_in.world.calls(LISTING))
            with started(home, command) as running:
                eventually(lambda: len(stand_in.world.calls(LISTING)) >= before + 2, "two calls")  # noqa: B023 - called at once
                assert not running.over, "it was to be killed in the middle"
                assert running.kill() == -signal.SIGKILL
        assert home.json("status")["athletes"][0]["sources"][0]["under_way"]["kind"] == "backfill"
        stand_in.world.heal()
        (result,) = home.json("sync")
        assert result["kind"] == "backfill"
        has_the_real_figures(home.json("summary"))
        # One page is read again after each kill, the one under way may be lost: no more than that.
        assert len(stand_in.world.calls(LISTING)) <= 7 + 5 * 2
        (next_look,) = home.json("sync")
        assert (next_look["kind"], next_look["added"], next_look["deleted"]) == ("poll", 0, 0)


class TestAfterTheFirstLook:
    def test_edits_deletions_and_late_uploads_arrive(self, invented):
        stand_in, home = invented
        today = SystemClock().now().date()
        assert home.json("sync")[0]["added"] == 60
        stand_in.world.edit(999, distance=12_345.6)
        stand_in.world.delete(998)
        stand_in.world.delete(960)
        stand_in.world.add(run_on(today - timedelta(days=50), 5000, distance=7_000.0))  # uploaded late
        home.json("sync")
        assert home.json("summary")["runs"] == 60, "a poll looks at the last days and deletes nothing"
        (result,) = home.json("sync", "--full")
        assert (result["kind"], result["deleted"], result["brake"]) == ("full", 2, None)
        facts = home.json("summary")
        assert facts["runs"] == 59
        assert facts["run_distance_m"] == pytest.approx(57 * 10_000 + 12_345.6 + 7_000.0)

    def test_a_list_that_is_suddenly_empty_deletes_nothing_and_says_so(self, invented):
        stand_in, home = invented
        home.json("sync")
        before = home.json("summary")
        stand_in.world.fail(LISTING, status=200, body=[])
        said = home.run("sync", "--full")
        assert said.returncode == 0
        assert "Brake: the list lacks" in said.stdout
        assert "coachd sync --allow-deletions" in said.stdout
        assert home.json("summary") == before
        assert home.json("status")["athletes"][0]["sources"][0]["state"] == "brake"

    def test_deletions_that_are_meant_can_be_accepted(self, invented):
        stand_in, home = invented
        home.json("sync")
        for number in range(940, 990):
            stand_in.world.delete(number)
        assert home.json("sync", "--full")[0]["brake"] is not None
        assert home.json("summary")["runs"] == 60
        assert home.json("sync", "--allow-deletions")[0]["deleted"] == 50
        assert home.json("summary")["runs"] == 10


def due_at(due: datetime) -> dict[str, str]:
    """Settings by which the weekly mail is due then."""
    return {"ATHLETE_ZONE": "UTC", "DIGEST_DAY": WEEKDAYS[due.weekday()], "DIGEST_TIME": f"{due:%H:%M:%S}"}


def mailed_to(sink: MailSink) -> dict[str, str]:
    return {
        "CHANNELS": "folder email", "MAIL_TO": "robin@example.org", "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(sink.port), "SMTP_SECURITY": "none",
    }  # fmt: skip


def deliveries(home: Home) -> list[dict[str, Any]]:
    """Those of the weekly mail; the first mail ever waits for the day, or is out already."""
    return [row for row in home.json("status")["athletes"][0]["deliveries"] if row["kind"] == "weekly"]


def weekly(sink: MailSink) -> list[Any]:
    return [mail for mail, _ in sink.mails if mail["Subject"].startswith("Your week: ")]


class TestOneMailAWeek:
    def test_ten_starts_across_its_hour_make_exactly_one(self, invented, tmp_path):
        _, home = invented
        home.json("sync")
        (tmp_path / "mailbox").mkdir()
        with MailSink(tmp_path / "mailbox") as sink:
            home.env |= mailed_to(sink)
            self.started_and_ended(home, signal.SIGTERM, "tick")  # from now on the schedule is kept
            due = SystemClock().now() + timedelta(seconds=8)
            home.env |= due_at(due)
            for _ in range(3):
                self.started_and_ended(home, signal.SIGKILL, "tick")
                self.started_and_ended(home, signal.SIGKILL, "started")
                self.started_and_ended(home, signal.SIGTERM, "tick")
            eventually(lambda: SystemClock().now() > due, "the hour of the mail")
            with started(home, "run") as daemon:
                eventually(lambda: weekly(sink), "the mail at the relay")
                eventually(lambda: [row["state"] for row in deliveries(home)] == ["sent", "sent"], "both written down")
                assert daemon.end() == 0
            self.started_and_ended(home, signal.SIGTERM, "tick")
            assert len(list((home.state / "mail").glob("20*-me.eml"))) == 1
            assert len(weekly(sink)) == 1
            assert sorted(row["channel"] for row in deliveries(home)) == ["email", "folder"]

    def started_and_ended(self, home: Home, number: int, when: str) -> None:
        """Start the daemon and end it when its sign of life says `when`."""
        before = SystemClock().now()
        with started(home, "run") as daemon:

            def given() -> bool:
                sign = home.sign()
                return sign is not None and sign.at > before and sign.detail == when

            eventually(given, f"the sign {when}")
            assert daemon.end(number) == (0 if number == signal.SIGTERM else -number)


class TestTheDaemon:
    def test_a_hangup_has_the_rules_read_again_and_ends_nothing(self, invented):
        _, home = invented
        with started(home, "run") as daemon:
            daemon.until("coachd runs")
            os.kill(daemon.pid, signal.SIGHUP)
            daemon.until("rules read again")
            assert daemon.end() == 0

    def test_a_second_one_says_why_it_stops(self, invented):
        _, home = invented
        with started(home, "run") as first:
            first.until("coachd runs")
            second = home.run("run")
            assert second.returncode == 4
            assert f"coachd runs already for {home.state} (process {first.pid})." in second.stderr
            assert "Stop it first" in second.stderr
            assert not first.over
            assert first.end() == 0
        with started(home, "run") as third:
            third.until("coachd runs")
            assert third.end(signal.SIGINT) == 0

    def test_it_tells_the_service_manager_and_logs_as_json(self, invented, tmp_path):
        _, home = invented
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
            manager.bind(str(tmp_path / "notify"))
            manager.settimeout(60)
            with started(home, "run", NOTIFY_SOCKET=str(tmp_path / "notify")) as daemon:
                assert manager.recv(100) == b"READY=1"
                daemon.until("sync of strava for me: backfill, 60 new")
                assert daemon.end() == 0
            told = [manager.recv(100)]
            while told[-1] == b"WATCHDOG=1":
                told.append(manager.recv(100))
            assert told[-1] == b"STOPPING=1"
        lines = [json.loads(line) for line in daemon.stderr.splitlines()]
        # Not always last: a job that was under way, like the first mail, is finished.
        assert "coachd ends" in [line["message"] for line in lines]
        assert {"time", "level", "logger", "message"} <= set(lines[0])
        assert daemon.stdout == ""

    def test_health_is_told_while_it_runs_and_not_afterwards(self, invented):
        _, home = invented
        assert home.run("status", "--healthy").returncode == 1
        with started(home, "run") as daemon:
            daemon.until("coachd runs")
            assert home.run("status", "--healthy").returncode == 0
            assert daemon.end() == 0
        assert home.run("status", "--healthy").returncode == 1

    def test_it_ends_in_time_while_a_source_hangs_and_nothing_is_lost(self, invented):
        stand_in, home = invented
        stand_in.world.fail(LISTING, times=1, delay=600)
        with started(home, "run") as daemon:
            daemon.until("coachd runs")
            eventually(lambda: stand_in.world.limits.usage(SystemClock().now())[0] > 0, "the call that hangs")
            begun = SystemClock().now()
            assert daemon.end(seconds=10) == 0
            assert SystemClock().now() - begun < timedelta(seconds=10)
        assert home.run("status", "--healthy").returncode == 1
        assert home.json("sync")[0]["added"] == 60
        with closing(sqlite3.connect(home.state / "coachd.db")) as db:
            assert db.execute("pragma integrity_check").fetchone() == ("ok",)

    def test_a_backup_taken_while_it_works_is_whole(self, invented, tmp_path):
        _, home = invented
        with started(home, "run") as daemon:
            daemon.until("sync of strava for me")
            assert home.run("backup", str(tmp_path / "copy.db")).returncode == 0
            assert daemon.end() == 0
        with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
            assert db.execute("pragma integrity_check").fetchone() == ("ok",)
            assert db.execute("select count(*) from recordings").fetchone() == (60,)
        assert not any(SECRET.encode() in path.read_bytes() for path in [tmp_path / "copy.db"])


def test_no_command_lets_a_secret_out(invented, tmp_path):
    stand_in, home = invented
    (tmp_path / "mailbox").mkdir()
    secrets = [SECRET, PASSWORD, "push-token-that-nobody-may-see"]
    secrets += list(_tokens(stand_in))
    assert len(secrets) >= 5
    with MailSink(tmp_path / "mailbox") as sink:
        home.env |= {
            **mailed_to(sink), "CHANNELS": "folder email apprise", "SMTP_USER": "robin", "SMTP_PASSWORD": PASSWORD,
            "APPRISE_URLS": PUSH,
        }  # fmt: skip
        shown = []
        for command in [
            ["sync"], ["status"], ["status", "--json"], ["doctor"], ["digest", "preview"], ["digest", "send"],
            ["athlete", "show"], ["summary"],
        ]:  # fmt: skip
            done = home.run(*command)
            assert "Traceback" not in done.stderr
            shown.append(done.stdout + done.stderr)
        with started(home, "run") as daemon:
            daemon.until("coachd runs")
            shown.append(_command_line(daemon))
            stand_in.world.fail("*", status=401)
            assert daemon.end() == 0
            shown.append(daemon.stdout + daemon.stderr)
        shown.append(home.run("disconnect", "strava", "--yes").stdout)
    for secret in secrets:
        assert not [text for text in shown if secret in text]


def _tokens(stand_in: StravaStandIn) -> Iterator[str]:
    for grant in stand_in.world.oauth._grants:
        yield grant.refresh_token
        yield from grant.expiries


def _command_line(running: Running) -> str:
    path = Path(f"/proc/{running.pid}/cmdline")
    return path.read_text().replace("\0", " ") if path.exists() else ""
