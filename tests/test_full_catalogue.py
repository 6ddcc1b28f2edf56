"""Robin's year with every rule that is on by default: quiet enough, and nothing of the ground truth is lost.

Two nudges fit into a mail, so a rule that the 36 of the ground truth would have told may have to wait here. That it was
true in its week is what has to hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from statistics import fmean

import pytest
from robin import WEEKS, candidates, judged, told, year
from test_ground_truth import MUST_SEND

from coachd import rulebook
from coachd.judge import Judgement
from coachd.language.rule import Rule
from coachd.model import Activity, History
from coachd.resources import shipped

SEEDS = range(1, 13)


@cache
def default() -> tuple[Rule, ...]:
    return rulebook.load([shipped("rules")], tests=False).rules


@cache
def robins_year(seed: int) -> dict[int, Judgement]:
    return judged(year(seed), default())


def counted(judgements: Mapping[int, Judgement], kind: str) -> Counter[str]:
    return Counter(nudge.rule for found in judgements.values() for nudge in found.nudges if nudge.kind == kind)


def test_there_is_at_most_one_nudge_a_week_on_average():
    assert fmean(counted(robins_year(seed), "nudge").total() / WEEKS for seed in SEEDS) <= 1.0


def test_there_is_as_much_praise_as_a_runner_can_believe():
    praise = fmean(counted(robins_year(seed), "praise").total() / WEEKS for seed in SEEDS)
    assert 0.4 <= praise <= 0.8


def test_data_notes_are_rare():
    assert all(counted(robins_year(seed), "note").total() <= 2 for seed in SEEDS)


def test_a_third_of_all_weeks_have_no_nudge():
    for seed in SEEDS:
        silent = sum(not any(nudge.kind == "nudge" for nudge in found.nudges) for found in robins_year(seed).values())
        assert silent >= WEEKS // 3 - 1


def test_no_rule_is_told_more_than_six_times_a_year():
    """The most is `shoe-wear`: three marks of two pairs."""
    for seed in SEEDS:
        told_often = counted(robins_year(seed), "nudge") | counted(robins_year(seed), "praise")
        assert max(told_often.values()) <= 6


@pytest.mark.parametrize("seed", SEEDS)
def test_strength_is_a_matter_of_patience(seed):
    """Short, lapsed, too brief: whichever of them speaks, the others leave it at that for three weeks."""
    about = {rule.id for rule in default() if rule.family == "strength" and rule.kind == "nudge"}
    weeks = [week for week, found in robins_year(seed).items() if about & {nudge.rule for nudge in found.nudges}]
    assert len(weeks) > 1
    assert all(later - earlier >= 3 for earlier, later in pairwise(weeks))


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_ground_truth_tells_is_true_here_as_well(seed):
    on = {rule.id for rule in default()}
    wanted = {week: {name.removeprefix("+") for name in names} & on for week, names in MUST_SEND.items()}
    missing = {week: names - candidates(robins_year(seed)[week]) for week, names in wanted.items()}
    assert not any(missing.values()), missing


def test_all_but_one_of_the_58_pairs_are_of_rules_that_are_on():
    on = {rule.id for rule in default()}
    assert [name for names in MUST_SEND.values() for name in names if name.removeprefix("+") not in on] == [
        "cadence-low"
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_mail_has_two_nudges_of_two_families_at_most_one_praise_and_one_note(seed):
    for found in robins_year(seed).values():
        kinds = Counter(nudge.kind for nudge in found.nudges)
        families = [nudge.family for nudge in found.nudges if nudge.kind == "nudge"]
        assert kinds["nudge"] <= 2
        assert kinds["praise"] <= 1
        assert kinds["note"] <= 1
        assert len(set(families)) == len(families)


# Who never records a thing


def families(*names: str) -> set[str]:
    return {rule.id for rule in default() if rule.family in names and rule.kind != "note"}


def named(*words: str) -> set[str]:
    return {rule.id for rule in default() if any(word in rule.id for word in words) and rule.kind != "note"}


def without(family: str) -> Callable[[Activity], Activity | None]:
    return lambda activity: None if activity.family == family else activity


def unshod(activity: Activity) -> Activity:
    return replace(activity, gear_id=None)


def uncounted(activity: Activity) -> Activity:
    streams = activity.streams and replace(activity.streams, cadence_spm=None, cadence_coverage=0.0)
    return replace(activity, cadence_spm=None, streams=streams)


def bare(activity: Activity) -> Activity | None:
    """Runs with heart rate, and nothing else."""
    return uncounted(unshod(activity)) if activity.family == "run" else None


ABOUT_SLEEP = {"sleep-short", "sleep-steady", "rhr-up"}
NOT_RECORDED = {
    "strength": (without("strength"), {}, named("strength") | families("strength")),
    "sleep": (lambda activity: activity, {"nights": ()}, ABOUT_SLEEP),
    "gear": (unshod, {"shoes": ()}, families("gear")),
    "cadence": (uncounted, {}, named("cadence")),
    "all of it and no other sport": (
        bare,
        {"nights": (), "shoes": ()},
        named("strength", "cadence") | families("strength", "gear") | ABOUT_SLEEP | {"base-cross-train"},
    ),
}


@pytest.mark.parametrize("thing", NOT_RECORDED)
def test_who_never_records_it_is_never_told_to(thing):
    change, nothing, about = NOT_RECORDED[thing]
    made = year(1, change=change)
    history: History = replace(made.history, **nothing)
    judgements = judged(replace(made, history=history), default())
    assert about & set().union(*map(candidates, robins_year(1).values())), "Robin hears of it"
    for found in judgements.values():
        assert candidates(found).isdisjoint(about)


def test_who_never_logs_strength_is_asked_about_it_once():
    judgements = judged(year(1, change=without("strength")), default())
    assert [rule for found in judgements.values() for rule in told(found) if "strength" in rule] == [
        "strength-question"
    ]
