"""Holding one closed week against the rules, and making the digest of what they say."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from coachd import judge
from coachd.coach import Coach
from coachd.history import prepare
from coachd.history.phases import LOOKBACK_DAYS as PHASE_DAYS
from coachd.history.week import days_of, recent_weeks, usual_distance
from coachd.judge import Judgement, StateKey
from coachd.language.rule import Rule
from coachd.model import Activity, ActivityLink, Athlete, Digest, History, Nudge, Period, RuleState, Shoe, Source
from coachd.rulebook import Rulebook
from coachd.store import connections, judgements, outbox, profile, recordings
from coachd.store.profile import GearUse

log = logging.getLogger("coachd")

CHART_WEEKS = 12

CHUNK = 50
"""Athletes that are read from the store together: enough that a query costs each of them next to nothing."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an athlete over some local days, before anything is worked out from it; shoes are as they stood
    on the last of these days. Rules see the days from `first` on, all where it is None."""

    athlete: Athlete
    first: date | None
    recorded: Sequence[Activity]
    shoes: Sequence[Shoe]
    synced: Mapping[Source, datetime]
    zones: Mapping[str, Any]
    states: Mapping[StateKey, RuleState]

    def history(self, now: datetime) -> History:
        """The history as rules may see it."""
        return prepare(
            self.athlete,
            self.recorded,
            shoes=self.shoes,
            synced=self.synced,
            zones_ceiling=_zone2_top(self.zones) if self.zones else None,
            now=now,
            first=self.first,
        )


def read_stored(coach: Coach, athletes: Sequence[Athlete], first: date | None, last: date) -> dict[str, Stored]:
    """What is stored of each athlete over these local days (both included), by name, with one look at each table.

    `first` None takes everything stored; else so many days before it are read as have a say in the phase of the last.
    """
    names = [who.id for who in athletes]
    read_from = None if first is None else min(first, last - timedelta(days=PHASE_DAYS))
    with coach.store.read() as db:
        recorded = recordings.load_each(db, names, read_from, last)
        shoes = _shoes(db, names, last)
        synced = connections.synced_of_each(db, names)
        imported = recordings.last_confirmed(db, names, "files")
        zones = profile.read_of_each(db, names, "strava", "zones")
        states = judgements.states_of_each(db, names)
    return {
        who.id: Stored(
            who,
            first,
            recorded[who.id],
            shoes[who.id],
            synced.get(who.id, {}) | ({"files": imported[who.id]} if who.id in imported else {}),
            zones.get(who.id, {}),
            states[who.id],
        )
        for who in athletes
    }


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


def _zone2_top(zones: Mapping[str, Any]) -> float | None:
    from coachd.sources.strava.mapping import zone2_top  # loads requests, which nobody without Strava needs

    return zone2_top(zones)


def _shoes(db: Connection, names: Sequence[str], last: date) -> dict[str, list[Shoe]]:
    """Every shoe of each athlete with its odometer on the evening of `last`: today's figure less what was run later."""
    known = profile.shoes_of_each(db, names)
    last_used, later = profile.last_used_of_each(db, names, last), profile.used_after_of_each(db, names, last)
    found: dict[str, list[Shoe]] = {}
    for name in names:
        used, since = last_used.get(name, {}), later.get(name, {})
        found[name] = [_then(shoe, used.get(shoe.id), since.get(shoe.id, 0.0)) for shoe in known.get(name, ())]
        if any(gear.startswith("name:") for gear in used):
            found[name] += _known_by_name(profile.gear_use(db, name, last), found[name])
    return found


def _then(shoe: Shoe, last_used: date | None, later_m: float) -> Shoe:
    distance_m = None if shoe.distance_m is None else shoe.distance_m - later_m
    return replace(shoe, distance_m=distance_m, last_used=last_used)


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
    """One judgement with what it was made from."""

    athlete: Athlete
    period: Period
    history: History
    judgement: Judgement
    digest: Digest


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
    stored = read_stored(coach, [who], first, period.last)[name]
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
    who, history = stored.athlete, stored.history(now)
    book = coach.rules_for(who)
    if states is None:
        states = as_remembered(stored.states, period)
    judgement = judge.judge([*book.rules, *also], history, states, period, now)
    return Judged(who, period, history, judgement, digest_of(history, period, judgement.nudges, len(book.rules)))


def first_day(book: Rulebook, period: Period, also: Sequence[Rule] = ()) -> date | None:
    """The first day that judging this period by these rules looks at; None where that is the very first."""
    if book.lifelong:
        return None
    reach = max(book.lookback_days, CHART_WEEKS * 7, *(rule.lookback_days for rule in also))
    return period.first - timedelta(days=reach)  # a rule about a day or an activity looks back from there


def as_remembered(states: Mapping[StateKey, RuleState], period: Period) -> dict[StateKey, RuleState]:
    """What rules remembered when this period closed: not what was told about it, or later.

    So a week that was mailed already can be looked at again, and an earlier one is not judged by what came after.
    """
    told_on = period.last + timedelta(days=1)
    return {key: state for key, state in states.items() if state.last_sent is None or state.last_sent < told_on}


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


def judge_week(coach: Coach, name: str, period: Period, stored: Stored | None = None) -> Judged | None:
    """Judge the week and put its digest out, all in one transaction. None when that was done before.

    `stored` is what `read_weeks` gave for it, where many are judged; else it is read here.
    """
    now = coach.clock.now()
    judged = consider(coach, name, period, now) if stored is None else judged_from(coach, stored, period, now)
    result = judged.judgement
    with coach.store.begin() as db:
        if outbox.exists(db, name, outbox.WEEKLY, period.key):
            return None
        states = judgements.states(db, name)
        # A week judged late must not take back what was told about a later one in the meantime.
        newer = states.keys() - as_remembered(states, period).keys()
        after = [state for key, state in result.states.items() if key not in newer]
        judgements.save(db, name, period.key, result.findings, result.nudges, after, now)
        outbox.put(db, name, outbox.WEEKLY, period.key, coach.channels, to_json(judged.digest), now)
    if result.changed:
        log.info("rules of %s that changed since they last spoke begin anew: %s", name, ", ".join(result.changed))
    return judged


def read_weeks(coach: Coach, weeks: Iterable[tuple[Athlete, Period]]) -> dict[str, Stored]:
    """What judging these weeks looks at, by athlete: those who need the same days are read together."""
    alike: dict[tuple[date | None, date], list[Athlete]] = {}
    for who, period in weeks:
        alike.setdefault((first_day(coach.rules_for(who), period), period.last), []).append(who)
    return {name: found for days, some in alike.items() for name, found in read_stored(coach, some, *days).items()}


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest as it lies in the outbox."""
    from pydantic import TypeAdapter

    made: dict[str, Any] = TypeAdapter(Digest).dump_python(digest, mode="json")
    return made


def from_json(body: Mapping[str, Any]) -> Digest:
    """The digest that was put into the outbox."""
    from pydantic import TypeAdapter

    return TypeAdapter(Digest).validate_python(dict(body), strict=False)
