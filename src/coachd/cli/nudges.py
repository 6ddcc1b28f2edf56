"""`nudges`, `feedback`: what the athlete was told, and their answers to it.

A nudge is called by the period and the rule, `2026-W47/strength-short`, with the subject behind that where one rule
spoke twice in a period. The rule alone means what it told last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from textwrap import fill
from typing import Any

import click

from coachd import answers
from coachd.answers import links
from coachd.cli import common, preferences, rules
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.language.problems import did_you_mean
from coachd.model import Action, Athlete, Change, Told
from coachd.store import judgements, nudges

WIDTH = 79
LISTED = timedelta(weeks=12)
TOLD = ("sent", "corrected")
ACTIONS: Mapping[str, Action] = {
    "helpful": "helpful", "not-for-me": "not_for_me", "quiet": "quiet", "wrong-number": "wrong_number",
}  # fmt: skip
FOLLOWED: Mapping[Change, str] = {
    "helped": "some weeks later what it was about had eased",
    "unchanged": "some weeks later what it was about was as before",
    "unknown": "some weeks later there was too little data to tell",
}
"""What became of it, in words that claim no cause."""

ID = click.argument("nudge", metavar="ID")


@click.group()
def nudges_command() -> None:
    """List, show, snooze or mute what you were told.

    ID is that of `nudges list`, e.g. 2026-W47/strength-short; strength-short means what this rule told last.
    """


@nudges_command.command("list")
@click.option("--since", type=common.DAY, help="First day; default: twelve weeks ago.")
@common.as_json
@click.pass_context
def list_nudges(ctx: click.Context, since: datetime | None, as_json: bool) -> None:
    """What was chosen to be told, and what became of it."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        first = since.replace(tzinfo=who.tz) if since else coach.clock.now() - LISTED
        with coach.store.read() as db:
            found = nudges.since(db, who.id, first)
    called = _ids(found)
    if as_json:
        common.emit([_as_json(each, called[_key(each)]) for each in found])
        return
    width = max((len(name) for name in called.values()), default=0)
    for each in found:
        said = f", answered {_answered(each)}" if each.feedback else ""
        click.echo(f"{called[_key(each)]:<{width}}  {_state(each, who)}{said}")
    if not found:
        click.echo(f"Nothing was told since {first:%Y-%m-%d}{'.' if since else '; --since looks further back.'}")


@nudges_command.command("show")
@ID
@common.as_json
@click.pass_context
def show(ctx: click.Context, nudge: str, as_json: bool) -> None:
    """The whole of a nudge: words, evidence, what followed."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        told, called = _find(coach, who, nudge)
        silent = _silent(coach, who, told.nudge.rule)
    if as_json:
        common.emit({**_as_json(told, called), "rule_is": silent or None})
        return
    for line in _lines(told, called, who, silent):
        click.echo(line)


@nudges_command.command("snooze")
@ID
@click.option("--until", type=common.DAY, help="First day on which its rule may speak again; default: in four weeks.")
@click.pass_context
def snooze(ctx: click.Context, nudge: str, until: datetime | None) -> None:
    """Let the rule of a nudge be silent for a while."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        rule = _find(coach, who, nudge)[0].nudge.rule
        again = preferences.silence(coach, who.id, rule, until)
    click.echo(f"{rule} may speak again on {again}.")


@nudges_command.command("mute")
@ID
@click.pass_context
def mute(ctx: click.Context, nudge: str) -> None:
    """Let the rule of a nudge be silent for twelve weeks."""
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        rule = _find(coach, who, nudge)[0].nudge.rule
        again = preferences.silence(coach, who.id, rule, None, answers.MUTED)
    undo = links.command(who.id, f"rules snooze {rule} --off")
    click.echo(f"{rule} may speak again on {again}, or at once with `{undo}`.")


@click.command()
@click.argument("nudge", metavar="RULE")
@click.argument("said", type=click.Choice(list(ACTIONS)), metavar="|".join(ACTIONS))
@click.option("--value", help="The right number, for wrong-number.")
@click.pass_context
def feedback_command(ctx: click.Context, nudge: str, said: str, value: str | None) -> None:
    """Answer what a rule told you last, or a nudge by its ID.

    \b
    helpful       go on like this
    not-for-me    silence for twelve weeks; said twice within a year: off
    quiet         silence for four weeks
    wrong-number  it was judged by a number that is not mine; --value sets the right one
    """  # noqa: D301 - click's mark for lines that stay as they are
    if value is not None and said != "wrong-number":
        raise InputProblem("--value belongs to wrong-number.", f"Leave it out: `coachd feedback {nudge} {said}`.")
    with common.instance(ctx) as coach:
        who = coach.athlete(common.name(ctx))
        told, _ = _find(coach, who, nudge)
        click.echo(answers.answer(coach, who.id, told, ACTIONS[said], coach.clock.now(), value))


