"""Garmin's list and zones -> our nouns, with nulls and wrong types everywhere."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.model import FAMILIES, family_of
from coachd.sources.garmin import mapping
from coachd.sources.garmin.mapping import SPORTS, recording, zone2_top

ODD = [None, "", "x", -1, 0, True, [], {}, [1], {"a": 1}, math.nan, math.inf, 10**400, "1e999"]


def test_a_run_comes_out_in_our_units(a_run):
    raw = a_run(
        7, elevationGain=31.0, elevationLoss=29.0, averageHR=142.0, maxHR=171.0, activityName="Berlin  Running",
        averageRunningCadenceInStepsPerMinute=170.5, description="easy #recovery", deviceName=None,
        hrTimeInZone_1=600.0, hrTimeInZone_2=1500.5, hrTimeInZone_3=500.0, hrTimeInZone_4=100.0, hrTimeInZone_5=0.0,
    )  # fmt: skip
    made = recording(raw)
    assert (made.source, made.external_id, made.identity) == ("garmin", "7", "garmin:7")
    assert (made.sport, made.name, made.description) == ("Run", "Berlin Running", "easy #recovery")
    assert made.start == datetime(2025, 6, 1, 5, tzinfo=UTC)
    assert made.start_local == datetime(2025, 6, 1, 7)
    assert (made.distance_m, made.moving_s, made.elapsed_s) == (8000.0, 2700.0, 2750.0)
    assert (made.gain_m, made.loss_m, made.average_hr, made.max_hr, made.cadence_spm) == (
        31.0,
        29.0,
        142.0,
        171.0,
        170.5,
    )
    assert made.hr_zone_s == (600.0, 1500.5, 500.0, 100.0, 0.0)
    assert (made.device, made.workout_type, made.trainer, made.manual, made.original) == (
        "Garmin",
        None,
        False,
        False,
        False,
    )


def test_the_timer_counts_where_there_is_no_time_of_moving(a_run):
    assert recording(a_run(1, kind="strength_training", movingDuration=None, totalSets=12)).moving_s == 2720.5
    assert recording(a_run(1, movingDuration=0.0)).moving_s == 2720.5


def test_strength_has_sets_and_no_cadence(a_run):
    made = recording(a_run(1, kind="strength_training", totalSets=12, averageRunningCadenceInStepsPerMinute=160.0))
    assert (made.sport, made.sets, made.cadence_spm) == ("WeightTraining", 12, None)


def test_a_race_is_one_by_its_event(a_run):
    assert recording(a_run(1, event="race")).workout_type == 1
    assert recording(a_run(1, event="training")).workout_type is None


@pytest.mark.parametrize(
    ("kind", "sport", "indoors"),
    [("trail_running", "TrailRun", False), ("treadmill_running", "Run", True), ("virtual_run", "VirtualRun", True),
     ("indoor_cycling", "Ride", True), ("open_water_swimming", "Swim", False), ("other", "Workout", False)],
)  # fmt: skip
def test_sports_have_the_names_that_rules_know(a_run, kind, sport, indoors):
    made = recording(a_run(1, kind=kind))
    assert (made.sport, made.trainer) == (sport, indoors)


def test_every_sport_but_skiing_downhill_has_a_family():
    assert {sport for sport in SPORTS.values() if sport not in FAMILIES} == {"AlpineSki"}
    assert {family_of(sport) for key, sport in SPORTS.items() if "run" in key} == {"run"}


def test_a_sport_of_tomorrow_is_a_workout(a_run):
    raw = a_run(1) | {"activityType": {"typeKey": "moon_walking"}}
    assert recording(raw).sport == "Workout"


def test_cadence_of_one_leg_is_doubled_for_runners_only(a_run):
    cadence = {"averageRunningCadenceInStepsPerMinute": 84.0}
    assert recording(a_run(1, **cadence)).cadence_spm == 168.0
    assert recording(a_run(1, kind="hiking", **cadence)).cadence_spm == 84.0


def test_the_way_to_work_is_a_commute(a_run):
    assert recording(a_run(1) | {"eventType": {"typeKey": "transportation"}}).commute


def test_a_rating_is_a_tenth_of_garmins(a_run):
    assert recording(a_run(1) | {"directWorkoutRpe": 70}).perceived_effort == 7.0
    assert recording(a_run(1) | {"directWorkoutRpe": 0}).perceived_effort is None


def test_a_zone_without_time_was_not_entered_and_none_at_all_is_unknown(a_run):
    assert recording(a_run(1, hrTimeInZone_2=900.0)).hr_zone_s == (0.0, 900.0, 0.0, 0.0, 0.0)
    assert recording(a_run(1)).hr_zone_s is None


@pytest.mark.parametrize("maker", [("ZWIFT", "Zwift"), ("DEVELOPMENT", None), (None, None), (5, None)])
def test_the_maker_is_all_that_the_list_says_of_a_device(a_run, maker):
    said, known = maker
    assert recording(a_run(1) | {"manufacturer": said}).device == known


def test_positions_and_names_are_not_kept(a_run):
    raw = recording(a_run(1, startLatitude=52.5, startLongitude=13.4, endLatitude=52.5, endLongitude=13.4)).raw
    assert not {"startLatitude", "endLongitude", "ownerFullName", "locationName"} & set(raw)
    assert raw["activityUUID"]


def test_what_is_kept_holds_no_number_that_is_none():
    assert mapping.kept({"a": math.nan, "b": [math.inf, {"c": -math.inf}], "d": 1.5}) == {
        "a": None, "b": [None, {"c": None}], "d": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize("number", [None, True, "x", 1.5, {}, -3])
def test_without_an_id_it_is_no_activity(a_run, number):
    with pytest.raises(ValueError, match="no id"):
        recording(a_run(1) | {"activityId": number})


@pytest.mark.parametrize("field", ["startTimeGMT", "startTimeLocal"])
@pytest.mark.parametrize(
    "said", [None, "", "yesterday", 1_749_531_600_000, "1989-13-01 00:00:00", "0001-01-01 00:00:00"]
)
def test_without_a_readable_start_it_is_none_either(a_run, field, said):
    with pytest.raises(ValueError, match=r"cannot be r|more than a day"):
        recording(a_run(1) | {field: said})


def test_a_local_start_of_another_day_is_not_believed(a_run):
    with pytest.raises(ValueError, match="more than a day"):
        recording(a_run(1) | {"startTimeLocal": "2025-06-03 07:00:00"})


@given(
    name=st.sampled_from(
        ["distance", "duration", "movingDuration", "elapsedDuration", "elevationGain", "averageHR", "maxHR",
         "totalSets", "averageRunningCadenceInStepsPerMinute", "hrTimeInZone_3", "eventType", "activityName",
         "description",
         "manufacturer", "directWorkoutRpe", "manualActivity", "activityType", "timeZoneId"]
    ),
    value=st.sampled_from(ODD),
)  # fmt: skip
def test_an_odd_value_costs_no_more_than_itself(name, value):
    raw = {
        "activityId": 1, "startTimeGMT": "2025-06-01 05:00:00", "startTimeLocal": "2025-06-01 07:00:00",
        "activityType": {"typeKey": "running"}, "distance": 8000.0, "movingDuration": 2700.0,
    }  # fmt: skip
    made = recording({**raw, name: value})
    assert made.external_id == "1"
    assert all(value is None or value >= 0 for value in (made.distance_m, made.moving_s, made.gain_m, made.average_hr))
    assert made.average_hr != 0.0
    json.dumps(made.raw, allow_nan=False)


def zones(method="LACTATE_THRESHOLD", sport="RUNNING", third=150, **fields):
    return {"sport": sport, "trainingMethod": method, "zone3Floor": third, "maxHeartRateUsed": 190, **fields}


def test_zone_two_ends_a_beat_below_zone_three():
    assert zone2_top({"zones": [zones(sport="DEFAULT", third=140), zones()]}) == 149.0
    assert zone2_top({"zones": [zones(sport="CYCLING", third=130), zones(sport="DEFAULT")]}) == 149.0


@pytest.mark.parametrize(
    "document",
    [None, {}, {"zones": None}, {"zones": [None, 5]}, {"zones": [{"sport": "RUNNING"}]},
     {"zones": [zones(third=None)]}, {"zones": [zones(sport="CYCLING")]}],
)  # fmt: skip
def test_no_zones_no_ceiling(document):
    assert zone2_top(document) is None


def test_zones_that_garmin_worked_out_from_a_maximum_are_not_the_athletes_own():
    assert zone2_top({"zones": [zones("HR_MAX", third=133)]}) is None
    assert zone2_top({"zones": [zones("HR_RESERVE", third=148, restingHeartRateUsed=50)]}) is None
    assert zone2_top({"zones": [zones("HR_MAX", maxHeartRateUsed=None)]}) is None


def test_zones_whose_limits_were_moved_by_hand_are():
    assert zone2_top({"zones": [zones("HR_MAX", third=152)]}) == 151.0


@pytest.mark.parametrize(
    ("raw", "account"),
    [({"ownerId": 5}, "5"), ({"userProfilePK": 7}, "7"), ({"ownerId": "x"}, None), ({"ownerId": True}, None),
     ([], None), (None, None)],
)  # fmt: skip
def test_the_account_is_said_by_a_number(raw, account):
    assert mapping.owner(raw) == account
