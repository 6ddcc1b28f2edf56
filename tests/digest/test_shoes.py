"""Shoes that crossed a level of wear in the week."""

from __future__ import annotations

import pytest
from runner_samples import SUNDAY, WEEK, activity, view

from coachd import rulebook
from coachd.digest.shoes import levels_crossed
from coachd.model import Athlete, Shoe
from coachd.resources import shipped

ROAD, LIMIT = "g1", 650_000.0


@pytest.fixture(scope="module")
def book():
    return rulebook.load([shipped("rules")], tests=False)


@pytest.fixture
def crossed(book):
    def found(now_m, run_m=10_000.0, *, said=(), without=(), rules=None, **shoe):
        run = activity(SUNDAY, run_m, gear_id=ROAD)
        seen = view(run, shoes=(Shoe(ROAD, "Swift Fox", now_m, **shoe),))
        chosen = [rule for rule in book.rules if rule.id not in without] if rules is None else rules
        return [(level.level, level.limit_m) for level in levels_crossed(seen, WEEK, chosen, said)]

    return found


@pytest.mark.parametrize(
    ("now_m", "run_m", "level"),
    [(594_000.0, 16_000.0, 0.9), (585_000.0, 10_000.0, 0.9), (659_000.0, 18_000.0, 1.0), (813_000.0, 10_000.0, 1.25),
     (655_000.0, 75_000.0, 1.0)],
    ids=["from 578 to 594", "exactly nine tenths", "from 641 to 659", "a quarter past", "two levels in one week"],
)  # fmt: skip
def test_a_level_is_told_in_the_week_in_which_it_is_crossed(crossed, now_m, run_m, level):
    assert crossed(now_m, run_m) == [(level, LIMIT)]


@pytest.mark.parametrize(
    ("now_m", "run_m"), [(612_000.0, 18_000.0), (584_000.0, 10_000.0), (None, 10_000.0), (594_000.0, 0.0)]
)
def test_a_level_that_was_crossed_before_or_is_not_reached_is_not_told(crossed, now_m, run_m):
    assert crossed(now_m, run_m) == []


def test_a_pair_that_was_not_worn_crosses_nothing(book):
    seen = view(activity(SUNDAY), shoes=(Shoe(ROAD, "Swift Fox", 586_000.0),))
    assert levels_crossed(seen, WEEK, book.rules) == ()


def test_a_retired_pair_has_its_peace(crossed):
    assert crossed(594_000.0, 16_000.0, retired=True) == []


def test_what_a_nudge_says_anyway_is_not_said_twice(crossed):
    assert crossed(594_000.0, 16_000.0, said={ROAD}) == []


@pytest.mark.parametrize(
    ("shoe", "now_m", "limit"),
    [({"limit_m": 800_000.0}, 725_000.0, 800_000.0), ({"surface": "trail"}, 545_000.0, 600_000.0),
     ({"races": True}, 320_000.0, 350_000.0)],
    ids=["its owner's", "a trail shoe's", "a racing shoe's"],
)  # fmt: skip
def test_each_pair_has_its_own_limit(crossed, shoe, now_m, limit):
    assert crossed(now_m, **shoe) == [(0.9, limit)]


def test_the_athletes_own_limit_counts(book, crossed):
    own = rulebook.for_athlete(book, {"shoe-wear": {"params": {"road": "500 km"}}})
    assert crossed(455_000.0, rules=own.rules) == [(0.9, 500_000.0)]


def test_without_the_finer_rule_the_four_hundred_miles_count(crossed):
    miles = 400 * 1609.344
    assert crossed(miles + 1_000.0, without=("shoe-wear",)) == [(1.0, miles)]


def test_who_wants_no_rule_about_wear_is_told_of_no_level(crossed):
    assert crossed(594_000.0, 16_000.0, without=("shoe-wear", "shoe-past-400-miles")) == []


def test_an_odometer_also_counts_what_rules_do_not_see(book):
    left_out = activity(SUNDAY, 16_000.0, gear_id=ROAD, excluded="tagged #ignore")
    seen = view(activity(SUNDAY), athlete=Athlete(), shoes=(Shoe(ROAD, "Fox", 594_000.0),), excluded=(left_out,))
    assert [shoe.level for shoe in levels_crossed(seen, WEEK, book.rules)] == [0.9]
