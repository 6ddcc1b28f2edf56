"""One closed week held against the rules."""

from __future__ import annotations

import gc
import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import config, review
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.errors import InputProblem
from coachd.history.merge import merge
from coachd.model import Period, RuleState, Shoe
from coachd.review import (
    as_remembered,
    consider,
    first_day,
    judge_week,
    judged_from,
    load_histories,
    load_history,
    read_weeks,
    whole_history,
)
from coachd.rulebook import Rulebook
from coachd.store import athletes, judgements, outbox, profile, recordings
from coachd.store.judgements import Changed, Judging

WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))


NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def coach(tmp_path):
    settings = config.load({"COACHD_STATE_DIR": str(tmp_path), "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SteppedClock(NOW)) as opened_coach:
        opened_coach.athlete("me")
        yield opened_coach


def test_an_athlete_is_judged_by_the_rules_as_they_want_them(coach):
    def judged():
        return {finding.rule for finding in consider(coach, "me", WEEK, NOW).judgement.findings}

    spoke = min(judged())  # without data a rule says so
    coach.amend("me", lambda document: {**document, "rules": {spoke: "off"}})
    assert spoke not in judged()


def test_the_whole_history_begins_with_the_first_activity(coach, make_recording):
    assert whole_history(coach, coach.athlete("me"), NOW) is None
    with coach.store.begin() as db:
        saved = recordings.save(db, "me", [make_recording(1), make_recording(2, at=-9000.0)], NOW)
        recordings.derive(db, "me", saved.identities, merge)
    history = whole_history(coach, coach.athlete("me"), NOW)
    assert [activity.day for activity in history.activities] == [date(2025, 11, 6), date(2026, 11, 16)]


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

NAMES = ["kim", "ada", "me"]
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 22)


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


def test_many_histories_are_those_of_one_after_the_other(coach, people, monkeypatch):
    monkeypatch.setattr(review, "CHUNK", 2)  # one chunk that is full, and one that is not
    together = list(load_histories(coach, people, FIRST, LAST, NOW))
    assert together == [load_history(coach, who, FIRST, LAST, NOW) for who in people]
    assert [history.athlete.id for history in together] == NAMES
    assert [history.shoes[0].name for history in together] == ["shoe of kim", "shoe of ada", "shoe of me"]


def test_a_history_in_a_chunk_ends_where_it_was_asked_to(coach, people):
    for history in load_histories(coach, people, FIRST, date(2026, 11, 15), NOW):
        assert [activity.day for activity in history.activities] == [date(2026, 11, 14), date(2026, 11, 15)]
        distance = history.activities[0].distance_m
        assert history.shoes[0].distance_m == distance / 5 - distance  # less the run of the sixteenth
        assert history.shoes[0].last_used == date(2026, 11, 15)


def test_what_lies_before_the_days_asked_for_is_read_and_not_shown(coach, people):
    history = load_history(coach, people[0], date(2026, 11, 16), LAST, NOW)
    assert [activity.day for activity in history.activities] == [date(2026, 11, 16)]
    assert [activity.day for activity in history.earlier] == [date(2026, 11, 14), date(2026, 11, 15)]


@pytest.mark.parametrize(("each", "first"), [("week", WEEK.last), ("activity", WEEK.first), ("day", WEEK.first)])
def test_a_rule_about_the_first_day_of_the_week_sees_its_whole_look_back(coach, each, first):
    rule = replace(coach.rules.rules[0], each=each, lookback_days=200, lifelong=False)
    assert first_day(Rulebook((rule,)), WEEK) == first - timedelta(days=200)
    assert first_day(Rulebook(()), WEEK, [rule]) == first - timedelta(days=200)


@pytest.mark.parametrize("before", [True, False])
def test_reading_leaves_the_collector_as_it_was(coach, monkeypatch, before):
    def broken(*_):
        assert not gc.isenabled()
        raise InputProblem("no", "no")

    monkeypatch.setattr(review.recordings, "load_each", broken)
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with pytest.raises(InputProblem):
            load_history(coach, coach.athlete("me"), FIRST, LAST, NOW)
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


def test_a_week_read_together_with_others_is_judged_as_it_is_alone(coach, people):
    stored = read_weeks(coach, [(who, WEEK) for who in people])
    for who in people:
        together, alone = judged_from(coach, stored[who.id], WEEK, NOW), consider(coach, who.id, WEEK, NOW)
        assert together == alone
        assert together.judgement.states["no-rest-day", ""].last_sent is not None


def test_everyone_is_read_up_to_the_end_of_their_own_week(coach, people):
    before = Period("2026-W46", date(2026, 11, 9), date(2026, 11, 15))
    stored = read_weeks(coach, zip(people, [WEEK, before, WEEK], strict=True))
    assert {name: len(found.recorded) for name, found in stored.items()} == {"kim": 3, "ada": 2, "me": 3}


def test_a_week_that_was_read_before_is_put_out_from_that(coach, people):
    (kim, *_) = people
    stored = read_weeks(coach, [(kim, WEEK)])["kim"]
    judged = judge_week(coach, "kim", WEEK, stored)
    assert judged.digest.week.run_distance_m == 5_000.0
    with coach.store.read() as db:
        assert outbox.exists(db, "kim", outbox.WEEKLY, WEEK.key)
