"""One clean sample a second: what moves, what stands, and steps a minute."""

from __future__ import annotations

import pytest
from history.streams_made import Part, recorded

from coachd.history.samples import samples

EASY = 2.8
RUN = recorded(Part(1800, EASY), seed=None)


def changed(**columns):
    return samples({**RUN, **columns})


def test_a_second_is_a_sample():
    found = samples(RUN)
    assert found.at == list(range(1800))
    assert (found.moving_s, found.elapsed_s, found.paced) == (1800, 1800, True)
    assert sum(found.steps) == pytest.approx(1800 * EASY, rel=0.001)


def test_standing_is_not_moving_also_where_the_source_says_so():
    streams = recorded(Part(300, EASY), Part(60, 0), Part(300, EASY), seed=None)
    streams["moving"] = [True] * 660
    found = samples(streams)
    assert found.moving_s == pytest.approx(600, abs=2)
    assert found.longest_stop_s == pytest.approx(60, abs=2)


def test_a_stop_that_the_source_did_not_count_is_not_the_longest():
    found = samples(recorded(Part(300, EASY), Part(1200, 0), Part(300, EASY), Part(30, 0), Part(60, EASY), seed=None))
    assert found.moving_s == pytest.approx(660, abs=2)
    assert found.longest_stop_s <= 2


def test_a_pause_is_neither_moving_nor_a_stop_but_time_passes():
    streams = recorded(Part(600, EASY), seed=None)
    streams["time"] = [moment + (3600 if moment >= 300 else 0) for moment in streams["time"]]
    found = samples(streams)
    assert (found.moving_s, found.elapsed_s) == (pytest.approx(600, abs=2), 4200)
    assert found.longest_stop_s == 0


@pytest.mark.parametrize("legs", [1, 2])
def test_cadence_is_counted_in_steps_whether_a_leg_or_both_were(legs):
    found = samples(recorded(Part(600, EASY, cadence=168), seed=None, legs=legs))
    assert set(found.cadence) == {168}


def test_walking_breaks_and_wild_values_are_no_running_cadence():
    cadence = [84] * 1000 + [55] * 400 + [120] * 400
    found = changed(cadence=cadence)
    assert set(found.cadence) == {168, None}


def test_a_loop_ends_where_it_began():
    assert changed(latlng=[[52.5, 13.4], [52.6, 13.5], [52.501, 13.401]]).loop
    assert not changed(latlng=[[52.5, 13.4], [52.6, 13.5]]).loop
    assert not changed(latlng=[None, "here", [1, 2, 3]]).loop
    assert not samples(RUN).loop
