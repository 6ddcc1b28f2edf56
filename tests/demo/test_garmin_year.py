from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import pytest

from coachd import formats
from coachd.demo.athlete import scripted_year
from coachd.demo.garmin_year import garmin_world

YEAR = scripted_year()
WORLD = garmin_world(YEAR)
LATER = datetime(2026, 2, 1, tzinfo=UTC)


def listed(**query):
    """Every item, oldest first."""
    asked = {"sortOrder": "asc", "limit": "45", **query}
    return [
        item
        for start in range(0, len(WORLD.ids()), 45)
        for item in WORLD.listing({**asked, "start": str(start)}, LATER)
    ]


def started(item):
    return datetime.fromisoformat(item["startTimeGMT"]).replace(tzinfo=UTC)


ITEMS = listed()
PAIRS = list(zip(ITEMS, YEAR.activities, strict=True))


def test_it_holds_strava_s_workouts_started_within_seconds():
    apart = [
        abs((started(item) - datetime.fromisoformat(strava["start_date"])).total_seconds()) for item, strava in PAIRS
    ]
    assert max(apart) <= 2
    assert 0 < sum(gap > 0 for gap in apart) < len(apart)


def test_its_ids_are_its_own_and_rise_with_time():
    ids = [item["activityId"] for item in ITEMS]
    assert all(sooner < later for sooner, later in pairwise(ids))
    assert 20_000_000_000 < ids[0] < ids[-1] < 22_000_000_000
    assert not {str(number) for number in ids} & {strava["external_id"] for strava in YEAR.activities}


def test_its_timer_ran_between_moving_and_the_whole():
    assert all(strava["moving_time"] <= item["duration"] <= strava["elapsed_time"] for item, strava in PAIRS)
    assert any(item["duration"] > strava["moving_time"] for item, strava in PAIRS)


def test_its_names_are_places_and_a_workout_lends_its_own():
    names = {item["activityName"] for item in ITEMS}
    assert names >= {"Berlin Running", "Berlin Trail Running", "Berlin Cycling", "Strength", "Berlin - Intervals"}
    assert not names & {strava["name"] for strava in YEAR.activities}


def test_it_counts_the_steps_of_both_feet():
    assert all(
        item["averageRunningCadenceInStepsPerMinute"] == 2 * strava["average_cadence"]
        for item, strava in PAIRS
        if "average_cadence" in strava
    )
    assert 150 < ITEMS[0]["averageRunningCadenceInStepsPerMinute"] < 180


def test_races_are_events_of_that_kind():
    races = [strava["id"] for strava in YEAR.activities if strava["workout_type"] == 1]
    assert len(listed(eventType="race")) == len(races) == 6


def test_time_in_zones_adds_up_and_hard_days_are_higher():
    def above(item):
        zones = [item[f"hrTimeInZone_{number}"] for number in range(1, 6)]
        assert sum(zones) == pytest.approx(item["duration"], abs=0.1)
        return sum(zones[2:]) / sum(zones)

    shares = {item["activityName"]: above(item) for item in ITEMS}
    assert shares["Berlin - Intervals"] > 0.25 > shares["Strength"]


def test_strength_has_sets_and_no_distance():
    lift = next(item for item in ITEMS if item["activityName"] == "Strength")
    assert (lift["distance"], lift["activityType"]["typeKey"]) == (0.0, "strength_training")
    assert lift["totalSets"] == lift["summarizedExerciseSets"][0]["sets"] > 10


@pytest.mark.parametrize("name", ["Berlin Running", "Berlin Trail Running", "Berlin - Intervals", "Berlin Cycling"])
def test_its_file_tells_the_same_as_the_list(name):
    item = next(item for item in ITEMS if item["activityName"] == name)
    file, data = WORLD.original(item["activityId"], LATER)
    (workout,) = formats.read(data).workouts
    assert file == f"{item['activityId']}_ACTIVITY.fit"
    assert workout.start == started(item)
    assert workout.distance_m == item["distance"]
    assert workout.elapsed_s == item["elapsedDuration"]
    assert workout.start_local == datetime.fromisoformat(item["startTimeLocal"])
    assert {"Run": "Run", "TrailRun": "TrailRun", "Ride": "Ride"}[workout.sport]
    assert workout.columns["distance"][-1] == pytest.approx(item["distance"], abs=0.2)


def test_every_day_has_a_night_but_for_a_few_and_the_illness_shows():
    nights = WORLD.hrv_range(datetime(2025, 1, 6).date(), datetime(2026, 1, 4).date(), LATER)
    assert 340 < len(nights) < 364
    ill = [item["lastNightAvg"] for item in nights if "2025-07-21" <= item["calendarDate"] <= "2025-07-27"]
    assert fmean(ill) < 46


def test_its_zones_are_those_that_strava_has():
    running = next(zones for zones in WORLD.zones if zones["sport"] == "RUNNING")
    assert [running[f"zone{number}Floor"] for number in range(2, 6)] == [143, 150, 158, 167]


def test_a_workout_is_not_there_before_it_is_over():
    last = ITEMS[-1]
    before = started(last) + timedelta(seconds=last["elapsedDuration"] - 1)
    assert WORLD.listing({"limit": "1"}, before)[0] != last
