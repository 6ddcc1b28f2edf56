from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.judge import judge
from coachd.language.read import read_rules
from coachd.language.view import View
from coachd.model import Activity, Athlete, History, Mode, Night, Period, Race, RuleState, Shoe

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


def judged(*rules, states=None, history=HISTORY, ending=SUNDAY, **more):
    return judge(rules, history, states or {}, week(ending), NOW, **more)


def outcomes(judgement):
    return {finding.rule: finding.outcome for finding in judgement.findings}


def state(name, subject="", **fields):
    return {(name, subject): RuleState(name, subject, **fields)}


def test_a_nudge_carries_words_evidence_and_activities():
    (nudge,) = judged(rule("far")).nudges
    assert (nudge.text, nudge.title, nudge.evidence) == ("Ran 16.0 km.", "Title of far", (("this week", "16.0 km"),))
    assert nudge.activities == (4, 0)


def test_what_is_not_known_has_no_row_in_the_table_of_a_nudge():
    heart = "hr: {mean: average_hr, sport: run, over: 7d, label: heart rate}"
    (nudge,) = judged(rule("far", values=heart)).nudges
    assert nudge.evidence == (("this week", "16.0 km"),)


def test_a_nudge_speaks_in_the_athletes_tone_and_units():
    history = replace(HISTORY, athlete=Athlete(tone="warm", units="mi"))
    assert judged(rule("far"), history=history).nudges[0].text == "Nice, 9.9 mi."


def test_clear_is_not_kept_and_everything_else_is():
    judgement = judged(rule("near", when="km > 100 km"), rule("far"), rule("none", "  needs: km > 200 km"))
    assert outcomes(judgement) == {"far": "fire", "none": "no_data"}
    assert [finding.rule for finding in judgement.findings if finding.evidence] == ["far"]


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


@pytest.mark.parametrize("target", ["quiet", "family:load", "asks:more"])
def test_a_true_rule_silences_what_it_names(target):
    quiet = rule("quiet", "  asks: more", family="load")
    judgement = judged(rule("loud", f"  inhibits: ['{target}']"), quiet)
    assert outcomes(judgement) == {"loud": "fire", "quiet": "inhibited"}


def test_a_true_rule_silences_even_when_it_is_not_told_itself():
    states = state("loud", last_sent=MONDAY - timedelta(days=7))
    judgement = judged(rule("loud", "  inhibits: [quiet]\n  cooldown: 14d"), rule("quiet"), states=states)
    assert outcomes(judgement) == {"loud": "cooldown", "quiet": "inhibited"}


@pytest.mark.parametrize("target", ["first", "family:load"])
@pytest.mark.parametrize(("days", "outcome"), [(13, "cooldown"), (14, "fire")])
def test_a_rule_rests_after_another_one_for_its_own_cooldown(target, days, outcome):
    states = state("first", last_sent=MONDAY - timedelta(days=days))
    patient = rule("second", f"  rests_after: ['{target}']\n  cooldown: 14d", family="load")
    judgement = judged(rule("first", family="load", when="km > 99 km"), patient, states=states)
    assert outcomes(judgement)["second"] == outcome
    if outcome == "cooldown":
        (reason,) = (found.reason for found in judgement.findings if found.rule == "second")
        assert "first was told on" in reason


def test_a_rule_does_not_rest_longer_after_itself_or_after_praise():
    states = state("a", last_sent=MONDAY - timedelta(days=14)) | state("b", last_sent=MONDAY - timedelta(days=1))
    patient = rule("a", "  rests_after: ['family:load']\n  cooldown: 14d", family="load")
    praise = rule("b", "  cooldown: 14d", kind="praise", family="load")
    assert outcomes(judged(patient, praise, states=states))["a"] == "fire"


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
    assert outcomes(judgement)["b"] == "capped"
    assert set(judgement.states) == {("a", "")}


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
    assert replace(judgement.states["a", ""], fingerprint="") == states["a", ""]


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


