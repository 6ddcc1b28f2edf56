from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, StreamNumbers, Zones

SUNDAY = date(2025, 6, 15)
ZONES = Zones(threshold_hr=168.0, easy_ceiling=150.0, source="measured")


def a_run(back, minutes=60.0, **values):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time())
    return Activity(back, "Run", start.replace(tzinfo=UTC), start, moving_s=60 * minutes, **values)


def measured(name, runs, zones=ZONES, **given):
    history = History(Athlete(), tuple(runs), zones=zones)
    return registry()[name].compute(View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC)), **given).value


def test_the_easy_share_weighs_runs_by_their_time():
    assert measured("easy_share", [a_run(1, 60, above_share=0.0), a_run(2, 30, above_share=1.0)]) == pytest.approx(
        2 / 3
    )


def test_a_run_without_heart_rate_counts_against_the_coverage_only():
    runs = [a_run(1, 60, above_share=0.5), a_run(2, 60)]
    assert measured("easy_share", runs) == 0.5
    assert measured("judged_share", runs) == 0.5


def test_races_are_left_out():
    runs = [a_run(1, 60, above_share=0.0), a_run(2, 60, above_share=1.0, kind="race")]
    assert measured("easy_share", runs) == 1
    assert measured("judged_share", runs) == 1


def test_nothing_is_known_without_heart_rate():
    assert measured("easy_share", [a_run(1)]) is None
    assert measured("judged_share", [a_run(1)]) == 0
    assert measured("judged_share", []) is None


def hearts(**values):
    return a_run(1, streams=StreamNumbers(hr_seconds={150: 600.0, 151: 300.0, 168: 60.0, 169: 40.0}), **values)


def test_zones_begin_above_their_lower_edge():
    assert measured("middle_share", [hearts()]) == 0.36
    assert measured("high_share", [hearts()]) == 0.04


def test_anchors_guessed_from_age_make_no_zones():
    assert measured("middle_share", [hearts()], Zones(threshold_hr=168.0, easy_ceiling=150.0, source="age")) is None
    assert measured("high_share", [a_run(1)]) is None


def in_weather(back, temperature, dew_point, **values):
    return a_run(back, 80, temperature_c=temperature, dew_point_c=dew_point, **values)


def test_the_warmest_run_outdoors_decides_the_slowdown():
    runs = [in_weather(1, 15.0, 8.0), in_weather(2, 29.0, 20.0), in_weather(3, 35.0, 26.0, trainer=True)]
    assert measured("heat_slowdown", runs) == pytest.approx(0.048, abs=0.001)
    assert measured("heat_slowdown", [a_run(1)]) is None


def drifted(back, decoupling, **values):
    return in_weather(back, values.pop("temperature", 12.0), values.pop("dew_point", 6.0), decoupling=decoupling)


def test_only_the_last_three_steady_runs_count():
    runs = [drifted(29, 0.09), drifted(15, 0.024), drifted(8, 0.091), drifted(1, 0.086)]
    assert measured("drifting_runs", runs) == 2
    assert measured("mean_drift", runs) == pytest.approx(0.0885)
    assert measured("drifting_runs", runs, last=4.0) == 3


def test_drift_in_the_heat_or_in_unknown_weather_does_not_count():
    assert measured("drifting_runs", [drifted(1, 0.09, temperature=24.0, dew_point=16.0)]) is None
    assert measured("drifting_runs", [a_run(1, 80, decoupling=0.09)]) is None
    assert measured("mean_drift", [drifted(1, 0.02)]) is None
