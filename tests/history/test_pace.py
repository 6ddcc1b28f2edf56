"""Speed and way second by second, seen through the samples they become."""

from __future__ import annotations

import pytest
from history.streams_made import Part, recorded

from coachd.history.samples import samples
from coachd.history.streams import numbers

EASY = 2.8
RUN = recorded(Part(1800, EASY), seed=None)


def changed(**columns):
    return samples({**RUN, **columns})


def test_speed_comes_from_the_distance_where_the_source_gives_none():
    found = samples({name: column for name, column in RUN.items() if name != "velocity_smooth"})
    assert found.speed[900] == pytest.approx(EASY, abs=0.05)


def test_distance_noted_every_few_seconds_is_still_an_even_speed():
    distance = [RUN["distance"][place - place % 4] for place in range(1800)]
    found = samples({"time": RUN["time"], "distance": distance})
    assert found.moving_s > 1790


def test_a_way_that_leads_back_is_no_way():
    assert min(samples({"time": [0, 1, 2, 3], "distance": [0, 10, 4, 12]}).steps) == 0


def test_a_spike_of_the_position_is_straightened():
    distance = [metres + (50 if place >= 900 else 0) for place, metres in enumerate(RUN["distance"])]
    found = changed(distance=distance, velocity_smooth=None)
    assert sum(found.steps) == pytest.approx(1800 * EASY, rel=0.005)
    assert found.doubtful[900]
    assert not found.doubtful[920]


def test_a_drive_home_with_traffic_lights_is_cut_off():
    home = [Part(120, 14.0), Part(40, 0), Part(200, 12.0), Part(100, 1.2)]
    found = samples(recorded(Part(1800, EASY), *home, seed=None))
    assert found.car_m == pytest.approx(120 * 14 + 200 * 12 + 120, rel=0.03)
    assert found.moving_s == pytest.approx(1800, abs=15)
    assert sum(found.steps) == pytest.approx(1800 * EASY, rel=0.02)
    assert found.max_speed_10s == pytest.approx(14.0, abs=0.1)


def test_a_lift_in_the_middle_leaves_the_run_behind_it():
    found = samples(recorded(Part(1800, EASY), Part(120, 14.0), Part(1800, EASY), seed=None))
    assert found.moving_s == pytest.approx(3600, abs=30)


def test_a_jam_between_two_drives_is_no_run():
    found = samples(recorded(Part(1800, EASY), Part(120, 14.0), Part(100, 3.0), Part(120, 12.0), Part(1800, EASY)))
    assert found.moving_s == pytest.approx(3600, abs=30)


def test_a_fast_finish_is_no_drive():
    assert samples(recorded(Part(1800, EASY), Part(55, 7.4), seed=None)).car_m == 0


def test_twelve_metres_a_second_for_forty_seconds_are_seen():
    run = numbers(recorded(Part(1800, EASY), Part(40, 12.0), Part(600, EASY), seed=None), vdot=None)
    assert run.max_speed_10s == pytest.approx(12.0, abs=0.01)