def test_a_rule_that_has_nothing_to_remember_leaves_no_state():
    assert judged(rule("a", "  rearm: km > 1 km", when="km > 99 km")).states == {}


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
    assert outcomes(judgement)["a"] == "capped"
    assert ("a", "") not in judgement.states


def test_rearm_clears_the_remembered_mark_and_does_not_hold_back_the_next():
    marked = rule("a", MARKS + "\n  rearm: km < 10 km")
    assert outcomes(judged(marked, states=state("a", told_mark=8_000, armed=False))) == {"a": "fire"}
    quiet = replace(HISTORY, activities=tuple(runs(*range(-60, -4, 4))))
    assert judged(marked, states=state("a", told_mark=16_000), history=quiet).states["a", ""].told_mark is None


def test_every_shoe_is_a_subject_of_its_own():
    history = replace(HISTORY, shoes=(Shoe("g1", "Fox", 900.0), Shoe("g2", "Owl", 90.0)))
    judgement = judged(rule("a", each="shoe", when="shoe.distance > 0.5 km"), history=history)
    assert [(finding.subject, finding.outcome) for finding in judgement.findings] == [("g1", "fire")]
    assert set(judgement.states) == {("a", "g1")}
    assert [finding.subject for finding in judgement.clear] == ["g2"]


def test_without_shoes_a_rule_about_shoes_has_no_data():
    (finding,) = judged(rule("a", each="shoe", when="shoe.distance > 0.5 km")).findings
    assert (finding.subject, finding.outcome, finding.reason) == ("", "no_data", "no shoe is known")


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


def test_what_lies_before_the_days_asked_for_counts_to_the_minimum_history():
    history = replace(HISTORY, activities=tuple(runs(0)), earlier=tuple(runs(*range(-28, 0, 4))))
    assert outcomes(judged(rule("a"), history=history)) == {"a": "fire"}


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


# Gates


def reasons(judgement):
    return {finding.rule: finding.reason for finding in judgement.clear}


def in_phase(phase, since=-20):
    return replace(HISTORY, phases=((SUNDAY + timedelta(days=since), phase),))


@pytest.mark.parametrize(
    ("gate", "outcome"),
    [("{only: taper}", "fire"), ("{not: [taper, race]}", None), ("{only: [base]}", None), ("{not: base}", "fire")],
)
def test_a_rule_speaks_in_its_phases(gate, outcome):
    judgement = judged(rule("a", f"  phase: {gate}"), history=in_phase("taper"))
    assert outcomes(judgement).get("a") == outcome
    assert reasons(judgement) == ({} if outcome else {"a": "it is not for the phase taper"})


def test_a_rule_that_its_phase_keeps_back_silences_nothing():
    rules = [rule("loud", "  phase: {only: base}\n  inhibits: [quiet]"), rule("quiet")]
    assert outcomes(judged(*rules, history=in_phase("taper"))) == {"quiet": "fire"}


def test_an_evaluation_that_does_not_take_place_changes_no_memory():
    states = state("a", recent="1", last_sent=date(2025, 6, 2), unheeded=2)
    judgement = judged(rule("a", "  for: 2\n  phase: {only: base}"), states=states, history=in_phase("taper"))
    assert judgement.states == states


def in_mode(name):
    return replace(HISTORY, athlete=Athlete(modes=(Mode(name, SUNDAY - timedelta(days=3)),)))


RULES_OF_MODES = {
    "more": {"more": "  asks: more"},
    "easy": {"family": "easy"},
    "load": {"family": "load"},
    "other": {"family": "rest"},
    "health": {"family": "health"},
    "praise": {"kind": "praise"},
    "note": {"kind": "note"},
}


