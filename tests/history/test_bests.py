"""The fastest parts of a run."""

from __future__ import annotations

import pytest
from history.streams_made import Part, recorded

from coachd.history.streams import numbers


def seen(*parts, **columns):
    return numbers({**recorded(*parts, seed=None), **columns}, vdot=45)


def test_an_even_run_has_even_bests():
    best = seen(Part(4500, 3.0)).best_s
    assert set(best) == {1000, 1609, 5000, 10_000}
    for metres, seconds in best.items():
        assert seconds == pytest.approx(metres / 3.0, abs=1)


def test_a_half_marathon_is_found_in_a_longer_run():
    assert seen(Part(7600, 3.0)).best_s[21_097] == pytest.approx(21_097 / 3.0, abs=1)


def test_the_fastest_kilometre_is_found_wherever_it_is():
    run = seen(Part(900, 2.5), Part(250, 4.0), Part(900, 2.5))
    assert run.best_s[1000] == pytest.approx(250, abs=1)
    assert run.best_s[1609] == pytest.approx(250 + 609 / 2.5, abs=1.5)


def test_a_stop_is_part_of_the_time():
    run = seen(Part(200, 3.0), Part(60, 0), Part(200, 3.0))
    assert run.best_s == {1000: pytest.approx(1000 / 3 + 60, abs=2)}


def test_a_pause_of_the_watch_is_part_of_the_time():
    streams = recorded(Part(400, 3.0), seed=None)
    streams["time"] = [moment + (600 if moment >= 200 else 0) for moment in streams["time"]]
    assert numbers(streams, vdot=45).best_s == {1000: pytest.approx(1000 / 3 + 600, abs=2)}


def test_what_holds_an_impossible_moment_is_refused():
    run = seen(Part(600, 3.0), Part(20, 8.0), Part(600, 3.0))
    assert run.best_s[1000] == pytest.approx(1000 / 3, abs=1)
    assert 5000 not in run.best_s


def test_the_best_twenty_minutes_are_of_graded_speed():
    flat = seen(Part(900, 2.5), Part(1200, 3.4), Part(900, 2.5))
    assert flat.best_20min_speed == pytest.approx(3.4, abs=0.01)
    uphill = seen(Part(900, 2.5), Part(1200, 3.4 / 1.198, grade=0.05), Part(900, 2.5))
    assert uphill.best_20min_speed == pytest.approx(3.4, abs=0.03)


def test_a_shorter_run_has_no_best_twenty_minutes():
    assert seen(Part(1190, 3.0)).best_20min_speed is None
