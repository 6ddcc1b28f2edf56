"""Delivering many digests inside a process of its own, to a relay that is another process.

    python -m bench.delivering DATABASE_URL FOLDER PORT

puts the same digest out for everybody in that database, sends them all, and prints, as JSON, how many they were, the
CPU and the wall-clock seconds that it took, and the memory of this process after the first hundred and at the end.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from coachd import dispatch, review
from coachd.clock import SystemClock
from coachd.coach import Coach, opened
from coachd.config import load
from coachd.history.week import closed_week
from coachd.store import athletes, outbox

WARM = 100


def put_out(coach: Coach, names: list[str]) -> None:
    """A real digest of the first athlete, for these."""
    now = coach.clock.now()
    someone = coach.athlete(names[0])
    period = closed_week(now, someone)
    digest = review.consider(coach, names[0], period, now).digest
    for name in names:
        coach.amend(name, lambda own, name=name: {**own, "email": f"{name}@example.org"})  # type: ignore[misc]
        body = review.to_json(replace(digest, athlete=coach.athlete(name)))
        with coach.store.begin() as db:
            outbox.put(db, name, outbox.WEEKLY, period.key, ["email"], body, now)


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    url, folder, port = sys.argv[1:]
    settings = load(
        {"DATABASE_URL": url, "COACHD_STATE_DIR": folder, "ATHLETE_ZONE": "UTC", "MAIL_FROM": "coachd@example.org",
         "SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "SMTP_SECURITY": "none"},
        dotenv=False,
    )  # fmt: skip
    with opened(settings, SystemClock()) as coach:
        with coach.store.read() as db:
            names = athletes.names(db)
        put_out(coach, names[:WARM])
        dispatch.deliver(coach)
        put_out(coach, names[WARM:])
        gc.collect()
        warm, cpu, wall = resident(), time.process_time(), time.perf_counter()
        states = [state for _, state, _ in dispatch.deliver(coach)]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if set(states) != {"sent"}:
        sys.exit(f"not everything was sent: {sorted(set(states))}")
    print(json.dumps({"digests": len(states), "cpu": cpu, "wall": wall, "warm": warm, "end": resident()}))


if __name__ == "__main__":
    main()
