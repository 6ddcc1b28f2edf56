"""A long run that fits: around the usual one, never more than a tenth above what the last month held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from runner_samples import MONDAY, SUNDAY, view, weekly

from coachd.digest.long_run import fitting
from coachd.model import Athlete, Mode
from coachd.units import METRES_PER_MILE


def found(activities, **fields):
    return fitting(view(*activities, **fields), MONDAY)


def test_it_lies_around_the_middle_of_the_last_four_long_runs():
    assert found(weekly([30.0] * 4 + [14.0, 15.0, 15.0, 20.0])).range_m == (14_000.0, 16_000.0)


def test_miles_are_whole_as_well():
    run = found(weekly([20 * METRES_PER_MILE / 1000] * 6), athlete=Athlete(units="mi"))
    assert [end / METRES_PER_MILE for end in run.range_m] == [18, 22]


def test_short_long_runs_come_in_halves():
    assert found(weekly([6.0] * 6, others=4_000.0)).range_m == (5_500.0, 6_500.0)


@pytest.mark.parametrize("phase", ["taper", "race", "recovery", "break"])
def test_a_phase_that_has_the_word_is_left_to_it(phase):
    assert found(weekly([12.0] * 8), phases=((SUNDAY - timedelta(days=3), phase),)) is None
    assert found(weekly([12.0] * 8), phases=((SUNDAY - timedelta(days=3), "build"),)) is not None


def test_a_taper_that_begins_on_the_day_of_the_mail_counts():
    assert found(weekly([12.0] * 8), phases=((MONDAY, "taper"),)) is None


@pytest.mark.parametrize("mode", ["ill", "injured", "holiday", "pregnant", "health"])
def test_nothing_is_asked_of_who_declared_a_mode(mode):
    assert found(weekly([12.0] * 8), athlete=Athlete(modes=(Mode(mode, SUNDAY),))) is None
    over = Mode(mode, SUNDAY - timedelta(days=60), SUNDAY - timedelta(days=50))
    assert found(weekly([12.0] * 12), athlete=Athlete(modes=(over,))) is not None


def test_less_than_four_weeks_of_history_say_too_little():
    assert found(weekly([12.0] * 4)) is None  # the first run was 26 days ago
    assert found(weekly([12.0] * 5)) is not None


def test_what_was_before_the_days_asked_for_is_history_too():
    runs = weekly([12.0] * 8)
    assert found(runs[-9:]) is None
    assert found(runs[-9:], earlier=runs[:-9]) is not None


def test_after_a_week_without_a_run_nothing_is_said():
    assert found([run for run in weekly([12.0] * 8) if (SUNDAY - run.day).days > 6]) is None


def test_a_week_whose_longest_run_was_a_race_says_nothing_of_long_runs():
    runs = [replace(run, kind="race", distance_m=42_195.0) if run.distance_m == 99_000.0 else run
            for run in weekly([12.0] * 5 + [99.0, 12.0, 99.0])]  # fmt: skip
    assert found(runs).range_m == (11_000.0, 13_000.0)


def test_a_short_race_beside_the_long_run_changes_nothing():
    runs = [replace(run, kind="race") if run.distance_m == 6_000.0 else run for run in weekly([12.0] * 8)]
    assert found(runs).range_m == (11_000.0, 13_000.0)


def test_one_week_with_a_run_in_four_makes_no_habit():
    runs = weekly([12.0] * 12)
    assert found([run for run in runs if not 6 < (SUNDAY - run.day).days < 28]) is None
    assert found([run for run in runs if not 6 < (SUNDAY - run.day).days < 21]) is not None


RHYTHM = [16.0, 16.0, 16.0, 6.0]
"""Three weeks and a lighter one, again and again."""


def test_a_light_week_that_is_due_by_the_own_rhythm_has_a_shorter_long_run():
    due = found(weekly([*RHYTHM * 4, 16.0, 16.0, 16.0]))
    assert due.lighter
    assert due.range_m == (11_000.0, 13_000.0)


@pytest.mark.parametrize(
    "weeks",
    [
        RHYTHM * 5,
        [*RHYTHM * 4, 16.0],
        [16.0] * 19,
        [*RHYTHM, *[16.0] * 4, *RHYTHM, 16.0, 16.0, 16.0],
        [*[16.0] * 8, *RHYTHM * 2, 16.0, 16.0, 16.0],
    ],
    ids=["it was now", "it comes later", "none ever", "no rhythm", "only twice"],
)
def test_no_light_week_is_made_up(weeks):
    assert not found(weekly(weeks)).lighter


@given(
    st.lists(st.floats(2.0, 45.0), min_size=5, max_size=20),
    st.sampled_from(["km", "mi"]),
    st.floats(500.0, 2_000.0),
)
def test_it_never_asks_for_more_than_a_tenth_above_the_longest_of_thirty_days(longest, units, others):
    runs = weekly(longest, others=others)
    run = found(runs, athlete=Athlete(units=units))
    assume(run is not None)
    recent = max(each.distance_m for each in runs if (SUNDAY - each.day).days < 30)
    low, high = run.range_m
    assert 0 < low <= high <= 1.10 * recent + 1e-6
