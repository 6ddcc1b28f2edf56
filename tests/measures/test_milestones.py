from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History

SUNDAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


def an_activity(back, km=10.0, sport="Run", **values):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time())
    return Activity(back, sport, start.replace(tzinfo=UTC), start, distance_m=1000 * km, moving_s=3600.0, **values)


def view_of(activities, as_of=SUNDAY):
    return View(History(Athlete(), tuple(activities)), SUNDAY, NOW).at(as_of)


def measured(name, activities, as_of=SUNDAY, **given):
    return registry()[name].compute(view_of(activities, as_of), **given)


def test_the_year_begins_on_the_first_of_january():
    december, january = (SUNDAY - date(2024, 12, 31)).days, (SUNDAY - date(2025, 1, 1)).days
    assert measured("year_distance", [an_activity(december), an_activity(january)]).value == 10e3


@pytest.mark.parametrize(("before", "now", "mark"), [(996, 8, 1_000), (996, 3, 0), (1_000, 8, 0), (990, 520, 1_500)])
def test_a_mark_of_the_year_is_passed_in_the_window(before, now, mark):
    found = measured("year_distance_mark", [an_activity(30, before), an_activity(2, now)])
    assert found.value == 1000 * mark
    assert found.activities == ((2,) if mark else ())


def test_a_mark_passed_last_week_is_last_weeks():
    runs = [an_activity(30, 996), an_activity(9, 8), an_activity(2, 8)]
    assert measured("year_distance_mark", runs).value == 0
    assert measured("year_distance_mark", runs, SUNDAY - timedelta(days=7)).value == 1e6


def test_everest_is_a_mark():
    runs = [an_activity(30, gain_m=8_840.0), an_activity(2, gain_m=20.0)]
    assert measured("year_climb_mark", runs).value == 8_849
    assert measured("year_climb", runs).value == 8_860


def test_climbing_is_unknown_without_heights():
    assert measured("year_climb_mark", [an_activity(2)]).value is None


def test_ten_thousand_kilometres_in_all():
    runs = [an_activity(700, 9_995), an_activity(2, 8)]
    assert measured("life_distance_mark", runs).value == 1e7
    assert measured("year_distance_mark", runs).value == 0


def test_the_first_run_of_a_distance():
    runs = [an_activity(300, 8), an_activity(2, 10.2)]
    found = measured("first_distance", runs)
    assert (found.value, found.activities) == (10_000, (2,))
    assert measured("first_distance", [an_activity(250, 11), *runs]).value == 0


def test_a_later_longer_run_does_not_undo_a_first():
    runs = [an_activity(300, 8), an_activity(9, 10.2), an_activity(2, 22)]
    assert measured("first_distance", runs, SUNDAY - timedelta(days=7)).value == 10_000
    assert measured("first_distance", runs).value == 21_097.5


def test_a_short_history_makes_no_distance_a_first():
    assert measured("first_distance", [an_activity(180, 8), an_activity(2, 10.2)]).value is None
    assert measured("first_distance", [an_activity(186, 8), an_activity(2, 10.2)]).value == 10_000


def test_the_first_trail_run_is_a_first_once():
    runs = [an_activity(100), an_activity(9, trail=True), an_activity(2, trail=True)]
    assert measured("first_trail_run", runs).value is False
    assert measured("first_trail_run", runs, SUNDAY - timedelta(days=7)).value is True


def test_what_comes_later_is_no_first_yet():
    assert measured("first_trail_run", [an_activity(100), an_activity(2, trail=True)], date(2025, 6, 1)).value is False


def test_the_first_strength_session():
    gym = an_activity(2, sport="WeightTraining")
    assert measured("first_strength", [an_activity(100), gym]).value is True
    assert measured("first_strength", [an_activity(20), gym]).value is None


def test_strides_are_a_first_only_where_somebody_looked():
    strides = an_activity(2, strides=4)
    assert measured("first_strides", [an_activity(100, strides=0), strides]).value is True
    assert measured("first_strides", [an_activity(100), strides]).value is None
    assert measured("first_strides", [an_activity(100, strides=3), strides]).value is False
    assert measured("first_strides", [an_activity(100, strides=2), an_activity(2, strides=2)]).value is False


@pytest.mark.parametrize("name", ["year_distance", "year_climb", "year_distance_mark", "life_distance_mark"])
def test_nothing_is_known_before_the_first_run(name):
    assert measured(name, [an_activity(3, sport="Ride")]).value is None
