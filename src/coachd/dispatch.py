"""What goes out: the outbox's messages, each handed to its channel once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd import channels, compose, greeting, lifecycle, review, sameday
from coachd.answers import links
from coachd.coach import Coach
from coachd.compose.shared import shared_same_day, shared_weekly
from coachd.compose.short import short
from coachd.compose.words import one_line
from coachd.errors import CoachdError, DeliveryProblem
from coachd.history.week import closed_week
from coachd.model import Message
from coachd.review import from_json
from coachd.store import activities, outbox
from coachd.store import channels as own_channels
from coachd.store.channels import OWN
from coachd.store.outbox import FIRST, NOTICE, SAME_DAY, WEEKLY, Delivery
from coachd.timetable import awake_from

log = logging.getLogger("coachd")

USEFUL = {
    WEEKLY: timedelta(days=3),
    SAME_DAY: timedelta(days=1),
    FIRST: timedelta(days=7),
    NOTICE: timedelta(days=7),
}
"""How long a message is worth sending after it was written."""

REST = timedelta(minutes=1)
"""How long a channel that kept us waiting is left alone by the other messages."""

SAMPLE = {
    "source": "coachd",
    "state": "test",
    "detail": "This only shows that messages arrive.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt meant for its row. `again`: when to try once more; `slow`: the channel kept us waiting."""

    state: str
    result: str
    again: datetime | None = None
    slow: bool = False


def deliver(coach: Coach, name: str | None = None) -> list[tuple[Delivery, str, str]]:
    """Send everything that is due, of all athletes or of one. Gives (delivery, state, result) of each attempt, the
    deliveries without their content.

    A channel that kept us waiting is not tried again by what follows now, so that it holds nothing else up for longer
    than one attempt may last.
    """
    done: list[tuple[Delivery, str, str]] = []
    resting: dict[str, str] = {}
    while True:
        now = coach.clock.now()
        with coach.store.begin() as db:
            delivery = outbox.claim(db, now, athlete=name)
        if delivery is None:
            return done
        if morning := _asleep_until(coach, delivery, now):
            with coach.store.begin() as db:
                outbox.put_back(db, delivery, morning, "it waits for the morning")
            continue
        place = _place(delivery)
        if place in resting:
            with coach.store.begin() as db:
                outbox.put_back(db, delivery, now + REST, resting[place])
            done.append((_told_of(delivery), "pending", resting[place]))
            continue
        outcome = _attempt(coach, delivery, now)
        if outcome.slow:
            resting[place] = f"It waits: another message was tried there a moment ago. {outcome.result}"
        state = "pending" if outcome.again else outcome.state
        done.append((_told_of(delivery), state, outcome.result))
        log.info("%s %s for %s by %s: %s", delivery.kind, delivery.period, delivery.athlete, delivery.channel, state)


def _asleep_until(coach: Coach, delivery: Delivery, now: datetime) -> datetime | None:
    """When the athlete wakes up, for messages that nobody asked for at this time of the night; None where it may go."""
    if delivery.kind not in (SAME_DAY, FIRST):
        return None
    try:
        morning = awake_from(coach.athlete(delivery.athlete), now)
    except CoachdError:
        return None  # whatever is wrong with the athlete is told by the attempt
    return morning if morning > now else None


def _told_of(delivery: Delivery) -> Delivery:
    """The delivery without its content: of thousands only what became of them is kept."""
    return replace(delivery, body={})


def _place(delivery: Delivery) -> str:
    """What two messages have in common that go the same way."""
    own = delivery.channel.startswith(OWN)
    return f"{delivery.athlete} {delivery.channel}" if own else delivery.channel


def _attempt(coach: Coach, delivery: Delivery, now: datetime) -> Outcome:
    """One attempt and its record. What is sent is what holds at this moment."""
    present: Delivery | None = delivery
    try:
        if now - delivery.created_at > USEFUL[delivery.kind]:
            outcome = Outcome("expired", "it was too old to be of use")
        elif (present := lifecycle.before_sending(coach, delivery)) is None:
            outcome = Outcome("withdrawn", "nothing was left to say")
        else:
            outcome = _send(coach, present, now)
    except DeliveryProblem as problem:
        outcome = _failed(delivery, problem, now)
    except CoachdError as problem:
        # The channel or the athlete is gone from the settings: that must not hold up what others wait for.
        outcome = Outcome("failed", f"{problem} {problem.advice}".strip())
    except Exception:  # the edge of one message: a surprise in a template must not hold up the others
        log.exception("%s %s for %s: a surprise", delivery.kind, delivery.period, delivery.athlete)
        outcome = Outcome("failed", "It could not be composed or handed over; the log has the reason.")
    _record(coach, present or delivery, outcome, now)
    return outcome


def _send(coach: Coach, delivery: Delivery, now: datetime) -> Outcome:
    way = channel(coach, delivery.channel, delivery.athlete)
    message = message_of(coach, delivery, now)
    if message is None:
        return Outcome("withheld", "others read it, too, and nothing was left that may be posted there")
    return Outcome("sent", way.send(message))


def _failed(delivery: Delivery, problem: DeliveryProblem, now: datetime) -> Outcome:
    said = f"{problem} {problem.advice}".strip()
    if problem.unknown:
        # It may have arrived. A digest goes out once more under the same Message-ID, nothing else does.
        once_more = delivery.kind == WEEKLY and delivery.state != "repeated"
        return Outcome("unknown", said, now + timedelta(minutes=5) if once_more else None, problem.slow)
    again = None if problem.permanent else channels.retry_at(delivery.attempts + 1, now)
    return Outcome("failed", said, again, problem.slow)


