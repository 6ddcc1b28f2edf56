from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from datetime import date, time, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import requests
from click.testing import CliRunner
from processes import SECRET, Home, connect, pointed_at, started, visit

from coachd import channels, config
from coachd.cli import cli
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.sources.strava import oauth

PASSWORD = """p'a"s$s #w\\ord"""


@pytest.fixture
def strava():
    days = [date(2025, 10, 1) + timedelta(days=number) for number in range(5)]
    runs = [
        summary_activity(
            number, day, time(7), ZoneInfo("UTC"), distance=10_000.0, moving_time=3_000, elapsed_time=3_100
        )
        for number, day in enumerate(days, start=9001)
    ]
    with StravaStandIn(World(runs, {"id": 70070071, "firstname": "Robin"})) as stand_in:
        yield stand_in


@pytest.fixture
def connected(strava, monkeypatch):
    """The environment of a runner whose Strava is the stand-in."""
    for name, value in {**pointed_at(strava), "STRAVA_RETENTION_DAYS": "0"}.items():
        monkeypatch.setenv(name, value)
    return strava


def answer(stand_in: StravaStandIn, page: str) -> str:
    """The address a browser is sent to by the page, without going there."""
    return requests.get(page, allow_redirects=False, timeout=10, proxies={"http": ""}).headers["Location"]


@pytest.fixture
def pasting(coachd, connected, monkeypatch):
    """`connect --paste`, with the address that somebody makes of the page shown."""

    def run(made=lambda page: answer(connected, page)):
        pages: list[str] = []
        invite = oauth.invite

        def noting(settings, redirect_uri):
            invitation = invite(settings, redirect_uri)
            pages.append(invitation.url)
            return invitation

        monkeypatch.setattr(oauth, "invite", noting)
        monkeypatch.setattr("click.prompt", lambda *_words, **_options: made(pages[-1]))
        return coachd("connect", "strava", "--paste")

    return run


class TestInit:
    def answers(self, *more: str) -> str:
        return "\n".join(["Europe/Berlin", "mi", "12345", SECRET, *more]) + "\n"

    def run(self, state: Path, typed: str, *arguments: str):
        return CliRunner().invoke(cli, ["--state", str(state), "init", *arguments], input=typed)

    def test_a_mail_relay_and_an_awkward_password_come_out_as_typed(self, state):
        typed = self.answers("robin@example.org", "smtp.example.org", "tls", "465", "robin", PASSWORD, "n")
        done = self.run(state, typed)
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

    def test_the_file_is_the_owner_s_alone_and_secrets_are_not_shown(self, state):
        done = self.run(state, self.answers("", "n"))
        assert (state / ".env").stat().st_mode & 0o777 == 0o600
        assert SECRET not in done.output
        assert "Next: `coachd connect strava`" in done.output

    def test_enter_all_the_way_is_enough(self, state):
        done = self.run(state, "\n" * 8)
        assert done.exit_code == 0, done.output
        assert channels.chosen(config.load({}, state=state)) == ["folder"]

    def test_push_addresses_are_asked_for_only_when_wanted(self, state):
        self.run(state, self.answers("", "y", "ntfy://coachd-test"))
        assert channels.chosen(config.load({}, state=state)) == ["apprise", "folder"]

    def test_a_wrong_answer_is_asked_for_again_at_once_and_the_others_are_kept(self, state):
        done = self.run(state, "Mars/Base\nEurope/Berlin\nmiles\nmi\nmine\n12345\n\n\n\n")
        assert done.exit_code == 0, done.output
        assert "Error: ATHLETE_ZONE: is not a time zone; write for example Europe/Amsterdam" in done.output
        assert "Error: STRAVA_CLIENT_ID: must be the number" in done.output
        settings = config.load({}, state=state)
        assert (settings.athlete_zone, settings.athlete_units, settings.strava_client_id) == (
            "Europe/Berlin", "mi", "12345",
        )  # fmt: skip

    def test_settings_that_exist_are_not_written_over(self, coachd, state):
        state.mkdir(mode=0o700)
        (state / ".env").write_text("ATHLETE_UNITS=mi\n")
        said = coachd("init")
        assert said.code == 2
        assert said.err == f"coachd: {state}/.env exists already.\nEdit it, or write it anew with --force.\n"
        assert (state / ".env").read_text() == "ATHLETE_UNITS=mi\n"
        assert self.run(state, "\n" * 8, "--force").exit_code == 0
        assert "ATHLETE_UNITS=km" in (state / ".env").read_text()

    def test_on_a_real_terminal_what_is_secret_is_not_echoed(self, tmp_path):
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


