"""What comes in: connecting a source, looking at it, reading a file, and leaving again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from coachd import sync
from coachd.coach import Coach
from coachd.errors import ConfigProblem, InputProblem, OperatorNeeded, ReconnectNeeded, StoreProblem, TryLater
from coachd.history import prepare
from coachd.history.known import VDOT_STALE_DAYS, Known
from coachd.history.merge import merge
from coachd.history.races import best_vdots
from coachd.history.streams import numbers
from coachd.language.problems import in_one_line
from coachd.sources import Source
from coachd.store import athletes, connections, judgements, outbox, profile, recordings, streams
from coachd.store.connections import SourceState
from coachd.store.recordings import Counts
from coachd.sync import Policy, Synced, Told, nobody

if TYPE_CHECKING:
    from coachd.sources.strava.oauth import Connected, Grant

log = logging.getLogger("coachd")

OPERATOR_RETRY = timedelta(hours=6)
FIRST_OUTAGE_WAIT = timedelta(minutes=5)
LONGEST_OUTAGE_WAIT = timedelta(hours=6)
LONGEST_WAIT = timedelta(days=2)
STREAMS_A_LOOK = 40
"""Streams come one activity a request: a look asks for so many and leaves the rest, older ones, to the next looks."""

RULES_TOLD = timedelta(days=1)
"""How long after one message about rule files the next one waits."""

OUTAGE_TOLD = timedelta(days=1)
"""Outages end by themselves, mostly within hours: only one that lasts is worth a message."""


def connect_strava(coach: Coach, name: str, grant: Grant) -> Connected:
    """Trade what the athlete granted for tokens and keep them, sealed.

    Raises InputProblem when they belong to another account than before: two persons' runs must never mix.
    """
    from coachd.sources.strava import oauth

    now = coach.clock.now()
    connected = oauth.exchange(coach.settings, grant.code, now)
    with coach.store.read() as db:
        known = connections.get(db, name, "strava")
    if known and known.external_id and connected.athlete_id and known.external_id != connected.athlete_id:
        oauth.revoke(coach.settings, connected.tokens)
        raise InputProblem(
            "The browser is logged in to Strava as somebody else than the athlete connected before.",
            "Log in there as the right one and connect again, run `coachd disconnect strava` first, or add another "
            "athlete with `coachd athlete add NAME`.",
        )
    with coach.store.begin() as db:
        connections.connect(db, coach.vault, name, "strava", connected.athlete_id, grant.scopes, connected.tokens, now)
    return connected


def sync_athlete(
    coach: Coach, name: str, *, full: bool = False, allow_deletions: bool = False,
    told: Told = nobody,
) -> list[Synced]:  # fmt: skip
    """Bring every connected source of this athlete up to date. What keeps a source out is stored as its state and
    then raised."""
    policy = replace(coach.policy_for(coach.athlete(name)), allow_deletions=allow_deletions)
    with coach.store.read() as db:
        states = connections.every(db, name)
    return [sync_source(coach, state, policy, full=full, told=told) for state in states]


def sync_source(coach: Coach, state: SourceState, policy: Policy, *, full: bool, told: Told) -> Synced:
    from coachd.sources.strava import Strava  # loads requests and, at the first call, stravalib

    now = coach.clock.now()
    source = Strava(coach.store, coach.vault, coach.settings, coach.clock, state.athlete)
    try:
        result = sync.run(coach.store, source, state, policy, now, full=full, told=told)
        sync.refresh_profile(coach.store, source, state, now)
        result = replace(result, streams=_ask_streams(coach, source, state.athlete, told))
    except (ReconnectNeeded, OperatorNeeded, TryLater) as problem:
        if problem.state != "ending":  # that is our own doing and says nothing about the source
            _note(coach, state, problem)
        raise
    finally:
        source.close()
    if result.braked:
        _notify_once(coach, state.athlete, state.source)
    return result


def _ask_streams(coach: Coach, source: Source, name: str, told: Told) -> int:
    """Ask for the streams of the newest runs that a rule in force needs them of, and keep their numbers.

    Gives how many came. A source that asks to wait ends it for now: what is missing is asked for at a later look.
    """
    who, now = coach.athlete(name), coach.clock.now()
    days = coach.rules_for(who).streams_days
    if not days:
        return 0
    # A week more, as for the listings: what is judged is the week that has closed.
    first = now.astimezone(who.tz).date() - min(timedelta(days=days + 7), coach.policy_for(who).horizon)
    with coach.store.read() as db:
        wanted = streams.never_asked(db, name, source.name, first)[:STREAMS_A_LOOK]
        stored = recordings.load(db, name, first - timedelta(days=VDOT_STALE_DAYS)) if wanted else []
    if not wanted:
        return 0
    runs = {activity.strava_id: activity for activity in stored}
    vdots = best_vdots(prepare(who, stored, now=now).races)
    came = 0

    def derive(external_id: str, columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        nonlocal came
        came += 1
        run = runs[external_id]
        fitness = Known([(day, vdot) for day, vdot in vdots if day < run.day]).fitness(run.day)
        indoors = run.trainer or run.sport == "VirtualRun"
        return streams.encode(numbers(columns, vdot=fitness.vdot if fitness else None, indoors=indoors))

    try:
        sync.fetch(coach.store, source, name, streams.STREAMS, wanted, now, derive, told)
    except TryLater as problem:
        if problem.state == "ending":
            raise
        log.info("streams of %s for %s: %s", source.name, name, problem)
    return came


def _note(coach: Coach, state: SourceState, problem: ReconnectNeeded | OperatorNeeded | TryLater) -> None:
    """Store what keeps the source out, and when it is worth trying again: never in a storm."""
    now = coach.clock.now()
    if isinstance(problem, TryLater):
        again: datetime | None = problem.until
        if problem.state == "outage":
            wait = FIRST_OUTAGE_WAIT * 2 ** min(state.failures if state.state == "outage" else 0, 7)
            again = now + min(wait, LONGEST_OUTAGE_WAIT)
    else:
        # Only the athlete can reconnect; an application may be reactivated at any time, so it is worth a look.
        again = now + OPERATOR_RETRY if isinstance(problem, OperatorNeeded) else None
    with coach.store.begin() as db:
        connections.set_state(db, state.athlete, state.source, problem.state, str(problem), again, now)
    lasting = problem.state == "outage" == state.state and now - state.state_since >= OUTAGE_TOLD
    if lasting or not isinstance(problem, TryLater):
        _notify_once(coach, state.athlete, state.source)


def _notify_once(coach: Coach, name: str, source: str) -> None:
    """Put one message out about a state that somebody has to end."""
    now = coach.clock.now()
    with coach.store.begin() as db:
        state = connections.get(db, name, source)
        if state is None or state.told_at is not None:
            return
        body = {"source": source, "state": state.state, "detail": state.detail}
        period = f"{source}:{state.state}:{state.state_since:%Y-%m-%dT%H:%M}"
        outbox.put(db, name, outbox.NOTICE, period, coach.channels, body, now)
        connections.mark(db, name, source, told_at=now)


def tell_of_rules(coach: Coach) -> None:
    """Put one message out about problems in rule files, to the operator: whoever was the first athlete here.

    The key is made of the problems, so the same ones are told once, also over restarts. Others wait a day: whoever is
    at work on a file makes several mistakes.
    """
    problems = coach.rules.problems
    key = hashlib.sha256("\n".join(problems).encode()).hexdigest()[:16]
    body = {"source": "rules", "state": "rules", "detail": in_one_line(problems[0])}
    with coach.store.begin() as db:
        operator, now = next(iter(athletes.names(db)), None), coach.clock.now()
        if operator is None:
            return
        lately = [row for row in outbox.recent(db, operator) if now - row.created_at < RULES_TOLD]
        if not any(row.period.startswith("rules:") for row in lately):
            outbox.put(db, operator, outbox.NOTICE, f"rules:{key}", coach.channels, body, now)


def worth_a_look(state: SourceState, now: datetime) -> bool:
    """Whether a look at this source may succeed."""
    if state.state in ("revoked", "missing_scope"):
        return False
    # The brake only holds back whole listings; polls go on.
    if state.state in ("ok", "brake") or state.next_try_at is None:
        return True
    # Nobody is asked to wait for days: such a moment was set by a clock that ran ahead.
    return not now < state.next_try_at <= now + LONGEST_WAIT


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. `activity_files`, as the table names them, lie beside it and are left for now."""

    saved: Counts
    shoes: int
    activity_files: Sequence[str]
    skipped: Sequence[tuple[str, str]]


