"""Rule files on disk -> the rules in force: loaded, checked, tested, with an athlete's profiles and own words.

The daemon, `coachd rules check`, `coachd rules test` and editors all see rules through this one loader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coachd.errors import RuleProblem
from coachd.language.document import MAX_CHARACTERS
from coachd.language.format import json_schema
from coachd.language.read import read_rules
from coachd.language.rule import Rule
from coachd.measures import registry
from coachd.resources import shipped
from coachd.rulebook.between import problems_between
from coachd.rulebook.inline_tests import mutate, test
from coachd.rulebook.lint import warnings
from coachd.rulebook.overrides import Overrides, in_force, overridden, with_params
from coachd.rulebook.profiles import ProfileFile, read_profile

LEAST_LOOKBACK_DAYS = 90
"""Enough to see that the minimum history is met, also of somebody who runs once a week, and when a shoe was worn."""

MAX_FILES = 1_000
"""More rule files than anybody reads: a folder by mistake must not keep the daemon busy for minutes."""

PROFILES = "profiles"
"""The folder, inside a folder of rules, whose files are profiles."""

Signature = Mapping[Path, tuple[int, int]]
"""File -> when it was changed, in nanoseconds, and its size."""

__all__ = [
    "LEAST_LOOKBACK_DAYS", "Overrides", "ProfileFile", "Rulebook", "check", "examined", "for_athlete", "load", "mutate",
    "reload", "schema", "stale", "test", "with_params",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force, those that are off, and every problem that kept something out, as text.

    `lookback_days` is how much history the rules in force need, counted from the last day of the judged period.
    `profiles` are those that an athlete may choose, by name. What else is here says how to load the same again.
    """

    rules: tuple[Rule, ...]
    off: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()
    profiles: Mapping[str, ProfileFile] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()
    verified: tuple[Path, ...] = ()
    with_tests: bool = True
    files: Signature = field(default_factory=dict)

    @property
    def lookback_days(self) -> int:
        wanted = (max(rule.lookback_days, (rule.history_days or 0) + 1) for rule in self.rules)
        return max(LEAST_LOOKBACK_DAYS, *wanted, 0)

    @property
    def lifelong(self) -> bool:
        """Whether a rule in force looks at everything stored, as far back as that goes."""
        return any(rule.lifelong for rule in self.rules)

    @property
    def streams_days(self) -> int:
        """How far back the rules in force look at what streams tell; 0 where none does."""
        return max((max(rule.lookback_days, 7) for rule in self.rules if "streams" in rule.data), default=0)

    @property
    def nights_days(self) -> int:
        """How far back rules look that need nights; 0 without any."""
        return max((rule.lookback_days for rule in self.rules if "nights" in rule.data), default=0)


def load(folders: Sequence[Path], *, verify: Sequence[Path] = (), tests: bool = True) -> Rulebook:
    """The rules in all YAML files of `folders`. A file with a problem gives no rules, and its problems are listed.

    A rule from a folder of `verify` whose own tests fail is kept out as well; the shipped ones passed theirs before
    they were shipped. Without `tests` only those that are run are read, which takes half the time. Raises nothing for
    bad rules: the good ones work.
    """
    files = _signature(folders)
    rules, problems = _read([file for folder in folders for file in _rule_files(folder)], None if tests else verify)
    problems += [f"{folder}: there is no such folder of rules" for folder in folders if not folder.exists()]
    problems += problems_between(rules, {})
    profiles, faults = _profiles(folders)
    failures = {rule.id: test(rule) for rule in rules.values() if _is_in(rule.file, verify)}
    problems += [*faults, *(f"{rules[name].place}: {failure}" for name, found in failures.items() for failure in found)]
    kept = [rule for rule in rules.values() if not failures.get(rule.id)]
    book = Rulebook((), (), tuple(problems), profiles, tuple(folders), tuple(verify), tests, files)
    return _sorted_out(book, kept, {})


def for_athlete(book: Rulebook, overrides: Overrides, profiles: Sequence[str] = ()) -> Rulebook:
    """The rules for one athlete: first what their profiles change, in their order, then their own words.

    What cannot be done is added to `problems`, with the bound where a number is outside of its bounds, and leaves that
    rule as it was.
    """
    known = {name: book.profiles[name] for name in profiles if name in book.profiles}
    layers = [(f"profile '{name}', ", profile.override) for name, profile in known.items()]
    if overrides:
        layers.append(("", overrides))
    missing = [f"profile '{name}': there is no such profile" for name in profiles if name not in known]
    if not layers and not missing:
        return book
    rules = {rule.id: rule for rule in (*book.rules, *book.off)}
    problems = [*book.problems, *missing]
    switched: dict[str, bool] = {}
    for heading, layer in layers:
        problems += [f"{heading}{problem}" for problem in overridden(rules, switched, layer)]
    return _sorted_out(replace(book, problems=tuple(problems)), list(rules.values()), switched)


def stale(book: Rulebook) -> bool:
    """Whether a file of the rulebook was changed, added or removed since it was loaded."""
    return _signature(book.folders) != book.files


