"""`activity`: what each workout was put together from, and the athlete's word on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import click

from coachd import workouts
from coachd.cli import common
from coachd.errors import InputProblem
from coachd.history.matching import name_of
from coachd.model import Activity, Recording
from coachd.units import System, climb, distance, duration
from coachd.workouts import Shown


@click.group()
def activity_command() -> None:
    """List and show activities; split what was wrongly put together, join what was not."""


@activity_command.command("list")
@click.option("--since", type=common.DAY, help="First local day.")
@click.option("--until", type=common.DAY, help="Last local day.")
@click.option("--doubtful", is_flag=True, help="Only those that may be one workout with another.")
@common.as_json
@click.pass_context
def list_activities(
    ctx: click.Context, since: datetime | None, until: datetime | None, doubtful: bool, as_json: bool
) -> None:
    """Activities by start, with numbers and sources."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        found = workouts.listed(coach, who, since.date() if since else None, until.date() if until else None)
        if doubtful:
            unclear = frozenset[int]().union(*workouts.doubts(coach, who.id))
            found = [(activity, reason) for activity, reason in found if activity.id in unclear]
    if as_json:
        common.emit([_data(activity, excluded) for activity, excluded in found])
        return
    for activity, excluded in found:
        aside = f"  set aside: {excluded}" if excluded else ""
        click.echo(_line(activity, who.units) + aside)
    if not found:
        click.echo("No activity is in doubt." if doubtful else "No activities. `coachd import PATH` brings some.")


@activity_command.command("show")
@click.argument("number", type=int, metavar="ID")
@common.as_json
@click.pass_context
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """One activity: each field and where it comes from.

    With the recordings behind it, and whether rules see it.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        found = workouts.show(coach, who, number)
    if as_json:
        common.emit(_all_data(found))
        return
    _print(found, who.units)


@activity_command.command("split")
@click.argument("number", type=int, metavar="ID")
@click.option("--recording", "identity", help="Which one to take out, as `activity show` names it.")
@click.option("--undo", is_flag=True, help="Take back that it was split.")
@click.pass_context
def split(ctx: click.Context, number: int, identity: str | None, undo: bool) -> None:
    """Take a recording out of an activity: it is another workout. It stays so, whatever comes."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        if undo:
            _tell_undone(number, workouts.take_back(coach, who.id, number, together=False), "split")
            return
        chosen = identity or _chosen(number, workouts.show(coach, who, number).recordings)
        stays, out = workouts.split(coach, who.id, number, chosen)
    click.echo(f"{chosen} is activity {out} now; the rest is activity {stays}. --undo takes it back.")


@activity_command.command("join")
@click.argument("number", type=int, metavar="ID")
@click.argument("other", type=int, metavar="ID", required=False)
@click.option("--undo", is_flag=True, help="Take back that an activity was joined.")
@click.pass_context
def join(ctx: click.Context, number: int, other: int | None, undo: bool) -> None:
    """Make two activities one: they are the same workout. It stays so, whatever comes."""
    with common.instance(ctx) as coach:
        name = coach.athlete(common.name(ctx)).id
        if undo:
            _tell_undone(number, workouts.take_back(coach, name, number, together=True), "joined")
            return
        if other is None:
            raise InputProblem("A second activity is missing.", f"Name it: `coachd activity join {number} ID`.")
        whole = workouts.join(coach, name, number, other)
    click.echo(f"Both are activity {whole} now. `coachd activity join {whole} --undo` takes it back.")


def _tell_undone(number: int, then: frozenset[int], what: str) -> None:
    if not then:
        raise InputProblem(f"Activity {number} was not {what} by you.", workouts.WHERE)
    click.echo(f"Taken back. What it was is now: {', '.join(f'activity {each}' for each in sorted(then))}.")


