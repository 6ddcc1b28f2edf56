"""Recordings of several sources in the store: the same workouts whatever came first, and numbers that stay."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from itertools import count

import pytest
import season
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coachd.history.matching import all_one, group, taken_out
from coachd.history.merge import merge
from coachd.model import Activity, Recording, StreamNumbers
from coachd.store import Store, activities, athletes, details, pairs, recordings, streams
from coachd.tables import recordings as table

HOUR = 3600.0


@pytest.fixture(scope="session")
def rec(make_recording):
    """A recording that bears its own identity; `at` is in seconds."""

    def made(identity, at=0.0, **values) -> Recording:
        scheme, _, number = identity.partition(":")
        source = "files" if scheme == "file" else scheme
        return make_recording(source=source, external_id=number, identity=identity, at=at / HOUR, **values)

    return made


class Kept:
    """One athlete's recordings in a store."""

    def __init__(self, store: Store, name: str, now) -> None:
        self.store, self.name, self.now = store, name, now

    def came(self, *batch: Recording) -> None:
        with self.store.begin() as db:
            saved = recordings.save(db, self.name, batch, self.now)
            recordings.settle(db, self.name, saved.touched, group, merge, self.now)

    def withdrawn(self, source: str, *ids: str) -> None:
        with self.store.begin() as db:
            touched = recordings.withdraw(db, self.name, source, ids, self.now)
            recordings.settle(db, self.name, touched, group, merge, self.now)

    def purged(self, source: str) -> None:
        with self.store.begin() as db:
            touched = recordings.purge(db, self.name, source, None)
            recordings.settle(db, self.name, touched, group, merge, self.now)

    def said(self, words: dict[tuple[str, str], bool]) -> None:
        with self.store.begin() as db:
            pairs.say(db, self.name, words, self.now)
            placed = recordings.placed(db, self.name, {own for two in words for own in two})
            starts = frozenset(start for _, start in placed.values())
            recordings.settle(db, self.name, recordings.Touched(starts=starts), group, merge, self.now)

    def load(self) -> list[Activity]:
        with self.store.read() as db:
            return activities.load(db, self.name)

    @property
    def numbers(self) -> dict[int, tuple[str, ...]]:
        return {activity.id: activity.sources for activity in self.load()}

    @property
    def workouts(self) -> set[frozenset[str]]:
        with self.store.read() as db:
            found: dict[str, set[str]] = {}
            for own, identity in db.execute(
                select(table.c.own_identity, table.c.identity).where(
                    table.c.athlete == self.name, table.c.withdrawn_at.is_(None)
                )
            ):
                found.setdefault(identity, set()).add(own)
        assert all(identity in owns for identity, owns in found.items())
        return {frozenset(owns) for owns in found.values()}


@pytest.fixture
def kept(store, robin, now) -> Kept:
    return Kept(store, robin, now)


@pytest.mark.parametrize("order", [("strava:1", "garmin:7", "file:aa"), ("file:aa", "garmin:7", "strava:1")])
def test_a_workout_keeps_its_number_whatever_names_it_later(kept, rec, order):
    for identity in order:
        kept.came(rec(identity))
    [activity] = kept.load()
    assert (activity.id, activity.sources, activity.strava_id) == (1, ("strava", "garmin", "files"), "1")


def test_a_recording_that_makes_it_doubtful_takes_the_workout_apart_and_its_deletion_puts_it_together(kept, rec):
    kept.came(rec("strava:1"), rec("garmin:7"))
    kept.came(rec("strava:2", 60))
    assert kept.numbers == {1: ("strava",), 2: ("garmin",), 3: ("strava",)}
    kept.withdrawn("strava", "2")
    assert kept.numbers == {1: ("strava", "garmin")}


def test_a_recording_that_is_moved_far_away_settles_what_it_made_doubtful(kept, rec):
    kept.came(rec("strava:1"), rec("garmin:7"), rec("strava:2", 60))
    assert len(kept.numbers) == 3
    kept.came(rec("strava:2", 500 * HOUR))
    assert kept.workouts == {frozenset({"strava:1", "garmin:7"}), frozenset({"strava:2"})}


def test_an_edit_that_moves_a_recording_away_leaves_two_workouts(kept, rec):
    kept.came(rec("strava:1"), rec("garmin:7"))
    kept.came(rec("garmin:7", 3 * HOUR))
    assert kept.numbers == {1: ("strava",), 2: ("garmin",)}
    kept.came(rec("garmin:7"))
    assert kept.numbers == {1: ("strava", "garmin")}


def test_a_workout_that_strava_no_longer_has_lives_on_by_the_watch(kept, rec, make_recording):
    kept.came(rec("strava:1", name="Loop"), rec("garmin:7", 1, name="Berlin Running"), make_recording(1, "files"))
    kept.withdrawn("strava", "1")
    [activity] = kept.load()
    assert (activity.id, activity.name, activity.sources, activity.strava_id) == (
        1,
        "Berlin Running",
        ("garmin",),
        None,
    )
    kept.came(rec("strava:1", name="Loop"))
    assert kept.numbers == {1: ("strava", "files", "garmin")}


def test_a_source_that_leaves_takes_its_own_and_no_more(kept, rec):
    kept.came(rec("strava:1"), rec("garmin:7"), rec("strava:2", 9 * HOUR), rec("file:aa", 20 * HOUR))
    kept.purged("strava")
    assert kept.workouts == {frozenset({"garmin:7"}), frozenset({"file:aa"})}
    assert [activity.strava_id for activity in kept.load()] == [None, None]


