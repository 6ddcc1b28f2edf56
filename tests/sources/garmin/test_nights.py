"""Garmin's answers about days -> nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.sources.garmin.nights import Answers, has_night, nights

MONDAY = date(2025, 6, 30)
SUNDAY = MONDAY - timedelta(days=1)
WOKE = datetime(2025, 6, 30, 4, 40, tzinfo=UTC)  # 6:40 in Berlin


def ms(moment):
    return int(moment.timestamp() * 1000)


def slept(day=MONDAY, **fields):
    return {
        "calendarDate": str(day), "sleepTimeSeconds": 26_100, "sleepEndTimestampGMT": ms(WOKE),
        "sleepStartTimestampLocal": ms(datetime(2025, 6, 29, 23, 10, tzinfo=UTC)),
        "sleepScores": {"overall": {"value": 81}}, **fields,
    }  # fmt: skip


def summary(day=MONDAY, resting=49, lowest=46, stress=31):
    return {
        "calendarDate": str(day), "heartRate": {"restingValue": resting, "minValue": lowest},
        "stress": {"avgLevel": stress},
    }  # fmt: skip


def battery(*readings, day=MONDAY):
    return {"date": str(day), "bodyBatteryValuesArray": [[ms(at), level] for at, level in readings]}


def night(**answers):
    (made,) = nights(Answers(**answers), MONDAY, MONDAY)
    return made[0]


def test_a_night_belongs_to_its_morning():
    made = night(
        sleep=[slept()],
        variability={"hrvSummaries": [{"calendarDate": str(MONDAY), "lastNightAvg": 58}]},
        days={"data": [summary(), summary(SUNDAY, stress=40)]},
        battery=[battery((WOKE - timedelta(hours=3), 50), (WOKE, 78), (WOKE + timedelta(hours=6), 40))],
    )
    assert (made.day, made.source) == (MONDAY, "garmin")
    assert (made.sleep_s, made.resting_hr, made.hrv_ms, made.sleep_score) == (26_100.0, 49.0, 58.0, 81.0)
    assert made.bedtime == datetime(2025, 6, 29, 23, 10)
    assert made.body_battery == 78.0
    assert made.stress == 40.0  # of the day before; that of the day itself is not over yet


def test_what_garmin_said_is_kept_beside_it():
    ((_, raw),) = nights(Answers(sleep=[slept()], variability=None), MONDAY, MONDAY)
    assert raw == {"sleep": slept()}


def test_a_day_of_which_nothing_was_measured_is_no_night():
    blank = {"calendarDate": str(MONDAY), "sleepTimeSeconds": None, "sleepScores": None}
    assert nights(Answers(sleep=[blank], days=[summary(SUNDAY)]), MONDAY, MONDAY) == []


def test_the_lowest_rate_of_a_day_without_a_night_is_no_resting_one():
    assert nights(Answers(days=[summary(resting=58, lowest=58)]), MONDAY, MONDAY) == []
    assert night(sleep=[slept()], days=[summary(resting=46, lowest=46)]).resting_hr == 46.0
    assert night(days=[summary(resting=52, lowest=46)]).resting_hr == 52.0


def test_calibrating_variability_still_has_a_nights_own_value():
    calibrating = {
        "calendarDate": str(MONDAY),
        "lastNightAvg": 61,
        "weeklyAvg": None,
        "baseline": None,
        "status": "NONE",
    }
    assert night(variability=[calibrating]).hrv_ms == 61.0


@pytest.mark.parametrize("level", [-1, -2, None, 101, "much"])
def test_stress_that_is_no_level_is_unknown(level):
    assert night(sleep=[slept()], days=[summary(SUNDAY, stress=level)]).stress is None


def test_body_battery_far_from_waking_says_nothing_about_it():
    readings = battery((WOKE - timedelta(hours=2), 60), (WOKE + timedelta(hours=2), 70))
    assert night(sleep=[slept()], battery=[readings]).body_battery is None


def test_the_columns_of_body_battery_are_where_it_says():
    report = {
        "date": str(MONDAY), "bodyBatteryValuesArray": [[ms(WOKE), "MEASURED", 77, 1.0]],
        "bodyBatteryValueDescriptorDTOList": [
            {"bodyBatteryValueDescriptorKey": name, "bodyBatteryValueDescriptorIndex": place}
            for place, name in enumerate(("timestamp", "bodyBatteryStatus", "bodyBatteryLevel"))
        ],
    }  # fmt: skip
    assert night(sleep=[slept()], battery=[report]).body_battery == 77.0


def test_no_sleep_means_no_bedtime_either():
    assert night(sleep=[slept(sleepTimeSeconds=0)], days=[summary()]).bedtime is None


@pytest.mark.parametrize("wrapped", [lambda rows: rows, lambda rows: {"individualStats": rows}])
def test_some_answers_are_wrapped(wrapped):
    assert has_night(wrapped([slept()]), MONDAY)
    assert not has_night(wrapped([slept(SUNDAY)]), MONDAY)


def test_a_moment_may_be_text():
    assert night(sleep=[slept(sleepStartTimestampLocal="2025-06-29T23:10:00.0")]).bedtime == datetime(
        2025, 6, 29, 23, 10
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "2025-06-30", str(10**30)]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["calendarDate", "date", "sleepTimeSeconds", "sleepStartTimestampLocal", "sleepEndTimestampGMT",
             "sleepScores", "overall", "value", "heartRate", "restingValue", "stress", "avgLevel",
             "bodyBatteryValuesArray",
             "bodyBatteryValueDescriptorDTOList", "bodyBatteryValueDescriptorIndex", "lastNightAvg"]
        ),
        inner,
    ),
    max_leaves=12,
)  # fmt: skip


@given(sleep=ANYTHING, variability=ANYTHING, days=ANYTHING, battery=ANYTHING)
def test_whatever_comes_is_a_night_or_none(sleep, variability, days, battery):
    for made, _ in nights(Answers(sleep, variability, days, battery), SUNDAY, MONDAY):
        assert made.sleep_s is None or made.sleep_s > 0
        assert made.resting_hr is None or made.resting_hr > 0
