"""What is to be told becomes a message: subject, text, HTML and a short form from the same data.

Pure: the same digest gives the same message, byte for byte. Which nudges are told is decided before (`judge`); here
they are only arranged. The words live in `templates/`; whoever runs coachd may put own ones beside them (`templates`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from coachd.compose import envelope, rendering, view
from coachd.compose.notices import worded
from coachd.compose.payload import plain_payload, same_day_payload, weekly_payload
from coachd.compose.short import short
from coachd.compose.view import Answers
from coachd.compose.words import one_line, sentence
from coachd.model import ActivityLink, Athlete, Beliefs, Digest, Message, Nudge

__all__ = ["first", "notice", "same_day", "weekly"]

NOBODY_ANSWERS: Answers = MappingProxyType({})


def weekly(
    digest: Digest,
    *,
    mail_from: str,
    message_key: str,
    answers: Answers = NOBODY_ANSWERS,
    unsubscribe: str = "",
    templates: Path | None = None,
) -> Message:
    """The weekly message of one athlete. `message_key` names it once and for all, e.g. the outbox row's unique key.

    `answers` are the ways to answer each nudge, by its (rule, subject); `unsubscribe` is a mailto: or https: URL, or
    both with a space between; `templates` a folder with templates of one's own.

    Raises DeliveryProblem (permanent) when `mail_from` is no mail address.
    """
    seen = view.of_digest(digest, answers, unsubscribe)
    text, html = rendering.text_and_html("digest", seen, templates)
    told = [*seen["praise"], *seen["nudges"]]
    return Message(
        id=envelope.message_id(message_key, mail_from),
        to=digest.athlete.email,
        subject=seen["subject"],
        text=text,
        html=html,
        headers=envelope.headers(
            digest.athlete, mail_from, f"{digest.period.key}-{one_line(digest.athlete.id, 40)}", unsubscribe
        ),
        short=short(
            sentence(f"{seen['headline']}; {', '.join(seen['facts'])}"),
            [f"{one.nudge.title}. {one.nudge.text}" for one in told] or ["A quiet week: nothing that needs a word."],
            seen["credit"],
        ),
        payload=weekly_payload(digest),
    )


def same_day(
    athlete: Athlete,
    nudge: Nudge,
    links: Sequence[ActivityLink],
    *,
    mail_from: str,
    message_key: str,
    answers: Answers = NOBODY_ANSWERS,
    unsubscribe: str = "",
    templates: Path | None = None,
) -> Message:
    """One nudge that does not wait for the weekly message; everything else as in `weekly`."""
    seen = view.of_same_day(athlete, nudge, links, answers, unsubscribe)
    text, html = rendering.text_and_html("same_day", seen, templates)
    return Message(
        id=envelope.message_id(message_key, mail_from),
        to=athlete.email,
        subject=seen["subject"],
        text=text,
        html=html,
        headers=envelope.headers(athlete, mail_from, message_key, unsubscribe),
        short=short(sentence(seen["subject"]), [seen["told"].nudge.text], seen["credit"]),
        payload=same_day_payload(athlete, nudge, seen["credit"]),
    )


def first(
    beliefs: Beliefs, *, mail_from: str, message_key: str, unsubscribe: str = "", templates: Path | None = None
) -> Message:
    """The first message after connecting: what coachd takes for true, each line with what corrects it."""
    seen = view.of_beliefs(beliefs, unsubscribe)
    text, html = rendering.text_and_html("first", seen, templates)
    known = [f"{one.label}: {one.value}" for one in seen["known"]]
    return Message(
        id=envelope.message_id(message_key, mail_from),
        to=beliefs.athlete.email,
        subject=seen["subject"],
        text=text,
        html=html,
        headers=envelope.headers(beliefs.athlete, mail_from, message_key, unsubscribe),
        short=short(sentence(seen["subject"]), [" ".join(map(sentence, known))], seen["credit"]),
        payload=plain_payload(beliefs.athlete, "first", seen["credit"]),
    )


def notice(
    athlete: Athlete, body: Mapping[str, Any], *, mail_from: str, message_key: str, templates: Path | None = None
) -> Message:
    """One message about something that somebody has to mend: `body` has `source`, `state` and `detail`.

    Raises DeliveryProblem (permanent) when `mail_from` is no mail address.
    """
    subject, advice = worded(body)
    seen = {"subject": subject, "detail": one_line(str(body["detail"]), 400), "advice": advice}
    text, html = rendering.text_and_html("notice", seen, templates)
    return Message(
        id=envelope.message_id(message_key, mail_from),
        to=athlete.email,
        subject=subject,
        text=text,
        html=html,
        headers={"From": mail_from, **envelope.AUTOMATIC},
        short=short(sentence(subject), [seen["detail"], advice]),
        payload=plain_payload(athlete, "notice"),
    )
