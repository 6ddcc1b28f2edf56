"""`init`, `connect`, `disconnect`, `doctor`: getting started, and finding out what is wrong."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from coachd import config, dispatch, gather
from coachd.cli import common
from coachd.coach import Coach
from coachd.errors import CoachdError, InputProblem, ReconnectNeeded
from coachd.sources.strava import oauth
from coachd.store import connections

PASTE_PORT = 8081  # nobody listens there: the browser shows an error page, and its address is what we need
SOURCES = click.Choice(["strava"])


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
    answers = dict(_questions())
    lines = [f"{key}={_quoted(value)}" for key, value in answers.items() if value]
    # Checked before it is written: a wrong answer is told now, not at the first start.
    config.load(answers, state=settings.coachd_state_dir)
    settings.coachd_state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    click.echo(f"\nWritten: {target}")
    click.echo("Next: `coachd connect strava` (or `coachd import PATH`), then `coachd run`.")


def _questions() -> Iterator[tuple[str, str]]:
    yield "ATHLETE_ZONE", click.prompt("Your time zone", default=config.machine_zone())
    yield "ATHLETE_UNITS", click.prompt("Distances in", default="km", type=click.Choice(["km", "mi"]))
    yield "STRAVA_CLIENT_ID", click.prompt("Strava client id (https://www.strava.com/settings/api)", default="")
    yield "STRAVA_CLIENT_SECRET", click.prompt("Strava client secret", default="", hide_input=True, show_default=False)
    mail = click.prompt("Your mail address (empty: mails are written to a folder)", default="")
    if mail:
        yield "MAIL_TO", mail
        yield "SMTP_HOST", click.prompt("Mail relay, e.g. smtp.your-provider.example")
        yield (
            "SMTP_SECURITY",
            click.prompt("Its security", default="starttls", type=click.Choice(["starttls", "tls", "none"])),
        )
        yield "SMTP_PORT", click.prompt("Its port", default="587")
        yield "SMTP_USER", click.prompt("Login at the relay", default=mail)
        yield (
            "SMTP_PASSWORD",
            click.prompt("Password (an app password)", default="", hide_input=True, show_default=False),
        )
    if click.confirm("Also push to your phone or a chat (ntfy, Telegram, Matrix, ...)?", default=False):
        yield "APPRISE_URLS", click.prompt("Push address in Apprise's form, e.g. ntfy://your-topic")


def _quoted(value: str) -> str:
    plain = value.isascii() and all(sign.isalnum() or sign in "@._/:+-" for sign in value)
    return value if plain else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


@click.command()
@click.argument("source", type=SOURCES)
@click.option("--no-browser", is_flag=True, help="Only print the page to open.")
@click.option("--paste", is_flag=True, help="Paste the address you end on; chosen by itself over SSH.")
@click.option("--timeout", default=300, show_default=True, help="Seconds to wait for the browser.")
@click.pass_context
def connect_command(ctx: click.Context, source: str, no_browser: bool, paste: bool, timeout: int) -> None:
    """Connect a source once: you say yes on its own page, coachd keeps the key, sealed."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        if paste or (config.over_ssh() and not no_browser):
            grant, _ = _by_paste(coach)
        else:
            grant, _ = _by_listener(coach, timeout, open_browser=not no_browser)
        connected = gather.connect_strava(coach, who.id, grant)
    click.echo(f"Connected{f' as {connected.name}' if connected.name else ''}.")
    for loss in grant.missing:
        click.secho(f"Note: {loss}", fg="yellow")
    click.echo(f"Next: `coachd sync` shows what {source.capitalize()} gives, `coachd run` keeps looking.")


def _by_listener(coach: Coach, timeout: int, *, open_browser: bool) -> tuple[oauth.Grant, oauth.Invitation]:
    with oauth.listening() as landing:
        invitation = oauth.invite(coach.settings, landing.redirect_uri)
        _show(invitation)
        if open_browser:
            webbrowser.open(invitation.url)
        redirected = landing.wait(timeout)
    if redirected is None:
        raise ReconnectNeeded(
            f"The browser did not come back within {timeout} seconds.",
            "Is it on another machine? Then use `coachd connect strava --paste`.",
        )
    return oauth.granted(redirected, invitation), invitation


