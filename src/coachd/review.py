"""Holding one closed week against the rules, and making the digest of what they say."""

from __future__ import annotations

import gc
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from coachd import judge
from coachd.bodies import from_body, to_body
from coachd.coach import Coach
from coachd.digest import CHART_WEEKS, digest_of
from coachd.digest.beliefs import beliefs_of
from coachd.history import prepare
from coachd.history.outdoors import HOUR, LONGEST, with_air
from coachd.history.phases import LOOKBACK_DAYS as PHASE_DAYS
from coachd.history.profiles import suggest
from coachd.history.week import period_of, week_of
from coachd.history.zones import RESTING_NIGHTS, ZonesFrom
from coachd.judge import Closed, Judgement, StateKey, aftermath
from coachd.judge.aftermath import Outdated, Retold
from coachd.judge.basis import basis_of, differences
from coachd.judge.gates import Gates
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import (
    Activity,
    Athlete,
    Beliefs,
    Change,
    Digest,
    FollowUp,
    History,
    Night,
    Period,
    RuleState,
    Shoe,
    Source,
    Told,
    Weekday,
)  # fmt: skip
from coachd.rulebook import Rulebook
from coachd.store import connections, judgements, nights, nudges, outbox, profile, recordings, weather
from coachd.store.judgements import Judging
from coachd.store.nudges import Identity
from coachd.store.profile import GearUse

log = logging.getLogger("coachd")

CHUNK = 100
"""Athletes that are read from the store together: enough that a query costs each of them next to nothing."""

WEEK = timedelta(weeks=1)
RESTING = timedelta(days=RESTING_NIGHTS)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Past:
    """What was judged since a week closed, newest first, and what was told in the months before, oldest first."""

    judgings: Sequence[Judging] = ()
    told: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an athlete over some local days, before anything is worked out from it; shoes are as they stood
    on the last of these days. Rules see the days from `first` on, all where it is None."""

    athlete: Athlete
    first: date | None
    recorded: Sequence[Activity]
    shoes: Sequence[Shoe]
    synced: Mapping[Source, datetime]
    zones: Mapping[Source, Mapping[str, Any]]
    states: Mapping[StateKey, RuleState]
    late: frozenset[int] = frozenset()
    past: Past = field(default_factory=Past)
    nights: Sequence[Night] = ()

    def history(self, now: datetime) -> History:
        """The history as rules may see it."""
        ceiling, zones_from = _zones_ceiling(self.zones)
        history = prepare(
            self.athlete,
            self.recorded,
            shoes=self.shoes,
            synced=self.synced,
            zones_ceiling=ceiling,
            zones_from=zones_from,
            now=now,
            nights=self.nights,
            first=self.first,
        )
        return replace(history, late=self.late) if self.late else history


def read_stored(coach: Coach, athletes: Sequence[Athlete], first: date | None, last: date) -> dict[str, Stored]:
    """What is stored of each athlete over these local days (both included), by name, with one look at each table.

    `first` None takes everything stored; else so many days before it are read as have a say in the phase of the last.
    """
    names = [who.id for who in athletes]
    read_from = None if first is None else min(first, last - timedelta(days=PHASE_DAYS))
    with _without_looking_for_garbage(), coach.store.read() as db:
        recorded = recordings.load_each(db, names, read_from, last)
        synced = connections.synced_of_each(db, names)
        imported = recordings.last_confirmed(db, names, "files")
        shoes = _shoes(db, names, imported, last)
        zones = {source: profile.read_of_each(db, names, source, "zones") for source in ("strava", "garmin")}
        slept = nights.load_each(db, names, read_from and min(read_from, last - RESTING), last)
        states = judgements.states_of_each(db, names)
        late = recordings.late_of_each(db, {who.id: week_of(last - WEEK, who.week_start) for who in athletes})
        recorded |= _in_their_air(db, athletes, recorded)
    return {
        who.id: Stored(
            who,
            first,
            recorded[who.id],
            shoes[who.id],
            synced.get(who.id, {}) | ({"files": imported[who.id]} if who.id in imported else {}),
            {source: told[who.id] for source, told in zones.items() if who.id in told},
            states[who.id],
            late.get(who.id, frozenset()),
            nights=slept.get(who.id, ()),
        )
        for who in athletes
    }


def _in_their_air(
    db: Connection, athletes: Sequence[Athlete], recorded: Mapping[str, Sequence[Activity]]
) -> dict[str, list[Activity]]:
    """What those recorded who gave a home position, with the weather that it was done in, as far as that is known."""
    homes = {who.id: who.home for who in athletes if who.home is not None and recorded[who.id]}
    if not homes:
        return {}
    first = min(recorded[name][0].start for name in homes) - HOUR
    last = max(recorded[name][-1].start for name in homes) + LONGEST
    known = weather.load_each(db, set(homes.values()), first, last)
    found = {}
    for who in athletes:
        if who.id in homes and (readings := known.get(homes[who.id])):
            air = {at: (reading.temperature_c, reading.dew_point_c) for at, reading in readings.items()}
            found[who.id] = with_air(recorded[who.id], air, who.tz)
    return found


@contextmanager
def _without_looking_for_garbage() -> Iterator[None]:
    """Spares the collector's passes over thousands of fresh objects that all stay: a tenth of the time of reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_histories(
    coach: Coach, athletes: Sequence[Athlete], first: date | None, last: date, now: datetime
) -> Iterator[History]:
    """The history of each athlete over these local days (both included) as rules may see it, in the order given.

    They are read in chunks, so that many athletes need no more memory than a few. `first` None takes everything stored.
    """
    for chunk in chunks(athletes):
        stored = read_stored(coach, chunk, first, last)
        for who in chunk:
            yield stored.pop(who.id).history(now)


