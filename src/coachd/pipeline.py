"""READ THIS FIRST. What coachd does, in the order it happens:

    sync      a source's recordings come into the store, one page at a time        `gather`, `sync`
    judge     the closed week is held against the rules; what is to be told
              goes into the outbox, in the same transaction as the verdicts        `review`, `judge`
    deliver   the outbox goes out, each message once                               `dispatch`, `compose`

Everything that decides is a pure function (`sync.due_pass`, `history`, `judge.judge`, `timetable.decide`); here they
meet the store, the clock and the world. What goes wrong for one athlete or source never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coachd import gather, review, timetable
from coachd.coach import Coach
from coachd.dispatch import deliver
from coachd.errors import CoachdError, TryLater
from coachd.model import Athlete, Period
from coachd.store import athletes, connections, recordings, schedule
from coachd.store.connections import SourceState
from coachd.store.outbox import WEEKLY
from coachd.sync import Told, nobody

log = logging.getLogger("coachd")


def tick(coach: Coach, told: Told = nobody, *, reload: bool = False) -> None:
    """What the daemon does every minute: heed changed rule files, judge what is due, send what is out."""
    heed_rules(coach, anyway=reload)
    judge_due(coach, told)
    deliver(coach)


def heed_rules(coach: Coach, *, anyway: bool = False) -> None:
    """Bring changed rule files into force. A bad one leaves the rules as they were; the operator hears of it once."""
    before = coach.rules
    for problem in coach.refresh_rules(anyway=anyway):
        log.warning("rules: %s", problem)
    if coach.rules.rules is not before.rules:
        log.info("rules read again: %d in force", len(coach.rules.rules))
    if coach.rules.problems:
        gather.tell_of_rules(coach)


def sync_due(coach: Coach, told: Told = nobody, name: str | None = None) -> None:
    """One look at every source that is worth a look now, of all athletes or of one."""
    with coach.store.read() as db:
        states = connections.every(db, name)
    for state in states:
        if gather.worth_a_look(state, coach.clock.now()):
            _look(coach, state, told)


def _look(coach: Coach, state: SourceState, told: Told) -> None:
    try:
        policy = coach.policy_for(coach.athlete(state.athlete))
        result = gather.sync_source(coach, state, policy, full=False, told=told)
    except CoachdError as problem:
        if isinstance(problem, TryLater) and problem.state == "ending":
            raise  # nothing that follows may take half a listing for a whole one
        # It is stored as the source's state: `status` shows it, and it says when the next look is worth while.
        log.warning("sync of %s for %s: %s", state.source, state.athlete, problem)
    except Exception:  # the edge of one source: a surprise in one answer must not keep the others from theirs
        log.exception("sync of %s for %s: a surprise", state.source, state.athlete)
    else:
        new, changed = result.saved.added, result.saved.changed
        log.info(
            "sync of %s for %s: %s, %d new, %d changed, %d gone",
            state.source, state.athlete, result.kind, new, changed, result.withdrawn,
        )  # fmt: skip


def judge_due(coach: Coach, told: Told = nobody) -> None:
    """Judge every athlete whose week has closed and whose digest is due; note those that are too late."""
    with coach.store.read() as db:
        names = athletes.names(db)
    for some in review.chunks(names):
        turns: list[_Turn] = []
        for name in some:
            with _apart(name):
                turn = _turn(coach, name)
                if turn.week is not None:
                    # A last look, so that Sunday evening's run is in. A source that is down does not hold the digest
                    # up: what is stored is judged, and a note says how old it is.
                    sync_due(coach, told, name)
                turns.append(turn)
        stored = _read_together(coach, turns)
        for turn in turns:
            with _apart(turn.who.id):
                _take(coach, turn, stored.pop(turn.who.id, None))


@contextmanager
def _apart(name: str) -> Iterator[None]:
    """The edge of one athlete: what goes wrong within is logged, and the others come to their turn."""
    try:
        yield
    except CoachdError as problem:
        log.warning("judging %s: %s", name, problem)
    except Exception:  # a surprise in one history must not silence the others
        log.exception("judging %s: a surprise", name)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is to be done about one athlete's digest now; `week` is the one to judge, if any. `before` is the schedule
    as it was stored."""

    who: Athlete
    due: schedule.Due
    decision: timetable.Decision
    week: Period | None
    before: schedule.Due | None


def _turn(coach: Coach, name: str) -> _Turn:
    who, now = coach.athlete(name), coach.clock.now()
    with coach.store.read() as db:
        before = schedule.get(db, name, WEEKLY)
        empty = recordings.first_day(db, name) is None
    due = before
    if due is None or _from_the_future(due, now):
        due = schedule.Due(name, WEEKLY, since=now, next_due=now)
    decision = timetable.decide(who, due.since, due.last_day, now)
    judged = decision.action == "send" and not who.paused and not empty
    return _Turn(who, due, decision, decision.period if judged else None, before)


def _read_together(coach: Coach, turns: Sequence[_Turn]) -> dict[str, review.Stored]:
    """What is stored for the weeks to judge; nothing when that fails, and each is read when its turn comes."""
    try:
        return review.read_weeks(coach, [(turn.who, turn.week) for turn in turns if turn.week is not None])
    except Exception:  # one athlete's unreadable row must not silence the others
        log.exception("reading %d athletes together: a surprise; each is read by itself", len(turns))
        return {}


def _take(coach: Coach, turn: _Turn, stored: review.Stored | None) -> None:
    decision, name = turn.decision, turn.who.id
    if turn.week is not None:
        review.judge_week(coach, name, turn.week, stored)
    due = replace(turn.due, next_due=decision.next_due)
    if decision.period is not None:
        due = replace(due, last_day=decision.period.last)
        if decision.action == "missed":
            log.warning("the digest of %s for %s is too late and is left out", decision.period.key, name)
            due = replace(due, missed=decision.period.key)
    if due != turn.before:
        with coach.store.begin() as db:
            schedule.save(db, due)


def _from_the_future(due: schedule.Due, now: datetime) -> bool:
    """Whether the schedule was kept while the clock ran far ahead: held to, it would be silent until then."""
    return due.since > now or (due.last_day is not None and due.last_day > now.date() + timedelta(weeks=1))


def housekeeping(coach: Coach) -> None:
    """Once a day: drop what no completed listing confirmed for too long."""
    with coach.store.read() as db:
        states = connections.every(db)
    for state in states:
        dropped = gather.purge_overdue(coach, state)
        if dropped:
            log.warning("dropped %d activities of %s that were not confirmed in time", dropped, state.athlete)
