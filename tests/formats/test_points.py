from hypothesis import given
from hypothesis import strategies as st

from coachd.formats.limits import EARLIEST
from coachd.formats.points import Point, in_order

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
    assert times(moments(*range(50, 400), *range(100))) == list(range(50, 400))


def test_two_points_of_one_instant_fill_each_other_up():
    made = in_order([Point(BEGIN, heart_rate=120), Point(BEGIN, heart_rate=130, cadence=85)])
    assert made == [Point(BEGIN, heart_rate=120, cadence=85)]


@given(st.permutations(range(40)))
def test_the_order_of_points_within_a_minute_does_not_matter(order):
    assert times(moments(*order)) == list(range(40))