def load_history(coach: Coach, who: Athlete, first: date | None, last: date, now: datetime) -> History:
    """The same of one athlete."""
    return next(load_histories(coach, [who], first, last, now))


def chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """As many at a time as are read from the store together."""
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def whole_history(coach: Coach, who: Athlete, now: datetime) -> History | None:
    """Everything stored about the athlete up to today as rules may see it; None before the first activity."""
    with coach.store.read() as db:
        first = recordings.first_day(db, who.id)
    return None if first is None else load_history(coach, who, first, now.astimezone(who.tz).date(), now)


def beliefs(coach: Coach, who: Athlete, now: datetime) -> Beliefs | None:
    """What coachd believes about the athlete, for the first mail; None before the first activity."""
    history = whole_history(coach, who, now)
    if history is None:
        return None
    day = now.astimezone(who.tz).date()
    return beliefs_of(history, day=day, rules=coach.rules_for(who).rules, profiles_suggested=suggest(history, day))


def _zones_ceiling(zones: Mapping[Source, Mapping[str, Any]]) -> tuple[float | None, ZonesFrom]:
    """The top of zone 2 of the athlete's own zones, and where these are kept: on Strava, else at Garmin."""
    # Each loads requests, which nobody without that source needs.
    if "strava" in zones:
        from coachd.sources.strava import mapping as strava

        if (top := strava.zone2_top(zones["strava"])) is not None:
            return top, "Strava"
    if "garmin" in zones:
        from coachd.sources.garmin import mapping as garmin

        return garmin.zone2_top(zones["garmin"]), "Garmin"
    return None, "Strava"


def _shoes(db: Connection, names: Sequence[str], importers: Collection[str], last: date) -> dict[str, list[Shoe]]:
    """Every shoe of each athlete as it stood on the evening of `last`. `importers` are those who imported files: only
    an export knows shoes by nothing but their name."""
    known = profile.shoes_of_each(db, names, last)
    found = {name: known.get(name, []) for name in names}
    for name in importers:
        found[name] += _known_by_name(profile.gear_use(db, name, last), found[name])
    return found


def _known_by_name(used: Mapping[str, GearUse], known: Sequence[Shoe]) -> list[Shoe]:
    """The shoes that only an export named. They have no odometer: what was run in such a pair is all that is known."""
    names = {shoe.name.casefold() for shoe in known}
    # An export names bikes in the same column: what was never worn on foot is no shoe.
    return [
        Shoe(gear, gear.removeprefix("name:"), use.distance_m, source="files", last_used=use.last_day)
        for gear, use in used.items()
        if gear.startswith("name:") and use.on_foot and gear.removeprefix("name:").casefold() not in names
    ]


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement with what it was made from: what is recorded, and what rules remembered. `changes` are earlier
    nudges of which it can be told now whether they helped."""

    athlete: Athlete
    period: Period
    history: History
    judgement: Judgement
    digest: Digest
    recorded: Sequence[Activity] = ()
    remembered: Mapping[StateKey, RuleState] = field(default_factory=dict)
    changes: Mapping[Identity, Change] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The message as it lies in the outbox."""
        return to_json(self.digest)

    @property
    def mailed(self) -> bool:
        """Whether there is something to say, or the athlete wants a mail of a quiet week, too.

        A shoe that crossed a level is news, and told in this mail or never; what became of an earlier nudge is none.
        """
        digest = self.digest
        return bool(digest.nudges or digest.corrections or digest.shoes) or self.athlete.quiet_weeks == "send"


