"""Heart rate through a run."""

from __future__ import annotations

import pytest
from history.streams_made import Part, recorded

from coachd.history.streams import numbers

EASY = 2.8
FLAT_OUT = 170 / 60


def seen(*parts, **columns):
    """The numbers of a run that is known exactly."""
    return numbers({**recorded(*parts, seed=None), **columns}, vdot=45)


def waving(seconds, low=138, high=142):
    """Heart rates that change every ten seconds, so that none stays long."""
    return [low + (place // 10) % (high - low + 1) for place in range(seconds)]


def test_moving_seconds_are_counted_at_each_beat():
    run = seen(Part(300, EASY, hr=120), Part(100, 0, hr=110), Part(600, EASY, hr=150))
    assert run.hr_seconds == {120: 300, 150: 600}
    assert run.hr_coverage == 1.0


def test_steady_running_begins_after_ten_moving_minutes():
    run = seen(Part(500, EASY, hr=120), Part(300, 0, hr=100), Part(100, EASY, hr=125), Part(900, EASY, hr=150))
    assert run.steady_hr_seconds == {150: 900}


def test_a_minute_around_strides_is_left_out():
    run = numbers(recorded(Part(1800, EASY, hr=140), Part(20, 4.6, hr=141), Part(600, EASY, hr=142)), vdot=45)
    assert run.strides == 1
    assert sum(run.steady_hr_seconds.values()) == pytest.approx(1200 + 600 - 120, abs=8)


def test_the_first_hour_ends_after_an_hour():
    run = seen(Part(3600, EASY, hr=140), Part(1200, EASY, hr=165))
    assert run.first_hour_hr_seconds == {140: 3000}
    assert run.steady_hr_seconds == {140: 3000, 165: 1200}


def test_the_first_half_minute_of_a_climb_says_nothing_of_it():
    climb = Part(330, 2.0, grade=0.08, hr=165)
    run = seen(*[Part(600, EASY), climb] * 4, Part(300, EASY))
    assert run.climbing_s == pytest.approx(4 * 330, abs=70)  # smoothing rounds the foot and the top
    assert sum(run.climbing_hr_seconds.values()) == run.climbing_s - 4 * 30


def test_the_highest_two_minutes():
    run = seen(Part(900, EASY, hr=140), Part(60, 4.0, hr=180), Part(60, 4.0, hr=190), Part(300, EASY, hr=150))
    assert run.max_hr_2min is None  # it stayed at one value for minutes
    beats = waving(900) + [180 + place % 2 for place in range(60)] + [190 + place % 2 for place in range(60)]
    run = seen(Part(1320, EASY), heartrate=beats + waving(300))
    assert run.hr_suspect == ""
    assert run.max_hr_2min == pytest.approx(185.5)


def test_two_minutes_with_a_hole_do_not_count():
    beats = waving(600)
    for place in range(0, 600, 100):
        beats[place : place + 30] = [None] * 30
    run = seen(Part(600, EASY), heartrate=beats)
    assert run.max_hr_2min is None
    assert run.hr_coverage == pytest.approx(0.7, abs=0.02)


def test_heart_rates_that_follow_the_cadence_are_suspect():
    """22 of 50 minutes at 168 to 172 with a cadence of 169 to 171."""
    locked = 22 * 60
    beats = [168 + place // 7 % 5 for place in range(locked)] + waving(3000 - locked)
    steps = [169 + place // 7 % 3 for place in range(locked)] + [164 + place // 9 % 4 for place in range(3000 - locked)]
    run = seen(Part(3000, EASY), heartrate=beats, cadence=steps)
    assert run.hr_suspect == "it follows the cadence for 44% of the run"
    assert (run.efficiency, run.max_hr_2min) == (None, None)
    assert run.hr_seconds


@pytest.mark.parametrize(("minutes", "suspect"), [(16, True), (14, False)])
def test_less_than_a_third_of_the_time_may_be_chance(minutes, suspect):
    locked = minutes * 60
    beats = [168 + place // 7 % 5 for place in range(locked)] + waving(3000 - locked)
    steps = [170] * locked + [164 + place // 9 % 4 for place in range(3000 - locked)]
    assert bool(seen(Part(3000, EASY), heartrate=beats, cadence=steps).hr_suspect) is suspect


def test_a_cadence_that_never_changes_proves_nothing():
    run = seen(Part(3000, EASY), heartrate=waving(3000, 168, 172), cadence=[170] * 3000)
    assert run.hr_suspect == ""


@pytest.mark.parametrize(("seconds", "said"), [(120, "it stays at one value for 120 seconds"), (119, "")])
def test_a_flat_line_is_suspect(seconds, said):
    beats = waving(1800)
    beats[600 : 600 + seconds] = [155] * seconds
    assert seen(Part(1800, EASY), heartrate=beats).hr_suspect == said


def test_a_flat_line_while_standing_is_none():
    run = seen(Part(600, EASY), Part(300, 0), Part(600, EASY), heartrate=waving(600) + [99] * 300 + waving(600))
    assert run.hr_suspect == ""


def halves(first, second, *, before=FLAT_OUT, after=168 / 60, seconds=1800, **columns):
    beats = waving(600 + seconds, first - 2, first + 2) + waving(seconds, second - 2, second + 2)
    parts = [Part(600 + seconds, before), Part(seconds, after)]
    return numbers({**recorded(*parts, seed=None), "heartrate": beats, **columns}, vdot=45)


def test_decoupling_is_as_computed():
    """170 m/min at 140, then 168 at 148: efficiencies of 1.2143 and 1.1351, so 6.52 %."""
    run = halves(140, 148)
    assert run.decoupling == pytest.approx(0.0652, abs=0.0005)
    assert run.efficiency == pytest.approx((1.2143 * 140 + 1.1351 * 148) / 288, abs=0.001)


def test_efficiency_needs_ten_minutes_after_the_first_ten():
    assert seen(Part(1190, EASY), heartrate=waving(1190)).efficiency is None
    assert seen(Part(1210, EASY), heartrate=waving(1210)).efficiency == pytest.approx(60 * EASY / 140, rel=0.005)


def test_efficiency_needs_most_of_the_heart_rates():
    beats = [value if place % 100 < 70 else None for place, value in enumerate(waving(3000))]
    assert seen(Part(3000, EASY), heartrate=beats).efficiency is None


def test_less_than_an_hour_has_no_decoupling():
    assert halves(140, 148, seconds=1490).decoupling is None
    assert halves(140, 148, seconds=1501).decoupling is not None


def test_an_uneven_pace_has_no_decoupling():
    assert halves(140, 148, before=2.2, after=3.0).decoupling is None
    assert halves(140, 148, before=2.6, after=3.0).decoupling is not None


def test_stops_leave_no_decoupling():
    parts = [Part(1500, EASY), Part(200, 0)] * 3
    assert seen(*parts, heartrate=waving(5100)).decoupling is None
    assert seen(*[Part(1500, EASY), Part(60, 0)] * 3, heartrate=waving(4680)).decoupling is not None


def test_halves_on_different_ground_have_no_decoupling():
    flat_then_up = [Part(2700, EASY), Part(1800, EASY / 1.08, grade=0.02)]
    assert seen(*flat_then_up, heartrate=waving(4500)).decoupling is None
    rolling = [Part(150, EASY / 1.08, grade=0.02), Part(150, EASY, grade=-0.02)] * 15
    assert seen(*rolling, heartrate=waving(4500)).decoupling is not None


def test_work_leaves_no_decoupling():
    assert seen(Part(3600, EASY), Part(120, 3.7), Part(900, EASY), heartrate=waving(4620)).decoupling is None


def test_without_a_heart_rate_nothing_is_said_of_it():
    run = seen(Part(3000, EASY), heartrate=[])
    assert (run.hr_coverage, run.hr_seconds, run.hr_suspect) == (0.0, {}, "")
    assert (run.max_hr_2min, run.efficiency, run.decoupling) == (None, None, None)


def test_on_a_treadmill_only_the_body_counts():
    run = numbers(recorded(Part(3000, EASY, grade=0.05)), vdot=45, indoors=True)
    assert (run.moving_s, run.hr_coverage) == (3000, 1.0)
    assert run.cadence_spm == pytest.approx(168, abs=0.5)
    assert (run.threshold_speed, run.strides, run.graded_m, run.gain_m, run.best_s) == (None, None, None, None, {})
