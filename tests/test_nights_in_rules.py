"""The rules about nights on stored nights: from the store through the whole judging of a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import review
from coachd.history.merge import merge
from coachd.model import Night, Period
from coachd.store import nights, recordings

SUNDAY = date(2026, 11, 22)
WEEK = Period("2026-W47", date(2026, 11, 16), SUNDAY)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR = 3600.0
RULES = ("sleep-short", "sleep-steady", "rhr-up", "hrv-low")


@pytest.fixture
def coach(open_coach, make_recording):
    """An invented runner with three months of runs every other day, and no night yet."""
    made = open_coach(NOW)
    made.athlete("me")
    with made.store.begin() as db:
        batch = [make_recording(day, at=-48.0 * day) for day in range(45)]
        recordings.derive(db, "me", recordings.save(db, "me", batch, NOW).identities, merge)
    return made


def slept(coach, *some: Night) -> None:
    with coach.store.begin() as db:
        nights.save(db, "me", [(night, {}) for night in some], NOW)


def each_day(first: int, last: int) -> Iterable[date]:
    """The mornings from so many days before Sunday to so many."""
    return (SUNDAY - timedelta(days=back) for back in range(first, last - 1, -1))


def outcomes(coach) -> dict[str, str]:
    judged = review.consider(coach, "me", WEEK, NOW)
    found = {each.rule: each.outcome for each in judged.judgement.findings if each.rule in RULES}
    return dict.fromkeys(RULES, "clear") | found  # that nothing is the matter is no finding


def usual(first: int = 59, last: int = 7) -> list[Night]:
    """Nights of seven and a half hours, a resting heart rate of 50, and a variability around 60."""
    return [
        Night(day, sleep_s=7.5 * HOUR, resting_hr=50.0, hrv_ms=52.0 if day.day % 2 else 70.0)
        for day in each_day(first, last)
    ]


def test_ordinary_nights_are_praised_and_nothing_else_is_said(coach):
    slept(coach, *usual(59, 0))
    assert outcomes(coach) == {"sleep-short": "clear", "sleep-steady": "fire", "rhr-up": "clear", "hrv-low": "clear"}


def test_a_week_of_short_nights_is_told(coach):
    slept(coach, *usual(), *(Night(day, sleep_s=6.1 * HOUR, resting_hr=50.0, hrv_ms=60.0) for day in each_day(6, 0)))
    found = outcomes(coach)
    assert found["sleep-short"] in ("fire", "capped")
    assert (found["sleep-steady"], found["rhr-up"]) == ("clear", "clear")


def test_a_raised_resting_heart_rate_is_told(coach):
    high = (51.0, 50.0, 57.0, 58.0, 58.0, 59.0, 57.0)
    week = zip(each_day(6, 0), high, strict=True)
    slept(coach, *usual(), *(Night(day, sleep_s=7.5 * HOUR, resting_hr=rate, hrv_ms=60.0) for day, rate in week))
    found = outcomes(coach)
    assert found["rhr-up"] in ("fire", "capped")
    assert found["hrv-low"] == "clear"


def test_two_high_mornings_are_not(coach):
    week = [Night(day, resting_hr=58.0 if day > SUNDAY - timedelta(days=2) else 50.0) for day in each_day(6, 0)]
    slept(coach, *usual(), *week)
    assert outcomes(coach)["rhr-up"] == "clear"


def test_a_low_variability_needs_another_sign(coach):
    slept(coach, *usual(), *(Night(day, sleep_s=7.5 * HOUR, resting_hr=50.0, hrv_ms=45.0) for day in each_day(6, 0)))
    assert outcomes(coach)["hrv-low"] == "clear"
    slept(coach, *(Night(day, sleep_s=5.8 * HOUR) for day in each_day(6, 0)))
    assert outcomes(coach)["hrv-low"] in ("fire", "capped")


def test_missing_nights_are_no_data(coach):
    assert set(outcomes(coach).values()) == {"no_data"}
    slept(coach, *(Night(day, sleep_s=6 * HOUR, resting_hr=60.0, hrv_ms=20.0) for day in each_day(3, 0)))
    assert set(outcomes(coach).values()) == {"no_data"}


def test_what_a_night_lacks_silences_its_own_rule_only(coach):
    slept(coach, *(Night(day, sleep_s=7.5 * HOUR) for day in each_day(59, 0)))
    assert outcomes(coach) == {
        "sleep-short": "clear", "sleep-steady": "fire", "rhr-up": "no_data", "hrv-low": "no_data",
    }  # fmt: skip


def test_a_journey_over_nine_time_zones_suspends_what_compares_with_home(coach, make_recording):
    short = [Night(day, sleep_s=5 * HOUR, resting_hr=58.0, hrv_ms=40.0) for day in each_day(6, 0)]
    slept(coach, *usual(), *short)
    assert outcomes(coach)["sleep-short"] in ("fire", "capped")
    start = datetime(2026, 11, 19, 1, tzinfo=UTC)
    abroad = make_recording(99, start=start, start_local=datetime(2026, 11, 19, 10))
    with coach.store.begin() as db:
        recordings.derive(db, "me", recordings.save(db, "me", [abroad], NOW).identities, merge)
    found = outcomes(coach)
    assert (found["sleep-short"], found["rhr-up"], found["hrv-low"]) == ("no_data", "no_data", "no_data")


def test_nights_after_the_week_are_not_looked_at(coach):
    slept(coach, *usual(59, 0), Night(SUNDAY + timedelta(days=1), sleep_s=1 * HOUR, resting_hr=90.0, hrv_ms=5.0))
    assert outcomes(coach)["rhr-up"] == "clear"
