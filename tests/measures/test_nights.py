from datetime import UTC, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures.nights import jet_lagged, late_hard_runs, low_log_hrv, mean_log_hrv, usual_bedtime
from coachd.model import Activity, Athlete, History, Night

SUNDAY = datetime(2025, 6, 15, 9)


def night(back, **values):
    return Night((SUNDAY - timedelta(days=back)).date(), **values)


def activity(number, start_local, offset_h=0, **values):
    return Activity(number, "Run", (start_local - timedelta(hours=offset_h)).replace(tzinfo=UTC), start_local, **values)


def view(nights=(), activities=()):
    history = History(Athlete(), tuple(activities), nights=tuple(sorted(nights, key=lambda night: night.day)))
    return View(history, SUNDAY.date(), SUNDAY.replace(tzinfo=UTC))


def test_the_mean_is_of_logarithms():
    seen = view([night(back, hrv_ms=value) for back, value in enumerate((40, 60, 40, 60))])
    assert mean_log_hrv.compute(seen).value == pytest.approx(3.8916, abs=1e-4)


def test_three_nights_are_no_week():
    assert mean_log_hrv.compute(view([night(back, hrv_ms=50) for back in range(3)])).value is None


def test_the_lower_edge_is_half_a_sample_deviation_down():
    seen = view([night(back, hrv_ms=40 if back % 2 else 60) for back in range(22)])
    assert low_log_hrv.compute(seen).value == pytest.approx(3.8916 - 0.5 * 0.2075, abs=1e-3)


def test_an_impossible_variability_is_left_out():
    seen = view([night(0, hrv_ms=0.0), *(night(back, hrv_ms=50) for back in range(1, 5))])
    assert mean_log_hrv.compute(seen).value == pytest.approx(3.912, abs=1e-3)


def test_a_flight_of_seven_zones_silences_the_nights_of_its_week():
    flown = [activity(1, SUNDAY - timedelta(days=5), 2), activity(2, SUNDAY - timedelta(days=4), 9)]
    assert jet_lagged.compute(view(activities=flown)).value is True


def test_a_flight_three_weeks_ago_is_slept_off():
    flown = [activity(1, SUNDAY - timedelta(days=22), 2), activity(2, SUNDAY - timedelta(days=21), 9)]
    assert jet_lagged.compute(view(activities=flown)).value is False


def test_summer_time_is_no_journey():
    moved = [activity(1, SUNDAY - timedelta(days=5), 1), activity(2, SUNDAY - timedelta(days=4), 2)]
    assert jet_lagged.compute(view(activities=moved)).value is False


def test_bedtimes_around_midnight_have_a_median():
    late = [datetime(2025, 6, 1, 23, 40), datetime(2025, 6, 1, 0, 20)]
    seen = view([night(back, bedtime=late[back % 2]) for back in range(15)])
    assert usual_bedtime.compute(seen).value in {"23:40", "00:20"}


def test_thirteen_bedtimes_are_no_habit():
    seen = view([night(back, bedtime=datetime(2025, 6, 1, 23)) for back in range(13)])
    assert usual_bedtime.compute(seen).value is None
    assert late_hard_runs.compute(seen).value is None
