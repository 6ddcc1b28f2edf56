"""FIT files of 45 minutes into the store, as a command: how many a second on all cores, and whether memory grows."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.instance import Instance
from bench.process import COACHD, Failed
from bench.table import Row
from coachd.demo.fit_file import Workout, fit_file
from coachd.demo.samples import samples

FILES, MANY = 200, 2_000
PER_SECOND = 8
GROWTH_MB = 20
LOOK_S = 0.25
ROUNDS = 3
_MB = 1e6
_RUN = {
    "id": 1, "moving_time": 2700, "elapsed_time": 2760, "distance": 8100.0, "average_heartrate": 145.0,
    "max_heartrate": 172.0, "average_cadence": 85.0, "total_elevation_gain": 60.0, "sport_type": "Run",
    "workout_type": 0, "name": "Run",
}  # fmt: skip
_FIRST = datetime(2020, 1, 1, 7, tzinfo=UTC)


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    folder = _written(scratch / "some", FILES)
    taken = [Instance(scratch / f"import-{n}").seconds("import", str(folder)) for n in range(min(rounds, ROUNDS))]
    value = median(taken)
    note = f"{FILES / value:.1f} files/s on {os.cpu_count()} cores"
    yield Row(f"{FILES} FIT files of 45 minutes, as a process", value, "s", FILES / PER_SECOND, note)
    yield from _memory(scratch)


def _memory(scratch: Path) -> Iterator[Row]:
    folder = _written(scratch / "many", MANY)
    instance = Instance(scratch / "memory")
    begin = time.perf_counter()
    with subprocess.Popen(
        [COACHD, "import", str(folder)], env=instance.environment, cwd=instance.folder, stdout=subprocess.DEVNULL
    ) as process:
        resident = []
        while process.poll() is None:
            resident.append(sum(map(_resident, [process.pid, *_children(process.pid)])))
            time.sleep(LOOK_S)
    if process.returncode:
        raise Failed(f"coachd import ended with {process.returncode}")
    quarter = len(resident) // 4
    early, late = (median(part) for part in (resident[quarter : 2 * quarter], resident[3 * quarter : -4]))
    speed = MANY / (time.perf_counter() - begin)
    yield Row(f"{MANY:,} FIT files, memory of all processes", max(resident) / _MB, "MB", note=f"{speed:.1f} files/s")
    yield Row("the same, growth from the second quarter to the last", (late - early) / _MB, "MB", GROWTH_MB)


def _written(folder: Path, count: int) -> Path:
    """A folder of invented runs, one a day."""
    folder.mkdir()
    columns = samples(_RUN)
    for number in range(count):
        start = _FIRST + timedelta(days=number)
        content = fit_file(Workout(start, 1, 0, 2760, 2700, 8100.0, 60.0, 145.0, 172.0, 85.0), columns)
        (folder / f"{start:%Y-%m-%d}.fit").write_bytes(content)
    return folder


def _resident(pid: int) -> int:
    """Bytes of a process; none of one that has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
