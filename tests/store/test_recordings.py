"""What sources said, and the activities derived from it."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.model import Period, StreamNumbers
from coachd.store import Store, activities, athletes, details, judgements, recordings, skips, streams
from coachd.store.recordings import Counts
from coachd.store.streams import encode
from coachd.tables import recordings as table

LATER = timedelta(days=1)


@pytest.fixture
def keep(store, robin, now):
    """Saves recordings and derives their activities, as a sync does; gives what became of them."""

    def save(*batch, at=now, athlete=robin):
        with store.begin() as db:
            saved = recordings.save(db, athlete, batch, at)
            recordings.settle(db, athlete, saved.touched, group, merge, at)
        return saved.counts

    return save


@pytest.fixture
def load(store, robin):
    def read(**days):
        with store.read() as db:
            return activities.load(db, robin, **days)

    return read


def confirmed(store):
    with store.read() as db:
        return {row.external_id: row.fetched_at for row in db.execute(select(table.c.external_id, table.c.fetched_at))}


def test_a_recording_becomes_an_activity_with_all_its_values(keep, load, make_recording):
    recording = make_recording(
        name="Loop #easy", average_hr=150.5, max_hr=170.0, cadence_spm=172.0, gain_m=0.0, workout_type=1,
        gear_id="g1", device="Watch", trainer=True, hidden_start=True,
    )  # fmt: skip
    keep(recording)
    assert load() == [merge(1, [recording])]


def test_saving_the_same_again_changes_nothing_but_the_confirmation(store, keep, load, make_recording, now):
    batch = [make_recording(number, at=number) for number in range(1, 4)]
    assert keep(*batch) == Counts(3, 0, 0)
    before = load()
    assert keep(*batch, at=now + LATER) == Counts(0, 0, 3)
    assert load() == before
    assert set(confirmed(store).values()) == {now + LATER}


def test_an_edit_changes_the_activity_and_keeps_its_id(keep, load, make_recording):
    keep(make_recording(1), make_recording(2, at=2))
    assert keep(make_recording(1, name="Renamed", distance_m=11_000.0)) == Counts(0, 1, 0)
    assert [(activity.id, activity.name, activity.distance_m) for activity in load()] == [
        (1, "Renamed", 11_000.0),
        (2, "", 10_000.0),
    ]


def test_only_what_is_new_or_changed_has_to_be_derived(store, robin, keep, make_recording, now):
    keep(make_recording(1), make_recording(2, at=1), make_recording(3, source="files", at=2))
    with store.begin() as db:
        batch = [
            make_recording(1),
            make_recording(2, at=1, name="Renamed"),
            make_recording(3, at=2),
            make_recording(4, at=3),
        ]
        saved = recordings.save(db, robin, batch, now)
    assert saved.identities == {"strava:2", "strava:3", "strava:4"}
    assert {each.identity for each in saved.touched.at_hand.values()} == {"strava:4"}  # of others, the store knows more


def test_a_change_in_the_raw_json_alone_is_a_change(keep, make_recording):
    keep(make_recording())
    assert keep(make_recording(raw={"id": 1, "kudos_count": 3})).changed == 1


def test_half_a_character_in_what_a_source_said_costs_no_row(keep, load, make_recording):
    keep(make_recording(1, raw={"private_note": "cut off in an emoji \ud83d"}), make_recording(2))
    assert len(load()) == 2


def test_a_recording_that_is_twice_in_a_batch_is_stored_once_the_later_one(keep, load, make_recording):
    assert keep(make_recording(name="first"), make_recording(name="second")).added == 1
    assert [activity.name for activity in load()] == ["second"]


def test_ids_stay_when_everything_is_derived_again(store, robin, keep, load, make_recording):
    keep(*(make_recording(number, at=-number) for number in range(1, 6)))
    before = load()
    with store.begin() as db:
        recordings.derive(db, robin, [f"strava:{number}" for number in range(1, 6)], merge)
        recordings.derive(db, robin, [], merge)
    assert load() == before


def test_the_api_and_the_export_of_one_workout_are_one_activity(keep, load, make_recording):
    keep(make_recording(1, average_hr=150.0), make_recording(2, at=0.01))
    keep(make_recording(1, source="files", gain_m=30.0))
    assert [(activity.strava_id, activity.sources, activity.gain_m) for activity in load()] == [
        ("1", ("strava", "files"), 30.0),
        ("2", ("strava",), None),  # another id is another workout, however alike
    ]


def test_athletes_do_not_see_each_other(store, keep, load, make_recording, now):
    with store.begin() as db:
        athletes.ensure(db, "kim", now)
    keep(make_recording(1))
    keep(make_recording(1, name="Kim's"), make_recording(2, at=1), athlete="kim")
    assert [activity.name for activity in load()] == [""]
    with store.read() as db:
        assert [activity.id for activity in activities.load(db, "kim")] == [1, 2]


def test_a_range_of_local_days_is_loaded(keep, load, make_recording):
    keep(*(make_recording(day, at=24 * day) for day in range(1, 5)))
    keep(make_recording(9, at=24 * 4, start_local=datetime(2026, 11, 18, 23, 59)))
    assert [a.strava_id for a in load(first=date(2026, 11, 18), last=date(2026, 11, 19))] == ["2", "3", "9"]


def test_more_rows_than_one_statement_takes(store, robin, keep, load, make_recording, now):
    batch = [make_recording(number, at=number) for number in range(1, 1_202)]
    assert keep(*batch).added == 1_201
    assert keep(*batch).unchanged == 1_201
    with store.begin() as db:
        ids = [recording.external_id for recording in batch]
        recordings.settle(db, robin, recordings.withdraw(db, robin, "strava", ids, now), group, merge)
    assert load() == []


def test_a_withdrawn_workout_is_gone_though_a_file_of_it_remains(store, robin, keep, load, make_recording, now):
    keep(make_recording(1), make_recording(1, source="files"), make_recording(2, at=3))
    with store.begin() as db:
        details.save(db, robin, "strava", "1", "streams", [1], "", now)
        touched = recordings.withdraw(db, robin, "strava", ["1"], now)
        recordings.settle(db, robin, touched, group, merge)
        assert touched.identities == {"strava:1"}
        assert details.get(db, robin, "strava", "1", "streams") is None
        assert db.scalars(select(table.c.external_id).order_by(table.c.external_id)).all() == ["2", "strava-1"]
    assert [activity.strava_id for activity in load()] == ["2"]


def test_a_withdrawn_workout_comes_back_when_its_source_has_it_again(store, robin, keep, load, make_recording, now):
    keep(make_recording(1), make_recording(1, source="files"))
    with store.begin() as db:
        recordings.settle(db, robin, recordings.withdraw(db, robin, "strava", ["1"], now), group, merge)
    assert keep(make_recording(1, source="files")).unchanged == 1
    assert load() == []  # the same old file is no news
    assert keep(make_recording(1)).added == 1
    assert [activity.sources for activity in load()] == [("strava", "files")]


def test_purging_a_source_leaves_the_athletes_own_files(store, robin, keep, load, make_recording, now):
    keep(
        make_recording(1, name="From the API"),
        make_recording(1, source="files", name="From a file"),
        make_recording(2, at=1),
    )
    identity = load()[0].id
    with store.begin() as db:
        details.save(db, robin, "strava", "1", "streams", [1], "", now)
        touched = recordings.purge(db, robin, "strava", None)
        recordings.settle(db, robin, touched, group, merge)
        assert details.get(db, robin, "strava", "1", "streams") is None
    assert touched.identities == {"strava:1", "strava:2"}
    assert [(activity.id, activity.name, activity.sources) for activity in load()] == [
        (identity, "From a file", ("files",))
    ]


def test_only_what_was_not_confirmed_in_time_is_purged(store, robin, keep, load, make_recording, now):
    keep(make_recording(1), make_recording(2, at=1), make_recording(3, at=2))
    keep(make_recording(2, at=1), at=now + LATER)
    with store.begin() as db:
        recordings.confirm(db, robin, "strava", ["3"], now + LATER)
        recordings.settle(db, robin, recordings.purge(db, robin, "strava", now + LATER), group, merge)
    assert [activity.strava_id for activity in load()] == ["2", "3"]


def test_what_a_listing_did_not_show_is_found(store, robin, keep, make_recording, now):
    keep(*(make_recording(number, at=24 * number) for number in range(1, 6)))
    keep(make_recording(3, at=24 * 3), at=now + LATER)
    first, last = make_recording(at=24 * 2).start, make_recording(at=24 * 4).start
    with store.read() as db:
        assert sorted(recordings.unseen(db, robin, "strava", first, last, now + LATER)) == ["2", "4"]
        assert recordings.unseen(db, robin, "files", first, last, now + LATER) == []
        assert recordings.count(db, robin, "strava", first, last) == 3


def test_the_first_day_and_the_number_of_activities(store, robin, keep, make_recording):
    with store.read() as db:
        assert (activities.first_day(db, robin), activities.total(db, robin)) == (None, 0)
    keep(make_recording(1, at=48), make_recording(2))
    with store.read() as db:
        assert (activities.first_day(db, robin), activities.total(db, robin)) == (date(2026, 11, 16), 2)


def test_details_are_kept_and_so_is_that_there_are_none(store, robin, now):
    with store.begin() as db:
        assert details.get(db, robin, "strava", "1", "streams") is None
        details.save(db, robin, "strava", "1", "streams", None, "there are none", now)
        assert details.get(db, robin, "strava", "1", "streams") == (None, "there are none")
        details.save(db, robin, "strava", "1", "streams", {"time": [0, 1]}, "", now)
        assert details.get(db, robin, "strava", "1", "streams") == ({"time": [0, 1]}, "")


@pytest.fixture
def keep_streams(store, robin, now):
    """Keeps numbers of a recording's streams; those of its number say so."""

    def save(*numbers, source="strava", problem=""):
        with store.begin() as db:
            for number in numbers:
                kept = None if problem else encode(StreamNumbers(moving_s=float(number)))
                details.save(db, robin, source, str(number), streams.STREAMS, kept, problem, now)

    return save


