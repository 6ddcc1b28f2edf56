"""Steps a minute through a run."""

from __future__ import annotations

import pytest
from history.streams_made import Part, recorded

from coachd.history.streams import numbers

EASY = 2.8


def seen(*parts, **columns):
    return numbers({**recorded(*parts), **columns}, vdot=45)


def test_the_mean_is_of_the_running_samples():
    run = seen(Part(1800, EASY, cadence=170), Part(300, 1.4, cadence=110), Part(1800, EASY, cadence=166))
    assert run.cadence_spm == pytest.approx(168, abs=0.2)
    assert run.cadence_coverage == pytest.approx(3600 / 3900, abs=0.01)


def test_half_a_run_without_cadence_says_nothing():
    run = seen(Part(3000, EASY), cadence=[84] * 1700 + [0] * 1300)
    assert run.cadence_coverage == pytest.approx(0.57, abs=0.01)
    assert (run.cadence_spm, run.cadence_early, run.cadence_late, run.cadence_flat) == (None,) * 4


def test_a_cadence_that_fades_is_seen_between_the_second_and_the_last_fifth():
    fifths = [Part(1000, EASY, cadence=cadence) for cadence in (172, 168, 167, 165, 162)]
    run = seen(*fifths)
    assert (run.cadence_early, run.cadence_late) == (pytest.approx(168, abs=0.3), pytest.approx(162, abs=0.3))


def test_a_fast_finish_is_compared_with_nothing():
    run = seen(Part(4000, EASY, cadence=168), Part(1000, 3.3, cadence=176))
    assert (run.cadence_early, run.cadence_late) == (None, None)


def test_of_a_last_fifth_only_the_part_at_like_speed_counts():
    run = seen(Part(4200, EASY, cadence=168), Part(500, EASY, cadence=163), Part(300, 3.3, cadence=180))
    assert run.cadence_late == pytest.approx(165, abs=1.5)


def test_late_hills_are_not_compared():
    run = seen(Part(4000, EASY, cadence=168), Part(1000, EASY, grade=0.05, cadence=158))
    assert (run.cadence_early, run.cadence_late) == (None, None)


def test_downhill_and_flat_are_told_apart():
    run = seen(Part(1500, EASY, cadence=166), Part(400, EASY, grade=-0.08, cadence=157), Part(900, EASY, cadence=166))
    assert run.down_s == pytest.approx(400, abs=25)
    assert run.cadence_flat == pytest.approx(166, abs=0.5)
    assert run.cadence_down == pytest.approx(157, abs=1)


def test_without_altitudes_nobody_knows_what_was_flat():
    run = seen(Part(3000, EASY), altitude=[])
    assert run.cadence_spm == pytest.approx(168, abs=0.5)
    assert (run.cadence_early, run.cadence_flat, run.cadence_down) == (None, None, None)
