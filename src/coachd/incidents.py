"""What somebody has to mend: found at every tick, told to the operator once, and over when it is.

Whether something is wrong is read off what is stored, never remembered from when it happened: so nothing is told twice
after a restart, and nothing is forgotten.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from coachd.coach import Coach
from coachd.language.problems import in_one_line
from coachd.store import athletes, connections, incidents, outbox, schedule, shared
from coachd.store.connections import SourceState
from coachd.store.incidents import Incident
from coachd.store.outbox import NOTICE, WEEKLY, Failing
from coachd.store.schedule import Due
from coachd.store.shared import Heartbeat

log = logging.getLogger("coachd")

STALE = timedelta(hours=48)
FAILING = timedelta(days=1)
"""How long a way out, or the mailbox, has to fail: most failures end by themselves, within hours."""

FAILING_LOOKED_BACK = timedelta(days=14)
RESTS = timedelta(days=1)
"""How long what was told is not told again when it ends and begins anew: whoever is at work on a rule file makes
several mistakes."""

ENDS_IN_DAYS = (1, 7, 14)
LEAST_FREE_BYTES = 200_000_000
LEAST_FREE_SHARE = 0.05
ENOUGH_FREE_BYTES = 5_000_000_000
"""Of a large disk five per cent are plenty."""

PASSING = ("ok", "waiting", "outage")
"""States of a source that end by themselves; they are told when nothing has come for long."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now. `state` names its words (`compose.NOTICES`), `source` what it is about, `detail` is
    a sentence with the particulars. `period` is the notice's, where another tells of the same."""

    key: str
    state: str
    source: str
    detail: str
    period: str = ""

    @property
    def alike(self) -> str:
        """What is told once a day at most: each trouble by itself, but rule files together."""
        return "rules" if self.state == "rules" else self.key


def watch(coach: Coach) -> None:
    """Look for what is wrong, tell the operator of what is new, and close what is over."""
    now = coach.clock.now()
    with coach.store.read() as db:
        wrong = list(_found(coach, db, now))
        known = incidents.every(db)
        operator = next(iter(athletes.names(db)), None)
    changed = changes(known, wrong, now)
    if not changed or operator is None:
        return
    with coach.store.begin() as db:
        for incident, trouble in changed:
            incidents.save(db, incident)
            if trouble is not None:
                log.warning("%s: %s", trouble.key, trouble.detail)
                _tell(coach, db, operator, incident, trouble)


def changes(
    known: Mapping[str, Incident], wrong: Sequence[Trouble], now: datetime
) -> list[tuple[Incident, Trouble | None]]:
    """What has changed since `known`: each incident as it is now, with its trouble where that has to be told."""
    known = {key: _sane(incident, now) for key, incident in known.items()}
    told: dict[str, datetime] = {}
    for key, incident in known.items():
        if incident.told_at is not None:
            alike = "rules" if key.startswith("rules:") else key
            told[alike] = max(told.get(alike, incident.told_at), incident.told_at)
    found: list[tuple[Incident, Trouble | None]] = []
    for trouble in wrong:
        before = known.get(trouble.key)
        incident = _going_on(before, trouble, now)
        last = told.get(trouble.alike)
        news = incident.told_at is None or incident.told_at < incident.began_at
        if news and (last is None or now - last >= RESTS):
            told[trouble.alike] = now
            found.append((replace(incident, told_at=now), trouble))
        elif incident != before:
            found.append((incident, None))
    keys = {trouble.key for trouble in wrong}
    over = (each for key, each in known.items() if each.ended_at is None and key not in keys)
    return found + [(replace(incident, ended_at=now), None) for incident in over]


def _sane(incident: Incident, now: datetime) -> Incident:
    """The incident without moments that a clock wrote which ran far ahead: held to, they would silence it for long."""
    latest = now + RESTS
    told_at = incident.told_at if incident.told_at is None or incident.told_at <= latest else None
    return replace(incident, began_at=min(incident.began_at, latest), told_at=told_at)


def _going_on(before: Incident | None, trouble: Trouble, now: datetime) -> Incident:
    if before is None:
        return Incident(trouble.key, now, trouble.detail)
    if before.ended_at is not None:
        return Incident(trouble.key, now, trouble.detail, told_at=before.told_at)
    began_at = before.began_at if before.told_at is not None else min(before.began_at, now)
    return replace(before, began_at=began_at, detail=trouble.detail)


