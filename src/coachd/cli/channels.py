"""`channel`: an athlete's own ways out, beside those of the instance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any

import click

from coachd import channels
from coachd.cli import common
from coachd.coach import Coach
from coachd.compose.shared import WHAT_IS_POSTED
from coachd.errors import CoachdError, DeliveryProblem, InputProblem
from coachd.store import channels as own_channels
from coachd.store.channels import OwnChannel

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


@click.group()
def channel_command() -> None:
    """Add, list, confirm or remove ways out of your own."""


@channel_command.command("add")
@click.argument("kind")
@click.argument("words", nargs=-1, metavar="[NAME] [OPTION=VALUE]...")
@click.option("--shared", is_flag=True, help="Others read it, too: it gets less, and waits until you confirm it.")
@click.option("--file", "files", multiple=True, metavar="OPTION=PATH", help="Read a secret option from a file.")
@click.pass_context
def add(ctx: click.Context, kind: str, words: tuple[str, ...], shared: bool, files: tuple[str, ...]) -> None:
    """Send your messages by KIND, too, for example apprise or webhook.

    Secrets, such as addresses that hold a token, are asked for; they are never part of a command.
    """
    known = channels.options(kind)
    names = [word for word in words if "=" not in word]
    name = names[0] if names else kind
    if len(names) > 1 or not NAME.fullmatch(name):
        raise InputProblem(
            f"{' '.join(names)!r} is no name for a channel.", "Choose one word of small letters, digits and hyphens."
        )
    given = _given(kind, known, [word for word in words if "=" in word])
    given |= _from_files(kind, known, files)
    given |= _asked(known, given)
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        found = OwnChannel(who.id, name, kind, shared, None, coach.clock.now())
        said = _tried(coach, kind, given)
        with coach.store.begin() as db:
            if own_channels.get(db, who.id, name):
                raise InputProblem(
                    f"There is a channel called {name} already.",
                    f"Give this one another name, or remove the other with `coachd channel remove {name}`.",
                )
            own_channels.add(db, coach.vault, found, given)
    click.echo(f"Added {name}: {said}")
    click.echo(_what_next(found))


def _given(kind: str, known: Mapping[str, Field[Any]], words: list[str]) -> dict[str, str]:
    """The options on the command line; secrets have no place there, where every process sees them."""
    given = dict(word.split("=", 1) for word in words)
    for option in given:
        if option in known and not known[option].repr:
            raise InputProblem(
                f"The option {option} of {kind} is a secret.",
                f"Leave it out and you are asked for it, or give --file {option}=PATH.",
            )
    return given


def _from_files(kind: str, known: Mapping[str, Field[Any]], files: tuple[str, ...]) -> dict[str, str]:
    given = {}
    for entry in files:
        option, equals, path = entry.partition("=")
        if not equals or option not in known:
            raise InputProblem(f"{option!r} is no option of {kind}.", f"Its options are: {', '.join(known)}.")
        try:
            given[option] = Path(path).read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            raise InputProblem(f"{path} is not text in UTF-8.", "Save it as UTF-8.") from None
    return given


def _asked(known: Mapping[str, Field[Any]], given: Mapping[str, Any]) -> dict[str, str]:
    """The secret options that were not given, as somebody types them; one that is not needed may stay empty."""
    asked: dict[str, str] = {}
    for option, field in known.items():
        if field.repr or option in given:
            continue
        optional = field.default is not MISSING
        more: dict[str, Any] = {"default": "", "show_default": False} if optional else {}
        typed = click.prompt(f"{option}{' (Enter: none)' if optional else ''}", hide_input=True, **more)
        asked |= {option: typed} if typed else {}
    return asked


def _tried(coach: Coach, kind: str, given: Mapping[str, Any]) -> str:
    """What a try without a message said. A channel that can never work is refused; one that is down may be up later."""
    made = channels.load(kind, given, coach.clock)
    try:
        return channels.tried(made)
    except DeliveryProblem as problem:
        if problem.permanent:
            raise
        return f"it could not be reached now. {problem}"


def _what_next(found: OwnChannel) -> str:
    if found.in_use:
        return "`coachd digest send --test` sends a sample."
    return f"{WHAT_IS_POSTED}\nNothing is posted before you say so: `coachd channel confirm {found.name}`."


@channel_command.command("list")
@common.as_json
@click.pass_context
def list_channels(ctx: click.Context, as_json: bool) -> None:
    """Your ways out: those of the instance, then your own."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        with coach.store.read() as db:
            own = own_channels.of_athlete(db, who.id)
        used = coach.channels_for(who.id)
        found = [
            _row(name, way.name, _where(way), in_use=name in used) for name, way in coach.instance_channels.items()
        ]
        found += [_row(one.name, one.kind, _own_where(coach, one), in_use=one.in_use, own=one) for one in own]
    if as_json:
        common.emit(found)
        return
    for each in found:
        notes = ["yours" if each["own"] else "of the instance"]
        notes += ["shared"] if each["shared"] else []
        notes += [] if each["in_use"] else ["waits to be confirmed" if each["own"] else "for the first athlete only"]
        click.echo(f"{each['name']:<14} {each['where']}  ({', '.join(notes)})")


def _row(name: str, kind: str, where: str, *, in_use: bool, own: OwnChannel | None = None) -> dict[str, Any]:
    shared = own is not None and own.shared
    return {"name": name, "kind": kind, "where": where, "own": own is not None, "shared": shared, "in_use": in_use}


def _where(way: channels.Channel) -> str:
    """Where a channel leads, without its secrets."""
    try:
        return str(getattr(way, "shown", way.name))
    except CoachdError as problem:
        return f"{way.name}: {problem}"


def _own_where(coach: Coach, one: OwnChannel) -> str:
    try:
        with coach.store.read() as db:
            options = own_channels.options(db, coach.vault, one.athlete, one.name) or {}
        return _where(channels.load(one.kind, options, coach.clock))
    except CoachdError as problem:
        return f"{one.kind}: {problem}"


@channel_command.command("confirm")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def confirm(ctx: click.Context, name: str, yes: bool) -> None:
    """Let messages be posted on the shared channel NAME from now on."""
    with common.instance(ctx) as coach:
        found = _found(coach, common.name(ctx), name)
        if not found.shared:
            raise InputProblem(f"{name} is not shared, so there is nothing to confirm.", "It is in use.")
        click.echo(WHAT_IS_POSTED)
        if not yes:
            click.confirm(f"Post there by {name}?", abort=True)
        with coach.store.begin() as db:
            own_channels.confirm(db, found.athlete, name, coach.clock.now())
    click.echo(f"Confirmed. `coachd channel remove {name}` ends it.")


@channel_command.command("remove")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Send nothing by NAME any more, and forget its secrets."""
    with common.instance(ctx) as coach:
        found = _found(coach, common.name(ctx), name)
        with coach.store.begin() as db:
            own_channels.remove(db, found.athlete, name)
    click.echo(f"Removed {name}.")


def _found(coach: Coach, athlete: str, name: str) -> OwnChannel:
    who = coach.athlete(athlete)
    with coach.store.read() as db:
        found = own_channels.get(db, who.id, name)
    if found is None:
        raise InputProblem(f"You have no channel called {name}.", "`coachd channel list` names them.")
    return found
