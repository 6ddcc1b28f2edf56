"""What holds for the whole house: its floors, its locks, its wheel, and how quickly the door opens."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "coachd"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]

HOST = re.compile(
    r"://|--(?:index|extra-index|find-links|trusted-host)|\b[\w-]+\.(?:com|dev|io|net|org)\b|^-e|\s@\s", re.MULTILINE
)
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+))?", re.MULTILINE)
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.])/(?:home|Users|root|work|workspace)/\w")
ASKS_THE_TIME = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|localtime|gmtime))\(")


def python(*arguments: str) -> str:
    """What this Python prints when it runs with these arguments; its complaint as a failed test otherwise."""
    run = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def files(folder: Path) -> set[str]:
    """The files in a folder that belong to the project, by their path from there."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions that a lock names for each package; more than one where Pythons differ."""
    found: dict[str, set[str]] = {}
    for pin in PIN.finditer(lock.read_text()):
        found.setdefault(pin["name"], set()).add(pin["version"])
    return found


def declared(requirements: list[str]) -> Iterator[Requirement]:
    """The packages that pyproject.toml asks for, with our own extras followed."""
    for requirement in map(Requirement, requirements):
        if requirement.name == PROJECT["name"]:
            for extra in requirement.extras:
                yield from declared(PROJECT["optional-dependencies"][extra])
        else:
            yield requirement


# floors


def test_imports_go_one_way_and_every_module_has_a_floor():
    python("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))")


def test_only_the_clock_asks_what_time_it_is():
    asking = [path.name for path in PACKAGE.rglob("*.py") if ASKS_THE_TIME.search(path.read_text())]
    assert asking == ["clock.py"]


def test_the_command_starts_without_the_heavy_libraries():
    heavy = ["stravalib", "sqlalchemy", "requests", "pydantic", "jinja2", "apprise", "apscheduler", "cryptography"]
    loaded = python("-c", f"import sys, json, coachd.cli; print(json.dumps([m for m in {heavy} if m in sys.modules]))")
    assert json.loads(loaded) == []


# locks


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host(lock):
    assert HOST.findall(lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_one_version_with_its_hashes(lock):
    text = re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE)
    entries = text.replace("\\\n", "").splitlines()
    assert entries
    assert [entry for entry in entries if not (PIN.match(entry) and "--hash=sha256:" in entry)] == []


def test_both_locks_agree():
    run, development = map(pins, LOCKS)
    assert {name: development.get(name) for name in run} == run


@pytest.mark.parametrize(("lock", "extra"), [(LOCKS[0], "build"), (LOCKS[1], "dev")], ids=["run", "dev"])
def test_a_lock_answers_everything_that_pyproject_asks_for(lock, extra):
    locked = pins(lock)
    here = {**default_environment(), "platform_machine": "x86_64"}
    unanswered = [
        str(asked)
        for asked in declared([*PROJECT["dependencies"], f"{PROJECT['name']}[{extra}]"])
        if (asked.marker is None or asked.marker.evaluate(here))
        and not any(asked.specifier.contains(version) for version in locked.get(canonicalize_name(asked.name), ()))
    ]
    assert unanswered == [], "run `make lock`"


def test_the_daemon_carries_no_number_crunchers():
    assert pins(LOCKS[0]).keys().isdisjoint({"numpy", "pandas", "matplotlib", "scipy", "torch"})


# what is shipped


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (built,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


@pytest.mark.parametrize("folder", ["rules", "templates"])
def test_the_wheel_carries_every_file_of_the_folder(wheel, folder):
    shipped = {name.removeprefix(f"coachd/_data/{folder}/") for name in wheel if f"/_data/{folder}/" in name}
    assert shipped == files(ROOT / folder) != set()


def test_the_wheel_carries_the_whole_package_with_its_migrations(wheel):
    shipped = {name.removeprefix("coachd/") for name in wheel if re.match("coachd/(?!_data/)", name)}
    assert shipped == files(PACKAGE)
    assert any(name.startswith("migrations/versions/") for name in shipped)


def test_the_wheel_carries_the_licence(wheel):
    assert any(name.endswith("/licenses/LICENSE") for name in wheel)


@pytest.mark.parametrize("folder", ["src", "rules", "templates", "docs", "bench", "tests"])
def test_no_file_names_a_folder_of_somebodys_own_machine(folder):
    naming = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in map((ROOT / folder).joinpath, files(ROOT / folder))
        if (match := SOMEBODYS_FOLDER.search(path.read_text(errors="replace")))
    ]
    assert naming == []


def test_the_changelog_speaks_of_this_version():
    from coachd import __version__

    assert f"[{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
