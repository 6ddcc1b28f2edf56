from datetime import UTC, datetime, timedelta

from coachd.language.view import View
from coachd.measures.rest import (
    mobility_days,
    planned_rest_days,
    planned_rest_kept,
    planned_rest_number,
    quietest_weekday,
    rest_days,
)
from coachd.model import Activity, Athlete, History

SUNDAY = datetime(2025, 6, 15, 9)


def done(back, sport="Run", minutes=40, **values):
    at = SUNDAY - timedelta(days=back)
    return Activity(100 - back, sport, at.replace(tzinfo=UTC), at, moving_s=minutes * 60.0, **values)


def view(*activities, **athlete):
    history = History(Athlete(**athlete), tuple(sorted(activities, key=lambda a: a.start)))
    return View(history, SUNDAY.date(), SUNDAY.replace(tzinfo=UTC))


def test_a_day_with_a_walk_a_commute_or_five_minutes_is_a_rest_day():
    seen = view(done(3), done(2, "Walk"), done(1, "Ride", commute=True), done(0, minutes=5))
    assert rest_days.compute(seen, over=4).value == 3


def test_two_sessions_take_one_rest_day():
    assert rest_days.compute(view(done(0), done(0, "Swim")), over=7).value == 6


def test_the_quietest_weekday_of_equals_follows_the_busiest():
    assert quietest_weekday.compute(view(done(0, minutes=90), done(3))).value == "Monday"


def test_without_training_no_weekday_is_quiet():
    assert quietest_weekday.compute(view(done(0, "Walk"))).value is None


def test_planned_rest_days_are_counted_and_checked():
    seen = view(done(6), rest_days=("mon", "fri"))
    assert planned_rest_days.compute(seen).value == "Monday and Friday"
    assert planned_rest_number.compute(seen, over=7).value == 2
    assert planned_rest_kept.compute(seen, over=7).value == 1


def test_without_a_plan_nothing_is_kept():
    assert planned_rest_kept.compute(view(done(6))).value is None
    assert planned_rest_days.compute(view()).value is None


def test_mobility_is_counted_by_day():
    assert (
        mobility_days.compute(view(done(2, "Yoga"), done(2, "Pilates"), done(1, tags=frozenset({"mobility"})))).value
        == 2
    )
