import json
import os

import pytest

from coachd import rulebook
from coachd.resources import shipped


@pytest.fixture
def template():
    """The text of a new rule `mine`."""
    return (shipped("templates") / "new-rule.yaml").read_text().replace("new-rule", "mine")


def in_force(coachd):
    return [rule["id"] for rule in coachd("rules", "list", "--json").json if rule["on"]]


class TestNew:
    def test_it_is_a_working_rule_whose_tests_pass_and_notice_mistakes(self, coachd, own_rules):
        said = coachd("rules", "new", "my-long-runs")
        file = own_rules / "my-long-runs.yaml"
        assert said.out.startswith(f"{file} is written: a working rule, to be made yours.")
        assert coachd("rules", "check", file).code == 0
        assert coachd("rules", "test", file).out == "4 tests of 1 rule passed.\n"
        assert coachd("rules", "mutate", "my-long-runs").out == "The tests of 1 rule notice every mistake.\n"
        assert "my-long-runs" in in_force(coachd)
        assert "new-rule" not in file.read_text()

    def test_it_goes_to_any_folder_also_one_that_is_not_there_yet(self, coachd, tmp_path):
        assert coachd("rules", "new", "mine", tmp_path / "deep" / "er").code == 0
        assert coachd("rules", "test", tmp_path / "deep").out == "4 tests of 1 rule passed.\n"

    def test_without_a_folder_it_asks_for_one(self, coachd):
        said = coachd("rules", "new", "mine")
        assert (said.code, "RULES_DIR" in said.err) == (2, True)

    def test_a_file_that_is_there_stays_as_it_is(self, coachd, own_rules):
        (own_rules / "mine.yaml").write_text("precious")
        assert "is there already" in coachd("rules", "new", "mine").err
        assert (own_rules / "mine.yaml").read_text() == "precious"

    @pytest.mark.parametrize("rule_id", ["weekly-ramp", "Mine", "a_b", "../mine", "", "-x-", "x" * 70])
    def test_an_id_that_is_taken_or_none_is_refused(self, coachd, own_rules, rule_id):
        assert coachd("rules", "new", "--", rule_id).code == 2
        assert list(own_rules.iterdir()) == []


def test_the_schema_is_the_file_that_is_shipped(coachd):
    said = coachd("rules", "schema").out
    assert json.loads(said) == rulebook.schema()
    assert said.rstrip() == (shipped("rules") / "rule-v1.schema.json").read_text().rstrip()


def test_the_shipped_ones_are_well_formed(coachd):
    assert coachd("rules", "check").out == "All rules are well formed.\n"


def test_a_rule_without_a_test_is_named(coachd, own_rules, template):
    (own_rules / "mine.yaml").write_text(template.split("  # Today is day 0")[0])
    assert coachd("rules", "test", own_rules).out == "0 tests of 1 rule passed.\nmine has no test.\n"


def test_what_no_test_notices_is_listed(coachd, own_rules, template):
    (own_rules / "mine.yaml").write_text(template.split("  - name: exactly a fifth more")[0])
    said = coachd("rules", "mutate", own_rules / "mine.yaml")
    assert said.code == 0
    assert "mine: no test notices when needs: before >= 4 was dropped\n" in said.out
    assert "would go unnoticed" in said.out


def test_a_failing_test_explains_itself_with_its_place_and_keeps_the_rule_out(coachd, own_rules, template):
    (own_rules / "mine.yaml").write_text(template.replace("outcome: fire", "outcome: clear"))
    said = coachd("rules", "test", own_rules)
    assert said.code == 2
    assert f"{own_rules}/mine.yaml:11: FAIL mine / thirty kilometres a week, then forty\n" in said.err
    assert "expected clear, got fire" in said.err
    assert "yes  more > step                          more = 33%, step = 20%" in said.err
    assert said.err.endswith("1 of 4 tests failed.\n")
    assert "mine" not in in_force(coachd)


