"""Steps one after another inside a single process: what they cost in the daemon, where everything is loaded.

    python -m bench.inside '["sync", "sync", "judge"]'

works on the instance that the environment names and prints the seconds that each step took, as a JSON list.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time

from coachd import config, gather, review
from coachd.clock import SystemClock
from coachd.coach import Coach, opened
from coachd.history.week import closed_week


def seconds(coach: Coach, step: str) -> float:
    """How long one step takes; of judging, which waits for nobody, the CPU time."""
    who = coach.athlete("me")
    clock = time.perf_counter if step == "sync" else time.process_time
    begin = clock()
    if step == "sync":
        gather.sync_athlete(coach, who.id)
    else:
        now = coach.clock.now()
        review.consider(coach, who.id, closed_week(now, who), now)
    return clock() - begin


def main() -> None:
    with opened(config.load(), SystemClock()) as coach:
        # As the daemon has done by the time it rings for the first time.
        importlib.import_module("stravalib.protocol")
        assert coach.rules.rules
        gc.freeze()
        print(json.dumps([seconds(coach, step) for step in json.loads(sys.argv[1])]))


if __name__ == "__main__":
    main()
