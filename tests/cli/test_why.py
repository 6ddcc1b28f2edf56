"""`why` about an athlete who ran every other day until the end of August 2025."""

import pytest

WEEK = "2025-W33"
SUNDAY = "2025-08-24"  # seen from here, it is the closed week


def groups(out):
    """Heading -> the ids below it."""
    parts = out.split("\n\n")[1:-1]
    return {
        part.split(" (")[0]: [line.split()[0] for line in part.splitlines()[1:] if line[:3].strip()] for part in parts
    }


def test_every_rule_in_force_stands_in_one_group(runner):
    found = groups(runner("why", "--week", WEEK).out)
    named = [rule for rules in found.values() for rule in rules]
    assert sorted(named) == sorted(rule["id"] for rule in runner("rules", "list", "--json").json if rule["on"])
    assert "consistency" in found["Said"]
    assert "weekly-ramp" in found["Not true"]
    assert "sleep-short" in found["Could not tell"]


def test_a_week_with_a_digest_is_shown_as_it_was_judged(runner):
    assert "judged now; it had no digest" in runner("why", "--week", WEEK).out
    before = groups(runner("why", "--week", WEEK).out)
    runner("judge", "--on", SUNDAY)
    said = runner("why")
    assert said.out.startswith("2025-08-11 to 2025-08-17, as it was judged for its digest\n")
    assert groups(said.out) == before


def test_what_was_held_back_says_why(runner):
    runner("judge", "--on", SUNDAY)
    out = runner("why", "--week", "2025-W34").out
    assert "consistency" in groups(out)["True, and held back"]
    assert "the mark of 26 weeks was told already" in " ".join(out.split())


@pytest.mark.parametrize("week", [WEEK, "2025-w33", "2025-08-11", "2025-08-17"])
def test_a_week_is_named_by_its_number_or_by_a_day_in_it(runner, week):
    assert runner("why", "--week", week, "--json").json["first"] == "2025-08-11"


@pytest.mark.parametrize(
    ("week", "problem"), [("2025-W60", "is no week"), ("last", "is no week"), ("2199-01-01", "is not over yet")]
)
def test_what_is_no_week_is_said_so(runner, week, problem):
    said = runner("why", "--week", week)
    assert said.code == 2
    assert problem in said.err


def test_for_a_machine_there_is_one_object_a_finding(runner):
    found = runner("why", "--week", WEEK, "--json").json
    assert (found["period"], found["as_sent"]) == (WEEK, False)
    assert found["rules"][0].keys() == {"rule", "subject", "outcome", "reason"}


def test_no_line_is_wider_than_a_terminal(runner):
    assert max(map(len, runner("why", "--week", WEEK).out.splitlines())) < 80


def test_before_the_first_activity_every_rule_without_data_says_so(coachd):
    assert "Could not tell (" in coachd("why").out