def _tell(coach: Coach, db: Connection, operator: str, incident: Incident, trouble: Trouble) -> None:
    body = {"source": trouble.source, "state": trouble.state, "detail": trouble.detail, "for": "operator"}
    period = trouble.period or f"{trouble.key}:{incident.began_at:%Y-%m-%dT%H:%M}"
    ways = coach.channels_for(operator, NOTICE)
    # What does not go out is no news by the way that is closed, if there is another one.
    others = [way for way in ways if way != trouble.source]
    outbox.put(db, operator, NOTICE, period, others or ways, body, coach.clock.now())


def _found(coach: Coach, db: Connection, now: datetime) -> Iterator[Trouble]:
    names = athletes.names(db)
    for state in connections.every(db):
        yield from of_source(state, now, operator=state.athlete in names[:1])
    yield from of_rules(coach.rules.problems)
    yield from of_schedule(schedule.of_kind(db, WEEKLY), now)
    yield from of_deliveries(outbox.failing(db, now - FAILING_LOOKED_BACK, now - FAILING))
    if coach.settings.imap_url is not None:
        yield from of_mailbox(shared.heartbeat(db, shared.MAILBOX), now)
    usage = shutil.disk_usage(coach.settings.coachd_state_dir)
    yield from of_disk(usage.total, usage.free)


def of_source(state: SourceState, now: datetime, *, operator: bool) -> Iterator[Trouble]:
    """What is wrong with one connection; `operator`: it is the operator's own."""
    about, whose = f"{state.source}@{state.athlete}", "" if operator else f"For {state.athlete}: "
    if state.state not in PASSING:
        yield Trouble(f"{about}:{state.state}", state.state, state.source, whose + state.detail)
    elif now - (last := state.synced_at or state.connected_at) > STALE:
        seen = f"{whose}Nothing has come since {last:%a %d %b %H:%M} UTC. {state.detail}".strip()
        yield Trouble(f"{about}:stale", "stale", state.source, seen)
    if state.ends_at is not None:
        left = (state.ends_at - now) / timedelta(days=1)
        days = next((days for days in ENDS_IN_DAYS if left <= days), None)
        if days is not None:
            said = f"{whose}It ends on {state.ends_at:%a %d %b %Y}."
            yield Trouble(f"{about}:ends-{days}", "ends", state.source, said)


def of_rules(problems: Sequence[str]) -> Iterator[Trouble]:
    """The first problem of rule files; other ones are another incident."""
    if problems:
        key = hashlib.sha256("\n".join(problems).encode()).hexdigest()[:16]
        yield Trouble(f"rules:{key}", "rules", "rules", in_one_line(problems[0]))


def of_schedule(weekly: Iterable[Due], now: datetime) -> Iterator[Trouble]:
    """The weekly mails that are due for a day. Each tick looks at what is due, so something goes wrong whenever it
    does: settings that are none, a damaged row."""
    for due in weekly:
        if now - due.next_due >= FAILING:
            detail = f"The mail for {due.athlete} is due since {due.next_due:%a %d %b %H:%M} UTC."
            yield Trouble(f"digest@{due.athlete}:overdue", "overdue", due.athlete, detail)


def of_deliveries(failing: Iterable[Failing]) -> Iterator[Trouble]:
    """The ways out on which nothing has gone out for a day."""
    for each in failing:
        detail = f"Nothing for {each.athlete} has gone out since {each.since:%a %d %b %H:%M} UTC. {each.result}".strip()
        yield Trouble(
            f"{each.channel}@{each.athlete}:undelivered", "undelivered", each.channel, detail,
            f"{each.channel}:undelivered:{each.period}",
        )  # fmt: skip


def of_mailbox(sign: Heartbeat | None, now: datetime) -> Iterator[Trouble]:
    """The mailbox for answers, when nobody could read it for a day; `sign` says how the last look went."""
    if sign is not None and sign.detail and now - sign.started_at >= FAILING:
        detail = f"Answers by mail were not read since {sign.started_at:%a %d %b %H:%M} UTC. {sign.detail}"
        yield Trouble("mailbox:unread", "unread", "mailbox", detail)


def of_disk(total: int, free: int) -> Iterator[Trouble]:
    """Whether the disk of the state folder is nearly full; both in bytes."""
    if free < LEAST_FREE_BYTES or free < min(LEAST_FREE_SHARE * total, ENOUGH_FREE_BYTES):
        # In steps, so that each byte is no news.
        yield Trouble("disk:full", "disk", "disk", f"Less than {-(-free // 100_000_000) / 10:.1f} GB are free.")
