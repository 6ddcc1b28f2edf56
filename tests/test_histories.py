"""What is stored of athletes, read together."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import histories
from coachd.errors import InputProblem
from coachd.history.merge import merge
from coachd.model import Period, RuleState, Shoe
from coachd.review import consider, judge_week, judged_from
from coachd.rulebook import Rulebook
from coachd.store import athletes, judgements, outbox, profile, recordings

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
NAMES = ["kim", "ada", "me"]
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 22)


@pytest.fixture
def coach(open_coach):
    made = open_coach(NOW)
    made.athlete("me")
    return made


def test_the_whole_history_begins_with_the_first_activity(coach, make_recording):
    assert histories.whole(coach, coach.athlete("me"), NOW) is None
    with coach.store.begin() as db:
        saved = recordings.save(db, "me", [make_recording(1), make_recording(2, at=-9000.0)], NOW)
        recordings.derive(db, "me", saved.identities, merge)
    history = histories.whole(coach, coach.athlete("me"), NOW)
    assert [activity.day for activity in history.activities] == [date(2025, 11, 6), date(2026, 11, 16)]


@pytest.fixture
def people(coach, make_recording):
    """Three athletes of whom each ran another distance in shoes with the same id, in the order of NAMES."""
    with coach.store.begin() as db:
        for number, name in enumerate(NAMES, 1):
            athletes.ensure(db, name, NOW)
            runs = [make_recording(at, at=-24.0 * at, gear_id="g1", distance_m=5_000.0 * number) for at in range(3)]
            saved = recordings.save(db, name, runs, NOW)
            recordings.derive(db, name, saved.identities, merge)
            profile.save_shoes(db, name, [(Shoe("g1", f"shoe of {name}", 1_000.0 * number), {})], NOW)
            state = RuleState("no-rest-day", "", last_sent=date(2026, 11, number))
            judgements.save(db, name, "2026-W44", [], [], [state], NOW)
    return [coach.athlete(name) for name in NAMES]


def test_many_athletes_are_read_as_one_after_the_other(coach, people):
    together = histories.read(coach, people, FIRST, LAST)
    assert list(together) == NAMES
    assert together == {who.id: histories.read(coach, [who], FIRST, LAST)[who.id] for who in people}
    assert [stored.history(NOW).shoes[0].name for stored in together.values()] == [
        "shoe of kim", "shoe of ada", "shoe of me",
    ]  # fmt: skip


def test_athletes_are_read_a_hundred_at_a_time():
    assert [len(some) for some in histories.chunks(range(250))] == [100, 100, 50]


def test_a_history_ends_where_it_was_asked_to(coach, people):
    for stored in histories.read(coach, people, FIRST, date(2026, 11, 15)).values():
        history = stored.history(NOW)
        assert [activity.day for activity in history.activities] == [date(2026, 11, 14), date(2026, 11, 15)]
        distance = history.activities[0].distance_m
        assert history.shoes[0].distance_m == distance / 5 - distance  # less the run of the sixteenth
        assert history.shoes[0].last_used == date(2026, 11, 15)


def test_what_lies_before_the_days_asked_for_is_read_and_not_shown(coach, people):
    history = histories.load(coach, people[0], date(2026, 11, 16), LAST, NOW)
    assert [activity.day for activity in history.activities] == [date(2026, 11, 16)]
    assert [activity.day for activity in history.earlier] == [date(2026, 11, 14), date(2026, 11, 15)]


@pytest.mark.parametrize(("each", "first"), [("week", WEEK.last), ("activity", WEEK.first), ("day", WEEK.first)])
def test_a_rule_about_the_first_day_of_the_week_sees_its_whole_look_back(coach, each, first):
    rule = replace(coach.rules.rules[0], each=each, lookback_days=200, lifelong=False)
    assert histories.first_day(Rulebook((rule,)), WEEK) == first - timedelta(days=200)
    assert histories.first_day(Rulebook(()), WEEK, [rule]) == first - timedelta(days=200)


@pytest.mark.parametrize("before", [True, False])
def test_reading_leaves_the_collector_as_it_was(coach, monkeypatch, before):
    def broken(*_):
        assert not gc.isenabled()
        raise InputProblem("no", "no")

    monkeypatch.setattr(histories.activities, "load_each", broken)
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with pytest.raises(InputProblem):
            histories.load(coach, coach.athlete("me"), FIRST, LAST, NOW)
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


def test_everyone_is_read_up_to_the_end_of_their_own_week(coach, people):
    before = Period("2026-W46", date(2026, 11, 9), date(2026, 11, 15))
    stored = histories.read_weeks(coach, zip(people, [WEEK, before, WEEK], strict=True), NOW)
    assert {name: len(found.recorded) for name, found in stored.items()} == {"kim": 3, "ada": 2, "me": 3}


def test_a_week_read_together_with_others_is_judged_as_it_is_alone(coach, people):
    stored = histories.read_weeks(coach, [(who, WEEK) for who in people], NOW)
    for who in people:
        together, alone = judged_from(coach, stored[who.id], WEEK, NOW), consider(coach, who.id, WEEK, NOW)
        assert together == alone
        assert together.judgement.states["no-rest-day", ""].last_sent is not None


def test_a_week_that_was_read_before_is_put_out_from_that(coach, people):
    (kim, *_) = people
    stored = histories.read_weeks(coach, [(kim, WEEK)], NOW)["kim"]
    judged = judge_week(coach, "kim", WEEK, stored)
    assert judged.digest.week.run_distance_m == 5_000.0
    with coach.store.read() as db:
        assert outbox.exists(db, "kim", outbox.WEEKLY, WEEK.key)
