"""`run` and `status`: the daemon, and how it is doing."""

from __future__ import annotations

import logging
import os
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from coachd import worker
from coachd.cli import common
from coachd.coach import Coach
from coachd.compose.notices import worded
from coachd.errors import CoachdError
from coachd.store import activities, athletes, connections, incidents, outbox, schedule, shared, skips
from coachd.store.connections import SourceState
from coachd.sync import share_done

WHAT_NEXT = {
    "failed": "Nothing more is tried. `coachd doctor` tries the way; `coachd digest send --again` repeats it.",
    "unknown": "Look whether it arrived. It is not sent again by itself; `coachd digest send --again` does.",
    "expired": "It stays away; the next one comes at its time.",
}
"""What follows on a delivery that did not end well."""


@click.command()
@click.pass_context
def run_command(ctx: click.Context) -> None:
    """Be the daemon: look at the sources, judge closed weeks, deliver. Ends on SIGTERM or Ctrl-C."""
    with common.instance(ctx, logging.INFO) as coach:
        coach.athlete(common.name(ctx))
        finished = worker.run(coach)
    if not finished:
        # A call to a source hangs. Everything stored is whole, so nothing is lost by not waiting for it.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


@click.command()
@click.option("--healthy", is_flag=True, help="Only tell by the exit code whether the daemon is alive.")
@common.as_json
@click.pass_context
def status_command(ctx: click.Context, healthy: bool, as_json: bool) -> None:
    """How the daemon, the sources and the mail are doing."""
    with common.instance(ctx) as coach:
        if healthy:
            # Asked every half minute by a container: no more than one row is read.
            ctx.exit(0 if _daemon(coach)["alive"] else 1)
        found = _status(coach)
    if as_json:
        common.emit(found)
        return
    _print(found)


def _daemon(coach: Coach) -> dict[str, Any]:
    with coach.store.read() as db:
        sign = shared.heartbeat(db, "run")
    return {
        "alive": worker.alive(sign, coach.clock.now()),
        "last_sign": sign.at if sign else None,
        "since": sign.started_at if sign else None,
        "detail": sign.detail if sign else "never started",
    }


def _status(coach: Coach) -> dict[str, Any]:
    with coach.store.read() as db:
        names = athletes.names(db)
    return {
        "daemon": _daemon(coach),
        "rules": {"on": len(coach.rules.rules), "off": len(coach.rules.off), "problems": list(coach.rules.problems)},
        "mailbox": _mailbox(coach),
        "incidents": _incidents(coach),
        "athletes": [_athlete(coach, name) for name in names],
    }


def _incidents(coach: Coach) -> list[dict[str, Any]]:
    """What somebody has to mend, oldest first."""
    with coach.store.read() as db:
        found = incidents.open(db)
    return [{"key": each.key, "detail": each.detail, "since": each.began_at, "told": each.told_at} for each in found]


def _mailbox(coach: Coach) -> dict[str, Any] | None:
    """How reading answers by mail went; None where no mailbox is set or none was looked at."""
    with coach.store.read() as db:
        sign = shared.heartbeat(db, shared.MAILBOX)
    if coach.settings.imap_url is None or sign is None:
        return None
    return {"ok": not sign.detail, "detail": sign.detail or None, "since": sign.started_at, "last_look": sign.at}


def _athlete(coach: Coach, name: str) -> dict[str, Any]:
    zone, problem = "UTC", None
    try:
        zone = coach.athlete(name).zone
    except CoachdError as wrong:  # that of one athlete hides nothing about the others
        problem = "; ".join(str(wrong).splitlines())
    _, paused = coach.document(name)
    with coach.store.read() as db:
        sources = connections.every(db, name)
        due = schedule.get(db, name, outbox.WEEKLY)
        sent = outbox.recent(db, name, 5)
        skipped = skips.every(db, name)
        passes = {state.source: connections.current_pass(db, name, state.source) for state in sources}
        stored = activities.total(db, name)
    return {
        "id": name,
        "zone": zone,
        "problem": problem,
        "paused": paused,
        "activities": stored,
        "sources": [_source(state, passes[state.source], coach.clock.now()) for state in sources],
        "next_digest": due.next_due if due else None,
        "missed_digest": due.missed or None if due else None,
        "quiet_digest": due.quiet or None if due else None,
        "deliveries": [_delivery(row) for row in sent],
        "skipped": [{"source": source, "id": number, "reason": reason} for source, number, reason in skipped],
    }  # fmt: skip


def _delivery(row: outbox.Delivery) -> dict[str, Any]:
    waits = row.state in outbox.WAITING
    return {
        "kind": row.kind,
        "period": row.period,
        "about": worded(row.body)[0] if row.kind == outbox.NOTICE and row.body else row.period,
        "channel": row.channel,
        "state": row.state,
        "result": row.result,
        "next_try": row.next_try_at if waits else None,
        "what_next": None if waits else WHAT_NEXT.get(row.state),
    }


