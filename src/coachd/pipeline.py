"""READ THIS FIRST. What coachd does, in the order it happens:

    sync      a source's recordings come into the store, one page at a time
    judge     the closed week is held against the rules; what is to be told goes into the outbox
    deliver   the outbox goes out, each message once

Everything that decides is a pure function elsewhere (`sync.due_pass`, `history`, `judge`, `timetable`); here they meet
the store, the clock and the world.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from coachd import channels, compose, judge, migrations, rulebook, sync, timetable
from coachd.clock import Clock
from coachd.config import Settings
from coachd.crypto import Vault, vault
from coachd.errors import (
    CoachdError,
    ConfigProblem,
    DeliveryProblem,
    InputProblem,
    OperatorNeeded,
    ReconnectNeeded,
    StoreProblem,
    TryLater,
)
from coachd.history import prepare
from coachd.history.merge import merge
from coachd.history.week import days_of, recent_weeks, usual_distance
from coachd.model import ActivityLink, Athlete, Digest, History, Nudge, Period, Shoe
from coachd.resources import shipped
from coachd.store import Store, athletes, connections, judgements, outbox, profile, recordings, schedule
from coachd.store.connections import SourceState
from coachd.store.outbox import Delivery
from coachd.store.recordings import Counts
from coachd.sync import Policy, Step, Synced

if TYPE_CHECKING:
    from coachd.sources.strava.oauth import Connected, Grant

log = logging.getLogger("coachd")

WEEKLY, NOTICE = "weekly", "notice"
CHART_WEEKS = 12
USEFUL = {WEEKLY: timedelta(days=3), NOTICE: timedelta(days=7)}
"""How long a message is worth sending after it was written."""

OPERATOR_RETRY = timedelta(hours=6)
LONGEST_OUTAGE_WAIT = timedelta(hours=6)


@dataclass
class Coach:
    """One instance of coachd: its settings, its store, its key and its clock."""

    settings: Settings
    store: Store
    vault: Vault
    clock: Clock

    @cached_property
    def rules(self) -> rulebook.Rulebook:
        """The rules in force: the shipped ones and those of your own. One that does not load, or whose own tests
        fail, is left out and named in `problems`."""
        own = [self.settings.rules_dir] if self.settings.rules_dir else []
        return rulebook.load([shipped("rules"), *own], verify=True)

    @property
    def policy(self) -> Policy:
        """How far back syncs look, and how long unconfirmed API rows stay."""
        days = self.settings.strava_retention_days
        return Policy(
            horizon=timedelta(days=self.rules.lookback_days + 7),
            retention=timedelta(days=days) if days else None,
        )


@contextmanager
def opened(settings: Settings, clock: Clock) -> Iterator[Coach]:
    """The instance that lives in the state folder, its database brought up to date."""
    settings.coachd_state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = migrations.upgrade(settings.database)
    if copy:
        log.info("database brought up to date; the old one is kept as %s", copy)
    store = Store(settings.database)
    try:
        yield Coach(settings, store, vault(settings), clock)
    finally:
        store.close()


def athlete(coach: Coach, name: str) -> Athlete:
    """The athlete of this name; `me` is made when first asked for. Raises InputProblem for any other unknown one."""
    with coach.store.read() as db:
        found = athletes.get(db, name)
    if found is None:
        if name != "me":
            raise InputProblem(f"There is no athlete called {name}.", f"Add one with `coachd athlete add {name}`.")
        with coach.store.begin() as db:
            athletes.ensure(db, name, coach.clock.now())
        found = {}, False
    own, paused = found
    return coach.settings.athlete(name, own, paused=paused)


def connect_strava(coach: Coach, name: str, grant: Grant) -> Connected:
    """Trade what the athlete granted for tokens and keep them, sealed."""
    from coachd.sources.strava import oauth

    now = coach.clock.now()
    connected = oauth.exchange(coach.settings, grant.code, now)
    with coach.store.begin() as db:
        connections.connect(db, coach.vault, name, "strava", connected.athlete_id, grant.scopes, connected.tokens, now)
    return connected


# --- sync ------------------------------------------------------------------------------------------------------------


def sync_athlete(
    coach: Coach, name: str, *, full: bool = False, allow_deletions: bool = False,
    told: Callable[[Step], None] = lambda _step: None,
) -> list[Synced]:  # fmt: skip
    """Bring every connected source of this athlete up to date. What keeps a source out is stored as its state and
    then raised."""
    policy = replace(coach.policy, allow_deletions=allow_deletions)
    with coach.store.read() as db:
        states = connections.every(db, name)
    return [_sync_source(coach, state, policy, full=full, told=told) for state in states]


def _sync_source(
    coach: Coach, state: SourceState, policy: Policy, *, full: bool, told: Callable[[Step], None]
) -> Synced:
    from coachd.sources.strava import Strava  # loads requests and, at the first call, stravalib

    now = coach.clock.now()
    source = Strava(coach.store, coach.vault, coach.settings, coach.clock, state.athlete)
    try:
        result = sync.run(coach.store, source, state, policy, now, full=full, told=told)
        sync.refresh_profile(coach.store, source, state, now)
    except (ReconnectNeeded, OperatorNeeded, TryLater) as problem:
        _note(coach, state, problem)
        raise
    finally:
        source.close()
    if result.braked:
        _notify_once(coach, state.athlete, state.source)
    return result


def _note(coach: Coach, state: SourceState, problem: ReconnectNeeded | OperatorNeeded | TryLater) -> None:
    """Store what keeps the source out, and when it is worth trying again: never in a storm."""
    now = coach.clock.now()
    if isinstance(problem, TryLater):
        again: datetime | None = problem.until
        if problem.state == "outage":
            wait = timedelta(minutes=5) * 2 ** min(state.failures if state.state == "outage" else 0, 7)
            again = now + min(wait, LONGEST_OUTAGE_WAIT)
    else:
        # Only the athlete can reconnect; an application may be reactivated at any time, so it is worth a look.
        again = now + OPERATOR_RETRY if isinstance(problem, OperatorNeeded) else None
    with coach.store.begin() as db:
        connections.set_state(db, state.athlete, state.source, problem.state, str(problem), again, now)
    if not isinstance(problem, TryLater):
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
        outbox.put(db, name, NOTICE, period, _channels(coach), body, now)
        connections.mark(db, name, source, told_at=now)


def sync_due(coach: Coach, told: Callable[[Step], None] = lambda _step: None) -> None:
    """One look at every source that is worth a look now. Problems are stored and logged; the others go on."""
    now = coach.clock.now()
    with coach.store.read() as db:
        states = connections.every(db)
    for state in states:
        if not worth_a_look(state, now):
            continue
        try:
            result = _sync_source(coach, state, coach.policy, full=False, told=told)
        except CoachdError as problem:
            log.warning("sync of %s for %s: %s", state.source, state.athlete, problem)
        else:
            log.info(
                "sync of %s for %s: %s, %d new, %d changed, %d gone",
                state.source, state.athlete, result.kind, result.saved.added, result.saved.changed, result.withdrawn,
            )  # fmt: skip


def worth_a_look(state: SourceState, now: datetime) -> bool:
    """Whether a look at this source may succeed."""
    if state.state in ("revoked", "missing_scope"):
        return False
    # The brake only holds back whole listings; polls go on.
    return state.state in ("ok", "brake") or state.next_try_at is None or state.next_try_at <= now


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. `activity_files` lie beside the table and are left for now."""

    saved: Counts
    shoes: int
    activity_files: int
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