def _by_paste(coach: Coach) -> tuple[oauth.Grant, oauth.Invitation]:
    invitation = oauth.invite(coach.settings, f"http://localhost:{PASTE_PORT}/connected")
    _show(invitation)
    click.echo("Your browser will end on a page that does not load. That is fine: copy its whole address.")
    return oauth.granted(click.prompt("Paste it here", prompt_suffix=": "), invitation), invitation


def _show(invitation: oauth.Invitation) -> None:
    click.echo("Open this page and choose Authorize:\n")
    click.echo(f"  {invitation.url}\n")


@click.command()
@click.argument("source", type=SOURCES)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def disconnect_command(ctx: click.Context, source: str, yes: bool) -> None:
    """Revoke the connection and remove everything it brought. Rows from your own files stay."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        if not yes:
            click.confirm(f"Remove everything that came from {source}?", abort=True)
        receipt = gather.disconnect(coach, who.id, source)
    click.echo(f"{source} was disconnected at {receipt.at:%Y-%m-%d %H:%M} UTC.")
    for what, number in receipt.counts.items():
        click.echo(f"  {number} {'records of shoes and profile' if what == 'profile' else what} removed")
    click.echo(
        "  access revoked"
        if receipt.revoked
        else f"  {source} could not be told: revoke coachd at https://www.strava.com/settings/apps"
    )


@click.command()
@click.pass_context
def doctor_command(ctx: click.Context) -> None:
    """Check settings, database, rules, sources and mail; say what to mend."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        failed = sum([_checked(name, check) for name, check in _checks(coach, who.id)])
    if failed:
        ctx.exit(1)


def _checked(name: str, check: Callable[[], str]) -> int:
    try:
        said = check()
    except CoachdError as problem:
        click.echo(f"{click.style('mend', fg='red')}  {name}: {problem}")
        if problem.advice:
            click.echo(f"      {problem.advice}")
        return 1
    click.echo(f"{click.style('ok', fg='green')}    {name}: {said}")
    return 0


def _checks(coach: Coach, name: str) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "state folder", lambda: _folder(coach.settings.coachd_state_dir)
    yield "database", lambda: _database(coach)
    yield "rules", lambda: _rules(coach)
    yield "strava", lambda: _strava(coach, name)
    for channel in coach.settings.chosen_channels:
        yield f"channel {channel}", lambda channel=channel: _channel(coach, channel)  # type: ignore[misc]


def _folder(folder: Path) -> str:
    if folder.stat().st_mode & 0o077:
        raise InputProblem(f"{folder} can be read by others on this machine.", f"chmod 700 {folder}")
    return str(folder)


def _database(coach: Coach) -> str:
    with coach.store.read() as db:
        for state in connections.every(db):
            connections.tokens(db, coach.vault, state.athlete, state.source)
    return coach.store.url.render_as_string(hide_password=True)


def _rules(coach: Coach) -> str:
    if coach.rules.problems:
        raise InputProblem(coach.rules.problems[0], f"{len(coach.rules.problems)} problems; see `coachd rules check`.")
    return f"{len(coach.rules.rules)} on, looking back {coach.rules.lookback_days} days"


def _strava(coach: Coach, name: str) -> str:
    with coach.store.read() as db:
        state = connections.get(db, name, "strava")
    if state is None:
        return "not connected; `coachd connect strava` or `coachd import PATH`"
    oauth.credentials(coach.settings)
    if state.state != "ok":
        raise InputProblem(
            f"{state.state}: {state.detail}",
            common.WAY_OUT.get(state.state, "It is tried again: `coachd status` says when."),
        )
    return f"connected, last look {state.synced_at:%Y-%m-%d %H:%M} UTC" if state.synced_at else "connected"


def _channel(coach: Coach, channel: str) -> str:
    if channel == "apprise":
        return "addresses are tried when something is sent"
    made = dispatch.channel(coach, channel)
    check: Callable[[], str] | None = getattr(made, "check", None)
    return check() if check else f"{dispatch.mail_folder(coach.settings)}" if channel == "folder" else "ready"