def _source(state: SourceState, under_way: connections.Pass | None, now: datetime) -> dict[str, Any]:
    return {
        "source": state.source,
        "state": state.state,
        "detail": state.detail or None,
        "since": state.state_since,
        "next_try": state.next_try_at,
        "last_look": state.synced_at,
        "last_full_listing": state.passed_at,
        "scopes": list(state.scopes),
        "under_way": _under_way(under_way, now) if under_way else None,
    }


def _under_way(listing: connections.Pass, now: datetime) -> dict[str, Any]:
    """How far a listing has come, and about how long it still takes if it goes on as it did."""
    done = share_done(listing, None)
    taken = (now - listing.started_at).total_seconds()
    left = taken * (1 - done) / done if done and taken > 0 else None
    return {
        "kind": listing.kind,
        "seen": listing.seen,
        "back_to": listing.oldest,
        "done": None if done is None else round(done, 2),
        "minutes_left": None if left is None else max(1, round(left / 60)),
    }


def _print(found: dict[str, Any]) -> None:
    daemon = found["daemon"]
    alive = click.style("running", fg="green") if daemon["alive"] else click.style("not running", fg="yellow")
    click.echo(f"daemon   {alive} ({daemon['detail']})")
    rules = found["rules"]
    click.echo(f"rules    {rules['on']} on, {rules['off']} off, {len(rules['problems'])} with problems")
    if found["mailbox"]:
        _print_mailbox(found["mailbox"])
    for each in found["incidents"]:
        click.echo(f"{click.style('to mend', fg='yellow')}  {each['detail']} ({each['key']})")
    if not found["athletes"]:
        click.echo("\nNobody is coached here yet. `coachd init` begins.")
    for person in found["athletes"]:
        zone = ZoneInfo(person["zone"])
        click.echo(f"\n{person['id']}: {person['activities']} activities{', mail paused' if person['paused'] else ''}")
        if person["problem"]:
            click.echo(f"  {click.style('to mend', fg='yellow')} {person['problem']}")
            click.echo(f"          `coachd --athlete {person['id']} athlete edit` shows all that is set.")
        for source in person["sources"]:
            good = source["state"] == "ok"
            state = click.style(source["state"], fg="green" if good else "yellow")
            click.echo(f"  {source['source']:<8}{state}, last look {_at(source['last_look'], zone)}")
            if source["detail"]:
                click.echo(f"          {source['detail']}")
            if way_out := common.way_out(source["state"], source["source"]):
                click.echo(f"          {way_out}")
            if source["next_try"]:
                click.echo(f"          next try {_at(source['next_try'], zone)}")
            if source["under_way"]:
                click.echo(f"          {_progress(source['under_way'])}")
        if not person["sources"]:
            click.echo("  no source connected")
        planned = (
            f"next {_at(person['next_digest'], zone)}" if person["next_digest"] else "planned when the daemon runs"
        )
        click.echo(f"  digest  {planned}")
        if person["missed_digest"]:
            click.echo(f"          {person['missed_digest']} was left out: coachd did not run when it was due")
        if person["quiet_digest"]:
            click.echo(f"          {person['quiet_digest']} was not mailed: there was nothing to say")
        for row in person["deliveries"]:
            then = f", next try {_at(row['next_try'], zone)}" if row["next_try"] else ""
            what = " ".join(dict.fromkeys((row["kind"], row["about"])))  # the first mail is about itself
            click.echo(f"          {what} by {row['channel']}: {row['state']}{then}")
            if row["state"] != "sent" and row["result"]:
                click.echo(f"            {row['result']}")
            if row["what_next"]:
                click.echo(f"            {row['what_next']}")
        for row in person["skipped"][:5]:
            click.echo(f"  skipped {row['source']} {row['id']}: {row['reason']}")
        if len(person["skipped"]) > 5:
            click.echo(f"  and {len(person['skipped']) - 5} more (see --json)")


def _print_mailbox(mailbox: dict[str, Any]) -> None:
    state = click.style("read", fg="green") if mailbox["ok"] else click.style("cannot be read", fg="yellow")
    click.echo(f"mailbox  {state} since {mailbox['since']:%Y-%m-%d %H:%M} UTC, last look {mailbox['last_look']:%H:%M}")
    if mailbox["detail"]:
        click.echo(f"         {mailbox['detail']}")


def _progress(under_way: dict[str, Any]) -> str:
    done = f", about {under_way['done']:.0%}" if under_way["done"] is not None else ""
    left = f", {under_way['minutes_left']} minutes to go" if under_way["minutes_left"] is not None else ""
    return f"{under_way['kind']} under way: {under_way['seen']} activities{done}{left}"


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %H:%M}" if moment else "never"