# --- judge -----------------------------------------------------------------------------------------------------------


def load_history(coach: Coach, who: Athlete, first: date, last: date, now: datetime) -> History:
    """The history of these local days (both included) as rules may see it, with shoes as they stood on `last`."""
    with coach.store.read() as db:
        recorded = recordings.load(db, who.id, first, last)
        shoes = _shoes_on(db, who.id, last)
        synced = {state.source: state.synced_at for state in connections.every(db, who.id) if state.synced_at}
        imported = recordings.last_confirmed(db, who.id, "files")
        zones = profile.read(db, who.id, "strava", "zones")
    return prepare(
        who,
        recorded,
        shoes=shoes,
        synced=synced | ({"files": imported} if imported else {}),
        zones_ceiling=_zone2_top(zones),
        now=now,
    )


def _zone2_top(zones: Mapping[str, Any] | None) -> float | None:
    from coachd.sources.strava.mapping import zone2_top

    return zone2_top(zones)


def _shoes_on(db: Any, name: str, last: date) -> list[Shoe]:
    """Every shoe with its odometer on the evening of `last`: today's figure less what was run later."""
    used, later = profile.gear_use(db, name, until=last), profile.gear_use(db, name, after=last)
    known = profile.load_shoes(db, name)
    names = {shoe.name.casefold() for shoe in known}
    # An export names bikes in the same column: what was never worn on foot is no shoe.
    by_name = [
        gear
        for gear, use in used.items()
        if gear.startswith("name:") and use.on_foot and gear.removeprefix("name:").casefold() not in names
    ]
    shoes = [
        replace(
            shoe,
            distance_m=None
            if shoe.distance_m is None
            else shoe.distance_m - (later[shoe.id].distance_m if shoe.id in later else 0.0),
            last_used=used[shoe.id].last_day if shoe.id in used else None,
        )
        for shoe in known
    ]
    # An export names shoes without an odometer: what was run in them is all that is known.
    shoes += [
        Shoe(gear, gear.removeprefix("name:"), used[gear].distance_m, source="files", last_used=used[gear].last_day)
        for gear in by_name
    ]
    return shoes


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement with what it was made from."""

    athlete: Athlete
    period: Period
    history: History
    judgement: judge.Judgement
    digest: Digest


def consider(coach: Coach, name: str, period: Period, now: datetime, states: Any = None) -> Judged:
    """Judge one closed week without storing anything. `states` replaces what rules remember, for replays."""
    who = athlete(coach, name)
    reach = max(coach.rules.lookback_days, CHART_WEEKS * 7)
    history = load_history(coach, who, period.last - timedelta(days=reach), period.last, now)
    if states is None:
        with coach.store.read() as db:
            states = judgements.states(db, name)
    judgement = judge.judge(coach.rules.rules, history, states, period, now)
    return Judged(who, period, history, judgement, digest_of(history, period, judgement.nudges, len(coach.rules.rules)))


def digest_of(history: History, period: Period, nudges: Sequence[Nudge], rules_checked: int) -> Digest:
    """The weekly message before it has a form."""
    weeks = recent_weeks(history.activities, period, CHART_WEEKS)
    named = {number for nudge in nudges for number in nudge.activities}
    return Digest(
        athlete=history.athlete,
        period=period,
        week=weeks[-1],
        usual_distance_m=usual_distance(weeks),
        days=days_of(history.activities, period),
        weeks=weeks,
        nudges=tuple(nudges),
        links=tuple(
            ActivityLink(activity.id, activity.name or activity.sport, activity.day, _url(activity.strava_id),
                         activity.device or "")
            for activity in history.activities
            if activity.id in named and period.first <= activity.day <= period.last
        ),
        left_out=tuple(
            f"{activity.name or activity.sport} on {activity.day:%d %B}: {activity.excluded}"
            for activity in history.excluded
            if period.first <= activity.day <= period.last
        ),
        rules_checked=rules_checked,
    )  # fmt: skip


def _url(strava_id: str | None) -> str:
    return f"https://www.strava.com/activities/{strava_id}" if strava_id else ""


def judge_week(coach: Coach, name: str, period: Period) -> Judged | None:
    """Judge the week and put its digest out, all in one transaction. None when that was done before."""
    now = coach.clock.now()
    judged = consider(coach, name, period, now)
    with coach.store.begin() as db:
        if outbox.exists(db, name, WEEKLY, period.key):
            return None
        result = judged.judgement
        judgements.save(db, name, period.key, result.findings, result.nudges, list(result.states.values()), now)
        outbox.put(db, name, WEEKLY, period.key, _channels(coach), _to_json(judged.digest), now)
    return judged


def judge_due(coach: Coach) -> None:
    """Judge every athlete whose week has closed and whose digest is due; note those that are too late.

    What is wrong with one athlete is logged and does not hold up the others.
    """
    with coach.store.read() as db:
        names = athletes.names(db)
    for name in names:
        try:
            _judge_if_due(coach, name)
        except CoachdError as problem:
            log.warning("judging %s: %s", name, problem)


def _judge_if_due(coach: Coach, name: str) -> None:
    who = athlete(coach, name)
    now = coach.clock.now()
    with coach.store.read() as db:
        due = schedule.get(db, name, WEEKLY)
        empty = recordings.first_day(db, name) is None
    due = due or schedule.Due(name, WEEKLY, now, now)
    decision = timetable.decide(who, due.since, due.last_day, now)
    if decision.action == "send" and not who.paused and not empty:
        _look_first(coach, name)
        judge_week(coach, name, _period(decision))
    if decision.action == "missed":
        log.warning("the digest of %s for %s is too late and is left out", _period(decision).key, name)
        due = replace(due, missed=_period(decision).key)
    if decision.period:
        due = replace(due, last_day=decision.period.last)
    with coach.store.begin() as db:
        schedule.save(db, replace(due, next_due=decision.next_due))


def _period(decision: timetable.Decision) -> Period:
    assert decision.period is not None  # every action but `wait` is about a period
    return decision.period


def _look_first(coach: Coach, name: str) -> None:
    """A last look at the sources, so that Sunday evening's run is in. A source that is down does not hold a digest
    up: what is stored is judged, and a note says how old it is."""
    now = coach.clock.now()
    with coach.store.read() as db:
        states = connections.every(db, name)
    for state in states:
        if worth_a_look(state, now):
            try:
                _sync_source(coach, state, coach.policy, full=False, told=lambda _step: None)
            except CoachdError as problem:
                log.warning("last look at %s for %s: %s", state.source, name, problem)


# --- deliver ---------------------------------------------------------------------------------------------------------


def _channels(coach: Coach) -> list[str]:
    """The outbox's channels: each push address is one of its own, so that one that fails repeats for itself only."""
    found = []
    for channel in coach.settings.chosen_channels:
        if channel == "apprise" and coach.settings.apprise_urls:
            urls = coach.settings.apprise_urls.get_secret_value().split()
            found += [f"apprise-{number}" for number in range(1, len(urls) + 1)]
        else:
            found.append(channel)
    return found


