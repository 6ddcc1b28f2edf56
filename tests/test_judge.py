from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.judge import judge
from coachd.language.read import read_rules
from coachd.model import Activity, Athlete, History, Period, RuleState, Shoe

SUNDAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)
MONDAY = date(2025, 6, 16)


def rule(name, more="", *, when="km > 1 km", kind="nudge", family=None, each="week", values=""):
    text = f"""
version: 1
rules:
- id: {name}
  title: Title of {name}
  why: Because.
  kind: {kind}
  family: {family or name}
  each: {each}
  values:
    km: {{sum: distance, sport: run, over: 7d, label: this week}}
    {values}
  when: {when}
  message: {{plain: "Ran {{{{ km }}}}.", warm: "Nice, {{{{ km }}}}."}}
{more}
"""
    return read_rules(text, f"{name}.yaml", {})[0]


def runs(*days, number=0):
    for day in days:
        at = datetime.combine(SUNDAY + timedelta(days=day), datetime.min.time())
        yield Activity(number - day, "Run", at.replace(tzinfo=UTC), at, distance_m=8000.0)


HISTORY = History(Athlete(), tuple(runs(*range(-60, 1, 4))))


def week(ending=SUNDAY):
    return Period(ending.isoformat(), ending - timedelta(days=6), ending)


def judged(*rules, states=None, history=HISTORY, ending=SUNDAY):
    return judge(rules, history, states or {}, week(ending), NOW)


def outcomes(judgement):
    return {finding.rule: finding.outcome for finding in judgement.findings}


def state(name, subject="", **fields):
    return {(name, subject): RuleState(name, subject, **fields)}


def test_a_nudge_carries_words_evidence_and_activities():
    (nudge,) = judged(rule("far")).nudges
    assert (nudge.text, nudge.title, nudge.evidence) == ("Ran 16.0 km.", "Title of far", (("this week", "16.0 km"),))
    assert nudge.activities == (4, 0)


def test_a_nudge_speaks_in_the_athletes_tone_and_units():
    history = replace(HISTORY, athlete=Athlete(tone="warm", units="mi"))
    assert judged(rule("far"), history=history).nudges[0].text == "Nice, 9.9 mi."


def test_clear_is_not_kept_and_everything_else_is():
    judgement = judged(rule("near", when="km > 100 km"), rule("far"), rule("none", "  needs: km > 200 km"))
    assert outcomes(judgement) == {"far": "fire", "none": "no_data"}
    assert all(finding.evidence for finding in judgement.findings)


def test_an_unknown_condition_is_no_data_and_says_what_is_unknown():
    values = "hr: {mean: average_hr, over: 7d}"
    (finding,) = judged(rule("hot", values=values, when="hr > 150 bpm")).findings
    assert (finding.outcome, finding.reason) == ("no_data", "unknown: hr")


def test_two_nudges_one_praise_and_one_note_are_the_most():
    rules = [rule(f"{kind}-{number}", kind=kind) for kind in ("note", "praise", "nudge") for number in range(3)]
    judgement = judged(*rules)
    assert [nudge.rule for nudge in judgement.nudges] == ["nudge-0", "nudge-1", "praise-0", "note-0"]
    assert outcomes(judgement)["nudge-2"] == "capped"


def test_a_family_has_one_nudge():
    judgement = judged(rule("a", family="load"), rule("b", "  severity: 3", family="load"), rule("c", family="rest"))
    assert [nudge.rule for nudge in judgement.nudges] == ["b", "c"]
    assert "b was chosen" in next(finding.reason for finding in judgement.findings if finding.rule == "a")


def test_severity_comes_first_then_the_longest_unsent_then_the_id():
    rules = [rule("a"), rule("b"), rule("c", "  severity: 3"), rule("d")]
    states = state("a", last_sent=date(2025, 5, 1)) | state("b", last_sent=date(2025, 4, 1))
    assert [nudge.rule for nudge in judged(*rules, states=states).nudges] == ["c", "d"]
    assert [nudge.rule for nudge in judged(*rules[:2], states=states).nudges] == ["b", "a"]