@pytest.mark.parametrize(
    ("mode", "speaking"),
    [
        ("ill", {"health", "note"}),
        ("injured", {"health", "note"}),
        ("holiday", {"easy", "load", "other", "health", "praise", "note"}),
        ("pregnant", {"other", "health", "praise", "note"}),
        ("postpartum", {"other", "health", "praise", "note"}),
        ("health", {"other", "health", "praise", "note"}),
    ],
)
def test_a_mode_silences_what_would_be_unkind_in_it(mode, speaking):
    judgements = {name: judged(rule("a", **fields), history=in_mode(mode)) for name, fields in RULES_OF_MODES.items()}
    assert {name for name, judgement in judgements.items() if judgement.nudges} == speaking
    silent = {reason for judgement in judgements.values() for reason in reasons(judgement).values()}
    assert silent == {f"it is silent in the mode {mode}"}


@pytest.mark.parametrize(
    ("modes", "mode", "speaks"),
    [
        ("{only: ill}", "ill", True),
        ("{only: ill}", "holiday", False),
        ("{only: ill}", None, False),
        ("{not: holiday}", "holiday", False),
        ("{not: holiday}", "ill", True),
        ("{not: holiday}", None, True),
    ],
)
def test_a_rule_may_name_its_modes_itself(modes, mode, speaks):
    history = HISTORY if mode is None else in_mode(mode)
    assert bool(judged(rule("a", f"  modes: {modes}"), history=history).nudges) is speaks


def test_a_mode_that_is_over_silences_nothing():
    over = Mode("ill", SUNDAY - timedelta(days=9), SUNDAY - timedelta(days=1))
    assert outcomes(judged(rule("a"), history=replace(HISTORY, athlete=Athlete(modes=(over,))))) == {"a": "fire"}


@pytest.mark.parametrize(("days", "outcome"), [(14, "fire"), (15, "no_data")])
def test_a_rule_may_state_how_much_history_it_needs(days, outcome):
    history = replace(HISTORY, activities=tuple(runs(-14, 0)))
    judgement = judged(rule("a", f"  history: {days}d", kind="praise"), history=history)
    assert outcomes(judgement) == {"a": outcome}


def test_a_stated_history_takes_the_place_of_the_usual_one():
    history = replace(HISTORY, activities=tuple(runs(-14, 0)))
    assert outcomes(judged(rule("a", "  history: 14d"), history=history)) == {"a": "fire"}


def race(day=0, distance=21_097.5, **fields):
    return Race(SUNDAY + timedelta(days=day), distance, activity=0, **fields)


@pytest.mark.parametrize(
    ("fields", "speaks"),
    [
        ({"family": "load"}, False),
        ({"family": "race"}, True),
        ({"family": "cycle"}, True),
        ({"family": "health"}, True),
        ({"kind": "praise"}, True),
        ({"kind": "note"}, True),
    ],
)
def test_the_day_after_a_race_is_left_to_the_race(fields, speaks):
    history = replace(HISTORY, races=(race(),))
    assert bool(judged(rule("a", **fields), history=history).nudges) is speaks


@pytest.mark.parametrize(
    "races",
    [
        (race(day=-1),),
        (race(fun=True),),
        tuple(race(day, distance=5_020) for day in (-14, -7, 0)),
    ],
    ids=["the day before", "for fun", "parkrun every week"],
)
def test_other_races_leave_the_week_as_it_is(races):
    assert outcomes(judged(rule("a"), history=replace(HISTORY, races=races))) == {"a": "fire"}


def test_one_parkrun_is_a_race():
    assert outcomes(judged(rule("a"), history=replace(HISTORY, races=(race(distance=5_000),)))) == {}


# Subjects


def long_run(name="a", more="", when="activity.distance > 10 km", **fields):
    return rule(name, more, each="activity", when=when, **fields)


def with_runs(**distances):
    """The usual history with longer runs on some days: `d3` is three days ago."""
    longer = {SUNDAY - timedelta(days=int(day[1:])): distance for day, distance in distances.items()}
    activities = [
        replace(activity, distance_m=longer.pop(activity.day)) if activity.day in longer else activity
        for activity in HISTORY.activities
    ]
    added = [
        replace(next(runs((day - SUNDAY).days, number=900)), distance_m=distance) for day, distance in longer.items()
    ]
    return replace(HISTORY, activities=tuple(sorted([*activities, *added], key=lambda activity: activity.start)))