def channel(coach: Coach, name: str) -> channels.Channel:
    """The channel behind a name of the outbox. Raises DeliveryProblem for one that the settings no longer have."""
    settings = coach.settings
    kind, _, number = name.partition("-")
    options: dict[str, Any] = {}
    if kind == "email":
        options = {
            "host": settings.smtp_host,
            "port": settings.smtp_port,
            "security": settings.smtp_security,
            "user": settings.smtp_user,
            "password": settings.smtp_password.get_secret_value() if settings.smtp_password else "",
            "cafile": str(settings.smtp_cafile) if settings.smtp_cafile else None,
            "clock": coach.clock,
        }
    elif kind == "folder":
        options = {"path": mail_folder(settings), "clock": coach.clock}
    elif kind == "apprise" and settings.apprise_urls:
        urls = settings.apprise_urls.get_secret_value().split()
        if int(number) > len(urls):
            raise DeliveryProblem("This push address was taken out of the settings.", permanent=True)
        options = {"url": urls[int(number) - 1]}
    return channels.load(kind, options)


def mail_folder(settings: Settings) -> Path:
    """Where the folder channel puts its mails."""
    return settings.coachd_state_dir / "mail"


def message_of(coach: Coach, delivery: Delivery) -> Any:
    """The delivery's message in its final form."""
    key = f"{delivery.athlete}:{delivery.kind}:{delivery.period}"
    if delivery.kind == NOTICE:
        who = athlete(coach, delivery.athlete)
        return compose.notice(who, delivery.body, mail_from=coach.settings.sender, message_key=key)
    return compose.weekly(_from_json(delivery.body), mail_from=coach.settings.sender, message_key=key)


