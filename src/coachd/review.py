"""Holding one closed week against the rules, and making the digest of what they say."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd import histories, judge
from coachd.bodies import from_body, to_body
from coachd.coach import Coach
from coachd.digest import digest_of
from coachd.digest.answered import answered
from coachd.digest.beliefs import beliefs_of
from coachd.history.profiles import suggest
from coachd.history.week import period_of
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
    Period,
    RuleState,
    Told,
    Weekday,
)  # fmt: skip
from coachd.rulebook import Rulebook
from coachd.store import judgements, nudges, outbox
from coachd.store.judgements import Judging
from coachd.store.nudges import Identity

log = logging.getLogger("coachd")


def beliefs(coach: Coach, who: Athlete, now: datetime) -> Beliefs | None:
    """What coachd believes about the athlete, for the first mail; None before the first activity."""
    history = histories.whole(coach, who, now)
    if history is None:
        return None
    day = now.astimezone(who.tz).date()
    return beliefs_of(history, day=day, rules=coach.rules_for(who).rules, profiles_suggested=suggest(history, day))


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
    stored = histories.read_weeks(coach, [(who, period)], now, also)[name]
    return judged_from(coach, stored, period, now, states, also)


def judged_from(
    coach: Coach,
    stored: histories.Stored,
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
        answered=answered(past.told, who, period, {rule.id for rule in book.off}),
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


def _outdated(coach: Coach, stored: histories.Stored, period: Period, now: datetime) -> dict[Identity, Outdated]:
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
    stored = histories.read(coach, [who], histories.first_day(coach.rules_for(who), period), period.last)[who.id]
    with coach.store.read() as db:
        made = judgements.judging(db, who.id, period.key)
    states = {change.key: change.before for change in made.changes if change.before} if made else {}
    closed = Closed(View(stored.history(told.queued_at), period.last, told.queued_at), period)
    return aftermath.retold(rule, told.nudge, closed, states)


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


def judge_week(coach: Coach, name: str, period: Period, stored: histories.Stored | None = None) -> Judged | None:
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


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest as it lies in the outbox."""
    return to_body(digest)


def from_json(body: Mapping[str, Any]) -> Digest:
    """The digest that was put into the outbox."""
    return from_body(Digest, body)