@pytest.fixture
def wanted(store, robin):
    """The ids of runs whose streams were never asked for."""

    def ids(first=date(2026, 11, 1)):
        with store.read() as db:
            return [number for number, _ in streams.never_asked(db, robin, "strava", first)]

    return ids


def seconds(activities):
    return {activity.strava_id: activity.streams.moving_s if activity.streams else None for activity in activities}


def test_activities_come_with_the_numbers_of_their_streams(keep, load, keep_streams, make_recording):
    keep(make_recording(1), make_recording(2, at=24), make_recording(3, at=48))
    keep_streams(1, 3)
    assert seconds(load()) == {"1": 1.0, "2": None, "3": 3.0}
    assert seconds(load(first=date(2026, 11, 17))) == {"2": None, "3": 3.0}
    assert seconds(load(last=date(2026, 11, 17))) == {"1": 1.0, "2": None}


def test_that_there_are_no_streams_is_no_number(keep, load, keep_streams, make_recording, wanted):
    keep(make_recording(1))
    keep_streams(1, problem="there are none")
    assert seconds(load()) == {"1": None}
    assert wanted() == []


def test_nobody_sees_the_numbers_of_somebody_else(store, now, keep, load, keep_streams, make_recording):
    with store.begin() as db:
        athletes.ensure(db, "sam", now)
    keep(make_recording(1))
    keep(make_recording(1), athlete="sam")
    keep_streams(1)
    with store.read() as db:
        assert seconds(activities.load(db, "sam")) == {"1": None}


