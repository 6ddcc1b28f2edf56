"""How soon a command that only speaks is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.instance import Instance
from bench.table import Row

BAR_S = 0.150


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    instance = Instance(scratch / "startup")
    for option in ("--version", "--help"):
        instance.run(option)  # the first start compiles
        value = median(instance.seconds(option) for _ in range(3 * rounds))
        yield Row(f"coachd {option}", value, "s", BAR_S)
