"""From what was recorded to a history that rules can trust."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachd.history import prepare
from coachd.history.merge import merge
from coachd.model import Athlete, Bout, Night, Race, Shoe, StreamNumbers
from coachd.sources.strava.mapping import recording

MINUTE = 60.0
ROBIN = Athlete(hr_max=188.0, resting_hr=50.0, threshold_hr=168.0)
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "strava-activities.json"


@pytest.fixture
def last(make_activity, now):
    """The last run of a history: one with these values, after a month of runs of 50 minutes every other day."""

    def of(athlete=ROBIN, before=(), **values):
        usual = [make_activity(day=-back, average_hr=140.0) for back in range(30, 1, -2)]
        return prepare(athlete, [*usual, *before, make_activity(**{"gain_m": 20.0} | values)], now=now).activities[-1]

    return of


def five_times_1000():
    bouts = tuple(Bout(900.0 + 400 * number, 249.0, 4.02) for number in range(5))
    return StreamNumbers(bouts=bouts, work_s=5 * 249.0, strides=0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "Morning Run", "workout_type": 0, "streams": five_times_1000()},
         {"kind": "workout", "hard": True, "structure": "intervals", "work_s": 1_245.0, "easy_intended": False}),
        ({"name": "Marathon training long run", "average_hr": 0.76 * 188, "moving_s": 120 * MINUTE},
         {"kind": "long", "long": True, "hard": False, "easy_intended": True}),
        ({"name": "Parkrun jog", "average_hr": 0.74 * 188, "moving_s": 30 * MINUTE, "distance_m": 5_000.0},
         {"kind": "easy", "hard": False}),
        ({"workout_type": 1, "average_hr": 175.0}, {"kind": "race", "hard": True, "easy_intended": False}),
        ({"workout_type": 1, "average_hr": 120.0}, {"kind": "race", "hard": False}),
        ({"moving_s": 48 * MINUTE, "average_hr": 158.0}, {"kind": "easy", "easy_intended": True, "judged": "hot"}),
        ({"moving_s": 32 * MINUTE, "average_hr": 166.0}, {"kind": "hard", "hard": True, "judged": None}),
        ({"sport": "TrailRun", "moving_s": 137 * MINUTE, "distance_m": 14_000.0, "gain_m": 520.0},
         {"kind": "long", "long": True, "trail": True}),
        ({"distance_m": 5_000.0, "moving_s": 5_000 / 1.6, "cadence_spm": 112.0}, {"sport": "Walk", "kind": None}),
        ({"streams": StreamNumbers(strides=5)}, {"kind": "easy", "strides": 5, "hard": False}),
        ({"workout_type": 2, "streams": StreamNumbers(marathon_pace_s=25 * MINUTE)},
         {"kind": "long", "hard": True, "easy_intended": False, "judged": None}),
    ],
)  # fmt: skip
def test_runs_are_understood_as_a_coach_would(last, values, expected):
    run = last(**values)
    assert {name: getattr(run, name) for name in expected} == expected


@pytest.mark.parametrize("yesterday", [{"workout_type": 3}, {"moving_s": 100 * MINUTE}, {"workout_type": 1}])
def test_a_short_run_the_day_after_something_hard_or_long_is_recovery(last, make_activity, yesterday):
    before = [make_activity(day=-1, **yesterday)]
    assert last(before=before, moving_s=40 * MINUTE, distance_m=7_000.0).kind == "recovery"
    assert last(before=before, moving_s=50 * MINUTE, distance_m=8_500.0).kind == "easy"
    assert last(moving_s=40 * MINUTE, distance_m=7_000.0).kind == "easy"


def test_a_long_run_recorded_in_two_parts_is_long_once(make_activity, now):
    first = make_activity(id=1, moving_s=44 * MINUTE, elapsed_s=44 * MINUTE)
    second = make_activity(id=2, at=0.8, moving_s=45 * MINUTE, elapsed_s=45 * MINUTE, distance_m=9_000.0)
    runs = prepare(Athlete(), [first, second], now=now).activities
    assert [(run.id, run.long, run.kind, run.moving_s) for run in runs] == [
        (1, False, "easy", 2_640), (2, True, "long", 2_700),
    ]  # fmt: skip


def test_who_always_runs_80_minutes_has_no_long_run_at_90(make_activity, now):
    runs = [make_activity(day=day, moving_s=80 * MINUTE) for day in range(-28, 0, 2)]
    assert prepare(Athlete(), [*runs, make_activity(moving_s=90 * MINUTE)], now=now).activities[-1].kind == "easy"


@pytest.mark.parametrize("sport", ["Ride", "Walk", "WeightTraining", "Sauna"])
def test_only_runs_have_a_kind(make_activity, now, sport):
    [activity] = prepare(Athlete(), [make_activity(sport=sport, workout_type=1)], now=now).activities
    assert (activity.kind, activity.hard, activity.judged) == (None, None, None)


def test_heat_takes_away_decoupling(last):
    numbers = StreamNumbers(efficiency=1.2, decoupling=0.08, loss_m=30.0)
    assert last(streams=numbers, temperature_c=15.0, dew_point_c=8.0).decoupling == 0.08
    assert last(streams=numbers, temperature_c=29.0, dew_point_c=20.0).decoupling is None
    assert last(streams=numbers, trainer=True).loss_m is None


def test_loss_is_known_from_streams_only(last):
    assert last(gain_m=100.0).loss_m is None
    assert last(streams=StreamNumbers(loss_m=95.0)).loss_m == 95.0


def test_loads_name_their_source(make_activity, now):
    run, gym = prepare(ROBIN, [make_activity(average_hr=140.0), make_activity(day=1, sport="WeightTraining")],
                       now=now).activities  # fmt: skip
    assert (run.load_source, gym.load_source, gym.load) == ("heart rate", "time", 25)


# races and what follows from them


def test_a_race_gives_the_vdot_that_judges_the_runs_after_it(make_activity, now):
    race = make_activity(day=-20, workout_type=1, moving_s=2_716.0, elapsed_s=2_716.0, gain_m=10.0)
    before, after = (make_activity(day=day, moving_s=3_060.0, gain_m=10.0) for day in (-21, -19))
    history = prepare(Athlete(), [race, before, after], now=now)
    assert history.vdots == ((race.day, pytest.approx(45, abs=0.07)),)
    assert [run.judged for run in history.activities] == [None, None, "hot"]
    assert [(each.activity, each.priority) for each in history.races] == [(race.id, None)]
    assert [run.load_source for run in history.activities] == ["time", "time", "pace"]


def test_the_calendar_and_the_runs_are_one_list_of_races(make_activity, now):
    ahead = Race(date(2027, 4, 4), 42_195.0, "Spring", "A")
    planned = Race(date(2026, 11, 16), 10_000.0, "City run", "B", trail=True)
    history = prepare(Athlete(races=(ahead, planned)), [make_activity(id=7, name="Running")], now=now)
    assert [(race.name, race.activity) for race in history.races] == [("City run", 7), ("Spring", None)]
    assert (history.activities[0].kind, history.activities[0].trail) == ("race", True)


def test_in_race_week_and_on_the_day_of_a_race_no_run_is_judged(make_activity, now):
    race = Race(date(2026, 11, 22), 21_097.5, priority="A")
    runs = [make_activity(day=day, average_hr=165.0) for day in (-1, 0, 1)]
    jog = make_activity(day=-3, at=-1, average_hr=156.0)
    parkrun = make_activity(day=-3, workout_type=1, distance_m=5_000.0, moving_s=1_400.0)
    judged = [run.judged for run in prepare(replace(ROBIN, threshold_hr=180.0), [jog, parkrun], now=now).activities]
    assert judged == [None, None]
    verdicts = [run.judged for run in prepare(replace(ROBIN, easy_hr_ceiling=140.0, threshold_hr=None, hr_max=200.0,
                                                      races=(race,)), runs, now=now).activities]  # fmt: skip
    assert verdicts == ["hot", None, None]


# the whole


def test_activities_come_sorted_and_cleaned(make_activity, now):
    later, earlier = make_activity(id=1, day=2), make_activity(id=2)
    broken = make_activity(id=3, day=1, elapsed_s=-1.0)
    history = prepare(Athlete(), [later, broken, earlier], now=now)
    assert [activity.id for activity in history.activities] == [2, 1]
    assert [(activity.id, bool(activity.excluded)) for activity in history.excluded] == [(3, True)]


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
    history = prepare(Athlete(), [make_activity(gear_id=gear, sources=("files",))], shoes=shoes, now=now)
    assert history.activities[0].gear_id == becomes


def test_what_else_is_known_is_handed_on(now):
    synced = {"strava": datetime(2026, 11, 22, 5, tzinfo=now.tzinfo)}
    nights = [Night(date(2026, 11, 21)), Night(date(2026, 11, 20), resting_hr=50.0)]
    history = prepare(Athlete(easy_hr_ceiling=148.0), [], shoes=iter([Shoe("g1", "Blue")]), synced=synced, now=now,
                      nights=iter(nights))  # fmt: skip
    assert history.shoes == (Shoe("g1", "Blue"),)
    assert history.synced == synced
    assert history.nights == tuple(reversed(nights))
    assert (history.easy_ceiling, history.easy_ceiling_source) == (148.0, "your own setting")
    assert (history.zones.easy_ceiling, history.zones.resting_hr) == (148.0, 50.0)
    assert history.phases


DERIVED = ("kind", "hard", "long", "trail", "easy_intended", "judged", "above_share", "load", "load_source",
           "graded_speed", "excluded")  # fmt: skip

runs = st.fixed_dictionaries(
    {
        "at": st.integers(6, 20),
        "sport": st.sampled_from(["Run", "Run", "Run", "TrailRun", "Ride"]),
        "moving_s": st.one_of(st.none(), st.floats(-10, 20_000)),
        "distance_m": st.one_of(st.none(), st.floats(-10, 60_000)),
        "average_hr": st.one_of(st.none(), st.floats(0, 300)),
        "gain_m": st.one_of(st.none(), st.floats(0, 900)),
        "workout_type": st.sampled_from([None, None, 0, 1, 2, 3]),
        "name": st.sampled_from(["", "Parkrun", "Easy", "Tempo", "10k"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-90, 0), runs), max_size=25), st.integers(-90, 0))
def test_what_is_known_of_a_run_never_depends_on_later_days(make_activity, now, listed, cut):
    made = [
        make_activity(id=number, day=day, **values, elapsed_s=values["moving_s"])
        for number, (day, values) in enumerate(listed, 1)
    ]
    whole = prepare(ROBIN, made, now=now)
    limit = date(2026, 11, 16) + timedelta(days=cut)
    early = prepare(ROBIN, [each for each in made if each.day <= limit], now=now)
    then = {each.id: each for each in (*whole.activities, *whole.excluded)}
    for each in (*early.activities, *early.excluded):
        assert [getattr(each, name) for name in DERIVED] == [getattr(then[each.id], name) for name in DERIVED]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-90, 0), runs), max_size=25), st.integers(-40, 0))
def test_a_history_of_its_last_days_says_the_same_about_them(make_activity, now, listed, back):
    made = [
        make_activity(id=number, day=day, **values, elapsed_s=values["moving_s"])
        for number, (day, values) in enumerate(listed, 1)
    ]
    assert_only_shorter(prepare(ROBIN, made, now=now), made, date(2026, 11, 16) + timedelta(days=back), now)


def test_a_run_is_recovery_also_where_the_history_begins_with_it(make_activity, now):
    made = [make_activity(id=1, day=-1, workout_type=3), make_activity(id=2, day=0, moving_s=30 * MINUTE)]
    assert [run.kind for run in prepare(ROBIN, made, now=now, first=date(2026, 11, 16)).activities] == ["recovery"]


def assert_only_shorter(whole, made, first, now):
    """That a history from `first` on is the whole one without the activities before."""
    shorter = prepare(whole.athlete, made, now=now, first=first)
    assert shorter.activities == tuple(activity for activity in whole.activities if activity.day >= first)
    assert [each.id for each in shorter.earlier] == [each.id for each in whole.activities if each.day < first]
    assert replace(shorter, activities=whole.activities, earlier=()) == whole


@pytest.mark.skipif(not REAL.exists(), reason="the real inputs lie beside the checkout only")
def test_a_history_of_its_last_days_says_the_same_of_a_real_runner():
    recorded = [merge(number, [recording(raw)]) for number, raw in enumerate(json.loads(REAL.read_text()), 1)]
    now = datetime(2025, 10, 20, tzinfo=UTC)
    whole = prepare(Athlete(zone="America/New_York"), recorded, now=now)
    for back in (10, 97, 400, 1500):
        assert_only_shorter(whole, recorded, date(2025, 10, 20) - timedelta(days=back), now)


@pytest.mark.skipif(not REAL.exists(), reason="the real inputs lie beside the checkout only")
def test_eight_real_years_are_understood():
    recorded = [merge(number, [recording(raw)]) for number, raw in enumerate(json.loads(REAL.read_text()), 1)]
    history = prepare(Athlete(zone="America/New_York"), recorded, now=datetime(2025, 10, 20, tzinfo=UTC))
    kinds = [run.kind for run in history.activities if run.family == "run"]
    assert len(kinds) + sum(activity.family == "run" for activity in history.excluded) >= 900
    assert kinds.count("race") >= 84  # those that Strava calls races, and few more
    assert kinds.count("race") <= 92
    assert all(20 < vdot < 60 for _, vdot in history.vdots)
    assert history.easy_ceiling is None  # nobody measured one
