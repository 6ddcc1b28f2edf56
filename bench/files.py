"""Activity files of 45 minutes, read into workouts, beside the bare decoder that they are read with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time

import fitdecode

from bench.process import Failed
from bench.table import Row
from coachd.formats import read
from coachd.history.streams import numbers

FILE = Path(__file__).parents[1].parent / "shared" / "data" / "files" / "activity-small-fenix2-run.fit"
PER_FILE_S = 0.25
"""Eight files a second on two cores."""


def rows(_scratch: Path, rounds: int) -> Iterator[Row]:
    if not FILE.exists():
        raise Failed("the recording of 47 minutes that this reads is not here")
    content = FILE.read_bytes()
    yield Row("FIT of 47 minutes, bare decoder", _seconds(lambda: _decoded(content), rounds), "s", note="CPU")
    yield Row("the same, read into a workout", _seconds(lambda: read(content), rounds), "s", note="CPU")
    both = _seconds(lambda: [numbers(each.columns, vdot=45) for each in read(content).workouts], rounds)
    yield Row("the same, with all stream numbers", both, "s", PER_FILE_S, f"CPU; {2 / both:.0f} files/s on 2 cores")


def _decoded(content: bytes) -> int:
    with fitdecode.FitReader(content) as reader:
        return sum(1 for _ in reader)


def _seconds(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begin = process_time()
        work()
        taken.append(process_time() - begin)
    return median(taken)
