"""What a rule is asked about, and what comes late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.judge import Closed, judge, subjects
from coachd.language.read import read_rules
from coachd.language.view import View
from coachd.model import Activity, Athlete, History, Period, Race

DAY = timedelta(days=1)
SUNDAY = date(2025, 6, 15)
WEEK = Period("2025-W24", SUNDAY - 6 * DAY, SUNDAY)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


def rule(each, kind="nudge"):
    text = f"""
version: 1
rules:
- {{id: made, title: Made, why: Because., kind: {kind}, family: load, each: {each}, history: 0d,
   values: {{n: {{count: activities, over: 7d}}}}, when: n > 0, message: {{plain: Hm.}}}}
"""
    return read_rules(text, "made.yaml", {})[0]


def run(number, day):
    at = datetime.combine(day, datetime.min.time()).replace(hour=9)
    return Activity(number, "Run", at.replace(tzinfo=UTC), at, distance_m=8000.0)


HISTORY = History(Athlete(), (run(1, SUNDAY - 8 * DAY), run(2, SUNDAY - 7 * DAY), run(3, SUNDAY - DAY)))


def asked(of, history=HISTORY, period=WEEK):
    view = View(history, period.last, NOW)
    return [(subject.name, subject.view.as_of) for subject in subjects(of, Closed(view, period))]


def test_activities_of_the_week_are_asked_about_as_of_their_day():
    assert asked(rule("activity")) == [("3", SUNDAY - DAY)]


def test_one_of_the_week_before_that_came_late_has_its_turn_now_as_of_its_own_day():
    assert asked(rule("activity"), replace(HISTORY, late=frozenset({2}))) == [
        ("2", SUNDAY - 7 * DAY),
        ("3", SUNDAY - DAY),
    ]


@pytest.mark.parametrize(("kind", "as_of"), [("praise", WEEK.first - DAY), ("nudge", SUNDAY)])
def test_a_race_that_came_late_is_praised_as_of_its_week_and_advised_about_as_of_now(kind, as_of):
    race = Race(SUNDAY - 7 * DAY, 10_000.0, activity=2, time_s=2700.0)
    late = replace(HISTORY, races=(race,), late=frozenset({2}))
    assert asked(rule("race", kind), late) == [(race.key, as_of)]
    assert asked(rule("race", kind), replace(late, late=frozenset())) == [(race.key, SUNDAY)]


def test_what_is_told_on_another_day_than_the_morning_after_is_remembered_with_that_day():
    made = rule("week")
    for told_on, expected in ((None, SUNDAY + DAY), (SUNDAY, SUNDAY)):
        judgement = judge([made], HISTORY, {}, WEEK, NOW, needs_minimum_history=False, told_on=told_on)
        assert judgement.states["made", ""].last_sent == expected
