import pytest
from rule_samples import activity, read_rule, view

from coachd.explaining.conditions import conditions
from coachd.explaining.seen import Seen
from coachd.language.evaluate import evaluate
from coachd.model import Athlete


def shown(when, values="", *, more="status: stable", system="km"):
    """(part, depth, holds, numbers) of every condition about one run of 10 km."""
    rule = read_rule(when, values, more=more)
    verdict = evaluate(rule, view(activity(-1, distance_m=10_000.0)))
    return [(each.part, each.depth, each.holds, each.numbers) for each in conditions(Seen(verdict, system))]


KM = "km: {sum: distance, over: 7d}"


def test_each_condition_stands_with_its_numbers():
    assert shown("km > 5 km and km < 8 km", KM) == [
        ("when", 0, True, "10.0 km > 5.0 km"),
        ("when", 0, False, "10.0 km < 8.0 km"),
    ]


def test_numbers_are_in_the_athletes_units():
    assert shown("km > 5 mi", KM, system="mi") == [("when", 0, True, "6.2 mi > 5.0 mi")]


def test_a_distance_beside_a_volume_reads_like_it():
    rule = read_rule("run > least", "run: {measure: weekly_volume}", more=["params: {least: {default: 5 km}}"])
    hour = activity(-1, distance_m=8_000.0, moving_s=3600.0)
    verdict = evaluate(rule, view(hour, athlete=Athlete(volume_unit="time")))
    assert [each.numbers for each in conditions(Seen(verdict, "km"))] == ["1 h 00 min > 30 min"]


def test_what_it_needs_and_its_first_mark_come_before():
    more = ["needs: km is known", "marks: {km: [20 km, 40 km]}"]
    assert shown("true", KM, more=more) == [
        ("needs", 0, True, "km = 10.0 km"),
        ("marks", 0, False, "10.0 km >= 20.0 km"),
        ("when", 0, True, ""),
    ]


def test_the_unknown_is_neither_yes_nor_no():
    assert shown("hr > 150 bpm", "hr: {mean: average_hr, over: 7d}") == [("when", 0, None, "unknown > 150 bpm")]


@pytest.mark.parametrize("when", ["far", "not far"])
def test_behind_the_name_of_a_yes_or_no_stands_what_it_is_made_of(when):
    assert shown(when, f"{KM}, far: km > 8 km and km < 20 km") == [
        ("when", 0, when == "far", ""),
        ("when", 1, True, "10.0 km > 8.0 km"),
        ("when", 1, True, "10.0 km < 20.0 km"),
    ]


def test_a_plain_number_is_written_like_the_other_side():
    share = "a: {count: activities, over: 7d}, b: {count: activities, over: 28d}, part: a / b * 1"
    assert shown("part >= 75%", share) == [("when", 0, True, "100% >= 75%")]
