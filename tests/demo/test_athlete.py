"""Robin's year against what can be worked out from the script by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.demo.athlete import ROAD_A, ROAD_B, race_time, scripted_year, speed_at, sustainable_fraction, world
from coachd.demo.script import FIRST_MONDAY, SCRIPT, week_monday
from coachd.demo.summary import summary_activity

YEAR = scripted_year()
RUNS = ("Run", "TrailRun")


def local_day(activity):
    return date.fromisoformat(activity["start_date_local"][:10])


def week_of(activity):
    return (local_day(activity) - FIRST_MONDAY).days // 7 + 1


def in_week(week, year=YEAR):
    return [activity for activity in year.activities if week_of(activity) == week]


def runs_in(week):
    return [activity for activity in in_week(week) if activity["sport_type"] in RUNS]


def named(name):
    (found,) = [activity for activity in YEAR.activities if activity["name"] == name]
    return found


# the weeks


def test_week_41_has_a_run_on_each_of_its_seven_days_and_93_km():
    runs = runs_in(41)
    assert len({local_day(run) for run in runs}) == 7
    assert sum(run["distance"] for run in runs) == 93_000.0


@pytest.mark.parametrize(("week", "kilometres"), [(2, 33), (8, 46), (13, 57), (30, 51), (31, 44), (42, 81)])
def test_the_kilometres_of_a_week_are_those_of_its_line(week, kilometres):
    assert sum(run["distance"] for run in runs_in(week)) == kilometres * 1000.0


def test_nothing_happens_in_week_29_and_no_run_for_ten_days():
    assert in_week(29) == []
    last, following = runs_in(28)[-1], runs_in(30)[0]
    assert (local_day(following) - local_day(last)).days - 1 == 10


def test_strength_sessions_a_week_are_those_of_the_script():
    counts = Counter(week_of(a) for a in YEAR.activities if a["sport_type"] == "WeightTraining")
    assert {week: counts[week] for week in (1, 2, 3, 12, 13, 14, 29, 36, 37, 38, 40, 41, 46)} == {
        1: 2, 2: 2, 3: 3, 12: 2, 13: 2, 14: 0, 29: 0, 36: 2, 37: 2, 38: 0, 40: 2, 41: 0, 46: 2,
    }  # fmt: skip


def test_the_declared_phases_go_with_the_mondays():
    assert YEAR.phases[week_monday(1)] == "base"
    assert YEAR.phases[week_monday(29)] == "sick"
    assert len(YEAR.phases) == 52


# the shoes


def weeks_in_which(gear_id, metres):
    entered = next(shoe["entered_distance"] for shoe in YEAR.gear if shoe["id"] == gear_id)
    worn = [activity for activity in YEAR.activities if activity["gear_id"] == gear_id]
    odometer = accumulate((activity["distance"] for activity in worn), initial=entered)
    next(odometer)
    return next(week_of(activity) for activity, total in zip(worn, odometer, strict=True) if total >= metres)


@pytest.mark.parametrize(
    ("shoe", "metres", "week"),
    [
        (ROAD_A, 585_000, 13), (ROAD_A, 650_000, 15),
        (ROAD_B, 585_000, 34), (ROAD_B, 643_738, 35), (ROAD_B, 650_000, 35), (ROAD_B, 812_500, 38),
    ],
)  # fmt: skip
def test_a_shoe_passes_its_mark_in_the_week_of_the_known_answers(shoe, metres, week):
    assert weeks_in_which(shoe, metres) == week


def test_from_week_34_on_only_one_road_shoe_is_worn():
    worn = {activity["gear_id"] for activity in YEAR.activities if week_of(activity) >= 34}
    assert ROAD_A not in worn
    assert ROAD_B in worn


# the body


@pytest.mark.parametrize(
    ("minutes", "metres", "vdot"), [(27, 5000, 34.9632), (40, 10_000, 51.9441), (105, 21_097.5, 42.635)]
)
def test_a_race_time_is_the_one_published_for_its_vdot(minutes, metres, vdot):
    assert race_time(metres, vdot) == pytest.approx(minutes * 60, abs=0.5)


@pytest.mark.parametrize(("vdot", "pace_s"), [(45, 313), (50, 287), (55, 266)])
def test_a_speed_at_a_fraction_is_the_published_pace(vdot, pace_s):
    assert 1000 / speed_at(0.76 * vdot) == pytest.approx(pace_s, abs=1)


def test_the_half_marathon_is_run_at_vdot_46():
    race = named("City Half Marathon")
    assert race["workout_type"] == 1
    minutes = race["moving_time"] / 60
    speed = race["distance"] / minutes
    oxygen = -4.60 + 0.182258 * speed + 0.000104 * speed**2
    assert oxygen / sustainable_fraction(minutes) == pytest.approx(46.0, abs=0.02)


def test_the_first_trail_run_takes_137_minutes_for_520_metres_of_climb():
    (trail,) = [run for run in runs_in(22) if run["sport_type"] == "TrailRun"]
    assert trail["total_elevation_gain"] == 520.0
    assert trail["moving_time"] / 60 == pytest.approx(137, abs=1.5)


def test_easy_runs_stay_under_the_ceiling_and_the_marked_ones_far_above():
    easy = [run["average_heartrate"] for run in runs_in(4)]
    marked = [run["average_heartrate"] for run in runs_in(3) if run["workout_type"] == 0]
    assert max(easy) < 149.5
    assert min(marked) > 149.5 + 5


def test_cadence_is_that_of_one_leg_and_rises_over_the_spring():
    steps = {week: [2 * run["average_cadence"] for run in runs_in(week)] for week in (2, 21)}
    assert sum(steps[2]) / len(steps[2]) == pytest.approx(157.7, abs=0.8)
    assert sum(steps[21]) / len(steps[21]) == pytest.approx(164.5, abs=1.2)


def test_the_top_of_zone_two_is_150_and_the_zones_are_robins_own():
    zones = YEAR.zones["heart_rate"]
    assert zones["custom_zones"] is True
    assert zones["zones"][1]["max"] == 150
    assert zones["zones"][-1]["max"] == -1


# the form


def test_the_same_seed_gives_the_same_year_and_another_seed_another():
    assert scripted_year() == YEAR
    assert scripted_year(seed=2).activities != YEAR.activities


def test_changing_one_entry_leaves_all_others_as_they_were():
    changed = scripted_year(script=SCRIPT.replace("L21", "L18"))
    different = [a["start_date"][:10] for a, b in zip(YEAR.activities, changed.activities, strict=True) if a != b]
    assert different == ["2025-04-06"]


def test_taking_an_entry_out_leaves_all_others_as_they_were():
    without = scripted_year(script=SCRIPT.replace("X45,G25", "G25"))
    kept = [a for a in YEAR.activities if a["sport_type"] == "Run"]
    assert [a for a in without.activities if a["sport_type"] == "Run"] == kept
    assert len(without.activities) == len(YEAR.activities) - 2


def test_ids_are_unique_and_some_are_beyond_what_a_float_can_hold():
    ids = [activity["id"] for activity in YEAR.activities]
    assert len(set(ids)) == len(ids) == 307
    assert any(int(float(number)) != number for number in ids)


def test_local_times_follow_summer_time_and_keep_their_false_z():
    winter, summer = named("Turkey Trot 10k"), named("City Half Marathon")
    assert (winter["utc_offset"], summer["utc_offset"]) == (3600.0, 7200.0)
    assert summer["timezone"] == "(GMT+01:00) Europe/Berlin"
    for race, hours in ((winter, 1), (summer, 2)):
        start, local = (datetime.fromisoformat(race[name]) for name in ("start_date", "start_date_local"))
        assert (local - start).total_seconds() == hours * 3600
        assert 9 <= local.hour <= 10


def test_the_year_lives_in_the_zone_it_is_given():
    year = scripted_year(zone="Pacific/Auckland")
    assert [local_day(a) for a in year.activities] == [local_day(a) for a in YEAR.activities]
    assert year.activities[0]["timezone"] == "(GMT+12:00) Pacific/Auckland"
    assert year.activities[0]["utc_offset"] == 13 * 3600.0


def test_a_world_of_the_year_holds_its_shoes():
    shoes = world(YEAR).athlete_detail(datetime.fromisoformat("2025-12-31T23:00:00Z"))["shoes"]
    assert [shoe["name"] for shoe in shoes] == ["Road-A", "Road-B", "Trail-1", "Race-1"]
    assert shoes[0]["distance"] == 975_000


@given(
    day=st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    at=st.times().map(lambda moment: moment.replace(microsecond=0)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_the_two_start_times_differ_by_the_offset_whenever_and_wherever(day, at, zone):
    activity = summary_activity(1, day, at, ZoneInfo(zone))
    start, local = (datetime.fromisoformat(activity[name]) for name in ("start_date", "start_date_local"))
    assert (local - start).total_seconds() == activity["utc_offset"]
    assert start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)


def test_a_blank_summary_has_the_fields_of_a_real_one_and_no_heart_rate():
    blank = summary_activity(7, date(2025, 1, 6), time(7), ZoneInfo("Europe/Berlin"), name="Walk", sport_type="Walk")
    assert blank["name"] == "Walk"
    assert blank["has_heartrate"] is False
    assert "average_heartrate" not in blank
    assert blank["external_id"] == "garmin_ping_7"
