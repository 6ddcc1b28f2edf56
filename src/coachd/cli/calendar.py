"""`race`, `phase`, `mode`: what is planned, and when things are not as usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, get_args

import click

from coachd import own
from coachd.cli import common
from coachd.errors import InputProblem
from coachd.history.phases import lead_up
from coachd.model import Athlete, Mode, ModeName, Phase, Race
from coachd.units import System, climb, distance

NAMES = {metres: name for name, metres in own.DISTANCES.items() if name != "half marathon"}
NAMES |= {kilometres * 1000.0: f"{kilometres}k" for kilometres in (5, 10, 15, 50, 100)}


@click.group()
def race_command() -> None:
    """Add, list or remove races of your calendar."""


@race_command.command("add")
@click.argument("day", type=common.DAY, metavar="DATE")
@click.argument("length", metavar="DISTANCE")
@click.option("--name", default="", help="What it is called.")
@click.option(
    "--priority", type=click.Choice(["A", "B", "C"], case_sensitive=False), default="A", show_default=True,
    help="A: you train for it; B: you race it; C: you run through it.",
)  # fmt: skip
@click.option("--trail", is_flag=True, help="It is on trails.")
@click.option("--gain", help="Height gained, e.g. 300m or 1000ft.")
@click.pass_context
def add(
    ctx: click.Context, day: datetime, length: str, name: str, priority: str, trail: bool, gain: str | None
) -> None:
    """Add a race, for example 2027-04-11 half.

    DISTANCE is 10k, half, marathon, 21.1km, 13.1mi. Build, taper and recovery follow from it.
    """
    entry: dict[str, Any] = {"day": f"{day:%Y-%m-%d}", "distance": length, "priority": priority.upper()}
    extras = {"name": name, "trail": "true" if trail else "", "gain": gain}
    entry |= {key: value for key, value in extras.items() if value}
    with common.instance(ctx) as coach:
        person = coach.amend(
            common.name(ctx), lambda document: {**document, "races": [*document.get("races", []), entry]}
        )
        today = coach.clock.now().astimezone(person.tz).date()
    race = person.races[-1]
    click.echo(f"{_title(race, person.units)} on {race.day:%A %d %B %Y}, {_away(race.day, today)}.")
    if race.priority == "A" and race.day > today:
        build, taper = lead_up(race)
        click.echo(f"You train for it: build from {build}, taper from {taper}. --priority B for one you just race.")


@race_command.command("list")
@common.as_json
@click.pass_context
def list_races(ctx: click.Context, as_json: bool) -> None:
    """The races of your calendar, by day."""
    with common.instance(ctx) as coach:
        person = coach.athlete(common.name(ctx))
        today = coach.clock.now().astimezone(person.tz).date()
    races = sorted(person.races, key=lambda race: race.day)
    if as_json:
        common.emit([as_data(race) for race in races])
        return
    for race in races:
        extras = [name for name, there in (("trail", race.trail), (_height(race, person.units), race.gain_m)) if there]
        about = ", ".join([_title(race, person.units), *extras])
        click.echo(f"{race.day}  {race.priority}  {about:<40}  {_away(race.day, today)}")
    if not races:
        click.echo("No race is planned. Add one: `coachd race add 2027-04-11 half --name 'City Half'`.")


@race_command.command("remove")
@click.argument("day", type=common.DAY, metavar="DATE")
@click.argument("length", metavar="[DISTANCE]", required=False)
@click.pass_context
def remove(ctx: click.Context, day: datetime, length: str | None) -> None:
    """Remove the race of a day; DISTANCE says which where there are two."""
    removed: list[Race] = []

    def without(document: dict[str, Any]) -> dict[str, Any]:
        entries = [(entry.race, raw) for entry, raw in _paired(document, "races")]
        removed[:] = [race for race, _ in entries if _is(race, day.date(), length)]
        if len(removed) != 1:
            raise InputProblem(
                f"{'No race' if not removed else 'More than one race'} is planned for {day:%Y-%m-%d}.",
                "`coachd race list` shows them; `coachd race remove DATE DISTANCE` names one.",
            )
        return {**document, "races": [raw for race, raw in entries if race not in removed]}

    with common.instance(ctx) as coach:
        person = coach.amend(common.name(ctx), without)
    click.echo(f"{_title(removed[0], person.units)} on {removed[0].day} is removed.")


@click.command()
@click.argument("name", type=click.Choice([*get_args(ModeName), "off"]), required=False)
@click.option("--from", "first", type=common.DAY, help="First day; default: today.")
@click.option("--until", "last", type=common.DAY, help="Last day; default: until `coachd mode off`.")
@common.as_json
@click.pass_context
def mode_command(
    ctx: click.Context, name: str | None, first: datetime | None, last: datetime | None, as_json: bool
) -> None:
    """Say that you are ill, injured, on holiday, pregnant, postpartum, or to be left alone for your health.

    `off` ends it with the day before. Without a NAME, what is in force.
    """
    person, today = _declared(ctx, "modes", "mode", name, first, last)
    if as_json:
        common.emit([mode_data(mode) for mode in person.modes])
        return
    _tell([(mode.name, mode.first, mode.last) for mode in person.modes], today, "All as usual.")


@click.command()
@click.argument("name", type=click.Choice([*get_args(Phase), "off"]), required=False)
@click.option("--from", "first", type=common.DAY, help="First day; default: today.")
@click.option("--until", "last", type=common.DAY, help="Last day; default: until another one or `coachd phase off`.")
@common.as_json
@click.pass_context
def phase_command(
    ctx: click.Context, name: str | None, first: datetime | None, last: datetime | None, as_json: bool
) -> None:
    """Say where in the year you are: base, build, taper, recovery, break ...; it goes before what races say.

    Another phase, or `off`, ends it with the day before. Without a NAME, what is declared.
    """
    person, today = _declared(ctx, "phases", "phase", name, first, last)
    if as_json:
        common.emit([{"phase": found.phase, "from": found.first, "until": found.last} for found in person.phases])
        return
    nothing = "None declared: races in the calendar decide."
    _tell([(found.phase, found.first, found.last) for found in person.phases], today, nothing)


def _declared(
    ctx: click.Context, section: str, key: str, name: str | None, first: datetime | None, last: datetime | None
) -> tuple[Athlete, date]:
    """The athlete, after what was said is in their document; and today."""
    with common.instance(ctx) as coach:
        person = coach.athlete(common.name(ctx))
        today = coach.clock.now().astimezone(person.tz).date()
        begins = first.date() if first else today
        if name and (name == "off" or section == "phases"):  # an athlete has several modes at once, and one phase
            person = coach.amend(person.id, lambda document: _ended(document, section, begins))
        if name and name != "off":
            entry = {key: name, "from": str(begins), **({"until": f"{last:%Y-%m-%d}"} if last else {})}
            person = coach.amend(person.id, lambda document: {**document, section: _with(document, section, entry)})
    return person, today


def _tell(spans: Sequence[tuple[str, date, date | None]], today: date, nothing: str) -> None:
    current = [found for found in spans if found[2] is None or found[2] >= today]
    for name, first, last in sorted(current, key=lambda found: found[1]):
        click.echo(span(name, first, last))
    if not current:
        click.echo(nothing)


def _ended(document: dict[str, Any], section: str, day: date) -> dict[str, Any]:
    """The document with everything of a section that holds on `day` ended the day before; what then has no day is
    gone."""
    kept = []
    for entry, raw in _paired(document, section):
        if entry.first > day or (entry.last is not None and entry.last < day):
            kept.append(raw)
        elif entry.first < day:
            kept.append({**raw, "until": str(day - timedelta(days=1))})
    return {**document, section: kept}


def _with(document: dict[str, Any], section: str, entry: dict[str, str]) -> list[Any]:
    """The entries of a section and this one; what is said twice stands there once."""
    return [*(raw for raw in document.get(section, []) if raw != entry), entry]


def _paired(document: dict[str, Any], section: str) -> list[tuple[Any, Any]]:
    """Each entry of a section, typed, with what stands in the document."""
    return list(zip(getattr(own.checked(document), section), document.get(section, []), strict=True))


def _is(race: Race, day: date, length: str | None) -> bool:
    try:
        return race.day == day and (length is None or race.distance_m == own.distance_m(length))
    except ValueError as problem:
        raise InputProblem(f"{length!r} {problem}.") from None


def as_data(race: Race) -> dict[str, Any]:
    """A race for a machine."""
    return {
        "day": race.day, "distance_m": race.distance_m, "name": race.name or None, "priority": race.priority,
        "trail": race.trail, "gain_m": race.gain_m,
    }  # fmt: skip


def mode_data(mode: Mode) -> dict[str, Any]:
    """A mode for a machine."""
    return {"mode": mode.name, "from": mode.first, "until": mode.last}


def span(name: str, first: date, last: date | None) -> str:
    """`ill from 2026-11-20 until 2026-11-25`."""
    return f"{name} from {first} " + (f"until {last}" if last else "on")


def length_shown(metres: float, units: System) -> str:
    """A race's distance as runners call it: `10k`, `half`, `21.1 km`."""
    return NAMES.get(metres) or distance(metres, units)


def _title(race: Race, units: System) -> str:
    length = length_shown(race.distance_m, units)
    return f"{race.name}, {length}" if race.name else length[0].upper() + length[1:]


def _height(race: Race, units: System) -> str:
    return f"{climb(race.gain_m, units)} up" if race.gain_m is not None else ""


def _away(day: date, today: date) -> str:
    days = (day - today).days
    if days < 0:
        return "past"
    if days < 14:
        return ("today", "tomorrow")[days] if days < 2 else f"in {days} days"
    return f"in {days // 7} weeks"
