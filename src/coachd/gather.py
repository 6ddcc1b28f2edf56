"""What comes in: connecting a source, looking at it, reading a file, and leaving again."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from coachd import mornings, sync
from coachd.coach import Coach
from coachd.errors import (
    CoachdError,
    ConfigProblem,
    InputProblem,
    OperatorNeeded,
    ReconnectNeeded,
    StoreProblem,
    TryLater,
)
from coachd.history import prepare
from coachd.history.known import VDOT_STALE_DAYS, Known
from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.history.races import best_vdots
from coachd.history.streams import numbers
from coachd.history.zones import RESTING_NIGHTS
from coachd.sources import NightSource, Source
from coachd.store import activities, connections, judgements, nights, outbox, profile, recordings, streams
from coachd.store.connections import SourceState
from coachd.sync import Policy, Synced, Told, nobody

if TYPE_CHECKING:
    from coachd.sources.garmin import Garmin
    from coachd.sources.garmin.key import Connected as GarminConnected
    from coachd.sources.strava import Strava
    from coachd.sources.strava.oauth import Connected, Grant

log = logging.getLogger("coachd")

OPERATOR_RETRY = timedelta(hours=6)
FIRST_OUTAGE_WAIT = timedelta(minutes=5)
LONGEST_OUTAGE_WAIT = timedelta(hours=6)
LONGEST_WAIT = timedelta(days=2)
PROFILE_EVERY = {"garmin": timedelta(weeks=1)}
"""How long a source's profile is good for, where that is not a day: heart-rate zones hardly change."""

STREAMS_A_LOOK = 40
"""Streams come one activity a request: a look asks for so many and leaves the rest, older ones, to the next looks."""


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


def connect_garmin(coach: Coach, name: str, secret: str, ends_at: datetime) -> GarminConnected:
    """Trade the athlete's key for a token at once, and keep both, sealed. `ends_at` is when the athlete said it ends.

    Raises InputProblem where it is no key, or that of another account than before, and ReconnectNeeded where Garmin
    does not take it.
    """
    from coachd.sources.garmin import key

    now = coach.clock.now()
    connected = key.connect(coach.settings, key.cleaned(secret), now)
    with coach.store.read() as db:
        known = connections.get(db, name, "garmin")
    before = known.external_id if known else None
    if before and connected.account and before != connected.account:
        raise InputProblem(
            "The key is of another Garmin account than the one connected before.",
            "Make one in the right account, run `coachd disconnect garmin` first, or add another athlete with "
            "`coachd athlete add NAME`.",
        )
    with coach.store.begin() as db:
        account = connected.account or before
        connections.connect(db, coach.vault, name, "garmin", account, [], connected.tokens, now)
        connections.mark(db, name, "garmin", ends_at=connected.ends_at or ends_at)
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
    found: list[Synced] = []
    problems: list[CoachdError] = []
    for state in states:
        try:
            found.append(sync_source(coach, state, policy, full=full, told=told))
        except CoachdError as problem:
            if isinstance(problem, TryLater) and problem.state == "ending":
                raise
            problems.append(problem)  # the other sources come to their turn
    if problems:
        raise problems[0]
    return found


def sync_source(coach: Coach, state: SourceState, policy: Policy, *, full: bool, told: Told) -> Synced:
    now = coach.clock.now()
    source = _source(coach, state)
    try:
        result = sync.run(coach.store, source, state, policy.of(source.name), now, full=full, told=told)
        sync.refresh_profile(coach.store, source, state, now, PROFILE_EVERY.get(source.name, sync.PROFILE))
        result = replace(result, nights=_ask_nights(coach, source, state))
        result = replace(result, streams=_ask_streams(coach, source, state.athlete, told))
    except (ReconnectNeeded, OperatorNeeded, TryLater) as problem:
        if problem.state != "ending":  # that is our own doing and says nothing about the source
            _note(coach, state, problem)
        raise
    finally:
        source.close()
    return result


def _source(coach: Coach, state: SourceState) -> Strava | Garmin:
    """The athlete's access to the source; what it needs is loaded with it."""
    if state.source == "garmin":
        from coachd.sources.garmin import Garmin as Access
    else:
        from coachd.sources.strava import Strava as Access  # type: ignore[assignment]  # one or the other
    return Access(coach.store, coach.vault, coach.settings, coach.clock, state.athlete)


