"""`judge`, `digest`: what coachd says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from coachd import dispatch, review
from coachd.cli import common
from coachd.coach import Coach
from coachd.compose import first, weekly
from coachd.errors import InputProblem
from coachd.model import Athlete
from coachd.review import Judged
from coachd.store import activities, athletes, outbox
from coachd.store.outbox import Delivery

ON = click.option("--on", type=common.DAY, help="As seen on this day; default: now.")


@click.command()
@ON
@click.option("--dry-run", is_flag=True, help="Store nothing and put nothing out.")
@common.as_json
@click.pass_context
def judge_command(ctx: click.Context, on: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Judge the last closed week against the rules.

    Without --dry-run the week's digest is put out for delivery, unless that was done before.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        period, now = common.as_of(coach, who, on)
        judged = review.consider(coach, who.id, period, now)
        made = None if dry_run else review.judge_week(coach, who.id, period)
        put_out = made is not None and made.mailed
    if as_json:
        common.emit(_judged(judged, put_out))
        return
    click.echo(f"{period.first} to {period.last}: {len(judged.judgement.nudges) or 'nothing'} to tell")
    for finding in judged.judgement.findings:
        subject = f" {finding.subject}" if finding.subject else ""
        click.echo(f"  {finding.outcome:<10} {finding.rule}{subject}{': ' if finding.reason else ''}{finding.reason}")
    for nudge in judged.judgement.nudges:
        click.echo(f"\n{nudge.title}\n{nudge.text}")
    if put_out:
        click.echo("\nThe digest is put out.")
    elif made is not None:
        click.echo("\nNo mail is put out: there is nothing to say, and you want none then.")
    elif not dry_run:
        click.echo("\nThis week's digest was put out before.")


def _judged(judged: Judged, put_out: bool) -> dict[str, Any]:
    units = judged.athlete.units
    return {
        "period": judged.period.key,
        "first": judged.period.first,
        "last": judged.period.last,
        "put_out": put_out,
        "findings": [
            {
                "rule": finding.rule,
                "subject": finding.subject or None,
                "outcome": finding.outcome,
                "reason": finding.reason or None,
                "evidence": common.evidence(finding.evidence, units),
            }
            for finding in judged.judgement.findings
        ],
        "nudges": [
            {"rule": nudge.rule, "kind": nudge.kind, "title": nudge.title, "text": nudge.text}
            for nudge in judged.judgement.nudges
        ],
    }


def _with_history(coach: Coach, name: str) -> Athlete:
    """The athlete. Raises InputProblem while nothing is stored: a mail about nothing would count as the week's mail."""
    who = coach.athlete(name)
    with coach.store.read() as db:
        if activities.first_day(db, name) is None:
            raise InputProblem(
                "There is nothing to write about yet: no activity is stored.",
                "Run `coachd connect strava` or `coachd connect garmin`, or `coachd import PATH`.",
            )
    return who


@click.group()
def digest_command() -> None:
    """Preview, send, pause or resume the weekly mail."""


@digest_command.command("preview")
@ON
@click.option("--html", "as_html", is_flag=True, help="Print the HTML part instead of the text.")
@click.option("--first", "as_first", is_flag=True, help="The first mail instead: what coachd believes about you.")
@click.pass_context
def preview(ctx: click.Context, on: datetime | None, as_html: bool, as_first: bool) -> None:
    """Print the digest as it would be sent.

    It is that of the last closed week; nothing is stored.
    """
    with common.instance(ctx) as coach:
        who = _with_history(coach, common.name(ctx))
        period, now = common.as_of(coach, who, on)
        sender, templates = coach.settings.sender, coach.settings.templates_dir
        if as_first and (beliefs := review.beliefs(coach, who, now)):
            message = first(beliefs, mail_from=sender, message_key="preview", templates=templates)
        else:
            digest = review.consider(coach, who.id, period, now).digest
            message = weekly(digest, mail_from=sender, message_key="preview", templates=templates)
    click.echo(message.html if as_html else message.text)


@digest_command.command("send")
@ON
@click.option("--again", is_flag=True, help="Send it once more even if it went out (under the same Message-ID).")
@click.option("--test", is_flag=True, help="Only send a sample by each of your channels, marked as a test.")
@click.pass_context
def send(ctx: click.Context, on: datetime | None, again: bool, test: bool) -> None:
    """Judge the last closed week and send its digest now."""
    if test:
        _send_sample(ctx)
        return
    with common.instance(ctx) as coach:
        who = _with_history(coach, common.name(ctx))
        period, _ = common.as_of(coach, who, on)
        judged = review.judge_week(coach, who.id, period)
        if judged is None and again:
            with coach.store.begin() as db:
                outbox.again(db, who.id, outbox.WEEKLY, period.key, coach.clock.now())
        attempts = dispatch.deliver(coach, who.id)
        with coach.store.read() as db:
            rows = outbox.of_period(db, who.id, outbox.WEEKLY, period.key)
    if not any(delivery.kind == outbox.WEEKLY and delivery.period == period.key for delivery, _, _ in attempts):
        click.echo(f"The digest of {period.first} to {period.last} {_where_it_is(rows)}.")
    for delivery, state, result in attempts:
        click.echo(f"{delivery.kind} {delivery.period} by {delivery.channel}: {state}{', ' if result else ''}{result}")
    if any(state == "failed" for _, state, _ in attempts):
        ctx.exit(6)


def _where_it_is(rows: Sequence[Delivery]) -> str:
    """What became of a digest that was not sent just now; a week without a row was judged and not put out."""
    if not rows:
        return "is not sent: there is nothing to say, and you want no mail then (`coachd athlete set quiet_weeks=send`)"
    if any(row.state in outbox.WAITING for row in rows):
        return "waits for its next try; --again tries now"
    if any(row.sent_at for row in rows):
        return "went out before; --again sends it once more"
    if all(row.state == "withdrawn" for row in rows):
        return "is not sent: nothing was left to say when its time came"
    return f"ended as {rows[0].state}: {rows[0].result} --again tries once more"


def _send_sample(ctx: click.Context) -> None:
    with common.instance(ctx) as coach:
        said = dispatch.try_out(coach, coach.athlete(common.name(ctx)).id)
    for channel, taken, result in said:
        mark = click.style("taken", fg="green") if taken else click.style("failed", fg="red")
        click.echo(f"{channel}: {mark}, {result}")
    if not all(taken for _, taken, _ in said):
        ctx.exit(6)


@digest_command.command("pause")
@click.pass_context
def pause(ctx: click.Context) -> None:
    """Send no digests until `digest resume`."""
    _set_paused(ctx, True)
    click.echo("Paused. `coachd digest resume` brings the mail back.")


@digest_command.command("resume")
@click.pass_context
def resume(ctx: click.Context) -> None:
    """Send digests again."""
    _set_paused(ctx, False)
    click.echo("The mail comes again.")


def _set_paused(ctx: click.Context, paused: bool) -> None:
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        with coach.store.begin() as db:
            athletes.pause(db, who.id, paused)
