"""`state`: the athlete's numbers of today as one document for other programs; docs/channels.md describes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from coachd import histories
from coachd.cli import common
from coachd.compose.words import credit
from coachd.digest import trusted_easy_share
from coachd.digest.devices import garmin_devices
from coachd.history.week import closed_week, week_of, week_stats
from coachd.language.view import View
from coachd.measures.load import daily_loads
from coachd.measures.strength import since_strength
from coachd.model import Athlete, History, Period, Race
from coachd.units import DAY, distance

SCHEMA_VERSION = 1
RACES_AHEAD_DAYS = 366
CREDITED = timedelta(days=28)
"""So far back the numbers of today go, and so do the devices that are named beside them."""


@click.command()
@common.as_json
@click.pass_context
def state_command(ctx: click.Context, as_json: bool) -> None:
    """Your numbers of today: shoes, days since a run and strength work, easy share, load, phase, next race.

    What is not known is `null`. The fields of a `schema_version` stay as they are.
    """
    with common.instance(ctx) as coach:
        now = coach.clock.now()
        who = coach.athlete(common.name(ctx))
        found = document(histories.whole(coach, who, now) or History(who, ()), now)
    if as_json:
        common.emit(found)
        return
    _print(found, who)


def document(history: History, now: datetime) -> dict[str, Any]:
    """The document; every field is always there. Metres, seconds and shares, days as 2026-11-22."""
    who = history.athlete
    today = now.astimezone(who.tz).date()
    view = View(history, today, now)
    mode = view.mode()
    race = next(iter(view.races_ahead(RACES_AHEAD_DAYS)), None)
    return {
        "schema_version": SCHEMA_VERSION,
        "athlete": who.id,
        "day": today.isoformat(),
        "week": _week(view, week_of(today, who.week_start)),
        "last_week": _week(view, closed_week(now, who)),
        "days_since": {"run": _since_run(view), "strength": _since_strength(view)},
        "easy_share": _rounded(trusted_easy_share(view), 3),
        "load": {"last_7_days": _load(view, 7), "last_28_days": _load(view, 28)},
        "phase": view.phase(),
        "mode": mode.name if mode else None,
        "next_race": _race(race, view) if race else None,
        "shoes": [
            {"id": shoe.id, "name": shoe.name, "distance_m": _rounded(shoe.distance_m, 0), "retired": shoe.retired}
            for shoe in view.shoes
        ],
        "sources": {source: moment.isoformat() for source, moment in sorted(history.synced.items())},
        "credit": credit(garmin_devices(history, today - CREDITED, besides="garmin" in history.synced)),
    }


def _week(view: View, period: Period) -> dict[str, Any]:
    """A week's numbers; of one that goes on, those until today. Rest days of days to come are nobody's."""
    week = week_stats(view.activities, period.first)
    over = period.last < view.as_of
    return {
        "key": period.key,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "run_distance_m": _rounded(week.run_distance_m, 0),
        "run_moving_s": _rounded(week.run_moving_s, 0),
        "runs": week.runs,
        "strength_sessions": week.strength_sessions,
        "rest_days": week.rest_days if over else None,
    }


def _since_run(view: View) -> int | None:
    runs = [activity for activity in view.activities if activity.family == "run"]
    return (view.as_of - runs[-1].day) // timedelta(days=1) if runs else None


def _since_strength(view: View) -> int | None:
    found = since_strength.compute(view).value
    return round(found / DAY) if isinstance(found, float | int) else None


def _load(view: View, days: int) -> int | None:
    loads = daily_loads(view, days)
    return None if loads is None else round(sum(loads))


def _race(race: Race, view: View) -> dict[str, Any]:
    return {
        "name": race.name,
        "day": race.day.isoformat(),
        "days": (race.day - view.as_of).days,
        "distance_m": race.distance_m,
        "priority": race.priority,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _print(found: dict[str, Any], who: Athlete) -> None:
    def shown(value: Any, unit: str = "") -> str:
        return "not known" if value is None else f"{value}{unit}"

    week = found["week"]
    share = found["easy_share"]
    click.echo(f"this week   {distance(week['run_distance_m'], who.units)} in {week['runs']} runs")
    click.echo(f"strength    {shown(found['days_since']['strength'], ' days ago')}")
    click.echo(f"easy share  {shown(None if share is None else round(100 * share), ' %')}")
    click.echo(f"load        {shown(found['load']['last_7_days'], ' in 7 days')}")
    click.echo(f"phase       {found['phase']}{', ' + found['mode'] if found['mode'] else ''}")
    if race := found["next_race"]:
        click.echo(f"next race   {race['name'] or distance(race['distance_m'], who.units)} in {race['days']} days")
    for shoe in found["shoes"]:
        if not shoe["retired"] and shoe["distance_m"] is not None:
            click.echo(f"shoe        {shoe['name']}: {distance(shoe['distance_m'], who.units)}")
    if found["credit"]:
        click.echo(found["credit"])
