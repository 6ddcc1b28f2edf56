"""What became of what was told: followed up, helped, put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from rule_samples import NOW, SUNDAY, activity, read_rule, view

from coachd.judge import Closed, aftermath, helped
from coachd.judge.aftermath import (
    Retold,
    can_ease,
    corrections,
    due,
    follow_up,
    outdated,
    retold,
    to_correct,
    to_follow,
)
from coachd.judge.basis import Differences, Named
from coachd.judge.gates import Gates
from coachd.model import Nudge, Period, RuleState, Shoe, Told

WEEK = Period("2025-W24", SUNDAY - timedelta(days=6), SUNDAY)
RUNNING = "week: {sum: distance, sport: run, over: 7d, label: this week}"
SENT = datetime(2025, 6, 9, 6, tzinfo=UTC)


def told(rule="some-rule", subject="", *, state="sent", sent_at=SENT, period="2025-W23", evidence=(), **more):
    nudge = Nudge(rule, subject, more.pop("kind", "nudge"), 1, "load", "Some rule", more.pop("text", "Words."),
                  evidence=evidence)  # fmt: skip
    return Told(period, nudge, state, SENT, sent_at, **{"basis": {"period": "x"}, **more})


def closed(*activities, **fields):
    return Closed(view(*activities, **fields), WEEK)


def followed(rule, what, *activities, minimum=False, **fields):
    seen = closed(*activities, **fields)
    return follow_up(what, rule, seen, Gates(seen.view, minimum=minimum))


def runs(*kilometres):
    return [activity(-number, number + 1, distance_m=km * 1000.0) for number, km in enumerate(kilometres)]


# a week later


@pytest.mark.parametrize(("km", "verdict"), [(50, "same"), (10, "eased")])
def test_a_rule_that_is_true_still_is_the_same(km, verdict):
    rule = read_rule("week > 40 km", RUNNING)
    what = told(evidence=(("this week", "45.0 km"),), feedback="helpful")
    found = followed(rule, what, *runs(km))
    assert (found.verdict, found.then, found.now) == (verdict, what.nudge.evidence, (("this week", f"{km}.0 km"),))
    assert (found.title, found.answer) == ("Some rule", "helpful")


def test_without_data_nothing_is_said_of_now():
    rule = read_rule("hr > 150 bpm", "hr: {mean: average_hr, sport: run, over: 7d, label: heart rate}")
    found = followed(rule, told(), *runs(10))
    assert (found.verdict, found.now) == ("unknown", ())


def test_while_somebody_is_ill_nobody_measures_them():
    ill = activity(0, 9, tags=frozenset({"sick"}))
    found = followed(read_rule("week < 40 km", RUNNING), told(), ill)
    assert (found.verdict, found.now) == ("unknown", ())


def test_of_several_shoes_it_is_the_one_that_was_spoken_of():
    rule = read_rule("worn > 400 mi", "worn: {value: shoe.distance, label: so far}", each="shoe")
    shoes = (Shoe("g1", "Old", 700_000.0), Shoe("g2", "New", 10_000.0))
    assert followed(rule, told(subject="g2"), shoes=shoes).verdict == "eased"
    assert followed(rule, told(subject="g1"), shoes=shoes).verdict == "same"
    assert followed(rule, told(subject="gone"), shoes=shoes).verdict == "unknown"


def test_a_name_that_is_still_the_same_is_not_repeated_and_a_number_is():
    values = "name: {value: shoe.name, label: shoe}, worn: {value: shoe.distance, label: so far}"
    rule = read_rule("worn > 400 mi", values, each="shoe")
    then = (("shoe", "Old"), ("so far", "700 km"))
    found = followed(rule, told(subject="g1", evidence=then), shoes=(Shoe("g1", "Old", 700_000.0),))
    assert (found.then, found.now) == ((("so far", "700 km"),), (("so far", "700 km"),))
    assert found.title == "Some rule (Old)", "of two pairs it still says which"
    renamed = followed(rule, told(subject="g1", evidence=then), shoes=(Shoe("g1", "Blue", 710_000.0),))
    assert (renamed.then, renamed.now) == (then, (("shoe", "Blue"), ("so far", "710 km")))


def test_what_is_said_once_about_a_race_cannot_ease():
    assert can_ease(read_rule())
    assert not can_ease(read_rule("race.days_since < 3 days", each="race", more="once_per: race"))


def test_followed_is_what_the_digest_before_told():
    told_before = told(sent_at=NOW - timedelta(days=7))
    others = [
        told(kind="praise", sent_at=NOW), told(state="expired", sent_at=None), told(sent_at=NOW - timedelta(days=11)),
        told(period=WEEK.key, sent_at=NOW), told(text="", sent_at=NOW),
    ]  # fmt: skip
    assert to_follow([*others, told_before], WEEK.key, NOW) == [told_before]


# some weeks later


def test_helped_is_true_false_or_unknown():
    rule = read_rule("week > 40 km", RUNNING, more="helped: {after: 4w, when: week < 30 km}")
    assert helped(rule, view(*runs(20))) == "helped"
    assert helped(rule, view(*runs(50))) == "unchanged"


def test_what_the_rule_needs_is_needed_to_tell_whether_it_helped():
    rule = read_rule("week > 40 km", RUNNING, more=["helped: {after: 4w, when: week < 30 km}", "needs: week > 5 km"])
    assert helped(rule, view(*runs(20))) == "helped"
    assert helped(rule, view(*runs(1))) == "unknown"


def test_an_unknown_condition_tells_nothing():
    rule = read_rule(
        values="hr: {mean: average_hr, sport: run, over: 7d}", more="helped: {after: 4w, when: hr < 140 bpm}"
    )
    assert helped(rule, view(*runs(20))) == "unknown"


def test_a_rule_without_helped_has_no_answer():
    assert helped(read_rule(), view()) == ""


def test_a_shoe_that_is_gone_tells_nothing():
    rule = read_rule(each="shoe", more="helped: {after: 4w, when: shoe.retired}")
    shoes = (Shoe("g1", "Old", 700_000.0, retired=True),)
    assert helped(rule, view(shoes=shoes), "g1") == "helped"
    assert helped(rule, view(shoes=shoes), "g2") == "unknown"


@pytest.mark.parametrize(("days", "asked"), [(27, False), (28, True), (56, True), (57, False)])
def test_it_is_asked_after_its_time_and_not_for_ever(days, asked):
    rule = read_rule(more="helped: {after: 4w, when: true}")
    day = date(2025, 6, 9)
    assert due(told(), rule, day, day + timedelta(days=days)) is asked


def test_it_is_asked_once_and_only_of_what_was_told():
    rule, day = read_rule(more="helped: {after: 4w, when: true}"), date(2025, 6, 9)
    later = day + timedelta(days=30)
    assert not due(told(change="unknown"), rule, day, later)
    assert not due(told(state="withdrawn"), rule, day, later)
    assert not due(told(), read_rule(), day, later)
    assert due(told(state="corrected"), rule, day, later)


# put right


def again(rule, *activities, states=None, subject="", **fields):
    return retold(rule, told(subject=subject).nudge, closed(*long_known(), *activities, **fields), states or {})


def long_known():
    return [activity(-day, 1000 + day, distance_m=1_000.0) for day in range(30, 62, 4)]


def test_what_is_still_so_still_holds_with_its_figures():
    rule = read_rule("week > 40 km", RUNNING)
    assert again(rule, *runs(50)) == Retold(True, (("this week", "50.0 km"),))
    assert again(rule, *runs(10)) == Retold(False)


def test_without_data_it_cannot_be_told():
    rule = read_rule("hr > 150 bpm", "hr: {mean: average_hr, sport: run, over: 7d, label: heart rate}")
    assert again(rule, *runs(10)) == Retold(None)


def test_with_too_little_history_left_it_cannot_be_told():
    rule = read_rule("week > 40 km", RUNNING)
    assert retold(rule, told().nudge, closed(*runs(50)), {}) == Retold(None)


def test_an_activity_that_is_gone_is_spoken_of_no_more():
    rule = read_rule("far > 20 km", "far: {value: activity.distance, label: far}", each="activity")
    assert again(rule, *runs(30), subject="77") == Retold(False)
    assert again(rule, *runs(30), subject="1").holds


def test_a_mark_that_had_been_told_before_was_nothing_new():
    rule = read_rule("true", "worn: shoe.distance", each="shoe", more=["marks: {worn: [400 km, 500 km]}",
                                                                     "once_per: mark"])  # fmt: skip
    shoes = (Shoe("g1", "Old", 450_000.0),)
    before = {("some-rule", "g1"): RuleState("some-rule", "g1", told_mark=400_000.0)}
    assert again(rule, shoes=shoes, subject="g1", states=before).holds is False
    assert again(rule, shoes=shoes, subject="g1").holds is True


RUN, WALK = Named("Evening run", date(2025, 6, 7)), Named("Walk", date(2025, 6, 8))
THEN = (("this week", "45.0 km"), ("before", "30.0 km"))
EVENING = "“Evening run” (Sat 7 Jun)"
MONDAYS = date(2025, 6, 16), date(2025, 6, 9)


@pytest.mark.parametrize(
    ("now", "found", "line"),
    [
        (Retold(False), Differences(removed=(RUN,)),
         "counted “Evening run” (Sat 7 Jun) for “Some rule”; it was removed since, and that no longer holds."),
        (Retold(False), Differences(removed=(RUN, WALK)),
         f"counted {EVENING} and 1 more for “Some rule”; they were removed since, and that no longer holds."),
        (Retold(None), Differences(edited=(RUN,)),
         "counted “Evening run” (Sat 7 Jun) for “Some rule”; it was edited since, and it cannot be told any more."),
        (Retold(True, (("this week", "41.0 km"), ("before", "30.0 km"))), Differences(edited=(RUN,)),
         f"counted {EVENING} for “Some rule”; it was edited since: this week 41.0 km instead of 45.0 km."),
        (Retold(False), Differences(others=True),
         "said “Some rule”; what is recorded of those days has changed since, and that no longer holds."),
    ],
)  # fmt: skip
def test_one_line_says_what_differs(now, found, line):
    wrong = outdated(told(evidence=THEN), now, found, MONDAYS[1])
    assert corrections([wrong], MONDAYS[0]) == [f"Last Monday's mail {line}"]


def of_two(first, second, found, other=None):
    there = replace(told(evidence=THEN), nudge=replace(told(evidence=THEN).nudge, title="Another"))
    made = outdated(told(evidence=THEN), first, found, MONDAYS[1]), outdated(there, second, other or found, MONDAYS[1])
    return corrections(made, MONDAYS[0])


LESS = Retold(True, (("this week", "41.0 km"), ("before", "30.0 km")))
BOTH = f"Last Monday's mail counted {EVENING} for “Some rule” and “Another”; it was"


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        (Retold(False), Retold(False), "and these no longer hold."),
        (Retold(None), Retold(None), "and they cannot be told any more."),
        (LESS, LESS, "this week 41.0 km instead of 45.0 km."),
        (LESS, Retold(False), "“Some rule” with this week 41.0 km instead of 45.0 km; “Another” no longer holds."),
        (Retold(None), Retold(False), "“Some rule” cannot be told any more; “Another” no longer holds."),
    ],
)
def test_what_was_said_twice_about_one_run_is_put_right_in_one_line(first, second, line):
    between = "," if line.startswith("and") else ":"
    assert of_two(first, second, Differences(edited=(RUN,))) == [f"{BOTH} edited since{between} {line}"]


def test_of_two_runs_each_has_its_line():
    assert len(of_two(Retold(False), Retold(False), Differences(edited=(RUN,)), Differences(edited=(WALK,)))) == 2


def test_an_older_mail_is_called_by_its_day():
    wrong = outdated(told(), Retold(False), Differences(removed=(RUN,)), MONDAYS[1])
    (line,) = corrections([wrong], date(2025, 6, 18))
    assert line.startswith("The mail of Mon 9 Jun counted")


def test_what_reads_as_it_did_needs_no_line():
    assert outdated(told(evidence=THEN), Retold(True, THEN), Differences(edited=(RUN,)), MONDAYS[1]) is None


def test_only_what_was_told_lately_and_still_has_its_words_is_put_right():
    lately = told(sent_at=NOW - timedelta(days=7))
    others = [
        told(state="corrected", sent_at=NOW), told(state="withdrawn", sent_at=None), told(text="", sent_at=NOW),
        told(sent_at=NOW - aftermath.CORRECTED), told(period=WEEK.key, sent_at=NOW), told(basis={}, sent_at=NOW),
    ]  # fmt: skip
    assert to_correct([lately, *others], WEEK.key, NOW) == [lately]
