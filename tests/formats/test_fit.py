from datetime import datetime, timedelta

import pytest
from activity_files import START, at, file_id, fit_file, message, records, run_file, session

from coachd.errors import BrokenFile
from coachd.formats import read
from coachd.history.streams import numbers


def only(content: bytes):
    workouts = read(content, ".fit").workouts
    assert len(workouts) == 1
    return workouts[0]


def test_an_ordinary_run_is_read_with_its_points():
    run = only(run_file())
    assert (run.sport, run.start, run.distance_m, run.moving_s, run.elapsed_s) == ("Run", START, 1800, 600, 600)
    assert (run.device, run.rebuilt, run.trainer, run.part) == ("Garmin Forerunner 265", False, False, 1)
    assert run.average_hr == run.max_hr == 140
    assert run.cadence_spm == 170
    assert len(run.columns["time"]) == 601
    assert run.columns["latlng"][0] == pytest.approx([52.0, 4.5], abs=1e-6)
    assert run.columns["distance"][-1] == 1800


def test_a_file_of_another_writer_is_read():
    from fit_tool.fit_file_builder import FitFileBuilder
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.record_message import RecordMessage
    from fit_tool.profile.profile_type import FileType, Manufacturer

    builder = FitFileBuilder(auto_define=True)
    identity = FileIdMessage()
    identity.type, identity.manufacturer = FileType.ACTIVITY, Manufacturer.COROS.value
    builder.add(identity)
    for second in range(100):
        point = RecordMessage()
        point.timestamp, point.heart_rate, point.distance = (START.timestamp() + second) * 1000, 120, second * 2.5
        builder.add(point)
    run = only(builder.build().to_bytes())
    assert (run.start, run.distance_m, run.average_hr, run.device) == (START, 247.5, 120, "Coros")


def test_the_numbers_of_history_take_the_columns_of_a_run():
    made = numbers(only(run_file()).columns, vdot=45)
    assert made.moving_s == pytest.approx(600, abs=2)
    assert made.hr_coverage == 1.0
    assert made.cadence_spm == pytest.approx(170)
    assert made.max_speed_10s == pytest.approx(3.0)
    assert made.gain_m == 0.0


@pytest.mark.parametrize("names", [("enhanced_speed", "speed"), ("speed", "enhanced_speed")])
def test_of_a_field_that_comes_twice_the_one_with_a_value_counts(names):
    # enhanced_speed comes from itself, and from speed, which is invalid
    values = {"enhanced_speed": 3.4, "speed": None}
    doubled = message("record", timestamp=at(601), heart_rate=150, **{name: values[name] for name in names})
    run = only(fit_file(file_id(), records(range(601)), doubled, session()))
    assert run.columns["velocity_smooth"][-1] == 3.4


def test_of_a_field_with_two_values_the_first_counts():
    doubled = message("record", timestamp=at(601), enhanced_speed=3.4, speed=3.0)
    run = only(fit_file(file_id(), records(range(601)), doubled, session()))
    assert run.columns["velocity_smooth"][-1] == 3.4


def test_a_developer_field_never_stands_in_for_a_native_one():
    described = message("developer_data_id", developer_data_index=0) + message(
        "field_description", (0, 2, b"\x00"), (1, 2, b"\x00"), (2, 2, b"\x02"), (3, 7, b"heart_rate\x00")
    )
    # a record of one native and one developer field: the definition has bit 5 set
    definition = b"\x60\x00\x00\x14\x00\x01\xfd\x04\x86\x01\x00\x01\x00"
    own = definition + b"\x00" + at(601).to_bytes(4, "little") + b"\xc8"
    run = only(fit_file(file_id(), described, records(range(601)), own, session()))
    assert run.columns["heartrate"][-2:] == [140, None]


def test_fractions_of_cadence_are_added():
    points = records(range(601), fractional_cadence=0.5)
    assert only(fit_file(file_id(), points, session())).cadence_spm == 171


def test_a_session_of_a_treadmill_is_indoors_without_positions():
    points = records(range(601), position_lat="left out", position_long="left out")
    run = only(fit_file(file_id(), points, session(sub_sport="treadmill")))
    assert (run.sport, run.sub_sport, run.trainer, run.distance_m) == ("Run", "treadmill", True, 1800)
    assert "latlng" not in run.columns


@pytest.mark.parametrize(
    ("sport", "kind", "name", "indoors"),
    [
        ("running", "trail", "TrailRun", False),
        ("running", "virtual_activity", "VirtualRun", True),
        ("running", "indoor_running", "Run", True),
        ("cycling", "generic", "Ride", False),
        ("cycling", "virtual_activity", "VirtualRide", True),
        ("cycling", "indoor_cycling", "Ride", True),
        ("training", "strength_training", "WeightTraining", False),
        ("training", "yoga", "Yoga", False),
        ("fitness_equipment", "elliptical", "Elliptical", False),
        ("cross_country_skiing", "skate_skiing", "NordicSki", False),
        ("walking", "generic", "Walk", False),
        ("generic", "generic", "Workout", False),
    ],
)
def test_sports_have_the_names_of_strava(sport, kind, name, indoors):
    workout = only(run_file(sport=sport, sub_sport=kind))
    assert (workout.sport, workout.trainer) == (name, indoors)


