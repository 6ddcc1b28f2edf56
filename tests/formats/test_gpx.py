from datetime import timedelta

import pytest
from activity_files import START, gpx_file, run_file

from coachd.errors import BrokenFile
from coachd.formats import read
from coachd.history.streams import numbers


def points(seconds, *, north=3.0, offset="Z", more=""):
    """Points due north, so many metres a second."""
    return "".join(
        f'<trkpt lat="{52 + s * north / 111_195:.7f}" lon="4.5"><ele>10</ele>'
        f"<time>{(START + timedelta(seconds=s)).strftime('%Y-%m-%dT%H:%M:%S')}{offset}</time>{more}</trkpt>"
        for s in seconds
    )


def gpx(*tracks, creator="Invented", more=""):
    return (f'<gpx creator="{creator}" version="1.1">' + "".join(tracks) + more + "</gpx>").encode()


def trk(*segments, name="", kind=""):
    return f"<trk><name>{name}</name><type>{kind}</type>{''.join(f'<trkseg>{s}</trkseg>' for s in segments)}</trk>"


def only(content):
    workouts = read(content, ".gpx").workouts
    assert len(workouts) == 1
    return workouts[0]


def test_a_track_is_a_workout_with_distance_from_its_positions():
    run = only(gpx(trk(points(range(601)), name="Along the  canal", kind="running")))
    assert (run.sport, run.name, run.start, run.elapsed_s) == ("Run", "Along the canal", START, 600)
    assert run.distance_m == pytest.approx(1800, rel=0.001)
    assert run.moving_s == pytest.approx(600, abs=10)
    assert run.gain_m is None
    assert numbers(run.columns, vdot=None).max_speed_10s == pytest.approx(3.0, rel=0.01)


def test_heart_rate_and_cadence_are_read_under_any_prefix_declared_or_not():
    run = read(run_file()).workouts[0]
    for prefix, declared in (("gpxtpx", True), ("ns3", False), ("x", False)):
        found = only(gpx_file(run, prefix=prefix, declared=declared))
        assert (found.average_hr, found.cadence_spm, found.device) == (140, 170, "Garmin")


