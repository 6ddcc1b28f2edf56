"""The ledger of shoes: which run was in which, and how far each has come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coachd.history.merge import merge
from coachd.model import Shoe
from coachd.store import activities, profile, recordings, shoes
from coachd.store.shoes import NONE, Entry

MONDAY = date(2026, 11, 16)
FOX = Entry("own:fox", "Fox", starting_m=100_000.0, uses=frozenset({"run"}), from_day=MONDAY)


@pytest.fixture
def ran(store, robin, make_recording, now):
    """Stores recordings, or these five runs of Monday to Friday, and gives the activities as they then are."""

    def store_them(*batch):
        given = batch or [make_recording(day, at=24.0 * day) for day in range(5)]
        with store.begin() as db:
            recordings.save(db, robin, given, now)
            recordings.derive(db, robin, shoes.workouts(db, robin) or [each.identity for each in given], merge)
            return activities.load(db, robin)

    return store_them


def worked_in(store, robin, now, *entries):
    with store.begin() as db:
        for entry in entries:
            shoes.save(db, robin, entry, now)
        recordings.derive(db, robin, shoes.workouts(db, robin), merge)
        return [activity.gear_id for activity in activities.load(db, robin)]


def stands(store, robin, last):
    with store.read() as db:
        return {shoe.name: shoe for shoe in profile.shoes_of_each(db, [robin], last).get(robin, [])}


def test_what_nobody_named_is_worn_by_default_from_its_first_day_to_its_last(store, robin, ran, now):
    ran()
    fox = Entry("own:fox", "Fox", uses=frozenset({"run"}), from_day=date(2026, 11, 17), until_day=date(2026, 11, 18))
    assert worked_in(store, robin, now, fox) == [None, "own:fox", "own:fox", None, None]


def test_of_several_defaults_the_one_that_began_last_is_worn(store, robin, ran, now):
    ran()
    bear = Entry("own:bear", "Bear", uses=frozenset({"run"}), from_day=date(2026, 11, 18))
    assert worked_in(store, robin, now, bear, FOX) == ["own:fox"] * 2 + ["own:bear"] * 3


@pytest.mark.parametrize(
    ("sport", "worn"), [("Run", "own:fox"), ("VirtualRun", "own:fox"), ("TrailRun", None), ("Ride", None)]
)
def test_a_default_holds_for_its_own_sports_only(store, robin, ran, make_recording, now, sport, worn):
    ran(make_recording(1, sport=sport))
    assert worked_in(store, robin, now, FOX) == [worn]


def test_what_a_source_recorded_goes_before_the_default_and_a_word_before_both(store, robin, ran, make_recording, now):
    ran(make_recording(1, gear_id="g1"), make_recording(2, at=24.0))
    assert worked_in(store, robin, now, FOX) == ["g1", "own:fox"]
    with store.begin() as db:
        shoes.say(db, robin, ["strava:1"], "own:fox")
        shoes.say(db, robin, ["strava:2"], NONE)
    assert worked_in(store, robin, now) == ["own:fox", None]
    with store.begin() as db:
        shoes.forget(db, robin, ["strava:1", "strava:2"])
    assert worked_in(store, robin, now) == ["g1", "own:fox"]


def test_a_word_outlives_an_edit_and_goes_along_with_its_recording(store, robin, ran, make_recording, now):
    ran(make_recording(1))
    with store.begin() as db:
        shoes.say(db, robin, ["garmin:7"], "g9")
    edited = make_recording(1, name="Edited")
    again = make_recording(1, source="garmin", external_id="7", identity="garmin:7")
    with store.begin() as db:
        recordings.settle(
            db, robin, recordings.save(db, robin, [edited, again], now).touched,
            lambda *_: {"strava:1": ["strava:1", "garmin:7"]}, merge,
        )  # fmt: skip
        [activity] = activities.load(db, robin)
    assert (activity.name, activity.gear_id) == ("Edited", "g9")


def test_a_pair_that_an_export_names_is_the_one_in_the_ledger(store, robin, ran, make_recording, now):
    ran(make_recording(1, source="files", gear_name="FOX"))
    assert worked_in(store, robin, now, FOX) == ["own:fox"]


def test_the_odometer_on_a_day_is_the_start_and_what_was_run_until_then(store, robin, ran, now):
    ran()
    worked_in(store, robin, now, FOX)
    fox = stands(store, robin, MONDAY + timedelta(days=2))["Fox"]
    assert (fox.distance_m, fox.last_used) == (130_000.0, MONDAY + timedelta(days=2))
    assert stands(store, robin, date.max)["Fox"].distance_m == 150_000.0
    assert stands(store, robin, MONDAY - timedelta(days=1)) == {}


def test_a_pair_is_retired_from_its_last_day_on(store, robin, now):
    worked_in(store, robin, now, Entry("own:fox", "Fox", from_day=MONDAY, until_day=date(2026, 11, 20)))
    assert not stands(store, robin, date(2026, 11, 19))["Fox"].retired
    assert stands(store, robin, date(2026, 11, 20))["Fox"].retired


def test_what_the_athlete_says_of_a_source_s_pair_outlives_its_next_reading(store, robin, now):
    told = Shoe("g1", "Blue", 400_000.0)
    with store.begin() as db:
        profile.save_shoes(db, robin, [(told, {})], now)
        [entry] = shoes.every(db, robin)
        shoes.describe(db, robin, Entry(entry.id, entry.name, entry.source, None, 500_000.0, "trail", races=True))
        profile.save_shoes(db, robin, [(Shoe("g1", "Blue", 410_000.0), {})], now)
    blue = stands(store, robin, date.max)["Blue"]
    assert (blue.distance_m, blue.limit_m, blue.surface, blue.races) == (410_000.0, 500_000.0, "trail", True)


def test_a_removed_pair_leaves_nothing_behind(store, robin, ran, now):
    ran()
    worked_in(store, robin, now, FOX)
    with store.begin() as db:
        shoes.say(db, robin, ["strava:0"], FOX.id)
        shoes.remove(db, robin, FOX.id)
        assert shoes.every(db, robin) == []
    assert worked_in(store, robin, now) == [None] * 5
