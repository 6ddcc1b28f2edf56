"""Commands run in this process: fast, with the same edge (`main`) that turns errors into words and exit codes."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from processes import pointed_at, sent_to

from coachd import cli
from coachd.config import Settings
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.sources.strava import oauth


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Coachd = Callable[..., Said]


@pytest.fixture(autouse=True)
def nothing_set(tmp_path, monkeypatch) -> Iterator[None]:
    """An environment, a home and a current folder in which nobody has set anything; logging as it was afterwards."""
    for name in [*Settings.model_fields, "state_directory", "credentials_directory", "notify_socket", "ssh_connection"]:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.delenv("SSH_TTY", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    handlers, levels = logging.root.handlers[:], (logging.root.level, logging.getLogger("coachd").level)
    yield
    # Commands write their log to the terminal of their own time, which is gone after the test.
    logging.root.handlers[:] = handlers
    logging.root.setLevel(levels[0])
    logging.getLogger("coachd").setLevel(levels[1])


@pytest.fixture
def state(tmp_path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def bare(capsys, monkeypatch) -> Coachd:
    """Runs `coachd` with exactly these arguments; `typed` is what somebody answers."""

    def run(*arguments: object, typed: str = "") -> Said:
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Said(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def coachd(bare, state) -> Coachd:
    """Runs `coachd` on the test's own state folder."""

    def run(*arguments: object, typed: str = "") -> Said:
        return bare("--state", state, *arguments, typed=typed)

    return run


@pytest.fixture
def export(tmp_path) -> Path:
    """The table of an invented runner's export: a run every other day of 2025 until 31 August, and one gym visit."""
    header = ["Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
              "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note", "Activity Gear",
              "Filename", "Athlete Weight", "Bike Weight", "Elapsed Time", "Moving Time", "Distance"]  # fmt: skip
    path = tmp_path / "activities.csv"
    start, number = datetime(2025, 1, 1, 7, tzinfo=UTC), 0
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(header)
        while start < datetime(2025, 9, 1, tzinfo=UTC):
            number += 1
            sport, metres = ("Weight Training", 0) if number == 20 else ("Run", 10_000)
            shown = f"{start:%b} {start.day}, {start:%Y, %I:%M:%S %p}"
            row = [number, shown, "Invented", sport, "", 3100, metres / 1000, "", "", "false", "", "Blue pair", ""]
            table.writerow([*row, "", "", 3100.0, 3000.0, float(metres)])
            start += timedelta(days=2)
    return path


@pytest.fixture
def runner(coachd, export) -> Coachd:
    """An athlete with eight months of runs, in UTC so that weeks are the same everywhere."""
    coachd("athlete", "show")
    coachd("athlete", "set", "zone=UTC")
    coachd("import", export)
    return coachd


@pytest.fixture
def own_rules(tmp_path, monkeypatch) -> Path:
    """The folder for rules of one's own, empty."""
    folder = tmp_path / "own-rules"
    folder.mkdir()
    monkeypatch.setenv("RULES_DIR", str(folder))
    return folder


@pytest.fixture
def strava() -> Iterator[StravaStandIn]:
    """A Strava on which Robin ran on five days."""
    days = [date(2025, 10, 1) + timedelta(days=number) for number in range(5)]
    runs = [
        summary_activity(
            number, day, time(7), ZoneInfo("UTC"), distance=10_000.0, moving_time=3_000, elapsed_time=3_100
        )
        for number, day in enumerate(days, start=9001)
    ]
    with StravaStandIn(World(runs, {"id": 70070071, "firstname": "Robin"})) as stand_in:
        yield stand_in


@pytest.fixture
def connected(strava, monkeypatch) -> StravaStandIn:
    """The environment of a runner whose Strava is the stand-in."""
    for name, value in {**pointed_at(strava), "STRAVA_RETENTION_DAYS": "0"}.items():
        monkeypatch.setenv(name, value)
    return strava


@pytest.fixture
def pasting(coachd, connected, monkeypatch):
    """`connect --paste`, with the address that somebody makes of the page shown."""

    def run(made=sent_to):
        pages: list[str] = []
        invite = oauth.invite

        def noting(settings, redirect_uri):
            invitation = invite(settings, redirect_uri)
            pages.append(invitation.url)
            return invitation

        monkeypatch.setattr(oauth, "invite", noting)
        monkeypatch.setattr("click.prompt", lambda *_words, **_options: made(pages[-1]))
        return coachd("connect", "strava", "--paste")

    return run
