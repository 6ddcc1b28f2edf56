from __future__ import annotations

from itertools import pairwise
from statistics import fmean

import pytest

from coachd.demo.athlete import scripted_year
from coachd.demo.samples import samples
from coachd.history.streams import numbers

YEAR = scripted_year().activities


def first(name):
    return next(activity for activity in YEAR if activity["name"] == name)


@pytest.mark.parametrize("name", ["Morning Run", "Long Run", "Intervals", "Tempo Run", "Trail Run", "Park 5k"])
def test_they_agree_with_the_summary(name):
    activity = first(name)
    streams = samples(activity)
    assert {len(column) for column in streams.values()} == {activity["moving_time"] + 1}
    assert streams["time"][-1] == activity["elapsed_time"]
    assert streams["distance"][-1] == pytest.approx(activity["distance"], abs=0.1)
    assert fmean(streams["heartrate"]) == pytest.approx(activity["average_heartrate"], abs=0.5)
    assert max(streams["heartrate"]) <= activity["max_heartrate"]
    assert fmean(streams["cadence"]) == pytest.approx(activity["average_cadence"], abs=0.6)
    climb = sum(max(0, high - low) for low, high in pairwise(streams["altitude"]))
    assert climb == pytest.approx(activity["total_elevation_gain"], rel=0.03)


def test_standing_still_is_rows_without_moving_and_the_rest_is_a_hole():
    activity = first("Morning Run")
    idle = activity["elapsed_time"] - activity["moving_time"]
    streams = samples(activity, standing=20)
    assert streams["moving"].count(False) == 20
    assert [later - sooner for sooner, later in pairwise(streams["time"]) if later - sooner > 1] == [idle - 20 + 1]
    assert streams["time"][-1] == activity["elapsed_time"]


def test_our_detectors_find_what_the_script_says():
    assert len(numbers(samples(first("Intervals")), vdot=44.0).bouts) == 6
    assert numbers(samples(first("Tempo Run")), vdot=44.0).work_s == pytest.approx(1200, abs=60)
    easy = numbers(samples(first("Morning Run")), vdot=44.0)
    assert (easy.bouts, easy.strides, easy.hr_suspect) == ((), 0, "")
    assert numbers(samples(first("Morning Run with strides")), vdot=44.0).strides == 4


def test_strength_has_a_pulse_and_no_way():
    assert set(samples(first("Strength Training"))) == {"time", "moving", "heartrate"}


def test_the_same_workout_is_always_the_same():
    assert samples(first("Long Run")) == samples(first("Long Run"))