def test_only_runs_that_were_recorded_have_streams_to_ask_for_the_newest_first(
    keep, wanted, keep_streams, make_recording
):
    keep(
        make_recording(1), make_recording(2, at=24), make_recording(3, at=48, sport="TrailRun"),
        make_recording(4, at=49, sport="Ride"), make_recording(5, at=50, manual=True),
        make_recording(6, at=51, source="files"), make_recording(7, at=-24 * 30),
    )  # fmt: skip
    keep_streams(2)
    assert wanted() == ["3", "1"]


def test_numbers_go_when_their_recording_is_purged_and_stay_while_it_is_confirmed(
    store, robin, keep, load, keep_streams, make_recording, now
):
    keep(make_recording(1), make_recording(2, at=24))
    keep_streams(1, 2)
    keep(make_recording(2, at=24), at=now + LATER)
    with store.begin() as db:
        recordings.settle(db, robin, recordings.purge(db, robin, "strava", now + LATER), group, merge)
        assert details.get(db, robin, "strava", "1", streams.STREAMS) is None
    assert seconds(load()) == {"2": 2.0}


def test_numbers_of_a_run_that_lives_on_in_a_file_go_with_the_api_row(
    store, robin, keep, load, keep_streams, make_recording
):
    keep(make_recording(1), make_recording(1, source="files"))
    keep_streams(1)
    with store.begin() as db:
        recordings.settle(db, robin, recordings.purge(db, robin, "strava", None), group, merge)
    assert [activity.streams for activity in load()] == [None]