def test_of_several_activities_the_last_is_told():
    judgement = judged(long_run(), history=with_runs(d5=12_000, d3=14_000))
    assert [(finding.subject, finding.outcome) for finding in judgement.findings] == [
        ("905", "capped"),
        ("903", "fire"),
    ]
    assert [nudge.subject for nudge in judgement.nudges] == ["903"]


def test_of_several_marks_in_a_week_the_highest_is_told_even_when_it_came_first():
    more = "  marks: {far: [10 km, 15 km]}\n  once_per: mark"
    marked = long_run(more=more, when="far > 0 km", values="far: activity.distance")
    judgement = judged(marked, history=with_runs(d5=16_000, d3=11_000))
    assert [nudge.subject for nudge in judgement.nudges] == ["905"]
    assert judgement.states["a", ""].told_mark == 15_000


def test_activities_share_what_the_rule_remembers():
    judgement = judged(long_run(more="  cooldown: 14d"), history=with_runs(d3=14_000))
    assert set(judgement.states) == {("a", "")}
    later = judged(long_run(more="  cooldown: 14d"), history=with_runs(d2=15_000), states=judgement.states)
    assert outcomes(later) == {"a": "cooldown"}


def test_an_activity_that_a_rule_is_not_about_does_not_count_for_how_often():
    history = with_runs(d5=12_000, d3=14_000)  # with a usual run between them
    about_all, about_long = (
        judged(long_run(more=f"  for: 2{where}"), history=history)
        for where in ("", "\n  where: activity.distance > 9 km")
    )
    assert [finding.outcome for finding in about_all.findings] == ["pending", "pending"]
    assert [finding.outcome for finding in about_long.findings] == ["pending", "fire"]


def test_without_an_activity_that_it_is_about_a_rule_is_clear_and_says_so():
    judgement = judged(long_run(more="  sport: ride"))
    assert reasons(judgement) == {"a": "there was no activity that it is about"}


def test_an_activity_outside_of_the_period_is_not_asked_about():
    assert judged(long_run(), history=with_runs(d8=14_000)).findings == ()


def test_an_activity_is_seen_as_of_its_own_day():
    before = "earlier: {sum: distance, over: 7d, before: 1d}"
    doubled = long_run(values=before, when="activity.distance > 10 km and earlier < 20 km")
    assert [nudge.subject for nudge in judged(doubled, history=with_runs(d5=12_000, d1=14_000)).nudges] == ["905"]


def test_every_day_is_seen_as_of_its_evening():
    judgement = judged(rule("a", each="day", when="km > 8 km"))
    days = {finding.subject: finding.outcome for finding in (*judgement.findings, *judgement.clear)}
    clear = {"2025-06-10", "2025-06-14"}  # one run in the seven days before; two on all the others
    told_once = dict.fromkeys((f"2025-06-{day:02}" for day in range(9, 15)), "capped") | dict.fromkeys(clear, "clear")
    assert days == {**told_once, "2025-06-15": "fire"}


def planned(day, **fields):
    return Race(SUNDAY + timedelta(days=day), 10_000, priority="A", **fields)


@pytest.mark.parametrize(("day", "asked"), [(-91, False), (-90, True), (0, True), (366, True), (367, False)])
def test_races_from_a_season_ago_to_a_year_ahead_are_asked_about(day, asked):
    history = replace(HISTORY, races=(planned(day),))
    judgement = judged(rule("a", each="race", family="race", when="race.distance > 1 km"), history=history)
    assert bool(judgement.nudges) is asked


def test_a_race_to_come_has_no_result_yet_and_an_unplanned_one_does_not_exist_yet():
    races = (planned(3, activity=0, time_s=2400.0), replace(planned(5), priority=None, activity=0))
    judgement = judged(
        rule("a", each="race", family="race", when="race.run or race.time is known"),
        history=replace(HISTORY, races=races),
    )
    assert [(finding.subject, finding.outcome) for finding in judgement.clear] == [("2025-06-18/10", "clear")]