def consider(
    coach: Coach,
    name: str,
    period: Period,
    now: datetime,
    states: Mapping[StateKey, RuleState] | None = None,
    also: Sequence[Rule] = (),
) -> Judged:
    """Judge one closed week without storing anything. `states` replaces what rules remember, for replays; `also` are
    rules that are off and judged all the same."""
    who = coach.athlete(name)
    first = first_day(coach.rules_for(who), period, also)
    stored = _read(coach, [who], first, period.last, now)[name]
    return judged_from(coach, stored, period, now, states, also)


def judged_from(
    coach: Coach,
    stored: Stored,
    period: Period,
    now: datetime,
    states: Mapping[StateKey, RuleState] | None = None,
    also: Sequence[Rule] = (),
) -> Judged:
    """The same of what was read from the store before."""
    who, history, past = stored.athlete, stored.history(now), stored.past
    book, today = coach.rules_for(who), now.astimezone(who.tz).date()
    if states is None:
        states = as_remembered(stored.states, period, past.judgings, who.week_start)
    judgement = judge.judge([*book.rules, *also], history, states, period, now)
    closed = Closed(View(history, period.last, now), period)
    corrections = _outdated(coach, stored, period, now)
    digest = digest_of(
        history, period, judgement.nudges, rules=book.rules, told_on=today,
        follow_ups=_follow_ups(book, past.told, closed),
        corrections=aftermath.corrections(corrections.values(), today),
    )  # fmt: skip
    digest = replace(digest, corrected=tuple(corrections))
    changes = _changes(book, past.told, closed, today)
    return Judged(who, period, history, judgement, digest, stored.recorded, states, changes)


def _follow_ups(book: Rulebook, told: Sequence[Told], closed: Closed) -> list[FollowUp]:
    """What became of the nudges of the digest before; of a rule that is gone or off nothing is said any more."""
    rules, gates = {rule.id: rule for rule in book.rules}, Gates(closed.view)
    followed = aftermath.to_follow(told, closed.period.key, closed.view.now)
    return [
        aftermath.follow_up(each, rules[each.nudge.rule], closed, gates)
        for each in followed
        if each.nudge.rule in rules and aftermath.can_ease(rules[each.nudge.rule])
    ]


def _changes(book: Rulebook, told: Sequence[Told], closed: Closed, today: date) -> dict[Identity, Change]:
    """The nudges of which it is time to tell whether they helped, and what their rules say."""
    rules, zone = {rule.id: rule for rule in (*book.rules, *book.off)}, closed.view.athlete.tz
    return {
        Identity(each.period, each.nudge.rule, each.nudge.subject): aftermath.helped(
            rule, closed.view, each.nudge.subject
        )
        for each in told
        if (rule := rules.get(each.nudge.rule)) is not None
        and each.sent_at is not None
        and aftermath.due(each, rule, each.sent_at.astimezone(zone).date(), today)
    }


def _outdated(coach: Coach, stored: Stored, period: Period, now: datetime) -> dict[Identity, Outdated]:
    """The earlier nudges to put right, whose activities read otherwise now. Only data brings one about: what a setting
    alone would change was right when it was told."""
    who, today = stored.athlete, now.astimezone(stored.athlete.tz).date()
    book = coach.rules_for(who)
    rules, listed = {rule.id: rule for rule in book.rules}, today - timedelta(days=book.lookback_days)
    found: dict[Identity, Outdated] = {}
    for each in aftermath.to_correct(stored.past.told, period.key, now):
        rule, then = rules.get(each.nudge.rule), period_of(each.period, who.week_start)
        if rule is None or then.key != each.period or then.last > period.last:
            continue
        if differs := differences(each.basis, then, stored.recorded, listed):
            told_on = (each.sent_at or each.queued_at).astimezone(who.tz).date()
            wrong = aftermath.outdated(each, _retold(coach, who, rule, each, then), differs, told_on)
            found |= {Identity(each.period, rule.id, each.nudge.subject): wrong} if wrong else {}
    return found


def _retold(coach: Coach, who: Athlete, rule: Rule, told: Told, period: Period) -> Retold:
    """What `rule` says about the period it spoke of, over what is stored now and with what it remembered then."""
    stored = read_stored(coach, [who], first_day(coach.rules_for(who), period), period.last)[who.id]
    with coach.store.read() as db:
        made = judgements.judging(db, who.id, period.key)
    states = {change.key: change.before for change in made.changes if change.before} if made else {}
    closed = Closed(View(stored.history(told.queued_at), period.last, told.queued_at), period)
    return aftermath.retold(rule, told.nudge, closed, states)


