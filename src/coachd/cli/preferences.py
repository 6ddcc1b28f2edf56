"""`rules set`, `rules snooze`: the athlete's own words on rules. Shipped rule files stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from coachd import own
from coachd.cli import common
from coachd.errors import InputProblem
from coachd.store import judgements

SNOOZE = timedelta(weeks=4)
ADVICE = "Write PARAM=VALUE, cooldown=21d, on, off, or default to take everything back."


@click.command()
@click.argument("rule", metavar="ID")
@click.argument("words", nargs=-1, required=True, metavar="PARAM=VALUE|cooldown=21d|on|off|default...")
@click.pass_context
def set_command(ctx: click.Context, rule: str, words: Sequence[str]) -> None:
    """Turn a rule on or off for yourself, or change its numbers.

    `default` takes everything back that was set before; PARAM= takes back one number.
    """
    with common.instance(ctx) as coach:
        person = coach.amend(
            common.name(ctx), lambda document: _with(document, "rules", rule, _override(document, rule, words))
        )
    said = _shown(person.overrides.get(rule, {}))
    click.echo(f"{rule}: {said or 'as it is shipped'}")


def _override(document: dict[str, Any], rule: str, words: Sequence[str]) -> dict[str, Any]:
    """The athlete's word on this rule after these words."""
    before = own.checked(document).rules.get(rule)
    found = before.model_dump(exclude_unset=True) if before else {}
    for word in words:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign:
            if name not in ("on", "off", "default"):
                raise InputProblem(f"{word!r} is not understood.", ADVICE)
            found = {} if name == "default" else {**found, "off": name == "off"}
        elif name == "cooldown":
            found["cooldown"] = value
        else:
            found["params"] = {**found.get("params", {}), name: value}
    params = {name: value for name, value in found.pop("params", {}).items() if value}
    found = {name: value for name, value in found.items() if value != ""}
    return {**found, **({"params": params} if params else {})}


def _shown(override: Any) -> str:
    words = [f"{name}={value}" for name, value in override.get("params", {}).items()]
    words += [f"cooldown={override['cooldown']}"] if "cooldown" in override else []
    return ", ".join([*(["off" if override["off"] else "on"] if "off" in override else []), *words])


@click.command()
@click.argument("rule", metavar="ID")
@click.option("--until", type=common.DAY, help="First day on which it may speak again; default: in four weeks.")
@click.option("--off", is_flag=True, help="Let it speak again at once, also after it fell silent by itself.")
@click.pass_context
def snooze_command(ctx: click.Context, rule: str, until: datetime | None, off: bool) -> None:
    """Let a rule be silent for a while."""
    with common.instance(ctx) as coach:
        person = coach.athlete(common.name(ctx))
        today = coach.clock.now().astimezone(person.tz).date()
        again = until.date() if until else today + SNOOZE
        if again <= today and not off:
            raise InputProblem(f"{again} is not in the future.", "Name a later day, or use --off.")
        coach.amend(person.id, lambda document: _with(document, "snooze", rule, "" if off else str(again)))
        if off:
            with coach.store.begin() as db:
                judgements.unmute(db, person.id, rule)
    click.echo(f"{rule} may speak again{'.' if off else f' on {again}.'}")


def _with(document: dict[str, Any], section: str, rule: str, value: Any) -> dict[str, Any]:
    """The document with another value for the rule in a section; an empty one takes it out."""
    entries = {**document.get(section, {}), rule: value}
    return {**document, section: {name: entry for name, entry in entries.items() if entry}}