def deliver(coach: Coach, name: str | None = None) -> list[tuple[Delivery, str, str]]:
    """Send everything that is due, of all athletes or of one. Gives (delivery, state, result) of each attempt."""
    done: list[tuple[Delivery, str, str]] = []
    while True:
        now = coach.clock.now()
        with coach.store.begin() as db:
            delivery = outbox.claim(db, now, athlete=name)
        if delivery is None:
            return done
        state, result = _send(coach, delivery, now)
        done.append((delivery, state, result))
        log.info("%s %s for %s by %s: %s", delivery.kind, delivery.period, delivery.athlete, delivery.channel, state)


def _send(coach: Coach, delivery: Delivery, now: datetime) -> tuple[str, str]:
    """One attempt, and what it means for the row."""
    state, result, again = "sent", "", None
    if now - delivery.created_at > USEFUL[delivery.kind]:
        state, result = "expired", "it was too old to be of use"
    else:
        try:
            result = channel(coach, delivery.channel).send(message_of(coach, delivery))
        except DeliveryProblem as problem:
            state, result = "failed", f"{problem} {problem.advice}".strip()
            if problem.unknown:
                # It may have arrived. A digest goes out once more under the same Message-ID, nothing else does.
                state = "unknown"
                again = now + timedelta(minutes=5) if delivery.kind == WEEKLY and delivery.attempts == 0 else None
            elif not problem.permanent:
                again = channels.retry_at(delivery.attempts + 1, now)
        except CoachdError as problem:
            # The channel or the athlete is gone from the settings: that must not hold up what others wait for.
            state, result = "failed", f"{problem} {problem.advice}".strip()
    with coach.store.begin() as db:
        if again:
            outbox.retry(db, delivery, again, result)
            return "pending", result
        outbox.finish(db, delivery, state, result, now)
    return state, result