def import_export(coach: Coach, name: str, path: Path, home_zone: ZoneInfo) -> Imported:
    """Read a Strava export into the store, all or nothing. Raises InputProblem naming the file that is at fault."""
    from coachd.sources.files import strava_export

    export = strava_export.read(path, home_zone)
    now = coach.clock.now()
    with coach.store.begin() as db:
        saved = recordings.save(db, name, export.recordings, now)
        recordings.derive(db, name, saved.identities, merge, saved.at_hand)
        profile.save_shoes(db, name, [(shoe, {}) for shoe in export.shoes], now)
    return Imported(saved.counts, len(export.shoes), export.activity_files, export.skipped)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a disconnection removed."""

    source: str
    at: datetime
    counts: Mapping[str, int]
    revoked: bool


def disconnect(coach: Coach, name: str, source: str) -> Receipt:
    """Revoke our access, drop everything the source gave, and write down that it was done.

    Rows from the athlete's own files stay. Raises InputProblem when the source is not connected.
    """
    from coachd.sources.strava import oauth

    now = coach.clock.now()
    with coach.store.read() as db:
        state = connections.get(db, name, source)
        if state is None:
            raise InputProblem(f"{source} is not connected.", "See `coachd status`.")
    try:
        with coach.store.read() as db:
            held = connections.tokens(db, coach.vault, name, source)
        revoked = held is not None and oauth.revoke(coach.settings, held)
    except (ConfigProblem, StoreProblem) as problem:
        # Without the key or the app's secret nobody can be told; the athlete's data has to go all the same.
        log.warning("%s could not be told that %s leaves: %s", source, name, problem)
        revoked = False
    with coach.store.begin() as db:
        touched = recordings.purge(db, name, source, None)
        recordings.derive(db, name, touched, merge)
        counts = {"recordings": len(touched), "profile": profile.purge(db, name, source)}
        judgements.blank(db, name)
        connections.forget(db, name, source)
        detail = "access revoked" if revoked else "the source could not be told; revoke it on its own settings page"
        connections.add_receipt(db, name, source, counts, detail, now)
    return Receipt(source, now, counts, revoked)


def purge_overdue(coach: Coach, state: SourceState) -> int:
    """Drop rows that no completed listing confirmed for too long, and say so once. Gives their number."""
    now = coach.clock.now()
    dropped = sync.purge_overdue(coach.store, state, coach.policy, now)
    if dropped:
        body = {"source": state.source, "state": "purged", "detail": f"{dropped} activities were removed."}
        # Rows leave over several days; one message is enough for each time that listings fail.
        period = f"{state.source}:purged:{state.passed_at or state.connected_at:%Y-%m-%dT%H:%M}"
        with coach.store.begin() as db:
            outbox.put(db, state.athlete, outbox.NOTICE, period, coach.channels, body, now)
    return dropped