# What is told once


@pytest.mark.parametrize(
    ("told", "outcome"), [(-21, "fire"), (-20, "fire"), (-19, "cooldown"), (-7, "cooldown"), (None, "fire")]
)
def test_once_per_block_counts_from_the_first_day_of_the_phase(told, outcome):
    states = state("a", last_sent=SUNDAY + timedelta(days=told)) if told is not None else {}
    judgement = judged(rule("a", "  once_per: block"), states=states, history=in_phase("base"))
    assert outcomes(judgement) == {"a": outcome}


def test_a_block_that_began_before_what_is_known_goes_on():
    states = state("a", last_sent=SUNDAY - timedelta(days=400))
    judgement = judged(rule("a", "  once_per: block"), states=states, history=in_phase("base", since=-60))
    assert outcomes(judgement) == {"a": "cooldown"}


@pytest.mark.parametrize(
    ("days", "told", "outcome"),
    [
        ([*range(-60, -20), -11, -2, 0], -10, "fire"),  # a first gap was told about, then came a second
        ([*range(-60, -20), -11, -2, 0], -3, "cooldown"),
        ([*range(-60, -11), 0], -20, "fire"),
        ([*range(-60, -11), -4, 0], -3, "cooldown"),
        (range(-60, 1), -3, "fire"),  # no gap at all
    ],
)
def test_once_per_gap_is_about_the_last_seven_days_without_a_run(days, told, outcome):
    history = replace(HISTORY, activities=tuple(runs(*days)))
    states = state("a", last_sent=SUNDAY + timedelta(days=told))
    assert outcomes(judged(rule("a", "  once_per: gap"), states=states, history=history)) == {"a": outcome}


@pytest.mark.parametrize(("told", "outcome"), [(-9, "fire"), (-8, "fire"), (-7, "cooldown")])
def test_once_per_race_counts_from_the_last_race_run(told, outcome):
    history = replace(HISTORY, races=(race(-30), race(-8), planned(-2), planned(5), race(6)))  # the day -2 was skipped
    states = state("a", last_sent=SUNDAY + timedelta(days=told))
    assert outcomes(judged(rule("a", "  once_per: race"), states=states, history=history)) == {"a": outcome}


def test_a_rule_about_races_is_told_once_about_each():
    about = rule("a", "  once_per: race", each="race", family="race", when="race.distance > 1 km")
    history = replace(HISTORY, races=(planned(5), planned(9)))
    first = judged(about, history=history)
    second = judged(about, history=history, states=first.states)
    assert [nudge.subject for nudge in (*first.nudges, *second.nudges)] == ["2025-06-20/10", "2025-06-24/10"]
    assert judged(about, history=history, states=second.states).nudges == ()


# Silence


def test_a_snoozed_rule_is_silent_until_its_day():
    for until, outcome in ((MONDAY, "fire"), (MONDAY + timedelta(days=1), "snoozed")):
        history = replace(HISTORY, athlete=Athlete(snoozed={"a": until}))
        (finding,) = judged(rule("a"), history=history).findings
        assert finding.outcome == outcome
    assert "2025-06-17" in finding.reason


def test_a_snoozed_rule_still_silences_others():
    history = replace(HISTORY, athlete=Athlete(snoozed={"loud": date(2026, 1, 1)}))
    judgement = judged(rule("loud", "  inhibits: [quiet]"), rule("quiet"), history=history)
    assert outcomes(judgement) == {"loud": "snoozed", "quiet": "inhibited"}


def test_a_rule_on_trial_silences_nothing():
    rules = [rule("loud", "  status: test\n  inhibits: [quiet]"), rule("quiet")]
    assert outcomes(judged(*rules)) == {"loud": "capped", "quiet": "fire"}


