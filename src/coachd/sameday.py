"""What is told on the day: rules with `deliver: same_day` are asked about activities that have just come.

A sync that brought something notes that there is something to look at; the tick looks when it may be told. So what is
told was decided at that moment. It is one message a day and two in seven days at most, never at night, about today's
activities not before the evening. What was told so is remembered, and the digest does not repeat it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd import histories, judge
from coachd.bodies import from_body, to_body
from coachd.clock import local_instant
from coachd.coach import Coach
from coachd.digest import link_to
from coachd.history.week import DAY_KEY, DAYS_OF_A_MESSAGE, day_period
from coachd.judge import Judgement, StateKey
from coachd.judge.basis import basis_of
from coachd.language.rule import Rule
from coachd.model import Activity, ActivityLink, Athlete, Finding, History, Nudge, Period, RuleState
from coachd.store import activities, judgements, outbox, schedule
from coachd.store.outbox import SAME_DAY
from coachd.store.schedule import Due
from coachd.timetable import MORNING, NIGHT

log = logging.getLogger("coachd")

FRESH = timedelta(hours=48)
"""Of what is older, the digest speaks."""

EVENING = time(18)
"""About today nothing is told before: the day may not be over."""

MOST_A_WEEK = 2
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """One nudge told on the day, as it lies in the outbox, with the activities that it names."""

    nudge: Nudge
    links: tuple[ActivityLink, ...]


def next_chance(
    who: Athlete, activities: Collection[Activity], told: Collection[date], now: datetime
) -> datetime | None:
    """The first moment, now or later, at which one of these activities may be spoken of; None where there is none.

    `told` are the local days on which something was told so before.
    """
    chances = (_chance(who, activity, told, now) for activity in activities)
    return min((chance for chance in chances if chance is not None), default=None)


def _chance(who: Athlete, activity: Activity, told: Collection[date], now: datetime) -> datetime | None:
    if activity.start > now:
        return None
    today = now.astimezone(who.tz).date()
    for day in (today + timedelta(days=number) for number in range(DAYS_OF_A_MESSAGE)):
        opens = local_instant(day, EVENING if day <= activity.day else MORNING, who.tz)
        chance = max(now, opens)
        closes = min(local_instant(day, NIGHT, who.tz), activity.start + FRESH)
        if chance < closes and _has_room(day, told):
            return chance
    return None


def _has_room(day: date, told: Collection[date]) -> bool:
    lately = {other for other in told if day - _WEEK < other <= day}
    return day not in lately and len(lately) < MOST_A_WEEK


def noticed(coach: Coach, name: str) -> None:
    """Note that something came which may be worth a word today; the next tick looks at it."""
    now = coach.clock.now()
    with coach.store.begin() as db:
        schedule.save(db, Due(name, SAME_DAY, since=now, next_due=now))


def speak(coach: Coach, name: str) -> Nudge | None:
    """Put out what may be told now about fresh activities, and note when to look again. Gives what is told."""
    who, now = coach.athlete(name), coach.clock.now()
    today = now.astimezone(who.tz).date()
    with coach.store.read() as db:
        lately = activities.load(db, name, today - timedelta(days=DAYS_OF_A_MESSAGE), today + timedelta(days=1))
        told = _days(outbox.periods(db, name, SAME_DAY))
    ripe = [activity for activity in lately if _chance(who, activity, told, now) == now]
    said = consider(coach, who, ripe, now) if ripe and not who.paused else None
    # What was looked at in vain is not looked at again, unless it changes.
    left = [] if who.paused else [activity for activity in lately if said is not None or activity not in ripe]
    again = next_chance(who, left, told if said is None else {*told, today}, now)
    ways_out = coach.channels_for(name, SAME_DAY)
    with coach.store.begin() as db:
        if said is not None and not outbox.exists(db, name, SAME_DAY, said.period.key):
            keep(db, said, now)
            outbox.put(db, name, SAME_DAY, said.period.key, ways_out, said.body, now)
            log.info("%s for %s on the day", said.nudge.rule, name)
        if again is None:
            schedule.drop(db, name, SAME_DAY)
        else:
            schedule.save(db, Due(name, SAME_DAY, since=now, next_due=again))
    return said.nudge if said else None


@dataclass(frozen=True, slots=True)
class Said:
    """One nudge that is to be told on the day, with its finding and what its rule remembers after it."""

    athlete: Athlete
    period: Period
    nudge: Nudge
    findings: tuple[Finding, ...]
    after: tuple[RuleState, ...]
    history: History
    recorded: Sequence[Activity]

    @property
    def body(self) -> dict[str, Any]:
        """The message as it lies in the outbox."""
        links = tuple(link_to(each) for each in self.history.activities if each.id in self.nudge.named)
        return to_json(OnTheDay(self.nudge, links))


def consider(
    coach: Coach, who: Athlete, about: Sequence[Activity], now: datetime,
    states: Mapping[StateKey, RuleState] | None = None,
) -> Said | None:  # fmt: skip
    """The one thing worth telling on the day about these activities, judged over what is stored now. Stores nothing.

    `states` replaces what rules remember, where it was judged before.
    """
    book = coach.rules_for(who)
    spoken = {rule.id: rule for rule in book.rules if rule.deliver == "same_day"}
    if not spoken or not about:
        return None
    period = day_period(now.astimezone(who.tz).date())
    # What silences such a rule in a digest silences it here.
    asked = [rule for rule in book.rules if rule.id in spoken or any(map(rule.silences, spoken.values()))]
    stored = histories.read(coach, [who], histories.first_day(book, period), period.last)[who.id]
    history = replace(stored, late=frozenset()).history(now)
    found = judge.judge(asked, history, stored.states if states is None else states, period, now, told_on=period.last)
    numbers = {activity.id for activity in about}
    chosen = [nudge for nudge in found.nudges if nudge.rule in spoken and _is_about(nudge, numbers, history)]
    if not chosen:
        return None
    nudge = min(chosen, key=lambda each: _order(spoken[each.rule]))
    findings = tuple(finding for finding in found.findings if finding.rule == nudge.rule and finding.outcome == "fire")
    return Said(who, period, nudge, findings, _after(found, nudge), history, stored.recorded)


def _order(rule: Rule) -> tuple[int, int, str]:
    return -rule.severity, rule.rank, rule.id


def _is_about(nudge: Nudge, numbers: AbstractSet[int], history: History) -> bool:
    raced = {race.key: race.activity for race in history.races}
    return not numbers.isdisjoint(nudge.activities) or raced.get(nudge.subject) in numbers


def _after(found: Judgement, nudge: Nudge) -> tuple[RuleState, ...]:
    """What the told rule remembers from now on; others were only asked."""
    keys = {(nudge.rule, nudge.subject), (nudge.rule, "")}
    return tuple(state for key, state in found.states.items() if key in keys)


def keep(db: Connection, said: Said, now: datetime) -> None:
    """Store what is to be told on the day and what its rule remembers."""
    basis = {(said.nudge.rule, said.nudge.subject): basis_of(said.nudge, said.period, said.recorded)}
    judgements.save(db, said.athlete.id, said.period.key, said.findings, [said.nudge], said.after, now, basis)


def _days(keys: Collection[str]) -> set[date]:
    return {date.fromisoformat(key.removeprefix(DAY_KEY)) for key in keys}


def to_json(told: OnTheDay) -> dict[str, Any]:
    return to_body(told)


def from_json(body: Mapping[str, Any]) -> OnTheDay:
    """What was put into the outbox."""
    return from_body(OnTheDay, body)
