from __future__ import annotations

from datetime import date, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coachd.demo.garmin_days import invented_days

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = invented_days(date(2025, 1, 6), date(2026, 1, 4), BERLIN)
NIGHTS = [day.night for day in YEAR if day.night]


def test_there_is_one_for_each_day_and_always_the_same():
    assert [day.day for day in YEAR] == [date(2025, 1, 6) + timedelta(days=number) for number in range(364)]
    assert invented_days(date(2025, 3, 1), date(2025, 3, 5), BERLIN) == YEAR[54:59]


def test_another_seed_gives_other_nights():
    assert invented_days(date(2025, 3, 1), date(2025, 3, 5), BERLIN, seed=2) != YEAR[54:59]


def test_sleep_pulse_and_variability_are_those_of_a_healthy_runner():
    assert all(6.5 * 3600 <= night.sleep_s <= 8 * 3600 for night in NIGHTS)
    assert 49 < fmean(night.resting_hr for night in NIGHTS) < 51
    assert 53 < fmean(night.hrv_ms for night in NIGHTS) < 57
    assert all((night.end - night.start).total_seconds() == night.sleep_s + night.awake_s for night in NIGHTS)


def test_a_few_nights_are_missing():
    assert 4 <= len(YEAR) - len(NIGHTS) <= 20


def test_a_few_reach_garmin_only_in_the_evening():
    late = [day for day in YEAR if day.night and day.synced_at - day.night.end > timedelta(hours=8)]
    assert 5 <= len(late) <= 35


def test_an_illness_shows_in_pulse_and_variability():
    week = {date(2025, 7, 21) + timedelta(days=number) for number in range(7)}
    well = [day.night for day in YEAR if day.day in week and day.night]
    ill = [day.night for day in invented_days(min(week), max(week), BERLIN, ill=week) if day.night]
    assert {sick.resting_hr - fit.resting_hr for sick, fit in zip(ill, well, strict=True)} == {7}
    assert {sick.hrv_ms - fit.hrv_ms for sick, fit in zip(ill, well, strict=True)} == {-14}


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["Europe/Berlin", "America/St_Johns", "UTC"]))
def test_a_night_ends_on_its_day_before_the_sync(first, zone):
    for day in invented_days(first, first + timedelta(days=3), ZoneInfo(zone)):
        if day.night:
            assert day.night.end.astimezone(ZoneInfo(zone)).date() == day.day
            assert day.night.start < day.night.end < day.synced_at
            assert day.min_hr < day.night.resting_hr
        assert day.battery_low < day.battery_high <= 100
