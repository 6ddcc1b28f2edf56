from dataclasses import replace
from datetime import timedelta

import pytest
from rule_samples import SUNDAY, activity, problems_of, read_rule, view

from coachd.language.evaluate import eligible, evaluate, explanation, parts
from coachd.model import Athlete, Race, Shoe
from coachd.units import shown

RUNS = [activity(-day, day + 1, distance_m=8000.0) for day in range(3)]


def outcome(when, values="", *activities, subject=None, each="week", more="status: stable", **fields):
    return evaluate(read_rule(when, values, each=each, more=more), view(*activities, **fields), subject)


def test_a_rule_is_true_clear_or_without_data():
    count = "n: {count: activities, over: 7d}"
    assert outcome("n > 2", count, *RUNS).outcome == "true"
    assert outcome("n > 3", count, *RUNS).outcome == "clear"
    unknown = outcome("hr > 100 bpm", "hr: {mean: average_hr, over: 7d}", *RUNS)
    assert (unknown.outcome, unknown.reason) == ("no_data", "unknown: hr")


def test_what_a_rule_needs_comes_first():
    verdict = outcome("n > 2", "n: {count: activities, over: 7d}", *RUNS, more="needs: n > 9")
    assert (verdict.outcome, verdict.reason) == ("no_data", "it needs: n > 9")


def test_the_evidence_names_every_value_with_the_activities_behind_it():
    values = "n: {count: activities, over: 2d}, far: {max: distance, over: 7d}, each_one: far / n, n_and: n + n"
    evidence = {item.name: item for item in outcome("n > 0", values, *RUNS).evidence}
    assert evidence["n"].activities == (2, 1)
    assert set(evidence["far"].activities) == set(evidence["each_one"].activities) == {1, 2, 3}
    assert evidence["n_and"].activities == (2, 1)
    assert evidence["each_one"].value.value == 4000


@pytest.mark.parametrize(
    ("unit", "said"), [("distance", "24.0 km"), ("effort", "26.0 km-effort"), ("time", "3 h 00 min")]
)
def test_a_volume_reads_as_its_athlete_counts_it(unit, said):
    runs = [replace(run, moving_s=3600.0, gain_m=gain) for run, gain in zip(RUNS, (200.0, 0.0, None), strict=True)]
    verdict = outcome("run > 2 km", "run: {measure: weekly_volume}", *runs, athlete=Athlete(volume_unit=unit))
    evidence = {item.name: item for item in verdict.evidence}
    assert shown(evidence["run"].value) == said
    assert explanation(verdict.rule, verdict)[0].endswith(f"run = {said}")


def test_a_value_that_nobody_asks_for_is_not_worked_out():
    verdict = outcome("n > 9", "n: {count: activities, over: 7d}, far: {sum: distance, over: 7d}", *RUNS)
    assert "far" not in verdict.context
    assert verdict.context["far"] == 24_000


def test_what_lies_behind_an_expression_is_what_it_looked_at():
    values = "n: {count: activities, over: 2d}, far: {max: distance, over: 7d}, either: n > 0 or far > 1 km"
    context = outcome("either", values, *RUNS).context
    assert context.activities("either") == (2, 1)
    assert "far" not in context


def test_what_it_is_about_is_what_its_condition_looked_at():
    values = "far: {max: distance, over: 7d}, last: {count: activities, over: 1d}, some: last > 0, n: far / 2"
    assert outcome("some", values, *RUNS).about == (1,)
    assert set(outcome("some", values, *RUNS).activities) == {1, 2, 3}
    assert set(outcome("true", values, *RUNS).about) == {1, 2, 3}


def test_the_subject_has_its_names():
    run = activity(-1, 7, distance_m=9000.0, tags=frozenset({"sick"}))
    assert outcome("activity.distance > 8 km and activity.tag.sick", each="activity", subject=run).outcome == "true"
    shoe = Shoe("s", "Hill", 5000.0, limit_m=4000.0)
    assert outcome("shoe.distance > shoe.limit", each="shoe", subject=shoe).outcome == "true"
    race = Race(SUNDAY + timedelta(days=9), 10_000.0, priority="A")
    assert outcome("race.days_to == 9 days and race.priority == 'A'", each="race", subject=race).outcome == "true"


def test_an_activity_is_eligible_by_sport_and_condition():
    rule = read_rule(
        each="activity",
        more=[
            "sport: [run, ride]",
            "where: activity.distance > least",
            "params: {least: {default: 5 km}}",
        ],
    )
    tries = [
        activity(0, distance_m=6000.0),
        activity(0, distance_m=4000.0),
        activity(0),
        activity(0, sport="Swim", distance_m=6000.0),
    ]
    assert [eligible(rule, view(one), one) for one in tries] == [True, False, None, False]


def test_every_activity_is_eligible_where_the_rule_does_not_choose():
    run = activity(0)
    assert eligible(read_rule(each="activity"), view(run), run) is True


@pytest.mark.parametrize("line", ["sport: run", "where: true"])
def test_only_rules_about_activities_choose_them(line):
    assert "goes with 'each: activity'" in problems_of(more=line)


def test_a_name_of_the_subject_without_its_prefix_is_suggested_with_it():
    found = problems_of("distance > 5 km", each="activity")
    assert "did you mean 'activity.distance'?" in found


def test_history_and_rank_are_read():
    rule = read_rule(more=["history: 14d", "rank: 9"])
    assert (rule.history_days, rule.rank) == (14, 9)
    assert (read_rule().history_days, read_rule().rank) == (None, 5)
    assert "'10' is not one of: 1, 2, 3" in problems_of(more="rank: 10")


def test_the_names_of_the_calendar_and_the_athlete_are_known_everywhere():
    races = (Race(SUNDAY + timedelta(days=10), 42_195.0, "Big one", "A"),)
    verdict = outcome("next_goal.days == 10 days and next_goal.distance > 35 km", races=races)
    assert verdict.outcome == "true"
    assert outcome("athlete.streaker", athlete=Athlete(profiles=("streaker",))).outcome == "true"


def test_the_best_vdot_of_the_last_four_months_holds():
    old, best, latest = ((SUNDAY - timedelta(days=back), vdot) for back, vdot in ((120, 60.0), (119, 45.0), (3, 44.0)))
    known = "athlete.vdot == 45 and athlete.vdot_age == 119 days"
    assert outcome(known, vdots=(old, best, latest)).outcome == "true"
    assert outcome("athlete.vdot > 40", vdots=(old,)).outcome == "no_data"


def test_parts_say_what_was_seen_and_what_would_turn_them():
    rule = read_rule("n > 9 and n < 20 or not (n == 3)", "n: {count: activities, over: 7d}", more="needs: n is known")
    found = parts(rule, evaluate(rule, view(*RUNS)))
    assert [(part.text, part.verdict, part.opposite) for part in found] == [
        ("n is known", True, "n is unknown"),
        ("n > 9", False, "n <= 9"),
        ("n < 20", True, "n >= 20"),
        ("not (n == 3)", False, "(n == 3)"),
    ]
    assert (found[1].names[0].value, found[1].names[0].activities) == ("3", (3, 2, 1))


def test_marks_are_explained():
    more = "marks: {far: [10 km, 20 km, 30 km]}"
    rule = read_rule("far > 1 km", "far: {sum: distance, over: 7d}", more=more)
    verdict = evaluate(rule, view(*RUNS))
    assert (verdict.outcome, verdict.mark) == ("true", 20_000)
    assert explanation(rule, verdict)[-1] == "yes  marks of far                         far = 24.0 km"
    assert evaluate(rule, view(RUNS[0])).outcome == "clear"
