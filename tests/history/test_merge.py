"""Recordings of one workout become one activity: whose word counts, and that nothing is lost."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.merge import merge

VALUES = [
    "distance_m",
    "moving_s",
    "elapsed_s",
    "gain_m",
    "average_hr",
    "max_hr",
    "cadence_spm",
    "workout_type",
    "device",
]
maybe = st.none() | st.integers(0, 9)


def test_the_api_goes_before_a_file_field_by_field(make_recording):
    api = make_recording(distance_m=10_050.0, average_hr=None, name="Evening run")
    file = make_recording(source="files", distance_m=10_000.0, average_hr=151.0, name="Run", gain_m=40.0)
    activity = merge(7, [file, api])
    assert (activity.id, activity.distance_m, activity.average_hr) == (7, 10_050.0, 151.0)
    assert (activity.name, activity.gain_m) == ("Evening run", 40.0)
    assert activity.sources == ("strava", "files")


def test_the_local_day_is_the_one_of_the_best_source(make_recording):
    api = make_recording(start_local=make_recording().start_local.replace(day=15, hour=23))
    assert merge(1, [make_recording(source="files"), api]).day.day == 15


def test_a_zero_is_a_value_and_unknown_is_none(make_recording):
    activity = merge(1, [make_recording(gain_m=0.0), make_recording(source="files", gain_m=12.0, max_hr=None)])
    assert activity.gain_m == 0.0
    assert activity.max_hr is None


@given(st.data())
def test_the_order_of_recordings_does_not_matter_and_every_known_value_is_kept(make_recording, data):
    recordings = [
        make_recording(
            source=source, **{name: data.draw(maybe) for name in VALUES}, name=data.draw(st.sampled_from(["", source]))
        )
        for source in ("strava", "garmin", "files")
    ]
    activity = merge(1, recordings)
    assert merge(1, data.draw(st.permutations(recordings))) == activity
    for name in VALUES:
        known = [value for recording in recordings if (value := getattr(recording, name)) is not None]
        assert getattr(activity, name) == (known[0] if known else None)


def test_one_recording_is_taken_over_whole(make_recording):
    recording = make_recording(gear_id="g1", trainer=True, commute=True, manual=True, hidden_start=True, device="Watch")
    activity = merge(1, [recording])
    shared = {field.name for field in fields(recording)} & {field.name for field in fields(activity)}
    assert {name: getattr(activity, name) for name in shared} == {name: getattr(recording, name) for name in shared}


@pytest.mark.parametrize(
    ("api", "file", "gear"),
    [
        ({"gear_id": "g1"}, {"gear_name": "Blue shoes"}, "g1"),
        ({}, {"gear_name": "Blue shoes"}, "name:Blue shoes"),
        ({}, {}, None),
    ],
)
def test_gear_known_by_name_only_is_marked_as_such(make_recording, api, file, gear):
    assert merge(1, [make_recording(**api), make_recording(source="files", **file)]).gear_id == gear


def test_tags_are_read_from_names_and_descriptions_of_all_recordings(make_recording):
    api = make_recording(name="Loop #Easy", description="with the dog\n#dog")
    file = make_recording(source="files", description="#stroller, 5#")
    assert merge(1, [api, file]).tags == {"easy", "dog", "stroller"}
