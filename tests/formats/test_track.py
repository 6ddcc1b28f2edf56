import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.errors import BrokenFile
from coachd.formats.limits import EARLIEST
from coachd.formats.points import Point
from coachd.formats.track import NOTHING, track

BEGIN = EARLIEST + 1e8


def moments(*seconds):
    return [Point(BEGIN + second, heart_rate=140) for second in seconds]


def test_a_hole_of_more_than_a_minute_is_a_pause_and_a_shorter_one_is_not():
    assert track(moments(0, 60, 61)).columns["moving"] == [True] * 3
    found = track(moments(0, 61, 62))
    assert found.columns["moving"] == [False, True, True]
    assert (found.running_s, found.elapsed_s) == (1, 62)


def test_pauses_that_the_file_tells_go_before_holes():
    found = track(moments(0, 100, 200, 300), [(BEGIN + 110, BEGIN + 190)])
    assert found.columns["moving"] == [True, False, True, True]


def test_means_are_weighted_by_time_without_pauses_and_without_zeros():
    points = [
        Point(BEGIN, cadence=80), Point(BEGIN + 10, cadence=90), Point(BEGIN + 11, cadence=0), Point(BEGIN + 12),
    ]  # fmt: skip
    assert track(points).mean("cadence") == pytest.approx((80 * 10 + 90) / 11)
    assert track(points).mean("heartrate") is None


def test_a_recording_of_more_than_a_week_is_refused():
    with pytest.raises(BrokenFile, match="longer than a week"):
        track(moments(*range(0, 15 * 86_400, 3000)))


def test_of_no_points_nothing_is_known():
    assert (NOTHING.elapsed_s, NOTHING.distance_m, NOTHING.mean("heartrate"), NOTHING.moving_s()) == (None,) * 4
    with pytest.raises(BrokenFile, match="nothing was recorded"):
        track([])


def test_the_distance_begins_at_zero_and_never_goes_back():
    points = [Point(BEGIN + place, distance=metres) for place, metres in enumerate([50, 53, 52, None, 60])]
    assert track(points).columns["distance"] == [0, 3, 3, None, 10]


anything = st.floats() | st.none()


def test_a_counter_that_begins_anew_goes_on():
    points = [Point(BEGIN + place, distance=metres) for place, metres in enumerate([900, 903, 0, 3, 6])]
    assert track(points).columns["distance"] == [0, 3, 3, 6, 9]


def test_one_wrong_distance_costs_its_own_steps_only():
    points = [Point(BEGIN + place, distance=metres) for place, metres in enumerate([0, 3, 9e6, 9, 12])]
    assert track(points).columns["distance"] == [0, 3, 3, 3, 6]


@given(
    st.lists(
        st.builds(
            Point,
            st.floats(BEGIN - 1e9, BEGIN + 1e9) | st.integers(0, 1000).map(lambda second: BEGIN + second),
            *[anything] * 7,
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_whatever_the_points_are_the_columns_can_be_true(points):
    try:
        found = track(points)
    except BrokenFile:
        return
    columns = found.columns
    assert columns["time"][0] == 0
    assert all(after > before for before, after in pairwise(columns["time"]))
    assert {len(column) for column in columns.values()} == {len(columns["time"])}
    for name, column in columns.items():
        if name not in ("moving", "latlng"):
            assert all(value is None or math.isfinite(value) for value in column)
    assert 0 <= found.running_s <= found.elapsed_s + 1e-6
    assert 0 <= found.moving_s() <= found.running_s + 1e-6
