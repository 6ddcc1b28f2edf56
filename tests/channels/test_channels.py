"""Finding a channel by name, and when to try again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from coachd import channels
from coachd.errors import ConfigProblem

FIRST = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_the_shipped_channels_are_found_by_the_names_of_their_files():
    assert channels.names() == ["apprise", "console", "email", "folder"]


@pytest.mark.parametrize(
    ("name", "options"),
    [("apprise", {"url": "json://127.0.0.1"}), ("console", {}), ("email", {"host": "h"}), ("folder", {"path": "out"})],
)
def test_a_channel_carries_its_name(name, options):
    assert channels.load(name, options).name == name


def test_an_unknown_channel_is_refused_with_those_that_exist():
    with pytest.raises(ConfigProblem, match="'pigeon'") as caught:
        channels.load("pigeon", {})
    assert "folder" in caught.value.advice


@pytest.mark.parametrize("options", [{"host": "h", "prot": 25}, {}, {"host": "h", "name": "other"}])
def test_an_unknown_or_missing_option_is_refused_with_those_that_exist(options):
    with pytest.raises(ConfigProblem) as caught:
        channels.load("email", options)
    assert "port" in caught.value.advice
    assert "name" not in caught.value.advice


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
