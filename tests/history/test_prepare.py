"""From what was recorded to a history that rules can trust."""

from __future__ import annotations

from datetime import datetime

import pytest

from coachd.history import easy_ceiling, prepare
from coachd.model import Athlete, Shoe


def test_activities_come_sorted_cleaned_and_classified(make_activity, now):
    later, earlier = make_activity(id=1, day=2, name="Tempo"), make_activity(id=2)
    broken = make_activity(id=3, day=1, elapsed_s=-1.0)
    history = prepare(Athlete(), [later, broken, earlier], now=now)
    assert [(activity.id, activity.kind) for activity in history.activities] == [(2, "easy"), (1, "workout")]
    assert [(activity.id, bool(activity.excluded)) for activity in history.excluded] == [(3, True)]


def test_a_walk_recorded_as_a_run_has_no_kind(make_activity, now):
    history = prepare(Athlete(), [make_activity(distance_m=4_800.0, cadence_spm=110.0)], now=now)
    assert (history.activities[0].sport, history.activities[0].kind) == ("Walk", None)


def test_a_double_does_not_make_the_usual_run_longer(make_activity, now):
    runs = [make_activity(id=1, moving_s=3_000.0), make_activity(id=2, at=0.01, moving_s=3_050.0)]
    assert len(prepare(Athlete(), runs, now=now).activities) == 1


@pytest.mark.parametrize(
    ("gear", "becomes"),
    [
        ("name:blue Shoes", "g1"),
        ("name:Green shoes", "name:Green shoes"),
        ("name:Red shoes", "name:Red shoes"),
        ("g9", "g9"),
        (None, None),
    ],
)
def test_gear_named_by_a_file_is_the_sources_own_shoe_of_that_name(make_activity, now, gear, becomes):
    shoes = [Shoe("name:Blue shoes", "Blue shoes", source="files"), Shoe("g1", "Blue Shoes"),
             Shoe("name:Green shoes", "Green shoes", source="files")]  # fmt: skip
    history = prepare(Athlete(), [make_activity(gear_id=gear)], shoes=shoes, now=now)
    assert history.activities[0].gear_id == becomes


def test_what_else_is_known_is_handed_on(now):
    synced = {"strava": datetime(2026, 11, 22, 5, tzinfo=now.tzinfo)}
    history = prepare(Athlete(easy_hr_ceiling=148.0), [], shoes=iter([Shoe("g1", "Blue")]), synced=synced, now=now)
    assert history.shoes == (Shoe("g1", "Blue"),)
    assert history.synced == synced
    assert (history.easy_ceiling, history.easy_ceiling_source) == (148.0, "your own setting")


def test_the_easy_ceiling_is_the_athletes_then_their_zones_and_else_unknown():
    assert easy_ceiling(Athlete(easy_hr_ceiling=148.0), 151.0) == (148.0, "your own setting")
    assert easy_ceiling(Athlete(), 151.0)[0] == 151.0
    assert easy_ceiling(Athlete(), None) == (None, "")
