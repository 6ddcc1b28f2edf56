from datetime import timedelta

import pytest
from activity_files import START, run_file, tcx_file, tcx_of

from coachd.errors import BrokenFile
from coachd.formats import read
from coachd.history.streams import numbers


def stamp(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def lap(seconds, *, start=None, metres=None, total=None, inside="", split=()):
    """A lap with a point each second, at 3 m/s; `split` are the seconds before which a new track begins."""
    seconds = list(seconds)
    points = "".join(
        ("</Track><Track>" if s in split else "")
        + f"<Trackpoint><Time>{stamp(s)}</Time><DistanceMeters>{(s if metres is None else s - metres) * 3}"
        "</DistanceMeters><HeartRateBpm><Value>150</Value></HeartRateBpm></Trackpoint>"
        for s in seconds
    )
    start = seconds[0] if start is None else start
    total = len(seconds) if total is None else total
    return (
        f'<Lap StartTime="{stamp(start)}"><TotalTimeSeconds>{total}</TotalTimeSeconds><DistanceMeters>{total * 3}'
        f"</DistanceMeters>{inside}<Track>{points}</Track></Lap>"
    )


def activity(*laps, sport="Running", more=""):
    return f'<Activity Sport="{sport}"><Id>2026-05-03T07:29:00Z</Id>{"".join(laps)}{more}</Activity>'


def only(content):
    workouts = read(content, ".tcx").workouts
    assert len(workouts) == 1
    return workouts[0]


def test_laps_sum_up_and_the_id_is_not_the_start():
    run = only(tcx_of(activity(lap(range(300)), lap(range(300, 601)))))
    assert (run.start, run.distance_m, run.moving_s, run.elapsed_s) == (START, 1803, 601, 601)
    assert run.average_hr == run.max_hr == 150


def test_a_treadmill_without_positions_keeps_time_distance_and_heart_rate():
    run = only(tcx_file(read(run_file()).workouts[0], positions=False))
    assert (run.sport, run.trainer, run.distance_m, run.average_hr) == ("Run", True, 1800, 140)
    assert len(run.columns["time"]) == 601
    assert numbers(run.columns, vdot=None, indoors=True).hr_coverage == 1.0


def test_with_positions_it_was_outdoors():
    run = only(tcx_file(read(run_file()).workouts[0]))
    assert not run.trainer
    assert run.cadence_spm == 170
    assert run.columns["velocity_smooth"][5] == 3.0


def test_a_pause_between_two_tracks_of_a_lap_is_no_moving_time():
    run = only(tcx_of(activity(lap([*range(300), *range(330, 630)], split=(330,)))))
    assert (run.moving_s, run.elapsed_s) == (600, 629)
    assert run.columns["moving"].index(False) == 299


def test_the_next_lap_is_no_pause():
    assert all(only(tcx_of(activity(lap(range(300)), lap(range(300, 601))))).columns["moving"])


def test_laps_that_count_from_zero_are_put_behind_each_other():
    run = only(tcx_of(activity(lap(range(300)), lap(range(300, 601), metres=300))))
    assert run.columns["distance"][-1] == pytest.approx(299 * 3 + 300 * 3)
    assert max(numbers(run.columns, vdot=None).best_s or {0: 0}) >= 1000


def test_several_activities_are_workouts_each():
    content = tcx_of(activity(lap(range(100))) + activity(lap(range(900, 1000)), sport="Biking"))
    assert [(each.sport, each.part) for each in read(content).workouts] == [("Run", 1), ("Ride", 2)]


def test_the_parts_of_a_multisport_session_are_workouts_each():
    inside = (
        f"<MultiSportSession><Id>x</Id><FirstSport>{activity(lap(range(100)))}</FirstSport><NextSport>"
        f"{activity(lap(range(200, 300)), sport='Biking')}</NextSport></MultiSportSession>"
    )
    assert [each.sport for each in read(tcx_of(inside)).workouts] == ["Run", "Ride"]


def test_points_without_times_are_left_out():
    untimed = "<Track><Trackpoint><DistanceMeters>5</DistanceMeters></Trackpoint></Track>"
    assert len(only(tcx_of(activity(lap(range(100), inside=untimed)))).columns["time"]) == 100
    without = activity(f"<Lap>{untimed}</Lap>")
    assert read(tcx_of(without)).skipped == "its points have no times"


def test_an_activity_without_points_is_what_its_laps_say():
    inside = (
        "<AverageHeartRateBpm><Value>120</Value></AverageHeartRateBpm>"
        "<MaximumHeartRateBpm><Value>160</Value></MaximumHeartRateBpm>"
    )
    workout = only(tcx_of(activity(lap([], start=0, total=1200, inside=inside), sport="Other")))
    assert (workout.sport, workout.start, workout.moving_s, workout.average_hr, workout.max_hr) == (
        "Workout", START, 1200, 120, 160,
    )  # fmt: skip


def test_the_creator_is_the_device_and_the_author_is_not():
    more = "<Creator><Name>Forerunner 265</Name></Creator><Author><Name>Connect Api</Name></Author>"
    assert only(tcx_of(activity(lap(range(10)), more=more))).device == "Forerunner 265"


def test_blanks_before_the_declaration_do_no_harm():
    assert only(b" " * 10 + tcx_of(activity(lap(range(10))))).sport == "Run"


def test_undeclared_prefixes_do_no_harm():
    content = tcx_file(read(run_file()).workouts[0]).replace(b"xmlns:ns3=", b"data-x=")
    assert only(content).cadence_spm == 170


def test_a_file_that_breaks_off_goes_by_its_points():
    content = tcx_of(activity(lap(range(300)), lap(range(300, 601))))
    run = only(content[: len(content) * 3 // 4])
    assert run.rebuilt
    assert run.distance_m == pytest.approx(run.elapsed_s * 3)
    assert 400 < run.elapsed_s < 500


def test_courses_and_plans_are_skipped():
    course = tcx_of("").replace(b"<Activities></Activities>", b"<Courses><Course><Track/></Course></Courses>")
    assert read(course).skipped == "it is a course or a plan"
    assert read(tcx_of("")).skipped == "there is no activity in it"


def test_the_points_of_a_course_belong_to_no_activity():
    course = (
        b"<Courses><Course><Track><Trackpoint><Time>2026-05-03T08:30:00Z</Time></Trackpoint></Track></Course></Courses>"
    )
    content = tcx_of(activity(lap(range(100)))).replace(b"</Activities>", b"</Activities>" + course)
    assert only(content).elapsed_s == 100


def test_a_lap_that_lasts_longer_than_a_week_is_not_believed():
    assert only(tcx_of(activity(lap(range(100), total=10**9)))).moving_s == pytest.approx(99, abs=2)


def test_a_heart_rate_of_255_is_none():
    content = tcx_of(activity(lap(range(100)))).replace(b"<Value>150<", b"<Value>255<")
    assert only(content).average_hr is None


def test_a_clock_that_was_not_set_is_refused():
    with pytest.raises(BrokenFile, match="its clock was not set"):
        read(tcx_of(activity(lap(range(100)))).replace(b"2026", b"1989"))


def test_entities_are_refused():
    with pytest.raises(BrokenFile, match="declares entities"):
        read(b'<!DOCTYPE x [<!ENTITY a "a">]><TrainingCenterDatabase>&a;</TrainingCenterDatabase>')
