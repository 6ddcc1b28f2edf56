from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from garmin_samples import health, sleep, summary

from coachd.sources.files.garmin_nights import Days, by_day

BERLIN = ZoneInfo("Europe/Berlin")


def nights(slept=(), summaries=(), healths=()):
    days = Days(by_day(slept), by_day(summaries), by_day(healths))
    return {night.day: night for night, _ in days.nights(BERLIN)}


def test_a_night_belongs_to_the_morning_on_which_it_ended():
    night = nights([sleep()], [summary("2026-05-03"), summary()], [health()])[date(2026, 5, 4)]
    assert (night.sleep_s, night.sleep_score, night.resting_hr, night.hrv_ms) == (25_800, 81, 47, 62)
    assert (night.body_battery, night.source) == (84, "files")


def test_bedtime_is_by_the_clocks_of_home():
    assert nights([sleep()])[date(2026, 5, 4)].bedtime == datetime(2026, 5, 3, 23, 10)


def test_stress_is_that_of_the_day_before():
    yesterday = summary("2026-05-03", allDayStress={"aggregatorList": [{"type": "TOTAL", "averageStressLevel": 40}]})
    found = nights([sleep()], [yesterday, summary()])
    assert found[date(2026, 5, 4)].stress == 40
    assert found[date(2026, 5, 3)].stress is None


@pytest.mark.parametrize(
    "changes",
    [
        {"deepSleepSeconds": None, "lightSleepSeconds": 0, "remSleepSeconds": None},
        {"deepSleepSeconds": "x", "lightSleepSeconds": -1, "remSleepSeconds": []},
    ],
)
def test_a_night_that_was_not_measured_is_none(changes):
    assert nights([sleep(**changes)]) == {}


def test_what_is_missing_or_odd_is_unknown_and_not_zero():
    odd = summary(restingHeartRate=0, currentDayRestingHeartRate=None, bodyBattery="x", allDayStress=[])
    night = nights([sleep(sleepScores=None, sleepStartTimestampGMT="soon")], [odd])[date(2026, 5, 4)]
    assert (night.resting_hr, night.body_battery, night.sleep_score, night.bedtime) == (None, None, None, None)
    negative = summary("2026-05-03", allDayStress={"aggregatorList": [{"type": "TOTAL", "averageStressLevel": -2}]})
    assert nights([sleep()], [negative])[date(2026, 5, 4)].stress is None


def test_a_record_without_a_day_is_left_out():
    assert nights([sleep(calendarDate=None), sleep("never")]) == {}
