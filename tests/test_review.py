"""One closed week held against the rules."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.answers import answer
from coachd.compose import weekly
from coachd.model import Nudge, Period, RuleState
from coachd.review import as_remembered, consider, judge_week
from coachd.store import judgements, nudges
from coachd.store.judgements import Changed, Judging

WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))


NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def coach(open_coach):
    made = open_coach(NOW)
    made.athlete("me")
    return made


def test_an_athlete_is_judged_by_the_rules_as_they_want_them(coach):
    def judged():
        return {finding.rule for finding in consider(coach, "me", WEEK, NOW).judgement.findings}

    spoke = min(judged())  # without data a rule says so
    coach.amend("me", lambda document: {**document, "rules": {spoke: "off"}})
    assert spoke not in judged()


def test_a_rule_whose_logic_changed_since_it_spoke_is_named_in_the_log_once(coach, caplog):
    caplog.set_level(logging.INFO, logger="coachd")
    known = RuleState("no-rest-day", "", date(2026, 11, 2), told_mark=1.0, fingerprint="of another logic")
    with coach.store.begin() as db:
        judgements.save(db, "me", "2026-W44", [], [], [known], NOW)
    earlier = Period("2026-W46", date(2026, 11, 9), date(2026, 11, 15))
    assert judge_week(coach, "me", earlier)
    assert judge_week(coach, "me", WEEK)
    assert [line for line in caplog.messages if "changed" in line] == [
        "rules of me that changed since they last spoke begin anew: no-rest-day"
    ]


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


# judging again what was judged


def told(day, recent=""):
    return RuleState("no-rest-day", "", last_sent=day, recent=recent)


def judging(period, day, before, after):
    made = datetime.combine(day, NOW.timetz())
    return Judging(period, made, (Changed(before, after),))


BEFORE, MONDAY, LATER = told(date(2026, 11, 2), "01"), told(date(2026, 11, 23), "011"), told(date(2026, 11, 30), "111")
OWN = judging("2026-W47", date(2026, 11, 23), BEFORE, MONDAY)
NEXT = judging("2026-W48", date(2026, 11, 30), MONDAY, LATER)
KEY = ("no-rest-day", "")


def test_a_judged_week_is_judged_again_from_what_was_remembered_then():
    assert as_remembered({KEY: MONDAY}, WEEK, [OWN]) == {KEY: BEFORE}


def test_what_later_weeks_changed_is_undone_as_well():
    assert as_remembered({KEY: LATER}, WEEK, [NEXT, OWN]) == {KEY: BEFORE}


def test_a_week_that_was_never_judged_is_not_judged_by_later_ones():
    assert as_remembered({KEY: LATER}, WEEK, [judging("2026-W48", date(2026, 11, 30), BEFORE, LATER)]) == {KEY: BEFORE}


def test_what_was_told_on_the_day_after_the_week_is_remembered_by_its_first_judging():
    on_the_day = judging("day-2026-11-23", date(2026, 11, 23), BEFORE, MONDAY)
    assert as_remembered({KEY: MONDAY}, WEEK, [on_the_day]) == {KEY: MONDAY}


def test_what_an_answer_changed_since_is_not_taken_for_then():
    assert as_remembered({KEY: replace(LATER, unheeded=0, armed=False)}, WEEK, [NEXT, OWN]) == {}


# many athletes at once


def test_the_next_digest_says_what_an_answer_changed(coach):
    nudge = Nudge("no-rest-day", "", "nudge", 1, "load", "No rest day", "Words.")
    thursday = datetime(2026, 11, 19, 12, tzinfo=UTC)
    with coach.store.begin() as db:
        nudges.save(db, "me", "2026-W46", [nudge], {}, NOW - timedelta(days=7))
        nudges.set_state(db, "me", "2026-W46", "sent", of=["queued"], sent_at=NOW - timedelta(days=7))
        [told] = nudges.since(db, "me")
    answer(coach, "me", told, "quiet", thursday)
    digest = consider(coach, "me", WEEK, NOW).digest
    assert digest.answered == ("Your answer of 19 Nov: “No rest day” is quiet until 17 Dec.",)
    message = weekly(digest, mail_from="c@example.org", message_key="k")
    assert digest.answered[0] in message.text.replace("\n  ", " ")
    assert digest.answered[0] in message.html
