"""The first mail: what coachd believes about somebody, once their whole history is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coachd import review
from coachd.bodies import from_body, to_body
from coachd.coach import Coach
from coachd.model import Athlete, Beliefs
from coachd.store import connections, outbox
from coachd.store.outbox import FIRST
from coachd.timetable import awake_from


def strangers(coach: Coach) -> list[str]:
    """The athletes to whom nothing was written so far."""
    with coach.store.read() as db:
        return outbox.never_written_to(db)


def greet(coach: Coach, who: Athlete, *, by_night: bool = False) -> bool:
    """Put the first mail out for somebody who got none, by day, or else `by_night` for it to wait for the morning.

    Nothing happens before the first whole listing of a source, and without any activity. Gives whether it was put out.
    """
    now = coach.clock.now()
    with coach.store.read() as db:
        sources = connections.every(db, who.id)
    listed = not sources or any(source.passed_at for source in sources)
    if who.paused or not listed or (awake_from(who, now) > now and not by_night):
        return False
    beliefs = review.beliefs(coach, who, now)
    if beliefs is None:
        return False
    with coach.store.begin() as db:
        outbox.put(db, who.id, FIRST, FIRST, coach.channels_for(who.id, FIRST), to_json(beliefs), now)
    return True


def to_json(beliefs: Beliefs) -> dict[str, Any]:
    """The mail as it lies in the outbox."""
    return to_body(beliefs)


def from_json(body: Mapping[str, Any]) -> Beliefs:
    """What was put into the outbox."""
    return from_body(Beliefs, body)
