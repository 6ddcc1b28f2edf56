"""A Strava export of 2,000 rows into the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.instance import Instance
from bench.runner import summaries, write_export
from bench.table import Row
from coachd.clock import SystemClock

COUNT = 2_000
BAR_S = 2.0


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    export = write_export(scratch / "export", summaries(COUNT, SystemClock().now()))
    value = median(Instance(scratch / f"import-{n}").seconds("import", str(export)) for n in range(rounds))
    yield Row(f"export of {COUNT:,} rows, as a process", value, "s", BAR_S, f"{COUNT / value:,.0f} rows/s")