def test_a_pause_is_no_moving_time():
    events = [
        message("event", timestamp=at(second), event="timer", event_type=kind)
        for second, kind in ((0, "start"), (300, "stop_all"), (340, "start"), (640, "stop_all"))
    ]
    points = records([*range(301), *range(340, 641)])
    run = only(fit_file(file_id(), *events, points, session(640, total_timer_time=600)))
    assert (run.moving_s, run.elapsed_s) == (600, 640)
    still = [t for t, going in zip(run.columns["time"], run.columns["moving"], strict=True) if not going]
    assert still == [300]
    assert numbers(run.columns, vdot=None).moving_s == pytest.approx(600, abs=3)


def test_without_a_session_the_timer_is_told_by_its_events():
    events = [
        message("event", timestamp=at(second), event="timer", event_type=kind)
        for second, kind in ((0, "start"), (300, "stop_all"), (340, "start"))
    ]
    run = only(fit_file(file_id(), *events, records([*range(301), *range(340, 641)])))
    assert run.rebuilt
    assert (run.moving_s, run.elapsed_s, run.distance_m) == (600, 640, 1920)


def test_a_file_that_breaks_off_is_rebuilt_from_its_points():
    whole = fit_file(file_id(), message("sport", sport="running", sub_sport="trail"), records(range(601)), session())
    run = only(whole[: len(whole) * 3 // 4])
    assert run.rebuilt
    assert run.sport == "TrailRun"
    assert 400 < run.elapsed_s < 500
    assert run.distance_m == pytest.approx(run.elapsed_s * 3)


def test_a_wrong_checksum_alone_is_no_reason_to_refuse():
    content = bytearray(run_file())
    content[-1] ^= 0xFF
    assert not only(bytes(content)).rebuilt


def test_parts_of_a_multisport_day_are_workouts_and_their_parent_and_changes_are_not():
    parts = [
        session(300, sport="swimming", sub_sport="open_water", total_distance=400),
        session(320, sport="transition", start_time=at(300), total_elapsed_time=20, total_timer_time=20),
        session(600, start_time=at(320), total_elapsed_time=280, total_timer_time=280, total_distance=840),
        session(600, sport="multisport"),
    ]
    workouts = read(fit_file(file_id(), records(range(601)), *parts), ".fit").workouts
    assert [(each.sport, each.part, each.elapsed_s) for each in workouts] == [("Swim", 1, 300), ("Run", 3, 280)]
    assert workouts[1].start == START + timedelta(seconds=320)
    assert workouts[0].columns["time"][-1] == 300
    assert workouts[1].columns["time"][0] == pytest.approx(0, abs=1)
    assert workouts[1].columns["distance"][0] == 0


def test_a_session_that_says_it_began_after_its_points_begins_with_them():
    # a real fenix 2 was off by 46 minutes
    run = only(run_file(start_time=at(400)))
    assert run.start == START


def test_files_that_are_chained_are_workouts_each():
    later = fit_file(
        file_id(),
        records(range(4000, 4301), position_lat="left out", position_long="left out"),
        session(4300, start_time=at(4000), total_elapsed_time=300, total_timer_time=300, sport="cycling"),
    )
    workouts = read(run_file() + later, ".fit").workouts
    assert [(each.sport, each.part) for each in workouts] == [("Run", 1), ("Ride", 2)]


def test_rubbish_behind_a_whole_file_costs_nothing():
    assert not only(run_file() + b"\x00" * 40 + b"rubbish").rebuilt


def test_sets_of_strength_are_counted_without_rests():
    sets = [
        message("set", timestamp=at(60 * place), duration=40.0, set_type=kind)
        for place, kind in enumerate(["active", "rest", "active", "rest", "active"], 1)
    ]
    points = records(range(601), position_lat=None, position_long=None, distance=None, speed=None, cadence=None)
    content = fit_file(
        file_id(), points, *sets, session(sport="training", sub_sport="strength_training", total_distance=0)
    )
    workout = only(content)
    assert (workout.sport, workout.sets, workout.sets_s, workout.distance_m) == ("WeightTraining", 3, 120, None)
    assert only(run_file()).sets is None


def test_effort_zones_and_climb_are_the_devices():
    run = only(
        run_file(
            workout_rpe=70,
            total_ascent=120,
            total_descent=110,
            time_in_hr_zone=[5.0, 60.0, 300.0, 200.0, 35.0, 0.0, 0.0],
        )
    )
    assert run.perceived_effort == 7
    assert (run.gain_m, run.loss_m) == (120, 110)
    assert run.hr_zone_s == (60, 300, 200, 35, 0)
    assert only(run_file()).hr_zone_s is None
    assert only(run_file()).gain_m is None


@pytest.mark.parametrize(
    ("ahead", "clock"),
    [
        (7200, datetime(2026, 5, 3, 9, 30)),  # a wall clock
        (7201, datetime(2026, 5, 3, 9, 30)),
        (-3600 * 8, None),  # that far from the sun is no zone at 4.5° east; a real device was so
        (500, None),
        (3600 * 20, None),
    ],
)
def test_the_wall_clock_is_believed_where_it_can_be_a_zone(ahead, clock):
    told = message("activity", timestamp=at(600), local_timestamp=at(600 + ahead), num_sessions=1)
    assert only(fit_file(file_id(), records(range(601)), session(), told)).start_local == clock


def test_a_watch_without_a_set_clock_goes_by_its_wall_clock():
    switched_on = at(0) - 10_000
    points = b"".join(message("record", timestamp=10_000 + s, heart_rate=150, distance=s * 3.0) for s in range(601))
    told = session(start_time=10_000, timestamp=10_600)
    told += message("activity", timestamp=10_600, local_timestamp=switched_on + 10_600)
    run = only(fit_file(file_id(), points, told))
    assert run.start == START
    assert run.start_local == START.replace(tzinfo=None)


def test_a_clock_that_starts_again_at_1989_sets_the_file_aside():
    points = b"".join(message("record", timestamp=50 + second, heart_rate=150) for second in range(601))
    with pytest.raises(BrokenFile, match="its clock was not set"):
        read(fit_file(file_id(), points, session(start_time=50, timestamp=650)), ".fit")


def test_points_before_the_clock_was_set_are_left_out():
    early = b"".join(message("record", timestamp=50 + second, heart_rate=150) for second in range(5))
    run = only(fit_file(file_id(), early, records(range(601)), session()))
    assert run.start == START
    assert len(run.columns["time"]) == 601


def test_a_workout_of_27_days_is_set_aside():
    points = records([*range(601), *range(27 * 86_400, 27 * 86_400 + 100)])
    with pytest.raises(BrokenFile, match="longer than a week"):
        read(fit_file(file_id(), points, session(27 * 86_400 + 100, total_distance=2000)), ".fit")


def test_a_last_point_27_days_later_is_left_out():
    run = only(fit_file(file_id(), records([*range(601), 27 * 86_400]), session(total_elapsed_time=27 * 86_400)))
    assert run.elapsed_s == 600


def test_values_that_cannot_be_true_are_none():
    odd = message("record", timestamp=at(601), heart_rate=255, cadence=255, altitude=-500.0, distance=None)
    run = only(fit_file(file_id(), records(range(601)), odd, session(avg_heart_rate=255, max_heart_rate=254)))
    assert [run.columns[name][-1] for name in ("heartrate", "cadence", "altitude", "distance")] == [None] * 4
    assert run.average_hr == run.max_hr == 140


def test_a_session_with_a_distance_nobody_covers_goes_by_its_points():
    assert only(run_file(total_distance=40_000_000)).distance_m == 1800


def test_a_first_point_of_last_month_is_left_out():
    run = only(fit_file(file_id(), records([-27 * 86_400], distance=0), records(range(601)), session()))
    assert (run.start, run.columns["time"]) == (START, list(range(601)))


def test_one_wrong_time_among_right_ones_is_left_out():
    points = records(range(300)) + records([90_000]) + records(range(300, 601))
    run = only(fit_file(file_id(), points, session()))
    assert run.columns["time"] == list(range(601))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("monitoring_b", "it holds wellness data"),
        ("settings", "it holds settings"),
        ("course", "it holds a course"),
        ("workout", "it holds a plan"),
    ],
)
def test_other_files_of_a_watch_are_skipped_with_a_reason(kind, reason):
    found = read(fit_file(file_id(kind), records(range(100))), ".fit")
    assert (found.workouts, found.skipped) == ([], reason)


