"""`nudges` and `feedback`, on Tuesday 24 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import config
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.model import Nudge, RuleState
from coachd.store import athletes, judgements, nudges
from coachd.store.nudges import Identity

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STRENGTH = Nudge(
    "strength-short", "", "nudge", 1, "strength", "Two strength sessions a week",
    "One strength session in four weeks. Tuesday after the easy run would fit.", why="It makes running easier.",
    evidence=(("sessions", "1"), ("usual", "2 a week")),
)  # fmt: skip
PACE = Nudge(
    "easy-run-too-fast", "17", "nudge", 2, "easy", "Easy runs", "Three of five were above.",
    judged_by="I use 150 bpm: your own setting", setting="easy_hr_ceiling",
)  # fmt: skip
SHOES = [Nudge("shoe-wear", f"g{pair}", "nudge", 1, "gear", f"Pair {pair}", "Far.") for pair in (1, 2)]


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setenv("ATHLETE_ZONE", "UTC")
    monkeypatch.setattr("coachd.cli.common.SystemClock", lambda: SteppedClock(NOW))


@pytest.fixture
def stored(state):
    """The instance on the test's state folder, to write into."""
    settings = config.load({"COACHD_STATE_DIR": str(state), "ATHLETE_ZONE": "UTC"}, dotenv=False)
    with opened(settings, SteppedClock(NOW)) as coach:
        coach.athlete("me")
        yield coach.store


@pytest.fixture
def tell(stored):
    """Tells an athlete something about a week, some days ago."""

    def told(period, *chosen, days=1, state="sent", name="me"):
        at = NOW - timedelta(days=days)
        with stored.begin() as db:
            nudges.save(db, name, period, chosen, {}, at)
            if state != "queued":
                nudges.set_state(db, name, period, state, of=("queued",), sent_at=at if state == "sent" else None)

    return told


@pytest.fixture
def two_weeks(tell):
    tell("2026-W46", STRENGTH, *SHOES, days=8)
    tell("2026-W47", STRENGTH, PACE)


@pytest.mark.usefixtures("two_weeks")
def test_what_was_told_is_listed_oldest_first_with_what_became_of_it(coachd):
    coachd("feedback", "easy-run-too-fast", "helpful")
    assert coachd("nudges", "list").out.splitlines() == [
        "2026-W46/strength-short     sent 2026-11-16",
        "2026-W46/shoe-wear/g1       sent 2026-11-16",
        "2026-W46/shoe-wear/g2       sent 2026-11-16",
        "2026-W47/strength-short     sent 2026-11-23",
        "2026-W47/easy-run-too-fast  sent 2026-11-23, answered helpful",
    ]


@pytest.mark.usefixtures("two_weeks")
def test_the_list_begins_when_it_is_said_and_else_twelve_weeks_ago(coachd, tell):
    tell("2026-W35", STRENGTH, days=90)
    assert len(coachd("nudges", "list").out.splitlines()) == 5
    assert len(coachd("nudges", "list", "--since", "2026-08-01").out.splitlines()) == 6
    assert len(coachd("nudges", "list", "--since", "2026-11-23").out.splitlines()) == 2
    assert coachd("nudges", "list", "--since", "2026-11-24").out == "Nothing was told since 2026-11-24.\n"


def test_a_list_with_nothing_in_it_says_how_to_look_further_back(coachd):
    assert coachd("nudges", "list").out.endswith("; --since looks further back.\n")


@pytest.mark.usefixtures("two_weeks")
def test_the_list_is_there_for_machines_too(coachd):
    listed = coachd("nudges", "list", "--json").json
    assert [each["id"] for each in listed][:2] == ["2026-W46/strength-short", "2026-W46/shoe-wear/g1"]
    assert listed[0]["evidence"] == {"sessions": "1", "usual": "2 a week"}
    assert (listed[0]["state"], listed[0]["feedback"], listed[1]["subject"]) == ("sent", None, "g1")


@pytest.mark.usefixtures("two_weeks")
def test_one_nudge_is_shown_with_its_evidence_its_answer_and_what_followed(coachd, stored):
    coachd("feedback", "2026-W46/strength-short", "quiet")
    with stored.begin() as db:
        nudges.set_change(db, "me", Identity("2026-W46", "strength-short", ""), "helped")
    assert coachd("nudges", "show", "2026-W46/strength-short").out == (
        "2026-W46/strength-short: Two strength sessions a week\n"
        "sent 2026-11-16, answered quiet 2026-11-24\n"
        "\n"
        "One strength session in four weeks. Tuesday after the easy run would fit.\n"
        "\n"
        "It makes running easier.\n"
        "\n"
        "Seen\n"
        "  sessions  1\n"
        "  usual     2 a week\n"
        "\n"
        "What followed: some weeks later what it was about had eased.\n"
        "\n"
        "strength-short is silent until 2026-12-22.\n"
        "\n"
        "Answer: coachd feedback strength-short helpful|not-for-me|quiet|wrong-number\n"
    )


@pytest.mark.usefixtures("two_weeks")
def test_a_rule_means_what_it_told_last(coachd, tell):
    tell("2026-W48", STRENGTH, days=0, state="queued")
    assert coachd("nudges", "show", "strength-short", "--json").json["id"] == "2026-W47/strength-short"
    assert coachd("nudges", "show", "shoe-wear", "--json").json["subject"] == "g2"