def _key(told: Told) -> tuple[str, str, str]:
    return told.period, told.nudge.rule, told.nudge.subject


def _ids(found: Sequence[Told]) -> dict[tuple[str, str, str], str]:
    """What each nudge is called."""
    short = [(told.period, told.nudge.rule) for told in found]
    return {
        _key(told): "/".join(_key(told) if short.count((told.period, told.nudge.rule)) > 1 else _key(told)[:2])
        for told in found
    }


def _find(coach: Coach, who: Athlete, text: str) -> tuple[Told, str]:
    """The nudge of this ID, or what the rule of this name told last, and what it is called.

    Raises InputProblem for an unknown one.
    """
    with coach.store.read() as db:
        found = nudges.since(db, who.id)
    called = _ids(found)
    if "/" not in text:
        rule = rules.find(coach.rules_for(who), text).id if all(each.nudge.rule != text for each in found) else text
        last = next((each for each in reversed(found) if each.nudge.rule == rule and each.state in TOLD), None)
        if last is None:
            raise InputProblem(f"{rule} has told you nothing yet.", "`coachd nudges list` shows what was told.")
        return last, called[_key(last)]
    for told in found:
        if text in (called[_key(told)], "/".join(_key(told))):
            return told, called[_key(told)]
    hint = did_you_mean(text, called.values())
    advice = f"{hint[0].upper()}{hint[1:]}" if hint else "`coachd nudges list` names them."
    raise InputProblem(f"There is no nudge called {text}.", advice)


def _silent(coach: Coach, who: Athlete, rule: str) -> str:
    """What keeps the rule silent at present; an empty text where nothing does."""
    today = coach.clock.now().astimezone(who.tz).date()
    if rule in {each.id for each in coach.rules_for(who).off}:
        return "off"
    with coach.store.read() as db:
        states = judgements.states(db, who.id)
    days = [state.muted_until for (each, _), state in states.items() if each == rule and state.muted_until]
    last = max([*days, who.snoozed.get(rule, today)])
    return f"silent until {last}" if last > today else ""


def _state(told: Told, who: Athlete) -> str:
    moment = told.sent_at if told.state in TOLD and told.sent_at else told.queued_at
    return f"{told.state} {moment.astimezone(who.tz):%Y-%m-%d}"


def _answered(told: Told) -> str:
    return told.feedback.replace("_", "-")


def _lines(told: Told, called: str, who: Athlete, silent: str) -> Iterator[str]:
    nudge = told.nudge
    yield click.style(f"{called}: {nudge.title or 'its words went with the data of its source'}", bold=True)
    yield _state(told, who) + (f", answered {_answered(told)} {_day(told.feedback_at, who)}" if told.feedback else "")
    for words in (nudge.text, nudge.why, nudge.judged_by, nudge.contested):
        if words:
            yield "\n" + fill(words, WIDTH)
    if nudge.evidence:
        yield "\nSeen"
        width = max(len(label) for label, _ in nudge.evidence)
        yield from (f"  {label:<{width}}  {value}" for label, value in nudge.evidence)
    if told.change:
        yield f"\nWhat followed: {FOLLOWED[told.change]}."
    if silent:
        yield f"\n{nudge.rule} is {silent}."
    yield f"\nAnswer: {links.command(who.id, f'feedback {nudge.rule}')} {'|'.join(ACTIONS)}"


def _day(moment: datetime | None, who: Athlete) -> str:
    return f"{moment.astimezone(who.tz):%Y-%m-%d}" if moment else ""


def _as_json(told: Told, called: str) -> dict[str, Any]:
    nudge = asdict(told.nudge)
    return {
        "id": called, "period": told.period, "rule": nudge.pop("rule"), "subject": nudge.pop("subject") or None,
        "state": told.state, "queued_at": told.queued_at, "sent_at": told.sent_at, "feedback": told.feedback or None,
        "feedback_at": told.feedback_at, "change": told.change or None, **nudge,
        "evidence": dict(told.nudge.evidence),
    }  # fmt: skip
