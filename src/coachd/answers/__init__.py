"""What athletes answer to nudges, and what that changes.

An answer comes from a command (`answer`), or by mail (`replies`) through the links that a mail offers (`links`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd import own
from coachd.answers.links import LIFETIME, command
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.model import Action, Athlete, Told
from coachd.store import athletes, judgements, nudges
from coachd.store.nudges import Identity

MUTED = timedelta(weeks=12)
"""How long a rule is silent that is not for the athlete; said twice within TWICE, it is off."""
TWICE = timedelta(days=365)
AGAIN = "This was answered before; nothing changes."


def answer(coach: Coach, name: str, told: Told, action: Action, now: datetime, value: str | None = None) -> str:
    """Keep an answer to a nudge and do what it asks for; gives one sentence about that.

    `value` corrects the number it was judged by. Raises ConfigProblem for one that cannot be used, InputProblem where
    there is no such number; nothing is done then.
    """
    who = coach.athlete(name)
    if told.feedback == action and value is None:
        return AGAIN
    with coach.store.begin() as db:
        judgements.hold(db, who.id)
        return answer_in(coach, db, who, told, action, now, value)


def answer_in(
    coach: Coach, db: Connection, who: Athlete, told: Told, action: Action, now: datetime, value: str | None
) -> str:
    """The same within a transaction that holds the athlete's judgements, also where it was answered so before."""
    nudge, today = told.nudge, now.astimezone(who.tz).date()
    which = Identity(told.period, nudge.rule, nudge.subject)
    nudges.set_feedback(db, who.id, which, action, now)
    if action == "helpful":
        judgements.heed(db, who.id, nudge.rule)
        return f"Thank you. {nudge.rule} goes on as before."
    if action == "quiet":
        return _silence(coach, db, who, nudge.rule, today + own.QUIET)
    if action == "not_for_me":
        return _not_for_me(coach, db, who, which, now)
    if value is None:
        waits = _silence(coach, db, who, nudge.rule, today + own.QUIET)
        how = command(who.id, f"athlete set {nudge.setting}=")
        return f"{waits} `{how}` with the right number lets it speak at once." if nudge.setting else waits
    if nudge.setting not in own.FLAT:
        raise InputProblem(
            f"{nudge.rule} was not judged by a number of yours that can be set.",
            f"`coachd rules explain {nudge.rule}` shows what it looks at.",
        )
    coach.amend_in(db, who.id, lambda document: {**document, nudge.setting: value})
    return f"{nudge.setting} is {value} from now on."


def _not_for_me(coach: Coach, db: Connection, who: Athlete, which: Identity, now: datetime) -> str:
    rule = which.rule
    if _said_before(db, who.id, which, now):
        coach.amend_in(db, who.id, lambda document: _switched_off(document, rule))
        return f"{rule} is off. `{command(who.id, f'rules set {rule} on')}` brings it back."
    silent = _silence(coach, db, who, rule, now.astimezone(who.tz).date() + MUTED)
    return f"{silent} The same answer once more within a year turns it off."


def _said_before(db: Connection, name: str, which: Identity, now: datetime) -> bool:
    """Whether another nudge of this rule was not for the athlete within a year."""
    return any(
        told.nudge.rule == which.rule
        and told.feedback == "not_for_me"
        and told.feedback_at is not None
        and told.feedback_at > now - TWICE
        and Identity(told.period, told.nudge.rule, told.nudge.subject) != which
        for told in nudges.since(db, name, now - TWICE - LIFETIME)
    )


def _switched_off(document: Mapping[str, Any], rule: str) -> dict[str, Any]:
    before = document.get("rules", {}).get(rule)
    kept = before if isinstance(before, Mapping) else {}  # `on` and `off` are words in place of a mapping
    return own.with_entry(document, "rules", rule, {**kept, "off": True})


def _silence(coach: Coach, db: Connection, who: Athlete, rule: str, until: date) -> str:
    """Let the rule be silent until a day, or longer where the athlete asked for that already."""
    until = max(until, who.snoozed.get(rule, until))
    coach.amend_in(db, who.id, lambda document: own.with_entry(document, "snooze", rule, str(until)))
    return f"{rule} may speak again on {until}."


def pause(coach: Coach, who: Athlete) -> str:
    """Send the athlete nothing more until they ask for it; gives one sentence about that."""
    if who.paused:
        return AGAIN
    with coach.store.begin() as db:
        athletes.pause(db, who.id, True)
    return f"The mail is paused. `{command(who.id, 'digest resume')}` brings it back."
