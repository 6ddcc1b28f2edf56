from datetime import UTC, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures.trail import (
    adapted_descent,
    climb_rate_of_runs,
    descent_before_hard,
    flat_easy_pace,
    hard_after_descent,
    race_climb_rate,
    redline_share,
    redlined_climbs,
)
from coachd.model import Activity, Athlete, History, Race, StreamNumbers, Zones
from coachd.units import DAY

SUNDAY = datetime(2025, 6, 15, 9)


def run(back, **values):
    at = SUNDAY - timedelta(days=back)
    usual = {"kind": "easy", "hard": False, "easy_intended": True, "distance_m": 8_000.0, "moving_s": 2_800.0}
    return Activity(100 - back, "Run", at.replace(tzinfo=UTC), at, **{**usual, **values})


def view(*activities, zones=None):
    zones = zones or Zones(threshold_hr=168, source="measured")
    history = History(Athlete(), tuple(sorted(activities, key=lambda a: a.start)), zones=zones)
    return View(history, SUNDAY.date(), SUNDAY.replace(tzinfo=UTC))


def climbing(seconds):
    return StreamNumbers(climbing_hr_seconds=seconds)


def test_easy_pace_is_the_median_of_flat_easy_road_runs():
    flat = [run(back, moving_s=seconds) for back, seconds in enumerate((2_600, 2_800, 3_000, 3_200), start=1)]
    aside = [run(6, kind="workout", moving_s=2_000), run(7, trail=True), run(8, trainer=True), run(9, gain_m=200.0)]
    assert flat_easy_pace.compute(view(*flat, *aside)).value == pytest.approx(2_900 / 8_000)


def test_three_easy_runs_are_no_pace():
    assert flat_easy_pace.compute(view(*(run(back) for back in range(3)))).value is None


def test_a_climb_is_hot_by_its_share_of_time_near_threshold():
    seen = view(run(2, trail=True, streams=climbing({150: 840, 163: 480})))
    assert redlined_climbs.compute(seen).value == 1
    assert redline_share.compute(seen).value == pytest.approx(480 / 1320)


def test_a_guessed_threshold_judges_no_climb():
    guessed = Zones(threshold_hr=168, source="age")
    assert redlined_climbs.compute(view(run(2, trail=True, streams=climbing({163: 900})), zones=guessed)).value is None


def test_heart_rate_that_is_doubted_judges_no_climb():
    doubted = StreamNumbers(climbing_hr_seconds={163: 900}, hr_suspect="it followed the cadence")
    assert redlined_climbs.compute(view(run(2, trail=True, streams=doubted))).value is None


def test_what_somebody_is_used_to_is_most_of_their_ninth_decile():
    descents = [run(back, loss_m=100.0 * back) for back in range(1, 11)]
    assert adapted_descent.compute(view(*descents)).value == pytest.approx(0.8 * 900)


def test_the_largest_descent_before_a_hard_run_is_named_with_both_runs():
    seen = view(run(8, loss_m=820.0), run(7, hard=True), run(3, loss_m=600.0), run(2, hard=True))
    assert descent_before_hard.compute(seen, over=10).value == 820.0
    assert descent_before_hard.compute(seen, over=10).activities == (92, 93)
    assert hard_after_descent.compute(seen, over=10).value == DAY


def test_a_descent_on_the_day_of_the_hard_run_is_no_pair():
    assert descent_before_hard.compute(view(run(3, loss_m=820.0), run(3, hard=True))).value is None


def test_the_first_descent_ever_is_held_against_nothing():
    assert descent_before_hard.compute(view(run(3, loss_m=400.0), run(2, hard=True))).value is None


def test_runs_without_heights_are_no_flat_ones():
    unknown = [run(back) for back in (10, 20, 30)]
    assert descent_before_hard.compute(view(run(3, loss_m=400.0), run(2, hard=True), *unknown)).value is None
    flat = run(40, loss_m=60.0)
    assert descent_before_hard.compute(view(run(3, loss_m=400.0), run(2, hard=True), flat, *unknown)).value == 400.0


def test_climb_rates_leave_out_runs_without_heights():
    seen = view(run(1, gain_m=120.0), run(2), run(3, gain_m=40.0))
    assert climb_rate_of_runs.compute(seen).value == pytest.approx(160 / 16_000)


def test_a_course_without_its_climb_has_no_rate():
    assert race_climb_rate.compute(view(), Race(SUNDAY.date(), 25_000.0)).value is None
    assert race_climb_rate.compute(view(), Race(SUNDAY.date(), 25_000.0, gain_m=1_250.0)).value == pytest.approx(0.05)
