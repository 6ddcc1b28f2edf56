"""Commands as processes of their own, timed from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

COACHD = str(Path(sys.executable).with_name("coachd"))


class Failed(Exception):
    """A command that was to be measured did not do its job; the message is its last word."""


def clean_environment(home: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """An environment in which nobody's own settings can change a measurement."""
    return {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", **settings}


def output(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> str:
    """What the command prints. Raises Failed if it ends with anything but 0."""
    run = subprocess.run(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if run.returncode:
        said = (run.stderr.strip() or run.stdout.strip() or f"ended with {run.returncode}").splitlines()
        raise Failed(f"{Path(command[0]).name} {' '.join(command[1:4])}: {said[-1]}")
    return run.stdout


def seconds(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """How long the command takes, from its start to its end. Raises Failed if it ends with anything but 0."""
    begin = time.perf_counter()
    output(command, environment, folder)
    return time.perf_counter() - begin
