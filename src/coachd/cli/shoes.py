"""`shoe`: the athlete's own ledger of shoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_args

import click

from coachd import ledger
from coachd.cli import common
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.model import Athlete, Shoe
from coachd.store.shoes import Entry, Use, id_of
from coachd.units import System, distance, parse_quantity

LONGEST_M = 100_000_000.0
_NO_SHOE, _NO_WORD = "none", "auto"

_SURFACE = click.option("--surface", type=click.Choice(["road", "trail", "hybrid"]), help="What it is made for.")


class Distance(click.ParamType[float]):
    """A distance as 650km or 400mi, in metres."""

    name = "distance"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            found = parse_quantity(str(value))
        except ValueError:
            found = None
        if found is None or found.dimension != parse_quantity("1 km").dimension or not 0 <= found.value <= LONGEST_M:
            self.fail(f"{value} is not a distance; write for example 650km or 400mi.", param, ctx)
        return found.value


class Uses(click.ParamType[frozenset[str]]):
    """What a pair is worn for, as run,trail."""

    name = "uses"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        words = str(value).lower().replace(",", " ").split()
        for word in words:
            if word not in get_args(Use):
                self.fail(f"{word} is unknown; known: {', '.join(get_args(Use))}.", param, ctx)
        return frozenset(words)


@click.group()
def shoe_command() -> None:
    """A ledger of shoes, for pairs that no source knows; and limits for those that one does."""


@shoe_command.command("add")
@click.argument("shoe", metavar="NAME")
@click.option("--starting", type=Distance(), default="0km", show_default=True, help="How far it has come already.")
@click.option("--limit", type=Distance(), help="After how much you look at it; default: as usual for its kind.")
@_SURFACE
@click.option("--racing", is_flag=True, help="It is a racing shoe.")
@click.option("--default", "uses", type=Uses(), default="", help="Worn for run, trail, walk, hike if nothing is said.")
@click.option("--from", "first", type=common.DAY, help="First day; default: today.")
@click.pass_context
def add(
    ctx: click.Context, shoe: str, starting: float, limit: float | None, surface: Any, racing: bool,
    uses: frozenset[str], first: datetime | None,
) -> None:  # fmt: skip
    """Put a pair into the ledger.

    For example "Swift Fox" --starting 120km --limit 700km --default run. Give it the name that your export uses, and
    the runs recorded in it are found. Runs for which no source names a shoe count for the default of their day.
    """
    _check_name(shoe)
    with common.instance(ctx) as coach:
        who, today = _today(coach, ctx)
        day = first.date() if first else today
        entry = Entry(
            id_of(shoe), shoe, starting_m=starting, limit_m=limit or None, surface=surface, races=racing,
            uses=uses, from_day=day,
        )  # fmt: skip
        ledger.add(coach, who.id, entry)
    click.echo(f"{shoe} is in the ledger from {day} on{_worn_for(uses)}.")


@shoe_command.command("list")
@common.as_json
@click.pass_context
def list_shoes(ctx: click.Context, as_json: bool) -> None:
    """Every pair that is known, with how far it has come."""
    with common.instance(ctx) as coach:
        who, today = _today(coach, ctx)
        found = ledger.listed(coach, who.id, today)
    if as_json:
        common.emit([_data(entry, stands) for entry, stands in found])
        return
    for entry, stands in found:
        click.echo(_line(entry, stands, who.units))
    if not found:
        click.echo("No shoes. `coachd shoe add NAME --default run` makes a ledger.")


@shoe_command.command("retire")
@click.argument("shoe", metavar="NAME")
@click.option("--on", "last", type=common.DAY, help="Its last day; default: today.")
@click.option("--undo", is_flag=True, help="Take it back into use.")
@click.pass_context
def retire(ctx: click.Context, shoe: str, last: datetime | None, undo: bool) -> None:
    """Say that a pair has had its last day."""
    with common.instance(ctx) as coach:
        who, today = _today(coach, ctx)
        day = last.date() if last else today
        entry = ledger.retire(coach, who.id, shoe, None if undo else day)
    click.echo(f"{entry.name} is in use again." if undo else f"{entry.name} is retired; {day} was its last day.")


@shoe_command.command("remove")
@click.argument("shoe", metavar="NAME")
@click.pass_context
def remove(ctx: click.Context, shoe: str) -> None:
    """Take out a pair that was added by mistake."""
    with common.instance(ctx) as coach:
        entry = ledger.remove(coach, common.name(ctx), shoe)
    click.echo(f"{entry.name} is out of the ledger, and out of every run.")


@shoe_command.command("assign")
@click.argument("shoe", metavar="NAME")
@click.argument("numbers", type=int, nargs=-1, required=True, metavar="ID...")
@click.pass_context
def assign(ctx: click.Context, shoe: str, numbers: Sequence[int]) -> None:
    """Say in which pair activities were done.

    It goes before what a source says, and stays so. NAME `none` says in no pair that is known; `auto` takes back what
    you said.
    """
    with common.instance(ctx) as coach:
        name = common.name(ctx)
        if shoe == _NO_WORD:
            ledger.unassign(coach, name, numbers)
            worn = "as their source or the default says"
        else:
            entry = ledger.assign(coach, name, None if shoe == _NO_SHOE else shoe, numbers)
            worn = f"in {entry.name}" if entry is not None else "in no shoe that is known"
    click.echo(f"{len(numbers)} {'activity' if len(numbers) == 1 else 'activities'}: {worn}.")


@shoe_command.command("default")
@click.argument("shoe", metavar="NAME")
@click.argument("uses", nargs=-1, metavar="[run] [trail] [walk] [hike]")
@click.option("--from", "first", type=common.DAY, help="First day; default: today.")
@click.pass_context
def make_default(ctx: click.Context, shoe: str, uses: Sequence[str], first: datetime | None) -> None:
    """Let a pair be what you wear if nothing is said.

    It holds until another one is the default; without a use the pair is worn for nothing by itself any more. `run` are
    all runs but those recorded as trail runs.
    """
    chosen = Uses().convert(" ".join(uses), None, ctx)
    with common.instance(ctx) as coach:
        who, today = _today(coach, ctx)
        day = first.date() if first else today
        entry = ledger.make_default(coach, who.id, shoe, chosen, day)
    said = (
        f"{_worn_for(chosen).removeprefix(', ')} from {day} on"
        if chosen
        else f"worn for nothing by itself from {day} on"
    )
    click.echo(f"{entry.name}: {said}.")


@shoe_command.command("limit")
@click.argument("shoe", metavar="NAME")
@click.argument("limit", type=Distance(), required=False, metavar="[DISTANCE]")
@_SURFACE
@click.option("--racing/--training", default=None, help="Whether it is a racing shoe.")
@click.pass_context
def limit(ctx: click.Context, shoe: str, limit: float | None, surface: Any, racing: bool | None) -> None:
    """Say how far a pair may come, and what it is for.

    This works for pairs that a source knows, too. 0km goes back to what is usual for its kind.
    """
    if limit is None and surface is None and racing is None:
        raise InputProblem("Nothing to set.", f"Write for example `coachd shoe limit {shoe!r} 700km --surface road`.")

    def change(entry: Entry) -> Entry:
        entry = entry if limit is None else replace(entry, limit_m=limit or None)
        entry = entry if surface is None else replace(entry, surface=surface)
        return entry if racing is None else replace(entry, races=racing)

    with common.instance(ctx) as coach:
        who, _ = _today(coach, ctx)
        entry = ledger.describe(coach, who.id, shoe, change)
    click.echo(f"{entry.name}: {_kind(entry)}, {_limit(entry, who.units)}.")


def _today(coach: Coach, ctx: click.Context) -> tuple[Athlete, date]:
    who = coach.athlete(common.name(ctx))
    return who, coach.clock.now().astimezone(who.tz).date()


def _check_name(shoe: str) -> None:
    if not shoe.strip() or len(shoe) > 80 or not shoe.isprintable() or shoe.casefold() in (_NO_SHOE, _NO_WORD):
        raise InputProblem(
            f"{shoe!r} cannot be the name of a pair.", f"Use up to 80 letters, and not {_NO_SHOE} or {_NO_WORD}."
        )


def _worn_for(uses: frozenset[str]) -> str:
    return f", worn for {' and '.join(sorted(uses))} if nothing is said" if uses else ""


def _kind(entry: Entry) -> str:
    words = [entry.surface, "racing" if entry.races else None]
    return " ".join(word for word in words if word) or "of any kind"


def _limit(entry: Entry, units: System) -> str:
    return f"limit {distance(entry.limit_m, units)}" if entry.limit_m else "limit as usual"


def _line(entry: Entry, stands: Shoe | None, units: System) -> str:
    come = distance(stands.distance_m, units) if stands and stands.distance_m is not None else "unknown"
    last = f"last {stands.last_used}" if stands and stands.last_used else "not worn"
    out = "  retired" if entry.retired else ""
    source = "ledger" if entry.source == "own" else entry.source
    about = f"{_kind(entry)}, {_limit(entry, units)}{_worn_for(entry.uses)}"
    return f"{entry.name:<28}{come:>10}  {last:<16}{source:<8}{about}{out}"


def _data(entry: Entry, stands: Shoe | None) -> dict[str, Any]:
    return {
        "id": entry.id, "name": entry.name, "source": entry.source,
        "distance_m": stands.distance_m if stands else None, "last_used": stands.last_used if stands else None,
        "starting_m": entry.starting_m, "limit_m": entry.limit_m, "surface": entry.surface, "races": entry.races,
        "default_for": sorted(entry.uses), "from": entry.from_day, "until": entry.until_day, "retired": entry.retired,
    }  # fmt: skip