def weeks(*rules, history=HISTORY, count=1, states=None, first=SUNDAY):
    """The judgements of so many weeks in a row, each remembering those before."""
    judgements, states = [], states or {}
    for number in range(count):
        judgements.append(judged(*rules, states=states, history=history, ending=first + timedelta(weeks=number)))
        states = judgements[-1].states
    return judgements


FOREVER = replace(HISTORY, activities=tuple(runs(*range(-60, 200, 4))))


def test_after_three_nudges_without_a_change_a_rule_says_so_and_is_silent_for_twelve_weeks():
    judgements = weeks(rule("a"), history=FOREVER, count=16)
    assert [[nudge.closing for nudge in judgement.nudges] for judgement in judgements[:3]] == [[False], [False], [True]]
    assert {outcome for judgement in judgements[3:14] for outcome in outcomes(judgement).values()} == {"snoozed"}
    # Then it starts anew.
    assert [[nudge.closing for nudge in judgement.nudges] for judgement in judgements[14:]] == [[False], [False]]


def test_a_change_in_between_starts_the_count_anew():
    rested = replace(FOREVER, activities=tuple(a for a in FOREVER.activities if not 7 < (a.day - SUNDAY).days <= 14))
    judgements = weeks(rule("a", when="km > 0 km"), history=rested, count=5)
    assert [len(judgement.nudges) for judgement in judgements] == [1, 1, 0, 1, 1]
    assert not any(nudge.closing for judgement in judgements for nudge in judgement.nudges)


@pytest.mark.parametrize("fields", [{"kind": "praise"}, {"kind": "note"}, {"more": "  once_per: gap"}])
def test_praise_notes_and_what_is_told_once_do_not_wear_out(fields):
    history = replace(FOREVER, activities=tuple(runs(*range(-60, 200, 8))))
    judgements = weeks(rule("a", **fields), history=history, count=4)
    assert sum(len(judgement.nudges) for judgement in judgements) >= 3
    assert not any(nudge.closing for judgement in judgements for nudge in judgement.nudges)


# Order and cap


def test_rank_decides_between_rules_of_equal_severity():
    rules = [rule("a"), rule("b", "  rank: 9"), rule("c", "  rank: 1"), rule("d", "  severity: 2\n  rank: 9")]
    assert [nudge.rule for nudge in judged(*rules).nudges] == ["d", "c"]


def test_of_nudges_that_only_inform_a_digest_carries_one():
    judgement = judged(rule("a", "  rank: 9"), rule("b", "  rank: 9"), rule("c", "  rank: 9", kind="praise"))
    assert [nudge.rule for nudge in judgement.nudges] == ["a", "c"]
    assert outcomes(judgement)["b"] == "capped"


@pytest.mark.parametrize(("asked", "told"), [(0, 0), (1, 1), (3, 3), (9, 3)])
def test_an_athlete_may_get_more_or_fewer_nudges_but_never_more_than_three(asked, told):
    assert len(judged(*(rule(name) for name in "abcd"), nudges=asked).nudges) == told


# Memory of another logic


def test_a_rule_whose_logic_changed_remembers_only_when_it_was_told():
    old = judged(rule("a", "  rearm: km < 10 km\n  for: 1 of 3"))
    changed = judged(rule("a", "  rearm: km < 11 km\n  for: 1 of 3\n  cooldown: 14d"), states=old.states)
    assert changed.changed == ("a",)
    assert (changed.states["a", ""].armed, changed.states["a", ""].recent) == (True, "1")
    assert outcomes(changed) == {"a": "cooldown"}


def test_other_words_change_nothing_that_is_remembered():
    old = judged(rule("a", "  rearm: km < 10 km"))
    reworded = replace(rule("a", "  rearm: km < 10 km"), title="Another", why="Another reason.", severity=3)
    again = judged(reworded, states=old.states)
    assert (again.changed, outcomes(again)) == ((), {"a": "cooldown"})


# Lineage


def from_sources(*sources):
    return replace(
        HISTORY,
        activities=tuple(
            replace(activity, sources=sources[number % len(sources)])
            for number, activity in enumerate(HISTORY.activities)
        ),
    )


