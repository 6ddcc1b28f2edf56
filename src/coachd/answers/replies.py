"""Answers that come by mail: whose they are, what each is for, and reading the mailbox that they arrive in."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, get_args

from sqlalchemy import Connection

from coachd.answers import AGAIN, answer_in, pause
from coachd.answers.links import LIFETIME, PAUSE, RIGHT_NUMBER, key
from coachd.coach import Coach
from coachd.errors import CoachdError, ConfigProblem, DeliveryProblem, InputProblem, MailboxProblem
from coachd.mime import bare_address
from coachd.model import Action, Athlete, Told
from coachd.store import answers as tokens
from coachd.store import athletes, judgements, nudges, shared
from coachd.store.answers import Grant
from coachd.store.shared import MAILBOX, Heartbeat

if TYPE_CHECKING:
    from coachd.letters import Letter
    from coachd.mailbox import Mailbox

log = logging.getLogger("coachd")

LOOK_EVERY = timedelta(minutes=5)

_TOKEN = re.compile(r"\bcoachd(?:\s+|\+)([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])", re.IGNORECASE)
_NUMBER = re.compile(rf"(?:{RIGHT_NUMBER})?\s*([0-9]{{1,4}}(?:\.[0-9]+)?(?:\s?bpm)?)\s*\.?", re.IGNORECASE)
_LINES = 5
"""So many lines of a mail are read for what somebody wrote; below stand greetings and what they answer to."""
_TOKENS_TRIED = 5


def read(coach: Coach) -> list[str]:
    """Act on the answers that came by mail, at most every LOOK_EVERY; gives a sentence about each.

    A look ends after half a minute, however slow the mailbox is. One that cannot be read raises nothing: the heartbeat
    MAILBOX says what is wrong.
    """
    now = coach.clock.now()
    with coach.store.read() as db:
        last = shared.heartbeat(db, MAILBOX)
    if coach.settings.imap_url is None or (last is not None and timedelta(0) <= now - last.at < LOOK_EVERY):
        return []
    done: list[str] = []
    trouble = ""
    try:
        done.extend(_look(coach, coach.settings.imap_url.get_secret_value(), now))
    except CoachdError as problem:
        trouble = f"{problem} {problem.advice}".strip()
    except Exception:  # the edge of the mailbox: what its server says must not keep others from their mail
        log.exception("reading answers by mail: a surprise")
        trouble = "Reading it brought a surprise; the log has the reason."
    if trouble and (last is None or last.detail != trouble):
        log.warning("answers by mail: %s", trouble)
    began = last.started_at if last is not None and bool(last.detail) == bool(trouble) else now
    with coach.store.begin() as db:
        shared.beat(db, MAILBOX, Heartbeat(now, began, os.getpid(), trouble))
    return done


def _look(coach: Coach, url: str, now: datetime) -> Iterator[str]:
    from coachd import mailbox  # loads imaplib, which few need

    cafile = coach.settings.smtp_cafile
    with mailbox.opened(url, cafile=str(cafile) if cafile else None) as box:
        for uid in box.unread(_senders(coach), since=(now - LIFETIME).date()):
            try:
                said = _reply(coach, box, uid, now)
            except MailboxProblem:
                raise
            except Exception:  # the edge of one mail: a surprise in it must not hold up the others
                log.exception("an answer by mail: a surprise; it stays unread")
                said = ""
            if said:
                yield said


def _senders(coach: Coach) -> set[str]:
    """The addresses of those who may answer."""
    with coach.store.read() as db:
        names = athletes.names(db)
    found: set[str] = set()
    for name in names:
        try:
            found.add(_address(coach.athlete(name)))
        except CoachdError as problem:
            log.debug("%s has settings that cannot be used, and no answers are read: %s", name, problem)
    return found - {""}


def _address(who: Athlete) -> str:
    """The athlete's mail address in small letters; empty where there is none."""
    try:
        return bare_address(who.email).lower()
    except DeliveryProblem:
        return ""


def _reply(coach: Coach, box: Mailbox, uid: str, now: datetime) -> str:
    """Do what one mail answers, and what was done; an empty text, and the mail unread, where it answers nothing."""
    letter = box.letter(uid)
    if letter is None or letter.automatic:
        return ""
    for token in islice(_tokens_in(letter), _TOKENS_TRIED):
        try:
            said = act(coach, token, sender=letter.sender, text=letter.text, now=now)
        except InputProblem as problem:
            log.debug("an answer by mail is left alone: %s", problem)
            continue
        except ConfigProblem as problem:
            said = f"An answer could not be kept: {problem}"
        box.mark_read(uid)
        log.info("an answer by mail: %s", said)
        return said
    return ""


def act(coach: Coach, token: str, *, sender: str, text: str, now: datetime) -> str:
    """Do what the token is for, if this sender may; gives one sentence about what was done. A second time does nothing.

    `text` is what the sender wrote: a number that was wrong may stand in it with the right one. Raises InputProblem
    for a token that is unknown, somebody else's or too old; nothing is done then.
    """
    with coach.store.read() as db:
        grant = tokens.find(db, token)
    who = coach.athlete(grant.athlete) if grant else None
    if grant is None or who is None or not sender or sender.lower() != _address(who):
        raise InputProblem("This answer is unknown, or came from another address than the athlete's.")
    if now >= grant.expires_at:
        raise InputProblem("This answer has run out.", "`coachd nudges list` shows what was said and how to answer.")
    if grant.action == PAUSE:
        return pause(coach, who)
    value = _number_in(text) if grant.action == "wrong_number" else None
    try:
        return _heed(coach, who, token, grant, now, value)
    except (ConfigProblem, InputProblem) as problem:
        if value is None:
            raise
        return f"{_heed(coach, who, token, grant, now, None)} The number could not be used: {problem}"


def _heed(coach: Coach, who: Athlete, token: str, grant: Grant, now: datetime, value: str | None) -> str:
    with coach.store.begin() as db:
        judgements.hold(db, who.id)
        told = _told(db, grant)
        if not tokens.use(db, token, now):
            return AGAIN
        return answer_in(coach, db, who, told, _action(grant), now, value)


def _told(db: Connection, grant: Grant) -> Told:
    for told in nudges.of_period(db, grant.athlete, grant.period):
        if key(told.nudge) == (grant.rule, grant.subject):
            return told
    raise InputProblem("What this answers to is no longer known.")


def _action(grant: Grant) -> Action:
    return next(action for action in get_args(Action) if action == grant.action)


def _tokens_in(letter: Letter) -> Iterator[str]:
    """What may be a token in the subject, in the address that it was sent to, or in what was written."""
    places = (letter.subject, letter.recipients, "\n".join(_written(letter.text)))
    return iter(dict.fromkeys(match[1] for place in places for match in _TOKEN.finditer(place)))


def _written(text: str) -> list[str]:
    """The first lines that somebody wrote, without those they answer to."""
    lines = (line.strip() for line in text.splitlines())
    return list(islice((line for line in lines if line and not line.startswith(">")), _LINES))


def _number_in(text: str) -> str | None:
    """The right number for a wrong one, where somebody wrote one on a line of its own."""
    found = (_NUMBER.fullmatch(line) for line in _written(text))
    return next((match[1] for match in found if match), None)