def reload(book: Rulebook) -> Rulebook:
    """The rulebook as its files are now; with any problem in them, the rules as they were, and the problems.

    The old set stays as a whole, so that an edit comes into force at once or not at all. It is not stale then: it is
    tried again when a file changes again. A caller who compares `problems` can tell the operator once.
    """
    fresh = load(book.folders, verify=book.verified, tests=book.with_tests)
    return replace(book, problems=fresh.problems, files=fresh.files) if fresh.problems else fresh


def check(paths: Sequence[Path]) -> list[str]:
    """Every problem in rule files or folders of them, as text."""
    return examined(paths)[0]


def examined(paths: Sequence[Path]) -> tuple[list[str], list[str]]:
    """Every problem in rule files or folders of them, and what is allowed in them and yet worth a word, as text.

    What the rules' own tests say is left to `test`. Rules may name those that are shipped, wherever they lie.
    """
    rules, problems = _read([file for path in paths for file in _rule_files(path)])
    problems += [f"{path}: no rule file is in it; they end in .yaml" for path in paths if not _rule_files(path)]
    ours = shipped("rules")
    theirs = {name: rule for name, rule in rules.items() if not _is_in(rule.file, [ours])}
    known = _read(_rule_files(ours), ())[0] if theirs else {}
    problems += problems_between(rules, known)
    profiles, faults = _profiles(paths)
    book = _sorted_out(Rulebook((), profiles=profiles), list(rules.values()), {})
    for name in profiles:
        faults += for_athlete(book, {}, [name]).problems
    taken = [
        f"{rule.place}: '{name}' is the id of a rule that comes with coachd: in RULES_DIR it needs another one"
        for name, rule in theirs.items()
        if name in known
    ]
    return [*problems, *faults], [*taken, *warnings(rules.values())]


def schema() -> dict[str, Any]:
    """The format of rule files as JSON Schema, for editors."""
    return json_schema()


def _sorted_out(book: Rulebook, rules: Sequence[Rule], switched: Mapping[str, bool]) -> Rulebook:
    """The book with these rules, in force and off; `switched` is whether an athlete wants a rule."""
    on = [in_force(rule, switched.get(rule.id)) for rule in rules]
    return replace(
        book,
        rules=tuple(rule for rule, is_on in zip(rules, on, strict=True) if is_on),
        off=tuple(rule for rule, is_on in zip(rules, on, strict=True) if not is_on),
    )


def _is_in(file: Path | str, folders: Sequence[Path]) -> bool:
    return any(Path(file).is_relative_to(folder) for folder in folders)


def _rule_files(path: Path) -> list[Path]:
    return [file for file in _files(path) if PROFILES not in file.relative_to(path).parts[:-1]]


def _profile_files(path: Path) -> list[Path]:
    return [file for file in _files(path) if PROFILES in file.relative_to(path).parts[:-1]]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))


def _signature(folders: Sequence[Path]) -> Signature:
    found: dict[Path, tuple[int, int]] = {}
    for file in (file for folder in folders for file in _files(folder)):
        try:
            about = file.stat()
        except OSError:
            continue  # it went while we looked, or leads nowhere: whoever reads it says so
        found[file] = (about.st_mtime_ns, about.st_size)
    return found


def _read(files: Sequence[Path], tests_of: Sequence[Path] | None = None) -> tuple[dict[str, Rule], list[str]]:
    """The rules by id, in the order of the files, and the problems in them.

    With `tests_of` only rules from these folders come with their tests.
    """
    rules: dict[str, Rule] = {}
    problems: list[str] = []
    if len(files) > MAX_FILES:
        problems.append(f"{files[MAX_FILES]}: this and {len(files) - MAX_FILES - 1:,} more rule files are not read; "
                        f"at most {MAX_FILES:,} are")  # fmt: skip
    for file, text in _texts(files[:MAX_FILES], problems):
        try:
            found = read_rules(text, str(file), registry(), tests=tests_of is None or _is_in(file, tests_of))
        except RuleProblem as problem:
            problems += problem.problems
            continue
        for rule in found:
            if rule.id in rules:
                problems.append(f"{rule.place}: the id '{rule.id}' is taken by {rules[rule.id].place}; choose another")
            rules.setdefault(rule.id, rule)
    return rules, problems


def _profiles(paths: Sequence[Path]) -> tuple[dict[str, ProfileFile], list[str]]:
    """The profiles by name; one of a later folder takes the place of one of the same name."""
    problems: list[str] = []
    found: dict[str, ProfileFile] = {}
    for file, text in _texts([file for path in paths for file in _profile_files(path)], problems):
        try:
            profile = read_profile(text, str(file))
        except RuleProblem as problem:
            problems += problem.problems
        else:
            found[profile.name] = profile
    return found, problems


def _texts(files: Sequence[Path], problems: list[str]) -> Iterator[tuple[Path, str]]:
    """Every file that can be read, with its text; adds to `problems` why another one cannot."""
    for file in files:
        if file.exists() and not file.is_file():
            problems.append(f"{file}: this is no file with rules, but a folder, pipe or device; give it another name")
            continue  # reading a pipe would wait for ever
        try:
            with file.open(encoding="utf-8") as opened:
                yield file, opened.read(MAX_CHARACTERS + 1)  # of a huge file as much as shows that it is one
        except OSError as error:
            problems.append(f"{file}: this file cannot be read: {error.strerror or error}")
        except UnicodeDecodeError:
            problems.append(f"{file}: this file is not text in UTF-8; save it as UTF-8")
