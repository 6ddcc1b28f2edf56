"""What may be posted where others read it, too: nothing that was made from Strava's data, and nothing personal.

Strava's terms let an athlete's data be shown to that athlete only. So a digest loses its numbers as soon as one of the
activities behind them came from there, and a nudge is told only where its own data is known to be from elsewhere.
Activities, answers, evidence and the numbers that it was judged by never leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coachd.compose import envelope, rendering
from coachd.compose.payload import plain_payload
from coachd.compose.short import short
from coachd.compose.week import facts, headline
from coachd.compose.words import capitalised, credit, one_line, sentence
from coachd.model import Athlete, Digest, Message, Nudge, Source

RESTRICTED = "strava"

WHAT_IS_POSTED = (
    "Posted there: the texts of nudges and praise, and the week in one line. Left out: whatever was made from Strava's "
    "data, whose terms keep it to you alone, that is all numbers of a week with an activity from Strava; and, always, "
    "links, answers, evidence and messages about coachd itself. A message with nothing left is not posted."
)


def shared_weekly(digest: Digest, *, mail_from: str, message_key: str, templates: Path | None = None) -> Message | None:
    """The weekly message for a shared channel; None where nothing of it may be posted."""
    free = digest.fed_by is not None and RESTRICTED not in digest.fed_by
    week = sentence(f"{headline(digest)}; {', '.join(facts(digest))}") if free else ""
    told = [nudge for nudge in digest.nudges if nudge.kind != "note" and may_be_shared(nudge, digest.fed_by)]
    end = credit(digest.devices) if week else _credit(told)
    return _message(digest.athlete, "weekly", week, told, end, mail_from, message_key, templates)


def shared_same_day(
    athlete: Athlete, nudge: Nudge, *, mail_from: str, message_key: str, templates: Path | None = None
) -> Message | None:
    """One nudge for a shared channel; None where it may not be posted."""
    told = [nudge] if may_be_shared(nudge, None) else []
    return _message(athlete, "same_day", "", told, _credit(told), mail_from, message_key, templates)


def _credit(told: Sequence[Nudge]) -> str:
    return credit(["Garmin"] if any("garmin" in nudge.fed_by for nudge in told) else [])


def may_be_shared(nudge: Nudge, fed_by: Sequence[Source] | None) -> bool:
    """Whether nothing of Strava's is in a nudge; `fed_by` are the sources of the history, None where not known.

    One that names no source may rest on what is missing ("no run for nine days"), which Strava's list says as well.
    """
    elsewhere = fed_by is not None and RESTRICTED not in fed_by
    return RESTRICTED not in nudge.fed_by and (elsewhere or bool(nudge.fed_by))


def _message(
    athlete: Athlete, kind: str, week: str, told: Sequence[Nudge], end: str, mail_from: str, message_key: str,
    templates: Path | None,
) -> Message | None:  # fmt: skip
    if not week and not told:
        return None
    whose = "" if athlete.id == "me" else f"{one_line(athlete.id, 40)}: "
    subject = f"{whose}the week in training" if kind == "weekly" else f"{whose}{one_line(told[0].title, 120)}"
    subject = capitalised(subject)
    lines = [f"{sentence(one_line(nudge.title, 120))} {one_line(nudge.text, 900)}" for nudge in told]
    seen = {"subject": subject, "week": week, "lines": lines, "credit": end}
    text, html = rendering.text_and_html("shared", seen, templates)
    return Message(
        id=envelope.message_id(message_key, mail_from),
        to=athlete.email,
        subject=subject,
        text=text,
        html=html,
        headers={"From": mail_from, **envelope.AUTOMATIC},
        short=short(week, lines, end) if week else short(lines[0], lines[1:], end),
        payload=plain_payload(athlete, kind, end),
    )
