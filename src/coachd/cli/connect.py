"""`connect`, `disconnect`: access to a source, and its end."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from coachd import config, gather
from coachd.cli import common, garmin_key
from coachd.coach import Coach
from coachd.errors import ReconnectNeeded
from coachd.sources.garmin.http import KEY_PAGE
from coachd.sources.strava import oauth

PASTE_PORT = 8081  # nobody listens there: the browser shows an error page, and its address is what we need
SOURCES = click.Choice(["strava", "garmin"])


@click.command()
@click.argument("source", type=SOURCES, metavar="SOURCE")
@click.option("--no-browser", is_flag=True, help="Only print the page to open.")
@click.option("--paste", is_flag=True, help="Paste the address you end on; chosen by itself over SSH.")
@click.option("--timeout", default=300, show_default=True, help="Seconds to wait for the browser.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Garmin: file with your key; else it is asked for.")
@click.option("--expires", metavar="DAYS|DATE", help="Garmin: when the key ends, 30, 90, 180 or 365 days or a date.")
@click.pass_context
def connect_command(
    ctx: click.Context, source: str, no_browser: bool, paste: bool, timeout: int, key_file: Path | None,
    expires: str | None,
) -> None:  # fmt: skip
    """Connect SOURCE (strava or garmin) once; coachd keeps the key, sealed.

    For Strava you say yes on its own page. For Garmin you make a key on its web page, which is asked for here.
    """
    if source == "garmin":
        _connect_garmin(ctx, key_file, expires)
        return
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


def _connect_garmin(ctx: click.Context, key_file: Path | None, expires: str | None) -> None:
    with common.instance(ctx) as coach:
        who, now = coach.athlete(common.name(ctx)), coach.clock.now()
        if key_file is None:
            click.echo(f"Make a key at {KEY_PAGE} (in a browser, not in the phone app).")
        secret = garmin_key.secret(key_file)
        ends_at = garmin_key.ends_at(expires, who, now)
        connected = gather.connect_garmin(coach, who.id, secret, ends_at)
    click.echo(
        "Connected." if connected.account else "Connected. Nothing tells whose account it is: I take it for yours."
    )
    if connected.ends_at:
        click.secho(
            f"Note: by what Garmin gave for it, the key ends on {connected.ends_at:%Y-%m-%d %H:%M} UTC.", fg="yellow"
        )
    else:
        click.echo(f"The key ends on {ends_at.astimezone(who.tz):%Y-%m-%d}; I remind you 14, 7 and 1 days before.")
    click.echo("Next: `coachd sync` shows what Garmin gives, `coachd run` keeps looking.")


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
            "Is it on another machine? Then use `coachd connect strava --paste`. If Strava's page said that too many "
            "athletes are connected, raise the limit at https://www.strava.com/settings/api.",
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
@click.argument("source", type=SOURCES, metavar="SOURCE")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def disconnect_command(ctx: click.Context, source: str, yes: bool) -> None:
    """Revoke the connection to SOURCE (strava or garmin) and remove everything it brought.

    Rows from your own files stay.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        if not yes:
            click.confirm(f"Remove everything that came from {source}?", abort=True)
        receipt = gather.disconnect(coach, who.id, source)
    click.echo(f"{source} was disconnected at {receipt.at:%Y-%m-%d %H:%M} UTC.")
    for what, number in receipt.counts.items():
        click.echo(f"  {number} {'records of shoes and profile' if what == 'profile' else what} removed")
    page = KEY_PAGE if source == "garmin" else "https://www.strava.com/settings/apps"
    left = f"delete the key at {page}" if source == "garmin" else f"{source} could not be told: revoke coachd at {page}"
    click.echo("  access revoked" if receipt.revoked else f"  {left}")
