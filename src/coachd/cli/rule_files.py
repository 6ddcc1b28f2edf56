"""`rules check`, `test`, `mutate`, `new`, `schema`: what somebody needs who writes rules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import click

from coachd import rulebook
from coachd.cli import common
from coachd.cli.rules import existing, in_files, is_path
from coachd.errors import InputProblem, RuleProblem
from coachd.language.problems import did_you_mean
from coachd.language.rule import Rule
from coachd.resources import shipped

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TEMPLATE_ID = "new-rule"

PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")


@click.command()
@PATHS
@click.pass_context
def check_command(ctx: click.Context, paths: Sequence[Path]) -> None:
    """Find every problem in rule files.

    Each is shown with its line, and after them what is allowed and yet worth a word. PATH is a file or a folder;
    without it, the rules in force.
    """
    problems, warnings = rulebook.examined(existing(ctx, paths))
    if problems:
        raise RuleProblem(problems)
    click.echo("All rules are well formed.")
    for warning in warnings:
        click.echo(warning)


@click.command()
@PATHS
@click.pass_context
def test_command(ctx: click.Context, paths: Sequence[Path]) -> None:
    """Run the tests that rules carry; failures explain themselves.

    PATH is a file or a folder; without it, the rules in force.
    """
    rules = in_files(existing(ctx, paths))
    failures = [f"{rule.place}: {failure}" for rule in rules for failure in rulebook.test(rule)]
    tests = sum(len(rule.tests) for rule in rules)
    if failures:
        raise RuleProblem(failures, f"{len(failures)} of {tests} tests failed.")
    click.echo(f"{_counted(tests, 'test')} of {_counted(len(rules), 'rule')} passed.")
    for rule in rules:
        if not rule.tests:
            click.echo(f"{rule.id} has no test.")


@click.command()
@click.argument("chosen", nargs=-1, metavar="[ID|PATH]...")
@click.pass_context
def mutate_command(ctx: click.Context, chosen: Sequence[str]) -> None:
    """Find what the tests of rules would not notice.

    Puts one mistake at a time into a rule (a condition dropped, a comparison turned round, a border moved by one) and
    runs its tests. Without ID and PATH, all rules in force; that takes a while.
    """
    rules = _chosen(ctx, chosen)
    unnoticed = 0
    for rule in rules:
        survivors = rulebook.mutate(rule)
        unnoticed += len(survivors)
        for survivor in survivors:
            click.echo(f"{rule.id}: no test notices when {survivor}")
    if unnoticed:
        click.echo(f"\n{_counted(unnoticed, 'mistake')} would go unnoticed: a test for each would help.")
    else:
        click.echo(f"The tests of {_counted(len(rules), 'rule')} notice every mistake.")


def _chosen(ctx: click.Context, chosen: Sequence[str]) -> list[Rule]:
    paths = [Path(text) for text in chosen if is_path(text)]
    ids = [text for text in chosen if not is_path(text)]
    found = in_files(existing(ctx, paths)) if paths or not chosen else []
    installed = {rule.id: rule for rule in in_files(existing(ctx, []))} if ids else {}
    for rule_id in ids:
        if rule_id not in installed:
            hint = did_you_mean(rule_id, installed)
            raise InputProblem(f"There is no rule called {rule_id}.", hint.capitalize() or "Name an id or a file.")
        found.append(installed[rule_id])
    return found


@click.command()
@click.argument("rule_id", metavar="ID")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def new_command(ctx: click.Context, rule_id: str, folder: Path | None) -> None:
    """Write a rule file to fill in.

    It goes to FOLDER, else to RULES_DIR, and is a working rule with comments and tests. A file that is there already
    stays as it is.
    """
    if not ID.fullmatch(rule_id) or len(rule_id) > 60:
        raise InputProblem(f"{rule_id!r} is no id for a rule.", "Write small letters and hyphens: my-long-runs.")
    target = folder or common.settings(ctx).rules_dir
    if target is None:
        raise InputProblem("There is no folder for rules of your own yet.", "Name one, or set RULES_DIR in .env.")
    book = rulebook.load(existing(ctx, []), tests=False)
    if rule_id in {rule.id for rule in (*book.rules, *book.off)}:
        raise InputProblem(f"There is a rule called {rule_id} already.", "Choose another id: one is never used twice.")
    text = (shipped("templates") / "new-rule.yaml").read_text(encoding="utf-8")
    file = target / f"{rule_id}.yaml"
    target.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text.replace(TEMPLATE_ID, rule_id))
    except FileExistsError:
        raise InputProblem(f"{file} is there already.", "Choose another id, or edit that file.") from None
    click.echo(f"{file} is written: a working rule, to be made yours. Next:")
    click.echo(
        f"  coachd rules check {file}\n  coachd rules test {file}\n  coachd rules replay {file} --since 2024-01-01"
    )


@click.command()
def schema_command() -> None:
    """Print the format of rule files for your editor, as JSON Schema."""
    click.echo(json.dumps(rulebook.schema(), indent=1, ensure_ascii=False))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
