"""Whether a run was hard, and whether an easy run was easy. The runner: maximum 188, threshold 168, VDOT 45."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.effort import above_share, flat_speed, graded_speed, is_hard, judged
from coachd.history.known import Fitness, Known
from coachd.model import StreamNumbers, Zones, changed

R = Zones(hr_max=188, threshold_hr=168, resting_hr=50, easy_ceiling=149.5, source="measured")
GARMIN = Zones(easy_ceiling=149.0, easy_ceiling_source="the top of zone 2 of your Garmin zones", source="measured")
BY_AGE = Zones(hr_max=180, source="age")
DAY = date(2026, 11, 16)
MINUTE = 60.0


def streams(low=0, high=0, **values):
    """Minutes at 140 and at 155 bpm, all of them steady."""
    seconds = {140: low * MINUTE, 155: high * MINUTE}
    given = {"hr_coverage": 1.0, "hr_seconds": seconds, "steady_hr_seconds": seconds, "first_hour_hr_seconds": seconds}
    return StreamNumbers(**given | values)


def pace(text, metres=10_000.0):
    minutes, seconds = text.split(":")
    return {"distance_m": metres, "moving_s": (int(minutes) * 60 + int(seconds)) * metres / 1000, "gain_m": 20.0}


@pytest.fixture
def known():
    def with_race(age=30, vdot=45.0):
        return Known(vdots=[(DAY - timedelta(days=age), vdot)])

    return with_race


@pytest.fixture
def verdict(make_activity):
    def of(values, zones=R, known=None, kind="easy"):
        run = make_activity(**{"moving_s": 48 * MINUTE} | values)
        return judged(run, kind, flat_speed(run), zones, known or Known())

    return of


# by heart rate


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (39, 61, "hot"),
        (60, 40, "hot"),
        (61, 39, "borderline"),
        (75, 25, "borderline"),
        (76, 24, "fine"),
        (1, 0, "fine"),
    ],
)
def test_the_share_of_time_above_the_ceiling_judges(verdict, low, high, expected):
    assert verdict({"streams": streams(low, high)}) == expected


def test_three_beats_above_the_ceiling_are_tolerated(verdict):
    at = {152: 60.0, 153: 0.0}
    assert verdict({"streams": streams(steady_hr_seconds=at, hr_seconds=at)}) == "fine"
    at = {153: 60.0}
    assert verdict({"streams": streams(steady_hr_seconds=at, hr_seconds=at)}) == "hot"


def test_of_a_long_run_the_first_hour_is_judged(verdict):
    drifted = streams(40, 30, first_hour_hr_seconds={140: 49 * MINUTE, 155: 11 * MINUTE})
    assert verdict({"moving_s": 70 * MINUTE, "streams": drifted}, kind="long") == "fine"
    assert verdict({"moving_s": 70 * MINUTE, "streams": drifted}, kind="easy") == "hot"


@pytest.mark.parametrize(
    ("average", "expected"), [(149.5, "fine"), (149.6, None), (154.5, None), (154.6, "hot"), (120.0, "fine")]
)
def test_an_average_alone_leaves_a_gap_between_fine_and_hot(verdict, average, expected):
    assert verdict({"average_hr": average}) == expected


def test_an_average_in_the_gap_stays_unknown_whatever_the_pace(verdict, known):
    assert verdict({"average_hr": 152.0} | pace("4:40"), known=known()) is None


def test_a_suspect_or_patchy_stream_leaves_the_average(verdict):
    assert verdict({"streams": streams(0, 60, hr_coverage=0.79), "average_hr": 140.0}) == "fine"
    assert verdict({"streams": streams(0, 60, hr_suspect="it follows the cadence")}) is None


def test_a_ceiling_from_age_judges_nothing(verdict):
    assert verdict({"average_hr": 175.0}, zones=BY_AGE) is None
    assert verdict({"streams": streams(0, 60)}, zones=BY_AGE) is None


# by pace


@pytest.mark.parametrize(("age", "text", "expected"), [(30, "5:08", "hot"), (30, "5:18", "fine"), (120, "5:08", "hot"),
                                                       (180, "5:08", "borderline"), (180, "5:18", "borderline"),
                                                       (180, "5:25", "fine"), (366, "5:08", None)])  # fmt: skip
def test_a_flat_run_without_heart_rate_is_judged_by_pace(verdict, known, age, text, expected):
    assert verdict(pace(text), zones=Zones(), known=known(age)) == expected


@pytest.mark.parametrize(
    "values",
    [
        {"distance_m": 10_000.0, "moving_s": 3_600.0, "gain_m": 420.0}, {"gain_m": None}, {"gain_m": 201.0},
        {"trail": True}, {"trainer": True}, {"manual": True}, {"distance_m": None},
    ],
)  # fmt: skip
def test_hills_trails_and_treadmills_are_unknown_by_pace(verdict, known, values):
    assert verdict(pace("4:40") | values, zones=Zones(), known=known()) is None


def jogger(make_activity):
    """Somebody whose usual runs are slow."""
    known = Known()
    for _ in range(5):
        known.remember(make_activity(day=-40, streams=StreamNumbers(graded_m=2_600.0, moving_s=1_000.0)), None)
    return known


def test_without_a_race_critical_speed_judges(verdict, make_activity):
    known = jogger(make_activity)
    efforts = {metres: (metres - 150) / 3.7 for metres in (1_000, 1_609, 5_000)}
    known.remember(make_activity(day=-10, streams=StreamNumbers(best_s=efforts)), None)
    limit = 1 / (0.823 * 3.7)
    assert verdict({"distance_m": 10_000.0, "moving_s": 10_010 * limit, "gain_m": 0.0}, Zones(), known) == "fine"
    assert verdict({"distance_m": 10_000.0, "moving_s": 9_990 * limit, "gain_m": 0.0}, Zones(), known) == "hot"


def test_without_race_and_critical_speed_the_own_best_20_minutes_judge(verdict, make_activity):
    known = Known()
    known.remember(make_activity(day=-90, streams=StreamNumbers(best_20min_speed=3.5)), None)
    for run in jogger(make_activity)._efforts:
        known.remember(run, None)
    known.remember(make_activity(day=-30, streams=StreamNumbers(best_20min_speed=3.3)), None)
    assert verdict({"distance_m": 9_500.0, "moving_s": 3_000.0, "gain_m": 0.0}, Zones(), known) == "hot"
    assert verdict({"distance_m": 9_400.0, "moving_s": 3_000.0, "gain_m": 0.0}, Zones(), known) == "fine"
    assert verdict({"day": 1} | {"distance_m": 9_500.0, "moving_s": 3_000.0, "gain_m": 0.0}, Zones(), known) == "hot"


def test_without_anything_to_compare_with_pace_says_nothing(verdict):
    assert verdict(pace("4:00"), zones=Zones()) is None


# the weather, and what excuses


HOT = {"temperature_c": 29.0, "dew_point_c": 20.0}
WARM = {"temperature_c": 20.0, "dew_point_c": 14.0}  # index 125


@pytest.mark.parametrize("values", [{"streams": streams(39, 61)}, {"average_hr": 160.0}, {"streams": streams(70, 30)}])
def test_in_the_heat_no_run_was_too_fast(verdict, values):
    assert verdict(values) in ("hot", "borderline")
    assert verdict(values | HOT) is None
    assert verdict({"average_hr": 140.0} | HOT) == "fine"


def test_in_warmth_the_allowed_pace_is_slower_and_the_heart_rate_counts(verdict, known):
    assert verdict(pace("5:15"), Zones(), known()) == "fine"
    assert verdict(pace("5:15") | WARM, Zones(), known()) == "hot"
    assert verdict({"average_hr": 160.0} | WARM) == "hot"


@pytest.mark.parametrize(
    "values",
    [
        {"moving_s": 19 * MINUTE}, {"moving_s": None}, {"tags": frozenset({"stroller"})}, {"tags": frozenset({"dog"})},
        {"tags": frozenset({"pacing"})}, {"name": "Runde mit Hund"},
    ],
)  # fmt: skip
def test_short_runs_and_runs_in_company_are_not_judged(verdict, values):
    assert verdict({"average_hr": 165.0} | values) is None


# the share above the ceiling


def test_the_share_above_is_that_of_the_steady_time(make_activity):
    run = make_activity(streams=streams(30, 10, hr_seconds={155: 3_000.0}))
    assert above_share(run, R) == 0.25
    assert above_share(run, BY_AGE) is None


def test_garmins_time_in_zones_stands_in_for_streams_where_the_ceiling_is_the_top_of_its_zone_2(make_activity):
    run = make_activity(moving_s=2_000.0, hr_zone_s=(400.0, 1_000.0, 300.0, 200.0, 100.0))
    assert above_share(run, GARMIN) == 0.3
    assert above_share(run, R) is None
    assert above_share(changed(run, streams=streams(60, 40, hr_suspect="cadence")), GARMIN) is None
    assert above_share(changed(run, streams=streams(60, 40)), GARMIN) == 0.4
    assert above_share(changed(run, tags=frozenset({"stroller"})), GARMIN) is None


@pytest.mark.parametrize("seconds", [(0.0,) * 5, (100.0, 1_400.0, 99.0, 0.0, 0.0)])
def test_zones_that_cover_less_than_four_fifths_of_a_run_say_nothing(make_activity, seconds):
    assert above_share(make_activity(moving_s=2_000.0, hr_zone_s=seconds), GARMIN) is None


@pytest.mark.parametrize(
    ("above", "average", "expected"),
    [
        (490.0, 140.0, "fine"),
        (500.0, 148.0, "borderline"),
        (800.0, 152.0, "borderline"),
        (800.0, 152.1, "hot"),
        (2_000.0, 150.0, "borderline"),
        (490.0, 160.0, "fine"),
    ],
)
def test_time_in_zones_judges_and_calls_no_run_hot_that_only_ran_along_the_limit(verdict, above, average, expected):
    zones_s = (0.0, 2_000.0 - above, above, 0.0, 0.0)
    assert verdict({"moving_s": 2_000.0, "hr_zone_s": zones_s, "average_hr": average}, zones=GARMIN) == expected


def test_without_zones_the_average_judges_as_ever(verdict):
    assert verdict({"average_hr": 155.0}, zones=GARMIN) == "hot"


@pytest.mark.parametrize(
    "values",
    [{}, {"streams": streams()}, {"streams": streams(1, 1, hr_coverage=0.5)},
     {"streams": streams(1, 1), "tags": frozenset({"dog"})}],
)  # fmt: skip
def test_the_share_above_is_unknown_without_seconds(make_activity, values):
    assert above_share(make_activity(average_hr=160.0, **values), R) is None


@given(st.dictionaries(st.integers(60, 200), st.floats(0, 7_200), max_size=30))
def test_a_share_is_unknown_or_a_share(make_activity, seconds):
    run = make_activity(streams=streams(hr_seconds={150: 60.0}, steady_hr_seconds=seconds))
    share = above_share(run, R)
    assert share is None or 0 <= share <= 1


# hard


@pytest.fixture
def hard(make_activity):
    def of(values, kind="easy", zones=R, fitness=None, labelled=False):
        return is_hard(make_activity(**{"gain_m": 20.0} | values), kind, zones, fitness, labelled=labelled)

    return of


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"moving_s": 32 * MINUTE, "average_hr": 166.0}, True),
        ({"moving_s": 48 * MINUTE, "average_hr": 158.0}, False),  # 0.94 of threshold
        ({"moving_s": 19 * MINUTE, "average_hr": 166.0}, False),
        ({"streams": streams(hr_seconds={160: 10 * MINUTE, 130: 20 * MINUTE})}, True),
        ({"streams": streams(hr_seconds={160: 9 * MINUTE, 130: 20 * MINUTE}), "average_hr": 175.0}, False),
        ({"streams": streams(work_s=8 * MINUTE)}, True),
        ({"streams": streams(work_s=7.9 * MINUTE)}, False),
        ({"streams": streams(marathon_pace_s=20 * MINUTE)}, True),
        ({"streams": streams(strides=6)}, False),
        ({}, False),
    ],
)
def test_ten_minutes_near_threshold_or_eight_of_work_are_hard(hard, values, expected):
    assert hard(values) is expected


def test_a_heart_rate_by_age_makes_nothing_hard(hard):
    assert hard({"average_hr": 178.0}, zones=BY_AGE) is False


@pytest.mark.parametrize(("text", "expected"), [("4:55", True), ("5:02", False)])
def test_twenty_minutes_at_80_percent_of_vdot_are_hard(hard, text, expected):
    assert hard(pace(text), fitness=Fitness(45.0, stale=False)) is expected
    assert hard(pace(text), fitness=Fitness(45.0, stale=True)) is False
    assert hard(pace(text, metres=3_900.0), fitness=Fitness(45.0, stale=False)) is False


def test_an_easy_heart_outweighs_a_fast_pace(hard):
    assert hard(pace("4:40") | {"average_hr": 145.0}, fitness=Fitness(38.0, stale=False)) is False
    assert hard(pace("4:40") | {"average_hr": 152.0}, fitness=Fitness(38.0, stale=False)) is True


def test_races_and_labelled_workouts_are_hard_and_found_ones_by_their_work(hard):
    assert hard({}, kind="race") is True
    assert hard({}, kind="workout", labelled=True) is True
    assert hard({"streams": streams(work_s=7 * MINUTE)}, kind="workout") is False


@pytest.mark.parametrize("values", [{"trainer": True}, {"manual": True}, {"distance_m": None}])
def test_only_a_run_that_nothing_at_all_is_known_of_is_unknown(hard, values):
    assert hard(values) is None
    assert hard(values, labelled=True) is False
    assert hard(values | {"average_hr": 140.0}) is False


# speed


def test_graded_speed_is_of_the_stream_of_heights_else_of_the_flat(make_activity):
    graded = StreamNumbers(graded_m=10_500.0, moving_s=3_000.0)
    assert graded_speed(make_activity(gain_m=420.0, streams=graded)) == 3.5
    assert graded_speed(make_activity(gain_m=200.0)) == pytest.approx(10 / 3)
    assert graded_speed(make_activity(gain_m=201.0)) is None
    assert graded_speed(make_activity(gain_m=None)) is None
    assert graded_speed(make_activity(trainer=True, streams=graded)) is None
    assert flat_speed(make_activity(gain_m=420.0, streams=graded)) is None


def test_a_drive_of_a_twentieth_makes_the_pace_unknown(make_activity):
    def with_car(metres):
        return make_activity(gain_m=0.0, streams=StreamNumbers(graded_m=10_000.0, moving_s=3_000.0, car_m=metres))

    assert graded_speed(with_car(500.0)) is not None
    assert graded_speed(with_car(600.0)) is None


# exactly at a limit

ROUND = Zones(hr_max=200, easy_ceiling=150.0, source="measured")


def test_verdicts_at_their_very_limits(verdict, hard):
    at_limit = {153: 60.0}
    assert verdict({"streams": streams(steady_hr_seconds=at_limit, hr_seconds=at_limit)}, zones=ROUND) == "fine"
    assert verdict({"streams": streams(0, 60, hr_coverage=0.8)}) == "hot"
    assert verdict({"moving_s": 20 * MINUTE, "average_hr": 140.0}) == "fine"
    assert hard({"moving_s": 20 * MINUTE, "average_hr": 176.0}, zones=ROUND) is True
    assert hard({"streams": streams(hr_seconds={176: 10 * MINUTE})}, zones=ROUND) is True
    fast = {"distance_m": 6_000.0, "moving_s": 20 * MINUTE}
    assert hard(fast, zones=ROUND, fitness=Fitness(45.0, stale=False)) is True
    assert hard(fast | {"average_hr": 150.0}, zones=ROUND, fitness=Fitness(45.0, stale=False)) is False
