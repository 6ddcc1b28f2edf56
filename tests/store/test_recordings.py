"""What sources said, and the activities derived from it."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import event, select

from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.store import Store, athletes, details, recordings, streams
from coachd.store.recordings import Counts
from coachd.tables import recordings as table

LATER = timedelta(days=1)


def confirmed(store):
    with store.read() as db:
        return {row.external_id: row.fetched_at for row in db.execute(select(table.c.external_id, table.c.fetched_at))}


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


def test_numbers_go_when_their_recording_is_purged_and_stay_while_it_is_confirmed(
    store, robin, keep, stream_seconds, keep_streams, make_recording, now
):
    keep(make_recording(1), make_recording(2, at=24))
    keep_streams(1, 2)
    keep(make_recording(2, at=24), at=now + LATER)
    with store.begin() as db:
        recordings.settle(db, robin, recordings.purge(db, robin, "strava", now + LATER), group, merge)
        assert details.get(db, robin, "strava", "1", streams.STREAMS) is None
    assert stream_seconds() == {"2": 2.0}


def test_numbers_of_a_run_that_lives_on_in_a_file_go_with_the_api_row(
    store, robin, keep, load, keep_streams, make_recording
):
    keep(make_recording(1), make_recording(1, source="files"))
    keep_streams(1)
    with store.begin() as db:
        recordings.settle(db, robin, recordings.purge(db, robin, "strava", None), group, merge)
    assert [activity.streams for activity in load()] == [None]


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


def test_a_page_is_kept_without_a_look_at_every_row_of_the_athlete(sqlite_store, make_recording, now):
    asked = []
    with sqlite_store.begin() as db:
        athletes.ensure(db, "robin", now)
        event.listen(db, "before_cursor_execute", lambda _db, _cursor, *said: asked.append(said[:2]))
        for name in ("Run", "Renamed"):
            batch = [make_recording(1, name=name), make_recording(1, name=name, source="files")]
            recordings.settle(db, "robin", recordings.save(db, "robin", batch, now).touched, group, merge, now)
        reads = [(text, values) for text, values in asked if text.startswith("SELECT")]
        steps = [
            row.detail for text, values in reads for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    by_index = [step for step in steps if "recordings" in step and "COVERING" not in step]
    assert by_index
    assert not [step for step in by_index if step.endswith("(athlete=?)") or step.startswith("SCAN")]
