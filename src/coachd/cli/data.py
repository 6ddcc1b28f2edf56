"""`sync`, `summary`, `backup`, `db`: what is in the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from coachd import gather, migrations, weather
from coachd.cli import common
from coachd.errors import InputProblem
from coachd.history.summary import summarise
from coachd.store import activities, connections, profile
from coachd.store.streams import STREAMS
from coachd.sync import Step, Synced
from coachd.units import System, distance, duration, parse_quantity, shown


@click.command()
@click.option("--full", is_flag=True, help="List everything there is, not only what the rules look at.")
@click.option("--allow-deletions", is_flag=True, help="Believe a list that lacks much of what was there before.")
@common.as_json
@click.pass_context
def sync_command(ctx: click.Context, full: bool, allow_deletions: bool, as_json: bool) -> None:
    """Look at the connected sources now.

    A sync that was cut off goes on where it stopped.
    """
    with common.instance(ctx) as coach:
        name = common.name(ctx)
        coach.athlete(name)
        with coach.store.read() as db:
            if not connections.every(db, name):
                raise InputProblem(
                    "No source is connected.",
                    "Run `coachd connect strava` or `coachd connect garmin`, or `coachd import PATH`.",
                )
        told = (lambda _step: None) if as_json else _progress
        results = gather.sync_athlete(coach, name, full=full, allow_deletions=allow_deletions, told=told)
        hours = weather.look(coach, name)
        kept_days = coach.settings.strava_retention_days
    if as_json:
        common.emit([_result(result) for result in results])
        return
    for result in results:
        click.echo(_said(result))
    if hours:
        click.echo(f"weather: {hours} {'hour' if hours == 1 else 'hours'}")
    if full and kept_days:
        click.echo(
            f"Rows older than the rules look back leave again after {kept_days} days: Strava's terms ask for it. "
            "`coachd import` of your own export keeps your years, or set STRAVA_RETENTION_DAYS=0 (see docs)."
        )


def _progress(step: Step) -> None:
    back = f", back to {step.oldest:%Y-%m-%d}" if step.oldest else ""
    done = f", about {step.done:.0%}" if step.done is not None else ""
    if step.kind == STREAMS:
        click.echo(f"  streams of {step.seen} runs{done}", err=True)
        return
    click.echo(f"  page {step.page}: {step.seen} activities{back}{done}", err=True)


def _said(result: Synced) -> str:
    saved = result.saved
    parts = [f"{saved.added} new", f"{saved.changed} changed", f"{saved.unchanged} unchanged"]
    parts += [f"{result.withdrawn} deleted"] if result.withdrawn else []
    parts += [f"streams of {result.streams} runs"] if result.streams else []
    parts += [f"{result.nights} nights"] if result.nights else []
    parts += [f"{result.skipped} unreadable (see `coachd status`)"] if result.skipped else []
    brake = f"\nBrake: {result.braked}. Look there; to accept it run `coachd sync --allow-deletions`."
    return f"{result.kind}: {', '.join(parts)}." + (brake if result.braked else "")


def _result(result: Synced) -> dict[str, object]:
    saved = result.saved
    return {
        "kind": result.kind, "pages": result.pages, "added": saved.added, "changed": saved.changed,
        "unchanged": saved.unchanged, "deleted": result.withdrawn, "purged": result.purged,
        "streams": result.streams, "nights": result.nights, "skipped": result.skipped, "brake": result.braked or None,
    }  # fmt: skip


@click.command()
@click.option("--since", type=common.DAY, help="First local day.")
@click.option("--until", type=common.DAY, help="Last local day.")
@common.as_json
@click.pass_context
def summary_command(ctx: click.Context, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """The plain facts of the stored history, as recorded, before cleaning."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        with coach.store.read() as db:
            recorded = activities.load(db, who.id, _day(since), _day(until))
            shoes = {shoe.id: shoe for shoe in profile.load_shoes(db, who.id)}
    facts = summarise(who, recorded, shoes)
    if as_json:
        common.emit(facts)
        return
    _print(facts, who.units)


def _print(facts: Mapping[str, Any], units: System) -> None:
    if not facts["activities"]:
        click.echo("No activities. `coachd connect strava`, `connect garmin` or `import PATH` brings some.")
        return
    click.echo(f"{facts['activities']} activities, {facts['runs']} runs on {facts['run_days']} days")
    if facts["runs"]:
        streak = facts["longest_run_streak"]
        click.echo(f"{distance(facts['run_distance_m'], units)} of running in {duration(facts['run_moving_s'])}")
        click.echo(f"longest streak {_days(streak['days'])}, from {streak['start']}")
        click.echo(f"longest time between two runs {_days(facts['longest_run_gap_days'])}")
    for sport, count in facts["by_sport"].items():
        click.echo(f"  {sport:<28}{count:>10}")
    for shoe in facts["shoes"]:
        retired = "  retired" if shoe["retired"] else ""
        click.echo(f"  {shoe['name']:<28}{distance(shoe['distance_m'], units):>10}{retired}")


def _days(number: int) -> str:
    return shown(parse_quantity(f"{number} days"))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_context
def backup_command(ctx: click.Context, target: Path) -> None:
    """Copy the database to TARGET while it is in use.

    The key to the stored tokens (secret.key) is not in the copy: keep it elsewhere.
    """
    with common.instance(ctx) as coach:
        coach.store.backup(target)
    click.echo(
        f"{target} is a complete copy. Keep secret.key in another place: without it the copy's tokens are closed."
    )


@click.group()
def db_command() -> None:
    """Look after the database."""


@db_command.command("upgrade")
@click.pass_context
def upgrade(ctx: click.Context) -> None:
    """Create the tables or bring them up to date. A SQLite file is copied aside before."""
    settings = common.settings(ctx)
    settings.coachd_state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = migrations.upgrade(settings.database)
    click.echo(f"The database is at revision {migrations.HEAD}." + (f" The old one is {copy}." if copy else ""))
