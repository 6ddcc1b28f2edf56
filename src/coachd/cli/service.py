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
from coachd.store import athletes, connections, outbox, recordings, schedule, shared
from coachd.store.connections import SourceState


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
        "athletes": [_athlete(coach, name) for name in names],
    }


def _athlete(coach: Coach, name: str) -> dict[str, Any]:
    who = coach.athlete(name)
    with coach.store.read() as db:
        sources = connections.every(db, name)
        due = schedule.get(db, name, outbox.WEEKLY)
        sent = outbox.recent(db, name, 5)
        skips = recordings.skips(db, name)
        passes = {state.source: connections.current_pass(db, name, state.source) for state in sources}
        stored = recordings.total(db, name)
    return {
        "id": name,
        "zone": who.zone,
        "paused": who.paused,
        "activities": stored,
        "sources": [_source(state, passes[state.source]) for state in sources],
        "next_digest": due.next_due if due else None,
        "missed_digest": due.missed or None if due else None,
        "deliveries": [
            {
                "kind": row.kind, "period": row.period, "channel": row.channel, "state": row.state,
                "result": row.result, "next_try": row.next_try_at if row.state in outbox.WAITING else None,
            }
            for row in sent
        ],
        "skipped": [{"source": source, "id": number, "reason": reason} for source, number, reason in skips],
    }  # fmt: skip


def _source(state: SourceState, under_way: connections.Pass | None) -> dict[str, Any]:
    return {
        "source": state.source,
        "state": state.state,
        "detail": state.detail or None,
        "since": state.state_since,
        "next_try": state.next_try_at,
        "last_look": state.synced_at,
        "last_full_listing": state.passed_at,
        "scopes": list(state.scopes),
        "under_way": {"kind": under_way.kind, "seen": under_way.seen, "back_to": under_way.oldest}
        if under_way
        else None,
    }


def _print(found: dict[str, Any]) -> None:
    daemon = found["daemon"]
    alive = click.style("running", fg="green") if daemon["alive"] else click.style("not running", fg="yellow")
    click.echo(f"daemon   {alive} ({daemon['detail']})")
    rules = found["rules"]
    click.echo(f"rules    {rules['on']} on, {rules['off']} off, {len(rules['problems'])} with problems")
    if not found["athletes"]:
        click.echo("\nNobody is coached here yet. `coachd init` begins.")
    for person in found["athletes"]:
        zone = ZoneInfo(person["zone"])
        click.echo(f"\n{person['id']}: {person['activities']} activities{', mail paused' if person['paused'] else ''}")
        for source in person["sources"]:
            good = source["state"] == "ok"
            state = click.style(source["state"], fg="green" if good else "yellow")
            click.echo(f"  {source['source']:<8}{state}, last look {_at(source['last_look'], zone)}")
            if source["detail"]:
                click.echo(f"          {source['detail']}")
            if source["state"] in common.WAY_OUT:
                click.echo(f"          {common.WAY_OUT[source['state']]}")
            if source["next_try"]:
                click.echo(f"          next try {_at(source['next_try'], zone)}")
            if source["under_way"]:
                click.echo(
                    f"          {source['under_way']['kind']} under way: {source['under_way']['seen']} activities"
                )
        if not person["sources"]:
            click.echo("  no source connected")
        planned = (
            f"next {_at(person['next_digest'], zone)}" if person["next_digest"] else "planned when the daemon runs"
        )
        click.echo(f"  digest  {planned}")
        if person["missed_digest"]:
            click.echo(f"          {person['missed_digest']} was left out: coachd did not run when it was due")
        for row in person["deliveries"]:
            then = f", next try {_at(row['next_try'], zone)}" if row["next_try"] else ""
            click.echo(f"          {row['kind']} {row['period']} by {row['channel']}: {row['state']}{then}")
            if row["state"] in ("failed", "unknown", *outbox.WAITING) and row["result"]:
                click.echo(f"            {row['result']}")
        for row in person["skipped"][:5]:
            click.echo(f"  skipped {row['source']} {row['id']}: {row['reason']}")
        if len(person["skipped"]) > 5:
            click.echo(f"  and {len(person['skipped']) - 5} more (see --json)")


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %H:%M}" if moment else "never"
