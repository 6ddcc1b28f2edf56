"""An athlete who was told two things, and what stands in their mail. It is Tuesday 24 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from coachd.answers.links import for_digest
from coachd.answers.replies import act
from coachd.coach import Coach
from coachd.model import Action, Nudge, Told
from coachd.store import nudges

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEK = "2026-W47"
ROBIN = "robin@example.org"
RULE, PACE = "strength-short", "easy-run-too-fast"

TOLD = Nudge(RULE, "", "nudge", 1, "strength", "Strength", "One session in four weeks.")
JUDGED = replace(TOLD, rule=PACE, judged_by="I use 150 bpm: your own setting", setting="easy_hr_ceiling")


def begin(coach: Coach, *chosen: Nudge, period: str = WEEK, name: str = "me") -> None:
    """The athlete was told this about a period."""
    coach.athlete(name)
    with coach.store.begin() as db:
        nudges.save(db, name, period, chosen, {}, coach.clock.now())
        nudges.set_state(db, name, period, "sent", of=("queued",), sent_at=coach.clock.now())


def told(coach: Coach, rule: str = RULE, period: str = WEEK, name: str = "me") -> Told:
    with coach.store.read() as db:
        return next(each for each in nudges.of_period(db, name, period) if each.nudge.rule == rule)


def token_for(coach: Coach, action: Action | str, nudge: Nudge = TOLD, period: str = WEEK, name: str = "me") -> str:
    """The token of the link that a mail would carry."""
    links = for_digest(coach, coach.athlete(name), period, [nudge], coach.clock.now())[nudge.rule, nudge.subject]
    return token_in(next(link.url for link in links if link.action == action))


def token_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["subject"][0].removeprefix("coachd ")


def says(coach: Coach, token: str, text: str = "", sender: str = ROBIN) -> str:
    return act(coach, token, sender=sender, text=text, now=coach.clock.now())
