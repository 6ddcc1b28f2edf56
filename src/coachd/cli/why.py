"""`why`: what became of every rule in one digest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

import click

from coachd import explaining, review
from coachd.cli import common
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.history.week import closed_week, week_of
from coachd.language.rule import Rule
from coachd.model import Athlete, Finding, Outcome, Period
from coachd.store import judgements, outbox

WIDTH = 79
WEEK = re.compile(r"(\d{4})-W(\d{1,2})", re.IGNORECASE)
GROUPS: Mapping[str, tuple[Outcome, ...]] = {
    "Said": ("fire",),
    "True, and held back": ("capped", "cooldown", "snoozed", "inhibited", "pending"),
    "Not true": ("clear",),
    "Could not tell": ("no_data",),
}


@click.command()
@click.option("--week", help="A week as 2025-W42, or any day in it; default: that of the last digest.")
@common.as_json
@click.pass_context
def why_command(ctx: click.Context, week: str | None, as_json: bool) -> None:
    """What became of every rule in the last digest: said, held back, not true, or without the data to tell.

    A week that had no digest is judged now. For one rule in full: coachd rules explain ID.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        period = _period(coach, who, week)
        book = coach.rules_for(who)
        found, stored = _findings(coach, who, period, book.rules)
    if as_json:
        common.emit(_as_json(found, period, stored=stored))
        return
    titles = {rule.id: rule.title for rule in (*book.rules, *book.off)}
    how = "as it was judged for its digest" if stored else "judged now; it had no digest"
    click.echo(f"{period.first} to {period.last}, {how}")
    for heading, outcomes in GROUPS.items():
        listed = [rows for rows in found.values() if explaining.weightiest(rows).outcome in outcomes]
        if listed:
            click.secho(f"\n{heading} ({len(listed)})", bold=True)
        for rows in sorted(listed, key=lambda rows: rows[0].rule):
            for line in _lines(rows, titles.get(rows[0].rule, "")):
                click.echo(line)
    click.echo(f"\n{len(book.off)} rules are off: coachd rules list --why-off")


def _period(coach: Coach, who: Athlete, week: str | None) -> Period:
    if week is None:
        with coach.store.read() as db:
            last = max((row.period for row in outbox.recent(db, who.id) if row.kind == outbox.WEEKLY), default=None)
        week = last or str(closed_week(coach.clock.now(), who).first)
    try:
        match = WEEK.fullmatch(week)
        day = date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else date.fromisoformat(week)
    except ValueError:
        raise InputProblem(f"{week!r} is no week.", "Write 2025-W42, or a day in it: 2025-10-15.") from None
    period = week_of(day, who.week_start)
    if period.last > closed_week(coach.clock.now(), who).last:
        raise InputProblem(f"The week to {period.last} is not over yet.", "Name one that is.")
    return period


def _findings(
    coach: Coach, who: Athlete, period: Period, rules: Sequence[Rule]
) -> tuple[dict[str, list[Finding]], bool]:
    """Rule -> its findings, and whether they were stored when the digest was made; those of silent rules never are."""
    with coach.store.read() as db:
        stored = outbox.exists(db, who.id, outbox.WEEKLY, period.key)
        rows = judgements.of_period(db, who.id, period.key) if stored else []
    if stored:
        listed = [Finding(row["rule"], row["subject"], row["outcome"], reason=row["reason"]) for row in rows]
        spoke = {finding.rule for finding in listed}
        listed += [Finding(rule.id, "", "clear") for rule in rules if rule.id not in spoke]
    else:
        judgement = review.consider(coach, who.id, period, coach.clock.now()).judgement
        listed = [*judgement.findings, *judgement.clear]
    found: dict[str, list[Finding]] = {}
    for finding in sorted(listed, key=lambda finding: finding.rule):
        found.setdefault(finding.rule, []).append(finding)
    return found, stored


def _lines(rows: Sequence[Finding], title: str) -> Iterator[str]:
    """A rule with the reason of the finding that came furthest, or else its title; and how many things it is about."""
    reason = explaining.weightiest(rows).reason or title
    about = f" (asked about {len(rows)})" if len(rows) > 1 else ""
    first, *rest = wrap(f"{reason}{about}", WIDTH - 28, break_long_words=False) or [""]
    yield f"  {rows[0].rule:<26}{first}".rstrip()
    yield from (f"{'':<28}{line}" for line in rest)


def _as_json(found: Mapping[str, Sequence[Finding]], period: Period, *, stored: bool) -> dict[str, Any]:
    return {
        "period": period.key, "first": period.first, "last": period.last, "as_sent": stored,
        "rules": [
            {
                "rule": finding.rule, "subject": finding.subject or None, "outcome": finding.outcome,
                "reason": finding.reason or None,
            }
            for rows in found.values()
            for finding in rows
        ],
    }  # fmt: skip
