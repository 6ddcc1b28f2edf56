"""A full sync of 3,000 summaries, and one that finds nothing new, beside strava-offline on the same stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import strava_offline
from bench.instance import Instance
from bench.process import Failed
from bench.runner import summaries
from bench.strava import Strava, running
from bench.table import Row
from coachd.clock import SystemClock

COUNT = 3_000
PAGES = 16  # fifteen of 200, and the empty one that ends the list
LISTING = "GET /athlete/activities"


@dataclass(frozen=True, slots=True)
class Round:
    """One round's seconds and requests."""

    process: float
    inside: float
    nothing_new: float
    pages: int
    requests: float


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    with running(scratch, summaries(COUNT, SystemClock().now())) as strava:
        offline, note = _offline(strava, scratch, rounds)
        yield Row(f"strava-offline, {COUNT:,} summaries, a process", offline, "s", note=note)
        done = [_round(strava, scratch, number) for number in range(rounds)]
    inside, process = median(r.inside for r in done), median(r.process for r in done)
    yield Row("full sync inside the daemon", inside, "s", offline, "1 × strava-offline")
    yield Row("full sync as a process", process, "s", offline and 4 * offline, "4 × strava-offline")
    yield Row("full sync, pages listed", median(r.pages for r in done), "", PAGES)
    yield Row("nothing-new sync inside the daemon", median(r.nothing_new for r in done), "s", 0.050)
    yield Row("nothing-new sync, requests", median(r.requests for r in done), "", 2)


def _offline(strava: Strava, scratch: Path, rounds: int) -> tuple[float | None, str]:
    """The median, or None with the reason why there is nothing to compare with."""
    try:
        command = strava_offline.installed()
        return median(strava_offline.full_sync(command, strava, scratch / f"o{n}") for n in range(rounds)), ""
    except Failed as problem:
        return None, str(problem)


def _round(strava: Strava, scratch: Path, number: int) -> Round:
    cold, first, warm = (Instance(scratch / f"{name}-{number}", strava) for name in ("cold", "first", "warm"))
    for instance in (cold, first, warm):
        instance.connect()

    before = strava.requests()
    process = cold.seconds("sync", "--full")
    pages = strava.requests().get(LISTING, 0) - before.get(LISTING, 0)
    if pages < PAGES:
        raise Failed(f"coachd sync --full listed {pages} of {PAGES} pages, so its time says nothing")

    _, inside, _ = warm.seconds_inside(
        [["--state", str(first.folder), "sync", "--full"], ["sync", "--full"], ["sync"]],
    )
    before_nothing = sum(strava.requests().values())
    _, nothing_new = warm.seconds_inside([["sync"], ["sync"]])
    requests = (sum(strava.requests().values()) - before_nothing) / 2
    return Round(process, inside, nothing_new, pages, requests)
