"""Recordings of one workout become one activity: whose word counts, and that nothing is lost."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.merge import explained, merge

MEASURED = ["distance_m", "moving_s", "elapsed_s", "gain_m", "loss_m", "average_hr", "max_hr", "cadence_spm", "sets"]
maybe = st.none() | st.integers(0, 9)


@pytest.fixture(scope="session")
def strava(make_recording):
    return lambda **values: make_recording(1, **values)


@pytest.fixture(scope="session")
def row(make_recording):
    """The same in the table of an export."""
    return lambda **values: make_recording(1, source="files", **values)


@pytest.fixture(scope="session")
def garmin(make_recording):
    return lambda **values: make_recording(source="garmin", **{"external_id": "7", "identity": "garmin:7", **values})


@pytest.fixture(scope="session")
def file(make_recording):
    given_values = {"external_id": "aa", "identity": "file:aa", "original": True}
    return lambda **values: make_recording(source="files", **{**given_values, **values})


def test_what_was_measured_comes_from_the_file_then_garmin_then_strava_then_a_table(strava, row, garmin, file):
    values = {"distance_m": None, "moving_s": None, "elapsed_s": None}
    found = merge(
        7,
        [
            row(**values | {"gain_m": 40.0, "average_hr": 1.0, "max_hr": 1.0, "cadence_spm": 1.0}),
            strava(**values | {"cadence_spm": 172.0, "average_hr": 2.0, "max_hr": 2.0}),
            garmin(**values | {"max_hr": 181.0, "average_hr": 3.0}),
            file(**values | {"average_hr": 151.0}),
        ],
    )
    assert (found.average_hr, found.max_hr, found.cadence_spm, found.gain_m) == (151.0, 181.0, 172.0, 40.0)
    assert (found.id, found.sources, found.strava_id) == (7, ("strava", "files", "garmin"), "1")


def test_what_was_said_comes_from_strava_then_garmin_then_a_file(strava, garmin, file):
    named = [
        file(name="Run", sport="Workout", workout_type=0),
        garmin(name="Berlin Running", sport="Run", workout_type=1),
        strava(sport="TrailRun", commute=True, gear_id="g1"),
    ]
    found = merge(1, named)
    assert (found.name, found.sport, found.workout_type) == ("Berlin Running", "TrailRun", 1)
    assert (found.commute, found.gear_id) == (True, "g1")
    assert merge(1, named[:2]).sport == "Run"


def test_a_sport_that_only_the_file_knows_is_taken_from_it_unless_it_was_chosen_on_strava(strava, garmin, file):
    assert merge(1, [garmin(sport="Workout"), file(sport="Run")]).sport == "Run"
    assert merge(1, [strava(sport="Workout"), file(sport="Run")]).sport == "Workout"
    assert merge(1, [file(sport="Workout")]).sport == "Workout"


def test_an_exports_row_says_what_was_said_on_strava(row, garmin):
    assert merge(1, [row(name="Hill repeats"), garmin(name="Berlin Running")]).name == "Hill repeats"


def test_of_two_files_the_one_that_says_more_counts(file):
    track = file(external_id="00", identity="file:00", distance_m=9_900.0)
    whole = file(distance_m=10_000.0, average_hr=150.0)
    assert merge(1, [track, whole]).distance_m == 10_000.0


def test_the_start_is_the_measured_one_by_the_wall_clock_of_who_knows_the_place(strava, garmin, file, row):
    begun = file().start
    local = begun.replace(tzinfo=None)
    cropped = strava(start=begun + timedelta(seconds=90), start_local=local + timedelta(hours=2, seconds=90))
    found = merge(1, [file(start_local=local + timedelta(hours=5)), cropped])
    assert (found.start, found.start_local) == (begun, local + timedelta(hours=2))
    away = file(start_local=local + timedelta(hours=9), zone="+09:00")
    at_home = row(zone="Europe/Berlin")
    assert merge(1, [at_home, away]).start_local == local + timedelta(hours=9), "a table knows the zone of home only"
    assert merge(1, [file(external_id="00", identity="file:00"), away]).start_local == local + timedelta(hours=9)


def test_a_hidden_start_is_not_believed_where_another_knows_it(strava, garmin, row):
    midnight = garmin().start.replace(hour=0, minute=0, second=1)
    hidden = strava(start=midnight, start_local=midnight.replace(tzinfo=None), hidden_start=True)
    found = merge(1, [hidden, garmin()])
    assert (found.start, found.hidden_start) == (garmin().start, False)
    assert merge(1, [hidden, row()]).start == row().start
    assert merge(1, [hidden]).hidden_start


def test_indoors_is_what_anybody_says_and_by_hand_what_all_say(strava, garmin):
    assert merge(1, [strava(), garmin(trainer=True)]).trainer
    assert not merge(1, [strava(manual=True), garmin()]).manual
    assert merge(1, [strava(manual=True)]).manual


def test_a_zero_is_a_value_and_unknown_is_none(strava, row):
    activity = merge(1, [strava(gain_m=0.0), row(gain_m=12.0, max_hr=None)])
    assert activity.gain_m == 0.0
    assert activity.max_hr is None


@given(st.data())
def test_the_order_of_recordings_does_not_matter_and_every_known_value_is_kept(strava, row, garmin, file, data):
    recordings = [
        make(**{name: data.draw(maybe) for name in MEASURED}, name=data.draw(st.sampled_from(["", "a #tag"])))
        for make in (file, garmin, strava, row)
    ]
    activity = merge(1, recordings)
    shuffled = data.draw(st.permutations(recordings))
    assert merge(1, shuffled) == activity
    assert explained(shuffled) == explained(recordings)
    for name in MEASURED:
        known = [value for recording in recordings if (value := getattr(recording, name)) is not None]
        assert getattr(activity, name) == (known[0] if known else None)


@given(st.data())
def test_what_is_explained_is_what_was_merged(strava, garmin, file, data):
    recordings = [make(**{name: data.draw(maybe) for name in MEASURED}) for make in (strava, garmin, file)]
    activity = merge(1, recordings)
    told = explained(recordings)
    assert {field: value for field, value, _ in told} == {field: getattr(activity, field) for field, _, _ in told}
    by_source = {each.source: each for each in recordings}
    for field, value, source in told:
        if field in MEASURED:
            assert getattr(by_source[source], field) == value


def test_one_recording_is_taken_over_whole(make_recording):
    recording = make_recording(
        gear_id="g1", trainer=True, commute=True, manual=True, hidden_start=True, device="Watch", loss_m=3.0, sets=4,
        temperature_c=12.0, dew_point_c=8.0, perceived_effort=6.0, hr_zone_s=(60.0, 30.0, 0.0, 0.0, 0.0),
    )  # fmt: skip
    activity = merge(1, [recording])
    shared = {field.name for field in fields(recording)} & {field.name for field in fields(activity)}
    assert {name: getattr(activity, name) for name in shared} == {name: getattr(recording, name) for name in shared}


@given(st.data())
def test_one_recording_alone_gives_what_there_is_to_choose_from_it(strava, row, garmin, file, data):
    make = data.draw(st.sampled_from([strava, row, garmin, file]))
    texts = {name: data.draw(st.sampled_from(["", "Loop #Easy", "#dog"])) for name in ("name", "description")}
    gear = {name: data.draw(st.sampled_from([None, "", "g1"])) for name in ("gear_id", "gear_name")}
    said = {name: data.draw(st.booleans()) for name in ("trainer", "commute", "manual", "hidden_start")}
    only = make(**{name: data.draw(maybe) for name in (*MEASURED, "workout_type")}, **texts, **gear, **said)
    activity = merge(1, [only])
    told = {name: value for name, value, _ in explained([only])}
    assert {name: getattr(activity, name) for name in told} == told
    unsaid = {each.name for each in fields(activity) if each.init} - told.keys() - {"id", "sources"}
    assert not any(getattr(activity, name) for name in unsaid)


@pytest.mark.parametrize(
    ("api", "table", "gear"),
    [
        ({"gear_id": "g1"}, {"gear_name": "Blue shoes"}, "g1"),
        ({}, {"gear_name": "Blue shoes"}, "name:Blue shoes"),
        ({}, {}, None),
    ],
)
def test_gear_known_by_name_only_is_marked_as_such(strava, row, api, table, gear):
    assert merge(1, [strava(**api), row(**table)]).gear_id == gear


def test_tags_are_read_from_names_and_descriptions_of_all_recordings_and_say_whose_they_are(strava, garmin):
    both = [strava(name="Loop #Easy", description="with the dog\n#dog"), garmin(description="#stroller, 5#")]
    assert merge(1, both).tags == {"easy", "dog", "stroller"}
    assert ("tags", frozenset({"easy", "dog", "stroller"}), "strava, garmin") in explained(both)


def test_a_device_is_called_by_its_model_where_some_source_knows_it(make_recording):
    bare = make_recording(1, source="garmin", device="Garmin")
    named = make_recording(1, device="Garmin Forerunner 265")
    assert merge(1, [bare, named]).device == merge(1, [named, bare]).device == "Garmin Forerunner 265"
    assert merge(1, [bare, make_recording(1, device=None)]).device == "Garmin"
