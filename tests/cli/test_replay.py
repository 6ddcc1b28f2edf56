"""`rules replay` over the runs of an athlete who ran ten kilometres every other day from January to August 2025."""

import json

import pytest

SPAN = ("--since", "2025-02-01", "--until", "2025-08-31")


def replayed(runner, *arguments):
    said = runner("rules", "replay", *arguments, *SPAN)
    assert said.code == 0
    return said.out


def test_it_shows_what_would_have_been_said_and_how_often_each_outcome_came_out(runner):
    out = replayed(runner, "consistency")
    said, table = out.split("\n\nrule ")
    assert all(line[12:].startswith("consistency  ") for line in said.splitlines())
    heading, row = table.splitlines()[:2]
    assert heading.split()[0] == "fire"
    assert row.split()[:2] == ["consistency", str(len(said.splitlines()))]
    assert f"\n2025-02-01 to 2025-08-31, 30 weeks: {len(said.splitlines())} words of praise\n" in out


def test_the_whole_catalogue_names_those_that_had_nothing_to_say_below(runner):
    out = replayed(runner)
    assert "\nNever true (" in out
    assert "\nNever had the data to tell (" in out
    assert max(map(len, out.splitlines())) < 80


def test_the_texts_are_those_of_the_mail(runner):
    out = replayed(runner, "consistency", "--texts")
    assert "  Week after week (consistency)\n" in out
    assert "  Consistency: 5 weeks with at least 3 runs each" in out


def test_a_line_of_json_is_one_evaluation_with_its_evidence(runner):
    rows = [json.loads(line) for line in replayed(runner, "weekly-ramp", "--json").splitlines()]
    assert len(rows) == 31
    assert {row["rule"] for row in rows} == {"weekly-ramp"}
    assert rows[-1].keys() == {"date", "rule", "subject", "outcome", "reason", "evidence"}
    assert (rows[-1]["date"], rows[-1]["outcome"], rows[-1]["evidence"]["volume"]) == ("2025-08-31", "clear", "40.0 km")


def test_day_by_day_a_rule_about_activities_is_asked_every_day(runner):
    rows = replayed(runner, "longest-run-spike", "--step", "day", "--json").splitlines()
    assert len(rows) == 212


def test_another_number_shows_what_it_would_add_and_take_away(runner, own_rules):
    runner("rules", "new", "mine")
    out = replayed(runner, "mine", "--param", "step=10%")
    assert "As it is\n" in out
    assert "With step=10%\n" in out
    gained = [line for line in out.splitlines() if line.startswith("+ 2025-")]
    assert f"\nGained {len(gained)}, lost 0, the same 3\n" in out
    assert gained[0].endswith("mine  this week 40.0 km; a week in the four before 35.0 km")
    rows = [json.loads(line) for line in replayed(runner, "mine", "--param", "step=10%", "--json").splitlines()]
    assert [row.get("params") for row in rows] == [None] * 31 + [{"step": "10%"}] * 31


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["weekly-ramp", "--param", "rat=3"], "unknown parameter 'rat'"),
        (["weekly-ramp", "--param", "ratio"], "is not a quantity"),
        (["weekly-ramp", "--param", "ratio=900%"], "outside the bounds: at most 200%"),
        (["--param", "ratio=120%"], "--param is for the replay of one rule"),
        (["weekly-ramp", "no-rest-day", "--param", "days=9d"], "--param is for the replay of one rule"),
        (["weekly-ramp", "nowhere/rule.yaml"], "replayed on its own"),
        (["nowhere/rule.yaml"], "nowhere/rule.yaml does not exist"),
        (["--until", "2024-01-01"], "No day lies from 2025-02-01 to 2024-01-01"),
    ],
)
def test_what_cannot_be_replayed_is_said_so(runner, arguments, problem):
    said = runner("rules", "replay", *SPAN[:2], *arguments)
    assert said.code == 2
    assert problem in said.err


def test_a_rule_file_that_is_not_installed_is_replayed_on_its_own(runner, tmp_path):
    runner("rules", "new", "mine", tmp_path)
    file = tmp_path / "mine.yaml"
    rows = [json.loads(line) for line in replayed(runner, file, "--json").splitlines()]
    assert {row["rule"] for row in rows} == {"mine"}
    assert "mine" not in runner("rules", "list").out
    file.write_text(file.read_text().replace("cooldown:", "cooldwn:"))
    said = runner("rules", "replay", file, *SPAN)
    assert (said.code, "did you mean 'cooldown'?" in said.err) == (2, True)


def test_a_rule_that_is_off_can_be_replayed(runner):
    assert "long-run-share" in replayed(runner, "long-run-share")


def test_today_is_not_over_and_not_replayed(runner):
    rows = runner("rules", "replay", "sources-stale", "--since", "2025-08-01", "--until", "2199-01-01", "--json").out
    assert json.loads(rows.splitlines()[-1])["date"] < "2199-01-01"


def test_without_any_activity_there_is_a_next_step(coachd):
    said = coachd("rules", "replay", "--since", "2025-01-01")
    assert (said.code, "no activity is stored" in said.err) == (2, True)
