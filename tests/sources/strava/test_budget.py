"""How many requests may still go out: windows, shares and refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.sources.strava.budget import LISTING, LIVE, SINGLE, next_day, next_quarter, observed, wait_until
from coachd.store.shared import BudgetRow

NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)
QUARTER_TURN = datetime(2025, 6, 30, 12, 15, 5, tzinfo=UTC)
DAY_TURN = datetime(2025, 7, 1, 0, 0, 5, tzinfo=UTC)


def headers(quarter, day, *, limit="100,1000"):
    return {
        "X-Ratelimit-Limit": "200,2000",
        "X-Ratelimit-Usage": f"{quarter},{day}",
        "X-Readratelimit-Limit": limit,
        "X-Readratelimit-Usage": f"{quarter},{day}",
    }


def after(quarter, day, status=200, at=NOW, row=None):
    return observed(row, headers(quarter, day), status, at)


def test_limits_and_use_come_from_the_headers_however_they_are_spelled():
    row = observed(None, {key.upper(): value for key, value in headers(8, 344).items()}, 200, NOW)
    assert row == BudgetRow({"overall": [200, 2000], "read": [100, 1000]}, {"overall": [8, 344], "read": [8, 344]},
                            NOW, None)  # fmt: skip


@pytest.mark.parametrize("text", ["", "8", "8,", "8,344,2", "a,b", "-8,344", "²,³"])
def test_a_header_that_cannot_be_read_leaves_the_budget_as_it_was(text):
    before = after(8, 344)
    odd = dict.fromkeys(headers(1, 1), text)
    assert observed(before, odd, 200, NOW + timedelta(minutes=1)) is before


def test_an_answer_without_headers_says_nothing():
    assert observed(None, {}, 200, NOW) is None


def test_without_any_budget_the_first_call_goes_out():
    assert wait_until(None, NOW, share=LISTING) is None


def test_single_runs_leave_most_of_a_window_to_listings():
    assert wait_until(after(39, 39), NOW, share=SINGLE) is None
    assert wait_until(after(40, 40), NOW, share=SINGLE) == QUARTER_TURN
    assert wait_until(after(40, 40), NOW, share=LISTING) is None


def test_a_backfill_stops_at_seventy_of_a_hundred_while_live_calls_go_on():
    assert wait_until(after(69, 69), NOW, share=LISTING) is None
    assert wait_until(after(70, 70), NOW, share=LISTING) == QUARTER_TURN
    assert wait_until(after(99, 99), NOW, share=LIVE) is None
    assert wait_until(after(100, 100), NOW, share=LIVE) == QUARTER_TURN


def test_a_spent_day_waits_for_midnight_utc():
    assert wait_until(after(3, 700), NOW, share=LISTING) == DAY_TURN
    assert wait_until(after(3, 1000), NOW, share=LIVE) == DAY_TURN


def test_what_was_used_in_an_earlier_quarter_hour_no_longer_counts():
    assert wait_until(after(100, 100), NOW + timedelta(minutes=8, seconds=6), share=LIVE) is None


def test_what_was_used_yesterday_no_longer_counts():
    assert wait_until(after(100, 1000), datetime(2025, 7, 1, 0, 1, tzinfo=UTC), share=LIVE) is None


def test_a_429_stops_every_call_until_the_quarter_turns_whatever_the_headers_say():
    row = after(5, 5, status=429)
    assert wait_until(row, NOW, share=LIVE) == QUARTER_TURN
    assert wait_until(row, QUARTER_TURN, share=LIVE) is None


def test_a_429_on_a_spent_day_stops_until_midnight():
    assert wait_until(after(4, 1004, status=429), NOW, share=LIVE) == DAY_TURN


def test_a_429_without_headers_does_not_count_yesterdays_day_as_spent():
    yesterday = after(4, 1000, at=NOW - timedelta(days=1))
    assert observed(yesterday, {}, 429, NOW).blocked_until == QUARTER_TURN


def test_a_block_from_a_clock_that_ran_ahead_does_not_hold():
    row = observed(None, {}, 429, NOW + timedelta(days=300))
    assert wait_until(row, NOW, share=LIVE) is None


def test_a_good_answer_does_not_lift_a_block():
    blocked = after(5, 5, status=429)
    assert wait_until(after(6, 6, row=blocked), NOW, share=LIVE) == QUARTER_TURN


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_the_turn_of_a_window_lies_ahead_and_at_most_one_window_away(now):
    assert timedelta() < next_quarter(now) - now <= timedelta(minutes=15, seconds=5)
    assert next_quarter(now).minute % 15 == 0
    assert timedelta() < next_day(now) - now <= timedelta(days=1, seconds=5)
