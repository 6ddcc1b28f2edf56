"""`activity`: what workouts were put together from, and the athlete's word on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.model import Recording
from coachd.store import Store, athletes, recordings

START = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


def recording(identity, minutes=0.0, **values):
    scheme, _, number = identity.partition(":")
    start = START + timedelta(minutes=minutes)
    given = {
        "source": "files" if scheme == "file" else scheme, "external_id": number, "identity": identity, "sport": "Run",
        "start": start, "start_local": start.replace(tzinfo=None), "distance_m": 10_000.0, "moving_s": 3_000.0,
        "elapsed_s": 3_100.0, "original": scheme == "file",
    }  # fmt: skip
    return Recording(**{**given, **values})


@pytest.fixture
def came(coachd, state):
    """Stores recordings as a sync does."""
    coachd("athlete", "show")

    def save(*batch):
        store = Store(f"sqlite:///{state / 'coachd.db'}")
        with store.begin() as db:
            athletes.ensure(db, "me", START)
            saved = recordings.save(db, "me", batch, START)
            recordings.settle(db, "me", saved.touched, group, merge, START)
        store.close()

    return save


@pytest.fixture
def listed(coachd):
    """(number, sources) of what `activity list` gives a machine."""
    return lambda *words: [(each["id"], each["sources"]) for each in coachd("activity", "list", *words, "--json").json]


def three(came):
    came(
        recording("strava:1", name="Loop #easy", gear_id="g1", average_hr=148.0),
        recording("garmin:7", 0.1, name="Berlin Running", average_hr=150.0, hr_zone_s=(60.0, 2_900.0)),
        recording("file:aa", 0.05, average_hr=None, distance_m=10_020.0),
    )


def test_an_activity_says_where_each_of_its_fields_comes_from(coachd, came):
    three(came)
    said = coachd("activity", "show", "1")
    lines = {line.split("  ")[1].strip(): line for line in said.out.splitlines() if line.startswith("  ")}
    assert lines["name"].split() == ["name", "Loop", "#easy", "strava"]
    assert lines["distance"].split() == ["distance", "10.0", "km", "files"]
    assert lines["average hr"].split() == ["average", "hr", "150", "bpm", "garmin"]
    assert "file:aa  (original file, 2026-11-16 07:30:03 UTC, Run)" in said.out
    assert "rules      see it" in said.out
    found = coachd("activity", "show", "1", "--json").json
    assert found["fields"]["distance_m"] == {"value": 10_020.0, "source": "files"}
    assert found["fields"]["tags"] == {"value": ["easy"], "source": "strava"}
    assert [each["identity"] for each in found["recordings"]] == ["file:aa", "garmin:7", "strava:1"]


def test_an_activity_says_that_its_shoe_is_the_ledgers(coachd, came):
    came(recording("strava:1"), recording("strava:2", 1440, gear_id="g1"))
    assert coachd("shoe", "add", "Fox", "--default", "run", "--from", "2026-11-01").code == 0
    found = [coachd("activity", "show", number, "--json").json["fields"]["gear_id"] for number in (1, 2)]
    assert found == [{"value": "own:fox", "source": "shoe ledger"}, {"value": "g1", "source": "strava"}]


def test_what_rules_do_not_see_says_why(coachd, came):
    came(recording("strava:1", average_hr=150.0), recording("strava:2", 5))
    assert "set aside: recorded twice" in coachd("activity", "list").out
    assert "rules      do not see it: recorded twice" in coachd("activity", "show", "2").out
    assert [each["excluded"] for each in coachd("activity", "list", "--json").json] == [None, "recorded twice"]


def test_a_range_of_days_is_listed(came, listed):
    came(recording("strava:1"), recording("strava:2", 3 * 1440))
    assert listed("--since", "2026-11-17") == [(2, ["strava"])]
    assert listed("--until", "2026-11-16") == [(1, ["strava"])]


def test_what_is_in_doubt_is_listed_and_shown_and_settled_by_joining(coachd, came, listed):
    came(recording("strava:1"), recording("strava:2", 1), recording("garmin:7", 0.5), recording("garmin:8", 900))
    assert sorted(sources for _, sources in listed("--doubtful")) == [["garmin"], ["strava"], ["strava"]]
    number = next(number for number, sources in listed("--doubtful") if sources == ["garmin"])
    shown = coachd("activity", "show", number)
    assert shown.out.count("may be the same workout as activity") == 2
    first = next(number for number, sources in listed("--doubtful") if sources == ["strava"])
    assert coachd("activity", "join", first, number).code == 0
    assert listed("--doubtful") == []
    assert "No activity is in doubt." in coachd("activity", "list", "--doubtful").out


def test_a_split_outlives_everything_coming_again_and_can_be_taken_back(coachd, came, listed):
    came(recording("strava:1"), recording("garmin:7"))
    said = coachd("activity", "split", "1")
    assert said.out == "garmin:7 is activity 2 now; the rest is activity 1. --undo takes it back.\n"
    came(recording("strava:1", name="again"), recording("garmin:7", name="again"))
    assert listed() == [(1, ["strava"]), (2, ["garmin"])]
    assert [each["excluded"] for each in coachd("activity", "list", "--json").json] == [None, None]
    assert "apart      from activity 2, as you said" in coachd("activity", "show", "1").out
    assert coachd("activity", "split", "2", "--undo").out == "Taken back. What it was is now: activity 1.\n"
    assert listed() == [(1, ["strava", "garmin"])]


def test_of_more_than_two_it_is_asked_which_one_to_take_out(coachd, came, listed):
    three(came)
    asked = coachd("activity", "split", "1", typed="file:aa\n")
    assert "file:aa is activity 2 now" in asked.out
    assert sorted(listed()) == [(1, ["strava", "garmin"]), (2, ["files"])]


def test_a_script_names_the_recording(coachd, came, listed):
    three(came)
    coachd("activity", "split", "1", "--recording", "strava:1")
    assert sorted(listed()) == [(1, ["strava"]), (2, ["garmin", "files"])]


def test_a_join_outlives_everything_coming_again_and_can_be_taken_back(coachd, came, listed):
    came(recording("strava:1"), recording("garmin:7", 200))
    assert coachd("activity", "join", "1", "2").out.startswith("Both are activity 1 now.")
    came(recording("garmin:7", 200, name="again"))
    assert listed() == [(1, ["strava", "garmin"])]
    assert coachd("activity", "join", "1", "--undo").out == "Taken back. What it was is now: activity 1, activity 2.\n"
    assert listed() == [(1, ["strava"]), (2, ["garmin"])]


def test_the_last_word_counts(coachd, came, listed):
    came(recording("strava:1"), recording("garmin:7"))
    coachd("activity", "split", "1")
    coachd("activity", "join", "1", "2")
    assert listed() == [(1, ["strava", "garmin"])]
    coachd("activity", "split", "1")
    assert listed() == [(1, ["strava"]), (2, ["garmin"])]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["show", "99"], "There is no activity 99."),
        (["split", "99"], "There is no activity 99."),
        (["split", "2"], "Activity 2 has one recording only."),
        (["split", "1", "--recording", "file:zz"], "Activity 1 has no recording file:zz."),
        (["join", "1", "1"], "An activity cannot be joined with itself."),
        (["join", "1"], "A second activity is missing."),
        (["join", "1", "99"], "There is no activity 99."),
        (["split", "1", "--undo"], "Activity 1 was not split by you."),
        (["join", "1", "--undo"], "Activity 1 was not joined by you."),
    ],
)
def test_what_cannot_be_done_says_so(coachd, came, listed, words, reason):
    came(recording("strava:1"), recording("garmin:7"))
    came(recording("garmin:8", 900))
    before = listed()
    said = coachd("activity", *words)
    assert (said.code, said.err.splitlines()[0]) == (2, f"coachd: {reason}")
    assert listed() == before


def test_the_doctor_counts_what_is_in_doubt(coachd, came):
    def said():
        return next(check for check in coachd("doctor", "--json").json if check["check"] == "workouts")

    came(recording("strava:1"), recording("garmin:7"))
    assert said()["ok"]
    assert said()["advice"] is None
    came(recording("strava:2", 1))
    assert said()["said"].startswith("1 may be more than one activity each")
    assert "--doubtful" in said()["advice"]
