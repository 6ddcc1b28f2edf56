"""Modes from words in activities."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from coachd.language.modes import tagged
from coachd.language.view import View
from coachd.model import Athlete, History, Mode

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("week_start", "last"), [("mon", SUNDAY), ("sun", date(2026, 11, 21)), ("sat", date(2026, 11, 20))]
)
def test_a_tag_holds_to_the_end_of_the_athletes_week(make_activity, week_start, last):
    wednesday = make_activity(day=2, tags=frozenset({"sick"}))
    assert tagged([wednesday], week_start) == (Mode("ill", date(2026, 11, 18), last),)


def test_a_tag_on_the_last_day_of_the_week_holds_for_that_day(make_activity):
    assert tagged([make_activity(day=6, tags=frozenset({"holiday"}))], "mon") == (Mode("holiday", SUNDAY, SUNDAY),)


def test_other_words_are_no_modes(make_activity):
    assert tagged([make_activity(tags=frozenset({"race", "niggle"}))], "mon") == ()


def test_a_view_knows_modes_from_tags_beside_those_declared(make_activity):
    athlete = Athlete(modes=(Mode("pregnant", date(2026, 1, 1)),))
    tag = make_activity(day=1, tags=frozenset({"injured"}))
    view = View(History(athlete, (tag,)), SUNDAY, datetime(2026, 11, 23, tzinfo=UTC))
    names = [mode.name for day in (16, 17, 22) if (mode := view.mode(date(2026, 11, day)))]
    assert names == ["pregnant", "injured", "injured"]
    assert view.at(date(2026, 11, 16)).mode().name == "pregnant"
