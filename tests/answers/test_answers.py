"""What rules do after an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from answers.mailed import JUDGED, NOW, PACE, RULE, TOLD, begin, says, token_for, token_in, told

from coachd.answers import AGAIN, answer
from coachd.answers.links import unsubscribe
from coachd.coach import Coach
from coachd.errors import ConfigProblem, InputProblem
from coachd.judge import judge
from coachd.language.read import read_rules
from coachd.model import History, Period, RuleState
from coachd.rulebook import Rulebook
from coachd.store import athletes, judgements


def silent_until(coach: Coach, rule: str = RULE) -> date | None:
    return coach.athlete("me").snoozed.get(rule)


def remember(coach: Coach, *states: RuleState) -> None:
    with coach.store.begin() as db:
        judgements.save(db, "me", "2026-W46", [], [], states, NOW)


def test_what_was_helpful_is_told_as_if_it_had_been_heeded(coach):
    remember(coach, RuleState(RULE, "", date(2026, 11, 16), unheeded=2), RuleState(PACE, "", unheeded=1))
    assert says(coach, token_for(coach, "helpful")) == f"Thank you. {RULE} goes on as before."
    with coach.store.read() as db:
        states = judgements.states(db, "me")
    assert states[RULE, ""] == RuleState(RULE, "", date(2026, 11, 16), unheeded=0)
    assert states[PACE, ""].unheeded == 1
    assert (told(coach).feedback, told(coach).feedback_at) == ("helpful", NOW)


def test_quiet_is_four_weeks_of_silence(coach):
    assert says(coach, token_for(coach, "quiet")) == f"{RULE} may speak again on 2026-12-22."
    assert silent_until(coach) == date(2026, 12, 22)
    assert told(coach).feedback == "quiet"


def test_silence_that_was_asked_for_before_is_not_shortened(coach):
    coach.amend("me", lambda document: {**document, "snooze": {RULE: "2027-06-01"}})
    assert says(coach, token_for(coach, "quiet")) == f"{RULE} may speak again on 2027-06-01."
    assert silent_until(coach) == date(2027, 6, 1)


def test_not_for_me_is_twelve_weeks_of_silence_and_then_the_end(coach):
    assert says(coach, token_for(coach, "not_for_me")).startswith(f"{RULE} may speak again on 2027-02-16.")
    coach.clock.advance(timedelta(days=100))
    begin(coach, TOLD, period="2027-W09")
    said = says(coach, token_for(coach, "not_for_me", period="2027-W09"))
    assert said == f"{RULE} is off. `coachd rules set {RULE} on` brings it back."
    assert RULE in {rule.id for rule in coach.rules_for(coach.athlete("me")).off}


def test_not_for_me_about_one_nudge_is_said_once_however_often(coach):
    says(coach, token_for(coach, "not_for_me"))
    assert answer(coach, "me", told(coach), "quiet", NOW)
    answer(coach, "me", told(coach), "not_for_me", NOW)
    assert RULE not in coach.athlete("me").overrides


def test_not_for_me_long_ago_or_about_another_rule_does_not_count(coach):
    answer(coach, "me", told(coach), "not_for_me", NOW)
    answer(coach, "me", told(coach, PACE), "not_for_me", NOW)
    coach.clock.advance(timedelta(days=366))
    begin(coach, TOLD, period="2027-W47")
    answer(coach, "me", told(coach, period="2027-W47"), "not_for_me", coach.clock.now())
    assert coach.athlete("me").overrides == {}


def test_what_is_switched_off_keeps_its_own_numbers(coach):
    coach.amend("me", lambda document: {**document, "rules": {RULE: {"cooldown": "30d"}}})
    answer(coach, "me", told(coach), "not_for_me", NOW)
    begin(coach, TOLD, period="2026-W48")
    answer(coach, "me", told(coach, period="2026-W48"), "not_for_me", NOW)
    assert coach.athlete("me").overrides == {RULE: {"cooldown": "30d", "off": True}}


def test_a_doubted_number_silences_its_rule_until_it_is_corrected(coach):
    said = says(coach, token_for(coach, "wrong_number", JUDGED), "I do not know")
    assert said == (
        f"{PACE} may speak again on 2026-12-22. "
        "`coachd athlete set easy_hr_ceiling=` with the right number lets it speak at once."
    )
    coach.amend("me", lambda document: {**document, "units": "mi"})
    assert silent_until(coach, PACE) == date(2026, 12, 22)
    coach.amend("me", lambda document: {**document, "threshold_hr": "172"})
    assert silent_until(coach, PACE) is None


def test_a_corrected_number_leaves_the_silence_that_was_asked_for(coach):
    answer(coach, "me", told(coach, PACE), "wrong_number", NOW)
    coach.amend("me", lambda document: {**document, "snooze": {PACE: "2027-06-01", RULE: "2026-12-01"}})
    coach.amend("me", lambda document: {**document, "easy_hr_ceiling": "155"})
    assert coach.athlete("me").snoozed == {PACE: date(2027, 6, 1), RULE: date(2026, 12, 1)}


def test_a_document_that_is_no_such_thing_is_refused_in_words_while_a_number_waits(coach):
    answer(coach, "me", told(coach, PACE), "wrong_number", NOW)
    with pytest.raises(ConfigProblem, match="snooze"):
        coach.amend("me", lambda _: {"easy_hr_ceiling": "155", "snooze": "all of them"})


@pytest.mark.parametrize(
    "text", ["The right number: 155", "155", "\n155 bpm.\n--\nRobin", "The right number:155\n> The right number: 140"]
)
def test_a_reply_may_carry_the_right_number(coach, text):
    says(coach, token_for(coach, "wrong_number", JUDGED), text)
    assert coach.athlete("me").easy_hr_ceiling == 155
    assert silent_until(coach, PACE) is None
    assert told(coach, PACE).feedback == "wrong_number"


@pytest.mark.parametrize(
    "text", ["", "The right number: ", "> 155", "about a hundred and fifty", "\N{ARABIC-INDIC DIGIT ONE}55"]
)
def test_a_reply_without_a_number_only_doubts_the_old_one(coach, text):
    says(coach, token_for(coach, "wrong_number", JUDGED), text)
    assert coach.athlete("me").easy_hr_ceiling is None
    assert silent_until(coach, PACE) == date(2026, 12, 22)


def test_a_number_that_cannot_be_is_not_put_into_force_and_the_doubt_is_kept(coach):
    said = says(coach, token_for(coach, "wrong_number", JUDGED), "The right number: 300")
    assert "could not be used: easy_hr_ceiling" in said
    assert coach.athlete("me").easy_hr_ceiling is None
    assert told(coach, PACE).feedback == "wrong_number"
    assert silent_until(coach, PACE) == date(2026, 12, 22)


def test_a_typed_number_that_cannot_be_changes_nothing(coach):
    with pytest.raises(ConfigProblem, match="easy_hr_ceiling"):
        answer(coach, "me", told(coach, PACE), "wrong_number", NOW, "300")
    with pytest.raises(InputProblem, match="not judged by a number"):
        answer(coach, "me", told(coach), "wrong_number", NOW, "150")
    assert told(coach, PACE).feedback == told(coach).feedback == ""


def test_the_same_answer_typed_twice_changes_nothing(coach):
    answer(coach, "me", told(coach), "quiet", NOW)
    coach.clock.advance(timedelta(days=7))
    assert answer(coach, "me", told(coach), "quiet", coach.clock.now()) == AGAIN
    assert silent_until(coach) == date(2026, 12, 22)


def test_a_rule_that_is_gone_cannot_be_silenced_and_the_answer_is_not_kept(coach):
    coach.__dict__["rules"] = Rulebook(())
    with pytest.raises(ConfigProblem, match="no such rule"):
        answer(coach, "me", told(coach), "quiet", NOW)
    assert told(coach).feedback == ""


def test_a_mail_can_stop_the_mail_whenever_it_comes_again(coach):
    token = token_in(unsubscribe(coach, coach.athlete("me")))
    assert says(coach, token) == "The mail is paused. `coachd digest resume` brings it back."
    assert coach.athlete("me").paused
    assert says(coach, token) == AGAIN
    with coach.store.begin() as db:
        athletes.pause(db, "me", False)
    says(coach, token)
    assert coach.athlete("me").paused


SPEAKS = """
version: 1
rules:
- id: strength-short
  title: Always
  why: Because.
  kind: nudge
  family: load
  each: week
  history: 0 days
  values: {run: {count: activities, sport: run, over: 7d}}
  when: run > 0
  message: {plain: "Always the same."}
"""


@pytest.mark.parametrize(("action", "rests"), [("helpful", 0), ("quiet", 4), ("not_for_me", 12), ("wrong_number", 4)])
def test_a_rule_that_is_always_true_says_nothing_for_so_many_weeks_after_an_answer(coach, make_activity, action, rests):
    (rule,) = read_rules(SPEAKS, "speaks.yaml", {})
    answer(coach, "me", told(coach), action, NOW)
    who, silent = coach.athlete("me"), 0
    for week in range(20):
        last = date(2026, 11, 29) + timedelta(weeks=week)
        now = datetime(last.year, last.month, last.day, 23, tzinfo=UTC)
        run = make_activity(day=(last - date(2026, 11, 16)).days)
        judged = judge([rule], History(who, (run,)), {}, Period("x", last - timedelta(days=6), last), now,
                       needs_minimum_history=False)  # fmt: skip
        if judged.nudges:
            break
        silent += 1
    assert silent == rests
