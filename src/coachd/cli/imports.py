"""`import`: activity files and the exports of accounts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from coachd import importing
from coachd.cli import common
from coachd.errors import InputProblem
from coachd.importing import Progress, Report
from coachd.store.recordings import Counts

SHOWN = 10
"""Of what could not be used; `--json` has all of it."""


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--home-zone", help="Where you usually run; many files have UTC times only. Default: your own zone.")
@click.option("--again", is_flag=True, help="Read files that were read before, too: for a newer coachd's numbers.")
@common.as_json
@click.pass_context
def import_command(
    ctx: click.Context, paths: tuple[Path, ...], home_zone: str | None, again: bool, as_json: bool
) -> None:
    """Read activity files: FIT, GPX, TCX, folders and zips of them, the export that Strava or Garmin mailed you.

    Importing again changes nothing, a newer export updates. Ctrl-C keeps what was read so far; the same command goes
    on from there.
    """
    report = Report()
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        home = zone(home_zone) if home_zone else who.tz
        plans = [importing.plan(path) for path in paths]
        try:
            with _progress() as told:
                importing.run(coach, who.id, plans, home, told=told, report=report, again=again)
        except KeyboardInterrupt:
            _say(report, as_json)
            click.echo("Stopped. What is said above is stored; the same command goes on from there.", err=True)
            raise
    _say(report, as_json)
    if report.broken and not (report.read or report.known or report.saved != Counts()):
        ctx.exit(InputProblem.exit_code)


def zone(text: str) -> ZoneInfo:
    """The zone of this name. Raises InputProblem for one that there is not."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputProblem(f"{text} is not a time zone.", "Write for example Europe/Amsterdam.") from None


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """A bar with an estimate where somebody looks at it."""
    if not sys.stderr.isatty():
        yield importing.nobody
        return
    with click.progressbar(length=1, label="files", show_pos=True, show_eta=True, file=sys.stderr) as bar:

        def told(progress: Progress) -> None:
            bar.length = max(progress.total, progress.done)
            bar.update(progress.done - bar.pos)

        yield told


def _say(report: Report, as_json: bool) -> None:
    if as_json:
        common.emit(_document(report))
        return
    saved = report.saved
    click.echo(f"{saved.added} added, {saved.changed} changed, {saved.unchanged} unchanged.")
    for line in _lines(report):
        click.echo(line)
    if saved.added:
        click.echo("Next: `coachd digest preview` shows what the last closed week would say.")


def _lines(report: Report) -> Iterator[str]:
    if report.read or report.known:
        yield f"{report.read} files read, {report.known} had been read before."
    if report.nights:
        yield f"{report.nights} nights."
    if report.missing:
        yield f"The table names {report.missing} activity files that are not there; the whole zip or folder has them."
    reasons = report.reasons()
    if reasons:
        yield f"{sum(number for _, number, _ in reasons)} were not used:"
    for reason, number, name in reasons:
        yield f"{number:>6}  {reason} ({name if number == 1 else f'{name} …'})"
    yield from (f"skipped {row}: {reason}" for row, reason in report.rows[:SHOWN])
    if len(report.rows) > SHOWN:
        yield f"and {len(report.rows) - SHOWN} more (see --json)"


def _document(report: Report) -> dict[str, Any]:
    return {
        "added": report.saved.added, "changed": report.saved.changed, "unchanged": report.saved.unchanged,
        "shoes": report.shoes, "nights": report.nights,
        "files": {"read": report.read, "known": report.known, "missing": report.missing, "others": report.others},
        "not_used": _reasons(report.unused, "file"),
        "skipped": _reasons(report.rows, "row"),
    }  # fmt: skip


def _reasons(told: Sequence[tuple[str, str]], what: str) -> list[dict[str, str]]:
    return [{what: name, "reason": reason} for name, reason in told]
