"""What became of what each rule told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from coachd.judge.outcomes import outcomes
from coachd.model import Nudge, RuleState, Told

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def told(rule, state="sent", change="", feedback=""):
    nudge = Nudge(rule, "", "nudge", 1, "load", "Title", "Text")
    return Told("2026-W40", nudge, state, NOW, NOW, feedback, None, change)


def test_what_was_sent_is_counted_by_what_became_of_it():
    (one,) = outcomes(
        [told("a", change="helped", feedback="helpful"), told("a", change="unchanged"), told("a", change="unknown"),
         told("a", "corrected", feedback="helpful"), told("a", feedback="quiet")],
        {}, TODAY,
    )  # fmt: skip
    assert (one.sent, one.helped, one.unchanged, one.unknown, one.corrected) == (5, 1, 1, 1, 1)
    assert one.answers == {"helpful": 2, "quiet": 1}


def test_what_was_never_sent_is_not_counted():
    assert outcomes([told("a", state) for state in ("queued", "withdrawn", "expired")], {}, TODAY) == []


def test_the_most_told_comes_first():
    assert [one.rule for one in outcomes([told("b"), told("a"), told("c"), told("c")], {}, TODAY)] == ["c", "a", "b"]


def test_a_rule_is_muted_while_any_of_its_memories_is():
    states = {
        ("a", "g1"): RuleState("a", "g1", muted_until=date(2026, 12, 1)),
        ("a", "g2"): RuleState("a", "g2", muted_until=date(2026, 12, 24)),
        ("b", ""): RuleState("b", "", muted_until=TODAY),
    }
    muted = {one.rule: one.muted_until for one in outcomes([told("a"), told("b")], states, TODAY)}
    assert muted == {"a": date(2026, 12, 24), "b": None}


@pytest.mark.parametrize(
    ("nudges", "idle"),
    [
        ([told("a", change="unchanged")] * 5, True),
        ([told("a", change="unchanged")] * 4, False),
        ([told("a", change="unchanged")] * 4 + [told("a", change="unknown")], False),
        ([told("a", change="unchanged")] * 5 + [told("a", change="helped")], False),
        ([told("a", change="unchanged")] * 5 + [told("a", feedback="helpful")], False),
    ],
    ids=["five times", "four times", "one unknown", "once different", "somebody liked it"],
)
def test_told_five_times_and_never_different_it_is_idle(nudges, idle):
    assert outcomes(nudges, {}, TODAY)[0].idle is idle
