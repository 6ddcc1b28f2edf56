"""`rules outcomes`: what became of what rules told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import config
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.model import Nudge, RuleState
from coachd.store import judgements, nudges
from coachd.store.nudges import Identity

FIRST = datetime(2026, 6, 1, 6, tzinfo=UTC)


@pytest.fixture
def told(coachd, state):
    """Six Mondays on which `strength-short` was told and nothing was different later; once `no-rest-day`, which was."""
    coachd("athlete", "set", "tone=plain")
    settings = config.load({"COACHD_STATE_DIR": str(state), "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SteppedClock(FIRST)) as coach, coach.store.begin() as db:
        for number in range(6):
            tell(db, f"2026-W{23 + number}", "strength-short", FIRST + timedelta(weeks=number), "unchanged")
        tell(db, "2026-W30", "no-rest-day", FIRST + timedelta(weeks=8), "helped")
        nudges.set_feedback(db, "me", Identity("2026-W30", "no-rest-day", ""), "not_for_me", FIRST)
        muted = RuleState("no-rest-day", "", muted_until=date(2099, 1, 1))
        judgements.save(db, "me", "2026-W31", [], [], [muted], FIRST)


def tell(db, period, rule, now, change):
    nudges.save(db, "me", period, [Nudge(rule, "", "nudge", 1, "load", rule, "Words.")], {}, now)
    nudges.set_state(db, "me", period, "sent", of=["queued"], sent_at=now)
    nudges.set_change(db, "me", Identity(period, rule, ""), change)


def test_before_anything_was_told_it_says_so(coachd):
    assert coachd("rules", "outcomes").out == "Nothing was told yet.\n"
    assert coachd("rules", "outcomes", "--json").json == []


@pytest.mark.usefixtures("told")
def test_it_counts_what_became_of_each_rule(coachd):
    lines = coachd("rules", "outcomes").out.splitlines()
    assert lines[0].split() == ["rule", "told", "eased", "later", "same", "unknown", "you", "said"]
    assert lines[1].split() == ["strength-short", "6", "0", "6", "0"]
    assert lines[2].split()[:5] == ["no-rest-day", "1", "1", "0", "0"]
    assert lines[2].endswith("not for me 1; muted until 2099-01-01")


@pytest.mark.usefixtures("told")
def test_what_never_changes_anything_is_proposed_to_be_silenced(coachd):
    said = coachd("rules", "outcomes").out
    assert (
        "strength-short: after 6 times told nothing was different 4 weeks later; "
        "`coachd rules set strength-short off` would silence it." in said
    )
    assert "rules set no-rest-day" not in said
    coachd("rules", "set", "strength-short", "off")
    assert "would silence it" not in coachd("rules", "outcomes").out, "it is silent already"


def test_of_a_rule_that_does_not_say_what_would_help_nothing_is_counted(coachd, state):
    coachd("athlete", "set", "tone=plain")
    settings = config.load({"COACHD_STATE_DIR": str(state), "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SteppedClock(FIRST)) as coach, coach.store.begin() as db:
        tell(db, "2026-W23", "first-time", FIRST, "")
        tell(db, "2026-W24", "strength-short", FIRST, "")
    lines = coachd("rules", "outcomes").out.splitlines()
    assert lines[1].split() == ["first-time", "1", "-", "-", "-"]
    assert lines[2].split() == ["strength-short", "1", "0", "0", "0"], "it is only too early to tell"
    assert "nothing is measured" in lines[3]
    row, _ = coachd("rules", "outcomes", "--json").json
    assert [row[name] for name in ("helped", "unchanged", "unknown")] == [None, None, None]


@pytest.mark.usefixtures("told")
def test_only_what_was_told_since_a_day_is_counted(coachd):
    assert "strength-short" not in coachd("rules", "outcomes", "--since", "2026-07-20").out
    assert coachd("rules", "outcomes", "--since", "2026-09-01").out == "Nothing was told since then.\n"


@pytest.mark.usefixtures("told")
def test_a_machine_reads_the_same(coachd):
    first, second = coachd("rules", "outcomes", "--json").json
    assert first == {
        "rule": "strength-short", "sent": 6, "helped": 0, "unchanged": 6, "unknown": 0, "corrected": 0,
        "answers": {"helpful": 0, "not_for_me": 0, "quiet": 0, "wrong_number": 0}, "muted_until": None, "on": True,
        "idle": True,
    }  # fmt: skip
    assert (second["answers"]["not_for_me"], second["muted_until"]) == (1, "2099-01-01")
