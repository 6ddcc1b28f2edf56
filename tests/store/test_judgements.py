"""What was judged: kept, replaced when judged again, and blanked when its source has to go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coachd import tables
from coachd.model import Evidence, Finding, Nudge, RuleState
from coachd.store import athletes, judgements, nudges, outbox
from coachd.units import parse_quantity

WEEK = "2026-W47"


def nudge(rule):
    return Nudge(rule, "week", "nudge", 1, "rest", f"About {rule}", "Text", activities=(1, 2))


def told(db):
    return db.execute(select(tables.nudges.c.rule, tables.nudges.c.body).order_by(tables.nudges.c.position)).all()


def test_a_judgement_comes_back_with_its_evidence(store, robin, now):
    evidence = Evidence("since", parse_quantity("8 days"), "days since", (3, 4))
    with store.begin() as db:
        judgements.save(
            db, robin, WEEK, [Finding("rest", "week", "fire", (evidence,), "because", None, ("files", "strava"))],
            [nudge("rest")], [], now,
        )  # fmt: skip
        [found] = judgements.of_period(db, robin, WEEK)
        assert [(rule, body["activities"]) for rule, body in told(db)] == [("rest", [1, 2])]
    assert (found["rule"], found["outcome"], found["reason"]) == ("rest", "fire", "because")
    assert found["sources"] == "files strava"
    assert found["evidence"][0]["value"]["value"] == 691_200
    assert found["evidence"][0]["activities"] == [3, 4]


def test_judging_a_period_again_replaces_it_and_leaves_the_others(store, robin, now):
    with store.begin() as db:
        judgements.save(db, robin, "2026-W46", [Finding("rest", "week", "fire")], [nudge("rest")], [], now)
        judgements.save(db, robin, WEEK, [Finding("rest", "week", "fire")], [nudge("rest")], [], now)
        judgements.save(db, robin, WEEK, [Finding("shoe", "g1", "clear")], [nudge("shoe"), nudge("a")], [], now)
        assert [found["rule"] for found in judgements.of_period(db, robin, WEEK)] == ["shoe"]
        assert [found["rule"] for found in judgements.of_period(db, robin, "2026-W46")] == ["rest"]
        assert [(each.nudge.rule, each.state) for each in nudges.of_period(db, robin, WEEK)] == [
            ("rest", "withdrawn"), ("shoe", "queued"), ("a", "queued")
        ]  # fmt: skip
        assert [each.state for each in nudges.of_period(db, robin, "2026-W46")] == ["queued"]


def test_what_rules_remember_is_kept_by_rule_and_subject(store, robin, now):
    first = RuleState(
        "shoe", "g1", date(2026, 11, 16), 643_737.6, armed=False, recent="101", unheeded=2,
        muted_until=date(2027, 2, 8), fingerprint="0123456789abcdef",
    )  # fmt: skip
    second = RuleState("shoe", "g2")
    with store.begin() as db:
        assert judgements.states(db, robin) == {}
        judgements.save(db, robin, WEEK, [], [], [first, second], now)
        judgements.save(db, robin, "2026-W48", [], [], [RuleState("shoe", "g2", recent="1")], now)
        assert judgements.states(db, robin) == {
            ("shoe", "g1"): first,
            ("shoe", "g2"): RuleState("shoe", "g2", recent="1"),
        }


def test_a_rule_that_fell_silent_may_speak_again_and_keeps_what_it_told(store, robin, now):
    quiet = RuleState("shoe-wear", "b1", now.date(), told_mark=0.9, unheeded=2, muted_until=now.date())
    other = replace(quiet, rule="rest", subject="")
    with store.begin() as db:
        judgements.save(db, robin, WEEK, [], [], [quiet, other], now)
        judgements.unmute(db, robin, "shoe-wear")
        found = judgements.states(db, robin)
    assert found["shoe-wear", "b1"] == replace(quiet, unheeded=0, muted_until=None)
    assert found["rest", ""] == other


@pytest.mark.parametrize("before", ["pending", "sending", "failed", "unknown", "expired", "sent"])
def test_blanking_takes_the_figures_and_holds_back_what_is_not_sent(store, robin, now, before):
    """A message without its figures could not be made any more: nothing may bring it back."""
    evidence = Evidence("km", parse_quantity("80 km"))
    with store.begin() as db:
        judgements.save(
            db, robin, WEEK, [Finding("rest", "week", "fire", (evidence,), "80 km")], [nudge("rest")], [], now
        )
        outbox.put(db, robin, "weekly", WEEK, ["email"], {"km": 80}, now)
        outbox.put(db, robin, "notice", "strava:revoked", ["folder"], {"state": "revoked"}, now + timedelta(days=9))
        delivery = outbox.claim(db, now) if before != "pending" else None
        if before not in ("pending", "sending"):
            outbox.finish(db, delivery, before, "", now)
        judgements.blank(db, robin)
        if before == "sending":
            outbox.retry(db, delivery, now, "451 later")
        outbox.again(db, robin, "weekly", WEEK, now)
        assert outbox.claim(db, now + timedelta(days=1)) is None
        notice, weekly = outbox.recent(db, robin)
        assert (weekly.state, weekly.body) == ("sent" if before == "sent" else "withdrawn", {})
        assert (notice.state, notice.body) == ("pending", {"state": "revoked"})
        [found] = judgements.of_period(db, robin, WEEK)
        assert (found["rule"], found["outcome"], found["evidence"], found["reason"]) == ("rest", "fire", [], "")
        assert told(db) == [("rest", {})]


# judging again


def state(rule="rest", subject="", **more):
    return RuleState(rule, subject, **more)


def remembered(db, name):
    return judgements.states(db, name)


def test_a_judging_knows_what_it_changed(store, robin, now):
    with store.begin() as db:
        judgements.save(db, robin, "2026-W46", [], [], [state(recent="1"), state("shoe", "g1")], now)
        judgements.save(db, robin, WEEK, [], [], [state(recent="11", last_sent=now.date())], now)
        made = judgements.judging(db, robin, WEEK)
    (change,) = made.changes
    assert (change.before, change.after) == (state(recent="1"), state(recent="11", last_sent=now.date()))
    assert change.told


def test_judging_the_same_period_again_starts_from_what_was_before(store, robin, now):
    with store.begin() as db:
        judgements.save(db, robin, "2026-W46", [], [], [state(recent="1")], now)
        judgements.save(db, robin, WEEK, [], [], [state(recent="11", last_sent=now.date()), state("new")], now)
        judgements.save(db, robin, WEEK, [], [], [state(recent="10")], now)
        assert remembered(db, robin) == {("rest", ""): state(recent="10")}
        assert judgements.judging(db, robin, WEEK).undone(remembered(db, robin)) == {("rest", ""): state(recent="1")}


def test_what_was_told_about_a_later_week_is_not_taken_back(store, robin, now):
    later = state(last_sent=now.date() + timedelta(days=7))
    with store.begin() as db:
        judgements.save(db, robin, "2026-W48", [], [], [later], now)
        judgements.save(db, robin, WEEK, [], [], [state(last_sent=now.date())], now)
        assert remembered(db, robin) == {("rest", ""): later}


def test_of_what_was_never_told_only_the_asking_is_remembered(store, robin, now):
    with store.begin() as db:
        judgements.save(db, robin, "2026-W46", [], [], [state(recent="1")], now)
        judgements.save(
            db, robin, WEEK, [], [], [state(recent="11", last_sent=now.date()), state("asked", recent="1")], now
        )
        judgements.forget_told(db, robin, WEEK)
        judgements.forget_told(db, robin, WEEK)
        assert remembered(db, robin) == {("rest", ""): state(recent="1"), ("asked", ""): state("asked", recent="1")}
        judgements.save(db, robin, WEEK, [], [], [state(recent="10")], now)
        assert remembered(db, robin) == {("rest", ""): state(recent="10")}, "and it can be judged again"


def test_what_was_changed_since_is_not_forgotten(store, robin, now):
    with store.begin() as db:
        judgements.save(db, robin, WEEK, [], [], [state(last_sent=now.date(), unheeded=2)], now)
        judgements.unmute(db, robin, "rest")
        judgements.forget_told(db, robin, WEEK)
        assert remembered(db, robin) == {("rest", ""): state(last_sent=now.date())}


def test_judgings_are_found_newest_first(store, robin, now):
    with store.begin() as db:
        for number, period in enumerate(["2026-W45", "2026-W46", WEEK]):
            judgements.save(db, robin, period, [], [], [], now + timedelta(days=number))
        found = judgements.since_of_each(db, [robin, "nobody"], now + timedelta(days=1))
    assert {name: [made.period for made in all_made] for name, all_made in found.items()} == {
        robin: [WEEK, "2026-W46"], "nobody": []
    }  # fmt: skip


STATES = st.lists(
    st.builds(
        RuleState,
        rule=st.sampled_from(["a", "b"]),
        subject=st.sampled_from(["", "g1"]),
        last_sent=st.none() | st.dates(date(2026, 11, 1), date(2026, 11, 23)),
        told_mark=st.none() | st.floats(0, 1e6),
        armed=st.booleans(),
        recent=st.text("01", max_size=3),
        unheeded=st.integers(0, 2),
        muted_until=st.none() | st.dates(date(2026, 11, 1), date(2027, 3, 1)),
    ),
    unique_by=lambda each: (each.rule, each.subject),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STATES, first=STATES, second=STATES)
def test_judging_twice_equals_judging_once(sqlite_store, now, before, first, second):
    with sqlite_store.begin() as db:
        for name, judged in (("once", [second]), ("twice", [first, second]), ("forgotten", [first])):
            athletes.remove(db, name)
            athletes.ensure(db, name, now)
            judgements.save(db, name, "before", [], [], before, now)
            for after in judged:
                judgements.save(db, name, WEEK, [], [], after, now)
        assert remembered(db, "once") == remembered(db, "twice")
        made = judgements.judging(db, "forgotten", WEEK)
        assert made.undone(remembered(db, "forgotten")) == {(each.rule, each.subject): each for each in before}
