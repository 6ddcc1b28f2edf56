"""The air that a run was done in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.outdoors import HOUR, hours_of, with_air
from coachd.model import Activity

SEVEN = datetime(2026, 11, 16, 7, tzinfo=UTC)


def test_a_run_spans_the_hours_from_its_start_to_its_end(make_activity):
    run = make_activity(elapsed_s=3_100.0)  # 7:30 to 8:21
    assert hours_of(run, UTC) == [SEVEN, SEVEN + HOUR]


def test_the_air_is_the_mean_of_its_hours(make_activity):
    air = {SEVEN: (20.0, 10.0), SEVEN + HOUR: (22.0, 11.0), SEVEN + 2 * HOUR: (40.0, 40.0)}
    [run] = with_air([make_activity()], air, UTC)
    assert (run.temperature_c, run.dew_point_c) == (21.0, 10.5)


def test_an_hour_that_nobody_knows_is_left_out(make_activity):
    [run] = with_air([make_activity()], {SEVEN: (20.0, 10.0), SEVEN + HOUR: (None, None)}, UTC)
    assert (run.temperature_c, run.dew_point_c) == (20.0, 10.0)
    [unknown] = with_air([make_activity()], {SEVEN: (None, 10.0)}, UTC)
    assert (unknown.temperature_c, unknown.dew_point_c) == (None, None)


@pytest.mark.parametrize(
    "values",
    [
        {"trainer": True},
        {"sport": "VirtualRun"},
        {"sport": "Ride"},
        {"hidden_start": True},
        {"temperature_c": 9.0},
        {"start_local": datetime(2026, 11, 16, 16, 30)},  # a trip to Japan
    ],
    ids=["treadmill", "virtual", "ride", "hidden start", "recorded air", "elsewhere"],
)
def test_where_the_air_of_home_says_nothing_it_is_not_asked_for(make_activity, values):
    run = make_activity(**values)
    assert hours_of(run, UTC) == []
    assert with_air([run], {SEVEN: (20.0, 10.0)}, UTC) == [run]


def test_summer_time_is_still_at_home(make_activity):
    start = datetime(2026, 7, 1, 5, 30, tzinfo=UTC)
    run = make_activity(start=start, start_local=datetime(2026, 7, 1, 7, 30))
    assert hours_of(run, ZoneInfo("Europe/Amsterdam"))
    assert not hours_of(run, ZoneInfo("Europe/London"))


@given(
    minutes=st.integers(0, 10_000_000),
    elapsed=st.one_of(st.none(), st.floats(0, 1e7)),
)
def test_the_hours_are_full_follow_each_other_and_never_span_more_than_a_day(minutes, elapsed):
    start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    run = Activity(1, "Run", start, start.replace(tzinfo=None), elapsed_s=elapsed)
    hours = hours_of(run, UTC)
    assert hours[0] <= start < hours[0] + HOUR
    assert all(later - earlier == HOUR for earlier, later in pairwise(hours))
    assert len(hours) <= 25
