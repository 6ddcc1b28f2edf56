"""`init`, `connect`, `disconnect`, `doctor`: getting started, and finding out what is wrong."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from coachd import channels, config, dispatch, gather, mailbox, watching, workouts
from coachd.cli import common, garmin_key
from coachd.coach import Coach
from coachd.compose import trial
from coachd.errors import CoachdError, ConfigProblem, InputProblem, ReconnectNeeded
from coachd.sources.garmin import AREAS, NOT_OFFERED
from coachd.sources.garmin.http import KEY_PAGE
from coachd.sources.strava import oauth
from coachd.store import connections, skips

PASTE_PORT = 8081  # nobody listens there: the browser shows an error page, and its address is what we need
SOURCES = click.Choice(["strava", "garmin"])


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


@click.command()
@common.as_json
@click.pass_context
def doctor_command(ctx: click.Context, as_json: bool) -> None:
    """Check settings, database, rules, sources and mail; say what to mend."""
    found = []
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        for name, check in _checks(coach, who.id):
            found.append(_checked(name, check))
            if not as_json:
                _print(found[-1])
    if as_json:
        common.emit([asdict(each) for each in found])
    if not all(each.ok for each in found):
        ctx.exit(1)


Said = str | tuple[str, str]
"""What a check found that is well; with an advice where it works and may disappoint all the same."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found, and what to do where it is not well or may not stay so."""

    check: str
    ok: bool
    said: str
    advice: str | None = None


def _checked(name: str, check: Callable[[], Said]) -> Checked:
    try:
        found = check()
        said, advice = found if isinstance(found, tuple) else (found, "")
        return Checked(name, True, said, advice or None)
    except CoachdError as problem:
        return Checked(name, False, str(problem), problem.advice or None)


def _print(found: Checked) -> None:
    well = click.style("note", fg="yellow") if found.advice else click.style("ok", fg="green") + "  "
    mark = well if found.ok else click.style("mend", fg="red")
    click.echo(f"{mark}  {found.check}: {'; '.join(found.said.splitlines())}")
    if found.advice:
        click.echo(f"      {found.advice}")


def _checks(coach: Coach, name: str) -> Iterator[tuple[str, Callable[[], Said]]]:
    yield "state folder", lambda: _folder(coach.settings.coachd_state_dir)
    yield "database", lambda: _database(coach)
    yield "rules", lambda: _rules(coach)
    if templates := coach.settings.templates_dir:
        yield "templates of your own", lambda: _templates(templates)
    yield "strava", lambda: _strava(coach, name)
    yield "garmin", lambda: _garmin(coach, name)
    if folder := coach.settings.watch_dir:
        yield "folder of files", lambda: _watched(folder)
    yield "workouts", lambda: _workouts(coach, name)
    for channel in coach.channels_for(name):
        yield f"channel {channel}", lambda channel=channel: _channel(coach, channel, name)  # type: ignore[misc]
    if coach.settings.imap_url:
        yield "mailbox for answers", lambda: _mailbox(coach)


def _folder(folder: Path) -> str:
    if folder.stat().st_mode & 0o077:
        raise InputProblem(f"{folder} can be read by others on this machine.", f"chmod 700 {folder}")
    return str(folder)


def _database(coach: Coach) -> str:
    coach.store.verify()
    with coach.store.read() as db:
        for state in connections.every(db):
            connections.tokens(db, coach.vault, state.athlete, state.source)
    return coach.store.url.render_as_string(hide_password=True)


def _rules(coach: Coach) -> str:
    if coach.rules.problems:
        raise InputProblem(coach.rules.problems[0], "`coachd rules test` shows all that is wrong.")
    return f"{len(coach.rules.rules)} on, looking back {coach.rules.lookback_days} days"


def _templates(own: Path) -> str:
    if mistakes := trial.mistakes(own):
        advice = "The shipped ones are used in their place; docs/mail.md says what templates see."
        raise InputProblem(" ".join(mistakes), advice)
    return str(own)


def _strava(coach: Coach, name: str) -> str:
    with coach.store.read() as db:
        state = connections.get(db, name, "strava")
    if state is None:
        return "not connected; `coachd connect strava` or `coachd import PATH`"
    oauth.credentials(coach.settings)
    if state.state != "ok":
        raise InputProblem(
            f"{state.state}: {state.detail}",
            common.way_out(state.state, state.source) or "It is tried again: `coachd status` says when.",
        )
    return f"connected, last look {state.synced_at:%Y-%m-%d %H:%M} UTC" if state.synced_at else "connected"


def _garmin(coach: Coach, name: str) -> Said:
    with coach.store.read() as db:
        state = connections.get(db, name, "garmin")
        left_out = {area: reason for source, area, reason in skips.every(db, name) if source == "garmin"}
    if state is None:
        return "not connected; `coachd connect garmin`"
    if state.state != "ok":
        tried = "It is tried again: `coachd status` says when."
        raise InputProblem(f"{state.state}: {state.detail}", common.way_out(state.state, state.source) or tried)
    looked = f", last look {state.synced_at:%Y-%m-%d %H:%M} UTC" if state.synced_at else ""
    ends = f", key ends {state.ends_at:%Y-%m-%d}" if state.ends_at else ""
    said = f"connected{looked}{ends}; keys give no {NOT_OFFERED}"
    areas = [f"{area}: {reason}" for area, reason in left_out.items() if area in AREAS]
    return (said, f"Left out: {'; '.join(areas)}. Make a key that may read them.") if areas else said


def _watched(folder: Path) -> Said:
    found = len(watching.signs(folder))
    return f"{folder}, {found} activity files in it"


def _workouts(coach: Coach, name: str) -> Said:
    doubts = workouts.doubts(coach, name)
    if not doubts:
        return "each is one activity, whichever sources have it"
    return (
        f"{len(doubts)} may be more than one activity each; it is not clear which recordings belong together",
        "`coachd activity list --doubtful` shows them, `coachd activity join ID ID` makes two one.",
    )


def _channel(coach: Coach, channel: str, name: str) -> Said:
    made = dispatch.channel(coach, channel, name)
    if getattr(made, "addressed", False) and not coach.athlete(name).email:
        raise InputProblem("nobody's address is known.", "Set MAIL_TO, or `coachd athlete set email=you@example.org`.")
    return channels.tried(made), " ".join(channels.doubts(made))


def _mailbox(coach: Coach) -> str:
    url, cafile = coach.settings.imap_url, coach.settings.smtp_cafile
    assert url is not None  # asked before
    with mailbox.opened(url.get_secret_value(), cafile=str(cafile) if cafile else None) as box:
        return f"{box.place.host}:{box.place.port}, logged in, {box.place.folder} can be read"
