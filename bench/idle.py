"""What a daemon costs that has nothing to do."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.instance import Instance
from bench.process import COACHD, Failed
from bench.runner import summaries
from bench.strava import running
from bench.table import Row
from coachd.clock import SystemClock

SETTLE_S = 15
WATCH_S = 20
RSS_MB = 100
CPU_PERCENT = 0.5  # what still counts as none: a tenth of a second in twenty
_MB = 1e6


def rows(scratch: Path, _rounds: int) -> Iterator[Row]:
    with running(scratch, summaries(300, SystemClock().now())) as strava:
        instance = Instance(scratch / "idle", strava)
        instance.connect()
        with subprocess.Popen(
            [COACHD, "run"],
            env=instance.environment,
            cwd=instance.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as daemon:
            try:
                rss, cpu = _watched(daemon)
            finally:
                daemon.terminate()
    yield Row("idle daemon, resident memory", rss / _MB, "MB", RSS_MB)
    yield Row(f"idle daemon, CPU over {WATCH_S} s", 100 * cpu / WATCH_S, "%", CPU_PERCENT)


def _watched(daemon: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Resident bytes and CPU seconds while it idles, once its first look at Strava is over."""
    time.sleep(SETTLE_S)
    before = _cpu(daemon.pid)
    time.sleep(WATCH_S)
    if daemon.poll() is not None:
        raise Failed(f"coachd run ended by itself with {daemon.returncode}")
    pages = int(Path(f"/proc/{daemon.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE"), _cpu(daemon.pid) - before


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError as problem:
        raise Failed("coachd run did not stay up, or this system has no /proc") from problem
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
