"""`rules explain`: why a rule said what it said, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any

import click

from coachd import explaining, review
from coachd.cli import common
from coachd.cli.rules import find
from coachd.explaining import Behind, Explanation, Way
from coachd.judge import Closed
from coachd.language.view import View
from coachd.model import Activity, Outcome, Period
from coachd.units import System, distance, duration

WIDTH = 79
MOST_ACTIVITIES = 6
MOST_SUBJECTS = 12
HEADING: dict[Outcome, str] = {
    "fire": "it is told", "capped": "true, and left out", "cooldown": "true, and resting",
    "snoozed": "true, and silent for a while", "inhibited": "true, and silenced",
    "pending": "true, and not often enough yet", "clear": "nothing to say", "no_data": "it cannot tell",
}  # fmt: skip
"""What an outcome means, in words."""

MARK = {True: "yes", False: "no", None: "unknown"}


@click.command()
@click.argument("rule_id", metavar="ID")
@click.option("--on", type=common.DAY, help="As seen on this day; default: now.")
@click.option("--subject", help="The activity, day, shoe or race that it is about; default: what weighs most.")
@common.as_json
@click.pass_context
def explain_command(ctx: click.Context, rule_id: str, on: datetime | None, subject: str | None, as_json: bool) -> None:
    """Why a rule said what it said, or nothing.

    It is asked about the last closed week, with every number and the activities behind it, and with what would change
    its mind. A rule that is off is asked as if it were on.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        book = coach.rules_for(who)
        rule, shipped = find(book, rule_id), find(coach.rules, rule_id)
        period, now = common.as_of(coach, who, on)
        is_on = rule in book.rules
        judged = review.consider(coach, who.id, period, now, also=() if is_on else (rule,))
    closed = Closed(View(judged.history, period.last, now), period)
    found = explaining.explain(rule, closed, judged.judgement, subject, shipped=shipped)
    if as_json:
        common.emit(_as_json(found, period, is_on=is_on))
        return
    for line in _lines(found, period, who.units, is_on=is_on):
        click.echo(line)


def _lines(found: Explanation, period: Period, units: System, *, is_on: bool) -> Iterator[str]:
    rule, outcome = found.rule, found.finding.outcome
    about = f", about {found.subject}" if found.subject else ""
    yield click.style(f"{rule.id}: {rule.title}", bold=True)
    off = "" if is_on else "; off, asked as if it were on"
    yield f"{rule.kind} of the family {rule.family}, for each {rule.each}{off}"
    yield f"{period.first} to {period.last}{about}"
    yield ""
    yield f"{HEADING[outcome]} ({outcome})"
    if found.finding.reason:
        yield from _wrapped(found.finding.reason, "  ")
    if found.conditions:
        yield from _conditions(found)
        yield from _change(found)
        yield from _values(found.values, units)
    yield from _settings(found)
    yield from _others(found)


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _conditions(found: Explanation) -> Iterator[str]:
    titles = {"needs": "It needs", "marks": "Its first mark", "when": "It speaks when"}
    if not found.asked:
        yield "\nIt was not asked. If it had been:"
    part = ""
    for condition in found.conditions:
        if condition.part != part:
            part = condition.part
            yield f"\n{titles[part]}"
        indent = "  " * condition.depth
        first, *rest = wrap(condition.text, WIDTH - 10 - len(indent), break_long_words=False)
        yield f"  {MARK[condition.holds]:<8}{indent}{first}"
        yield from (f"{'':<10}{indent}{line}" for line in rest)
        if condition.numbers and condition.numbers != condition.text:
            yield from _wrapped(condition.numbers, f"{'':<12}{indent}")


def _change(found: Explanation) -> Iterator[str]:
    if found.change is None:
        return
    yield "\nWhat would clear it" if found.holds else "\nWhat it would take to speak"
    yield from _way(found.change, "  ")


