from __future__ import annotations

import re
import signal
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path

import pytest
from processes import Home, eventually, started


def files_of(home: Home) -> list[Path]:
    return sorted(home.home.rglob("*"))


def rules_in(mail: Path) -> set[str]:
    """The rules that speak in a mail."""
    parsed = message_from_bytes(mail.read_bytes(), policy=policy.default)
    return set(re.findall(r"^Rule: ([\w-]+)", parsed.get_body(preferencelist=("plain",)).get_content(), re.MULTILINE))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A demo that was kept, with what it printed."""
    home = Home(tmp_path_factory.mktemp("kept"))
    done = home.run("demo", "--once", "--keep", str(home.state))
    assert done.returncode == 0, done.stderr
    return home, done.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A demo that ran once: its home, what it printed, and what lay in the home before."""
    home = Home(tmp_path_factory.mktemp("once"))
    xdg = {name: str(home.home) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    before = files_of(home)
    done = home.run("demo", "--once", **xdg)
    assert done.returncode == 0, done.stderr
    return home, done, before


class TestOnce:
    def test_it_says_nothing_but_the_show(self, shown):
        assert shown[1].stderr == ""

    def test_a_mail_a_week_is_announced_and_the_last_one_shown(self, shown):
        out = shown[1].stdout
        assert len(re.findall(r"^Mon \d\d \w{3} 2025 06:01  Your week: ", out, re.MULTILINE)) == 8
        assert "The last of 9 mails:" in out  # before them came what coachd believes
        assert "\n93.0 km, 7 runs\nMon 13 to Sun 19 Oct 2025\n" in out

    def test_its_last_week_looks_to_the_race_and_has_a_word_of_praise(self, shown):
        assert re.findall(r"^Rule: (.+)$", shown[1].stdout, re.MULTILINE) == ["first-time", "taper-check"]

    def test_its_last_week_looks_ahead_to_the_race_and_the_day_of_rest(self, shown):
        assert (
            "- Autumn Marathon, 42.2 km: Sun 2 Nov, in 13 days.\n- Rest days you named: Thu 23 Oct." in shown[1].stdout
        )

    def test_the_mail_and_its_page_lie_where_it_says(self, shown):
        found = dict(re.findall(r"^(mail|page)  (/.+)$", shown[1].stdout, re.MULTILINE))
        mail = message_from_bytes(Path(found["mail"]).read_bytes(), policy=policy.default)
        assert mail["Subject"] == "Your week: 93.0 km, 7 runs"
        assert mail["To"] == "robin@example.org"
        assert "<html" in Path(found["page"]).read_text(encoding="utf-8")

    def test_home_is_left_as_it_was_and_of_the_state_only_the_mails_stay(self, shown):
        home, _, before = shown
        assert files_of(home) == before
        assert not home.state.exists()
        assert [path.name.rpartition("-")[0] for path in home.root.iterdir() if path != home.home] == [
            "coachd-demo-mail"
        ]


class TestKept:
    def test_the_first_mail_says_what_is_believed(self, kept):
        home, _ = kept
        (first,) = (home.state / "mail").glob("*first*.eml")
        parsed = message_from_bytes(first.read_bytes(), policy=policy.default)
        said = parsed.get_body(preferencelist=("plain",)).get_content()
        assert "51.0 km in 5 runs, the longest 15.5 km" in said
        assert "89 % of your threshold 168" in said

    def test_a_mail_between_names_a_long_run_and_a_shoe_that_crossed_a_level(self, kept):
        home, _ = kept
        parsed = message_from_bytes((home.state / "mail" / "2025-W35-me.eml").read_bytes(), policy=policy.default)
        said = parsed.get_body(preferencelist=("plain",)).get_content()
        assert "- A long run of 14 to 17 km would fit." in said
        assert "- Road-B passed 90% of its 650 km: 595 km now." in said

    def test_no_mail_says_again_what_the_one_before_said(self, kept):
        home, _ = kept
        told = [rules_in(path) for path in sorted((home.state / "mail").glob("2025-W*.eml"))]
        assert len(told) == 8
        assert told[-1] == {"first-time", "taper-check"}
        # Each level of a shoe is told once, so two of them may come in two weeks.
        assert {rule for this, that in pairwise(told) for rule in this & that} <= {"shoe-wear"}

    def test_it_names_commands_that_work_on_what_it_left(self, kept):
        home, out = kept
        (hint,) = re.findall(r"^Explore: coachd (.+)$", out, re.MULTILINE)
        state, *commands = re.split(r" (?=summary)| \| ", hint)
        assert state == f"--state {home.state}"
        assert [command.split()[0] for command in commands] == ["summary", "judge", "status"]
        for command in commands:
            done = home.run(*state.split(), *command.split())
            assert (done.returncode, done.stderr) == (0, "")

    def test_the_other_commands_see_robin_as_the_demo_did(self, kept):
        home, _ = kept
        assert home.json("athlete", "show")["zone"] == "Europe/Berlin"
        facts = home.json("summary")
        assert facts["activities"] > 200
        person = home.json("status")["athletes"][0]
        assert [row["state"] for row in person["deliveries"]] == ["sent"] * 5
        assert person["activities"] == facts["activities"]
        judged = home.json("judge", "--dry-run", "--on", "2025-10-20")
        assert judged["period"] == "2025-W42"
        assert {finding["rule"]: finding["outcome"] for finding in judged["findings"]}["taper-check"] == "fire"

    def test_a_folder_in_use_is_left_alone(self, kept):
        home, _ = kept
        before = (home.state / ".env").read_bytes()
        said = home.run("demo", "--once", "--keep", str(home.state))
        assert said.returncode == 2
        assert said.stderr.startswith(f"coachd: {home.state} is not empty.\nName a new folder")
        assert (home.state / ".env").read_bytes() == before

    def test_the_state_is_the_owner_s_alone(self, kept):
        home, _ = kept
        assert home.state.stat().st_mode & 0o777 == 0o700
        assert f"ok    state folder: {home.state}" in home.run("doctor").stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_goes_on_as_a_daemon_until_it_is_asked_to_end(tmp_path, number):
    home = Home(tmp_path)
    with started(home, "demo") as demo:
        demo.until("Going on as a daemon")
        demo.until("coachd runs")
        eventually(lambda: "sync of strava for me" in demo.stderr, "a look at the stand-in")
        assert demo.end(number, seconds=20) == 0
        assert "Traceback" not in demo.stderr
    left = [path.name for path in home.root.iterdir() if path.name.startswith("coachd-demo-")]
    assert len(left) == 1, "only the mails stay"
    assert left[0].startswith("coachd-demo-mail-")