def test_a_finding_knows_whose_data_it_is_made_from():
    judgement = judged(rule("a"), history=from_sources(("strava",), ("files", "garmin")))
    assert judgement.findings[0].sources == judgement.nudges[0].fed_by == ("files", "garmin", "strava")


def test_a_finding_about_a_shoe_or_an_activity_is_made_from_it():
    shoes = replace(from_sources(("files",)), shoes=(Shoe("g1", "Fox", 900.0, source="strava"),))
    about_shoe = judged(rule("a", each="shoe", when="shoe.distance > 0.5 km", values=""), history=shoes)
    assert about_shoe.findings[0].sources == ("files", "strava")
    about_run = judged(long_run(when="activity.distance > 1 km"), history=from_sources(("garmin",)))
    assert {finding.sources for finding in about_run.findings} == {("garmin",)}


def test_the_activity_a_rule_is_asked_about_counts_even_where_no_value_uses_it():
    (walk,) = (replace(run, sport="Walk", sources=("garmin",)) for run in runs(-1, number=900))
    history = from_sources(("files",))
    history = replace(history, activities=(*history.activities, walk))
    judgement = judged(long_run(more="  sport: walk", when="activity.distance > 1 km"), history=history)
    assert judgement.findings[0].sources == ("files", "garmin")


def test_the_run_of_a_race_counts_for_what_is_said_about_it():
    history = from_sources(("files",))
    raced = replace(history.activities[5], sources=("garmin",))
    of_it = Race(raced.day, 10_000, activity=raced.id)
    activities = (*history.activities[:5], raced, *history.activities[6:])
    about = rule("a", each="race", family="race", when="race.run")
    judgement = judged(about, history=replace(history, activities=activities, races=(of_it,)))
    assert judgement.findings[0].sources == ("files", "garmin")


def test_a_finding_about_nights_is_made_from_them():
    night = Night(SUNDAY, sleep_s=20_000.0, source="garmin")
    history = replace(from_sources(("files",)), nights=(night,))
    sleepy = rule("a", values="slept: {mean: sleep, over: 7d}", when="slept < 6 h and km > 1 km")
    assert judged(sleepy, history=history).findings[0].sources == ("files", "garmin")


# Purity


def mixed():
    """Rules of every kind that get into each other's way."""
    return [
        rule("a", "  inhibits: [b]\n  severity: 2"),
        rule("b", "  inhibits: [c]"),
        rule("c", "  asks: more"),
        rule("d", family="a"),
        rule("e", "  for: 2", kind="praise"),
        rule("f", "  inhibits: ['asks:more']\n  rearm: km < 10 km", family="health"),
        rule("g", "  rank: 9"),
        rule("h", "  rank: 9\n  cooldown: 14d"),
        rule("i", kind="note"),
        long_run("j", when="activity.distance > 1 km"),
        rule("k", each="shoe", when="shoe.distance > 0.5 km"),
    ]


MIXED = replace(FOREVER, shoes=(Shoe("g1", "Fox", 900.0), Shoe("g2", "Owl", 800.0)))


@given(st.permutations(range(len(mixed()))))
def test_the_order_of_the_rules_changes_nothing(order):
    rules = mixed()
    one = weeks(*rules, history=MIXED, count=3)
    other = weeks(*(rules[number] for number in order), history=MIXED, count=3)
    assert one == other


def test_the_same_again_is_the_same_and_nothing_given_is_changed():
    states = weeks(*mixed(), history=MIXED, count=2)[-1].states
    before = deepcopy(dict(states))
    first, second = (judged(*mixed(), states=states, history=MIXED) for _ in range(2))
    assert first == second
    assert states == before


def test_a_view_that_is_there_already_gives_the_same():
    view = View(MIXED, date(2025, 12, 1), NOW)
    assert judged(*mixed(), history=MIXED, view=view) == judged(*mixed(), history=MIXED)
