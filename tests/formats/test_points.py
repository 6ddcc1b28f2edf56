import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.errors import BrokenFile
from coachd.formats.limits import EARLIEST
from coachd.formats.points import NOTHING, Point, in_order, track

BEGIN = EARLIEST + 1e8


def moments(*seconds):
    return [Point(BEGIN + second, heart_rate=100 + index % 50) for index, second in enumerate(seconds)]


def times(points):
    return [point.at - BEGIN for point in in_order(points)]


def test_points_written_late_are_sorted_in():
    assert times(moments(0, 1, 3, 2, 4)) == [0, 1, 2, 3, 4]


def test_a_part_written_before_what_it_follows_is_put_behind_it():
    assert times(moments(*range(100, 200), *range(90))) == [*range(90), *range(100, 200)]


def test_of_a_clock_that_was_set_back_the_longest_stretch_stays():
    assert times(moments(*range(300), *range(100, 200))) == list(range(300))
    assert times(moments(*range(3000, 3100), *range(3050))) == list(range(3050))


def test_two_points_of_one_instant_fill_each_other_up():
    made = in_order([Point(BEGIN, heart_rate=120), Point(BEGIN, heart_rate=130, cadence=85)])
    assert made == [Point(BEGIN, heart_rate=120, cadence=85)]


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
    assert all(after > before for before, after in zip(columns["time"], columns["time"][1:], strict=False))
    assert {len(column) for column in columns.values()} == {len(columns["time"])}
    for name, column in columns.items():
        if name not in ("moving", "latlng"):
            assert all(value is None or math.isfinite(value) for value in column)
    assert 0 <= found.running_s <= found.elapsed_s + 1e-6
    assert 0 <= found.moving_s() <= found.running_s + 1e-6


@given(st.permutations(range(40)))
def test_the_order_of_points_within_a_minute_does_not_matter(order):
    assert times(moments(*order)) == list(range(40))
