"""Streams that a rule needs come from the stand-in, over HTTP, and leave their numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from history.streams_made import Part, recorded
from strava_connection import connect, settings_of
from stream_rules import RUNS, STRIDES, put_in_force

from coachd import gather
from coachd.clock import SteppedClock
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.errors import TryLater
from coachd.physiology.vdot import THRESHOLD, speed_at
from coachd.store import activities, connections, details, skips, streams

NOW = datetime(2025, 10, 20, 12, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
CALLS = "/activities/*"


def run(number, days_ago, **fields):
    day = (NOW - days_ago * DAY).date()
    return summary_activity(number, day, time(7), BERLIN, **{"distance": 5040.0, "moving_time": 1800, **fields})


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def world():
    """Ten runs, one every fourth day, the newest with the greatest number; all have streams but the fifth."""
    made = recorded(Part(1500, 2.8), *[Part(20, 4.6), Part(60, 2.5)] * 4)
    numbers = range(1, 11)
    return World(
        [run(number, 4 * (10 - number) + 1) for number in numbers],
        streams={number: made for number in numbers if number != 5},
    )


@pytest.fixture
def stand_in(world, clock):
    with StravaStandIn(world, clock) as running:
        yield running


@pytest.fixture
def coach_of(stand_in, clock, open_coach, tmp_path):
    """The instance with this rule alone, and its athlete connected."""

    def instance(rule):
        coach = open_coach(
            clock, ATHLETE_ZONE="Europe/Berlin", CHANNELS="folder", MAIL_TO="robin@example.org", **settings_of(stand_in)
        )
        put_in_force(coach, rule, tmp_path / "rules")
        connect(coach, stand_in)
        return coach

    return instance


@pytest.fixture
def coach(coach_of):
    return coach_of(STRIDES)


def look(coach, **options):
    (result,) = gather.sync_athlete(coach, "me", **options)
    return result


def asked(world):
    return [int(call.path.split("/")[2]) for call in world.calls(CALLS)]


def strides(coach):
    with coach.store.read() as db:
        return {int(a.strava_id): a.streams.strides if a.streams else None for a in activities.load(db, "me")}


def test_streams_of_the_runs_a_rule_looks_at_come_newest_first_and_once(coach, world):
    assert look(coach).streams == 8
    assert asked(world) == [10, 9, 8, 7, 6, 5, 4, 3, 2]  # 28 days and a week; the first run was 37 days ago
    assert strides(coach) == {10: 4, 9: 4, 8: 4, 7: 4, 6: 4, 5: None, 4: 4, 3: 4, 2: 4, 1: None}
    assert look(coach).streams == 0
    assert len(asked(world)) == 9


def test_no_streams_are_asked_for_that_no_rule_needs(coach_of, world):
    assert look(coach_of(RUNS)).streams == 0
    assert asked(world) == []


def test_only_recorded_runs_are_asked_for(coach, world):
    world.add(run(11, 2, manual=True))
    world.add(run(12, 3, sport="Ride"))
    look(coach)
    assert not {11, 12} & {*asked(world)}


def test_of_the_streams_nothing_is_kept_but_the_numbers(coach):
    look(coach)
    with coach.store.read() as db:
        kept, problem = details.get(db, "me", "strava", "10", streams.STREAMS)
    assert problem == ""
    assert kept["strides"] == 4
    assert not {"time", "heartrate", "velocity_smooth", "altitude", "latlng"} & set(kept)


def test_a_cropped_run_is_asked_for_again(coach, world, clock):
    look(coach)
    world.edit(9, distance=4000.0)
    clock.advance(timedelta(hours=1))
    assert look(coach).streams == 1
    assert asked(world)[9:] == [9]


def test_a_run_without_streams_is_nothing_to_report(coach):
    look(coach)
    with coach.store.read() as db:
        assert details.get(db, "me", "strava", "5", streams.STREAMS) == (None, "")
        assert skips.every(db, "me") == []


def test_what_failed_once_is_no_longer_reported_when_it_came(coach, world, clock):
    world.fail("/activities/6/*", 500, times=1)
    look(coach)
    with coach.store.read() as db:
        assert skips.every(db, "me") == [("strava", "6 streams", "Strava fails on this record (HTTP 500).")]
    world.edit(6, distance=5000.0)
    clock.advance(2 * DAY)
    look(coach)
    with coach.store.read() as db:
        assert skips.every(db, "me") == []


def test_a_deleted_run_takes_its_numbers_along(coach, world, clock):
    look(coach)
    world.delete(9)
    clock.advance(2 * DAY)
    assert look(coach).withdrawn == 1
    assert 9 not in strides(coach)
    with coach.store.read() as db:
        assert details.get(db, "me", "strava", "9", streams.STREAMS) is None


def test_numbers_outlive_the_week_after_which_unconfirmed_rows_go(coach, world, clock):
    for _ in range(5):
        look(coach)
        clock.advance(2 * DAY)
    assert strides(coach)[10] == 4
    assert len(asked(world)) == len({*asked(world)})


def test_a_budget_that_is_spent_ends_the_streams_and_not_the_sync(coach, world, clock):
    world.limits.overall = world.limits.read = (20, 1000)
    result = look(coach)
    assert result.saved.added == 10
    assert 0 < result.streams < 8
    with coach.store.read() as db:
        assert connections.get(db, "me", "strava").state == "ok"
    first = result.streams
    clock.advance(timedelta(minutes=16))
    assert look(coach).streams > 0
    assert len(asked(world)) > first
    assert asked(world) == sorted(asked(world), reverse=True)


def test_streams_that_fail_while_the_source_is_down_come_later(coach, world, clock):
    world.fail("/activities/8/*", 503, times=1)
    assert look(coach).streams == 2
    clock.advance(timedelta(hours=1))
    assert look(coach).streams == 6


def test_a_look_brings_so_many_and_leaves_the_rest_for_the_next(coach, world, monkeypatch):
    monkeypatch.setattr(gather, "STREAMS_A_LOOK", 5)
    assert look(coach).streams == 5
    assert look(coach).streams == 3


def test_who_ends_in_the_middle_of_streams_keeps_what_came(coach, world):
    def told(step):
        if step.kind == streams.STREAMS and step.seen == 3:
            raise TryLater("The daemon ends.", NOW, state="ending")

    with pytest.raises(TryLater):
        look(coach, told=told)
    assert sum(count is not None for count in strides(coach).values()) == 3
    with coach.store.read() as db:
        assert connections.get(db, "me", "strava").state == "ok"


def test_a_treadmills_pace_tells_no_strides(coach, world):
    world.edit(10, trainer=True)
    look(coach)
    assert strides(coach)[10] is None


def test_work_is_told_by_the_races_that_were_run_before(coach, world):
    """5 km in 20 minutes: a VDOT of 49.8."""
    race_day = (NOW - 16 * DAY).date()
    assert race_day == date(2025, 10, 4)
    world.add(
        summary_activity(
            20, race_day, time(10), BERLIN, name="City 5k", workout_type=1, distance=5000.0, moving_time=1200,
            elapsed_time=1200,
        )
    )  # fmt: skip
    look(coach)
    with coach.store.read() as db:
        thresholds = {int(a.strava_id): a.streams.threshold_speed for a in activities.load(db, "me") if a.streams}
    assert thresholds[10] == pytest.approx(speed_at(49.8, THRESHOLD), abs=0.01)
    assert thresholds[3] == pytest.approx(1.18 * 2.8, abs=0.05)
