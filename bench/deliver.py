"""Rendering digests and handing them to a relay on loopback, with their claims and records in the store."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import relay
from bench.club import fill
from bench.process import clean_environment, output
from bench.table import Row
from coachd import migrations
from coachd.clock import SystemClock
from coachd.store import Store

SIZE = 600
BAR_S = 0.020  # fifty digests a second and core
_ROOT = Path(__file__).parents[1]
_MB = 1e6


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    with relay.running(scratch) as port:
        found = [_delivered(scratch / str(number), port) for number in range(rounds)]
    each = median(one["cpu"] / one["digests"] for one in found)
    wall = median(one["digests"] / one["wall"] for one in found)
    grown = max(one["end"] - one["warm"] for one in found) / _MB
    note = (
        f"{1 / each:,.0f} digests/s of CPU, {wall:,.0f} by the clock, memory +{grown:.1f} MB over {found[0]['digests']}"
    )
    yield Row("render and send a digest, SQLite and SMTP, each", each, "s", BAR_S, note)


def _delivered(scratch: Path, port: int) -> dict[str, float]:
    scratch.mkdir()
    url = f"sqlite:///{scratch / 'club.db'}"
    migrations.upgrade(url)
    store = Store(url)
    fill(store, SIZE, SystemClock().now())
    store.close()
    environment = {**clean_environment(scratch, {}), "PYTHONPATH": os.fspath(_ROOT)}
    command = [sys.executable, "-m", "bench.delivering", url, str(scratch / "state"), str(port)]
    found: dict[str, float] = json.loads(output(command, environment, scratch))
    return found
