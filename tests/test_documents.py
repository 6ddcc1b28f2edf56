"""The documents: every example of a rule loads and passes its tests, every command prints what is shown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from coachd import own, reference, rulebook
from coachd.cli import main, own_text
from coachd.resources import shipped

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RULES = DOCS / "rules.md"
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]

BLOCK = re.compile(
    r"^(?:`(?P<file>[\w./-]+)`(?P<more>, further tests)?:\n\n)?```(?P<kind>[\w ]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")

SMALLEST = {
    "id": "part-of-a-rule", "title": "Part of a rule", "why": "To be read.", "kind": "nudge", "family": "base",
    "each": "week", "message": {"plain": "It happened."},
}  # fmt: skip
"""What the documents leave out where they show a part of a rule."""


@dataclass(frozen=True)
class Block:
    """A block of code in a page: what it is, the file it is said to be in, and whether it is added to that file."""

    kind: str
    text: str
    file: str = ""
    added: bool = False


def blocks(page: Path, *kinds: str) -> list[Block]:
    found = [
        Block(match["kind"], match["text"], match["file"] or "", bool(match["more"]))
        for match in BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]
    return [block for block in found if block.kind in kinds]


def save(block: Block, folder: Path) -> None:
    path = folder / block.file
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if block.added else ""
    path.write_text(before + block.text, encoding="utf-8")


def whole(block: Block) -> str:
    """The block as a file of rules."""
    said = yaml.safe_load(block.text)
    if "version" in said:
        return block.text
    around = yaml.safe_dump({name: value for name, value in SMALLEST.items() if name not in said})
    return "version: 1\nrules:\n-\n" + indent(around + block.text, "  ")


def problems(file: Path) -> list[str]:
    found = rulebook.check([file])
    book = rulebook.load([file])
    return [*found, *(failure for rule in (*book.rules, *book.off) for failure in rulebook.test(rule))]


# rules

EXAMPLES = [block for page in (README, RULES) for block in blocks(page, "yaml") if not block.added]


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.text.partition("\n")[0])
def test_an_example_of_a_rule_loads_and_passes_its_tests(block, tmp_path):
    file = tmp_path / "example.yaml"
    file.write_text(whole(block), encoding="utf-8")
    assert problems(file) == []


def test_the_readme_counts_the_rules_and_names_those_that_are():
    book, page = rulebook.load([shipped("rules")], tests=False), README.read_text(encoding="utf-8")
    on, off = len(book.rules), len(book.off)
    assert f"{on + off} rules come with it, {on} of them on by default" in page
    named = re.findall(r"^\| [a-z ]+ \| `([a-z0-9-]+)` \|", page, re.MULTILINE)
    assert named
    assert set(named) <= {rule.id for rule in book.rules}


def test_every_file_of_the_walk_ends_without_a_problem_and_without_a_survivor(tmp_path):
    named = [block for block in blocks(RULES, "yaml") if block.file]
    for block in named:
        save(block, tmp_path)
    for file in {tmp_path / block.file for block in named}:
        assert problems(file) == []
        assert [survivor for rule in rulebook.load([file]).rules for survivor in rulebook.mutate(rule)] == []


def test_the_examples_of_profiles_and_of_an_athletes_own_words_come_into_force(tmp_path):
    for block in blocks(RULES, "yaml profile"):
        save(block, tmp_path)
    (profiled, *_) = blocks(RULES, "yaml profile")
    book = rulebook.load([shipped("rules"), (tmp_path / profiled.file).parents[1]])
    for block in blocks(RULES, "yaml own"):
        words = own.checked(own_text.read(block.text)).values()
        assert words["snoozed"].keys() <= {rule.id for rule in (*book.rules, *book.off)}
        assert rulebook.for_athlete(book, words["overrides"], book.profiles).problems == ()


def test_all_fields_of_the_format_stand_in_the_table():
    page = RULES.read_text(encoding="utf-8")
    assert reference.filled(page, "fields", reference.fields_table()) == page, "run `make docs`"


def test_the_reference_of_measures_is_current():
    assert (DOCS / "measures.md").read_text(encoding="utf-8") == reference.measures_page(), "run `make docs`"


# commands


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder in which somebody has run the demo and kept it as `robin`."""
    folder = tmp_path_factory.mktemp("desk")
    coachd(["demo", "--once", "--keep", "robin"], folder)
    return folder


def coachd(arguments: list[str], folder: Path) -> str:
    """What the command prints, on a terminal of 80 columns in this folder."""
    settings = {"COACHD_STATE_DIR": "robin", "RULES_DIR": "my-rules", "COLUMNS": "80", "HOME": str(folder)}
    run = subprocess.run(
        [sys.executable, "-m", "coachd", *arguments],
        cwd=folder, env={"PATH": os.environ["PATH"], **settings}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in run.stderr, run.stderr
    return run.stdout + run.stderr


def commands(block: Block) -> list[tuple[str, str]]:
    """Each command of a block with the output shown under it: `...` stands for any text, and columns may be wider."""
    parts = re.split(r"^\$ (.+)\n", block.text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_every_command_of_the_rule_writers_guide_prints_what_is_shown(desk):
    (desk / "my-rules").mkdir()
    for block in blocks(RULES, "yaml", "yaml broken", "yaml profile", "console"):
        if block.file:
            save(block, desk)
        for command, shown in commands(block):
            printed = coachd(shlex.split(command)[1:], desk)
            assert OutputChecker().check_output(shown, printed, ELLIPSIS | NORMALIZE_WHITESPACE), (
                f"$ {command}\n{printed}"
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists_with_its_options(page, capsys):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:^|\$ |/bin/|`)coachd ([^`\n]+)", text, re.MULTILINE)
    unknown = []
    for words in (shlex.split(found, comments=True) for found in named if "|" not in found):
        with pytest.raises(SystemExit) as ended:  # --help comes after every option was looked up, and runs nothing
            main([*words, "--help"])
        unknown += [capsys.readouterr().err] if ended.value.code else []
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []


def test_the_floor_plan_is_that_of_the_contract():
    """CONTRIBUTING.md names every floor that import-linter checks, in the same order."""
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = [re.findall(r"\w+", layer) for layer in layers if layer != "__main__"]
    plan = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The floors")[2].partition("```\n")[2]
    named = re.findall(r"^ *((?:\w+)(?: \| \w+)*)(?: \|)?  ", plan.partition("```")[0], re.MULTILINE)
    assert " ".join(named).replace(" |", "").split() == [name for floor in floors for name in floor]
