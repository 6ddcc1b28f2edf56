"""The command line. Commands are imported when they are called, so that `--help` and `--version` answer at once.

This is also the one place that turns errors into words: what happened, what to do next, and an exit code.
"""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from coachd import __version__
from coachd.cli.lazy import LazyGroup
from coachd.errors import CoachdError, TryLater

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo", "Show a season of weekly mails: no account, no network."),
    "try": ("demo", "What coachd would have said about your own files or export."),
    "init": ("init", "Ask a few questions and write .env."),
    "connect": ("connect", "Connect Strava or Garmin once."),
    "disconnect": ("connect", "Revoke the connection and remove what it brought."),
    "doctor": ("doctor", "Check settings, database, rules, sources and mail."),
    "run": ("service", "Be the daemon: sync, judge, deliver."),
    "status": ("service", "How the daemon, the sources and the mail are doing."),
    "sync": ("data", "Look at the connected sources now."),
    "import": ("imports", "Read activity files, or an export of Strava or Garmin."),
    "activity": ("activities", "List and show activities; split and join them."),
    "shoe": ("shoes", "A ledger of shoes; limits and surfaces."),
    "summary": ("data", "The plain facts of the stored history."),
    "backup": ("data", "Copy the database while it is in use."),
    "db": ("data", "Look after the database."),
    "judge": ("coaching", "Judge the closed week against the rules."),
    "digest": ("coaching", "Preview, send, pause or resume the weekly mail."),
    "channel": ("channels", "Ways out of your own: push, chat, webhook."),
    "state": ("state", "Your numbers of today as a document for other programs."),
    "why": ("why", "What became of every rule in the last digest."),
    "nudges": ("nudges", "What you were told, what you answered, and what followed."),
    "feedback": ("nudges", "Answer a nudge: helpful, not-for-me, quiet or wrong-number."),
    "rules": ("rules", "List, explain, replay and test the rules; set them for yourself."),
    "athlete": ("athletes", "Add, list, show, change or remove athletes."),
    "race": ("calendar", "Add, list or remove races of your calendar."),
    "phase": ("calendar", "Say where in the year you are: base, build, recovery ..."),
    "mode": ("calendar", "Say that you are ill, injured, on holiday ..."),
}


@click.group(
    cls=LazyGroup,
    lazily=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--state", type=click.Path(path_type=Path), help="Folder for everything coachd keeps.")
@click.option("--athlete", default="me", show_default=True, help="Whom the command is about.")
@click.version_option(__version__, prog_name="coachd")
@click.pass_context
def cli(ctx: click.Context, state: Path | None, athlete: str) -> None:
    """A self-hosted daemon that watches your training and says little, with evidence.

    Begin with `coachd demo`, or with `coachd try PATH` on your own files or export.
    """
    ctx.obj = {"state": state, "athlete": athlete}


def main(arguments: list[str] | None = None) -> None:
    """Run a command; an expected problem ends it with words and its exit code, never with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our signs shows question marks
    try:
        result: Any = cli.main(args=arguments, prog_name="coachd", standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output has seen enough
    except CoachdError as problem:
        click.secho(f"coachd: {problem}", fg="red", err=True)
        waiting = (
            "Nothing is lost. Try again later; the daemon does so by itself." if isinstance(problem, TryLater) else ""
        )
        if problem.advice or waiting:
            click.echo(problem.advice or waiting, err=True)
        sys.exit(problem.exit_code)
    except OSError as problem:
        if problem.filename is None and problem.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise  # not about a file, folder or disk that somebody could mend
        what = problem.filename or "a file or the output"
        click.secho(f"coachd: {what} cannot be used: {problem.strerror}.", fg="red", err=True)
        click.echo("Check the path, that this user may use it, and that its disk is not full.", err=True)
        sys.exit(2)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
