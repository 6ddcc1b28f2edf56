"""Strava's JSON as recordings, with every odd value that was ever seen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.sources import read_page
from coachd.sources.strava import mapping

REAL = Path(__file__).parents[3].parent / "shared" / "data"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real answers are not here")


def read(rows):
    return read_page(rows, mapping.identifier, mapping.recording)


@pytest.fixture
def one(a_run):
    """The recording of a run with these fields."""
    return lambda **fields: mapping.recording(a_run(7001, **fields))


def test_a_plain_run_comes_out_in_our_units(one):
    run = one(average_heartrate=152.4, max_heartrate=174.0, total_elevation_gain=41.5, gear_id="g7", workout_type=1)
    assert (run.source, run.external_id, run.identity) == ("strava", "7001", "strava:7001")
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.gain_m) == (8000.0, 2700.0, 2750.0, 41.5)
    assert (run.average_hr, run.max_hr, run.gear_id, run.workout_type) == (152.4, 174.0, "g7", 1)


@pytest.mark.parametrize(
    ("upload", "also"),
    [
        ("garmin_push_12129115726", ("garmin:12129115726",)),
        ("12129115726_ACTIVITY.fit", ("garmin:12129115726",)),
        ("garmin_ping_639161568056", ()),  # the number of a message
        ("2015-12-06-07-30-00.fit", ()),
        (None, ()),
    ],
)
def test_an_upload_that_bears_garmins_id_names_that_activity(one, upload, also):
    assert one(external_id=upload).also == also


def test_the_local_start_has_a_false_z_and_is_the_wall_clock(one):
    run = one()
    assert run.start == datetime(2025, 6, 1, 5, tzinfo=UTC)
    assert run.start_local == datetime(2025, 6, 1, 7)


def test_the_zone_loses_its_prefix(one):
    assert one(timezone="(GMT-05:00) America/New_York").zone == "America/New_York"
    assert one(timezone=None).zone is None


def test_one_second_past_midnight_is_a_hidden_start(one):
    hidden = one(start_date="2025-06-01T00:00:01Z", start_date_local="2025-06-01T00:00:01Z")
    assert hidden.hidden_start
    assert not one().hidden_start


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("max_heartrate", 171.5, "max_hr", 171.5),
        ("moving_time", 12.5, "moving_s", 12.5),
        ("moving_time", "2700", "moving_s", 2700.0),
        ("distance", "far", "distance_m", None),
        ("distance", None, "distance_m", None),
        ("distance", float("nan"), "distance_m", None),
        ("distance", float("inf"), "distance_m", None),
        ("distance", 10**400, "distance_m", None),
        ("distance", [8000], "distance_m", None),
        ("average_heartrate", True, "average_hr", None),
        ("workout_type", 3.0, "workout_type", 3),
        ("workout_type", "race", "workout_type", None),
        ("workout_type", None, "workout_type", None),
        ("workout_type", 1e300, "workout_type", None),
        ("gear_id", "", "gear_id", None),
        ("name", None, "name", ""),
        ("trainer", None, "trainer", False),
        ("device_name", None, "device", None),
    ],
)
def test_an_odd_value_costs_that_value_only(one, field, value, name, expected):
    assert getattr(one(**{field: value}), name) == expected


@pytest.mark.parametrize("sport", ["Padel", "Ski", "WaterSport", "UnderwaterHockey"])
def test_an_unknown_sport_is_kept_as_it_is(one, sport):
    assert one(sport_type=sport).sport == sport


def test_an_old_answer_without_sport_type_has_its_type(one):
    assert one(sport_type=None, type="Hike").sport == "Hike"


@pytest.mark.parametrize(
    ("sport", "served", "steps"),
    [
        ("Run", 78.7, 157.4), ("TrailRun", 80.0, 160.0), ("VirtualRun", 82.0, 164.0), ("Walk", 55.0, 110.0),
        ("Hike", 50.0, 100.0), ("Snowshoe", 50.0, 100.0), ("Run", 172.0, 172.0), ("Ride", 88.0, None),
        ("Run", None, None),
    ],
)  # fmt: skip
def test_cadence_counts_one_leg_on_foot_and_is_no_step_rate_on_a_bike(one, sport, served, steps):
    assert one(sport_type=sport, average_cadence=served).cadence_spm == steps


@pytest.mark.parametrize("value", [None, "", "abc", True, 12.5, [], -4])
def test_a_row_without_a_usable_id_says_so(a_run, value):
    with pytest.raises(ValueError, match="no id"):
        mapping.recording({**a_run(1), "id": value})


def test_an_id_beyond_the_53_bits_of_a_float_keeps_every_digit(a_run):
    assert mapping.recording(a_run(12345678987654321)).external_id == "12345678987654321"


@pytest.mark.parametrize("value", [None, "", "soon", 1748754000, "2025-13-01T00:00:00Z", "0001-01-01T00:00:00+10:00"])
def test_a_row_whose_start_cannot_be_read_says_which_field(one, value):
    with pytest.raises(ValueError, match="its start_date "):
        one(start_date=value)
    with pytest.raises(ValueError, match="its start_date_local "):
        one(start_date_local=value)


def test_a_start_at_the_end_of_the_calendar_is_refused(one):
    with pytest.raises(ValueError, match="its date 9999-12-29 cannot be right"):
        one(start_date="9999-12-29T00:00:00Z")


def test_a_row_without_any_sport_says_so(one):
    with pytest.raises(ValueError, match="no sport"):
        one(sport_type=None, type=None)


def test_the_raw_json_is_kept_without_routes_positions_and_false_numbers(one):
    places = {"start_latlng": [52.5, 13.4], "end_latlng": [52.5, 13.4], "start_latitude": 52.5}
    raw = one(map={"summary_polyline": "abc"}, suffer_score=float("nan"), kudos_count=3, **places).raw
    assert not {"map", "start_latlng", "end_latlng", "start_latitude"} & set(raw)
    assert (raw["kudos_count"], raw["suffer_score"]) == (3, None)
    json.dumps(raw, allow_nan=False)


# a page


def test_one_odd_row_costs_one_row(a_run):
    page = read([a_run(1), {**a_run(2), "start_date": "soon"}, {**a_run(3), "id": None}, "what", a_run(5)])
    assert [recording.external_id for recording in page.recordings] == ["1", "5"]
    assert page.ids == ("1", "2", "5")
    assert page.skipped == {
        "2": "its start_date 'soon' cannot be read",
        "row 3": "it has no id",
        "row 4": "it has no id",
    }


def test_a_page_of_nothing_but_odd_rows_does_not_look_like_the_end():
    assert read([None, {}]).ids
    assert not read([]).ids


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = [
    "id", "sport_type", "type", "start_date", "start_date_local", "timezone", "distance", "moving_time", "gear_id",
    "average_cadence", "workout_type", "name", "device_name", "trainer", "map",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_no_row_whatever_takes_its_page_along(odd):
    sound = {"id": 1, "sport_type": "Run", "start_date": "2025-06-01T05:00:00Z",
             "start_date_local": "2025-06-01T07:00:00Z"}  # fmt: skip
    page = read([{**sound, **odd}, {**sound, "id": 2}])
    assert len(page.recordings) + len(page.skipped) == 2
    assert page.recordings[-1].external_id == "2"


@pytest.mark.parametrize("field", ["name", "gear_id", "device_name", "sport_type"])
def test_text_that_no_database_takes_is_made_harmless(one, field):
    run = one(**{field: "Reds\0 \ud83d!"})
    assert "Reds ?!" in (run.name, run.gear_id, run.device, run.sport)


def test_a_name_is_one_line(one):
    assert one(name="Morning\r\nBcc: x").name == "Morning Bcc: x"


# gear and zones


def test_a_shoe_prefers_its_nickname_and_keeps_its_odometer():
    shoe = mapping.shoe({"id": "g1", "name": "Brand Model", "nickname": "Reds", "distance": 966309, "retired": True})
    assert (shoe.id, shoe.name, shoe.distance_m, shoe.retired) == ("g1", "Reds", 966309.0, True)


@pytest.mark.parametrize("raw", [{"id": "b1", "name": "Bike"}, {}, {"id": None}, None, "g1", ["g1"]])
def test_a_bike_or_something_unreadable_is_no_shoe(raw):
    assert mapping.shoe(raw) is None


def zones(*tops, custom=True):
    return {"heart_rate": {"custom_zones": custom, "zones": [{"min": 0, "max": top} for top in tops]}}


def test_zone_two_counts_only_when_the_athlete_set_it():
    assert mapping.zone2_top(zones(120, 148, 160, 175, -1)) == 148.0
    assert mapping.zone2_top(zones(120, 148, 160, 175, -1, custom=False)) is None


@pytest.mark.parametrize(
    "odd",
    [None, {}, {"heart_rate": None}, {"heart_rate": "no"}, zones(120), zones(120, -1), zones(120, None),
     {"heart_rate": {"custom_zones": True, "zones": {"1": 120, "2": 148}}}, {"heart_rate": {"custom_zones": True}}],
)  # fmt: skip
def test_odd_zones_are_unknown(odd):
    assert mapping.zone2_top(odd) is None


def test_totals_count_runs_rides_and_swims():
    stats = {"all_run_totals": {"count": 900}, "all_ride_totals": {"count": 50.0}, "all_swim_totals": {"count": 7}}
    assert mapping.total_count(stats) == 957


@pytest.mark.parametrize("odd", [{}, {"all_run_totals": None}, {"all_run_totals": {"count": "many"}}])
def test_odd_totals_are_unknown(odd):
    assert mapping.total_count(odd) is None


# real answers


@real
def test_every_real_activity_can_beread():
    rows = json.loads((REAL / "strava-activities.json").read_text())
    page = read(rows)
    runs = [recording for recording in page.recordings if recording.sport in ("Run", "TrailRun")]
    assert (len(page.recordings), page.skipped, len(runs)) == (1132, {}, 908)
    assert sum(run.distance_m for run in runs) == pytest.approx(9_423_154, abs=1)
    assert sum(run.workout_type == 1 for run in runs) == 84
    assert sum(run.average_hr is not None for run in runs) == 822


@real
def test_a_real_shoe_is_retired_at_600_miles():
    shoe = mapping.shoe(json.loads((REAL / "strava-gear.json").read_text()))
    assert (shoe.retired, shoe.distance_m) == (True, 966_309.0)
