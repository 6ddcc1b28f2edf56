"""Finding a channel by name, making those of an instance, and when to try again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from coachd import channels, config
from coachd.clock import SteppedClock
from coachd.errors import ConfigProblem
from coachd.model import Message

FIRST = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
CLOCK = SteppedClock(FIRST)

PIGEON = """
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Channel:
    loft: str
    ring: str = field(default="", repr=False)
    birds: int = 1
    name: str = field(default="pigeon", init=False)

    def send(self, message):
        return f"{self.birds} to {self.loft}"
"""


@pytest.fixture
def pigeon(tmp_path, monkeypatch):
    """A channel that somebody dropped into the folder."""
    (tmp_path / "pigeon.py").write_text(PIGEON)
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])


def test_the_shipped_channels_are_found_by_the_names_of_their_files():
    assert channels.names() == ["apprise", "console", "email", "folder", "webhook"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("apprise", {"url": "json://127.0.0.1"}), ("console", {}), ("email", {"host": "h"}),
        ("folder", {"path": "out"}), ("webhook", {"url": "https://example.org/hook"}),
    ],
)  # fmt: skip
def test_a_channel_carries_its_name(name, options):
    assert channels.load(name, options).name == name


def test_an_unknown_channel_is_refused_with_those_that_exist():
    with pytest.raises(ConfigProblem, match="'pigeon'") as caught:
        channels.load("pigeon", {})
    assert "folder" in caught.value.advice


def test_a_file_dropped_into_the_folder_is_a_channel_at_once(pigeon):
    assert "pigeon" in channels.names()
    made = channels.load("pigeon", {"loft": "on the roof", "birds": "3"})
    assert made.send(Message("1@h", "", "s", "t", "h")) == "3 to on the roof"


@pytest.mark.parametrize("options", [{"host": "h", "prot": 25}, {}, {"host": "h", "name": "other"}])
def test_an_unknown_or_missing_option_is_refused_with_those_that_exist(options):
    with pytest.raises(ConfigProblem) as caught:
        channels.load("email", options)
    assert "port" in caught.value.advice
    assert "name" not in caught.value.advice


def test_an_option_that_cannot_be_read_is_named_without_its_value():
    with pytest.raises(ConfigProblem, match="option port of the channel email") as caught:
        channels.load("email", {"host": "h", "port": "s3cret"})
    assert "s3cret" not in f"{caught.value} {caught.value.__cause__}"


def test_parts_of_a_channel_are_no_options():
    assert "clock" not in channels.options("email")
    assert list(channels.options("console")) == []


def of(tmp_path, **env):
    return channels.of_instance(config.load(env, state=tmp_path, dotenv=False), CLOCK)


def test_without_a_relay_mails_go_to_the_folder_and_with_one_to_it(tmp_path):
    assert list(of(tmp_path)) == ["folder"]
    assert list(of(tmp_path, SMTP_HOST="localhost")) == ["email"]


def test_push_addresses_and_a_webhook_join_the_mail_when_no_channels_are_named(tmp_path):
    more = {"APPRISE_URLS": "ntfy://x json://y", "WEBHOOK_URL": "https://h/x"}
    assert list(of(tmp_path, SMTP_HOST="localhost", **more)) == ["apprise-1", "apprise-2", "email", "webhook"]
    assert list(of(tmp_path, CHANNELS="console, folder", **more)) == ["console", "folder"]


@pytest.mark.parametrize(
    ("kind", "needed"), [("email", "SMTP_HOST"), ("apprise", "APPRISE_URLS"), ("webhook", "WEBHOOK_URL")]
)
def test_a_channel_that_lacks_its_settings_names_them(tmp_path, kind, needed):
    with pytest.raises(ConfigProblem, match=f"{needed}: is needed"):
        of(tmp_path, CHANNELS=kind)


def test_everything_that_is_missing_is_told_at_once(tmp_path):
    with pytest.raises(ConfigProblem) as caught:
        of(tmp_path, CHANNELS="email webhook")
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["SMTP_HOST", "WEBHOOK_URL"]


def test_a_channel_is_on_the_instances_clock(tmp_path):
    assert of(tmp_path)["folder"].clock is CLOCK
    assert channels.load("email", {"host": "h"}, CLOCK).clock is CLOCK


def test_what_ends_in_one_place_is_not_for_everybody(tmp_path):
    everything = of(
        tmp_path, CHANNELS="apprise console email folder webhook", APPRISE_URLS="ntfy://x", SMTP_HOST="localhost",
        WEBHOOK_URL="https://h/x",
    )  # fmt: skip
    assert [name for name, way in everything.items() if not channels.for_everybody(way)] == ["apprise-1", "webhook"]


def test_retries_come_after_1_5_and_30_minutes_then_hourly_within_a_day():
    now, moments = FIRST, []
    while (again := channels.retry_at(len(moments) + 1, now)) is not None:
        moments.append(again - FIRST)
        now = again
    minutes = [moment / timedelta(minutes=1) for moment in moments]
    assert minutes[:5] == [1, 6, 36, 96, 156]
    assert all(later - earlier == 60 for earlier, later in pairwise(minutes[2:]))
    assert timedelta(hours=23) < moments[-1] <= timedelta(hours=24)


def test_a_retry_before_any_attempt_is_a_mistake():
    with pytest.raises(ValueError, match="at least one"):
        channels.retry_at(0, FIRST)