def test_the_order_of_the_rules_changes_nothing():
    rules = [rule("a", "  inhibits: [b]"), rule("b", "  inhibits: [c]"), rule("c"), rule("d", family="a")]
    one, other = judged(*rules), judged(*reversed(rules))
    assert one.nudges == other.nudges
    assert outcomes(one) == outcomes(other)


@pytest.mark.parametrize("target", ["quiet", "family:load", "asks:more"])
def test_a_true_rule_silences_what_it_names(target):
    quiet = rule("quiet", "  asks: more", family="load")
    judgement = judged(rule("loud", f"  inhibits: ['{target}']"), quiet)
    assert outcomes(judgement) == {"loud": "fire", "quiet": "inhibited"}


def test_a_true_rule_silences_even_when_it_is_not_told_itself():
    states = state("loud", last_sent=MONDAY - timedelta(days=7))
    judgement = judged(rule("loud", "  inhibits: [quiet]\n  cooldown: 14d"), rule("quiet"), states=states)
    assert outcomes(judgement) == {"loud": "cooldown", "quiet": "inhibited"}


def test_a_rule_that_is_not_true_silences_nothing():
    assert outcomes(judged(rule("loud", "  inhibits: [quiet]", when="km > 99 km"), rule("quiet"))) == {"quiet": "fire"}


def test_a_rule_does_not_silence_itself_by_its_family():
    assert outcomes(judged(rule("a", "  inhibits: [family:a]"))) == {"a": "fire"}


@pytest.mark.parametrize(("days_ago", "outcome"), [(7, "cooldown"), (13, "cooldown"), (14, "fire"), (21, "fire")])
def test_a_cooldown_counts_from_when_it_was_told(days_ago, outcome):
    states = state("a", last_sent=MONDAY - timedelta(days=days_ago))
    assert outcomes(judged(rule("a", "  cooldown: 14d"), states=states)) == {"a": outcome}


def test_telling_is_remembered_with_the_day_of_the_digest():
    judgement = judged(rule("a"))
    assert judgement.states["a", ""].last_sent == MONDAY


def test_what_was_capped_is_not_remembered_as_told():
    judgement = judged(rule("a"), rule("b", family="a"))
    assert judgement.states["b", ""].last_sent is None


def test_once_per_subject_is_told_once():
    states = state("a", last_sent=date(2020, 1, 6))
    assert outcomes(judged(rule("a", "  once_per: subject"), states=states)) == {"a": "cooldown"}


def test_for_waits_until_the_condition_held_often_enough():
    waiting = rule("a", "  for: 2 of 3")
    first = judged(waiting)
    assert (outcomes(first), first.states["a", ""].recent) == ({"a": "pending"}, "1")
    second = judged(waiting, states=first.states)
    assert (outcomes(second), second.states["a", ""].recent) == ({"a": "fire"}, "11")


def test_for_looks_back_only_so_far():
    states = state("a", recent="100")
    judgement = judged(rule("a", "  for: 2 of 3"), states=states)
    assert (outcomes(judgement), judgement.states["a", ""].recent) == ({"a": "pending"}, "001")


def test_an_evaluation_without_data_changes_no_memory():
    states = state("a", recent="10", armed=False)
    judgement = judged(rule("a", "  for: 2 of 3\n  needs: km > 99 km"), states=states)
    assert judgement.states["a", ""] == states["a", ""]


def test_a_pending_rule_silences_nothing_yet():
    judgement = judged(rule("loud", "  for: 2\n  inhibits: [quiet]"), rule("quiet"))
    assert outcomes(judgement) == {"loud": "pending", "quiet": "fire"}


