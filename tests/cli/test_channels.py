"""`channel`: adding, listing, confirming and removing ways out of one's own."""

import sqlite3
from contextlib import closing

import pytest
from receiver import receiving

from coachd import channels

# Apprise still asks an old module of the standard library for the kind of a picture
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "https://127.0.0.1:1/s3cret"

PIGEON = """
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Channel:
    loft: str
    ring: str = field(repr=False)
    name: str = field(default="raven", init=False)

    def send(self, message):
        Path(self.loft).write_text(f"{self.ring}: {message.subject}")
        return "it flew"
"""


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    """What is typed without an echo comes from the test, and never from the terminal that the tests were started on."""
    monkeypatch.setattr("click.termui.hidden_prompt_func", input)


def test_a_file_dropped_into_the_folder_of_channels_is_all_it_takes(coachd, tmp_path, monkeypatch):
    (tmp_path / "raven.py").write_text(PIGEON)
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    said = coachd("channel", "add", "raven", f"loft={tmp_path / 'roof'}", typed="gold\n")
    assert said.code == 0, said.err
    assert "Added raven" in said.out
    assert coachd("digest", "send", "--test").code == 0
    assert (tmp_path / "roof").read_text() == "gold: coachd test: Messages arrive"


def test_a_secret_is_asked_for_and_shown_nowhere(coachd, state):
    said = coachd("channel", "add", "webhook", "home", typed=f"{SECRET}\nsigning-s3cret\n")
    assert said.code == 0, said.err
    assert "it could not be reached now" in said.out
    shown = [said, coachd("channel", "list"), coachd("channel", "list", "--json"), coachd("doctor"), coachd("status")]
    assert not [each for each in shown if "s3cret" in each.out + each.err]
    assert "https://127.0.0.1:1" in coachd("channel", "list").out
    with closing(sqlite3.connect(state / "coachd.db")) as db:
        assert "s3cret" not in "\n".join(db.iterdump())


def test_a_secret_on_the_command_line_is_refused_without_repeating_it(coachd):
    said = coachd("channel", "add", "webhook", f"url={SECRET}")
    assert (said.code, "--file url=PATH" in said.err) == (2, True)
    assert "s3cret" not in said.err
    assert "home" not in coachd("channel", "list").out


def test_a_secret_can_come_from_a_file(coachd, tmp_path):
    (tmp_path / "address").write_text("ntfy://s3cret-topic\n")
    said = coachd("channel", "add", "apprise", "phone", "--file", f"url={tmp_path / 'address'}")
    assert said.code == 0, said.err
    (found,) = [each for each in coachd("channel", "list", "--json").json if each["own"]]
    assert (found["name"], found["kind"], found["in_use"]) == ("phone", "apprise", True)
    assert found["where"].startswith("ntfy (")


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["raven"], "", "no channel called 'raven'"),
        (["webhook"], "not an address\n\n", "webhook cannot be used"),
        (["apprise"], "nosuch://x\n", "not one that coachd can post to"),
        (["folder", "path=x", "colour=blue"], "", "no option colour"),
        (["folder", "Two Words", "path=x"], "", "no name for a channel"),
        (["folder"], "", "lacks an option"),
        (["email", "host=h", "port=many"], "\n", "option port"),
        (["apprise", "--file", "colour=x"], "", "'colour' is no option"),
        (["apprise", "--file", "url=/nowhere"], "", "/nowhere cannot be used"),
    ],
)
def test_what_cannot_work_is_refused_and_not_kept(coachd, arguments, typed, said):
    done = coachd("channel", "add", *arguments, typed=typed)
    assert done.code != 0
    assert said in done.err
    assert [each for each in coachd("channel", "list", "--json").json if each["own"]] == []


def test_a_name_is_taken_once(coachd, tmp_path):
    assert coachd("channel", "add", "folder", f"path={tmp_path}").code == 0
    assert "already" in coachd("channel", "add", "folder", f"path={tmp_path}").err


def test_a_shared_channel_says_what_is_posted_and_waits(coachd, tmp_path):
    said = coachd("channel", "add", "folder", "club", f"path={tmp_path / 'club'}", "--shared")
    assert "Strava" in said.out
    assert "coachd channel confirm club" in said.out
    assert "waits to be confirmed" in coachd("channel", "list").out
    assert "own:club" not in coachd("digest", "send", "--test").out
    assert coachd("channel", "confirm", "club", typed="n\n").code == 130
    assert "own:club" not in coachd("digest", "send", "--test").out
    assert coachd("channel", "confirm", "club", typed="y\n").code == 0
    assert "own:club: taken" in coachd("digest", "send", "--test").out


def test_what_is_not_shared_needs_no_confirmation(coachd, tmp_path):
    coachd("channel", "add", "folder", "mine", f"path={tmp_path}")
    assert "nothing to confirm" in coachd("channel", "confirm", "mine").err


def test_what_is_removed_gets_nothing_more(coachd, tmp_path):
    coachd("channel", "add", "folder", "mine", f"path={tmp_path / 'mine'}")
    assert coachd("channel", "remove", "mine").out == "Removed mine.\n"
    assert "own:mine" not in coachd("digest", "send", "--test").out
    assert "no channel called mine" in coachd("channel", "remove", "mine").err


class TestSample:
    def test_a_sample_goes_out_by_every_channel_marked_as_a_test_and_leaves_no_trace(self, runner, tmp_path, state):
        with receiving() as hook:
            runner("channel", "add", "webhook", "home", typed=f"{hook.url}\n\n")
            before = runner("status", "--json").json["athletes"]
            said = runner("digest", "send", "--test")
            assert said.code == 0, said.err
            assert [line.split(",")[0] for line in said.out.splitlines()] == ["folder: taken", "own:home: taken"]
            assert runner("status", "--json").json["athletes"] == before
        (posted,) = hook.documents
        assert (posted["kind"], posted["schema_version"]) == ("test", 1)
        assert posted["subject"].startswith("coachd test: Your week: ")
        assert "coachd test: " in posted["text"]
        (mail,) = (state / "mail").glob("*.eml")
        assert mail.name == "test-me.eml", "so it takes no other's place"
        assert "Subject: coachd test: Your week" in mail.read_text()

    def test_a_channel_that_fails_does_not_keep_the_others(self, coachd, tmp_path):
        coachd("channel", "add", "webhook", "down", typed="http://127.0.0.1:1/x\n\n")
        said = coachd("digest", "send", "--test")
        assert said.code == 6
        assert "folder: taken" in said.out
        assert "own:down: failed, The webhook at http://127.0.0.1:1 could not be reached" in said.out

    def test_on_a_shared_channel_a_sample_says_nothing_about_training(self, runner, tmp_path):
        runner("channel", "add", "folder", "club", f"path={tmp_path / 'club'}", "--shared")
        runner("channel", "confirm", "club", "--yes")
        runner("digest", "send", "--test")
        (mail,) = (tmp_path / "club").glob("*.eml")
        assert "Subject: coachd test: Messages arrive" in mail.read_text()


class TestDoctor:
    def test_it_tries_ones_own_channels_and_says_what_may_disappoint(self, coachd):
        with receiving() as hook:
            coachd("channel", "add", "webhook", "home", typed=f"{hook.url}\n\n")
            said = coachd("doctor")
        assert said.code == 0
        assert f"note  channel own:home: http://127.0.0.1:{hook.port} can be reached" in said.out
        assert "https://" in said.out
        assert hook.got == []
