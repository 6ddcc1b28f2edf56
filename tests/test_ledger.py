"""The ledger of shoes in the rules: a runner whose shoes no source knows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from coachd import config, ledger, review
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.errors import InputProblem
from coachd.history.merge import merge
from coachd.model import Period, Shoe
from coachd.store import activities, profile, recordings
from coachd.store.shoes import Entry, id_of

SUNDAY = date(2026, 11, 22)
WEEK = Period("2026-W47", date(2026, 11, 16), SUNDAY)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def coach(tmp_path, make_recording):
    """An invented runner of ten kilometres every day for six weeks, up to Sunday; activity 1 is the first run."""
    settings = config.load({"COACHD_STATE_DIR": str(tmp_path), "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SteppedClock(NOW)) as found:
        found.athlete("me")
        with found.store.begin() as db:
            batch = [make_recording(100 + day, "garmin", at=24.0 * (day - 35), identity=f"garmin:{100 + day}")
                     for day in range(42)]  # fmt: skip
            recordings.derive(db, "me", recordings.save(db, "me", batch, NOW).identities, merge)
        yield found


def pair(name, **values):
    given = {"starting_m": 0.0, "uses": frozenset({"run"}), "from_day": date(2026, 1, 1), **values}
    return Entry(id_of(name), name, **given)


def findings(coach):
    judged = review.consider(coach, "me", WEEK, NOW)
    return {(each.rule, each.subject): each.outcome for each in judged.judgement.findings}


def distances(coach):
    return {entry.name: shoe and shoe.distance_m for entry, shoe in ledger.listed(coach, "me", SUNDAY)}


def test_a_pair_of_the_ledger_that_crosses_its_limit_is_told_of(coach):
    ledger.add(coach, "me", pair("Fox", starting_m=250_000.0))  # 600 km a week ago, 670 now
    assert findings(coach)["shoe-wear", "own:fox"] in ("fire", "capped")


def test_the_athlete_s_own_limit_counts(coach):
    ledger.add(coach, "me", pair("Fox", starting_m=250_000.0, limit_m=1_000_000.0))
    assert ("shoe-wear", "own:fox") not in findings(coach)
    ledger.describe(coach, "me", "fox", lambda _: pair("Fox", limit_m=650_000.0))
    assert findings(coach)["shoe-wear", "own:fox"] in ("fire", "capped")


def test_one_pair_for_every_run_is_noticed_where_there_are_two(coach):
    ledger.add(coach, "me", pair("Fox"))
    ledger.add(coach, "me", pair("Bear", uses=frozenset()))
    ledger.assign(coach, "me", "Bear", [1])
    assert findings(coach)["shoe-rotation", ""] in ("fire", "capped")


def test_runs_in_no_known_pair_are_noticed(coach):
    ledger.add(coach, "me", pair("Fox", uses=frozenset()))
    ledger.assign(coach, "me", "Fox", range(32, 43))
    assert findings(coach)["shoe-untracked", ""] in ("fire", "capped")


def test_nothing_is_assigned_where_one_activity_is_not_there(coach):
    ledger.add(coach, "me", pair("Fox", uses=frozenset()))
    with pytest.raises(InputProblem, match="no activity 999"):
        ledger.assign(coach, "me", "Fox", [1, 999])
    assert distances(coach) == {"Fox": 0.0}


def test_a_pair_that_is_the_default_no_more_keeps_what_it_wore(coach):
    ledger.add(coach, "me", pair("Fox"))
    ledger.make_default(coach, "me", "Fox", (), date(2026, 11, 16))
    assert distances(coach) == {"Fox": 350_000.0}
    ledger.make_default(coach, "me", "Fox", ("run",), date(2026, 11, 22))
    assert distances(coach) == {"Fox": 360_000.0}


def test_a_pair_from_elsewhere_is_neither_retired_nor_a_default_here(coach):
    with coach.store.begin() as db:
        profile.save_shoes(db, "me", [(Shoe("g1", "Blue", 1_000.0), {})], NOW)
    with pytest.raises(InputProblem, match="comes from strava"):
        ledger.retire(coach, "me", "Blue", SUNDAY)
    ledger.assign(coach, "me", "blue", [42])
    with coach.store.read() as db:
        assert activities.load(db, "me")[-1].gear_id == "g1"
