"""Strava's stand-in as an instance under test meets it."""

from __future__ import annotations

from coachd.coach import Coach
from coachd.demo.strava import StravaStandIn
from coachd.sources.strava import oauth
from coachd.store import athletes, connections


def settings_of(stand_in: StravaStandIn) -> dict[str, str]:
    """The settings with which an instance asks the stand-in."""
    return {
        "STRAVA_CLIENT_ID": "12345", "STRAVA_CLIENT_SECRET": "invented",
        "STRAVA_OAUTH_BASE": stand_in.oauth_base, "STRAVA_API_BASE": stand_in.api_base,
    }  # fmt: skip


def connect(coach: Coach, stand_in: StravaStandIn, *scopes: str, name: str = "me") -> None:
    """An athlete of the instance said yes to these scopes, or to all that are asked for."""
    answer, now = stand_in.connect(*scopes), coach.clock.now()
    with coach.store.begin() as db:
        athletes.ensure(db, name, now)
        connections.connect(db, coach.vault, name, "strava", "1", answer["scope"].split(), oauth._tokens(answer), now)
