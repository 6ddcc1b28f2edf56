"""Which runs were races, and how they join the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.known import Fitness
from coachd.history.races import best_vdots, calendar_runs, is_race, joined, raced
from coachd.model import Race, Zones

R = Zones(hr_max=188, threshold_hr=168, resting_hr=50, easy_ceiling=149.5, source="measured")
FIT = Fitness(45.0, stale=False)
DAY = date(2026, 11, 16)


def tagged(*tags):
    return frozenset(tags)


# what is a race


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"workout_type": 1, "average_hr": 120.0}, True),  # any effort
        ({"tags": tagged("race", "easy")}, True),
        ({"name": "City Half Marathon", "average_hr": 166.0}, True),
        ({"name": "City Half Marathon", "average_hr": 165.0}, False),  # 0.878 of the maximum
        ({"name": "Marathon training long run", "average_hr": 0.76 * 188}, False),
        ({"name": "Parkrun jog", "average_hr": 0.74 * 188}, False),
        ({"name": "Stadtlauf", "average_hr": 170.0}, True),
        ({"name": "Morning Run", "average_hr": 175.0}, False),
        ({"name": "Racetrack", "average_hr": 175.0}, False),
        ({"name": "Half", "moving_s": 2_750.0}, True),  # 10 km in 45:50 at VDOT 45
        ({"name": "Half", "moving_s": 2_950.0}, False),
        ({"name": "Half", "moving_s": 2_750.0, "trainer": True}, False),
        ({}, False),
    ],
)
def test_a_race_says_so_or_has_both_name_and_effort(make_activity, values, expected):
    assert is_race(make_activity(**values), None, R, FIT) is expected


def test_effort_by_an_old_vdot_or_an_untrusted_heart_is_none(make_activity):
    run = make_activity(name="10k", moving_s=2_700.0, average_hr=175.0)
    assert not is_race(run, None, Zones(hr_max=180, source="age"), Fitness(45.0, stale=True))


def test_the_calendar_makes_a_race(make_activity):
    assert is_race(make_activity(), Race(DAY, 10_000.0), R, None)


# the calendar


@pytest.mark.parametrize(
    ("metres", "matches"), [(9_400.0, True), (9_399.0, False), (10_600.0, True), (10_601.0, False), (None, False)]
)
def test_a_run_within_6_percent_on_the_day_is_the_race(make_activity, metres, matches):
    run = make_activity(distance_m=metres)
    assert bool(calendar_runs([Race(DAY, 10_000.0)], [run])) is matches


def test_of_two_runs_on_the_day_the_nearer_one_is_the_race(make_activity):
    runs = [make_activity(id=1, distance_m=9_600.0), make_activity(id=2, at=2, distance_m=10_050.0)]
    assert list(calendar_runs([Race(DAY, 10_000.0)], runs)) == [2]


def test_two_races_on_one_day_have_a_run_each(make_activity):
    races = [Race(DAY, 5_000.0), Race(DAY, 5_100.0)]
    runs = [make_activity(id=1, distance_m=5_000.0), make_activity(id=2, at=1, distance_m=5_090.0)]
    assert {number: race.distance_m for number, race in calendar_runs(races, runs).items()} == {1: 5_000, 2: 5_100}


@pytest.mark.parametrize("values", [{"sport": "Ride"}, {"day": 1}])
def test_another_day_or_sport_is_no_race(make_activity, values):
    assert calendar_runs([Race(DAY, 10_000.0)], [make_activity(**values)]) == {}


def test_the_run_takes_the_calendars_word_and_adds_its_time(make_activity):
    planned = Race(DAY, 10_000.0, "City run", "A")
    run = make_activity(id=7, distance_m=10_120.0, moving_s=2_700.0, elapsed_s=2_716.0)
    race = raced(run, planned, R, None)
    assert (race.name, race.priority, race.distance_m, race.activity, race.time_s) == (
        "City run",
        "A",
        10_000,
        7,
        2_716,
    )
    assert race.vdot == pytest.approx(45, abs=0.07)


def test_what_was_planned_and_not_run_stays_and_all_come_by_day(make_activity):
    ahead, missed = Race(date(2027, 4, 4), 42_195.0, priority="A"), Race(date(2026, 11, 1), 5_000.0)
    planned = Race(DAY, 10_000.0, priority="B")
    run = make_activity(id=1)
    own = raced(make_activity(id=2, day=-3, name="Park 5k", distance_m=5_000.0), None, R, None)
    races = joined([ahead, planned, missed], {1: raced(run, planned, R, None), 2: own}, {1: planned})
    assert [(race.day.isoformat(), race.activity) for race in races] == [
        ("2026-11-01", None), ("2026-11-13", 2), ("2026-11-16", 1), ("2027-04-04", None),
    ]  # fmt: skip


# what it says about the runner


@pytest.mark.parametrize(
    ("recorded", "distance"),
    [
        (10_120.0, 10_000),
        (21_350.0, 21_097.5),
        (42_760.0, 42_195),
        (4_930.0, 5_000),
        (8_000.0, 8_000),
        (6_592.0, 6_592),
    ],
)
def test_a_recorded_distance_near_a_standard_one_is_that(make_activity, recorded, distance):
    assert raced(make_activity(distance_m=recorded), None, R, None).distance_m == distance


@pytest.mark.parametrize(
    ("moving", "elapsed", "time"),
    [(2_700.0, 2_760.0, 2_760.0), (2_700.0, 4_000.0, 2_700.0), (2_700.0, None, 2_700.0), (None, None, None)],
)
def test_the_clock_of_a_race_does_not_stop_unless_the_watch_was_forgotten(make_activity, moving, elapsed, time):
    assert raced(make_activity(moving_s=moving, elapsed_s=elapsed), None, R, None).time_s == time


@pytest.mark.parametrize(
    "values",
    [
        {"trail": True}, {"trainer": True}, {"manual": True}, {"gain_m": 201.0},
        {"distance_m": 1_400.0, "moving_s": 300.0},
        {"distance_m": 50_000.0, "moving_s": 14_500.0}, {"distance_m": 1_500.0, "moving_s": 209.0},
        {"temperature_c": 29.0, "dew_point_c": 20.0}, {"tags": tagged("pacing")}, {"moving_s": None},
        {"distance_m": 10_000.0, "moving_s": 1_450.0},
    ],
)  # fmt: skip
def test_a_race_that_is_no_measure_has_no_vdot(make_activity, values):
    run = make_activity(**{"moving_s": 2_700.0, "elapsed_s": None, "average_hr": 172.0} | values)
    assert raced(run, None, R, None).vdot is None


@pytest.mark.parametrize(
    ("values", "zones", "fun"),
    [
        ({"tags": tagged("fun")}, R, True),
        ({"tags": tagged("stroller")}, R, True),
        ({"name": "Parkrun with dog"}, R, True),
        ({"average_hr": 159.0}, R, True),  # 0.846 of the maximum
        ({"average_hr": 160.0}, R, False),
        ({"average_hr": 150.0, "moving_s": 3.5 * 3600}, R, False),  # nobody runs a marathon above it
        ({"average_hr": 140.0}, Zones(hr_max=180, source="age"), False),
        ({"distance_m": 5_000.0, "moving_s": 1_800.0, "elapsed_s": None}, Zones(), True),  # VDOT 31 of somebody with 45
        ({"distance_m": 5_000.0, "moving_s": 1_450.0, "elapsed_s": None}, Zones(), False),
    ],
)
def test_a_race_is_run_for_fun_by_its_tags_or_its_effort(make_activity, values, zones, fun):
    race = raced(make_activity(**{"elapsed_s": None} | values), None, zones, FIT)
    assert race.fun is fun
    assert not (race.fun and race.vdot)


def test_a_calendar_entry_for_fun_stays_one(make_activity):
    assert raced(make_activity(average_hr=175.0), Race(DAY, 10_000.0, fun=True), R, None).fun


@given(st.lists(st.one_of(st.none(), st.floats(30, 60)), max_size=8))
def test_the_vdots_are_those_of_the_races_that_have_one(vdots):
    races = [Race(date(2026, 1, 1 + number), 10_000.0, vdot=vdot) for number, vdot in enumerate(vdots)]
    assert [vdot for _, vdot in best_vdots(races)] == [vdot for vdot in vdots if vdot is not None]
