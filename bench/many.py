"""Judging many athletes from the store, in chunks: what one costs, on both databases, and whether memory stays flat."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import postgres
from bench.club import fill
from bench.judging import RULES
from bench.process import clean_environment, output
from bench.table import Row
from coachd import migrations
from coachd.clock import SystemClock
from coachd.store import Store

SIZES = (100, 1_000, 10_000)
POSTGRES_SIZE = 1_000
BAR_S = 0.001  # a thousand athletes a second and core
_ROOT = Path(__file__).parents[1]
_MB = 1e6


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    for size in SIZES:
        times = rounds if size < SIZES[-1] else 1  # half a minute each
        yield _judged(f"sqlite:///{scratch / f'{size}.db'}", size, "SQLite", scratch, times)
    with postgres.running() as url:
        yield _judged(url, POSTGRES_SIZE, "PostgreSQL", scratch, rounds)


def _judged(url: str, size: int, database: str, scratch: Path, rounds: int) -> Row:
    migrations.upgrade(url)
    store = Store(url)
    fill(store, size, SystemClock().now())
    store.close()
    environment = {**clean_environment(scratch, {}), "PYTHONPATH": os.fspath(_ROOT)}
    command = [sys.executable, "-m", "bench.judging", url, str(scratch / "state")]
    found = [json.loads(output(command, environment, scratch)) for _ in range(rounds)]
    each = median(one["seconds"] / one["athletes"] for one in found)
    peak = max(one["peak"] for one in found) / _MB
    what = f"judge {size:,} athletes by {RULES} rules, {database}, each"
    return Row(what, each, "s", BAR_S, f"{1 / each:,.0f} athletes/s of CPU, peak {peak:.0f} MB")