def test_a_sleep_file_is_wellness_data_although_its_kind_has_no_name():
    content = fit_file(message("file_id", (0, 0, b"\x31"), manufacturer="garmin"))
    assert read(content, ".fit").skipped == "it holds wellness data"


def test_a_workout_may_have_no_points_at_all():
    workout = only(fit_file(file_id(), session(sport="training", sub_sport="strength_training")))
    assert (workout.sport, workout.start, workout.elapsed_s, dict(workout.columns)) == (
        "WeightTraining",
        START,
        600,
        {},
    )


def test_the_name_is_that_of_the_plan_that_was_followed():
    content = fit_file(file_id(), message("workout", wkt_name="Tempo 3 x 10"), records(range(601)), session())
    assert only(content).name == "Tempo 3 x 10"


def test_a_header_that_claims_four_gigabytes_is_not_believed():
    content = bytearray(run_file())
    content[4:8] = (2**32 - 1).to_bytes(4, "little")
    assert only(bytes(content)).distance_m == 1800


def test_an_activity_without_anything_in_it_is_skipped():
    assert read(fit_file(file_id()), ".fit").skipped == "there is no workout in it"


def test_a_file_that_breaks_off_in_its_header_is_broken():
    with pytest.raises(BrokenFile, match="breaks off or is damaged before the first point"):
        read(run_file()[:13], ".fit")
