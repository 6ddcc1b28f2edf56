"""Replaying rules over ten years: what they would have said, day by day and week by week."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.runner import ZONE, summaries
from bench.table import Row
from coachd import rulebook
from coachd.clock import SystemClock
from coachd.history import prepare
from coachd.history.merge import merge
from coachd.model import Athlete, Shoe
from coachd.replay import replay
from coachd.resources import shipped
from coachd.sources.strava.mapping import recording

TEN_YEARS = 3_000
RULES = 50
BAR_S = 5.0


def rows(_scratch: Path, rounds: int) -> Iterator[Row]:
    now = SystemClock().now()
    recorded = [recording(raw) for raw in summaries(TEN_YEARS, now)]
    shoes = [Shoe(gear, gear, 700_000.0) for gear in sorted({each.gear_id for each in recorded if each.gear_id})]
    activities = [merge(number, [each]) for number, each in enumerate(reversed(recorded), 1)]
    history = prepare(Athlete(zone=ZONE), activities, shoes=shoes, now=now)
    rules = rulebook.load([shipped("rules")], tests=False).rules
    some = [rules[number * len(rules) // RULES] for number in range(RULES)]
    last = now.date() - timedelta(days=1)
    first = last - timedelta(days=3_650)

    def daily() -> None:
        for _ in replay(some, history, first, last, "day"):
            pass

    def weekly() -> None:
        for _ in replay(rules, history, first, last, "week"):
            pass

    yield Row(f"replay {RULES} rules over 10 years, day by day", _cpu_seconds(daily, rounds), "s", BAR_S, "CPU")
    yield Row(f"replay {len(rules)} rules over 10 years, week by week", _cpu_seconds(weekly, rounds), "s", note="CPU")


def _cpu_seconds(work: Callable[[], None], rounds: int) -> float:
    """The median CPU time: what else the machine does must not count."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return median(times)
