from dataclasses import replace
from datetime import timedelta

import pytest
from rule_samples import NOW, SUNDAY, activity, read_rule, view

from coachd.errors import InputProblem
from coachd.explaining import explain, weightiest
from coachd.judge import Closed, judge
from coachd.language.view import View
from coachd.model import Athlete, Finding, Period, Race, Shoe
from coachd.rulebook import with_params

RACE = Race(SUNDAY + timedelta(weeks=2), 10_000.0, "Town Run", "B")
WEEK = Period("week", SUNDAY - timedelta(days=6), SUNDAY)
PARAM = "params: {limit: {default: 20 km, min: 5 km, max: 90 km, label: enough}}"
LONG = read_rule("km > limit", "km: {sum: distance, sport: run, over: 7d, label: this week}", more=PARAM)


def run(day, km, number=1, **fields):
    return activity(day, number, distance_m=km * 1000, name=f"Run {number}", **fields)


def explained(rule, *activities, subject=None, shipped=None, minimum=False, **fields):
    seen = view(*activities, **fields)
    judgement = judge([rule], seen.history, {}, WEEK, NOW, needs_minimum_history=minimum)
    return explain(rule, Closed(View(seen.history, SUNDAY, NOW), WEEK), judgement, subject, shipped=shipped)


def test_the_outcome_is_that_of_the_judge_with_its_reason():
    found = explained(LONG, run(-1, 30), minimum=True)
    assert (found.finding.outcome, found.asked) == ("no_data", False)
    assert "28 days" in found.finding.reason
    assert found.conditions[0].numbers == "30.0 km > 20.0 km"


def test_every_value_comes_with_its_activities_oldest_first():
    (value,) = explained(LONG, run(-1, 10, 2), run(-3, 5, 1), run(-9, 50, 3)).values
    assert (value.name, value.label, value.value, value.formula) == ("km", "this week", "15.0 km", "")
    assert [each.name for each in value.activities] == ["Run 1", "Run 2"]


def test_a_value_that_follows_from_others_says_how():
    rule = read_rule("more > 0 km", "km: {sum: distance, over: 7d}, more: km - 5 km")
    _, more = explained(rule, run(-1, 10)).values
    assert (more.formula, more.value, len(more.activities)) == ("km - 5 km", "5.0 km", 1)


def test_a_number_says_whether_it_is_the_default_the_profile_s_or_one_s_own():
    changed = with_params(LONG, {"limit": "30 km"})
    own = Athlete(overrides={"some-rule": {"params": {"limit": "30 km"}}})
    (default,) = explained(LONG).settings
    (profile,) = explained(changed, shipped=LONG).settings
    (mine,) = explained(changed, shipped=LONG, athlete=own).settings
    assert (default.origin, default.value, default.bounds) == ("default", "20.0 km", "5.0 km to 90.0 km")
    assert (profile.origin, profile.value, profile.default) == ("profile", "30.0 km", "20.0 km")
    assert mine.origin == "own"


@pytest.mark.parametrize(
    ("each", "fields", "name", "called"),
    [
        ("week", {}, "", ""),
        ("day", {}, "2025-06-15", "2025-06-15"),
        ("activity", {}, "7", "Run 7 on 2025-06-14"),
        ("shoe", {"shoes": (Shoe("g1", "Swift Fox"),)}, "g1", "Swift Fox"),
        ("race", {"races": (RACE,)}, "2025-06-29/10", "Town Run on 2025-06-29"),
    ],
)
def test_it_speaks_of_whatever_the_rule_is_about(each, fields, name, called):
    found = explained(read_rule("true", each=each), run(-1, 8, 7), **fields)
    assert (found.finding.subject, found.subject, found.finding.outcome) == (name, called, "fire")
    assert (name, called, "fire") in found.others


def test_of_several_it_chooses_the_one_that_came_furthest():
    rule = read_rule("activity.distance > 20 km", each="activity")
    found = explained(rule, run(-3, 25, 1), run(-2, 8, 2), run(-1, 9, 3))
    assert found.subject == "Run 1 on 2025-06-12"
    assert [outcome for _, _, outcome in found.others] == ["fire", "clear", "clear"]


@pytest.mark.parametrize("subject", ["2", "Run 2 on 2025-06-13"])
def test_another_one_is_chosen_by_its_id_or_by_what_it_is_called(subject):
    rule = read_rule("activity.distance > 20 km", each="activity")
    assert explained(rule, run(-3, 25, 1), run(-2, 8, 2), subject=subject).finding.subject == "2"


@pytest.mark.parametrize(("each", "known"), [("activity", "1 (Run 1 on 2025-06-12)"), ("week", "the whole period")])
def test_an_unknown_subject_is_told_which_there_are(each, known):
    with pytest.raises(InputProblem) as caught:
        explained(read_rule("true", each=each), run(-3, 25, 1), subject="77")
    assert known in caught.value.advice


def test_a_rule_with_nothing_to_be_about_has_a_reason_and_no_conditions():
    found = explained(read_rule("true", each="shoe"))
    assert (found.finding.outcome, found.finding.reason, found.conditions) == ("no_data", "no shoe is known", ())


def test_a_silenced_rule_says_by_which():
    other = replace(LONG, id="other", inhibits=("some-rule",), kind="praise")
    seen = view(run(-1, 30))
    judgement = judge([LONG, other], seen.history, {}, WEEK, NOW, needs_minimum_history=False)
    found = explain(LONG, Closed(seen, WEEK), judgement)
    assert (found.finding.outcome, found.holds) == ("inhibited", True)
    assert "other" in found.finding.reason


def test_of_findings_alike_the_last_one_counts():
    alike = [Finding("a", "1", "clear"), Finding("a", "2", "no_data"), Finding("a", "3", "clear")]
    assert weightiest(alike).subject == "3"
