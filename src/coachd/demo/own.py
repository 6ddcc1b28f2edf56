"""`coachd try`: what coachd would have said about the reader's own files. Nothing is configured, nothing stays."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from coachd import compose, config, importing, review
from coachd.channels.folder import Channel
from coachd.clock import SteppedClock, SystemClock, local_instant
from coachd.coach import Coach, opened
from coachd.errors import InputProblem
from coachd.history.week import closed_week, week_of
from coachd.importing import Report
from coachd.model import Message, Period
from coachd.review import Judged
from coachd.store import activities

WEEKS = 52
MAILS = 4


@dataclass(frozen=True, slots=True)
class Tried:
    """What was read and how many activities that are, the judged weeks (oldest first), the last mails with the pages
    they were written to, and of each rule in force the kinds of data it asks for."""

    imported: Report
    activities: int
    weeks: tuple[Judged, ...]
    mails: tuple[tuple[Message, Path], ...]
    asks: Mapping[str, frozenset[str]]


def try_export(path: Path, home_zone: str | None, units: str) -> Tried:
    """Read an export, or activity files, into a temporary state and judge the last year of it, week by week, as if
    coachd had been there.

    Raises InputProblem for what cannot be read or holds nothing.
    """
    with tempfile.TemporaryDirectory(prefix="coachd-try-") as folder:
        chosen = {"ATHLETE_UNITS": units, "MAIL_TO": "you@localhost", "MAIL_FROM": "coachd@localhost"}
        if home_zone:
            chosen["ATHLETE_ZONE"] = home_zone
        settings = config.load(chosen, state=Path(folder), dotenv=False)
        with opened(settings, SystemClock()) as coach:
            who = coach.athlete("me")
            imported = importing.run(coach, "me", [importing.plan(path)], ZoneInfo(who.zone))
            with coach.store.read() as db:
                stored = activities.total(db, "me")
            weeks = _year(coach)
            mails = Path(tempfile.mkdtemp(prefix="coachd-try-mail-"))
            written = tuple(_written(week, mails) for week in weeks[-MAILS:])
            asks = {rule.id: frozenset[str](rule.data) for rule in coach.rules.rules}
    return Tried(imported, stored, tuple(weeks), written, asks)


def _year(coach: Coach) -> list[Judged]:
    who = coach.athlete("me")
    with coach.store.read() as db:
        recorded = activities.load(db, "me")
    # An activity dated in the future by a wrong clock does not decide which weeks are looked at.
    days = [activity.day for activity in recorded if activity.start <= coach.clock.now()]
    if not days:
        raise InputProblem("There is no activity in it that can be read.", importing.ADVICE)
    # Nor does a week that still runs: its days to come would be shown as rest.
    last = min(week_of(max(days), who.week_start), closed_week(coach.clock.now(), who), key=lambda period: period.last)
    judged: list[Judged] = []
    states = None
    for back in range(WEEKS - 1, -1, -1):
        period = week_of(last.first - timedelta(weeks=back), who.week_start)
        week = review.consider(coach, "me", period, _morning_after(period, who.zone), states)
        states = week.judgement.states
        judged.append(week)
    return judged


def _morning_after(period: Period, zone: str) -> datetime:
    return local_instant(period.last + timedelta(days=1), time(6), ZoneInfo(zone))


def _written(week: Judged, folder: Path) -> tuple[Message, Path]:
    message = compose.weekly(week.digest, mail_from="coachd@localhost", message_key=f"try:{week.period.key}")
    channel = Channel(folder, SteppedClock(_morning_after(week.period, week.athlete.zone)))
    return message, Path(channel.send(message))
