"""One closed week held against the rules."""

from __future__ import annotations

from datetime import date

from coachd.model import Period, RuleState
from coachd.review import as_remembered

WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))


def remembered(last_sent):
    states = {("no-rest-day", ""): RuleState("no-rest-day", "", last_sent=last_sent)}
    return bool(as_remembered(states, WEEK))


def test_what_was_told_a_week_before_is_remembered():
    assert remembered(date(2026, 11, 16))


def test_what_was_told_about_this_week_is_not_so_that_it_can_be_looked_at_again():
    assert not remembered(date(2026, 11, 23))


def test_what_was_told_later_was_not_known_then():
    assert not remembered(date(2026, 12, 7))


def test_a_rule_that_never_spoke_keeps_its_memory():
    assert remembered(None)