def first_day(book: Rulebook, period: Period, also: Sequence[Rule] = ()) -> date | None:
    """The first day that judging this period by these rules looks at; None where that is the very first."""
    if book.lifelong:
        return None
    rules = [*book.rules, *also]
    # Rules about a day or an activity look back from the period's first day, all others from its last.
    from_first = max((rule.lookback_days for rule in rules if rule.each in ("day", "activity")), default=0)
    from_last = max(book.lookback_days, CHART_WEEKS * 7, *(rule.lookback_days for rule in also))
    return min(period.first - timedelta(days=from_first), period.last - timedelta(days=from_last))


def as_remembered(
    states: Mapping[StateKey, RuleState],
    period: Period,
    judgings: Sequence[Judging] = (),
    week_start: Weekday = "mon",
) -> dict[StateKey, RuleState]:
    """What rules remembered before this period was judged or, if it never was, before what came after it was.

    So a week can be judged again as if it were the first time, and an earlier one is not judged by what came after.
    `judgings` are those made since it closed, newest first: of earlier periods, judged late, they stay.
    """
    told_on = period.last + timedelta(days=1)
    own = next((made.judged_at for made in judgings if made.period == period.key), None)
    later = [
        made
        for made in judgings
        if (period_of(made.period, week_start).last > told_on if own is None else made.judged_at >= own)
    ]
    found = dict(states)
    for made in later:
        found = made.undone(found)
    # What else speaks of this day or a later one was told by judgings that nothing is known of any more.
    known = {change.key for made in judgings if made not in later for change in made.changes}
    return {
        key: state
        for key, state in found.items()
        if state.last_sent is None or state.last_sent < told_on or key in known
    }


def judge_week(coach: Coach, name: str, period: Period, stored: Stored | None = None) -> Judged | None:
    """Judge the week and put its digest out, all in one transaction. None when that was done before.

    `stored` is what `read_weeks` gave for it, where many are judged; else it is read here.
    """
    now = coach.clock.now()
    judged = consider(coach, name, period, now) if stored is None else judged_from(coach, stored, period, now)
    ways_out = coach.channels_for(name)
    with coach.store.begin() as db:
        judgements.hold(db, name)
        if outbox.exists(db, name, outbox.WEEKLY, period.key):
            return None
        keep(db, judged, now)
        if judged.mailed:
            outbox.put(db, name, outbox.WEEKLY, period.key, ways_out, judged.body, now)
    if judged.judgement.changed:
        changed = ", ".join(judged.judgement.changed)
        log.info("rules of %s that changed since they last spoke begin anew: %s", name, changed)
    return judged


def keep(db: Connection, judged: Judged, now: datetime) -> None:
    """Store what was judged: findings, what is to be told, what rules remember, and which earlier nudges helped."""
    name, key, result = judged.athlete.id, judged.period.key, judged.judgement
    after = [state for key, state in result.states.items() if judged.remembered.get(key) != state]
    basis = {(each.rule, each.subject): basis_of(each, judged.period, judged.recorded) for each in result.nudges}
    judgements.save(db, name, key, result.findings, result.nudges, after, now, basis)
    for which, change in judged.changes.items():
        nudges.set_change(db, name, which, change)


def read_weeks(coach: Coach, weeks: Iterable[tuple[Athlete, Period]]) -> dict[str, Stored]:
    """What judging these weeks looks at, by athlete: those who need the same days are read together."""
    alike: dict[tuple[date | None, date], list[Athlete]] = {}
    for who, period in weeks:
        alike.setdefault((first_day(coach.rules_for(who), period), period.last), []).append(who)
    now = coach.clock.now()
    return {name: found for days, some in alike.items() for name, found in _read(coach, some, *days, now).items()}


def _read(
    coach: Coach, athletes: Sequence[Athlete], first: date | None, last: date, now: datetime
) -> dict[str, Stored]:
    """What is stored of each athlete, with what was judged and told before."""
    found = read_stored(coach, athletes, first, last)
    waits = [rule.helped.after_days for rule in coach.rules.rules if rule.helped is not None]
    told_since = now - max(timedelta(days=max(waits, default=0)) + aftermath.LATEST, aftermath.CORRECTED)
    closed = datetime.combine(last, time(), UTC)  # a little too early in any zone
    with coach.store.read() as db:
        judgings = judgements.since_of_each(db, list(found), closed)
        told = nudges.since_of_each(db, list(found), told_since)
    return {name: replace(each, past=Past(judgings[name], told[name])) for name, each in found.items()}


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest as it lies in the outbox."""
    return to_body(digest)


def from_json(body: Mapping[str, Any]) -> Digest:
    """The digest that was put into the outbox."""
    return from_body(Digest, body)
