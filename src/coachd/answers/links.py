"""How nudges can be answered: by links in a mail where answers are read, else by commands to type.

A link writes to the mailbox of the instance, with a token in the subject. A token does one thing to one nudge, once,
for sixty days, and only in a mail from the athlete's own address. From lines are easily forged; what proves the athlete
is the token, 128 bits that were only ever in their mail.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import quote

from coachd.coach import Coach
from coachd.mime import bare_address
from coachd.model import Action, Answer, Athlete, Nudge
from coachd.store import answers as tokens
from coachd.store.answers import Grant

LIFETIME = timedelta(days=60)
PAUSE = "pause"
LABELS: Mapping[Action, str] = {
    "helpful": "helpful",
    "not_for_me": "not for me",
    "quiet": "quiet for 4 weeks",
    "wrong_number": "this number is wrong",
}
RIGHT_NUMBER = "The right number:"
"""What a mail begins with that says which number is the right one."""


def for_digest(
    coach: Coach, who: Athlete, period: str, chosen: Sequence[Nudge], now: datetime
) -> Mapping[tuple[str, str], tuple[Answer, ...]]:
    """How each nudge of a mail can be answered, by (rule, subject): by links where a mailbox is read, else by the
    command to type. Praise and notes ask for no answer. The same nudge gets the same links each time.

    Raises DeliveryProblem (permanent) when the address that answers go to is none.
    """
    asking = [nudge for nudge in chosen if nudge.kind == "nudge"]
    if coach.settings.imap_url is None:
        return {key(nudge): tuple(_to_type(who, nudge, action) for action in _actions(nudge)) for nudge in asking}
    granted: dict[str, Grant] = {}
    found: dict[tuple[str, str], tuple[Answer, ...]] = {}
    for nudge in asking:
        links = []
        for action in _actions(nudge):
            grant = Grant(who.id, action, period, nudge.rule, nudge.subject, now + LIFETIME)
            token = _token(coach, grant)
            granted[token] = grant
            links.append(Answer(action, LABELS[action], url=_mailto(coach, token, _body(action))))
        found[key(nudge)] = tuple(links)
    _issue(coach, who, granted, now)
    return found


def unsubscribe(coach: Coach, who: Athlete) -> str:
    """The mailto: URL that pauses the athlete's mail; empty where no mailbox is read."""
    if coach.settings.imap_url is None:
        return ""
    now = coach.clock.now()
    grant = Grant(who.id, PAUSE, "", "", "", now + LIFETIME)
    token = _token(coach, grant)
    _issue(coach, who, {token: grant}, now)
    return _mailto(coach, token)


def key(nudge: Nudge) -> tuple[str, str]:
    """(rule, subject): what tells the nudges of one message apart."""
    return nudge.rule, nudge.subject


def _actions(nudge: Nudge) -> list[Action]:
    """Every answer; that a number is wrong only where one of the athlete's own had a say."""
    return [each for each in get_args(Action) if each != "wrong_number" or nudge.judged_by or nudge.setting]


def _to_type(who: Athlete, nudge: Nudge, action: Action) -> Answer:
    value = " --value NUMBER" if action == "wrong_number" and nudge.setting else ""
    words = f"feedback {nudge.rule} {action.replace('_', '-')}{value}"
    return Answer(action, LABELS[action], command=command(who.id, words))


def command(name: str, words: str) -> str:
    """A command as this athlete types it."""
    return f"coachd {words}" if name == "me" else f"coachd --athlete {name} {words}"


def _token(coach: Coach, grant: Grant) -> str:
    """128 bits as 22 letters that only this instance can make, and makes again for the same grant."""
    what = (grant.athlete, grant.period, grant.rule, grant.subject, grant.action)
    code = hmac.digest(coach.vault.key_for("answers"), "\0".join(what).encode(), "sha256")
    return urlsafe_b64encode(code[:16]).rstrip(b"=").decode()


def _issue(coach: Coach, who: Athlete, granted: Mapping[str, Grant], now: datetime) -> None:
    with coach.store.begin() as db:
        tokens.forget(db, who.id, before=now - LIFETIME)  # until then it can be said that they ran out
        tokens.issue(db, granted)


def _mailto(coach: Coach, token: str, body: str = "") -> str:
    address = bare_address(coach.settings.answers_to or coach.settings.sender)
    tail = f"&body={quote(body)}" if body else ""
    return f"mailto:{quote(address, safe='@')}?subject={quote(f'coachd {token}')}{tail}"


def _body(action: Action) -> str:
    if action == "wrong_number":
        return f"{RIGHT_NUMBER} "
    return f"This tells coachd: {LABELS[action]}."
