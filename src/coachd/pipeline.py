"""READ THIS FIRST. What coachd does, in the order it happens:

    sync      a source's recordings come into the store, one page at a time        `gather`, `sync`
    import    so do files, from a folder that they come into                       `watching`, `importing`
    judge     the closed week is held against the rules; what is to be told
              goes into the outbox, in the same transaction as the verdicts        `review`, `judge`
    on the day  a few rules speak at once, about what has just come                `sameday`
    deliver   the outbox goes out, each message once                               `dispatch`, `compose`
    watch     what somebody has to mend is told to the operator                    `incidents`

Everything that decides is a pure function (`sync.due_pass`, `history`, `judge.judge`, `timetable.decide`); here they
meet the store, the clock and the world. What goes wrong for one athlete or source never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coachd import gather, greeting, histories, importing, incidents, review, sameday, timetable, weather
from coachd.answers import replies
from coachd.coach import Coach
from coachd.dispatch import deliver
from coachd.errors import CoachdError, TryLater
from coachd.model import Athlete, Period
from coachd.store import activities, athletes, connections, judgements, outbox, schedule
from coachd.store.connections import SourceState
from coachd.store.outbox import SAME_DAY, WEEKLY
from coachd.store.schedule import Due
from coachd.sync import Told, nobody
from coachd.watching import Watch

log = logging.getLogger("coachd")

FAR = timedelta(days=3)
"""No look at the day's activities is put off for so long: such a moment was noted by a clock that ran ahead."""


def tick(coach: Coach, told: Told = nobody, *, reload: bool = False) -> None:
    """What the daemon does every minute: heed changed rule files and answers, judge what is due, send what is out, and
    tell the operator what is wrong."""
    heed_rules(coach, anyway=reload)
    with _apart("answers"):
        replies.read(coach)
    greet_new(coach)
    judge_due(coach, told)
    speak_today(coach)
    deliver(coach)
    with _apart("what is wrong"):
        incidents.watch(coach)


def heed_rules(coach: Coach, *, anyway: bool = False) -> None:
    """Bring changed rule files into force. A bad one leaves the rules as they were, and is an incident."""
    before = coach.rules
    for problem in coach.refresh_rules(anyway=anyway):
        log.warning("rules: %s", problem)
    if coach.rules.rules is not before.rules:
        log.info("rules read again: %d in force", len(coach.rules.rules))


def read_folder(coach: Coach, watch: Watch, told: importing.Told = importing.nobody) -> None:
    """Read what came into the folder that files come into, where there is one."""
    with _apart("the folder of files"):
        for name in watch.look(coach, told):
            sameday.noticed(coach, name)


def sync_due(coach: Coach, told: Told = nobody, name: str | None = None) -> None:
    """One look at every source that is worth a look now, of all athletes or of one."""
    with coach.store.read() as db:
        states = connections.every(db, name)
    for state in states:
        if gather.worth_a_look(state, coach.clock.now()):
            _look(coach, state, told)
    _ask_weather(coach, name)


def _ask_weather(coach: Coach, name: str | None) -> None:
    """Ask for the weather of new runs, for those who gave a home position."""
    with coach.store.read() as db:
        names = athletes.names(db) if name is None else [name]
    for each in names:
        with _apart(each):
            weather.look(coach, each)


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
        if new or changed or result.streams:
            sameday.noticed(coach, state.athlete)


def greet_new(coach: Coach) -> None:
    """Write the first mail to those who got none so far."""
    for name in greeting.strangers(coach):
        with _apart(name):
            greeting.greet(coach, coach.athlete(name))


def speak_today(coach: Coach) -> None:
    """Tell on the day what is worth it, where something came since and it is time to look."""
    now = coach.clock.now()
    with coach.store.read() as db:
        waiting = schedule.of_kind(db, SAME_DAY)
    for due in waiting:
        if not now < due.next_due <= now + FAR:
            with _apart(due.athlete):
                sameday.speak(coach, due.athlete)


def judge_due(coach: Coach, told: Told = nobody) -> None:
    """Judge every athlete whose week has closed and whose digest is due; note those that are too late."""
    with coach.store.read() as db:
        names = athletes.names(db)
    for some in histories.chunks(names):
        turns: list[_Turn] = []
        for name in some:
            with _apart(name):
                turns.append(_turn(coach, name, told))
        stored = _read_together(coach, turns)
        for turn in turns:
            with _apart(turn.who.id):
                _take(coach, turn, stored.pop(turn.who.id, None))


