"""What a source knows of the athlete besides workouts."""

from __future__ import annotations

from datetime import date

from coachd.history.merge import merge
from coachd.model import Shoe
from coachd.store import athletes, profile, recordings


def test_documents_are_kept_by_source_and_kind(store, robin, now):
    with store.begin() as db:
        assert profile.read(db, robin, "strava", "zones") is None
        profile.save(db, robin, "strava", "zones", {"heart_rate": {"custom_zones": False}}, now)
        profile.save(db, robin, "strava", "zones", {"heart_rate": {"custom_zones": True}}, now)
        assert profile.read(db, robin, "strava", "zones") == {"heart_rate": {"custom_zones": True}}
        assert profile.read(db, robin, "garmin", "zones") is None


def test_shoes_come_back_as_they_were_last_told(store, robin, now):
    told = Shoe("g1", "Blue", 400_000.0)
    worn = Shoe("g1", "Blue", 650_000.0, retired=True)
    named = Shoe("name:Red", "Red", None, source="files")
    with store.begin() as db:
        profile.save_shoes(db, robin, [(told, {"id": "g1"}), (named, {})], now)
        profile.save_shoes(db, robin, [(worn, {"id": "g1"})], now)
        assert profile.load_shoes(db, robin) == [worn, named]


def test_the_use_of_gear_is_counted_by_day(store, robin, make_recording, now):
    batch = [make_recording(day, at=24 * day, gear_id="g1") for day in range(3)]
    batch += [make_recording(7, gear_id="g1", sport="Walk", distance_m=None), make_recording(8)]
    batch += [make_recording(9, source="files", gear_name="Red")]
    with store.begin() as db:
        recordings.derive(db, robin, recordings.save(db, robin, batch, now).identities, merge)
        used = profile.gear_use(db, robin)
        assert (used["g1"].activities, used["g1"].distance_m, used["g1"].last_day) == (4, 30_000.0, date(2026, 11, 18))
        assert used.keys() == {"g1", "name:Red"}
        then = profile.gear_use(db, robin, date(2026, 11, 16))["g1"]
        assert (then.activities, then.distance_m, then.last_day) == (2, 10_000.0, date(2026, 11, 16))


def test_a_shoe_on_a_day_is_without_what_was_run_in_it_later(store, robin, make_recording, now):
    batch = [make_recording(day, at=24 * day, gear_id="g1") for day in range(3)]
    with store.begin() as db:
        recordings.derive(db, robin, recordings.save(db, robin, batch, now).identities, merge)
        told = [Shoe("g1", "Blue", 400_000.0), Shoe("g2", "Red", 9_000.0), Shoe("g3", "Old")]
        profile.save_shoes(db, robin, [(shoe, {}) for shoe in told], now)
        assert profile.shoes_of_each(db, [robin], date(2026, 11, 16))[robin] == [
            Shoe("g1", "Blue", 380_000.0, last_used=date(2026, 11, 16)), *told[1:]
        ]  # fmt: skip
        before = profile.shoes_of_each(db, [robin], date(2026, 11, 15))[robin][0]
        assert (before.distance_m, before.last_used) == (370_000.0, None)


def test_gear_that_was_used_later_only_was_not_used_yet(store, robin, make_recording, now):
    with store.begin() as db:
        saved = recordings.save(db, robin, [make_recording(1, gear_id="g1")], now)
        recordings.derive(db, robin, saved.identities, merge)
        assert profile.gear_use(db, robin, date(2026, 11, 15)) == {}


def test_what_is_read_of_many_at_once_is_each_ones_own(store, robin, make_recording, now):
    with store.begin() as db:
        athletes.ensure(db, "kim", now)
        for name, number in (("kim", 1), (robin, 2)):
            saved = recordings.save(db, name, [make_recording(number, gear_id=f"g{number}")], now)
            recordings.derive(db, name, saved.identities, merge)
            profile.save_shoes(db, name, [(Shoe(f"g{number}", name), {})], now)
            profile.save(db, name, "strava", "zones", {"of": name}, now)
        names = ["kim", robin, "nobody"]
        shoes = profile.shoes_of_each(db, names, date.max)
        assert {name: [shoe.name for shoe in found] for name, found in shoes.items()} == {
            "kim": ["kim"], robin: [robin],
        }  # fmt: skip
        assert profile.read_of_each(db, names, "strava", "zones") == {"kim": {"of": "kim"}, robin: {"of": robin}}
        assert all(shoe.last_used == date(2026, 11, 16) for found in shoes.values() for shoe in found)


def test_purging_takes_what_this_source_told(store, robin, now):
    with store.begin() as db:
        profile.save(db, robin, "strava", "zones", {}, now)
        profile.save_shoes(db, robin, [(Shoe("g1", "Blue"), {}), (Shoe("name:Red", "Red", source="files"), {})], now)
        assert profile.purge(db, robin, "strava") == 2
        assert [shoe.id for shoe in profile.load_shoes(db, robin)] == ["name:Red"]
        assert profile.read(db, robin, "strava", "zones") is None
