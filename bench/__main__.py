"""Run the benchmarks and print their table: `python -m bench [startup sync …] [--rounds N]`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import deliver, export, files, idle, imports, judge, many, replay, rules, startup, sync
from bench.process import Failed
from bench.table import Row, printed

BENCHMARKS = {
    "startup": startup, "sync": sync, "export": export, "files": files, "imports": imports,
    "judge": judge, "many": many, "replay": replay, "rules": rules, "deliver": deliver, "idle": idle,
}  # fmt: skip


def measured(names: list[str], rounds: int) -> Iterator[Row]:
    """The rows of each benchmark; one row with the reason for a benchmark that could not be run."""
    for name in names:
        with tempfile.TemporaryDirectory(prefix=f"coachd-bench-{name}-") as scratch:
            try:
                yield from BENCHMARKS[name].rows(Path(scratch), rounds)
            except Failed as problem:
                yield Row(name, None, "", note=str(problem))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The numbers that matter, beside their bars.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="each number is the median of so many (default 5)")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"unknown benchmark: {', '.join(sorted(unknown))}")
    print(printed(measured(given.names or list(BENCHMARKS), given.rounds)))


if __name__ == "__main__":
    main()