@contextmanager
def _apart(what: str) -> Iterator[None]:
    """The edge of one athlete, or of one step: what goes wrong within is logged, and the others come to their turn."""
    try:
        yield
    except CoachdError as problem:
        log.warning("%s: %s", what, problem)
    except Exception:  # a surprise in one history must not silence the others
        log.exception("%s: a surprise", what)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is to be done about one athlete's digest now; `week` is the one to judge, if any. `before` is the schedule
    as it was stored."""

    who: Athlete
    due: Due
    decision: timetable.Decision
    week: Period | None
    before: Due | None


def _turn(coach: Coach, name: str, told: Told) -> _Turn:
    who, now = coach.athlete(name), coach.clock.now()
    with coach.store.read() as db:
        before = schedule.get(db, name, WEEKLY)
        empty = activities.first_day(db, name) is None
    due = before or Due(name, WEEKLY, since=now, next_due=now)
    since, last_day = timetable.mended(who, due.since, due.last_day, now)
    due = replace(due, since=since, last_day=last_day)
    decision = timetable.decide(who, since, last_day, now)
    if decision.action != "send" or who.paused or empty:
        return _Turn(who, due, decision, None, before)
    if due.next_due <= now:
        # A last look, so that Sunday evening's run is in. While the digest waits for more, the usual looks go on.
        sync_due(coach, told, name)
    hold = _awaited(coach, who, decision.period, now)
    decision = timetable.decide(who, since, last_day, now, hold=hold)
    return _Turn(who, due, decision, decision.period, before)


def _awaited(coach: Coach, who: Athlete, period: Period | None, now: datetime) -> bool:
    """Whether data about the week may still come by itself; access that only the athlete can give again does not."""
    assert period is not None
    first = period.last - timedelta(weeks=timetable.HABIT_WEEKS)
    with coach.store.read() as db:
        states = connections.every(db, who.id)
        recorded = activities.load(db, who.id, first, now.astimezone(who.tz).date())
    synced = [state.synced_at for state in states if state.state not in ("revoked", "missing_scope")]
    return timetable.awaited(who, period, synced, recorded, now)


def _read_together(coach: Coach, turns: Sequence[_Turn]) -> dict[str, histories.Stored]:
    """What is stored for the weeks to judge; nothing when that fails, and each is read when its turn comes."""
    try:
        weeks = [(turn.who, turn.week) for turn in turns if turn.week is not None]
        return histories.read_weeks(coach, weeks, coach.clock.now())
    except Exception:  # one athlete's unreadable row must not silence the others
        log.exception("reading %d athletes together: a surprise; each is read by itself", len(turns))
        return {}


def _take(coach: Coach, turn: _Turn, stored: histories.Stored | None) -> None:
    decision, name = turn.decision, turn.who.id
    if turn.week is not None and not _is_dealt_with(coach, name, turn.week):
        if name in greeting.strangers(coach):
            greeting.greet(coach, turn.who, by_night=True)
        review.judge_week(coach, name, turn.week, stored)
    due = replace(turn.due, next_due=decision.next_due)
    if decision.period is not None:
        due = _moved_on(coach, due, turn, decision.period)
    if due != turn.before:
        with coach.store.begin() as db:
            schedule.save(db, due)


def _moved_on(coach: Coach, due: Due, turn: _Turn, period: Period) -> Due:
    """The schedule after this turn about a period: how far it has come, and what was left out for which reason."""
    name = turn.who.id
    due = replace(due, last_day=period.last, missed="" if due.missed == period.key else due.missed)
    if turn.week is not None:
        with coach.store.read() as db:
            quiet = not outbox.exists(db, name, WEEKLY, period.key)
        due = replace(due, quiet=period.key) if quiet else due
    late = [*turn.decision.passed_over, *([period] if turn.decision.action == "missed" else [])]
    # What looks late to a clock that was set may have been sent.
    late = [week for week in late if not _is_dealt_with(coach, name, week)]
    if not late:
        return due
    said = late[0].key if len(late) == 1 else f"{late[0].key} to {late[-1].key}"
    log.warning("the digest of %s for %s is too late and is left out", said, name)
    return replace(due, missed=said)


def _is_dealt_with(coach: Coach, name: str, week: Period) -> bool:
    """Whether the week was judged, and so either mailed or left out for having nothing to say."""
    with coach.store.read() as db:
        return outbox.exists(db, name, WEEKLY, week.key) or judgements.judging(db, name, week.key) is not None


def housekeeping(coach: Coach) -> None:
    """Once a day: drop what no completed listing confirmed for too long."""
    with coach.store.read() as db:
        states = connections.every(db)
    for state in states:
        dropped = gather.purge_overdue(coach, state)
        if dropped:
            log.warning("dropped %d activities of %s that were not confirmed in time", dropped, state.athlete)
