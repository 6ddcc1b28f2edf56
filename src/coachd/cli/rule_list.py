"""`rules list`: what is on, what is off, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from coachd import explaining, histories
from coachd.cli import common
from coachd.cli.rules import param_shown
from coachd.clock import local_instant
from coachd.coach import Coach
from coachd.history.week import week_of
from coachd.judge import Closed, subjects
from coachd.language.evaluate import evaluate
from coachd.language.measure import Data
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Athlete
from coachd.replay import DIGEST_AT
from coachd.resources import shipped
from coachd.rulebook import Rulebook

OWN = "your own"
SUBJECTS: frozenset[Data] = frozenset({"calendar", "gear"})
"""The kinds of data without which a rule may have nothing to be about."""


@click.command()
@click.option("--why-off", is_flag=True, help="Only those that are off or lack data: why, and what would change it.")
@common.as_json
@click.pass_context
def list_command(ctx: click.Context, why_off: bool, as_json: bool) -> None:
    """The rules that are on and those that are off, by pillar."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        book = coach.rules_for(who)
        mute = _mute(coach, who) if why_off or as_json else {}
    if as_json:
        common.emit([_row(rule, book, who, mute) for rule in _in_order(book)])
        return
    if why_off:
        _off(book, who)
        _lacking(mute)
    else:
        _everything(book)
    for problem in book.problems:
        click.secho(f"\n{problem}", fg="red")


def _in_order(book: Rulebook) -> list[Rule]:
    return sorted((*book.rules, *book.off), key=lambda rule: (_pillar(rule) == OWN, _pillar(rule), rule.id))


def _pillar(rule: Rule) -> str:
    """The folder of a shipped rule."""
    file = Path(rule.file)
    return file.parent.name if file.is_relative_to(shipped("rules")) else OWN


def _row(rule: Rule, book: Rulebook, who: Athlete, mute: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    on = rule in book.rules
    return {
        "id": rule.id, "title": rule.title, "kind": rule.kind, "pillar": _pillar(rule), "family": rule.family,
        "tier": rule.tier, "status": rule.status, "on": on,
        "why_off": None if on else _why_off(rule, who)[0],
        "lacks": mute.get(rule.id, []),
        "params": {name: param_shown(param) for name, param in rule.params.items()},
    }  # fmt: skip


def _everything(book: Rulebook) -> None:
    on = set(map(id, book.rules))
    for pillar, rules in groupby(_in_order(book), _pillar):
        click.secho(f"\n{pillar}", bold=True)
        for rule in rules:
            click.echo(f"  {rule.id:<26}{rule.kind if id(rule) in on else 'off':<8}{rule.title}")
    click.echo(
        f"\n{len(book.rules)} rules are on, {len(book.off)} are off. Why: coachd rules list --why-off"
        "\nOne of them in full: coachd rules explain ID"
    )


def _off(book: Rulebook, who: Athlete) -> None:
    if not book.off:
        click.echo("No rule is off.")
        return
    reasons = {rule.id: _why_off(rule, who) for rule in book.off}
    for reason, way in sorted(set(reasons.values())):
        click.secho(f"\nOff: {reason}", bold=True)
        click.echo(f"  {way}")
        for rule in book.off:
            if reasons[rule.id] == (reason, way):
                click.echo(f"    {rule.id:<26}{rule.title}")


def _why_off(rule: Rule, who: Athlete) -> tuple[str, str]:
    """Why a rule is off, and what turns it on."""
    on = "To turn one on: coachd rules set ID on"
    if who.overrides.get(rule.id, {}).get("off") is True:
        return "you turned it off", on
    if rule.status != "stable":
        return f"its status is {rule.status}", on
    if rule.tier == "optional":
        return "optional, until you ask for it", on
    return "your profile leaves it out", on


def _mute(coach: Coach, who: Athlete) -> dict[str, list[str]]:
    """The rules in force that had no answer in the last week with an activity, and the data they would have needed.

    Many rules use a kind of data where it is there and do without where it is not: what counts is that one was mute.
    """
    history = histories.whole(coach, who, coach.clock.now())
    if history is None or not history.activities:
        return {}
    period = week_of(history.activities[-1].day, who.week_start)
    morning_after = local_instant(period.last + timedelta(days=1), DIGEST_AT, who.tz)
    closed = Closed(View(history, period.last, morning_after), period)
    found = {rule.id: list(_lacks(rule, closed)) for rule in coach.rules_for(who).rules}
    return {rule_id: lacks for rule_id, lacks in found.items() if lacks}


def _lacks(rule: Rule, closed: Closed) -> tuple[str, ...]:
    verdicts = [evaluate(rule, subject.view, subject.item) for subject in subjects(rule, closed)]
    if not verdicts:
        return explaining.not_held(rule.data & SUBJECTS, closed.view.history)
    if any(verdict.outcome != "no_data" for verdict in verdicts):
        return ()
    return explaining.lacking(verdicts[-1], closed.view.history)


def _lacking(mute: Mapping[str, Sequence[str]]) -> None:
    if not mute:
        click.echo("\nNo rule that is on is mute for want of data.")
        return
    click.secho("\nOn, but they cannot speak yet: your history holds no", bold=True)
    for rule_id, missing in mute.items():
        click.echo(f"    {rule_id:<26}{', '.join(missing)}")