def _way(way: Way, indent: str) -> Iterator[str]:
    if way.needs == "this":
        first, *rest = wrap(way.words, WIDTH - len(indent) - 2, break_long_words=False)
        yield f"{indent}- {first}"
        yield from (f"{indent}  {line}" for line in rest)
        return
    yield f"{indent}{'all of these' if way.needs == 'all' else 'any one of these'}"
    for part in way.parts:
        yield from _way(part, f"{indent}  ")


def _values(values: Sequence[Behind], units: System) -> Iterator[str]:
    yield "\nValues"
    shown: dict[tuple[int, ...], str] = {}
    width = max((len(value.name) for value in values), default=0) + 2
    for value in values:
        yield f"  {value.name:<{width}}{value.value}{f'  ({value.label})' if value.label else ''}"
        ids = tuple(activity.id for activity in value.activities)
        if value.formula:
            yield from _wrapped(f"= {value.formula}", " " * (width + 2))
        elif ids in shown:
            yield f"  {'':<{width}}from the same as {shown[ids]}"
        elif ids:
            shown[ids] = value.name
            yield from _activities(value.activities, " " * (width + 2), units)


def _activities(activities: Sequence[Activity], indent: str, units: System) -> Iterator[str]:
    """The last of them, newest last, each with its number."""
    left_out = len(activities) - MOST_ACTIVITIES
    if left_out > 0:
        yield f"{indent}from {len(activities)} activities, the last of them:"
    for activity in activities[-MOST_ACTIVITIES:]:
        amount = distance(activity.distance_m, units) if activity.distance_m else duration(activity.moving_s or 0.0)
        number = f" #{activity.id}"
        line = f"{indent}{activity.day}  {amount:>8}  {activity.name or activity.sport}"
        yield line[: WIDTH - len(number)] + number


def _settings(found: Explanation) -> Iterator[str]:
    if not found.settings:
        return
    origins = {"own": "yours; default {0}", "profile": "your profile's; default {0}", "default": "default"}
    yield "\nNumbers you can change"
    width = max(len(setting.name) for setting in found.settings) + 2
    value_width = max(len(setting.value) for setting in found.settings) + 2
    for setting in found.settings:
        origin = origins[setting.origin].format(setting.default)
        yield f"  {setting.name:<{width}}{setting.value:<{value_width}}{origin}; {setting.bounds}"
        yield from _wrapped(setting.label, " " * (width + 2)) if setting.label else ()


def _others(found: Explanation) -> Iterator[str]:
    if len(found.others) < 2:
        return
    yield f"\nIt was asked about {len(found.others)}; one of them with --subject"
    for name, called, outcome in found.others[-MOST_SUBJECTS:]:
        yield f"  {outcome:<10}{name}{f'  {called}' if called != name else ''}"
    if len(found.others) > MOST_SUBJECTS:
        yield "  and earlier ones"


def _as_json(found: Explanation, period: Period, *, is_on: bool) -> dict[str, Any]:
    return {
        "rule": found.rule.id, "title": found.rule.title, "on": is_on, "period": period.key, "first": period.first,
        "last": period.last, "subject": found.finding.subject or None, "called": found.subject or None,
        "outcome": found.finding.outcome, "reason": found.finding.reason or None, "asked": found.asked,
        "conditions": [
            {"part": each.part, "text": each.text, "holds": each.holds, "numbers": each.numbers, "depth": each.depth}
            for each in found.conditions
        ],
        "values": [
            {
                "name": value.name, "label": value.label or None, "value": value.value,
                "formula": value.formula or None,
                "activities": [
                    {"id": activity.id, "day": activity.day, "name": activity.name} for activity in value.activities
                ],
            }
            for value in found.values
        ],
        "params": [
            {
                "name": each.name, "value": each.value, "from": each.origin, "default": each.default,
                "bounds": each.bounds, "label": each.label,
            }
            for each in found.settings
        ],
        "would_clear" if found.holds else "would_speak": _way_json(found.change),
        "subjects": [
            {"subject": name, "called": called, "outcome": outcome} for name, called, outcome in found.others
        ],
    }  # fmt: skip


def _way_json(way: Way | None) -> Any:
    if way is None:
        return None
    return way.words if way.needs == "this" else {way.needs: [_way_json(part) for part in way.parts]}