def tick(coach: Coach) -> None:
    """What the daemon does every minute: judge what is due, send what is out."""
    judge_due(coach)
    deliver(coach)


# --- leaving ---------------------------------------------------------------------------------------------------------


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


def housekeeping(coach: Coach) -> None:
    """Once a day: purge what no completed listing confirmed for too long, and say so."""
    now = coach.clock.now()
    with coach.store.read() as db:
        states = connections.every(db)
    for state in states:
        dropped = sync.purge_overdue(coach.store, state, coach.policy, now)
        if dropped:
            log.warning("purged %d activities of %s that were not confirmed in time", dropped, state.athlete)
            body = {"source": state.source, "state": "purged", "detail": f"{dropped} activities were purged"}
            # Rows leave over several days; one message is enough for each time that listings fail.
            period = f"{state.source}:purged:{state.passed_at or state.connected_at:%Y-%m-%dT%H:%M}"
            with coach.store.begin() as db:
                outbox.put(db, state.athlete, NOTICE, period, _channels(coach), body, now)


def _to_json(digest: Digest) -> dict[str, Any]:
    from pydantic import TypeAdapter

    made: dict[str, Any] = TypeAdapter(Digest).dump_python(digest, mode="json")
    return made


def _from_json(body: Mapping[str, Any]) -> Digest:
    from pydantic import TypeAdapter

    return TypeAdapter(Digest).validate_python(dict(body), strict=False)
