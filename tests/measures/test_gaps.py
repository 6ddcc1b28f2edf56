from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Mode
from coachd.units import DAY

SUNDAY = date(2025, 6, 15)


def a_run(back, number=0, km=10.0, sport="Run", **values):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time())
    return Activity(number, sport, start.replace(tzinfo=UTC), start, distance_m=1000 * km, moving_s=3600.0, **values)


def measured(name, runs, athlete=None, vdots=(), **given):
    history = History(athlete or Athlete(), tuple(runs), vdots=tuple(vdots))
    return registry()[name].compute(View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC)), **given).value


def test_a_gap_counts_the_days_between():
    friday_to_tuesday = [a_run(16), a_run(5)]
    assert measured("last_gap", friday_to_tuesday) == 10 * DAY
    assert measured("since_return", friday_to_tuesday) == 5 * DAY


def test_the_present_gap_has_not_ended():
    assert measured("last_gap", [a_run(40), a_run(20)], shortest=25 * DAY) is None
    assert measured("last_gap", [a_run(40), a_run(20)], shortest=19 * DAY) == 19 * DAY


def test_the_last_of_several_gaps_counts():
    assert measured("last_gap", [a_run(60), a_run(30), a_run(20)]) == 9 * DAY


def test_the_usual_interval_is_a_mean_with_the_gaps_in_it():
    assert measured("usual_interval", [a_run(day) for day in (62, 32, 12, 8, 6, 4, 2)]) == 10 * DAY


def test_five_run_days_have_no_usual_interval():
    assert measured("usual_interval", [a_run(day) for day in (8, 6, 4, 2, 0)]) is None


def test_the_week_before_a_gap_is_a_mean_of_four():
    runs = [a_run(day) for day in (45, 44, 37, 30, 23, 17, 3)]
    assert measured("weekly_volume_before_gap", runs, shortest=10 * DAY) == 12_500  # day 45 is the 29th before


def test_what_was_run_since_the_return_can_skip_a_week():
    runs = [a_run(30), a_run(13, km=6), a_run(7, km=12), a_run(6, km=8), a_run(0, km=9)]
    assert measured("volume_since_return", runs) == 18e3
    assert measured("volume_since_return", runs, skip=7 * DAY) == 17e3
    assert measured("runs_since_return", runs, skip=7 * DAY) == 2


def test_time_and_effort_before_and_after_a_gap():
    runs = [a_run(30, gain_m=400.0), a_run(13, km=6, gain_m=100.0), a_run(12, km=6)]
    effort, time = Athlete(volume_unit="effort"), Athlete(volume_unit="time")
    assert measured("weekly_volume_before_gap", runs, effort) == 14e3 / 4
    assert measured("volume_since_return", runs, effort) == 13e3
    assert measured("volume_since_return", runs, time) == pytest.approx(20e3)


def test_hard_runs_since_the_return():
    runs = [a_run(30, hard=True), a_run(5, hard=None), a_run(4, hard=True), a_run(3, hard=False)]
    assert measured("hard_runs_since_return", runs) == 1


@pytest.mark.parametrize(
    "name",
    ["last_gap", "since_return", "weekly_volume_before_gap", "volume_since_return", "runs_since_return",
     "hard_runs_since_return", "easy_pace_after_gap"],
)  # fmt: skip
def test_without_a_gap_nothing_is_known_of_one(name):
    assert measured(name, [a_run(4), a_run(2), a_run(0)]) is None


def test_a_fortnight_off_leaves_an_easy_pace_of_five_thirty():
    races = [(SUNDAY - timedelta(days=40), 45.0)]
    pace = measured("easy_pace_after_gap", [a_run(20), a_run(5)], vdots=races)
    assert round(1000 * pace) == 330


def test_cross_training_in_the_gap_keeps_half():
    races = [(SUNDAY - timedelta(days=40), 45.0)]
    rides = [a_run(18, sport="Ride"), a_run(8, sport="Ride")]
    runs = [a_run(20), *rides, a_run(5)]
    assert measured("easy_pace_after_gap", runs, vdots=races) < measured(
        "easy_pace_after_gap", [runs[0], runs[-1]], vdots=races
    )


TWICE = [a_run(back, km=km) for back, km in ((100, 20), (93, 26), (86, 32), (71, 15), (64, 22), (57, 28), (44, 6))]


def test_two_booms_ended_in_a_gap():
    assert measured("boom_and_busts", TWICE) == 2
    assert measured("boom_peak", TWICE) == 30e3


def test_a_boom_is_counted_with_the_gap_after_it_only():
    assert measured("boom_and_busts", [*TWICE, a_run(20, km=6)]) == 2


def test_back_at_the_usual_distance_after_a_gap_is_no_boom():
    level = [a_run(back, km=10) for back in (75, 74, 72, 68, 67, 65, 61, 60, 58, 40, 38, 36, 33, 32, 31)]
    assert measured("boom_and_busts", level) == 0


def test_a_gap_that_still_goes_on_ends_a_boom_too():
    assert measured("boom_and_busts", [a_run(back, km=km) for back, km in ((30, 15), (23, 22), (16, 28))]) == 1


def test_a_declared_holiday_is_no_bust():
    holiday = Athlete(modes=(Mode("holiday", SUNDAY - timedelta(days=80), SUNDAY - timedelta(days=75)),))
    assert measured("boom_and_busts", TWICE, holiday) == 1


def test_a_boom_before_the_window_is_forgotten():
    assert measured("boom_and_busts", TWICE, over=70) == 1


def test_without_booms_there_is_no_peak():
    assert measured("boom_peak", [a_run(20, km=30), a_run(5, km=30)]) is None


@given(st.sets(st.integers(0, 170), min_size=2), st.integers(2, 30))
def test_a_gap_is_never_shorter_than_asked_and_ends_in_a_run(days, shortest):
    runs = [a_run(day) for day in sorted(days, reverse=True)]
    gap = measured("last_gap", runs, shortest=shortest * DAY)
    back = measured("since_return", runs, shortest=shortest * DAY)
    if gap is None:
        assert all(later - earlier <= shortest for earlier, later in zip(sorted(days), sorted(days)[1:], strict=False))
        return
    assert gap >= shortest * DAY
    assert back / DAY in days
    assert back / DAY + gap / DAY + 1 in days
