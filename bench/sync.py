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
    """One round's seconds and requests. `offline` is None with the reason in `note` where it cannot be had."""

    offline: float | None
    note: str
    process: float
    inside: float
    nothing_new: float
    pages: int
    requests: int


def rows(scratch: Path, rounds: int) -> Iterator[Row]:
    # What was entered by hand has no streams: these are listings, and no requests for single runs are in them.
    by_hand = [{**summary, "manual": True} for summary in summaries(COUNT, SystemClock().now())]
    with running(scratch, by_hand) as strava:
        done = [_round(strava, scratch, number) for number in range(rounds)]
    taken = [r.offline for r in done if r.offline is not None]
    offline = median(taken) if taken else None
    inside, process = median(r.inside for r in done), median(r.process for r in done)
    yield Row(f"strava-offline, {COUNT:,} summaries, a process", offline, "s", note=done[0].note)
    yield Row("full sync inside the daemon", inside, "s", offline, "1 × strava-offline")
    yield Row("full sync as a process", process, "s", offline and 4 * offline, "4 × strava-offline")
    yield Row("full sync, pages listed", median(r.pages for r in done), "", PAGES)
    yield Row("nothing-new sync inside the daemon", median(r.nothing_new for r in done), "s", 0.050)
    yield Row("nothing-new sync, requests", median(r.requests for r in done), "", 2)


def _offline(strava: Strava, folder: Path) -> tuple[float | None, str]:
    """strava-offline's seconds, or None with the reason why there is nothing to compare with."""
    try:
        return strava_offline.full_sync(strava_offline.installed(), strava, folder), ""
    except Failed as problem:
        return None, str(problem)


def _round(strava: Strava, scratch: Path, number: int) -> Round:
    """Each in turn, so that a machine that slows down slows all of them."""
    cold, warm = (Instance(scratch / f"{name}-{number}", strava) for name in ("cold", "warm"))
    for instance in (cold, warm):
        instance.connect()

    offline, note = _offline(strava, scratch / f"offline-{number}")
    before = strava.requests()
    process = cold.seconds("sync")
    pages = strava.requests().get(LISTING, 0) - before.get(LISTING, 0)
    if pages < PAGES:
        raise Failed(f"coachd sync listed {pages} of {PAGES} pages, so its time says nothing")

    inside, *nothing_new = warm.seconds_inside(["sync"] * 4)
    before_nothing = sum(strava.requests().values())
    warm.seconds_inside(["sync"])
    requests = sum(strava.requests().values()) - before_nothing
    return Round(offline, note, process, inside, median(nothing_new), pages, requests)
