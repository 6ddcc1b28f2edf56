"""Judging many athletes inside a process of its own, so that its memory is nobody else's.

    python -m bench.judging DATABASE_URL

judges the last closed week of everybody in that database by twenty rules and prints, as JSON, how many they are, the
CPU seconds of this process that it took, and its peak memory in bytes. One athlete is judged before: a daemon makes its
statements once in months.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Sequence

from coachd import histories, judge, rulebook
from coachd.clock import SystemClock
from coachd.coach import Coach, opened
from coachd.config import load
from coachd.history.week import closed_week
from coachd.resources import shipped
from coachd.rulebook import Rulebook
from coachd.store import athletes

RULES = 20
LOOKBACK_DAYS = 90


def chosen(book: Rulebook) -> Rulebook:
    """Twenty rules across all pillars that look back ninety days at most."""
    fits = [rule for rule in book.rules if rule.lookback_days <= LOOKBACK_DAYS and not rule.lifelong]
    return Rulebook(tuple(fits[number * len(fits) // RULES] for number in range(RULES)))


def judge_all(coach: Coach, book: Rulebook, names: Sequence[str]) -> int:
    """Read and judge these athletes, a chunk at a time; what comes of it is dropped."""
    now = coach.clock.now()
    someone = coach.athlete(names[0])
    period = closed_week(now, someone)
    judged = 0
    for some in histories.chunks(names):
        people = [coach.settings.athlete(name, {}) for name in some]
        for stored in histories.read(coach, people, histories.first_day(book, period), period.last).values():
            judge.judge(book.rules, stored.history(now), stored.states, period, now)
            judged += 1
    return judged


def main() -> None:
    url, folder = sys.argv[1:]
    settings = load({"DATABASE_URL": url, "COACHD_STATE_DIR": folder, "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SystemClock()) as coach:
        book = chosen(rulebook.load([shipped("rules")], tests=False))
        with coach.store.read() as db:
            names = athletes.names(db)
        judge_all(coach, book, names[:1])
        gc.freeze()
        begin = time.process_time()
        judged = judge_all(coach, book, names)
        seconds = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"athletes": judged, "seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