def _record(coach: Coach, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    others = _others(coach, delivery) if outcome.state == "failed" and delivery.kind == WEEKLY else []
    with coach.store.begin() as db:
        if outcome.again:
            outbox.retry(db, delivery, outcome.again, outcome.result, unknown=outcome.state == "unknown")
            return
        outbox.finish(db, delivery, outcome.state, outcome.result, now)
        if others:
            _tell(db, delivery, outcome.result, others, now)
    lifecycle.after_sending(coach, delivery, outcome.state, now)


def _others(coach: Coach, failed: Delivery) -> list[str]:
    """The channels that can say that this one is closed; with none, `status` is the place that says so."""
    if failed.channel not in coach.channels_for(failed.athlete):
        return []  # it was taken out of the settings, which is no news to who did so
    return [each for each in coach.channels_for(failed.athlete, NOTICE) if each != failed.channel]


def _tell(db: Connection, failed: Delivery, result: str, others: list[str], now: datetime) -> None:
    body = {"source": failed.channel.removeprefix(OWN), "state": "undelivered", "detail": result}
    outbox.put(db, failed.athlete, NOTICE, f"{failed.channel}:undelivered:{failed.period}", others, body, now)


def message_of(coach: Coach, delivery: Delivery, now: datetime) -> Message | None:
    """The delivery's message in its final form; None where nothing of it may be posted on a shared channel."""
    who = coach.athlete(delivery.athlete)
    form = _form(coach, f"{delivery.athlete}:{delivery.kind}:{delivery.period}")
    if delivery.kind == NOTICE:
        operators = delivery.body.get("for") == "operator" and coach.settings.operator_mail
        return compose.notice(replace(who, email=operators or who.email), delivery.body, **form)
    if delivery.kind == FIRST:
        beliefs = replace(greeting.from_json(delivery.body), athlete=who)
        return compose.first(beliefs, unsubscribe=links.unsubscribe(coach, who), **form)
    shared = _is_shared(coach, delivery.athlete, delivery.channel)
    if delivery.kind == SAME_DAY:
        told = sameday.from_json(delivery.body)
        if shared:
            return shared_same_day(who, told.nudge, **form)
        ways = links.for_digest(coach, who, delivery.period, [told.nudge], now)
        return compose.same_day(
            who, told.nudge, told.links, answers=ways, unsubscribe=links.unsubscribe(coach, who), **form
        )
    digest = replace(from_json(delivery.body), athlete=who)
    if shared:
        return shared_weekly(digest, **form)
    ways = links.for_digest(coach, who, delivery.period, digest.nudges, now)
    return compose.weekly(digest, answers=ways, unsubscribe=links.unsubscribe(coach, who), **form)


def _form(coach: Coach, key: str) -> dict[str, Any]:
    """What every message is composed with; `key` names it once and for all."""
    settings = coach.settings
    return {"mail_from": settings.sender, "message_key": key, "templates": settings.templates_dir}


def _is_shared(coach: Coach, athlete: str, name: str) -> bool:
    if not name.startswith(OWN):
        return False
    with coach.store.read() as db:
        found = own_channels.get(db, athlete, name.removeprefix(OWN))
    return found is not None and found.shared


def channel(coach: Coach, name: str, athlete: str) -> channels.Channel:
    """The channel behind a name of the outbox. Raises DeliveryProblem for one that there is no longer."""
    if not name.startswith(OWN):
        if name in coach.instance_channels:
            return coach.instance_channels[name]
        raise DeliveryProblem(f"The channel {name} was taken out of the settings.", permanent=True)
    with coach.store.read() as db:
        own = own_channels.get(db, athlete, name.removeprefix(OWN))
        options = own_channels.options(db, coach.vault, athlete, name.removeprefix(OWN))
    if own is None or options is None or not own.in_use:
        raise DeliveryProblem(f"The channel {name} was removed, or waits to be confirmed.", permanent=True)
    return channels.load(own.kind, options, coach.clock)


def try_out(coach: Coach, name: str) -> list[tuple[str, bool, str]]:
    """Send a clearly marked sample by each of the athlete's channels: (channel, whether it was taken, what it said).

    Nothing is recorded, and nothing is tried again.
    """
    said = []
    for each in coach.channels_for(name):
        try:
            sample = _sample(coach, name, shared=_is_shared(coach, name, each))
            said.append((each, True, channel(coach, each, name).send(sample)))
        except CoachdError as problem:
            said.append((each, False, f"{problem} {problem.advice}".strip()))
    return said


def _sample(coach: Coach, name: str, *, shared: bool) -> Message:
    """The digest of the closed week as it looks now; a few words where there is no history or others read it, too."""
    who, now = coach.athlete(name), coach.clock.now()
    form = _form(coach, f"{name}:test:{now.isoformat()}")
    with coach.store.read() as db:
        empty = activities.first_day(db, name) is None
    if empty or shared:
        message = compose.notice(who, SAMPLE, **form)
    else:
        message = compose.weekly(review.consider(coach, name, closed_week(now, who), now).digest, **form)
    marked = f"coachd test: {message.subject}"
    return replace(
        message,
        subject=marked,
        # a folder keeps one file a name: a sample must not take the place of the week's mail
        headers={**message.headers, "Coachd-Digest": f"test-{one_line(name, 40)}"},
        short=short(f"{marked}.", [message.short]),
        payload={**message.payload, "kind": "test"},
    )
