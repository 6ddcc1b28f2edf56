"""`athlete`: who is coached here, and what each of them set for themself."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from coachd import config, gather, histories, own
from coachd.cli import common, own_text
from coachd.cli.calendar import as_data, length_shown, mode_data, span
from coachd.coach import Coach
from coachd.errors import ConfigProblem, InputProblem
from coachd.history.profiles import suggest
from coachd.model import Athlete, Profile
from coachd.own import FLAT
from coachd.store import athletes, connections

VALUES = click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")


@click.group()
def athlete_command() -> None:
    """Add, list, show, change or remove athletes."""


@athlete_command.command("add", help=f"Add an athlete.\n\nNAME=VALUE as for `set`: {', '.join(FLAT)}.")
@click.argument("name")
@VALUES
@click.pass_context
def add(ctx: click.Context, name: str, values: Sequence[str]) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise InputProblem(f"{name!r} cannot be an athlete's name.", "Use small letters, digits, - and _, up to 40.")
    given = _parsed(values)
    with common.instance(ctx) as coach:
        with coach.store.begin() as db:
            if athletes.get(db, name) is not None:
                raise InputProblem(
                    f"There is an athlete called {name} already.", f"See `coachd --athlete {name} athlete show`."
                )
            athletes.add(db, name, own.coarse(given), coach.clock.now())
        click.echo(f"{name} is added. Next: `coachd --athlete {name} connect strava` (or garmin, or import PATH).")


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
        suggested = _suggested(coach, person)
    if as_json:
        common.emit({**_shown(person), "suggested": [{"profile": name, "reason": why} for name, why in suggested]})
        return
    for key, value in _in_words(person).items():
        click.echo(f"{key:<18}{value or 'not set'}")
    for name, why in suggested:
        click.echo(f"\nThe profile {name} seems to fit: {why}. `coachd athlete suggest` asks.")


@athlete_command.command(
    "set",
    help="Set values for the athlete, e.g. hr_max=188 rest_days=mon,fri.\n\n"
    f"Names are {', '.join(FLAT)}; NAME= forgets one. `coachd athlete edit` shows what each means.",
)
@VALUES
@click.pass_context
def set_values(ctx: click.Context, values: Sequence[str]) -> None:
    if not values:
        raise InputProblem("Nothing to set.", f"Write for example `coachd athlete set units=mi`. {', '.join(FLAT)}")
    changes = _parsed(values, emptying=True)

    def changed(document: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in {**document, **changes}.items() if value != ""}

    with common.instance(ctx) as coach:
        person = coach.amend(common.name(ctx), changed)
    for key, value in _in_words(person).items():
        if key in changes:
            click.echo(f"{key:<18}{value or 'not set'}")


@athlete_command.command("edit")
@click.pass_context
def edit(ctx: click.Context) -> None:
    """Edit everything that is set for the athlete.

    It opens in $VISUAL or $EDITOR, with a comment on each value. A text with a mistake changes nothing and is kept:
    the next `athlete edit` goes on with it.
    """
    with common.instance(ctx) as coach:
        name = common.name(ctx)
        document, _ = coach.document(name)
        draft = coach.settings.coachd_state_dir / f"athlete-{name}.yaml"
        try:
            begun = draft.read_text(encoding="utf-8") if draft.exists() else own_text.written(document)
            text = click.edit(begun, editor=config.editor() or None, extension=".yaml") or begun
        except UnicodeDecodeError:
            raise InputProblem(
                "The text is not in UTF-8, so nothing was changed.", f"Save it as UTF-8; see also {draft}."
            ) from None
        if text == begun and not draft.exists():
            click.echo("Nothing was changed.")
            return
        _put_into_force(coach, name, document, text, draft)
    click.echo("It is in force.")


def _put_into_force(coach: Coach, name: str, before: dict[str, Any], text: str, draft: Path) -> None:
    """Store what a text says, or keep the text as a draft and raise ConfigProblem."""

    def replaced(stored: dict[str, Any]) -> dict[str, Any]:
        if stored != before:
            raise ConfigProblem("Something else was set while you edited.", f"Yours is kept in {draft}.")
        return own_text.read(text)

    try:
        coach.amend(name, replaced)
    except ConfigProblem as problem:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        raise ConfigProblem(
            problem.problems,
            f"Nothing was changed; `coachd athlete edit` goes on with your text, {draft}.",
        ) from None
    draft.unlink(missing_ok=True)


@athlete_command.command("suggest")
@click.option("--yes", is_flag=True, help="Take all of them.")
@click.pass_context
def suggest_profiles(ctx: click.Context, yes: bool) -> None:
    """Ask about the profiles that seem to fit, judged by the history. A profile changes the numbers of rules."""
    with common.instance(ctx) as coach:
        person = coach.athlete(common.name(ctx))
        suggested = _suggested(coach, person)
        taken = [name for name, why in suggested if yes or click.confirm(f"{name}: {why}. Does it fit?")]
        if taken:
            profiles = ", ".join([*person.profiles, *taken])
            person = coach.amend(person.id, lambda document: {**document, "profiles": profiles})
    if not suggested:
        click.echo("Nothing more seems to fit.")
    click.echo(f"Profiles: {', '.join(person.profiles) or 'none'}")


def _suggested(coach: Coach, person: Athlete) -> list[tuple[Profile, str]]:
    now = coach.clock.now()
    history = histories.whole(coach, person, now)
    return suggest(history, now.astimezone(person.tz).date()) if history else []


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
    given = {}
    for value in values:
        key, sign, text = value.partition("=")
        if not sign:
            raise InputProblem(f"{value!r} is not NAME=VALUE.", f"Names are {', '.join(FLAT)}.")
        given[key.strip()] = text.strip()
    if lists := [name for name in given if name in own.Own.model_fields and name not in FLAT]:
        raise InputProblem(
            f"{lists[0]} is more than one value.",
            "See `coachd race`, `coachd mode`, `coachd rules set`, or `coachd athlete edit` for all of it.",
        )
    own.checked({key: text for key, text in given.items() if text or not emptying or key not in FLAT})
    return given


def _shown(person: Athlete) -> dict[str, Any]:
    """What is in force, for a machine."""
    return {
        "id": person.id, "zone": person.zone, "units": person.units, "volume_unit": person.volume_unit,
        "tone": person.tone, "clock": person.clock, "quiet_weeks": person.quiet_weeks,
        "week_start": person.week_start, "digest_day": person.digest_day,
        "digest_time": f"{person.digest_time:%H:%M}", "easy_hr_ceiling": person.easy_hr_ceiling,
        "hr_max": person.hr_max, "threshold_hr": person.threshold_hr, "resting_hr": person.resting_hr,
        "birth_year": person.birth_year, "sex": person.sex, "level": person.level, "focus": person.focus,
        "goal": person.goal, "rest_days": person.rest_days, "profiles": person.profiles,
        "tracks": dict(person.tracks), "starting": sorted(person.starting),
        "races": [as_data(race) for race in person.races], "modes": [mode_data(mode) for mode in person.modes],
        "phases": [{"phase": phase.phase, "from": phase.first, "until": phase.last} for phase in person.phases],
        "rules": dict(person.overrides), "snooze": dict(person.snoozed),
        "home": person.home, "email": person.email, "paused": person.paused,
    }  # fmt: skip


def _in_words(person: Athlete) -> dict[str, str]:
    """The same for a person; an empty text is not set."""
    races = sorted(person.races, key=lambda race: race.day)
    lists = {
        "home": [f"{degrees:.1f}" for degrees in person.home or ()],
        "rest_days": person.rest_days,
        "profiles": person.profiles,
        "tracks": [thing if logged else f"no-{thing}" for thing, logged in person.tracks.items()],
        "starting": sorted(person.starting),
        "races": [f"{race.priority} {length_shown(race.distance_m, person.units)} on {race.day}" for race in races],
        "modes": [span(mode.name, mode.first, mode.last) for mode in person.modes],
        "phases": [span(phase.phase, phase.first, phase.last) for phase in person.phases],
        "rules": sorted(person.overrides),
        "snooze": [f"{rule} before {day}" for rule, day in sorted(person.snoozed.items())],
    }
    rates = {name: getattr(person, name) for name in ("easy_hr_ceiling", "hr_max", "threshold_hr", "resting_hr")}
    words = {key: "" if value is None else str(value) for key, value in _shown(person).items()}
    words |= {name: "" if rate is None else f"{rate:g} bpm" for name, rate in rates.items()}
    return words | {name: ", ".join(values) for name, values in lists.items()}