def _chosen(number: int, recordings: Sequence[Recording]) -> str:
    """The recording to take out: of two the one that does not name the activity, of more the one that is asked for."""
    names = sorted({each.identity for each in recordings})
    if len(names) <= 2:
        return next((name for name in names if name != name_of(names)), names[0])
    for each in recordings:
        click.echo(f"  {_described(each)}", err=True)
    choice: str = click.prompt(f"Which one is not activity {number}?", type=click.Choice(names), err=True)
    return choice


def _line(activity: Activity, units: System) -> str:
    length = distance(activity.distance_m, units) if activity.distance_m else ""
    time = duration(activity.moving_s) if activity.moving_s else ""
    sources = "+".join(activity.sources)
    begins = f"{activity.start_local:%Y-%m-%d %H:%M}"
    numbers = f"{length:>9}  {time:>10}"
    return f"{activity.id:>6}  {begins}  {activity.sport:<14}{numbers}  {sources:<12}  {activity.name}".rstrip()


def _described(recording: Recording) -> str:
    kind = "original file" if recording.original else recording.source
    return f"{recording.identity}  ({kind}, {recording.start:%Y-%m-%d %H:%M:%S} UTC, {recording.sport})"


_SHOWN: dict[str, Callable[[Any, System], str]] = {
    "distance_m": distance, "gain_m": climb, "loss_m": climb,
    "moving_s": lambda value, _: duration(value), "elapsed_s": lambda value, _: duration(value),
    "average_hr": lambda value, _: f"{value:.0f} bpm", "max_hr": lambda value, _: f"{value:.0f} bpm",
    "cadence_spm": lambda value, _: f"{value:.0f} spm",
    "temperature_c": lambda value, _: f"{value:.0f} °C", "dew_point_c": lambda value, _: f"{value:.0f} °C",
    "hr_zone_s": lambda value, _: ", ".join(duration(each) for each in value),
    "tags": lambda value, _: " ".join(f"#{tag}" for tag in sorted(value)),
    "start": lambda value, _: f"{value:%Y-%m-%d %H:%M:%S} UTC",
    "start_local": lambda value, _: f"{value:%Y-%m-%d %H:%M:%S}",
}  # fmt: skip
_UNITS = ("_m", "_s", "_c", "_spm")


def _print(found: Shown, units: System) -> None:
    activity = found.activity
    click.echo(f"activity {activity.id}: {activity.name or activity.sport}")
    for field, value, source in found.fields:
        plain = field
        for unit in _UNITS:
            plain = plain.removesuffix(unit)
        written = _SHOWN[field](value, units) if field in _SHOWN else "yes" if value is True else str(value)
        click.echo(f"  {plain.replace('_', ' '):<18}{written:<28}  {source}")
    click.echo("recordings")
    for recording in found.recordings:
        click.echo(f"  {_described(recording)}")
    click.echo(f"rules      {'do not see it: ' + found.excluded if found.excluded else 'see it'}")
    for other in sorted(activity.apart_from):
        click.echo(f"apart      from activity {other}, as you said")
    for other in sorted(found.may_be):
        click.echo(
            f"in doubt   may be the same workout as activity {other}: `coachd activity join {activity.id} {other}`"
        )


def _data(activity: Activity, excluded: str | None) -> dict[str, Any]:
    return {
        "id": activity.id, "start_local": activity.start_local, "sport": activity.sport, "name": activity.name,
        "distance_m": activity.distance_m, "moving_s": activity.moving_s, "sources": list(activity.sources),
        "excluded": excluded,
    }  # fmt: skip


def _all_data(found: Shown) -> dict[str, Any]:
    fields = {
        name: {"value": sorted(value) if isinstance(value, frozenset) else value, "source": source}
        for name, value, source in found.fields
    }
    return _data(found.activity, found.excluded) | {
        "fields": fields,
        "recordings": [
            {"source": each.source, "id": each.external_id, "identity": each.identity, "original": each.original}
            for each in found.recordings
        ],
        "apart_from": sorted(found.activity.apart_from),
        "may_be": sorted(found.may_be),
    }
