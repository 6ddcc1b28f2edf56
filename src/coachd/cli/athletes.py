"""`athlete`: who is coached here, and what each of them set for themself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from coachd import gather
from coachd.cli import common
from coachd.config import ATHLETE_FIELDS, checked_athlete
from coachd.errors import InputProblem
from coachd.model import Athlete
from coachd.store import athletes, connections

VALUES = click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")


@click.group()
def athlete_command() -> None:
    """Add, list, show, change or remove athletes."""


@athlete_command.command("add", help=f"Add an athlete.\n\nNAME=VALUE as for `set`: {', '.join(ATHLETE_FIELDS)}.")
@click.argument("name")
@VALUES
@click.pass_context
def add(ctx: click.Context, name: str, values: Sequence[str]) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise InputProblem(f"{name!r} cannot be an athlete's name.", "Use small letters, digits, - and _, up to 40.")
    own = _parsed(values)
    with common.instance(ctx) as coach:
        with coach.store.begin() as db:
            if athletes.get(db, name) is not None:
                raise InputProblem(
                    f"There is an athlete called {name} already.", f"See `coachd --athlete {name} athlete show`."
                )
            athletes.add(db, name, own, coach.clock.now())
        click.echo(f"{name} is added. Next: `coachd --athlete {name} connect strava`.")


@athlete_command.command("list")
@common.as_json
@click.pass_context
def list_athletes(ctx: click.Context, as_json: bool) -> None:
    """All athletes of this instance."""
    with common.instance(ctx) as coach:
        with coach.store.read() as db:
            names = athletes.names(db)
            linked = {name: [state.source for state in connections.every(db, name)] for name in names}
        people = [coach.athlete(name) for name in names]
    if as_json:
        common.emit([{**_shown(person), "sources": linked[person.id]} for person in people])
        return
    for person in people:
        click.echo(f"{person.id:<20}{person.zone:<24}{', '.join(linked[person.id]) or 'no source'}")
    if not people:
        click.echo("Nobody yet. `coachd init` begins.")


@athlete_command.command("show")
@common.as_json
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """What is in force for the athlete.

    Choose whom with --athlete before the command: coachd --athlete anna athlete show
    """
    with common.instance(ctx) as coach:
        person = coach.athlete(common.name(ctx))
    if as_json:
        common.emit(_shown(person))
        return
    for key, value in _shown(person).items():
        click.echo(f"{key:<18}{'not set' if value in (None, '') else value}")


@athlete_command.command(
    "set", help=f"Set values for the athlete.\n\nNames are {', '.join(ATHLETE_FIELDS)}; NAME= forgets one."
)
@VALUES
@click.pass_context
def set_values(ctx: click.Context, values: Sequence[str]) -> None:
    if not values:
        raise InputProblem(
            "Nothing to set.", f"Write for example `coachd athlete set units=mi`. {', '.join(ATHLETE_FIELDS)}"
        )
    changes = _parsed(values, emptying=True)
    with common.instance(ctx) as coach:
        person = coach.athlete(common.name(ctx))
        with coach.store.begin() as db:
            found = athletes.get(db, person.id)
            own = {**(found[0] if found else {}), **changes}
            own = {key: value for key, value in own.items() if value != ""}
            athletes.change(db, person.id, own)
        for key, value in _shown(coach.athlete(person.id)).items():
            if key in changes:
                click.echo(f"{key:<18}{value}")


@athlete_command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove(ctx: click.Context, name: str, yes: bool) -> None:
    """Remove an athlete with everything stored.

    Connections are revoked first.
    """
    with common.instance(ctx) as coach:
        with coach.store.read() as db:
            if athletes.get(db, name) is None:
                raise InputProblem(f"There is no athlete called {name}.", "See `coachd athlete list`.")
            sources = [state.source for state in connections.every(db, name)]
        if not yes:
            click.confirm(f"Remove {name} and everything stored about them?", abort=True)
        for source in sources:
            gather.disconnect(coach, name, source)
        with coach.store.begin() as db:
            athletes.remove(db, name)
    click.echo(f"{name} is removed.")


def _parsed(values: Sequence[str], *, emptying: bool = False) -> dict[str, str]:
    own = {}
    for value in values:
        key, sign, text = value.partition("=")
        if not sign:
            raise InputProblem(f"{value!r} is not NAME=VALUE.", f"Names are {', '.join(ATHLETE_FIELDS)}.")
        own[key.strip()] = text.strip()
    checked_athlete({key: text for key, text in own.items() if text or not emptying or key not in ATHLETE_FIELDS})
    return own


def _shown(person: Athlete) -> dict[str, Any]:
    return {
        "id": person.id, "zone": person.zone, "units": person.units, "tone": person.tone,
        "week_start": person.week_start, "digest_day": person.digest_day,
        "digest_time": f"{person.digest_time:%H:%M}", "easy_hr_ceiling": person.easy_hr_ceiling,
        "email": person.email, "paused": person.paused,
    }  # fmt: skip
