"""Reading many activity files at once, each in a process beside this one, with bounded memory.

A process of its own also keeps what a file does to it to itself: one that ends the process that reads it is broken,
and the others are read all the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from coachd.sources.files.activity_files import File, Found, Reader, read

MOST_WAITING_BYTES = 64 * 2**20
"""Of files that were taken and are not read yet."""

Waiting = dict["Future[Found]", File]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_all(files: Iterator[File], reader: Reader, processes: int) -> Iterator[Found]:
    """What came of each file, in the order in which they are done. With no `processes` they are read in this one.

    `files` is only asked for the next one when there is room for it.
    """
    if not processes:
        yield from (read(file, reader) for file in files)
        return
    while (file := next(files, None)) is not None:
        suspects: list[File] = []
        yield from _read_beside(file, files, reader, processes, suspects)
        # One of those that were being read ended its process, and nobody knows which: each gets one of its own.
        for suspect in suspects:
            yield _read_alone(suspect, reader)


def _read_beside(
    first: File, files: Iterator[File], reader: Reader, processes: int, suspects: list[File]
) -> Iterator[Found]:
    """Until all are read, or a process ends: then the files that were under way are `suspects`."""
    waiting: Waiting = {}
    taken: File | None = first
    pool = _pool(processes)
    try:
        while taken is not None or waiting:
            while taken is not None:
                waiting[pool.submit(read, taken, reader)] = taken
                taken = next(files, None) if _has_room(waiting, processes) else None
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for each in done:
                found = each.result()
                del waiting[each]
                yield found
            taken = next(files, None) if _has_room(waiting, processes) else None
    except BrokenProcessPool:
        suspects += [*waiting.values(), *([taken] if taken is not None else [])]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read_alone(file: File, reader: Reader) -> Found:
    with _pool(1) as pool:
        try:
            return pool.submit(read, file, reader).result()
        except BrokenProcessPool:
            return Found(file.name, file.size, file.digest, "broken", "the process that read it ended")


def _pool(processes: int) -> ProcessPoolExecutor:
    # Not by fork: the daemon has threads, and a fork copies their locks as they are held.
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_begin)


def _has_room(waiting: Waiting, processes: int) -> bool:
    held = sum(len(file.content) for file in waiting.values())
    return len(waiting) < 2 * processes and held < MOST_WAITING_BYTES


def _begin() -> None:
    """In each process: Ctrl-C is for the one above, which ends this one; and without that one there is none to work
    for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
