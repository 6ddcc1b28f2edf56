"""strava-offline, a small tool that lists the same summaries into SQLite: what a sync may cost.

It is installed into an environment of its own in the user's cache, once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from platformdirs import user_cache_path

from bench.process import Failed, clean_environment, seconds
from bench.strava import Strava

RELEASE = "strava-offline==1.1.1"
_REDIRECT = Path(__file__).parent / "redirect"


def installed() -> Path:
    """The command, installed if need be. Raises Failed where that is not possible."""
    folder = user_cache_path("coachd-bench") / RELEASE
    command = folder / "bin" / "strava-offline"
    if not command.exists():
        print(f"installing {RELEASE} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", RELEASE]
        run = subprocess.run(pip, env=os.environ, capture_output=True, text=True, check=False)
        if run.returncode:
            raise Failed(f"{RELEASE} cannot be installed here: {run.stderr.strip().splitlines()[-1]}")
    return command


def full_sync(command: Path, strava: Strava, folder: Path) -> float:
    """Seconds that it takes as a process to list everything into a new database."""
    folder.mkdir()
    token = folder / "token.json"
    token.write_text(json.dumps(strava.token()))
    arguments = ["sqlite", "--full", "--database", str(folder / "strava.sqlite"), "--token-file", str(token)]
    settings = {"PYTHONPATH": str(_REDIRECT), "BENCH_STRAVA": strava.base}
    return seconds([str(command), *arguments], clean_environment(folder, settings), folder)
