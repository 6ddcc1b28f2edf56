"""Work, strides and marathon pace in made streams, each with thirty different noises."""

from __future__ import annotations

from statistics import median

import pytest
from history.streams_made import Part, recorded

from coachd.history.detectors import strides
from coachd.history.samples import samples
from coachd.history.streams import numbers
from coachd.physiology.vdot import INTERVAL, THRESHOLD, speed_at

VDOT = 45
EASY, JOG = 2.8, 2.3
WARM, COOL = Part(900, EASY), Part(600, EASY)
STRIDE, REST = Part(20, 4.6), Part(60, 2.5)
TEMPO = Part(1200, speed_at(VDOT, THRESHOLD))
KILOMETRE = Part(249, 1000 / 249)
MINUTE = Part(60, speed_at(VDOT, 1.05))
KNOWN_OR_NOT = pytest.mark.parametrize("vdot", [VDOT, None])


def thirty(*parts, vdot=VDOT):
    """The numbers of the same run seen by thirty watches of different lag and noise."""
    return [numbers(recorded(*parts, seed=seed, lag=2 + seed % 3), vdot=vdot) for seed in range(30)]


@KNOWN_OR_NOT
def test_six_strides_are_found_every_time(vdot):
    runs = thirty(Part(1500, EASY), *[STRIDE, REST] * 6, Part(300, EASY), vdot=vdot)
    assert {(run.strides, run.bouts) for run in runs} == {(6, ())}


@KNOWN_OR_NOT
def test_a_plain_easy_run_has_no_structure(vdot):
    assert {(run.strides, run.bouts, run.work_s) for run in thirty(Part(2700, EASY), vdot=vdot)} == {(0, (), 0.0)}


@KNOWN_OR_NOT
def test_five_kilometres_with_breaks_are_five_bouts_and_no_strides(vdot):
    runs = thirty(WARM, *[KILOMETRE, Part(150, JOG)] * 5, COOL, vdot=vdot)
    assert {(len(run.bouts), run.strides) for run in runs} == {(5, 0)}
    lengths = [bout.duration_s for run in runs for bout in run.bouts]
    assert 246 <= median(lengths) <= 251
    assert all(abs(length - 249) <= 8 for length in lengths)
    assert all(abs(run.bouts[0].start_s - 900) <= 6 for run in runs)
    assert all(bout.speed == pytest.approx(1000 / 249, rel=0.03) for run in runs for bout in run.bouts)


@KNOWN_OR_NOT
def test_twenty_minutes_of_tempo_are_one_bout(vdot):
    runs = thirty(WARM, TEMPO, COOL, vdot=vdot)
    assert {(len(run.bouts), run.strides) for run in runs} == {(1, 0)}
    assert all(run.bouts[0].duration_s == pytest.approx(1200, abs=30) for run in runs)


@KNOWN_OR_NOT
def test_ten_times_a_minute_are_ten_bouts(vdot):
    runs = thirty(WARM, *[MINUTE, Part(60, JOG)] * 10, COOL, vdot=vdot)
    assert {(len(run.bouts), run.strides) for run in runs} == {(10, 0)}


def test_what_lies_close_to_a_bout_is_part_of_it_and_no_stride():
    runs = thirty(WARM, Part(600, 3.7), Part(10, EASY), STRIDE, COOL)
    assert {run.strides for run in runs} == {0}


def test_strides_without_a_break_between_them_count_once():
    short = Part(12, 4.2)
    assert {run.strides for run in thirty(WARM, short, Part(15, 1.5), short, COOL)} == {1}


@pytest.mark.parametrize("seconds", [5, 60])
def test_what_is_too_short_or_too_long_is_no_stride(seconds):
    assert {run.strides for run in thirty(WARM, Part(seconds, 4.6), COOL)} == {0}


@pytest.mark.parametrize(("seconds", "apart", "counted"), [(20, 20, 1), (20, 19, 0), (45, 20, 1), (46, 20, 0)])
def test_a_stride_is_short_and_apart_from_work(seconds, apart, counted):
    run = samples(recorded(WARM, Part(seconds, 4.6), COOL, seed=None))
    begin = 900 - apart
    assert len(strides(run, run.speed, [(begin - 60, begin)], EASY, VDOT)) == counted


