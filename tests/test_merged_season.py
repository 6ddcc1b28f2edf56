"""What the catalogue says of a season that three sources tell is what it says of the season itself."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import season

from coachd import rulebook
from coachd.history import prepare
from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.model import Athlete, History, Recording
from coachd.replay import replay
from coachd.resources import shipped

ROBIN = Athlete(zone="Europe/Berlin", threshold_hr=168.0, hr_max=188.0, resting_hr=50.0)
WEEKS = 26


def watched(recording: Recording, source: str, noise: random.Random) -> Recording:
    """The same workout by the watch that recorded it, through Garmin or as its file: its numbers, and no words."""
    number = f"{noise.getrandbits(60)}"
    apart = timedelta(seconds=noise.randint(-4, 4))
    return replace(
        recording, source=source, external_id=number, identity=f"{source}:{number}", original=source == "files",
        start=recording.start + apart, start_local=recording.start_local + apart, zone=None, name="", description="",
        workout_type=None, gear_id=None, raw={},
    )  # fmt: skip


def history(workouts: list[list[Recording]]) -> History:
    """The history of workouts that are given by all their recordings, put together as the store does it."""
    known = {each.identity: each for workout in workouts for each in workout}
    together = group(list(known.values()), {})
    merged = [merge(0, [known[own] for own in members]) for members in together.values()]
    in_order = sorted(merged, key=lambda each: (each.start, each.name))
    numbered = [replace(each, id=number) for number, each in enumerate(in_order, start=1)]
    return prepare(ROBIN, numbered, now=datetime(2026, 2, 1, tzinfo=UTC))


def said(of: History) -> list[tuple[str, str, str]]:
    """(week, rule, words) of everything that is told."""
    rules = rulebook.load([shipped("rules")], tests=False).rules
    first, last = date(2025, 1, 6), date(2025, 1, 5) + timedelta(weeks=WEEKS)
    return [
        (each.period.key, nudge.rule, nudge.text)
        for each in replay(rules, of, first, last)
        for nudge in each.judgement.nudges
    ]


@pytest.mark.parametrize("seed", range(3))
def test_replayed_on_what_three_sources_tell_the_catalogue_says_what_it_says_of_the_truth(seed):
    noise = random.Random(seed)
    truth = season.on_strava(WEEKS)
    told = [
        [
            season.cropped(each, noise) if noise.random() < 0.1 else each,
            *(watched(each, source, noise) for source in noise.sample(["garmin", "files"], noise.choice([1, 2]))),
        ]
        for each in truth
    ]
    expected, found = history([[each] for each in truth]), history(told)
    assert len(found.activities) == len(expected.activities)
    assert said(found) == said(expected)


def test_the_season_has_something_to_say():
    assert len({rule for _, rule, _ in said(history([[each] for each in season.on_strava(WEEKS)]))}) > 10
