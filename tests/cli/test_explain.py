"""`rules explain` about an athlete who ran every other day until the end of August 2025."""

import pytest

SUNDAY = "2025-08-24"  # seen from here, the closed week is that to 17 August


def test_the_outcome_the_conditions_and_what_would_change_it_stand_in_that_order(runner):
    said = runner("rules", "explain", "weekly-ramp", "--on", SUNDAY)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "weekly-ramp: The week went up a lot"
    assert lines[2] == "2025-08-11 to 2025-08-17"
    assert "nothing to say (clear)" in lines
    headings = ["It needs", "It speaks when", "What it would take to speak", "Values", "Numbers you can change"]
    assert [line for line in lines if line in headings] == headings
    assert "  no      volume >= ratio * mean3" in lines
    assert "            40.0 km >= 43.3 km" in lines


def test_every_value_has_its_activities_with_date_name_and_number(runner):
    out = runner("rules", "explain", "weekly-ramp", "--on", SUNDAY).out
    value = out.split("\n  volume ")[1].split("\n  mean3 ")[0]
    assert "40.0 km  (this week)" in value
    assert "2025-08-17   10.0 km  Invented #" in value
    assert value.count("Invented #") == 4


@pytest.mark.parametrize("rule", ["weekly-ramp", "intensity-balance", "shoe-wear", "longest-run-spike", "taper-start"])
def test_no_line_is_wider_than_a_terminal(runner, rule):
    assert max(map(len, runner("rules", "explain", rule, "--on", SUNDAY).out.splitlines())) < 80


def test_a_rule_that_speaks_says_what_would_clear_it(runner):
    out = runner("rules", "explain", "consistency", "--on", SUNDAY).out
    assert "\nWhat would clear it\n" in out
    assert "What it would take to speak" not in out


def test_it_says_the_same_as_the_judge(runner):
    findings = runner("judge", "--dry-run", "--on", SUNDAY, "--json").json["findings"]
    for finding in [found for found in findings if found["subject"] is None][::12]:
        found = runner("rules", "explain", finding["rule"], "--on", SUNDAY, "--json").json
        assert (found["outcome"], found["reason"]) == (finding["outcome"], finding["reason"])


def test_a_number_of_one_s_own_says_so_beside_the_default(runner):
    runner("rules", "set", "weekly-ramp", "ratio=120%")
    assert "  ratio     120%    yours; default 130%; 105% to 200%\n" in runner("rules", "explain", "weekly-ramp").out


def test_a_rule_that_is_off_is_asked_as_if_it_were_on(runner):
    said = runner("rules", "explain", "long-run-share", "--on", SUNDAY)
    assert "; off, asked as if it were on\n" in said.out
    assert runner("rules", "explain", "long-run-share", "--on", SUNDAY, "--json").json["on"] is False


def test_a_shut_gate_is_the_reason_and_the_numbers_are_there_all_the_same(runner):
    runner("mode", "ill", "--from", "2025-08-01")
    out = runner("rules", "explain", "weekly-ramp", "--on", SUNDAY).out
    assert "  it is not for the phase break\n" in out
    assert "\nIt was not asked. If it had been:\n" in out
    assert "40.0 km >= 43.3 km" in out


def test_one_of_several_subjects_is_chosen_by_name(runner):
    asked = runner("rules", "explain", "longest-run-spike", "--on", SUNDAY, "--json").json["subjects"]
    assert len(asked) == 4
    chosen = runner("rules", "explain", "longest-run-spike", "--on", SUNDAY, "--subject", asked[0]["subject"], "--json")
    assert chosen.json["subject"] == asked[0]["subject"]
    out = runner("rules", "explain", "longest-run-spike", "--on", SUNDAY).out
    assert "It was asked about 4; one of them with --subject" in out
    assert f"  clear     {asked[0]['subject']}  {asked[0]['called']}\n" in out


def test_a_subject_that_there_is_not_is_told_which_there_are(runner):
    said = runner("rules", "explain", "longest-run-spike", "--on", SUNDAY, "--subject", "nine")
    assert said.code == 2
    assert "was not asked about 'nine'" in said.err
    assert "Invented on 2025-08-17" in said.err


def test_without_any_activity_it_says_that_too_little_is_known(coachd):
    said = coachd("rules", "explain", "weekly-ramp", "--on", SUNDAY)
    assert said.code == 0
    assert "it cannot tell (no_data)" in said.out
