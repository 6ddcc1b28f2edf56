"""What lies ahead: races, the rest days the athlete named, and whether those of the week were kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_samples import read_rule
from runner_samples import MONDAY, SUNDAY, WEEK, activity, history, view, weekly

from coachd.digest import digest_of
from coachd.digest.ahead import ahead
from coachd.history.week import week_of
from coachd.judge import judge
from coachd.model import WEEKDAYS, Athlete, Mode, Race

STEADY = weekly([12.0] * 8)


def race(days, priority="A", metres=21_097.5, **fields):
    return Race(MONDAY + timedelta(days=days), metres, "City Half", priority, **fields)


def told(*activities, rest_days=(), families=(), races=(), **athlete):
    seen = view(*activities, athlete=Athlete(rest_days=rest_days, **athlete), races=tuple(races))
    return ahead(seen, WEEK, MONDAY, families)


@pytest.mark.parametrize(
    ("priority", "days", "shown"),
    [("A", 112, True), ("A", 113, False), ("B", 112, True), ("B", 113, False), ("C", 14, True), ("C", 15, False),
     ("A", 0, True), ("A", -1, False), (None, 10, False)],
)  # fmt: skip
def test_a_goal_is_counted_down_for_sixteen_weeks_and_any_other_race_for_two(priority, days, shown):
    assert [each.days for each in told(races=[race(days, priority)]).races] == [days] * shown


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu"])
@pytest.mark.parametrize("late", [0, 1])
def test_a_mail_says_one_number_of_days_to_a_race(late, zone):
    athlete = Athlete(zone=zone)
    told_on = MONDAY + timedelta(days=late)
    rule = read_rule(
        "race.days_to == 14 days",
        "to_go: race.days_to - told.after",
        each="race",
        plain="{{ to_go }}",
        more="history: 1d",
    )
    known = history(*STEADY, athlete=athlete, races=(race(13),))
    nudges = judge([rule], known, {}, WEEK, datetime.combine(told_on, time(6), athlete.tz)).nudges
    counted = digest_of(known, WEEK, nudges, rules=[rule], told_on=told_on).ahead
    assert [each.text for each in nudges] == [f"{each.days} days" for each in counted.races] == [f"{13 - late} days"]


def test_races_come_in_their_order():
    assert [each.days for each in told(races=[race(40), race(9, "C")]).races] == [9, 40]


def test_a_named_rest_day_without_training_was_kept_and_one_with_it_was_missed():
    thursday, friday = date(2026, 11, 19), date(2026, 11, 20)
    found = told(activity(thursday), rest_days=("thu", "fri"))
    assert (found.rest_days_kept, found.rest_days_missed) == ((friday,), (thursday,))
    assert found.rest_days == (thursday + timedelta(days=7), friday + timedelta(days=7))


@pytest.mark.parametrize(
    "session",
    [{"sport": "Walk"}, {"sport": "WeightTraining"}, {"moving_s": 1_199.0}, {"moving_s": None}, {"commute": True}],
    ids=["a walk", "strength", "19 minutes", "no time", "a commute"],
)
def test_what_leaves_a_day_of_rest_one_does_so_here(session):
    assert told(activity(SUNDAY, **session), rest_days=("sun",)).rest_days_kept == (SUNDAY,)


@pytest.mark.parametrize("sport", ["Run", "Ride", "Swim", "Elliptical"])
def test_any_training_misses_a_rest_day(sport):
    assert told(activity(SUNDAY, sport=sport), rest_days=("sun",)).rest_days_missed == (SUNDAY,)


def test_a_race_on_a_rest_day_was_neither_rest_nor_a_mistake():
    found = told(activity(SUNDAY), rest_days=("sun",), races=[race(-1), race(6)])
    assert (found.rest_days_kept, found.rest_days_missed, found.rest_days) == ((), (), ())


def test_rest_days_of_an_illness_are_no_merit():
    ill = Mode("ill", SUNDAY - timedelta(days=2), SUNDAY)
    assert told(rest_days=("sun", "mon"), modes=(ill,)).rest_days_kept == (date(2026, 11, 16),)


def test_who_names_no_rest_day_is_told_of_none():
    found = told(*STEADY)
    assert (found.rest_days, found.rest_days_kept, found.rest_days_missed) == ((), (), ())


@pytest.mark.parametrize(("days", "priority"), [(0, "A"), (6, "B"), (6, "C")])
def test_a_week_with_a_race_has_no_long_run_besides(days, priority):
    assert told(*STEADY, races=[race(days, priority)]).long_run_m is None
    assert told(*STEADY, races=[race(7, priority)]).long_run_m is not None


def test_a_nudge_about_the_next_days_is_not_contradicted_by_a_long_run():
    assert told(*STEADY, families=["load"]).long_run_m is None
    assert told(*STEADY, families=["strength"]).long_run_m is not None


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["mon", "sat", "sun"]),
    st.sets(st.sampled_from(WEEKDAYS)),
    st.sets(st.integers(0, 6)),
    st.integers(0, 3),
)
def test_each_named_day_is_kept_or_missed_and_comes_again(day, start, named, trained, late):
    period = week_of(day, start)
    runs = [activity(period.first + timedelta(days=number)) for number in trained]
    athlete = Athlete(week_start=start, rest_days=tuple(named))
    told_on = period.last + timedelta(days=1 + late)
    found = ahead(view(*runs, as_of=period.last, athlete=athlete), period, told_on)
    closed = [*found.rest_days_kept, *found.rest_days_missed]
    assert {WEEKDAYS[each.weekday()] for each in closed} == named
    assert all(period.first <= each <= period.last for each in closed)
    assert set(found.rest_days_missed) == {each.day for each in runs} & set(closed)
    assert {WEEKDAYS[each.weekday()] for each in found.rest_days} == named
    assert all(told_on <= each < told_on + timedelta(days=7) for each in found.rest_days)
