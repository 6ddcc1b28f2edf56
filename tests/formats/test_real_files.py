"""Real recordings: what is known of them, and what is left of them when they are damaged."""

import math
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from activity_files import REAL, gpx_file, tcx_file

from coachd.errors import BrokenFile
from coachd.formats import Workout, read
from coachd.formats.messages import files
from coachd.history.streams import numbers

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real recordings are not here")

FILES = sorted(path.name for path in REAL.iterdir()) if REAL.is_dir() else []
CUTS = 40

KNOWN = {  # sport, start, wall clock minus UTC in hours, metres, moving seconds, points with a time of their own
    "activity-small-fenix2-run.fit": [("Run", "2015-08-15T14:45:08", 2, 9008.22, 2832.0, 2809)],
    "activity-large-fenxi2-multisport.fit": [
        ("Workout", "2015-08-29T07:14:44", 2, 25072.07, 11738.24, 11683),
        ("Run", "2015-08-29T10:36:00", 2, 2245.23, 2294.84, 2197),
        ("Run", "2015-08-29T11:14:21", 2, 12740.37, 6764.48, 6694),
        ("Ride", "2015-08-29T13:11:37", 2, 28928.27, 3211.0, 3131),
    ],
    "garmin-fenix-5-run.fit": [("Run", "2017-06-11T14:34:09", -7, 157.56, 56.887, 21)],
    "garmin-fr935-cr.fit": [("Swim", "2018-03-24T11:02:35", 1, None, 7552.97, 7515)],
    "developer-types-sample.fit": [("Run", "2017-01-17T17:06:47", None, 6753.99, 3424.0, 3424)],
    "sample-activity-indoor-trainer.fit": [("Ride", "2011-11-02T12:54:19", None, None, 2261.85, 2263)],
    # the watch never knew the date in UTC: its wall clock stands for it
    "compressed-speed-distance.fit": [("Run", "2012-02-13T11:16:16", 0, 10248.67, 3772.75, 755)],
    "truncated-run.fit": [("Ride", "2020-09-12T12:23:38", None, 113550.87, 14374.0, 14383)],
    "walking_activity_1.tcx": [("Workout", "2018-10-01T15:00:44", None, 3988.82, 4495.153, 660)],
}


def content(name: str) -> bytes:
    return (REAL / name).read_bytes()


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_of_a_file_is_read(name):
    found = []
    for workout in read(content(name), name[-4:]).workouts:
        local = workout.start_local
        ahead = local and (local - workout.start.replace(tzinfo=None)).total_seconds() / 3600
        found.append(
            (
                workout.sport, workout.start.replace(tzinfo=None).isoformat(), ahead, workout.distance_m,
                pytest.approx(workout.moving_s), len(workout.columns["time"]),
            )
        )  # fmt: skip
    assert found == KNOWN[name]


def test_a_ride_without_a_sport_keeps_its_way():
    [ride] = read(content("broken1.gpx"), ".gpx").workouts
    assert ride.start == datetime(2018, 6, 26, 9, 6, 55, tzinfo=UTC)
    assert ride.elapsed_s == timedelta(hours=3, minutes=49, seconds=3).total_seconds()
    assert ride.distance_m == pytest.approx(26_600, rel=0.01)
    assert ride.moving_s < ride.elapsed_s * 0.75


def test_the_truncated_file_gives_all_records_until_there():
    [file] = files(content("truncated-run.fit"))
    assert len(file.points) == 14_391
    assert file.broken
    [ride] = read(content("truncated-run.fit"), ".fit").workouts
    assert ride.rebuilt
    assert ride.columns["moving"].count(False) == 8


def test_one_run_as_fit_tcx_and_gpx_is_the_same():
    [fit] = read(content("activity-small-fenix2-run.fit"), ".fit").workouts
    for made, within in ((tcx_file(fit), 0.01), (gpx_file(fit), 0.025)):
        [other] = read(made).workouts
        assert other.start == fit.start
        assert other.distance_m == pytest.approx(fit.distance_m, rel=within)
        assert other.moving_s == pytest.approx(fit.moving_s, rel=0.01)
        assert other.average_hr == pytest.approx(fit.average_hr, rel=0.01)
        assert other.cadence_spm == pytest.approx(fit.cadence_spm, rel=0.01)
        ours, theirs = (numbers(each.columns, vdot=45) for each in (fit, other))
        assert theirs.moving_s == pytest.approx(ours.moving_s, rel=0.01)
        assert theirs.cadence_spm == pytest.approx(ours.cadence_spm, rel=0.01)
        assert theirs.gain_m == pytest.approx(ours.gain_m, abs=8)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_is_read_until_there_or_refused(name):
    whole = content(name)
    # Closer together at the beginning, where there are more kinds of things to cut in two.
    for place in range(CUTS):
        check(whole[: len(whole) * place**3 // CUTS**3], name[-4:])


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_flipped_bytes_is_read_or_refused(name):
    whole = content(name)[:60_000]
    dice = random.Random(name)
    for _ in range(12):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 10, 300))):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        check(bytes(damaged), name[-4:])


@pytest.mark.parametrize("name", FILES)
def test_the_suffix_decides_nothing(name):
    whole = content(name)[:60_000]
    assert read(whole, ".fit") == read(whole, ".gpx") == read(whole, "")


@pytest.mark.soak
@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_at_every_thousandth_byte_is_read_until_there_or_refused(name):
    whole = content(name)
    for size in range(0, len(whole), 1000):
        check(whole[:size], name[-4:])


def check(damaged: bytes, suffix: str) -> None:
    """It is refused, or gives workouts that can be true; or says why it holds none."""
    with suppress(BrokenFile):
        found = read(damaged, suffix)
        assert found.workouts or found.skipped
        for workout in found.workouts:
            check_workout(workout)


def check_workout(workout: Workout) -> None:
    told = [workout.distance_m, workout.moving_s, workout.elapsed_s, workout.average_hr, workout.max_hr]
    told += [workout.gain_m, workout.loss_m, workout.cadence_spm]
    assert all(value is None or (math.isfinite(value) and value >= 0) for value in told)
    assert (workout.elapsed_s or 0) <= 7 * 86_400
    assert workout.start.year >= 2000
    times = workout.columns.get("time", [])
    assert all(after > before for before, after in pairwise(times))
    assert {len(column) for column in workout.columns.values()} <= {len(times)}
    if len(times) < 3000:
        numbers(workout.columns, vdot=45, indoors=workout.trainer)
