"""What was chosen to be told, and what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coachd.model import Nudge
from coachd.store import judgements, nudges
from coachd.store.nudges import Identity

WEEK = "2026-W47"
HOUR = timedelta(hours=1)


def nudge(rule, text="Text", **more):
    return Nudge(rule, "", "nudge", 1, "load", f"About {rule}", text, **more)


def kept(db, name, period=WEEK):
    return {each.nudge.rule: each.state for each in nudges.of_period(db, name, period)}


@pytest.fixture
def chosen(store, robin, now):
    with store.begin() as db:
        nudges.save(db, robin, WEEK, [nudge("b"), nudge("a")], {("b", ""): {"1": "x 2026-11-16 Run"}}, now)
    return robin


def test_a_nudge_comes_back_as_it_was_chosen(store, robin, now):
    full = nudge(
        "a", evidence=(("this week", "45 km"),), activities=(1, 2), fed_by=("strava",), sources=("Somebody 2020",)
    )
    with store.begin() as db:
        nudges.save(db, robin, WEEK, [full], {("a", ""): {"1": "x 2026-11-16 Run"}}, now)
        (told,) = nudges.of_period(db, robin, WEEK)
    assert told.nudge == full
    assert (told.period, told.state, told.queued_at, told.sent_at) == (WEEK, "queued", now, None)
    assert (told.feedback, told.feedback_at, told.change, told.basis) == ("", None, "", {"1": "x 2026-11-16 Run"})


def test_they_stay_in_the_order_of_their_mail(store, chosen):
    with store.read() as db:
        assert list(kept(db, chosen)) == ["b", "a"]


def test_choosing_again_withdraws_what_is_not_chosen_any_more(store, chosen, now):
    with store.begin() as db:
        nudges.save(db, chosen, WEEK, [nudge("a", "New text"), nudge("c")], {}, now)
        assert kept(db, chosen) == {"b": "withdrawn", "a": "queued", "c": "queued"}
        assert {each.nudge.text for each in nudges.of_period(db, chosen, WEEK) if each.nudge.rule == "a"} == {
            "New text"
        }


def test_what_was_withdrawn_may_be_chosen_again(store, chosen, now):
    with store.begin() as db:
        nudges.save(db, chosen, WEEK, [], {}, now)
        nudges.save(db, chosen, WEEK, [nudge("a")], {}, now)
        assert kept(db, chosen) == {"b": "withdrawn", "a": "queued"}


def test_what_was_told_stays_as_it_was_told(store, chosen, now):
    with store.begin() as db:
        nudges.set_state(db, chosen, WEEK, "sent", of=["queued"], sent_at=now)
        nudges.save(db, chosen, WEEK, [nudge("a", "New text")], {}, now)
        assert kept(db, chosen) == {"b": "sent", "a": "sent"}
        assert {each.nudge.text for each in nudges.of_period(db, chosen, WEEK)} == {"Text"}


def test_a_state_goes_only_where_it_may_and_to_those_meant(store, chosen, now):
    with store.begin() as db:
        assert nudges.set_state(db, chosen, WEEK, "sent", of=["queued"], sent_at=now, subjects=[("a", "")]) == 1
        assert nudges.set_state(db, chosen, WEEK, "corrected", of=["sent"], subjects=[("b", "")]) == 0
        assert nudges.set_state(db, chosen, WEEK, "expired", of=["queued"], subjects=[]) == 0
        assert kept(db, chosen) == {"b": "queued", "a": "sent"}


def test_waiting_are_the_periods_with_something_neither_told_nor_given_up(store, chosen, now):
    with store.begin() as db:
        nudges.save(db, chosen, "2026-W48", [nudge("a")], {}, now)
        nudges.set_state(db, chosen, WEEK, "expired", of=["queued"])
        assert nudges.waiting(db, chosen) == {"2026-W48"}


def test_an_answer_and_a_change_are_kept_with_their_nudge(store, chosen, now):
    with store.begin() as db:
        assert nudges.set_feedback(db, chosen, Identity(WEEK, "a", ""), "helpful", now)
        assert not nudges.set_feedback(db, chosen, Identity(WEEK, "x", ""), "helpful", now)
        nudges.set_change(db, chosen, Identity(WEEK, "b", ""), "helped")
        b, a = nudges.of_period(db, chosen, WEEK)
    assert (a.feedback, a.feedback_at, a.change) == ("helpful", now, "")
    assert (b.feedback, b.feedback_at, b.change) == ("", None, "helped")


def test_choosing_again_keeps_what_was_answered(store, chosen, now):
    with store.begin() as db:
        nudges.set_feedback(db, chosen, Identity(WEEK, "a", ""), "helpful", now)
        nudges.save(db, chosen, WEEK, [nudge("a")], {}, now)
        assert {each.feedback for each in nudges.of_period(db, chosen, WEEK) if each.nudge.rule == "a"} == {"helpful"}


def test_they_are_found_from_a_moment_on_of_one_or_many(store, chosen, now):
    with store.begin() as db:
        nudges.save(db, chosen, "2026-W48", [nudge("later")], {}, now + HOUR)
        assert [each.nudge.rule for each in nudges.since(db, chosen)] == ["b", "a", "later"]
        assert [each.nudge.rule for each in nudges.since(db, chosen, now + HOUR)] == ["later"]
        found = nudges.since_of_each(db, [chosen, "nobody"], now + HOUR)
    assert {name: [each.nudge.rule for each in told] for name, told in found.items()} == {
        chosen: ["later"],
        "nobody": [],
    }


def test_blanking_leaves_which_rule_spoke_and_what_came_of_it(store, chosen, now):
    with store.begin() as db:
        nudges.set_state(db, chosen, WEEK, "sent", of=["queued"], sent_at=now, subjects=[("a", "")])
        nudges.set_feedback(db, chosen, Identity(WEEK, "a", ""), "helpful", now)
        nudges.set_change(db, chosen, Identity(WEEK, "a", ""), "helped")
        nudges.blank(db, chosen)
        b, a = nudges.of_period(db, chosen, WEEK)
    assert (a.nudge, a.basis) == (Nudge("a", "", "nudge", 0, "", "", ""), {})
    assert (a.state, a.feedback, a.change, b.state) == ("sent", "helpful", "helped", "withdrawn")


def test_nothing_that_a_disconnected_source_gave_is_left_in_a_nudge(store, chosen, now):
    from sqlalchemy import select

    from coachd import tables

    with store.begin() as db:
        judgements.blank(db, chosen)
        rows = db.execute(select(tables.nudges)).all()
    assert rows
    assert not any("Text" in str(row) or "2026-11-16" in str(row) for row in rows)
