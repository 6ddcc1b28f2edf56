"""`rules replay`: what rules would have said over the athlete's own past."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from textwrap import wrap
from typing import cast, get_args

import click

from coachd import histories, replay, rulebook
from coachd.cli import common
from coachd.cli.rules import existing, find, in_files, is_path
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.language.rule import Rule
from coachd.model import Athlete, History, Kind, Nudge, Outcome
from coachd.replay import Replayed, Step
from coachd.units import System

WIDTH = 79
_KINDS: Mapping[Kind, tuple[str, str]] = {
    "nudge": ("nudge", "nudges"), "praise": ("word of praise", "words of praise"), "note": ("note", "notes"),
}  # fmt: skip


@click.command()
@click.argument("chosen", nargs=-1, metavar="[ID|PATH]...")
@click.option("--since", type=common.DAY, required=True, help="First day.")
@click.option("--until", type=common.DAY, help="Last day; default: yesterday.")
@click.option("--step", type=click.Choice(get_args(Step)), default="week", show_default=True, help="How often to ask.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="With one rule: what this would change.")
@click.option("--texts", is_flag=True, help="Print what would have been said in full.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line for every evaluation.")
@click.pass_context
def replay_command(
    ctx: click.Context, chosen: Sequence[str], since: datetime, until: datetime | None, step: str,
    params: Sequence[str], texts: bool, as_json: bool,
) -> None:  # fmt: skip
    """What rules would have said over your own past.

    Without ID and PATH all rules that are on are asked together, as for the mail; with IDs only these, and with PATH
    only those in the file or folder, which need not be installed. Your numbers of today hold throughout, and nothing is
    remembered from before the first day.
    """
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        rules = _rules(ctx, coach, who, chosen)
        other = _changed(rules, params) if params else None
        history = _history(coach, who)
        first, last = _days(since, until, coach.clock.now().astimezone(who.tz).date())

    def replayed(asked: Sequence[Rule]) -> Iterator[Replayed]:
        return replay.replay(asked, history, first, last, cast("Step", step), evidence_of_silent=as_json)

    if as_json:
        _echo(_json_lines(replayed(rules), who.units, {}))
        _echo(_json_lines(replayed(other), who.units, _given(params)) if other else ())
        return
    steps = list(replayed(rules))
    if other is None:
        _echo(_told(replay.told(steps), texts=texts))
        _echo(_counts(steps, every=bool(chosen)))
        click.echo(_sum(steps, first, last))
        return
    changed = list(replayed(other))
    for heading, found in (("As it is", steps), (f"With {', '.join(params)}", changed)):
        click.secho(f"{heading}", bold=True)
        _echo(_counts(found, every=True))
        click.echo(_sum(found, first, last))
    _echo(_difference(steps, changed, texts=texts))


def _rules(ctx: click.Context, coach: Coach, who: Athlete, chosen: Sequence[str]) -> list[Rule]:
    paths = [Path(text) for text in chosen if is_path(text)]
    if paths and len(paths) < len(chosen):
        raise InputProblem("A rule file is replayed on its own.", "Name either files or ids.")
    if paths:
        return in_files(existing(ctx, paths))
    book = coach.rules_for(who)
    return [find(book, rule_id) for rule_id in chosen] or list(book.rules)


def _changed(rules: Sequence[Rule], params: Sequence[str]) -> list[Rule]:
    if len(rules) != 1:
        raise InputProblem("--param is for the replay of one rule.", "Name that rule.")
    try:
        return [rulebook.with_params(rules[0], _given(params))]
    except ValueError as problem:
        raise InputProblem(f"--param: {problem}.", "Write for example --param gap=5d.") from None


def _given(params: Sequence[str]) -> dict[str, str]:
    pairs = (part.partition("=") for part in params)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _history(coach: Coach, who: Athlete) -> History:
    history = histories.whole(coach, who, coach.clock.now())
    if history is None or not history.activities:
        raise InputProblem(
            "There is nothing to replay yet: no activity is stored.",
            "Run `coachd connect strava` or `coachd connect garmin`, or `coachd import PATH`.",
        )
    return history


def _days(since: datetime, until: datetime | None, today: date) -> tuple[date, date]:
    """The first and the last day to replay: no later than yesterday, because today is not over."""
    yesterday = today - timedelta(days=1)
    first, last = since.date(), min(until.date(), yesterday) if until else yesterday
    if first > last:
        raise InputProblem(f"No day lies from {first} to {last}.", "Name an earlier one with --since.")
    return first, last


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _json_lines(steps: Iterable[Replayed], units: System, params: Mapping[str, str]) -> Iterator[str]:
    for step in steps:
        for finding in sorted((*step.judgement.findings, *step.judgement.clear), key=lambda found: found.rule):
            row = {
                "date": step.period.last, "rule": finding.rule, "subject": finding.subject or None,
                "outcome": finding.outcome, "reason": finding.reason or None,
                "evidence": common.evidence(finding.evidence, units), **({"params": params} if params else {}),
            }  # fmt: skip
            yield json.dumps(row, ensure_ascii=False, default=str)


def _told(said: Sequence[tuple[date, Nudge]], *, texts: bool, sign: str = "") -> Iterator[str]:
    """One line for everything said, or its title and text."""
    width = max((len(nudge.rule) for _, nudge in said), default=0) + 2
    for day, nudge in said:
        if texts:
            yield f"\n{sign}{day}  {nudge.title} ({nudge.rule})"
            yield from wrap(nudge.text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
            continue
        evidence = "; ".join(f"{label} {value}" for label, value in nudge.evidence)
        line = f"{sign}{day}  {nudge.rule:<{width}}{evidence or nudge.title}"
        yield line if len(line) <= WIDTH else f"{line[: WIDTH - 1].rstrip()}…"


def _counts(steps: Sequence[Replayed], *, every: bool) -> Iterator[str]:
    """The table of outcomes, those that spoke most first; an outcome that never came out has no column.

    Unless `every` rule was asked for by name, those that never came to anything are only named below it.
    """
    found = replay.counts(steps)
    silent = {rule: "clear" in counted for rule, counted in found.items() if counted.keys() <= {"clear", "no_data"}}
    listed = {rule: counted for rule, counted in found.items() if every or rule not in silent}
    outcomes = [outcome for outcome in get_args(Outcome)[::-1] if any(counted[outcome] for counted in listed.values())]
    width = max((len(rule) for rule in listed), default=0)
    if listed:
        heading = "".join(f" {outcome}" for outcome in outcomes)
        yield click.style(f"\n{'rule':<{width}}{heading}", bold=True)
    for rule, counted in sorted(listed.items(), key=lambda item: (-item[1]["fire"], item[0])):
        yield f"{rule:<{width}}" + "".join(f" {counted[outcome] or '·':>{len(outcome)}}" for outcome in outcomes)
    if not every:
        yield from _named("Never true", [rule for rule, asked in silent.items() if asked])
        yield from _named("Never had the data to tell", [rule for rule, asked in silent.items() if not asked])


def _named(heading: str, rules: Sequence[str]) -> list[str]:
    text = f"{heading} ({len(rules)}): {', '.join(rules)}"
    return ["", *wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)] if rules else []


def _sum(steps: Sequence[Replayed], first: date, last: date) -> str:
    kinds = Counter(nudge.kind for _, nudge in replay.told(steps))
    said = ", ".join(_counted(kinds[kind], *words) for kind, words in _KINDS.items() if kinds[kind]) or "nothing"
    weeks = ((last - first).days + 1) / 7
    return f"\n{first} to {last}, {_counted(round(weeks), 'week', 'weeks')}: {said}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _difference(before: Sequence[Replayed], after: Sequence[Replayed], *, texts: bool) -> Iterator[str]:
    changed = replay.difference(before, after)
    kept = len(replay.told(after)) - len(changed.gained)
    yield f"\nGained {len(changed.gained)}, lost {len(changed.lost)}, the same {kept}"
    signed = [(said, "+ ") for said in changed.gained] + [(said, "- ") for said in changed.lost]
    for said, sign in sorted(signed, key=lambda item: (item[0][0], item[1])):
        yield from _told([said], texts=texts, sign=sign)