@pytest.mark.parametrize(("vdot", "counted"), [(VDOT, 0), (None, 1)])
def test_a_stride_is_fast_for_who_runs_it(vdot, counted):
    """A quarter faster than a slow jog is not yet near the pace of intervals."""
    assert {run.strides for run in thirty(Part(900, JOG), Part(12, 3.5), Part(600, JOG), vdot=vdot)} == {counted}


@pytest.mark.parametrize(("fraction", "worked"), [(0.75, False), (0.88, True)])
def test_only_a_block_at_the_threshold_is_work(fraction, worked):
    for run in thirty(Part(600, EASY), Part(2400, speed_at(VDOT, fraction)), Part(600, EASY)):
        assert (run.work_s >= 2300) is worked
        assert (run.work_s > 0) is worked


def test_a_marathon_pace_block_is_found_as_one():
    runs = thirty(Part(600, EASY), Part(2400, speed_at(VDOT, 0.825)), Part(600, EASY))
    assert all(run.marathon_pace_s + run.work_s == pytest.approx(2400, abs=150) for run in runs)


@pytest.mark.parametrize("fraction", [0.66, 0.75])
def test_easy_and_steady_running_is_not_at_marathon_pace(fraction):
    assert {run.marathon_pace_s for run in thirty(Part(3600, speed_at(VDOT, fraction)))} == {0.0}


def test_intervals_are_work_and_not_at_marathon_pace():
    for run in thirty(WARM, *[Part(300, speed_at(VDOT, INTERVAL)), Part(180, JOG)] * 4, COOL):
        assert run.work_s > 900
        assert run.marathon_pace_s == 0.0


def test_without_a_vdot_nothing_is_taken_for_marathon_pace():
    assert numbers(recorded(Part(2400, speed_at(VDOT, 0.825))), vdot=None).marathon_pace_s == 0.0


def test_a_climb_at_an_even_effort_is_no_work():
    runs = thirty(Part(900, EASY), Part(900, EASY / 1.484, grade=0.10), Part(900, EASY))
    assert {(run.strides, run.bouts) for run in runs} == {(0, ())}


def test_running_fast_down_a_hill_is_no_work():
    runs = thirty(Part(900, EASY), Part(600, 3.4, grade=-0.06), Part(900, EASY))
    assert {(run.strides, run.bouts) for run in runs} == {(0, ())}


def spoilt(seed, change):
    streams = recorded(Part(2700, EASY), seed=seed)
    change(streams)
    return numbers(streams, vdot=VDOT)


def nothing_found(change):
    return {(run.strides, run.bouts) for run in (spoilt(seed, change) for seed in range(10))} == {(0, ())}


@pytest.mark.parametrize("speed", [7.0, 9.5, 25.0])
def test_spikes_of_three_seconds_produce_nothing(speed):
    def spikes(streams):
        for begin in range(300, 2400, 300):
            streams["velocity_smooth"][begin : begin + 3] = [speed] * 3
            streams["distance"][begin:] = [metres + 3 * speed for metres in streams["distance"][begin:]]

    assert nothing_found(spikes)


def test_a_dropout_of_thirty_seconds_produces_nothing():
    def dropout(streams):
        for column in streams.values():
            del column[1000:1030]

    assert nothing_found(dropout)


def test_a_position_found_again_far_away_produces_nothing():
    def jump(streams):
        streams["velocity_smooth"][996:1008] = [6.5] * 12
        for column in streams.values():
            del column[1012:1040]

    assert nothing_found(jump)


def test_eight_traffic_stops_produce_nothing():
    assert {(run.strides, run.bouts) for run in thirty(*[Part(300, EASY), Part(40, 0)] * 8)} == {(0, ())}


def test_a_break_with_the_watch_paused_still_parts_two_bouts():
    streams = recorded(WARM, *[KILOMETRE] * 3, COOL)
    for begin in (900 + 249, 900 + 498):
        streams["time"][begin:] = [moment + 120 for moment in streams["time"][begin:]]
    run = numbers(streams, vdot=VDOT)
    assert [bout.start_s for bout in run.bouts] == [
        pytest.approx(900, abs=6), pytest.approx(900 + 249 + 120, abs=6), pytest.approx(900 + 498 + 240, abs=6)
    ]  # fmt: skip