def _ask_nights(coach: Coach, source: Source, state: SourceState) -> int:
    """Read the nights that are due, as far back as rules and the resting heart rate look. Gives how many came.

    Workouts that have come stay, whatever becomes of nights: a source that fails here is asked again at the next look.
    """
    if not isinstance(source, NightSource):
        return 0
    who, now = coach.athlete(state.athlete), coach.clock.now()
    days = max(coach.rules_for(who).nights_days, RESTING_NIGHTS) + 7  # what is judged is the week that has closed
    try:
        return mornings.read(coach.store, source, who.id, now.astimezone(who.tz).date(), days, now)
    except TryLater as problem:
        if problem.state == "waiting":
            _note(coach, state, problem)
        log.info("nights of %s for %s: %s", state.source, state.athlete, problem)
    return 0


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
        wanted = dict(streams.never_asked(db, name, source.name, first)[:STREAMS_A_LOOK])
        stored = activities.load(db, name, first - timedelta(days=VDOT_STALE_DAYS)) if wanted else []
    if not wanted:
        return 0
    runs = {activity.id: activity for activity in stored}
    vdots = best_vdots(prepare(who, stored, now=now).races)
    came = 0

    def derive(external_id: str, columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        nonlocal came
        came += 1
        run = runs[wanted[external_id]]
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


def worth_a_look(state: SourceState, now: datetime) -> bool:
    """Whether a look at this source may succeed."""
    if state.state in ("revoked", "missing_scope"):
        return False
    # The brake only holds back whole listings; polls go on.
    if state.state in ("ok", "brake") or state.next_try_at is None:
        return True
    # Nobody is asked to wait for days: such a moment was set by a clock that ran ahead.
    return not now < state.next_try_at <= now + LONGEST_WAIT


def _revoke(coach: Coach, name: str, source: str) -> bool:
    """Tell the source that we leave. Gives whether it heard it; Garmin offers no way, the athlete deletes the key."""
    if source != "strava":
        return False
    from coachd.sources.strava import oauth

    with coach.store.read() as db:
        held = connections.tokens(db, coach.vault, name, source)
    return held is not None and oauth.revoke(coach.settings, held)


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
    now = coach.clock.now()
    with coach.store.read() as db:
        state = connections.get(db, name, source)
        if state is None:
            raise InputProblem(f"{source} is not connected.", "See `coachd status`.")
    try:
        revoked = _revoke(coach, name, source)
    except (ConfigProblem, StoreProblem) as problem:
        # Without the key or the app's secret nobody can be told; the athlete's data has to go all the same.
        log.warning("%s could not be told that %s leaves: %s", source, name, problem)
        revoked = False
    with coach.store.begin() as db:
        touched = recordings.purge(db, name, source, None)
        recordings.settle(db, name, touched, group, merge, now)
        counts = {"recordings": len(touched.identities), "profile": profile.purge(db, name, source)}
        if gone := nights.purge(db, name, source):
            counts["nights"] = gone
        judgements.blank(db, name)
        connections.forget(db, name, source)
        detail = "access revoked" if revoked else "the source could not be told; revoke it on its own settings page"
        connections.add_receipt(db, name, source, counts, detail, now)
    return Receipt(source, now, counts, revoked)


def purge_overdue(coach: Coach, state: SourceState) -> int:
    """Drop rows that no completed listing confirmed for too long, and say so once. Gives their number."""
    now = coach.clock.now()
    dropped = sync.purge_overdue(coach.store, state, coach.policy.of(state.source), now)
    if dropped:
        body = {"source": state.source, "state": "purged", "detail": f"{dropped} activities were removed."}
        # Rows leave over several days; one message is enough for each time that listings fail.
        period = f"{state.source}:purged:{state.passed_at or state.connected_at:%Y-%m-%dT%H:%M}"
        ways = coach.channels_for(state.athlete, outbox.NOTICE)
        with coach.store.begin() as db:
            outbox.put(db, state.athlete, outbox.NOTICE, period, ways, body, now)
    return dropped
