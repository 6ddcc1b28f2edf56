import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from garmin_samples import FITNESS, START, activities, activity, export

from coachd.sources.files import garmin_export

BERLIN = ZoneInfo("Europe/Berlin")


def read(make_zip, *rows, **more):
    return garmin_export.read(make_zip(export(*rows, **more)), BERLIN)


def only(make_zip, **changes):
    (recording,) = read(make_zip, activity(**changes)).recordings
    return recording


def test_units_are_those_of_the_export(make_zip):
    run = only(make_zip)
    assert (run.source, run.external_id, run.identity) == ("files", "garmin-501", "garmin:501")
    assert (run.sport, run.name, run.start) == ("Run", "Morning run", START)
    assert run.start_local == datetime(2026, 5, 3, 9, 30)
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (10_000, 2950, 3100)
    assert (run.gain_m, run.loss_m, run.average_hr, run.max_hr, run.cadence_spm) == (52, 48, 141, 165, 173)
    assert run.hr_zone_s == (600, 1800, 500, 100, 0)
    assert not run.original


def test_positions_and_splits_are_not_kept(make_zip):
    raw = only(make_zip).raw
    assert raw["activityType"] == "running"
    assert not {"startLatitude", "startLongitude", "locationName", "splits"} & raw.keys()


@pytest.mark.parametrize(
    ("kind", "sport", "indoors"),
    [
        ("trail_running", "TrailRun", False), ("treadmill_running", "Run", True), ("virtual_run", "VirtualRun", True),
        ("strength_training", "WeightTraining", False), ("lap_swimming", "Swim", False), ("yoga", "Yoga", False),
        ({"typeKey": "hiking"}, "Hike", False), ("something_new", "Workout", False), (None, "Workout", False),
    ],
)  # fmt: skip
def test_sports_have_the_names_that_rules_know(make_zip, kind, sport, indoors):
    found = only(make_zip, activityType=kind)
    assert (found.sport, found.trainer) == (sport, indoors)


def test_a_race_and_a_commute_are_marked(make_zip):
    assert only(make_zip, eventTypeId=1).workout_type == 1
    assert only(make_zip, eventTypeId=5).commute
    assert (only(make_zip).workout_type, only(make_zip).commute) == (None, False)


def test_the_whole_of_a_multisport_day_and_its_changes_are_left_out(make_zip):
    found = read(
        make_zip, activity(1, parent=True, activityType="multi_sport"), activity(2, parentId=1),
        activity(3, parentId=1, activityType="transition_v2"),
    )  # fmt: skip
    assert [each.external_id for each in found.recordings] == ["garmin-2"]
    assert found.skipped == []


def test_a_start_may_stand_in_another_field(make_zip):
    assert only(make_zip, startTimeGmt=None).start == START
    assert only(make_zip, startTimeGmt="2026-05-03T07:30:00.0").start == START


def test_without_a_wall_clock_it_is_that_of_home(make_zip):
    assert only(make_zip, startTimeLocal=None).start_local == datetime(2026, 5, 3, 9, 30)
    assert only(make_zip, startTimeLocal=0).start_local == datetime(2026, 5, 3, 9, 30)


def test_what_was_not_measured_is_unknown_and_not_zero(make_zip):
    changes = dict.fromkeys(["distance", "avgHr", "maxHr", "avgRunCadence", "elevationGain", "movingDuration"])
    zones = {f"hrTimeInZone_{zone}": 0.0 for zone in range(7)}
    run = only(make_zip, **changes, **zones)
    assert (run.distance_m, run.average_hr, run.max_hr, run.cadence_spm, run.gain_m) == (None,) * 5
    assert (run.moving_s, run.hr_zone_s) == (3000, None)


def test_a_row_that_cannot_be_one_is_named_and_the_others_come_in(make_zip):
    found = read(
        make_zip, activity(1), activity(2, startTimeGmt=None, beginTimestamp=None), activity("x"),
        activity(4, startTimeGmt=1e20),
    )  # fmt: skip
    assert [each.external_id for each in found.recordings] == ["garmin-1"]
    assert dict(found.skipped).keys() == {"2", "an activity", "4"}


def test_pages_of_a_thousand_are_read_together_and_an_activity_counts_once(make_zip):
    second = {f"{FITNESS}/robin@example.org_1001_summarizedActivities.json": activities(activity(502), activity(501))}
    path = make_zip({**export(activity(501)), **second})
    assert [each.external_id for each in garmin_export.read(path, BERLIN).recordings] == ["garmin-501", "garmin-502"]


def test_shoes_are_those_of_the_gear_file_and_worn_as_it_says(make_zip):
    found = read(make_zip, activity(501), activity(502), activity(503, activityType="cycling"))
    assert [each.gear_name for each in found.recordings] == ["Blue pair", None, "Bike"]
    shoes = {shoe.name: shoe for shoe, _ in found.shoes}
    assert shoes.keys() == {"Blue pair", "Old pair"}
    assert (shoes["Blue pair"].retired, shoes["Old pair"].retired) == (False, True)


def test_nights_come_along(make_zip):
    (before, _), (night, raw) = read(make_zip).nights
    assert (before.sleep_s, before.resting_hr) == (None, 47)
    assert (night.sleep_s, night.hrv_ms) == (25_800, 62)
    assert raw["hrv"]["status"] == "IN_RANGE"


def test_a_table_that_is_damaged_is_named_and_the_others_are_read(make_zip):
    members = export()
    members[f"{FITNESS}/robin@example.org_gear.json"] = json.dumps([{}])[:-1] + "{"
    found = garmin_export.read(make_zip(members), BERLIN)
    assert len(found.recordings) == 1
    assert found.skipped == [(f"{FITNESS}/robin@example.org_gear.json", "it is not the JSON that it should be")]


def test_an_export_may_be_an_unpacked_folder(tmp_path):
    for name, content in export().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    found = garmin_export.read(tmp_path, BERLIN)
    assert (len(found.recordings), len(found.nights), len(found.shoes)) == (1, 2, 2)


def test_an_export_is_known_by_its_table_of_activities():
    assert garmin_export.is_export(list(export()))
    assert not garmin_export.is_export(["activities.csv", "run.json"])
