"""Activities as rules see them, derived from recordings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from coachd.history.merge import merge
from coachd.model import Period
from coachd.store import activities, athletes, judgements

LATER = timedelta(days=1)
WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))


def test_a_recording_becomes_an_activity_with_all_its_values(keep, load, make_recording):
    recording = make_recording(
        name="Loop #easy", average_hr=150.5, max_hr=170.0, cadence_spm=172.0, gain_m=0.0, workout_type=1,
        gear_id="g1", device="Watch", trainer=True, hidden_start=True,
    )  # fmt: skip
    keep(recording)
    assert load() == [merge(1, [recording])]


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


def test_the_first_day_and_the_number_of_activities(store, robin, keep, make_recording):
    with store.read() as db:
        assert (activities.first_day(db, robin), activities.total(db, robin)) == (None, 0)
    keep(make_recording(1, at=48), make_recording(2))
    with store.read() as db:
        assert (activities.first_day(db, robin), activities.total(db, robin)) == (date(2026, 11, 16), 2)


def test_activities_come_with_the_numbers_of_their_streams(keep, stream_seconds, keep_streams, make_recording):
    keep(make_recording(1), make_recording(2, at=24), make_recording(3, at=48))
    keep_streams(1, 3)
    assert stream_seconds() == {"1": 1.0, "2": None, "3": 3.0}
    assert stream_seconds(first=date(2026, 11, 17)) == {"2": None, "3": 3.0}
    assert stream_seconds(last=date(2026, 11, 17)) == {"1": 1.0, "2": None}


def test_nobody_sees_the_numbers_of_somebody_else(store, now, keep, keep_streams, make_recording):
    with store.begin() as db:
        athletes.ensure(db, "sam", now)
    keep(make_recording(1))
    keep(make_recording(1), athlete="sam")
    keep_streams(1)
    with store.read() as db:
        assert [each.streams for each in activities.load(db, "sam")] == [None]


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