@pytest.mark.parametrize("edited", [{"distance_m": 9_000.0}, {"moving_s": 2_900.0}, {"elapsed_s": 4_000.0}, {"at": 1}])
def test_a_run_that_was_cropped_is_asked_for_again(keep, load, keep_streams, make_recording, wanted, edited):
    keep(make_recording(1), make_recording(2, at=24))
    keep_streams(1, 2)
    keep(make_recording(1, **edited))
    assert wanted() == ["1"]
    assert seconds(load()) == {"1": None, "2": 2.0}


def test_a_run_that_got_a_name_keeps_its_numbers(keep, load, keep_streams, make_recording, wanted):
    keep(make_recording(1))
    keep_streams(1)
    assert keep(make_recording(1, name="Loop", gear_id="g2")).changed == 1
    assert wanted() == []
    assert [(activity.name, activity.streams.moving_s) for activity in load()] == [("Loop", 1.0)]


def test_what_could_not_be_read_is_remembered_until_it_can(store, robin, now):
    with store.begin() as db:
        skips.note(db, robin, "strava", {"1": "it has no sport", "2": "it has no id"}, now)
        skips.note(db, robin, "strava", {"2": "its start cannot be read"}, now)
        skips.note(db, robin, "strava", {}, now)
        skips.forget(db, robin, "strava", ["1", "7"])
        assert skips.every(db, robin) == [("strava", "2", "its start cannot be read")]


def test_two_that_derive_at_once_give_every_workout_an_id_of_its_own(store, robin, load, make_recording, now):
    def sync(number):
        other = Store(store.url.render_as_string(hide_password=False))
        for step in range(5):
            with other.begin() as db:
                recording = make_recording(100 * number + step, at=number + step)
                recordings.settle(db, robin, recordings.save(db, robin, [recording], now).touched, group, merge)
        other.close()

    threads = [threading.Thread(target=sync, args=[number]) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(activity.id for activity in load()) == list(range(1, 16))


WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))


def judged_at(store, robin, moment, key=WEEK.key):
    with store.begin() as db:
        judgements.save(db, robin, key, [], [], [], moment)


def late(store, robin, period=WEEK):
    with store.read() as db:
        return activities.late_of_each(db, {robin: period})


def test_what_came_after_its_week_was_judged_is_late(store, keep, robin, make_recording, now):
    keep(make_recording(1))
    keep(make_recording(2, at=24), at=now + LATER)
    keep(make_recording(3, at=24 * 7), at=now + LATER)
    assert late(store, robin) == {}, "nothing was judged"
    judged_at(store, robin, now)
    assert late(store, robin) == {robin: frozenset({2})}
    judged_at(store, robin, now + LATER)
    assert late(store, robin) == {}, "it was judged again with it"


def test_an_edit_makes_nothing_late_that_was_there_before(store, keep, robin, make_recording, now):
    keep(make_recording(1))
    judged_at(store, robin, now)
    keep(make_recording(1, name="Renamed"), at=now + LATER)
    assert late(store, robin) == {}


def test_each_athletes_week_is_their_own(store, keep, robin, make_recording, now):
    with store.begin() as db:
        athletes.ensure(db, "anna", now)
    keep(make_recording(1), at=now + LATER)
    keep(make_recording(2), at=now + LATER, athlete="anna")
    judged_at(store, robin, now)
    with store.read() as db:
        assert activities.late_of_each(db, {robin: WEEK, "anna": WEEK}) == {robin: frozenset({1})}