class TestConnect:
    def test_following_the_printed_page_connects(self, strava, tmp_path):
        home = Home(tmp_path, pointed_at(strava))
        command = connect(home)
        assert "Connected as Robin.\n" in command.stdout
        assert "Next: `coachd sync`" in command.stdout
        assert home.json("status")["athletes"][0]["sources"][0]["state"] == "ok"

    def test_the_browser_is_told_that_it_may_be_closed(self, strava, tmp_path):
        with started(Home(tmp_path, pointed_at(strava)), "connect", "strava", "--no-browser") as command:
            shown = visit(command.until("/oauth/authorize?").strip())
            assert "You can close this window" in shown.text
            assert command.wait() == 0

    def test_a_refusal_is_said_with_the_way_back(self, strava, tmp_path):
        strava.world.refuse_authorisation = True
        with started(Home(tmp_path, pointed_at(strava)), "connect", "strava", "--no-browser") as command:
            visit(command.until("/oauth/authorize?").strip())
            assert command.wait() == 5
            assert "Strava was told not to let coachd in." in command.stderr
            assert "choose Authorize" in command.stderr

    def test_what_is_lost_with_an_unticked_box_is_said(self, connected, pasting):
        connected.world.granted_scopes = frozenset({"read", "activity:read_all"})
        said = pasting()
        assert said.code == 0
        assert "Note: Your shoes and heart-rate zones stay hidden" in said.out

    def test_a_browser_that_never_comes_back_is_not_waited_for_for_ever(self, coachd, connected):
        said = coachd("connect", "strava", "--no-browser", "--timeout", 0)
        assert said.code == 5
        assert "The browser did not come back within 0 seconds." in said.err
        assert "coachd connect strava --paste" in said.err

    def test_an_address_pasted_connects(self, pasting):
        said = pasting()
        assert said.code == 0
        assert "copy its whole address" in said.out
        assert "Connected as Robin." in said.out

    @pytest.mark.parametrize("address", ["", "nonsense", "http://localhost:8081/connected?state=other&code=1"])
    def test_another_address_is_refused(self, pasting, address):
        said = pasting(lambda _page: address)
        assert said.code == 2
        assert "That address does not belong to this attempt to connect." in said.err

    def test_an_address_without_a_code_is_asked_for_whole(self, pasting):
        def cut(page: str) -> str:
            return f"http://localhost:8081/connected?state={parse_qs(urlsplit(page).query)['state'][0]}"

        said = pasting(cut)
        assert said.code == 2
        assert "Paste the whole address" in said.err

    def test_a_code_is_good_for_once(self, pasting, connected):
        kept: list[str] = []

        def replayed(page: str) -> str:
            address = answer(connected, page)
            state = parse_qs(urlsplit(page).query)["state"][0]
            kept.append(parse_qs(urlsplit(address).query)["code"][0])
            return f"http://localhost:8081/connected?state={state}&code={kept[0]}&scope=read,activity:read_all"

        assert pasting(replayed).code == 0
        said = pasting(replayed)
        assert said.code == 5
        assert "Strava did not accept the code." in said.err

    def test_over_ssh_pasting_is_chosen_by_itself(self, coachd, connected, monkeypatch):
        monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
        said = coachd("connect", "strava", "--timeout", 0, typed="nonsense\n")
        assert said.code == 2
        assert "Paste it here" in said.out

    def test_a_browser_is_opened_unless_it_should_not(self, coachd, connected, monkeypatch):
        opened: list[str] = []
        monkeypatch.setattr("webbrowser.open", opened.append)
        coachd("connect", "strava", "--timeout", 0)
        assert [urlsplit(page).path for page in opened] == ["/oauth/authorize"]
        coachd("connect", "strava", "--timeout", 0, "--no-browser")
        assert len(opened) == 1

    def test_without_an_application_it_says_where_to_make_one(self, coachd):
        said = coachd("connect", "strava")
        assert said.code == 2
        assert "STRAVA_CLIENT_ID: is missing" in said.err
        assert "STRAVA_CLIENT_SECRET: is missing" in said.err
        assert "https://www.strava.com/settings/api" in said.err


class TestDisconnect:
    def test_the_receipt_says_what_went_and_own_files_stay(self, coachd, pasting, export, connected):
        pasting()
        coachd("sync")
        coachd("import", export)
        assert coachd("summary", "--json").json["activities"] == 127
        said = coachd("disconnect", "strava", "--yes")
        assert said.code == 0
        lines = said.out.splitlines()
        assert re.fullmatch(r"strava was disconnected at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", lines[0])
        assert "  5 recordings removed" in lines
        assert lines[-1] == "  access revoked"
        assert coachd("summary", "--json").json["activities"] == 122
        assert coachd("status", "--json").json["athletes"][0]["sources"] == []
        assert len(connected.world.calls("/oauth/revoke")) == 1

    def test_when_strava_cannot_be_told_the_rows_go_all_the_same(self, coachd, pasting, connected):
        pasting()
        coachd("sync")
        connected.world.fail("/oauth/*", status=503)
        said = coachd("disconnect", "strava", "--yes")
        assert said.code == 0
        assert "strava could not be told: revoke coachd at https://www.strava.com/settings/apps" in said.out
        assert coachd("summary", "--json").json["activities"] == 0

    def test_nothing_goes_without_a_yes(self, coachd, pasting):
        pasting()
        coachd("sync")
        assert coachd("disconnect", "strava", typed="n\n").code == 130
        assert coachd("summary", "--json").json["activities"] == 5

    def test_what_is_not_connected_is_said_so(self, coachd):
        said = coachd("disconnect", "strava", "--yes")
        assert (said.code, said.err) == (2, "coachd: strava is not connected.\nSee `coachd status`.\n")


