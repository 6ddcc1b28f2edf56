from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.aggregates import KINDS, Aggregate, compute
from coachd.language.compile import compile_expression
from coachd.language.view import View
from coachd.language.vocabulary import ACTIVITY
from coachd.model import Activity, Athlete, History
from coachd.units import DAY

SUNDAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


def activity(day, number=1, sport="Run", **fields):
    at = datetime.combine(SUNDAY + timedelta(days=day), datetime.min.time())
    return Activity(id=number, sport=sport, start=at.replace(tzinfo=UTC), start_local=at, **fields)


def view(*activities):
    return View(History(Athlete(), activities), SUNDAY, NOW)


def value(kind, field, *activities, over=7, context=None, where=None, **more):
    if where is not None:
        types = {name: known.type for name, known in ACTIVITY.items()}
        getters = {name: known.read for name, known in ACTIVITY.items()}
        where = compile_expression(where, types, getters=getters)
    aggregate = Aggregate(kind, ACTIVITY.get(field), over, where=where, **more)
    return compute(aggregate, view(*activities), context or {})


def test_a_window_holds_its_days_and_no_other():
    runs = [activity(day, number, distance_m=1000.0) for number, day in enumerate([-7, -6, 0, 1])]
    assert value("sum", "distance", *runs).value == 2000
    assert value("sum", "distance", *runs).activities == (1, 2)


def test_before_moves_the_window_back():
    runs = [activity(day, distance_m=1000.0) for day in (-14, -13, -7, -6)]
    assert value("sum", "distance", *runs, before=7).value == 2000


def test_a_window_may_come_from_a_parameter():
    assert value("count", None, activity(-8), over="span", context={"span": 9 * DAY}).value == 1


def test_the_day_is_the_local_one():
    late = Activity(
        id=1, sport="Run", start=datetime(2025, 6, 16, 4, 30, tzinfo=UTC), start_local=datetime(2025, 6, 15, 23, 30)
    )
    assert value("count", None, late, over=1).value == 1


def test_a_missing_field_is_left_out_of_a_sum():
    found = value("sum", "distance", activity(-1, 1, distance_m=5000.0), activity(-2, 2))
    assert (found.value, found.activities) == (5000, (1,))


def test_a_sum_of_nothing_known_is_unknown_but_of_nothing_at_all_is_zero():
    assert value("sum", "distance", activity(-1)).value is None
    assert value("sum", "distance").value == 0


def test_an_activity_whose_where_is_unknown_does_not_count():
    runs = [activity(-1, 1, average_hr=160.0), activity(-2, 2), activity(-3, 3, average_hr=120.0)]
    assert value("count", None, *runs, where="average_hr > 150 bpm").activities == (1,)


def test_a_sport_is_a_family():
    mixed = [activity(-1, 1), activity(-1, 2, "TrailRun"), activity(-1, 3, "Ride"), activity(-1, 4, "WeightTraining")]
    assert value("count", None, *mixed, families=frozenset(["run", "strength"])).activities == (1, 2, 4)


@pytest.mark.parametrize("kind", ["mean", "max", "min", "latest"])
def test_these_are_unknown_for_nothing(kind):
    assert value(kind, "distance").value is None


@pytest.mark.parametrize(
    ("kind", "field", "expected"),
    [("mean", "distance", 2000), ("max", "distance", 3000), ("min", "distance", 1000), ("latest", "distance", 3000),
     ("weekly_mean", "distance", 2000), ("distinct", "gear", 2), ("count", None, 4), ("days_since", None, DAY)],
)  # fmt: skip
def test_what_each_kind_gives(kind, field, expected):
    runs = [
        activity(-9, 1, distance_m=1000.0, gear_id="a"),
        activity(-5, 2, distance_m=3000.0, gear_id="b"),
        activity(-3, 3, gear_id="a"),
        activity(-1, 4),
    ]
    assert value(kind, field, *runs, over=14).value == expected


def test_days_since_is_unknown_when_nothing_happened_in_the_window():
    assert value("days_since", None, activity(-7)).value is None


def test_a_streak_ends_with_the_last_day():
    days = [-5, -4, -2, -1, 0, 0]
    assert value("streak", None, *[activity(day) for day in days]).value == 3 * DAY
    assert value("streak", None, activity(-1)).value == 0


def test_a_streak_is_no_longer_than_its_window():
    assert value("streak", None, *[activity(-day) for day in range(30)]).value == 7 * DAY


def test_pace_is_unknown_where_the_ground_did_not_measure_it():
    plain = {"distance_m": 5000.0, "moving_s": 1500.0}
    paces = [
        ACTIVITY["pace"].read(activity(0, **plain, **flags)) for flags in ({}, {"trainer": True}, {"manual": True})
    ]
    assert paces == [0.3, None, None]
    assert ACTIVITY["pace"].read(activity(0, distance_m=0.0, moving_s=60.0)) is None


def test_the_language_has_the_aggregates_of_version_one():
    assert set(KINDS) == {
        "sum", "max", "min", "mean", "weekly_mean", "count", "distinct", "days_since", "streak", "latest",
        "baseline",
    }  # fmt: skip
