import pytest

from coachd import rulebook

RULE = """\
version: 1
rules:
- id: {id}
  title: A long way
  why: Because.
  kind: nudge
  family: load
  each: week
  params:
    limit: {{default: 60 km, min: 10 km, max: 200 km, label: limit}}
  values:
    week: {{sum: distance, sport: run, over: 7d}}
  when: week > limit
  cooldown: 7d
  message: {{plain: "{{{{ week }}}} this week"}}
{more}"""
TESTS = """  tests:
  - name: seventy
    activities: [{day: -1, distance: 70 km}]
    expect: {outcome: fire, evidence: {week: 70.0 km}, message_contains: 70.0 km this week}
"""


@pytest.fixture
def folder(tmp_path):
    def write(**rules):
        for name, more in rules.items():
            text = RULE.format(id=name.replace("_", "-"), more=more)
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return [tmp_path]

    return write


def ids(rules):
    return [rule.id for rule in rules]


def test_rules_are_found_in_folders_below(folder, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    folders = folder(a="", b="")
    (tmp_path / "a.yaml").rename(tmp_path / "deep" / "er" / "a.yaml")
    assert ids(rulebook.load(folders).rules) == ["b", "a"]


def test_a_folder_that_is_not_there_is_a_problem_and_no_silence(folder, tmp_path):
    book = rulebook.load([*folder(a_rule=""), tmp_path / "typo"])
    assert ids(book.rules) == ["a-rule"]
    assert book.problems == (f"{tmp_path / 'typo'}: there is no such folder of rules",)


def test_both_endings_of_yaml_files_count(folder, tmp_path):
    folder(a_rule="")
    (tmp_path / "a_rule.yaml").rename(tmp_path / "a_rule.yml")
    assert ids(rulebook.load([tmp_path]).rules) == ["a-rule"]


def test_checking_a_folder_without_rules_is_not_passed(tmp_path):
    assert rulebook.check([tmp_path]) == [f"{tmp_path}: no rule file is in it; they end in .yaml"]


def test_a_file_with_a_problem_leaves_the_others_working(folder, tmp_path):
    folders = folder(good="")
    (tmp_path / "bad.yaml").write_text("version: 1\nruls: []\n", encoding="utf-8")
    book = rulebook.load(folders)
    assert ids(book.rules) == ["good"]
    assert any("did you mean 'rules'?" in problem for problem in book.problems)


def test_a_file_that_is_no_text_is_a_problem_and_no_crash(tmp_path):
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00rules")
    assert "UTF-8" in rulebook.check([tmp_path])[0]


def test_an_id_is_taken_once(folder, tmp_path):
    folders = folder(a="")
    (tmp_path / "b.yaml").write_text(RULE.format(id="a", more=""), encoding="utf-8")
    book = rulebook.load(folders)
    assert len(book.rules) == 1
    assert "the id 'a' is taken by" in book.problems[0]


def test_a_rule_may_only_silence_rules_that_exist(folder):
    problems = rulebook.check(folder(first="  inhibits: [secnd]\n", second=""))
    assert "'first' inhibits 'secnd', which does not exist; did you mean 'second'?" in problems[0]


@pytest.mark.parametrize("target", ["a", "family:load"])
def test_rules_that_silence_each_other_are_a_problem(folder, target):
    problems = rulebook.check(folder(a="  inhibits: [b]\n", b=f"  inhibits: ['{target}']\n"))
    assert "in a circle" in problems[0]


def test_the_look_back_is_that_of_the_widest_rule_and_never_too_short(folder):
    assert rulebook.load(folder(a="")).lookback_days == rulebook.LEAST_LOOKBACK_DAYS
    assert rulebook.load(folder(a="  needs: week > 1 km\n", b="")).lookback_days == rulebook.LEAST_LOOKBACK_DAYS


def test_a_passing_test_says_nothing(folder):
    (rule,) = rulebook.load(folder(a=TESTS)).rules
    assert rulebook.test(rule) == []


def test_a_failing_test_explains_itself(folder):
    (rule,) = rulebook.load(folder(a=TESTS.replace("70 km}]", "50 km}]"))).rules
    assert rulebook.test(rule) == [
        (
            "FAIL a / seventy\n"
            "    expected fire, got clear\n"
            "    expected week = 70.0 km, got 50.0 km\n"
            "    expected '70.0 km this week' in the message, got: no message\n"
            "      no   week > limit                         week = 50.0 km, limit = 60.0 km"
        )
    ]


def test_a_rule_whose_own_tests_fail_is_not_activated(folder):
    folders = folder(good=TESTS, bad=TESTS.replace("fire", "clear"))
    book = rulebook.load(folders, verify=True)
    assert ids(book.rules) == ["good"]
    assert "FAIL bad / seventy" in book.problems[0]


def test_an_override_changes_what_it_names(folder):
    (rule,) = rulebook.load(folder(a=""), {"a": {"params": {"limit": "100 km"}, "cooldown": "4w"}}).rules
    assert (rule.params["limit"].value, rule.cooldown_days) == (100_000, 28)


def test_inline_tests_speak_of_the_rule_before_overrides(folder):
    book = rulebook.load(folder(a=TESTS), {"a": {"params": {"limit": "100 km"}}}, verify=True)
    assert (ids(book.rules), book.problems) == (["a"], ())


def test_a_rule_can_be_switched_off(folder):
    book = rulebook.load(folder(a="", b=""), {"a": {"off": True}})
    assert (ids(book.rules), ids(book.off)) == (["b"], ["a"])


@pytest.mark.parametrize("more", ["  tier: optional\n", "  status: experimental\n", "  status: deprecated\n"])
def test_some_rules_are_off_until_asked_for(folder, more):
    assert ids(rulebook.load(folder(a=more)).off) == ["a"]
    assert ids(rulebook.load(folder(a=more), {"a": {"off": False}}).rules) == ["a"]


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ({"b": {"off": True}}, "override of 'b': there is no such rule"),
        ({"a": {"parms": {}}}, "unknown key 'parms'"),
        ({"a": "off"}, "write for example"),
        ({"a": {"params": "x"}}, "write for example"),
        ({"a": {"off": "yes"}}, "'off' is true or false"),
        ({"a": {"cooldown": "often"}}, "is not a quantity"),
        ({"a": {"cooldown": "3 km"}}, "no number of whole days"),
        ({"a": {"params": {"limt": "3 km"}}}, "unknown parameter 'limt'; known: limit"),
        ({"a": {"params": {"limit": "3 days"}}}, "'3 days' is a duration, but the parameter is a distance"),
        ({"a": {"params": {"limit": "3 km"}}}, "'3 km' is outside the bounds: at least 10.0 km"),
        ({"a": {"params": {"limit": "300 km"}}}, "'300 km' is outside the bounds: at most 200 km"),
    ],
)
def test_a_wrong_override_is_named_and_the_rule_stays_as_it_was(folder, override, problem):
    book = rulebook.load(folder(a=""), override)
    assert problem in book.problems[0]
    assert book.rules[0].params["limit"].value == 60_000