SPOILT = {
    "a typo": (("cooldown:", "cooldwn:"), "35:3: unknown key 'cooldwn'", "did you mean 'cooldown'?"),
    "a wrong unit": (("default: 20%", "default: 20 bananas"), "25:21: unknown unit 'bananas'", "known: m, km"),
    "a wrong dimension": (("more > step", "week > 30"), "34:9: cannot compare a distance", "30 mi or 48 km"),
    "an unknown field": (("sum: distance", "sum: distanse"), "28:17: unknown field", "did you mean 'distance'?"),
    "an unknown name": (("more > step", "mor > step"), "34:9: unknown name 'mor'", "did you mean 'more'?"),
    "an unknown rule": (("severity: 1", "inhibits: [weekly-rampe] # "), "11: 'mine' inhibits", "'weekly-ramp'"),
    "a thousand brackets": (("more > step", "(" * 1000 + "more > step" + ")" * 1000), "34:9: an expression may", ""),
    "a deep expression": (("more > step", "(" * 60 + "more > step" + ")" * 60), "34:", "deep"),
    "a thousand nots": (("more > step", "not " * 300 + "more > step"), "34:", ""),
    "five megabytes": (("version: 1", "version: 1 #" + "x" * 5_000_000), "1:1: a rule file may have", "divide it"),
    "nothing": (None, "1:1: this file is empty", "version: 1"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_bad_input_is_shown_with_its_line_and_leaves_the_others_in_force(coachd, own_rules, template, what):
    change, problem, hint = SPOILT[what]
    file = own_rules / "mine.yaml"
    file.write_text(template.replace(*change, 1) if change else "")
    said = coachd("rules", "check", own_rules)
    assert said.code == 2
    assert f"{file}:{problem}" in said.err
    assert hint in said.err
    assert len(said.err) < 3_000, "a line by mistake is not printed whole"
    listed = coachd("rules", "list").out
    assert f"{file}:{problem}" in listed
    assert "\n  weekly-ramp               nudge " in listed


def test_rules_that_silence_each_other_are_named_with_their_place(coachd, own_rules, template):
    for name, other in (("mine", "yours"), ("yours", "mine")):
        text = template.replace("id: mine", f"id: {name}").replace("  cooldown:", f"  inhibits: [{other}]\n  cooldown:")
        (own_rules / f"{name}.yaml").write_text(text)
    said = coachd("rules", "check", own_rules)
    assert said.code == 2
    assert f"{own_rules}/mine.yaml:11: rules silence each other in a circle: mine > yours > mine" in said.err


def test_ten_thousand_rules_are_refused_in_one_file_and_in_many(coachd, own_rules):
    rule = "- {id: r%d, title: t, why: w, kind: nudge, family: x, each: week, when: 'true', message: {plain: x}}\n"
    rules = [rule % number for number in range(10_000)]
    before = in_force(coachd)
    (own_rules / "many.yaml").write_text("version: 1\nrules:\n" + "".join(rules[:4_000]))
    assert "many.yaml:3:1: a file may hold 200 rules" in coachd("rules", "check", own_rules).err
    (own_rules / "many.yaml").write_text("version: 1\nrules:\n" + "".join(rules))
    assert "many.yaml:1:1: a rule file may have 500,000 characters" in coachd("rules", "check", own_rules).err
    assert in_force(coachd) == before


@pytest.mark.parametrize("kind", ["pipe", "folder", "broken link"])
def test_what_is_no_file_is_said_so_and_nothing_waits_for_it(coachd, own_rules, kind):
    path = own_rules / "x.yaml"
    {"pipe": os.mkfifo, "folder": os.mkdir, "broken link": lambda path: path.symlink_to("nowhere")}[kind](path)
    said = coachd("rules", "check", own_rules)
    assert said.code == 2
    assert f"{path}: this " in said.err
    assert "no-rest-day" in in_force(coachd)


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("ratio=900%", "'900%' is outside the bounds: at most 200%"),
        ("ratio=9 km", "'9 km' is a distance, but the parameter is a plain number"),
        ("ratio=9 bananas", "unknown unit 'bananas'"),
        ("rat=150%", "unknown parameter 'rat'; known: ratio, abs, over_max"),
        ("cooldown=soon", "cooldown"),
    ],
)
def test_a_number_out_of_bounds_is_refused_and_changes_nothing(coachd, word, problem):
    before = coachd("rules", "list", "--json").json
    said = coachd("rules", "set", "weekly-ramp", word)
    assert said.code == 2
    assert problem in said.err
    assert coachd("rules", "list", "--json").json == before