def test_the_words_of_the_athlete_outlive_everything_coming_again(kept, rec):
    everything = [
        rec("strava:1"),
        rec("garmin:7"),
        rec("file:aa"),
        rec("strava:2", 30 * HOUR),
        rec("garmin:8", 90 * HOUR),
    ]
    kept.came(*everything)
    kept.said({**taken_out("file:aa", ["strava:1", "garmin:7"]), **all_one(["strava:2", "garmin:8"])})
    expected = {frozenset({"strava:1", "garmin:7"}), frozenset({"file:aa"}), frozenset({"strava:2", "garmin:8"})}
    assert kept.workouts == expected
    for recording in everything:
        kept.came(replace(recording, name="again"))
    assert kept.workouts == expected
    kept.purged("garmin")
    kept.came(*everything)
    assert kept.workouts == expected


def test_what_was_told_apart_knows_its_other(kept, rec):
    kept.came(rec("strava:1"), rec("garmin:7"))
    kept.said(taken_out("garmin:7", ["strava:1"]))
    assert {activity.id: activity.apart_from for activity in kept.load()} == {1: {2}, 2: {1}}


def test_of_several_streams_the_files_count(kept, rec, store, robin, now):
    kept.came(rec("strava:1"), rec("garmin:7"), rec("file:aa"))

    def numbers_came(source, number, moving_s):
        with store.begin() as db:
            made = streams.encode(StreamNumbers(moving_s=moving_s))
            details.save(db, robin, source, number, streams.STREAMS, made, "", now)

    for source, number, moving_s in (("strava", "1", 1.0), ("files", "aa", 3.0), ("garmin", "7", 2.0)):
        numbers_came(source, number, moving_s)
    assert [activity.streams.moving_s for activity in kept.load()] == [3.0]


def test_streams_are_not_asked_of_one_source_that_another_gave(kept, rec, store, robin, now):
    kept.came(rec("strava:1"), rec("garmin:7"), rec("strava:2", 30 * HOUR), rec("garmin:8", 30 * HOUR))
    with store.begin() as db:
        details.save(db, robin, "garmin", "7", streams.STREAMS, {"moving_s": 1}, "", now)
        details.save(db, robin, "garmin", "8", streams.STREAMS, None, "there are none", now)
        first = rec("strava:1").start_local.date()
        assert streams.never_asked(db, robin, "strava", first) == [("2", 2)]


def test_a_file_that_a_table_later_names_goes_on_as_that_workout(kept, rec):
    kept.came(rec("file:aa"))
    kept.came(replace(rec("file:aa"), identity="strava:1"), rec("garmin:7"))
    assert kept.workouts == {frozenset({"strava:1", "garmin:7"})}
    assert kept.numbers == {1: ("files", "garmin")}


def test_athletes_are_grouped_each_for_themself(store, kept, rec, now):
    with store.begin() as db:
        athletes.ensure(db, "kim", now)
    kim = Kept(store, "kim", now)
    kept.came(rec("strava:1"))
    kim.came(rec("garmin:7"))
    assert (kept.numbers, kim.numbers) == ({1: ("strava",)}, {1: ("garmin",)})


def test_two_sources_that_come_at_once_find_each_other(store, robin, kept, rec, now):
    def sync(source):
        other = Store(store.url.render_as_string(hide_password=False))
        for number in range(8):
            Kept(other, robin, now).came(rec(f"{source}:{number}", number * 24 * HOUR))
        other.close()

    threads = [threading.Thread(target=sync, args=[source]) for source in ("strava", "garmin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert kept.workouts == {frozenset({f"strava:{n}", f"garmin:{n}"}) for n in range(8)}
    assert sorted(kept.numbers) == sorted(set(kept.numbers))


# whatever the order

WEEKS = 6


def test_the_season_is_the_same_in_whatever_order_it_comes(kept):
    seen = season.seen_by_three(3, WEEKS)
    everything = [recording for workout in seen for recording in workout]
    random.Random(3).shuffle(everything)
    for begin in range(0, len(everything), 17):
        kept.came(*everything[begin : begin + 17])
    assert kept.workouts == {frozenset(each.identity for each in workout) for workout in seen}
    found = {replace_id(activity) for activity in map(_frozen, kept.load())}
    assert found == {replace_id(_frozen(merge(0, workout))) for workout in seen}


def _frozen(activity: Activity) -> tuple[object, ...]:
    return tuple(getattr(activity, name) for name in FIELDS)


def replace_id(values: tuple[object, ...]) -> tuple[object, ...]:
    return values[1:]


FIELDS = ["id", "sport", "start", "start_local", "name", "distance_m", "moving_s", "elapsed_s", "sources", "strava_id"]
numbers = count(1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_pages_of_any_size_edits_and_repetitions_change_nothing_about_which_workouts_there_are(sqlite_store, now, data):
    name = f"athlete{next(numbers)}"
    with sqlite_store.begin() as db:
        athletes.ensure(db, name, now)
    kept = Kept(sqlite_store, name, now)
    seed = data.draw(st.integers(0, 9))
    seen = season.seen_by_three(seed, 2)
    waiting = data.draw(st.permutations([recording for workout in seen for recording in workout]))
    # Each comes once as it is at last; before that some were there in another shape, or come again.
    early = [replace(each, name="early", elapsed_s=(each.elapsed_s or 0) + 900) for each in waiting[::5]]
    again = data.draw(st.permutations(waiting))[:10]
    for batch in (early, waiting, again):
        rest = list(batch)
        while rest:
            size = data.draw(st.integers(1, 15))
            kept.came(*rest[:size])
            rest = rest[size:]
    assert kept.workouts == {frozenset(each.identity for each in workout) for workout in seen}
    assert {replace_id(_frozen(activity)) for activity in kept.load()} == {
        replace_id(_frozen(merge(0, workout))) for workout in seen
    }
