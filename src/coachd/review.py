"""Holding one closed week against the rules, and making the digest of what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd import judge
from coachd.coach import Coach
from coachd.history import prepare
from coachd.history.phases import LOOKBACK_DAYS as PHASE_DAYS
from coachd.history.week import days_of, recent_weeks, usual_distance
from coachd.judge import Judgement, StateKey
from coachd.language.rule import Rule
from coachd.model import ActivityLink, Athlete, Digest, History, Nudge, Period, RuleState, Shoe
from coachd.store import connections, judgements, outbox, profile, recordings
from coachd.store.profile import GearUse

CHART_WEEKS = 12


def load_history(coach: Coach, who: Athlete, first: date | None, last: date, now: datetime) -> History:
    """The history of these local days (both included) as rules may see it, with shoes as they stood on `last`.

    `first` None takes everything stored.
    """
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
        zones_ceiling=_zone2_top(zones) if zones else None,
        now=now,
    )


def whole_history(coach: Coach, who: Athlete, now: datetime) -> History | None:
    """Everything stored about the athlete up to today as rules may see it; None before the first activity."""
    with coach.store.read() as db:
        first = recordings.first_day(db, who.id)
    return None if first is None else load_history(coach, who, first, now.astimezone(who.tz).date(), now)


def _zone2_top(zones: Mapping[str, Any]) -> float | None:
    from coachd.sources.strava.mapping import zone2_top  # loads requests, which nobody without Strava needs

    return zone2_top(zones)


def _shoes_on(db: Connection, name: str, last: date) -> list[Shoe]:
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
    shoes = [_then(shoe, used.get(shoe.id), later.get(shoe.id)) for shoe in known]
    # It has no odometer either: what was run in such a pair is all that is known.
    shoes += [
        Shoe(gear, gear.removeprefix("name:"), used[gear].distance_m, source="files", last_used=used[gear].last_day)
        for gear in by_name
    ]
    return shoes


def _then(shoe: Shoe, used: GearUse | None, later: GearUse | None) -> Shoe:
    distance_m = shoe.distance_m
    if distance_m is not None and later:
        distance_m -= later.distance_m
    return replace(shoe, distance_m=distance_m, last_used=used.last_day if used else None)


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
    book = coach.rules_for(who)
    reach = max(book.lookback_days, CHART_WEEKS * 7, PHASE_DAYS, *(rule.lookback_days for rule in also))
    first = None if book.lifelong else period.last - timedelta(days=reach)
    history = load_history(coach, who, first, period.last, now)
    if states is None:
        with coach.store.read() as db:
            states = as_remembered(judgements.states(db, name), period)
    judgement = judge.judge([*book.rules, *also], history, states, period, now)
    return Judged(who, period, history, judgement, digest_of(history, period, judgement.nudges, len(book.rules)))


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


def judge_week(coach: Coach, name: str, period: Period) -> Judged | None:
    """Judge the week and put its digest out, all in one transaction. None when that was done before."""
    now = coach.clock.now()
    judged = consider(coach, name, period, now)
    with coach.store.begin() as db:
        if outbox.exists(db, name, outbox.WEEKLY, period.key):
            return None
        result, stored = judged.judgement, judgements.states(db, name)
        # A week judged late must not take back what was told about a later one in the meantime.
        newer = stored.keys() - as_remembered(stored, period).keys()
        after = [state for key, state in result.states.items() if key not in newer]
        judgements.save(db, name, period.key, result.findings, result.nudges, after, now)
        outbox.put(db, name, outbox.WEEKLY, period.key, coach.channels, to_json(judged.digest), now)
    return judged


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest as it lies in the outbox."""
    from pydantic import TypeAdapter

    made: dict[str, Any] = TypeAdapter(Digest).dump_python(digest, mode="json")
    return made


def from_json(body: Mapping[str, Any]) -> Digest:
    """The digest that was put into the outbox."""
    from pydantic import TypeAdapter

    return TypeAdapter(Digest).validate_python(dict(body), strict=False)