@pytest.mark.usefixtures("two_weeks")
def test_an_id_with_its_subject_is_understood_where_the_short_one_would_do(coachd):
    assert (
        coachd("nudges", "show", "2026-W47/easy-run-too-fast/17", "--json").json["id"] == "2026-W47/easy-run-too-fast"
    )


@pytest.mark.usefixtures("two_weeks")
@pytest.mark.parametrize(
    ("called", "said"),
    [
        ("strength-shrot", "Did you mean 'strength-short'?"),
        ("2026-W47/strength-shrot", "Did you mean '2026-W47/strength-short'?"),
        ("2026-W46/shoe-wear", "Did you mean '2026-W46/shoe-wear/g"),
        ("2019-W01/nothing-like-it-at-all", "`coachd nudges list` names them."),
        ("strength-lapsed", "strength-lapsed has told you nothing yet."),
    ],
)
def test_what_is_not_there_is_refused_with_what_may_be_meant(coachd, called, said):
    for command in (["nudges", "show", called], ["nudges", "mute", called], ["feedback", called, "quiet"]):
        refused = coachd(*command)
        assert refused.code == 2
        assert said in refused.err


def test_what_was_never_told_has_not_been_told(coachd, tell):
    tell("2026-W47", STRENGTH, state="withdrawn")
    assert coachd("nudges", "list").out == "2026-W47/strength-short  withdrawn 2026-11-23\n"
    assert "told you nothing yet" in coachd("feedback", "strength-short", "quiet").err


@pytest.mark.usefixtures("two_weeks")
def test_a_rule_is_snoozed_or_muted_by_one_of_its_nudges(coachd):
    assert coachd("nudges", "snooze", "shoe-wear").out == "shoe-wear may speak again on 2026-12-22.\n"
    later = coachd("nudges", "snooze", "2026-W46/shoe-wear/g1", "--until", "2027-01-01")
    assert later.out == "shoe-wear may speak again on 2027-01-01.\n"
    assert "not in the future" in coachd("nudges", "snooze", "shoe-wear", "--until", "2026-11-24").err
    assert coachd("nudges", "mute", "strength-short").out == (
        "strength-short may speak again on 2027-02-16, or at once with `coachd rules snooze strength-short --off`.\n"
    )
    assert coachd("athlete", "show", "--json").json["snooze"] == {
        "shoe-wear": "2027-01-01", "strength-short": "2027-02-16",
    }  # fmt: skip


@pytest.mark.usefixtures("two_weeks")
def test_the_answers_do_what_they_say(coachd):
    assert coachd("feedback", "strength-short", "helpful").out == "Thank you. strength-short goes on as before.\n"
    assert coachd("feedback", "strength-short", "helpful").out == "This was answered before; nothing changes.\n"
    first = coachd("feedback", "2026-W46/strength-short", "not-for-me").out
    assert first.startswith("strength-short may speak again on 2027-02-16.")
    second = coachd("feedback", "strength-short", "not-for-me").out
    assert second == "strength-short is off. `coachd rules set strength-short on` brings it back.\n"
    assert "strength-short is off." in coachd("nudges", "show", "strength-short").out


@pytest.mark.usefixtures("two_weeks")
def test_the_right_number_is_put_into_force(coachd):
    assert coachd("feedback", "easy-run-too-fast", "wrong-number", "--value", "155").out == (
        "easy_hr_ceiling is 155 from now on.\n"
    )
    assert coachd("athlete", "show", "--json").json["easy_hr_ceiling"] == 155


@pytest.mark.usefixtures("two_weeks")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["easy-run-too-fast", "wrong-number", "--value", "300"], "easy_hr_ceiling"),
        (["strength-short", "wrong-number", "--value", "3"], "not judged by a number of yours"),
        (["easy-run-too-fast", "quiet", "--value", "155"], "--value belongs to wrong-number"),
        (["easy-run-too-fast", "splendid"], "'splendid' is not one of"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(coachd, words, said):
    refused = coachd("feedback", *words)
    assert refused.code == 2
    assert said in refused.err
    assert "answered" not in coachd("nudges", "list").out


def test_silence_after_nothing_changed_is_shown_too(coachd, tell, stored):
    tell("2026-W47", STRENGTH)
    muted = RuleState("strength-short", "", date(2026, 11, 23), muted_until=date(2027, 2, 15))
    with stored.begin() as db:
        judgements.save(db, "me", "2026-W40", [], [], [muted], NOW)
    assert coachd("nudges", "show", "strength-short", "--json").json["rule_is"] == "silent until 2027-02-15"


def test_another_athlete_is_told_the_commands_they_type(coachd, tell, stored):
    with stored.begin() as db:
        athletes.add(db, "anna", {}, NOW)
    tell("2026-W47", STRENGTH, name="anna")
    assert (
        "coachd --athlete anna feedback strength-short"
        in coachd("--athlete", "anna", "nudges", "show", "strength-short").out
    )
    assert coachd("nudges", "list").out.startswith("Nothing was told")


def test_a_nudge_whose_words_are_gone_is_still_listed_and_shown(coachd, tell, stored):
    tell("2026-W47", STRENGTH)
    with stored.begin() as db:
        judgements.blank(db, "me")
    assert "its words went with the data of its source" in coachd("nudges", "show", "strength-short").out
