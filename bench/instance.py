"""A coachd with a state folder of its own, asked through its commands as a user would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from bench.process import COACHD, Failed, clean_environment, output, seconds
from bench.runner import ZONE
from bench.strava import Strava

_ROOT = Path(__file__).parents[1]
_AUTHORISE = re.compile(r"https?://\S+/oauth/authorize\?\S+")


class Instance:
    """Its state lies in `folder`, which is made; its Strava is the stand-in, if one is given."""

    def __init__(self, folder: Path, strava: Strava | None = None) -> None:
        folder.mkdir()
        self.folder = folder
        settings = {"COACHD_STATE_DIR": str(folder), "ATHLETE_ZONE": ZONE, "STRAVA_RETENTION_DAYS": "0"}
        if strava:
            settings |= {
                "STRAVA_CLIENT_ID": "1",
                "STRAVA_CLIENT_SECRET": "invented",
                "STRAVA_OAUTH_BASE": strava.base,
                "STRAVA_API_BASE": f"{strava.base}/api/v3",
            }
        self.environment = clean_environment(folder, settings)

    def connect(self) -> None:
        """Connect Strava: open the printed address, as a browser would. Raises Failed if that does not end well."""
        command = [COACHD, "connect", "strava"]
        unbuffered = {**self.environment, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command,
            env=unbuffered,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout
            said = ""
            for line in process.stdout:
                said = line.strip() or said
                if address := _AUTHORISE.search(line):
                    urllib.request.urlopen(address[0]).close()
        if process.returncode:
            raise Failed(f"coachd connect strava: {said}")

    def seconds(self, *arguments: str) -> float:
        """How long the command takes as a process of its own."""
        return seconds([COACHD, *arguments], self.environment, self.folder)

    def run(self, *arguments: str) -> str:
        """What the command prints."""
        return output([COACHD, *arguments], self.environment, self.folder)

    def seconds_inside(self, steps: Sequence[str]) -> list[float]:
        """How long each step (`sync`, `judge`) takes inside one process, as in the daemon."""
        command = [sys.executable, "-m", "bench.inside", json.dumps(steps)]
        where = {**self.environment, "PYTHONPATH": os.fspath(_ROOT)}
        return json.loads(output(command, where, self.folder))
