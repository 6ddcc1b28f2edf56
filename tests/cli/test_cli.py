from __future__ import annotations

import errno
import importlib
import os
import subprocess
import sys

import click
import pytest

import coachd as package
from coachd import cli
from coachd.errors import (
    AlreadyRunning,
    CoachdError,
    ConfigProblem,
    DeliveryProblem,
    OperatorNeeded,
    ReconnectNeeded,
    StoreProblem,
)


def every_command():
    for name, (module, _words) in cli.COMMANDS.items():
        yield (name,)
        command = getattr(importlib.import_module(f"coachd.cli.{module}"), f"{name}_command")
        if isinstance(command, click.Group):
            yield from ((name, part) for part in command.list_commands(click.Context(command)))


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
def test_every_command_explains_itself(bare, command):
    said = bare(*command, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: coachd {' '.join(command)} ")
    words = said.out.split("\n\n")[1].strip()
    assert words, "a command without a sentence about what it does"
    assert words[0].isupper()


def test_help_lists_every_command_in_one_line_each(bare):
    out = bare("--help").out
    for name, (_module, words) in cli.COMMANDS.items():
        assert f"  {name:<10}  {words}\n" in out


def test_no_help_text_is_cut_short(bare):
    groups = {command[0] for command in every_command() if len(command) > 1}
    assert groups == {"db", "digest", "rules", "athlete", "race", "channel", "nudges", "activity", "shoe"}
    for group in groups:
        assert "...\n" not in bare(group, "--help").out.split("Commands:")[1]


def test_the_version_is_the_package_s(bare):
    assert bare("--version").out == f"coachd, version {package.__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["status", "--nonsense"], ["connect"], ["connect", "nowhere"]])
def test_a_command_written_wrongly_is_told_how_to_go_on(bare, arguments):
    said = bare(*arguments)
    assert said.code == 2
    assert "--help' for help" in said.err


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (ConfigProblem(["A: is wrong", "B: is wrong"], "Do this."), 2),
        (StoreProblem("It is broken.", "Do this."), 3),
        (AlreadyRunning("It runs.", "Do this."), 4),
        (ReconnectNeeded("It was revoked.", "Do this."), 5),
        (OperatorNeeded("It is inactive.", "Do this."), 5),
        (DeliveryProblem("It bounced.", advice="Do this."), 6),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, CoachdError) else str(value),
)
def test_an_expected_problem_ends_with_words_advice_and_its_own_code(bare, monkeypatch, problem, code):
    def raising(**_options):
        raise problem

    monkeypatch.setattr(cli.cli, "main", raising)
    said = bare("status")
    assert said.code == code
    assert said.err == f"coachd: {problem}\nDo this.\n"


def test_an_interrupted_command_says_so_and_has_the_shell_s_code(bare, monkeypatch):
    def interrupted(**_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.cli, "main", interrupted)
    said = bare("status")
    assert (said.code, said.err) == (130, "\nStopped.\n")


def test_a_reader_that_has_seen_enough_is_no_problem(bare, monkeypatch):
    def gone(**_options):
        raise BrokenPipeError

    monkeypatch.setattr(cli.cli, "main", gone)
    assert bare("status").code == 0


def test_a_surprise_is_not_dressed_up_as_an_expected_problem(monkeypatch):
    def surprised(**_options):
        raise OSError("no file is to blame")

    monkeypatch.setattr(cli.cli, "main", surprised)
    with pytest.raises(OSError, match="no file is to blame"):
        cli.main(["status"])


def test_a_full_disk_behind_the_output_is_said_in_words(bare, monkeypatch):
    def full(**_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cli.cli, "main", full)
    said = bare("status")
    assert said.code == 2
    assert "the output cannot be used: No space left on device." in said.err


def test_a_terminal_without_our_signs_shows_others_and_no_traceback():
    code = "from coachd import cli; cli.cli.main = lambda **_: print('▇ Lauf ä'); cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode("latin-1") == "? Lauf ä\n"


def test_a_state_folder_that_cannot_be_is_named(bare, tmp_path):
    (tmp_path / "file").write_text("")
    said = bare("--state", tmp_path / "file" / "state", "status")
    assert said.code == 2
    assert f"coachd: {tmp_path / 'file' / 'state'} cannot be used: Not a directory." in said.err
    assert "Check the path" in said.err


def test_wrong_settings_are_all_told_at_once(coachd, monkeypatch):
    monkeypatch.setenv("ATHLETE_ZONE", "Mars/Base")
    monkeypatch.setenv("POLL_MINUTES", "1")
    said = coachd("status")
    assert said.code == 2
    assert "ATHLETE_ZONE: is not a time zone" in said.err
    assert "POLL_MINUTES: should be greater than or equal to 5" in said.err


class TestStateFolder:
    @pytest.fixture
    def places(self, tmp_path, monkeypatch):
        """All ways to name a folder, the strongest first, each with its own."""
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
        monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "systemd"))
        monkeypatch.setenv("COACHD_STATE_DIR", str(tmp_path / "own"))
        return tmp_path

    def test_the_option_wins(self, bare, places):
        assert bare("--state", places / "option", "db", "upgrade").code == 0
        assert sorted(path.name for path in places.glob("*/coachd.db")) == ["coachd.db"]
        assert (places / "option" / "coachd.db").exists()

    def test_then_the_setting(self, bare, places):
        bare("db", "upgrade")
        assert [path.parent.name for path in places.glob("*/coachd.db")] == ["own"]

    def test_then_what_the_service_manager_gives(self, bare, places, monkeypatch):
        monkeypatch.delenv("COACHD_STATE_DIR")
        bare("db", "upgrade")
        assert [path.parent.name for path in places.glob("*/coachd.db")] == ["systemd"]

    def test_then_the_user_s_own(self, bare, places, monkeypatch):
        monkeypatch.delenv("COACHD_STATE_DIR")
        monkeypatch.delenv("STATE_DIRECTORY")
        bare("db", "upgrade")
        assert (places / "xdg" / "coachd" / "coachd.db").exists()

    def test_it_is_the_owner_s_alone(self, coachd, state):
        coachd("status")
        assert state.stat().st_mode & 0o777 == 0o700
