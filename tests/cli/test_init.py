"""`coachd init`: questions, and the `.env` that comes of them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from processes import SECRET, Home

from coachd import channels, config
from coachd.cli import cli

PASSWORD = """p'a"s$s #w\\ord"""


def answers(*more: str) -> str:
    return "\n".join(["Europe/Berlin", "mi", "12345", SECRET, *more]) + "\n"


def run(state: Path, typed: str, *arguments: str):
    return CliRunner().invoke(cli, ["--state", str(state), "init", *arguments], input=typed)


def test_a_mail_relay_and_an_awkward_password_come_out_as_typed(state):
    typed = answers("robin@example.org", "smtp.example.org", "tls", "465", "robin", PASSWORD, "n")
    done = run(state, typed)
    assert done.exit_code == 0, done.output
    settings = config.load({}, state=state)
    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == PASSWORD
    assert settings.strava_client_secret is not None
    assert settings.strava_client_secret.get_secret_value() == SECRET
    assert (settings.athlete_zone, settings.athlete_units) == ("Europe/Berlin", "mi")
    assert (settings.mail_to, settings.smtp_host, settings.smtp_port) == (
        "robin@example.org", "smtp.example.org", 465,
    )  # fmt: skip
    assert channels.chosen(settings) == ["email"]


def test_the_file_is_the_owner_s_alone_and_secrets_are_not_shown(state):
    done = run(state, answers("", "n"))
    assert (state / ".env").stat().st_mode & 0o777 == 0o600
    assert SECRET not in done.output
    assert "Next: `coachd connect strava`" in done.output


def test_enter_all_the_way_is_enough(state):
    done = run(state, "\n" * 8)
    assert done.exit_code == 0, done.output
    assert channels.chosen(config.load({}, state=state)) == ["folder"]


def test_push_addresses_are_asked_for_only_when_wanted(state):
    run(state, answers("", "y", "ntfy://coachd-test"))
    assert channels.chosen(config.load({}, state=state)) == ["apprise", "folder"]


def test_a_wrong_answer_is_asked_for_again_at_once_and_the_others_are_kept(state):
    done = run(state, "Mars/Base\nEurope/Berlin\nmiles\nmi\nmine\n12345\n\n\n\n")
    assert done.exit_code == 0, done.output
    assert "Error: ATHLETE_ZONE: is not a time zone; write for example Europe/Amsterdam" in done.output
    assert "Error: STRAVA_CLIENT_ID: must be the number" in done.output
    settings = config.load({}, state=state)
    assert (settings.athlete_zone, settings.athlete_units, settings.strava_client_id) == (
        "Europe/Berlin", "mi", "12345",
    )  # fmt: skip


def test_settings_that_exist_are_not_written_over(coachd, state):
    state.mkdir(mode=0o700)
    (state / ".env").write_text("ATHLETE_UNITS=mi\n")
    said = coachd("init")
    assert said.code == 2
    assert said.err == f"coachd: {state}/.env exists already.\nEdit it, or write it anew with --force.\n"
    assert (state / ".env").read_text() == "ATHLETE_UNITS=mi\n"
    assert run(state, "\n" * 8, "--force").exit_code == 0
    assert "ATHLETE_UNITS=km" in (state / ".env").read_text()


def test_on_a_real_terminal_what_is_secret_is_not_echoed(tmp_path):
    home = Home(tmp_path)
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "coachd", "init"], env=home.environment(), cwd=home.home,
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = ""
    for question, typed in [
        ("time zone", "Europe/Berlin"), ("Distances", ""), ("client id", "12345"), ("client secret", SECRET),
        ("mail address", ""), ("push", ""),
    ]:  # fmt: skip
        while not re.search(rf"{question}[^\n]*: $", shown):
            shown += os.read(ours, 4096).decode()
        os.write(ours, f"{typed}\n".encode())
    assert command.wait(60) == 0
    os.close(ours)
    assert SECRET not in shown
    settings = config.load({}, state=home.state)
    assert settings.strava_client_secret is not None
    assert settings.strava_client_secret.get_secret_value() == SECRET