class TestDoctor:
    def test_a_fresh_instance_is_well(self, coachd, state):
        said = coachd("doctor")
        assert said.code == 0
        assert [line.split(":")[0] for line in said.out.splitlines()] == [
            "ok    state folder", "ok    database", "ok    rules", "ok    strava", "ok    garmin",
            "ok    workouts", "ok    channel folder",
        ]  # fmt: skip

    def test_what_is_wrong_is_named_with_what_to_do(self, coachd, state, monkeypatch):
        coachd("status")
        state.chmod(0o755)
        monkeypatch.setenv("CHANNELS", "email")
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", "1")
        monkeypatch.setenv("SMTP_SECURITY", "none")
        said = coachd("doctor")
        assert said.code == 1
        lines = said.out.splitlines()
        assert lines[0] == f"mend  state folder: {state} can be read by others on this machine."
        assert lines[1] == f"      chmod 700 {state}"
        assert any(line.startswith("mend  channel email: ") for line in lines)
        assert any(line.startswith("ok    database: ") for line in lines), "the other checks go on"

    def test_a_mail_to_nobody_is_found(self, coachd, monkeypatch):
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        said = coachd("doctor")
        assert said.code == 1
        assert "mend  channel email: nobody's address is known." in said.out

    def test_several_mistakes_are_one_line(self, coachd, pasting, monkeypatch):
        pasting()
        monkeypatch.delenv("STRAVA_CLIENT_ID", raising=False)
        monkeypatch.delenv("STRAVA_CLIENT_SECRET", raising=False)
        said = coachd("doctor").out
        assert "strava: STRAVA_CLIENT_ID: is missing; STRAVA_CLIENT_SECRET: is missing\n" in said

    def test_a_machine_reads_the_same(self, coachd, state):
        assert all(check["ok"] for check in coachd("doctor", "--json").json)
        state.chmod(0o755)
        said = coachd("doctor", "--json")
        assert said.code == 1
        assert said.json[0] == {
            "check": "state folder", "ok": False, "said": f"{state} can be read by others on this machine.",
            "advice": f"chmod 700 {state}",
        }  # fmt: skip

    def test_tokens_that_no_longer_open_are_found(self, coachd, pasting, state):
        pasting()
        (state / "secret.key").write_text("another key that is long enough for anybody\n")
        said = coachd("doctor")
        assert said.code == 1
        assert "mend  database: The stored tokens cannot be read" in said.out

    def test_a_source_that_waits_for_somebody_is_found(self, coachd, pasting, connected):
        pasting()
        connected.world.inactive = True
        assert coachd("sync").code == 5
        said = coachd("doctor")
        assert said.code == 1
        assert "mend  strava: inactive: Your Strava API application is inactive." in said.out
        assert "      Reactivate the application at https://www.strava.com/settings/api.\n" in said.out
        assert "          Reactivate the application at" in coachd("status").out

    def test_a_source_that_is_down_is_no_reason_to_worry(self, coachd, pasting, connected):
        pasting()
        connected.world.fail("*", status=503)
        said = coachd("sync")
        assert (said.code, said.err) == (
            75,
            "coachd: Strava is down (HTTP 503).\nNothing is lost. Try again later; the daemon does so by itself.\n",
        )
        assert "      It is tried again: `coachd status` says when.\n" in coachd("doctor").out

    def test_looks_into_the_folder_that_files_come_into(self, coachd, monkeypatch, tmp_path):
        folder = tmp_path / "watched"
        monkeypatch.setenv("WATCH_DIR", str(folder))
        said = coachd("doctor")
        assert said.code == 1
        assert f"mend  folder of files: WATCH_DIR: there is no folder {folder}.\n" in said.out
        folder.mkdir()
        (folder / "run.fit").write_bytes(b"x")
        assert f"ok    folder of files: {folder}, 1 activity files in it\n" in coachd("doctor").out

    def test_tries_templates_of_your_own_before_a_mail_needs_them(self, coachd, monkeypatch, tmp_path):
        mine = tmp_path / "digest.txt.j2"
        monkeypatch.setenv("TEMPLATES_DIR", str(tmp_path))
        mine.write_text("{{ headline }}")
        assert f"ok    templates of your own: {tmp_path}" in coachd("doctor").out
        mine.write_text("{{ headlin }}")
        said = coachd("doctor")
        assert said.code == 1
        assert "templates of your own: digest.txt.j2 cannot be used: UndefinedError: 'headlin' is undefined" in said.out
