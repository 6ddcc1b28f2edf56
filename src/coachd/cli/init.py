"""`init`: a few questions, and the `.env` that their answers make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from coachd import config
from coachd.cli import common
from coachd.errors import ConfigProblem, InputProblem


@click.command()
@click.option("--force", is_flag=True, help="Write over an existing .env.")
@click.pass_context
def init_command(ctx: click.Context, force: bool) -> None:
    """Ask a few questions and write .env into the state folder."""
    settings = common.settings(ctx)
    target = settings.coachd_state_dir / ".env"
    if target.exists() and not force:
        raise InputProblem(f"{target} exists already.", "Edit it, or write it anew with --force.")
    click.echo("Press Enter to keep what stands in brackets. Everything can be changed later in .env.\n")
    lines = [f"{key}={_quoted(value)}" for key, value in _answers().items() if value]
    settings.coachd_state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    click.echo(f"\nWritten: {target}")
    click.echo("Next: `coachd connect strava` or `coachd connect garmin` (or `coachd import PATH`), then `coachd run`.")


def _answers() -> dict[str, str]:
    """What was answered, setting by setting; each answer is checked at once, with those before it."""
    answers: dict[str, str] = {}

    def ask(key: str, question: str, **options: Any) -> str:
        def checked(text: str) -> str:
            try:
                config.load({**answers, key: text}, state=Path(), dotenv=False)
            except ConfigProblem as problem:
                raise click.UsageError(str(problem)) from None
            return text

        answers[key] = click.prompt(question, value_proc=checked, **options)
        return answers[key]

    optional: dict[str, Any] = {"default": "", "show_default": False}
    ask("ATHLETE_ZONE", "Your time zone", default=config.machine_zone())
    ask("ATHLETE_UNITS", "Distances in", default="km", type=click.Choice(["km", "mi"]))
    ask("STRAVA_CLIENT_ID", "Strava client id (https://www.strava.com/settings/api; empty: later)", **optional)
    ask("STRAVA_CLIENT_SECRET", "Strava client secret", hide_input=True, **optional)
    mail = ask("MAIL_TO", "Your mail address (empty: mails are written to a folder)", **optional)
    if mail:
        ask("SMTP_HOST", "Mail relay, e.g. smtp.your-provider.example")
        ask("SMTP_SECURITY", "Its security", default="starttls", type=click.Choice(["starttls", "tls", "none"]))
        ask("SMTP_PORT", "Its port", default="465" if answers["SMTP_SECURITY"] == "tls" else "587")
        ask("SMTP_USER", "Login at the relay", default=mail)
        ask("SMTP_PASSWORD", "Password (an app password)", hide_input=True, **optional)
    if click.confirm("Also push to your phone or a chat (ntfy, Telegram, Matrix, ...)?", default=False):
        ask("APPRISE_URLS", "Push address in Apprise's form, e.g. ntfy://your-topic")
    return answers


def _quoted(value: str) -> str:
    plain = value.isascii() and all(sign.isalnum() or sign in "@._/:+-" for sign in value)
    return value if plain else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
