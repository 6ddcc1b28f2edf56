"""The number a nudge was judged by, in words, and the setting that corrects it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from rule_samples import MEASURES

from coachd.judge import judge
from coachd.language.read import read_rules
from coachd.model import Activity, Athlete, History, Period, Race, Shoe, Zones

SUNDAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)
WEEK = Period("2025-W24", date(2025, 6, 9), SUNDAY)
ZONES = Zones(188.0, 168.4, 50.0, 149.5, "89 % of threshold 168, from your 10 km in May", "measured",
              "98 % of the mean of your 10 km in May", "your own setting")  # fmt: skip

RULE = """
version: 1
rules:
- id: some-rule
  title: Some rule
  why: Because.
  kind: nudge
  family: easy
  each: {each}
  {more}
  values:
    {values}
  when: {when}
  message: {{plain: "Look."}}
"""


def judged_by(
    values, *, when="true or runs > 0", each="week", more="", zones=ZONES, athlete=None, heart=154.0, **history
):
    lines = "\n    ".join([*values, "runs: {count: activities, sport: run, over: 7d}"])
    (rule,) = read_rules(RULE.format(values=lines, when=when, each=each, more=more), "some-rule.yaml", MEASURES)
    at = datetime.combine(SUNDAY, datetime.min.time())
    run = Activity(1, "Run", at.replace(tzinfo=UTC), at, distance_m=8_000.0, moving_s=2_400.0, average_hr=heart,
                   judged="hot", above_share=None if heart is None else 0.6)  # fmt: skip
    known = History(athlete or Athlete(), (run,), zones=zones, easy_ceiling=zones.easy_ceiling, **history)
    (nudge,) = judge([rule], known, {}, WEEK, NOW, needs_minimum_history=False).nudges
    return nudge.judged_by, nudge.setting


EASY = ("I use 150 bpm: 89 % of threshold 168, from your 10 km in May", "easy_hr_ceiling")
HOT = "hot: {count: activities, sport: run, over: 14d, where: judged == 'hot', label: hot runs}"


@pytest.mark.parametrize(
    "value",
    [HOT, "share: {measure: easy_share, over: 28d}", "share: {measure: share_above_easy, over: 7d}",
     "ceiling: {value: athlete.easy_ceiling, label: your easy ceiling}"],
    ids=["the verdict", "easy share", "time above", "the number itself"],
)  # fmt: skip
def test_what_rests_on_easy_running_names_the_ceiling_and_its_origin(value):
    assert judged_by([value]) == EASY


def test_a_rule_about_distance_was_judged_by_no_number_of_the_athletes():
    assert judged_by(["km: {sum: distance, over: 7d, label: distance}"]) == ("", "")


def test_threshold_and_maximum_are_named_where_they_are_the_limit():
    limit = "limit: {value: athlete.threshold_hr * 0.85, label: the limit I use}"
    words = "I use 168 bpm as your threshold: 98 % of the mean of your 10 km in May"
    assert judged_by([limit]) == (words, "threshold_hr")
    top = "limit: {value: athlete.hr_max * 0.85, label: the limit I use}"
    assert judged_by([top]) == ("I use 188 bpm as your highest heart rate: your own setting", "hr_max")
    either = 'limit: {value: "default(athlete.threshold_hr, athlete.hr_max)", label: the limit I use}'
    assert judged_by([either])[1] == "threshold_hr"
    assert judged_by([either], zones=replace(ZONES, threshold_hr=None))[1] == "hr_max"


def test_a_threshold_that_only_sorts_out_some_runs_is_not_what_a_rule_is_about():
    calm = "calm: {count: activities, over: 7d, where: average_hr < athlete.threshold_hr}"
    assert judged_by([calm]) == ("", "")


def test_without_a_trusted_heart_rate_the_race_behind_the_pace_is_named():
    raced = {"vdots": ((date(2025, 5, 18), 46.04), (date(2025, 6, 1), 44.0))}
    half = Race(date(2025, 5, 18), 21_097.5, "City Half", activity=7, vdot=46.04)
    guess = Zones(180.0, source="age")
    words = "I judge by pace and use VDOT 46.0, from {} on 18 May"
    assert judged_by([HOT], zones=guess, races=(half,), **raced) == (words.format("City Half"), "")
    assert judged_by([HOT], zones=guess, **raced) == (words.format("your race"), "")
    assert judged_by([HOT], zones=guess) == ("", "")
    assert judged_by([HOT], heart=None, **raced) == (words.format("your race"), "")


def test_a_share_that_nobody_could_work_out_did_not_decide():
    share = "share: {measure: easy_share, over: 28d}"
    assert judged_by([share]) == EASY
    assert judged_by([share], heart=None) == ("", "")


WORN = {
    "each": "shoe",
    "more": "marks: {worn: [10%]}\n  params:\n    road: {default: 650 km, label: the distance I give a road shoe}\n"
    "    trail: {default: 600 km, label: the distance I give a trail shoe}\n"
    "    race: {default: 350 km, label: the distance I give a racing shoe}",
    "when": "worn > 10%",
}
HINT = "; coachd shoe limit gives this pair its own"
LIMIT = [
    "limit: {measure: shoe_limit, with: {road: road, trail: trail, race: race}}",
    "worn: {value: shoe.distance / limit, label: worn}",
]


@pytest.mark.parametrize(
    ("shoe", "words"),
    [({}, "I use 650 km: the distance I give a road shoe" + HINT),
     ({"surface": "trail"}, "I use 600 km: the distance I give a trail shoe" + HINT),
     ({"races": True, "surface": "trail"}, "I use 350 km: the distance I give a racing shoe" + HINT),
     ({"limit_m": 800_000.0}, "I use 800 km: the limit you gave this pair")],
    ids=["road", "trail", "racing", "its owner's"],
)  # fmt: skip
def test_a_shoe_was_judged_by_its_limit(shoe, words):
    assert judged_by(LIMIT, shoes=(Shoe("g1", "Fox", 640_000.0, **shoe),), **WORN) == (words, "")


def test_a_limit_that_the_athlete_set_is_their_own():
    own = Athlete(units="mi", overrides={"some-rule": {"params": {"road": "650 km"}}})
    shoes = (Shoe("g1", "Fox", 640_000.0),)
    assert judged_by(LIMIT, shoes=shoes, athlete=own, **WORN)[0] == "I use 404 mi: your own setting"


def test_a_rule_about_shoes_without_a_limit_has_none():
    names = ["name: {value: shoe.name, label: shoe}"]
    assert judged_by(names, each="shoe", when="shoe.distance > 0 km", shoes=(Shoe("g1", "Fox", 1.0),)) == ("", "")
