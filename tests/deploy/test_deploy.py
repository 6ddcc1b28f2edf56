"""The service files, judged by the tools of those who will run them; no network, no service manager."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "coachd.service"

MOST_EXPOSED = 20
"""The highest exposure that the unit may have, in tenths; `systemd-analyze security` counts a bare unit as 92."""


def tool(name):
    """A program of this environment or of the machine; the test is skipped where it is absent."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    return found or pytest.skip(f"{name} is not installed")


def said(*command):
    """What a tool says on both its channels; a failed test if it ends badly."""
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


@pytest.fixture
def unit(tmp_path):
    """The unit with a program that exists here, since the analysers look for it."""
    path = tmp_path / UNIT.name
    path.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text()))
    return str(path)


def test_the_unit_is_understood_without_a_complaint(unit):
    complaints = [line for line in said(tool("systemd-analyze"), "verify", unit).splitlines() if UNIT.name in line]
    assert complaints == []


def test_the_unit_leaves_little_exposed(unit):
    said(tool("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)


def test_the_unit_gives_life_signs_in_the_way_the_daemon_does():
    lines = UNIT.read_text().splitlines()
    assert {"Type=notify", "NotifyAccess=main", "WatchdogSec=120"} <= set(lines)
    assert any(re.fullmatch(r"ExecStart=/\S+/coachd run", line) for line in lines)


def test_every_secret_of_the_unit_is_one_that_the_settings_know():
    from coachd.config import SECRETS

    loaded = re.findall(r"(?m)^LoadCredential=(\w+):coachd\.(\w+)$", UNIT.read_text())
    assert {name for pair in loaded for name in pair} == set(SECRETS)


def test_the_containerfile_passes_its_linter():
    assert said(tool("hadolint"), str(DEPLOY / "Containerfile")) == ""


def test_everything_that_the_containerfile_copies_exists():
    copies = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", (DEPLOY / "Containerfile").read_text())
    wanted = [name for names in copies for name in names.split()]
    assert wanted
    assert [name for name in wanted if not (ROOT / name).exists()] == []


def test_the_image_runs_as_nobody_in_particular():
    last_stage = (DEPLOY / "Containerfile").read_text().rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last_stage


def test_the_compose_file_fits_its_schema():
    said(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))


def test_the_compose_file_takes_away_what_the_daemon_does_not_need():
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["coachd"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert "ports" not in service


def test_every_secret_of_the_compose_file_is_mounted_where_its_setting_looks():
    from coachd.config import SECRETS

    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    service = compose["services"]["coachd"]
    assert set(service["secrets"]) == set(compose["secrets"]) <= set(SECRETS)
    looked_for = {f"{name.upper()}_FILE": f"/run/secrets/{name}" for name in service["secrets"]}
    assert service["environment"] == looked_for
