"""What every command needs: the instance, the athlete, and output for people or machines."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import click

from coachd import config, logs
from coachd.clock import SystemClock, local_instant
from coachd.coach import Coach, opened
from coachd.history.week import closed_week
from coachd.model import Athlete, Evidence, Period
from coachd.own import LATEST
from coachd.units import Quantity, System, shown

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")


FIRST = date(1900, 1, 1)
"""Before the first day of anybody's training; a calendar ends at year one, and weeks before a day are asked about."""


class Day(click.DateTime):
    """A calendar day as 2025-10-20."""

    name = "day"

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - its signature
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            day: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value} is not a day; write for example 2025-10-20.", param, ctx)
        if not FIRST <= day.date() <= LATEST:
            self.fail(f"{value} is too far away; name a day from {FIRST} to {LATEST}.", param, ctx)
        return day


DAY = Day()

WAY_OUT = {
    "revoked": "Connect again: `coachd connect {source}`.",
    "missing_scope": "Connect again with all boxes ticked: `coachd connect {source}`.",
    "sealed": "Restore secret.key (or COACHD_SECRET_KEY), or connect again: `coachd connect {source}`.",
    "inactive": "Reactivate the application at https://www.strava.com/settings/api.",
    "forbidden": "Look at the application at https://www.strava.com/settings/api.",
    "athlete_limit": "Raise its limit at https://www.strava.com/settings/api, or disconnect somebody.",
    "brake": "Look at {name}. To accept the shorter list: `coachd sync --allow-deletions`.",
}
"""What ends a source's state that does not end by itself."""


def way_out(state: str, source: str) -> str | None:
    """What to do about a source in this state; None where it ends by itself."""
    said = WAY_OUT.get(state)
    return said and said.format(source=source, name=source.capitalize())


def settings(ctx: click.Context, level: int = logging.WARNING) -> config.Settings:
    """The settings in force for this command. Most commands say themselves what they do; the daemon's log does it
    for `run`, which therefore asks for more of it by `level`."""
    found = config.load(state=ctx.find_root().obj["state"])
    logs.start(found.log_format, level)
    return found


@contextmanager
def instance(ctx: click.Context, level: int = logging.WARNING) -> Iterator[Coach]:
    """The instance in the state folder."""
    with opened(settings(ctx, level), SystemClock()) as coach:
        yield coach


def as_of(coach: Coach, who: Athlete, on: datetime | None) -> tuple[Period, datetime]:
    """The week that was closed at noon of a day, or is closed now, and that moment."""
    now = local_instant(on.date(), time(12), who.tz) if on else coach.clock.now()
    return closed_week(now, who), now


def evidence(values: Sequence[Evidence], units: System) -> dict[str, str | bool | None]:
    """Evidence as a runner reads it, by name."""
    return {
        value.name: shown(value.value, units) if isinstance(value.value, Quantity) else value.value for value in values
    }


def name(ctx: click.Context) -> str:
    """The athlete the command is about."""
    return str(ctx.find_root().obj["athlete"])


def emit(data: Any) -> None:
    """Print JSON."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))
