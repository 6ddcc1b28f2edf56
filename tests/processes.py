"""`coachd` as its users have it: a process of its own, with nothing in its environment but what a test puts there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests
from strava_connection import settings_of

from coachd.demo.strava import StravaStandIn
from coachd.store import Store, shared
from coachd.store.shared import Heartbeat

PATIENCE_S = 60.0
"""How long anything may take before a test gives up: much more than it needs, since nothing waits for it to pass."""

T = TypeVar("T")

SECRET = "client-secret-that-nobody-may-see"


@dataclass
class Home:
    """A state folder, an empty HOME, and the settings that every command of a test gets."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.root / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        self.state = self.root / "state"

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a command sees: no proxy, no terminal and no setting of whoever runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.root),
            "COACHD_STATE_DIR": str(self.state),
            **self.env,
            **(more or {}),
        }

    def start(self, *arguments: str, **more: str) -> Running:
        """A command that goes on in the background, in a folder of its own where no `.env` lies about."""
        return Running(arguments, self.environment(more), self.home)

    def run(self, *arguments: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """A command that is waited for."""
        return subprocess.run(
            [sys.executable, "-m", "coachd", *arguments],
            env=self.environment(more),
            cwd=self.home,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """What a command prints with --json, which must succeed."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database, looked at from here while the commands use it."""
        opened = Store(f"sqlite:///{self.state / 'coachd.db'}")
        try:
            yield opened
        finally:
            opened.close()

    def sign(self) -> Heartbeat | None:
        """The daemon's last sign of life."""
        with self.store() as store, store.read() as db:
            return shared.heartbeat(db, "run")


class Running:
    """A started command. Its output goes to files, so that no full pipe can ever block it."""

    _count = 0

    def __init__(self, arguments: tuple[str, ...], env: Mapping[str, str], folder: Path) -> None:
        Running._count += 1
        self.out = Path(env["TMPDIR"]) / f"{Running._count}.out"
        self.err = self.out.with_suffix(".err")
        with self.out.open("w") as out, self.err.open("w") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "coachd", *arguments],
                env=dict(env, PYTHONUNBUFFERED="1"),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        self.pid = self._process.pid

    @property
    def stdout(self) -> str:
        return self.out.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self.err.read_text(encoding="utf-8")

    @property
    def over(self) -> bool:
        return self._process.poll() is not None

    def until(self, wanted: str, seconds: float = PATIENCE_S) -> str:
        """The first line of output, of either kind, in which `wanted` stands."""

        def found() -> str | None:
            lines = f"{self.stdout}\n{self.stderr}".splitlines()
            line = next((line for line in lines if wanted in line), None)
            assert line is not None or not self.over, f"ended without saying {wanted!r}:\n{self.stdout}{self.stderr}"
            return line

        return eventually(found, f"{wanted!r} in the output", seconds)

    def kill(self) -> int:
        """End it as a power cut would."""
        return self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM, seconds: float = PATIENCE_S) -> int:
        """Send a signal and give the exit code."""
        if not self.over:
            self._process.send_signal(number)
        return self.wait(seconds)

    def wait(self, seconds: float = PATIENCE_S) -> int:
        return self._process.wait(seconds)


def eventually(asked: Callable[[], T | None], what: str, seconds: float = PATIENCE_S) -> T:
    """What `asked` gives as soon as that is true. Fails when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        answer = asked()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.02)


@contextmanager
def started(home: Home, *arguments: str, **more: str) -> Iterator[Running]:
    """A command in the background that is gone when the context ends, whatever happened in between."""
    running = home.start(*arguments, **more)
    try:
        yield running
    finally:
        running.kill()


def pointed_at(stand_in: StravaStandIn) -> dict[str, str]:
    """Settings that make coachd take the stand-in for Strava."""
    return {**settings_of(stand_in), "ATHLETE_ZONE": "UTC", "STRAVA_CLIENT_SECRET": SECRET}


def connect(home: Home, *arguments: str) -> Running:
    """`coachd connect strava` to its end, with a browser that does what the printed page says."""
    with started(home, *arguments, "connect", "strava", "--no-browser") as command:
        visit(command.until("/oauth/authorize?").strip())
        assert command.wait() == 0, command.stderr
        return command


def sent_to(page: str) -> str:
    """The address that a browser is sent to by the page, without going there."""
    return requests.get(page, allow_redirects=False, timeout=10, proxies={"http": ""}).headers["Location"]


def visit(page: str) -> requests.Response:
    """What a browser does with a page: follow where it leads, through no proxy."""
    with requests.Session() as browser:
        browser.trust_env = False
        return browser.get(page, timeout=PATIENCE_S)
