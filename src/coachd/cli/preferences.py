"""`rules set`, `rules snooze`: the athlete's own words on rules. Shipped rule files stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import click

from coachd import own
from coachd.cli import common
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.store import judgements

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
            common.name(ctx), lambda document: own.with_entry(document, "rules", rule, _override(document, rule, words))
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
        name = common.name(ctx)
        if off:
            coach.amend(name, lambda document: own.with_entry(document, "snooze", rule, ""))
            with coach.store.begin() as db:
                judgements.unmute(db, name, rule)
            click.echo(f"{rule} may speak again.")
        else:
            click.echo(f"{rule} may speak again on {silence(coach, name, rule, until)}.")


def silence(coach: Coach, name: str, rule: str, until: datetime | None, usual: timedelta = own.QUIET) -> date:
    """Let a rule be silent until a day, or for the usual time; gives the first day on which it may speak again.

    Raises InputProblem for a day that is not in the future, ConfigProblem for a rule that there is not.
    """
    today = coach.clock.now().astimezone(coach.athlete(name).tz).date()
    again = until.date() if until else today + usual
    if again <= today:
        raise InputProblem(f"{again} is not in the future.", "Name a later day, or use `coachd rules snooze ID --off`.")
    coach.amend(name, lambda document: own.with_entry(document, "snooze", rule, str(again)))
    return again
