"""The ledger of shoes in the rules: a runner whose shoes no source knows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from coachd import ledger, review
from coachd.errors import InputProblem
from coachd.history.merge import merge
from coachd.language.view import View
from coachd.model import Period, Shoe
from coachd.store import activities, pairs, profile, recordings
from coachd.store.shoes import Entry, id_of

SUNDAY = date(2026, 11, 22)
WEEK = Period("2026-W47", date(2026, 11, 16), SUNDAY)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def coach(open_coach, make_recording):
    """An invented runner of ten kilometres every day for six weeks, up to Sunday; activity 1 is the first run."""
    made = open_coach(NOW)
    made.athlete("me")
    with made.store.begin() as db:
        batch = [make_recording(100 + day, "garmin", at=24.0 * (day - 35), identity=f"garmin:{100 + day}")
                 for day in range(42)]  # fmt: skip
        recordings.derive(db, "me", recordings.save(db, "me", batch, NOW).identities, merge)
    return made


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


def test_a_run_that_watch_and_phone_recorded_counts_once_in_a_pair_of_the_ledger(coach, make_recording):
    twice = make_recording(200, "garmin", at=24.0 * 6, identity="garmin:200", distance_m=10_100.0, average_hr=None)
    with coach.store.begin() as db:
        recordings.derive(db, "me", recordings.save(db, "me", [twice], NOW).identities, merge)
    ledger.add(coach, "me", pair("Fox"))
    assert distances(coach) == {"Fox": 420_000.0}
    seen = review.consider(coach, "me", WEEK, NOW).history
    assert [each.excluded for each in seen.excluded] == ["recorded twice"]
    assert [shoe.distance_m for shoe in seen.shoes] == [420_000.0]
    assert [shoe.distance_m for shoe in View(seen, date(2026, 11, 21), NOW).shoes] == [410_000.0]


def test_what_the_athlete_tells_apart_counts_twice(coach, make_recording):
    other = make_recording(200, "garmin", at=24.0 * 6, identity="garmin:200", average_hr=None)
    with coach.store.begin() as db:
        recordings.derive(db, "me", recordings.save(db, "me", [other], NOW).identities, merge)
        pairs.say(db, "me", {("garmin:141", "garmin:200"): False}, NOW)
    ledger.add(coach, "me", pair("Fox"))
    assert distances(coach) == {"Fox": 430_000.0}
