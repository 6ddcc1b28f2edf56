"""The life of what was chosen to be told, around its sending: looked at once more before it, settled after it.

    queued ─► sent ─► corrected          a later digest said that it was not so
      ├─► withdrawn                      it did not hold any more when it was to be sent
      └─► expired                        no way out took its message in time

Rules count their silence from what was sent: where nothing was, they forget that they spoke.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from coachd import review, sameday
from coachd.coach import Coach
from coachd.history.week import DAY_KEY, period_of
from coachd.model import Athlete, NudgeState, Period
from coachd.review import Judged
from coachd.sameday import Said
from coachd.store import activities, judgements, nudges, outbox
from coachd.store.judgements import Judging
from coachd.store.outbox import SAME_DAY, WEEKLY, Delivery

log = logging.getLogger("coachd")

JUST_JUDGED = timedelta(minutes=2)
"""What was judged within these minutes is sent by the tick that judged it: nothing has happened since."""

_KINDS = (WEEKLY, SAME_DAY)


def before_sending(coach: Coach, delivery: Delivery) -> Delivery | None:
    """The delivery as it is to be sent now; None when nothing is left to say.

    What was judged by an earlier tick is judged again over what is stored and wished now, for all ways out. Where one
    of them has sent it, or may have, it stays as it is: nobody reads two versions of one week.
    """
    if delivery.kind not in _KINDS:
        return delivery
    now = coach.clock.now()
    with coach.store.begin() as db:
        _settle_left_open(db, delivery, now)
        made = judgements.judging(db, delivery.athlete, delivery.period)
        gone_out = _may_have_gone_out(db, delivery)
    if gone_out or made is None or now - made.judged_at < JUST_JUDGED:
        return delivery
    who = coach.athlete(delivery.athlete)
    period = period_of(delivery.period, who.week_start)
    again = None if who.paused else _judged_again(coach, who, period, made, now)
    with coach.store.begin() as db:
        judgements.hold(db, who.id)
        if _may_have_gone_out(db, delivery) or judgements.judging(db, who.id, period.key) != made:
            return _as_it_lies(db, delivery)  # another process was faster
        if again is None:
            return None
        _keep(db, again, now)
        body = again.body
        outbox.rewrite(db, delivery, body)
    log.info("%s %s for %s was judged again", delivery.kind, delivery.period, delivery.athlete)
    return replace(delivery, body=body)


def _judged_again(coach: Coach, who: Athlete, period: Period, made: Judging, now: datetime) -> Judged | Said | None:
    """What is to be told about the period as things are now; None when it is nothing."""
    if not period.key.startswith(DAY_KEY):
        judged = review.consider(coach, who.id, period, now)
        return judged if judged.mailed else None
    with coach.store.read() as db:
        about = activities.load(db, who.id, period.first, period.last)
        remembered = made.undone(judgements.states(db, who.id))
    # As of when it was decided to speak on that day: tomorrow it would be another message.
    fresh = [activity for activity in about if now - activity.start < sameday.FRESH]
    return sameday.consider(coach, who, fresh, made.judged_at, remembered)


def _keep(db: Connection, again: Judged | Said, now: datetime) -> None:
    if isinstance(again, Said):
        sameday.keep(db, again, now)
    else:
        review.keep(db, again, now)


def _as_it_lies(db: Connection, delivery: Delivery) -> Delivery | None:
    """The delivery with the body it has now; None where that was taken away."""
    rows = outbox.of_period(db, delivery.athlete, delivery.kind, delivery.period)
    body = next((row.body for row in rows if row.channel == delivery.channel), {})
    return replace(delivery, body=body) if body else None


def _may_have_gone_out(db: Connection, delivery: Delivery) -> bool:
    """Whether a way out has sent this, is at it, or died while it was."""
    if delivery.state != "pending":
        return True  # so it was when we took it: somebody else had begun to send it
    rows = outbox.of_period(db, delivery.athlete, delivery.kind, delivery.period)
    at_it = {"unknown", "repeated", "sending"}
    return any(row.sent_at or (row.state in at_it and row.channel != delivery.channel) for row in rows)


def after_sending(coach: Coach, delivery: Delivery, state: str, now: datetime) -> None:
    """Settle what became of the nudges of a delivery that has ended in this state of the outbox. Safe to repeat."""
    if delivery.kind in _KINDS:
        with coach.store.begin() as db:
            judgements.hold(db, delivery.athlete)
            _settle(db, delivery.athlete, delivery.period, now)
    log.debug("%s %s for %s ended: %s", delivery.kind, delivery.period, delivery.athlete, state)


def _settle_left_open(db: Connection, delivery: Delivery, now: datetime) -> None:
    """Settle earlier messages of which a crash came between sending and settling."""
    for period in nudges.waiting(db, delivery.athlete) - {delivery.period}:
        _settle(db, delivery.athlete, period, now)


def _settle(db: Connection, athlete: str, period: str, now: datetime) -> None:
    """Move the nudges of a period to where their message is in the outbox: told as soon as it went out somewhere, given
    up when it has ended everywhere without."""
    rows = outbox.of_period(db, athlete, SAME_DAY if period.startswith(DAY_KEY) else WEEKLY, period)
    told = [row for row in rows if row.sent_at is not None or row.state == "unknown"]
    if told:
        sent_at = min((row.sent_at for row in told if row.sent_at is not None), default=now)
        nudges.set_state(db, athlete, period, "sent", of=["queued"], sent_at=sent_at)
        for earlier, rule, subject in told[0].body.get("corrected", ()):
            nudges.set_state(db, athlete, earlier, "corrected", of=["sent"], subjects=[(rule, subject)])
    elif rows and all(row.state in outbox.ENDED for row in rows):
        state: NudgeState = "withdrawn" if all(row.state == "withdrawn" for row in rows) else "expired"
        if nudges.set_state(db, athlete, period, state, of=["queued"]):
            judgements.forget_told(db, athlete, period)
