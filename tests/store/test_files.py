from datetime import timedelta

import pytest

from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.store import athletes, files, recordings
from coachd.store.files import Seen


@pytest.fixture
def kept(store, now):
    with store.begin() as db:
        athletes.ensure(db, "me", now)
        athletes.ensure(db, "anna", now)
    return store


def test_what_became_of_a_file_is_known_by_what_is_in_it(kept, now):
    with kept.begin() as db:
        files.note(db, "me", [Seen("aa", "1.fit", 10, "read"), Seen("bb", "2.fit", 20, "broken", "it is empty")], now)
    with kept.read() as db:
        assert files.outcomes(db, "me") == {"aa": "read", "bb": "broken"}
        assert files.outcomes(db, "anna") == {}


def test_a_file_that_could_be_read_at_last_is_no_longer_broken(kept, now):
    with kept.begin() as db:
        files.note(db, "me", [Seen("aa", "1.fit", 10, "broken", "it is odd")], now)
        files.note(db, "me", [Seen("aa", "one.fit", 10, "read"), Seen("aa", "same.fit", 10, "read")], now)
    with kept.read() as db:
        assert files.outcomes(db, "me") == {"aa": "read"}


def test_names_and_sizes_say_when_they_were_seen_last(kept, now):
    earlier = now - timedelta(days=1)
    with kept.begin() as db:
        files.note(db, "me", [Seen("aa", "run.fit", 10, "read")], now)
        files.note(db, "me", [Seen("bb", "run.fit", 10, "read"), Seen("cc", "run.fit", 11, "read")], earlier)
    with kept.read() as db:
        assert files.latest(db, "me") == {("run.fit", 10): now, ("run.fit", 11): earlier}


def test_it_is_known_under_which_identity_a_file_is_stored(kept, now, make_recording):
    of_file = make_recording(1, "files", external_id="aa", identity="strava:7")
    with kept.begin() as db:
        saved = recordings.save(db, "me", [of_file], now)
        recordings.settle(db, "me", saved.touched, group, merge, now)
    with kept.read() as db:
        assert files.identities(db, "me", ["aa", "bb"]) == {"aa": "strava:7"}
        assert files.identities(db, "anna", ["aa"]) == {}
