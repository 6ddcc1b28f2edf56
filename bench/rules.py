"""Reading the shipped rules: checked as a whole, and as every command loads them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.process import clean_environment, output
from bench.table import Row

BAR_S = 1.0
_ROOT = Path(__file__).parents[1]
_READ = """
import json, sys, time
from coachd import rulebook
from coachd.resources import shipped
begin = time.process_time()
done = rulebook.check([shipped("rules")]) if sys.argv[1] == "check" else rulebook.load([shipped("rules")], tests=False)
print(json.dumps(time.process_time() - begin))
"""


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    yield Row("rules check, the whole catalogue", _seconds(scratch, "check", rounds), "s", BAR_S, "CPU")
    yield Row("rules loaded by a command", _seconds(scratch, "load", rounds), "s", note="CPU")


def _seconds(scratch: Path, what: str, rounds: int) -> float:
    """The median CPU time in a process of its own, where nothing is known yet."""
    environment = {**clean_environment(scratch, {}), "PYTHONPATH": os.fspath(_ROOT)}
    command = [sys.executable, "-c", _READ, what]
    return median(json.loads(output(command, environment, scratch)) for _ in range(rounds))
