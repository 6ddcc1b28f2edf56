from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coachd.history import prepare
from coachd.history.commutes import marked
from coachd.model import Activity, Athlete

MONDAY = datetime(2025, 6, 2, 7, 30)


def ride(week, *, days=0, hour=7, minute=30, km=6.0, sport="Ride", **values):
    at = MONDAY.replace(hour=hour, minute=minute) + timedelta(weeks=week, days=days)
    return Activity(
        1000 + week * 20 + days * 2 + (hour >= 12), sport, at.replace(tzinfo=UTC), at, distance_m=km * 1000,
        moving_s=1500.0, elapsed_s=1500.0, **values,
    )  # fmt: skip


def commutes(activities):
    return [activity.commute for activity in marked(activities)]


def test_the_fourth_week_of_a_habit_is_a_commute():
    assert commutes([ride(week) for week in range(5)]) == [False, False, False, True, True]


def test_another_weekday_or_half_of_the_day_is_another_habit():
    same = [ride(week) for week in range(3)]
    assert commutes([*same, ride(3, days=1)])[-1] is False
    assert commutes([*same, ride(3, hour=17)])[-1] is False


def test_half_an_hour_and_a_fifth_of_the_way_are_still_the_same():
    same = [ride(week) for week in range(3)]
    assert commutes([*same, ride(3, hour=8, minute=0, km=7.2)])[-1] is True
    assert commutes([*same, ride(3, hour=8, minute=1)])[-1] is False
    assert commutes([*same, ride(3, km=7.3)])[-1] is False


def test_a_habit_of_last_summer_is_over():
    assert commutes([ride(0), ride(1), ride(2), ride(8)])[-1] is False


def test_weekends_and_hidden_starts_are_no_commutes():
    assert commutes([ride(week, days=5) for week in range(5)]) == [False] * 5
    assert commutes([ride(week, hidden_start=True) for week in range(5)]) == [False] * 5


def test_what_is_marked_stays_marked():
    assert commutes([replace(ride(0), commute=True)]) == [True]


def test_only_a_commuter_is_taken_for_one():
    rides = [ride(week) for week in range(5)]
    now = datetime(2025, 8, 1, tzinfo=UTC)
    assert not any(activity.commute for activity in prepare(Athlete(), rides, now=now).activities)
    commuter = prepare(Athlete(profiles=("commuter",)), rides, now=now)
    assert [activity.commute for activity in commuter.activities] == [False, False, False, True, True]
