"""Judging one athlete who has ten years of history, with all the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.instance import Instance
from bench.runner import summaries, write_export
from bench.table import Row
from coachd.clock import SystemClock

TEN_YEARS = 3_000
BAR_S = 0.100


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    instance = Instance(scratch / "judge")
    instance.run("import", str(write_export(scratch / "ten-years", summaries(TEN_YEARS, SystemClock().now()))))
    _, *warm = instance.seconds_inside(["judge"] * (1 + rounds))
    yield Row("judge, 1 athlete, 10 years, inside the daemon", median(warm), "s", BAR_S, "CPU")
