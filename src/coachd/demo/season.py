"""`coachd demo`: a season of weekly mails, through every part of coachd, on an invented athlete and a moved clock.

Real HTTP to the stand-ins of Strava and Garmin, the real OAuth exchange, real SMTP to a sink: only the world outside
is invented.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from coachd import config, gather, pipeline
from coachd.clock import Clock, SteppedClock, SystemClock, local_instant
from coachd.coach import Coach, opened
from coachd.demo.athlete import scripted_year, world
from coachd.demo.garmin import KEY, GarminStandIn
from coachd.demo.garmin_year import garmin_world
from coachd.demo.script import week_monday
from coachd.demo.sink import MailSink, part
from coachd.demo.strava import StravaStandIn
from coachd.errors import InputProblem
from coachd.model import Source
from coachd.sources.strava import oauth

ZONE = "Europe/Berlin"
FIRST_WEEK, LAST_WEEK = 34, 41
"""The weeks of the script whose mails are sent: in the last one several rules have something to say."""

ROBINS_OWN = {
    "threshold_hr": "168", "hr_max": "188", "resting_hr": "50", "rest_days": "thu",
    "races": [
        {"day": "2025-05-18", "distance": "half", "name": "City Half Marathon", "priority": "A"},
        {"day": "2025-11-02", "distance": "marathon", "name": "Autumn Marathon", "priority": "A"},
    ],
}  # fmt: skip
"""What Robin set: own heart-rate numbers, a day of rest, and two races in the calendar."""

MINUTE = timedelta(minutes=1)
KEY_LIFE = timedelta(days=365)


class DemoClock(SteppedClock):
    """A clock that is moved from week to week and then, for the daemon, goes on at the pace of the real one."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._real: Clock = SystemClock()
        self._started: datetime | None = None

    def now(self) -> datetime:
        elapsed = self._real.now() - self._started if self._started else timedelta(0)
        return super().now() + elapsed

    def run_free(self) -> None:
        self._started = self._real.now()


@dataclass(frozen=True, slots=True)
class Season:
    """A demo that has run: the instance, its clock, the last mail's text and where it lies."""

    coach: Coach
    clock: DemoClock
    text: str
    mail: Path
    mails: int


@contextmanager
def season(
    keep: Path | None, told: Callable[[str], None], sources: Collection[Source] = ("strava",)
) -> Iterator[Season]:
    """Run the scripted season and keep its servers up while the context lasts.

    `sources` are those that Robin connects: strava, garmin, or both, where each has every workout. Without `keep` the
    state goes when the context ends; the mails stay in a folder of their own. Raises InputProblem when `keep` holds
    something already.
    """
    if keep and keep.is_dir() and any(keep.iterdir()):
        raise InputProblem(
            f"{keep} is not empty.", f"Name a new folder, or look at what is there: `coachd --state {keep} status`."
        )
    with ExitStack() as stack:
        mails = (keep / "mail") if keep else Path(tempfile.mkdtemp(prefix="coachd-demo-mail-"))
        if keep:
            keep.mkdir(parents=True, exist_ok=True, mode=0o700)
        mails.mkdir(exist_ok=True)
        state = keep or Path(stack.enter_context(_scratch()))
        clock = DemoClock(_monday_after(FIRST_WEEK - 1, time(12)))
        strava, garmin = stack.enter_context(stand_ins(sources, clock))
        sink = stack.enter_context(MailSink(mails))
        settings = settings_of(state, strava, sink, garmin)
        if keep:
            _leave_settings(keep, settings)
        coach = stack.enter_context(opened(settings, clock))
        if strava:
            told("Connecting Robin, an invented runner, to a Strava stand-in on this machine (real OAuth, real HTTP).")
            connect(coach)
        if garmin:
            told("Giving the key of Robin, an invented runner, for a Garmin stand-in on this machine (real HTTP).")
            connect_garmin(coach)
        for result in gather.sync_athlete(coach, "me"):
            besides = f" With them {result.nights} nights came." if result.nights else ""
            told(f"First sync: {result.saved.added} activities in {result.pages} requests.{besides}")
        pipeline.tick(coach)
        for week in range(FIRST_WEEK, LAST_WEEK + 1):
            clock.set(_monday_after(week, time(6)) + MINUTE)
            pipeline.tick(coach)
            told(f"{clock.now().astimezone(ZoneInfo(ZONE)):%a %d %b %Y %H:%M}  {_subject(sink)}")
        mail, path = sink.mails[-1]
        yield Season(coach, clock, part(mail, "plain"), path, len(sink.mails))


@contextmanager
def stand_ins(sources: Collection[Source], clock: Clock) -> Iterator[tuple[StravaStandIn | None, GarminStandIn | None]]:
    """Those of `sources`, each with the whole of the scripted year."""
    year = scripted_year(zone=ZONE)
    with ExitStack() as stack:
        strava = stack.enter_context(StravaStandIn(world(year), clock)) if "strava" in sources else None
        garmin = stack.enter_context(GarminStandIn(garmin_world(year, ZONE), clock)) if "garmin" in sources else None
        yield strava, garmin


@contextmanager
def _scratch() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="coachd-demo-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _monday_after(week: int, at: time) -> datetime:
    monday: date = week_monday(week + 1)
    return local_instant(monday, at, ZoneInfo(ZONE))


def settings_of(
    state: Path, strava: StravaStandIn | None, sink: MailSink, garmin: GarminStandIn | None = None
) -> config.Settings:
    """Settings for the stand-ins that there are."""
    places: dict[str, str] = {}
    if strava:
        places |= {
            "STRAVA_CLIENT_ID": "12345",
            "STRAVA_CLIENT_SECRET": "not-a-secret",
            "STRAVA_OAUTH_BASE": strava.oauth_base,
            "STRAVA_API_BASE": strava.api_base,
        }
    if garmin:
        places["GARMIN_API_BASE"] = garmin.api_base
    return config.load(
        {
            **places,
            "ATHLETE_ZONE": ZONE,
            "MAIL_TO": "robin@example.org",
            "MAIL_FROM": "coachd <coachd@example.org>",
            "CHANNELS": "email",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(sink.port),
            "SMTP_SECURITY": "none",
        },
        state=state,
        dotenv=False,
    )


def _leave_settings(keep: Path, settings: config.Settings) -> None:
    """So that other commands with --state on the kept folder see Robin as the demo did."""
    lines = [
        f"ATHLETE_ZONE={ZONE}", f"MAIL_TO={settings.mail_to}", "MAIL_FROM='coachd <coachd@example.org>'",
        "CHANNELS=folder", "STRAVA_RETENTION_DAYS=0",
    ]  # fmt: skip
    (keep / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")


def connect(coach: Coach) -> None:
    """What a person does with a browser: open the page, agree, be sent back."""
    import requests

    with oauth.listening() as landing:
        invitation = oauth.invite(coach.settings, landing.redirect_uri)
        with requests.Session() as browser:
            browser.trust_env = False
            browser.get(invitation.url, timeout=10).raise_for_status()
        redirected = landing.wait(10) or ""
    coach.amend("me", lambda own: own | ROBINS_OWN)
    gather.connect_strava(coach, "me", oauth.granted(redirected, invitation))


def connect_garmin(coach: Coach) -> None:
    """What a person does with Garmin's page: make a key there, and give it."""
    coach.amend("me", lambda own: own | ROBINS_OWN)
    gather.connect_garmin(coach, "me", KEY, coach.clock.now() + KEY_LIFE)


def _subject(sink: MailSink) -> str:
    return str(sink.mails[-1][0]["Subject"]) if sink.mails else "no mail"
