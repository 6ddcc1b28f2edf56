"""What athletes answer to nudges, and what that changes.

An answer comes from a command, or by mail: each nudge in a mail has links that write to the mailbox of the instance,
with a token in the subject. A token does one thing to one nudge, once, for sixty days, and only in a mail from the
athlete's own address. From lines are easily forged; what proves the athlete is the token, 128 bits that were only ever
in their mail.
"""

from __future__ import annotations

import hmac
import logging
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import quote

from sqlalchemy import Connection

from coachd import own
from coachd.coach import Coach
from coachd.errors import CoachdError, ConfigProblem, DeliveryProblem, InputProblem, MailboxProblem
from coachd.mime import bare_address
from coachd.model import Action, Answer, Athlete, Nudge, Told
from coachd.store import answers as tokens
from coachd.store import athletes, judgements, nudges, shared
from coachd.store.answers import Grant
from coachd.store.nudges import Identity
from coachd.store.shared import Heartbeat

if TYPE_CHECKING:
    from coachd.mailbox import Letter, Mailbox

log = logging.getLogger("coachd")

LIFETIME = timedelta(days=60)
MUTED = timedelta(weeks=12)
"""How long a rule is silent that is not for the athlete; said twice within TWICE, it is off."""
TWICE = timedelta(days=365)
LOOK_EVERY = timedelta(minutes=5)
MAILBOX = "mailbox"
"""The name of the heartbeat that says how reading the mailbox went: its `detail` is empty, or what is wrong since
`started_at`."""

PAUSE = "pause"
LABELS: Mapping[Action, str] = {
    "helpful": "helpful",
    "not_for_me": "not for me",
    "quiet": "quiet for 4 weeks",
    "wrong_number": "this number is wrong",
}
AGAIN = "This was answered before; nothing changes."

_TOKEN = re.compile(r"\bcoachd(?:\s+|\+)([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])", re.IGNORECASE)
_RIGHT_NUMBER = "The right number:"
_NUMBER = re.compile(rf"(?:{_RIGHT_NUMBER})?\s*([0-9]{{1,4}}(?:\.[0-9]+)?(?:\s?bpm)?)\s*\.?", re.IGNORECASE)
_LINES = 5
"""So many lines of a mail are read for what somebody wrote; below stand greetings and what they answer to."""
_TOKENS_TRIED = 5


def for_digest(
    coach: Coach, who: Athlete, period: str, chosen: Sequence[Nudge], now: datetime
) -> Mapping[tuple[str, str], tuple[Answer, ...]]:
    """How each nudge of a mail can be answered, by (rule, subject): by links where a mailbox is read, else by the
    command to type. Praise and notes ask for no answer. The same nudge gets the same links each time.

    Raises DeliveryProblem (permanent) when the address that answers go to is none.
    """
    asking = [nudge for nudge in chosen if nudge.kind == "nudge"]
    if coach.settings.imap_url is None:
        return {_key(nudge): tuple(_to_type(who, nudge, action) for action in _actions(nudge)) for nudge in asking}
    granted: dict[str, Grant] = {}
    found: dict[tuple[str, str], tuple[Answer, ...]] = {}
    for nudge in asking:
        links = []
        for action in _actions(nudge):
            grant = Grant(who.id, action, period, nudge.rule, nudge.subject, now + LIFETIME)
            token = _token(coach, grant)
            granted[token] = grant
            links.append(Answer(action, LABELS[action], url=_mailto(coach, token, _body(action))))
        found[_key(nudge)] = tuple(links)
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


def _key(nudge: Nudge) -> tuple[str, str]:
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
        return f"{_RIGHT_NUMBER} "
    return f"This tells coachd: {LABELS[action]}."


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
        return _pause(coach, who)
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
        return _answered(coach, db, who, told, _action(grant), now, value)


def _told(db: Connection, grant: Grant) -> Told:
    for told in nudges.of_period(db, grant.athlete, grant.period):
        if _key(told.nudge) == (grant.rule, grant.subject):
            return told
    raise InputProblem("What this answers to is no longer known.")


def _action(grant: Grant) -> Action:
    return next(action for action in get_args(Action) if action == grant.action)


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
        return _answered(coach, db, who, told, action, now, value)


def _answered(
    coach: Coach, db: Connection, who: Athlete, told: Told, action: Action, now: datetime, value: str | None
) -> str:
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


def _pause(coach: Coach, who: Athlete) -> str:
    if who.paused:
        return AGAIN
    with coach.store.begin() as db:
        athletes.pause(db, who.id, True)
    return f"The mail is paused. `{command(who.id, 'digest resume')}` brings it back."


def read_replies(coach: Coach) -> list[str]:
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
