"""`demo` and `try`: coachd without an account."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from coachd import logs, worker
from coachd.demo import own
from coachd.demo.season import season
from coachd.demo.year import delivered, table
from coachd.model import Source

RULE = "─" * 76


@click.command()
@click.option("--once", is_flag=True, help="End after the last mail instead of going on as a daemon.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the state here, to explore with other commands.")
@click.option("--year", is_flag=True, help="A whole year instead, and how much was said in each quarter of it.")
@click.option(
    "--source",
    type=click.Choice(["strava", "garmin", "both"]),
    default="strava",
    show_default=True,
    help="Where the runs come from.",
)
def demo_command(once: bool, keep: Path | None, year: bool, source: str) -> None:
    """Show a season of weekly mails for an invented runner: no account, no network.

    Strava and Garmin are played by stand-ins on this machine; connecting, syncing, judging and mailing are the real
    thing.
    """
    logs.start("text", logging.WARNING)
    sources = ("strava", "garmin") if source == "both" else (source,)
    if year and keep:
        raise click.UsageError("--year keeps nothing: leave out --keep, or --year for a season that can be explored.")
    if year:
        _year(sources)
        return
    with season(keep, click.echo, sources) as shown:
        click.echo(f"\nThe last of {shown.mails} mails:\n{RULE}\n{shown.text.strip()}\n{RULE}")
        click.echo(f"mail  {shown.mail}\npage  {shown.mail.with_suffix('.html')}")
        if keep:
            click.echo(f"\nExplore: coachd --state {keep} summary | judge --dry-run --on 2025-10-20 | status")
        click.echo("\nOn your own data: coachd try PATH-TO-YOUR-EXPORT-OR-FILES")
        if not once:
            click.echo("\nGoing on as a daemon at the demo's own time; Ctrl-C ends.")
            shown.clock.run_free()
            logs.start("text")
            worker.run(shown.coach)


def _year(sources: Collection[Source]) -> None:
    with tempfile.TemporaryDirectory(prefix="coachd-year-") as folder:
        found = delivered(Path(folder), sources)
    click.echo(f"{len(found.digests)} digests, {len(found.mails)} mails in all.\n")
    click.echo("\n".join(table(found.quarters())))


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--home-zone", help="Where you usually run. Default: this machine's zone.")
@click.option("--units", type=click.Choice(["km", "mi"]), default="km", show_default=True)
def try_command(path: Path, home_zone: str | None, units: str) -> None:
    """What coachd would have said about your own training: the export that Strava or Garmin mailed you, or a folder of
    activity files.

    Nothing is configured and nothing is stored but the four mails.
    """
    logs.start("text", logging.WARNING)
    tried = own.try_export(path, home_zone, units)
    unused = sum(number for _, number, _ in tried.imported.reasons())
    files = f" {unused} files were not used." if unused else ""
    click.echo(f"{tried.activities} activities read, {len(tried.imported.rows)} rows skipped.{files}")
    for message, page in tried.mails:
        click.echo(f"\n{RULE}\n{message.subject}\n\n{message.text.strip()}\n\npage  {page}")
    click.echo(f"\n{RULE}\nWhat I would have said in the year to {tried.weeks[-1].period.last}:\n")
    _table(tried)


def _table(tried: own.Tried) -> None:
    said = 0
    for week in tried.weeks:
        for nudge in week.judgement.nudges:
            said += 1
            click.echo(f"  {week.period.last}  {nudge.kind:<7}{nudge.title}")
    quiet = sum(not week.judgement.nudges for week in tried.weeks)
    click.echo(f"\n{said} things in {len(tried.weeks)} weeks; {quiet} weeks with nothing to say.")
    unsure = _unsure(tried)
    if unsure:
        kinds = sorted({kind for rule in unsure for kind in tried.asks.get(rule, ())})
        asked = f" They ask for: {', '.join(kinds)}." if kinds else ""
        click.echo(f"{len(unsure)} of {len(tried.asks)} rules never had the data they need.{asked}")


def _unsure(tried: own.Tried) -> list[str]:
    """Rules that never had the data to say yes or no in the whole year."""
    outcomes: dict[str, set[Any]] = {}
    for week in tried.weeks:
        found = {finding.rule: finding.outcome for finding in week.judgement.findings}
        for rule in {*outcomes, *found}:
            outcomes.setdefault(rule, set()).add(found.get(rule, "clear"))
    return sorted(rule for rule, seen in outcomes.items() if seen == {"no_data"})
