"""`doctor`: what is well, and what is to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from coachd import channels, dispatch, mailbox, watching, workouts
from coachd.cli import common
from coachd.coach import Coach
from coachd.compose import trial
from coachd.errors import CoachdError, InputProblem
from coachd.sources.garmin import AREAS, NOT_OFFERED
from coachd.sources.strava import oauth
from coachd.store import activities, athletes, connections, skips


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
        for name in athletes.names(db):
            activities.load(db, name)
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
        advice = "Set MAIL_TO, or `coachd athlete set email=you@example.org`."
        raise InputProblem("nobody's address is known.", advice)
    return channels.tried(made), " ".join(channels.doubts(made))


def _mailbox(coach: Coach) -> str:
    url, cafile = coach.settings.imap_url, coach.settings.smtp_cafile
    assert url is not None  # asked before
    with mailbox.opened(url.get_secret_value(), cafile=str(cafile) if cafile else None) as box:
        return f"{box.place.host}:{box.place.port}, logged in, {box.place.folder} can be read"