def test_a_rule_with_rearm_is_silent_until_it_eased_once():
    easing = rule("a", "  rearm: km < 10 km")
    told = judged(easing)
    assert told.states["a", ""].armed is False
    again = judged(easing, states=told.states)
    assert outcomes(again) == {"a": "cooldown"}
    eased = judged(easing, states=again.states, history=replace(HISTORY, activities=tuple(runs(*range(-60, -4, 4)))))
    assert eased.states["a", ""].armed is True
    assert outcomes(judged(easing, states=eased.states)) == {"a": "fire"}


MARKS = "  marks: {km: [8 km, 16 km, 24 km]}\n  once_per: mark"


def test_of_several_marks_the_highest_is_told():
    judgement = judged(rule("a", MARKS))
    assert judgement.findings[0].mark == 16_000
    assert judgement.states["a", ""].told_mark == 16_000


@pytest.mark.parametrize(
    ("told", "outcome"), [(None, "fire"), (8_000, "fire"), (16_000, "cooldown"), (24_000, "cooldown")]
)
def test_each_mark_is_told_once(told, outcome):
    assert outcomes(judged(rule("a", MARKS), states=state("a", told_mark=told))) == {"a": outcome}


def test_below_the_first_mark_all_is_clear():
    assert outcomes(judged(rule("a", "  marks: {km: [20 km]}\n  once_per: mark"))) == {}


def test_a_mark_that_was_capped_is_told_later():
    judgement = judged(rule("a", MARKS), rule("b", "  severity: 2", family="a"))
    assert judgement.states["a", ""].told_mark is None


def test_rearm_clears_the_remembered_mark_and_does_not_hold_back_the_next():
    marked = rule("a", MARKS + "\n  rearm: km < 10 km")
    assert outcomes(judged(marked, states=state("a", told_mark=8_000, armed=False))) == {"a": "fire"}
    quiet = replace(HISTORY, activities=tuple(runs(*range(-60, -4, 4))))
    assert judged(marked, states=state("a", told_mark=16_000), history=quiet).states["a", ""].told_mark is None


def test_every_shoe_is_a_subject_of_its_own():
    history = replace(HISTORY, shoes=(Shoe("g1", "Fox", 900.0), Shoe("g2", "Owl", 90.0)))
    judgement = judged(rule("a", each="shoe", when="shoe.distance > 0.5 km"), history=history)
    assert [(finding.subject, finding.outcome) for finding in judgement.findings] == [("g1", "fire")]
    assert set(judgement.states) == {("a", "g1"), ("a", "g2")}


@pytest.mark.parametrize(
    ("days", "outcome", "reason"),
    [
        (range(-28, 1, 4), "fire", ""),
        (range(-27, 1, 3), "no_data", "so far there are 27 days and 10 runs"),
        (range(-60, 1, 10), "no_data", "so far there are 60 days and 7 runs"),
        ([0], "no_data", "so far there are 0 days and 1 run"),
    ],
)
def test_nudges_begin_after_28_days_and_8_runs(days, outcome, reason):
    history = replace(HISTORY, activities=tuple(runs(*days)))
    (finding,) = judged(rule("a"), history=history).findings
    assert finding.outcome == outcome
    assert reason in finding.reason


@pytest.mark.parametrize("kind", ["praise", "note"])
def test_praise_and_notes_need_no_minimum_history(kind):
    history = replace(HISTORY, activities=tuple(runs(0)))
    assert outcomes(judged(rule("a", kind=kind), history=history)) == {"a": "fire"}


def test_a_rule_on_trial_is_recorded_and_not_told():
    judgement = judged(rule("a", "  status: test"))
    assert outcomes(judgement) == {"a": "capped"}
    assert judgement.nudges == ()


def test_nothing_after_the_period_is_seen():
    history = replace(HISTORY, activities=(*HISTORY.activities, *runs(1, 2, number=100)))
    assert judged(rule("a"), history=history).nudges == judged(rule("a")).nudges


def test_states_of_other_rules_are_handed_through():
    other = state("gone", last_sent=MONDAY)
    assert judged(rule("a"), states=other).states["gone", ""] == other["gone", ""]
