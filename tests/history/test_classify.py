"""What kind of run it was: labels, structure, length, surface, and runs recorded in parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.classify import (
    easy_intended,
    is_long,
    is_trail,
    label,
    off_road,
    structure,
    unlabelled,
    whole_sessions,
)
from coachd.history.known import Known
from coachd.model import Bout, Shoe, StreamNumbers

MINUTE = 60.0


def tagged(*tags):
    return frozenset(tags)


def bouts(*minutes):
    return tuple(Bout(600.0 * number, length * MINUTE, 4.0) for number, length in enumerate(minutes))


# labels


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tags": tagged("easy"), "workout_type": 3, "name": "Tempo"}, "easy"),
        ({"tags": tagged("long"), "workout_type": 3}, "long"),
        ({"tags": tagged("workout"), "name": "Easy"}, "workout"),
        ({"tags": tagged("easy", "workout", "long")}, "easy"),
        ({"workout_type": 2, "name": "Intervals"}, "long"),
        ({"workout_type": 3, "name": "Easy long run"}, "workout"),
        ({"name": "Easy long run"}, "easy"),
        ({"name": "Long tempo"}, "long"),
        ({"name": "Marathon training long run"}, "long"),
        ({"name": "6x800 repeats"}, "workout"),
        ({"name": "Recovery jog"}, "recovery"),
        ({"name": "Morning Run", "workout_type": 0}, None),
        ({"name": "Morning Run", "workout_type": 11}, None),
        ({"name": "Parkrun"}, None),
        ({"name": "Along the river"}, None),
        ({"name": "Easygoing trackside"}, None),
        ({"name": "Langer Lauf"}, "long"),
        ({"name": "Lockerer Dauerlauf"}, "easy"),
        ({"name": "Fahrtspiel im Park"}, "workout"),
        ({"name": "Regenerativer Lauf"}, "recovery"),
        ({"name": "Langsam am Abend"}, None),
        ({"name": "朝ラン"}, None),
        ({}, None),
    ],
)
def test_the_first_label_in_order_decides(make_activity, values, expected):
    assert label(make_activity(**values)) == expected


# without a label


@pytest.mark.parametrize(
    ("values", "signs", "expected"),
    [
        ({"streams": StreamNumbers(work_s=6 * MINUTE)}, {"hard": True, "long": True}, "workout"),
        ({"streams": StreamNumbers(work_s=5.9 * MINUTE)}, {"hard": True, "long": True}, "hard"),
        ({}, {"long": True, "after_taxing": True}, "long"),
        ({"moving_s": 45 * MINUTE}, {"after_taxing": True}, "recovery"),
        ({"moving_s": 46 * MINUTE}, {"after_taxing": True}, "easy"),
        ({"moving_s": None}, {"after_taxing": True}, "easy"),
        ({"moving_s": 45 * MINUTE}, {}, "easy"),
        ({}, {"hard": None, "long": None}, "easy"),
    ],
)
def test_structure_then_effort_then_length_then_the_day_before(make_activity, values, signs, expected):
    assert (
        unlabelled(make_activity(**values), **({"hard": False, "long": False, "after_taxing": False} | signs))
        == expected
    )


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((), None), ((9.9,), None), ((10,), "tempo"), ((4, 4), None), ((5, 20), "tempo"),
        ((4, 4, 4, 4, 4), "intervals"),
        ((1,) * 10, "intervals"), ((10, 10, 10), "intervals"), ((1, 2, 3), "fartlek"), ((1, 4, 2, 6), "fartlek"),
        ((3, 4, 5), "intervals"),
    ],
)  # fmt: skip
def test_the_structure_is_in_number_and_lengths_of_the_bouts(lengths, expected):
    assert structure(bouts(*lengths)) == expected


@pytest.mark.parametrize(
    ("minutes", "usual", "expected"),
    [(74.9, None, False), (75, None, True), (75, 50, True), (75, 54, False), (112, 80, True), (111, 80, False)],
)
def test_a_run_is_long_from_75_minutes_and_1_4_times_the_usual(make_activity, minutes, usual, expected):
    known = Known()
    if usual is not None:
        known.remember(make_activity(day=-1, moving_s=usual * MINUTE), None)
    assert is_long(make_activity(moving_s=minutes * MINUTE), known) is expected


def test_a_run_of_unknown_time_is_neither_long_nor_not(make_activity):
    assert is_long(make_activity(moving_s=None), Known()) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"sport": "TrailRun"}, True),
        ({"gain_m": 200.0, "name": "Trails above town"}, True),
        ({"gain_m": 199.0, "name": "Trails above town"}, False),
        ({"gain_m": 200.0, "name": "Waldlauf"}, True),
        ({"gain_m": 200.0, "gear_id": "g1"}, True),
        ({"gain_m": 200.0, "gear_id": "g2"}, False),
        ({"gain_m": 600.0}, False),
        ({"distance_m": None, "name": "Trail"}, False),
    ],
)
def test_a_trail_is_named_or_climbs_in_off_road_name_or_shoe(make_activity, values, expected):
    shoes = [Shoe("g1", "Speedgoat", surface="trail"), Shoe("g2", "Road", surface="road"), Shoe("g3", "Any")]
    assert is_trail(make_activity(**values), off_road(shoes)) is expected


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("easy", {}, True), ("recovery", {}, True), ("long", {}, True), ("workout", {}, False), ("hard", {}, False),
        ("race", {}, False), ("long", {"marathon_pace_s": 20 * MINUTE}, False), ("long", {"work_s": 8 * MINUTE}, False),
        ("long", {"marathon_pace_s": 15 * MINUTE, "work_s": 5 * MINUTE}, False),
        ("long", {"marathon_pace_s": 10 * MINUTE}, True), ("easy", {"marathon_pace_s": 20 * MINUTE}, True),
    ],
)  # fmt: skip
def test_easy_is_meant_by_easy_and_by_plain_long_runs(make_activity, kind, values, expected):
    assert easy_intended(make_activity(streams=StreamNumbers(**values)), kind) is expected


# recorded in parts


@pytest.fixture(scope="session")
def part(make_activity):
    def of(number, at, minutes=40, **values):
        values = {"distance_m": 8_000.0, "gain_m": 30.0} | values
        return make_activity(id=number, at=at / 60, moving_s=minutes * MINUTE, elapsed_s=minutes * MINUTE, **values)

    return of


def test_parts_of_one_run_are_whole_under_the_longest(part):
    whole = whole_sessions([part(1, 0), part(2, 44, 50), part(3, 100, 10)])
    assert {number: run.moving_s / MINUTE for number, run in whole.items()} == {2: 100}
    assert (whole[2].distance_m, whole[2].gain_m) == (24_000, 90)


@pytest.mark.parametrize(
    "later",
    [{"at": 100}, {"at": 44, "sport": "TrailRun"}, {"at": 44, "workout_type": 1}, {"at": 44, "tags": tagged("workout")},
     {"at": 44, "hidden_start": True}],
)  # fmt: skip
def test_an_hour_another_sport_and_a_race_part_two_runs(part, later):
    assert whole_sessions([part(1, 0), part(2, **later)]) == {}


def test_another_sport_between_two_parts_does_not_part_them(part, make_activity):
    gym = make_activity(id=9, sport="WeightTraining", at=41 / 60)
    assert list(whole_sessions([part(1, 0), gym, part(2, 50)])) == [1]


def test_the_work_of_the_parts_adds_up(part):
    def numbers(work, rate, suspect=""):
        return StreamNumbers(work_s=work, hr_coverage=1.0, hr_seconds={rate: 600.0, 140: 60.0}, hr_suspect=suspect,
                             graded_m=8_000.0, moving_s=2_400.0)  # fmt: skip

    whole = whole_sessions([part(1, 0, streams=numbers(300.0, 150)), part(2, 44, streams=numbers(240.0, 160))])[1]
    assert whole.streams.work_s == 540
    assert whole.streams.hr_seconds == {150: 600, 160: 600, 140: 120}
    assert (whole.streams.graded_m, whole.streams.moving_s) == (16_000, 4_800)
    doubtful = whole_sessions([part(1, 0, streams=numbers(0, 150)), part(2, 44, streams=numbers(0, 150, "flat"))])[1]
    assert doubtful.streams.hr_suspect == "flat"
    half = whole_sessions([part(1, 0, streams=numbers(0, 150)), part(2, 44)])[1]
    assert half.streams.hr_seconds == {150: 600, 140: 60}


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)), max_size=8))
def test_a_whole_is_never_shorter_than_any_part_of_it(part, runs):
    made = [part(number, at, minutes) for number, (at, minutes) in enumerate(sorted(runs), 1)]
    for number, run in whole_sessions(made).items():
        assert run.moving_s > next(each for each in made if each.id == number).moving_s