def test_blanks_and_a_byte_order_mark_before_the_declaration_do_no_harm():
    content = gpx_file(read(run_file()).workouts[0])
    for lead in (b" " * 10, b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n  ", b"\n"):
        assert only(lead + content).sport == "Run"
    assert only(content.decode().replace("UTF-8", "UTF-16").encode("utf-16")).sport == "Run"


def test_segments_of_a_track_are_one_workout_with_a_pause_between():
    run = only(gpx(trk(points(range(300)), points(range(340, 640)))))
    assert run.elapsed_s == 639
    assert run.moving_s == pytest.approx(598, abs=10)
    assert run.columns["moving"].index(False) == 299


def test_a_segment_that_follows_at_once_is_no_pause():
    run = only(gpx(trk(points(range(300)), points(range(300, 600)))))
    assert all(run.columns["moving"])


def test_standing_still_is_not_moving_but_the_clock_runs():
    there = points(range(300)) + "".join(
        f'<trkpt lat="{52 + 299 * 3 / 111_195:.7f}" lon="4.5"><time>'
        f"{(START + timedelta(seconds=s)).isoformat()}</time></trkpt>"
        for s in range(300, 420)
    )
    run = only(gpx(trk(there)))
    assert run.elapsed_s == 419
    assert run.moving_s == pytest.approx(300, abs=10)
    assert all(run.columns["moving"])


def test_each_track_is_a_workout_of_its_own():
    later = points(range(7200, 7500), north=0.5)
    workouts = read(gpx(trk(points(range(600)), kind="running"), trk(later, kind="walking"))).workouts
    assert [(each.sport, each.part) for each in workouts] == [("Run", 1), ("Walk", 2)]


def test_points_without_times_are_a_route_and_no_workout():
    untimed = '<trkpt lat="52.0" lon="4.5"/><trkpt lat="52.1" lon="4.5"/>'
    assert read(gpx(trk(untimed))).skipped == "its points have no times"
    assert only(gpx(trk(untimed + points(range(100))))).elapsed_s == 99


def test_routes_and_places_are_skipped():
    assert read(gpx('<rte><rtept lat="52" lon="4"/></rte>')).skipped == "it is a route or a list of places"
    assert read(gpx()).skipped == "there is no track in it"


def test_an_offset_in_the_times_tells_the_wall_clock():
    run = only(gpx(trk(points(range(100), offset="+02:00"))))
    assert run.start == START - timedelta(hours=2)
    assert run.start_local == START.replace(tzinfo=None)
    assert only(gpx(trk(points(range(100))))).start_local is None


def test_times_without_a_zone_are_utc():
    assert only(gpx(trk(points(range(100), offset="")))).start == START


def test_a_file_that_breaks_off_is_rebuilt_until_there():
    content = gpx(trk(points(range(601)), kind="running"))
    run = only(content[: len(content) // 2])
    assert run.rebuilt
    assert run.elapsed_s == pytest.approx(300, abs=5)


def test_strava_names_the_device_behind_its_own_name():
    assert only(gpx(trk(points(range(9))), creator="StravaGPX Garmin Forerunner 265")).device == (
        "Garmin Forerunner 265"
    )
    assert only(gpx(trk(points(range(9))), creator="StravaGPX")).device == ""


@pytest.mark.parametrize("kind", ["running", "Run", "9", "street_running", "RUNNING"])
def test_words_for_running_are_known(kind):
    assert only(gpx(trk(points(range(100)), kind=kind))).sport == "Run"


def test_a_sport_that_nobody_named_is_a_workout():
    assert only(gpx(trk(points(range(100))))).sport == "Workout"


def test_a_time_in_an_extension_is_not_the_time_of_the_point():
    more = "<extensions><x:time>2001-01-01T00:00:00Z</x:time></extensions>"
    assert only(gpx(trk(points(range(100), more=more)))).start == START


def test_impossible_values_are_none():
    odd = (
        '<trkpt lat="95" lon="4.5"><ele>-500</ele><time>2026-05-03T07:40:00Z</time><hr>255</hr></trkpt>'
        '<trkpt lat="nan" lon="inf"><ele>1e999</ele><time>2026-05-03T07:40:01Z</time><hr>NaN</hr><cad>255</cad></trkpt>'
        '<trkpt lat="0" lon="0"><time>2026-05-03T07:40:02Z</time><hr>x</hr></trkpt>'
    )
    run = only(gpx(trk(points(range(100)) + odd)))
    assert run.columns["latlng"][-3:] == run.columns["altitude"][-3:] == [None] * 3
    assert run.average_hr is None
    assert "heartrate" not in run.columns


def test_a_jump_of_the_position_is_no_way():
    jump = '<trkpt lat="53" lon="4.5"><time>2026-05-03T07:31:40Z</time></trkpt>'
    run = only(gpx(trk(points(range(100)) + jump + points(range(101, 200)))))
    assert run.distance_m == pytest.approx(597, rel=0.05)


def test_a_clock_that_went_back_leaves_the_longest_stretch():
    run = only(gpx(trk(points(range(600)) + points(range(200, 400)))))
    assert run.columns["time"] == list(range(600))


def test_a_start_in_1989_is_refused():
    with pytest.raises(BrokenFile, match="its clock was not set"):
        read(gpx(trk(points(range(100)).replace("2026", "1989"))))


def test_entities_are_refused():
    bomb = b'<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(BrokenFile, match="declares entities"):
        read(bomb + gpx(trk(points(range(10)))))
    with pytest.raises(BrokenFile, match="declares entities"):
        read(b'<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + gpx(trk(points(range(10)), name="&a;")))


def test_too_many_points_are_refused(monkeypatch):
    monkeypatch.setattr("coachd.formats.gpx.MAX_POINTS", 50)
    with pytest.raises(BrokenFile, match="more than 500,000 points"):
        read(gpx(trk(points(range(51)))))
