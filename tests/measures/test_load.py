from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History

SUNDAY = date(2025, 6, 15)


def an_activity(back, load, sport="Run", source="heart rate"):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time())
    return Activity(back, sport, start.replace(tzinfo=UTC), start, load=load, load_source=source)


def measured(name, activities, **given):
    view = View(History(Athlete(), tuple(activities)), SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[name].compute(view, **given).value


def daily(*loads):
    """A run for each load that is not 0, oldest first, the last of them today."""
    return [an_activity(len(loads) - 1 - day, load) for day, load in enumerate(loads) if load]


WEEK = daily(0, 60, 90, 0, 70, 40, 120)


def test_monotony_and_strain_of_the_published_week():
    assert measured("monotony", WEEK) == pytest.approx(1.215, abs=0.001)
    assert measured("strain", WEEK) == pytest.approx(461.8, abs=0.1)


def test_cross_training_is_load_as_well():
    ride = an_activity(6, 60.0, "Ride", "time")
    assert measured("monotony", [*WEEK, ride]) > measured("monotony", WEEK)


def test_one_run_without_a_load_leaves_the_week_unknown():
    assert measured("monotony", [*WEEK, an_activity(0, None)]) is None


def test_a_strength_session_without_a_load_does_not():
    assert measured("monotony", [*WEEK, an_activity(0, None, "WeightTraining")]) == measured("monotony", WEEK)


def test_loads_of_mixed_origin_are_not_compared():
    by_pace = [an_activity(day, 60.0, source="pace") for day in range(7, 14)]
    assert measured("highest_strain", [*by_pace, *WEEK], over=14) is None


def test_one_run_in_ten_may_have_another_origin():
    runs = [an_activity(day, 60.0, source="pace" if day == 3 else "heart rate") for day in range(10)]
    assert measured("highest_strain", runs, over=10) is not None


def test_the_highest_strain_is_that_of_one_week():
    assert measured("highest_strain", [*daily(*[20] * 5, 40, *[20] * 8), *[]], over=14) == pytest.approx(
        max(measured("strain", daily(*[20] * 5, 40, 20)), measured("strain", daily(*[20] * 7)))
    )


def test_the_ratio_of_the_published_month():
    assert measured("acute_chronic_ratio", daily(*[30] * 49, *[45] * 7)) == pytest.approx(1.198, abs=0.001)


def test_the_ratio_needs_eight_weeks():
    assert measured("acute_chronic_ratio", daily(*[30] * 55)) is None
    assert measured("acute_chronic_ratio", daily(*[30] * 56)) == pytest.approx(1)


def test_fitness_rises_by_a_part_of_the_difference():
    loads = daily(*[40] * 113, *[91.55] * 7)
    assert measured("fitness_gain", loads) == pytest.approx(8, abs=0.01)
    assert measured("fitness_gain", loads, before=7) == pytest.approx(0, abs=0.01)


def test_form_is_the_best_of_its_days():
    loads = daily(*[40] * 117, *[150] * 3)
    assert measured("highest_form", loads, over=1) < measured("highest_form", loads, over=3)


def test_form_needs_ninety_days():
    assert measured("highest_form", daily(*[40] * 92)) is None
    assert measured("highest_form", daily(*[40] * 93)) == pytest.approx(0)


@pytest.mark.parametrize(
    "name", ["monotony", "strain", "highest_strain", "acute_chronic_ratio", "fitness_gain", "highest_form"]
)
def test_without_running_nothing_is_known(name):
    assert measured(name, [an_activity(3, 60.0, "Ride")]) is None
