"""`rules outcomes`: what became of what rules told."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import click

from coachd.cli import common
from coachd.clock import local_instant
from coachd.judge.outcomes import RuleOutcomes, outcomes
from coachd.language.rule import Rule
from coachd.model import Feedback
from coachd.store import judgements, nudges

ANSWERS: dict[Feedback, str] = {
    "helpful": "helpful", "not_for_me": "not for me", "quiet": "quiet", "wrong_number": "wrong number"
}  # fmt: skip


@click.command()
@click.option("--since", type=common.DAY, help="Count what was told from this day on; default: everything.")
@common.as_json
@click.pass_context
def outcomes_command(ctx: click.Context, since: datetime | None, as_json: bool) -> None:
    """What became of what each rule told you: what was different some weeks later, and what you answered.

    Whether anything was different because of it nobody can tell: a nudge and what came after it are two facts.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        book = coach.rules_for(who)
        first = local_instant(since.date(), time(0), who.tz) if since else None
        with coach.store.read() as db:
            told = nudges.since(db, who.id, first)
            states = judgements.states(db, who.id)
        today = coach.clock.now().astimezone(who.tz).date()
    rules = {rule.id: rule for rule in (*book.rules, *book.off)}
    on = {rule.id for rule in book.rules}
    found = outcomes(told, states, today)
    asks = {rule.id for rule in rules.values() if rule.helped is not None}
    measured = {one.rule for one in found if one.rule in asks or one.helped or one.unchanged or one.unknown}
    if as_json:
        common.emit([_row(one, one.rule in on, one.rule in measured) for one in found])
    elif found:
        _table(found, on, measured)
        _advise([(one, rules[one.rule]) for one in found if one.idle and one.rule in on])
    else:
        click.echo("Nothing was told yet." if since is None else "Nothing was told since then.")


def _row(one: RuleOutcomes, on: bool, measured: bool) -> dict[str, Any]:
    later = {"helped": one.helped, "unchanged": one.unchanged, "unknown": one.unknown}
    return {
        "rule": one.rule, "sent": one.sent, **(later if measured else dict.fromkeys(later)), "corrected": one.corrected,
        "answers": {name: one.answers.get(name, 0) for name in ANSWERS},
        "muted_until": one.muted_until, "on": on, "idle": one.idle,
    }  # fmt: skip


def _table(found: list[RuleOutcomes], on: set[str], measured: set[str]) -> None:
    click.secho(f"{'rule':<28}{'told':>5}{'eased later':>13}{'same':>6}{'unknown':>9}  you said", bold=True)
    for one in found:
        said = ", ".join(f"{words} {one.answers[name]}" for name, words in ANSWERS.items() if one.answers.get(name))
        notes = [said, _silence(one.muted_until) if one.rule in on else "off now"]
        notes += [f"{one.corrected} put right"] if one.corrected else []
        helped, same, unknown = (one.helped, one.unchanged, one.unknown) if one.rule in measured else "---"
        line = f"{one.rule:<28}{one.sent:>5}{helped:>13}{same:>6}{unknown:>9}  "
        click.echo((line + "; ".join(note for note in notes if note)).rstrip())
    if any(one.rule not in measured for one in found):
        click.echo("-: this rule does not say how to tell whether it helped, so nothing is measured.")


def _silence(until: date | None) -> str:
    return f"muted until {until}" if until else ""


def _advise(idle: list[tuple[RuleOutcomes, Rule]]) -> None:
    for one, rule in idle:
        weeks, days = divmod(rule.helped.after_days if rule.helped else 0, 7)
        later = f"{weeks} weeks later" if weeks > 1 and not days else "later"
        click.echo(
            f"\n{one.rule}: after {one.unchanged} times told nothing was different {later}; "
            f"`coachd rules set {one.rule} off` would silence it."
        )
