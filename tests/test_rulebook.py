import os
from typing import get_args

import pytest

from coachd import rulebook
from coachd.model import Profile
from coachd.resources import shipped

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


def test_a_rule_may_only_rest_after_rules_that_exist(folder):
    problems = rulebook.check(folder(first="  rests_after: [secnd]\n", second=""))
    assert "'first' rests after 'secnd', which does not exist; did you mean 'second'?" in problems[0]


def test_rules_may_rest_after_each_other(folder):
    assert rulebook.check(folder(a="  rests_after: ['family:load']\n", b="  rests_after: [a]\n")) == []


@pytest.mark.parametrize("target", ["a", "family:load"])
def test_rules_that_silence_each_other_are_a_problem(folder, target):
    problems = rulebook.check(folder(a="  inhibits: [b]\n", b=f"  inhibits: ['{target}']\n"))
    assert "in a circle" in problems[0]


def test_the_look_back_is_that_of_the_widest_rule_and_never_too_short(folder):
    assert rulebook.load(folder(a="")).lookback_days == rulebook.LEAST_LOOKBACK_DAYS
    assert rulebook.load(folder(a="  needs: week > 1 km\n", b="")).lookback_days == rulebook.LEAST_LOOKBACK_DAYS


def test_the_history_that_a_rule_states_is_looked_back_for(folder):
    """The day before its first day tells that the history is that long."""
    assert rulebook.load(folder(a="  history: 200d\n")).lookback_days == 201


def test_a_rule_may_silence_the_rest_of_its_family(folder):
    assert rulebook.check(folder(a="  inhibits: ['family:load']\n", b="")) == []


def test_praise_is_no_part_of_a_silenced_family_and_so_of_no_circle(folder, tmp_path):
    folders = folder(a="  inhibits: ['family:load']\n", b="  inhibits: [a]\n")
    praise = (tmp_path / "b.yaml").read_text().replace("kind: nudge", "kind: praise")
    (tmp_path / "b.yaml").write_text(praise, encoding="utf-8")
    assert rulebook.check(folders) == []


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
    book = rulebook.load(folders, verify=folders)
    assert ids(book.rules) == ["good"]
    assert "FAIL bad / seventy" in book.problems[0]


def test_only_the_folders_asked_for_are_put_to_their_tests(folder, tmp_path):
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for place in (shipped, own):
        place.mkdir()
        (place / "a.yaml").write_text(RULE.format(id=f"{place.name}", more=TESTS.replace("fire", "clear")))
    book = rulebook.load([shipped, own], verify=[own])
    assert ids(book.rules) == ["shipped"]
    assert "FAIL own / seventy" in book.problems[0]


def test_without_tests_only_those_that_are_run_are_read(folder, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "own.yaml").write_text(RULE.format(id="own", more=TESTS), encoding="utf-8")
    book = rulebook.load(folder(a=TESTS), verify=[own], tests=False)
    assert {rule.id: len(rule.tests) for rule in book.rules} == {"a": 0, "own": 1}


def mine(folders, overrides, profiles=()):
    return rulebook.for_athlete(rulebook.load(folders), overrides, profiles)


def test_an_override_changes_what_it_names(folder):
    (rule,) = mine(folder(a=""), {"a": {"params": {"limit": "100 km"}, "cooldown": "4w"}}).rules
    assert (rule.params["limit"].value, rule.cooldown_days) == (100_000, 28)


def test_the_rulebook_of_others_stays_as_it_is(folder):
    book = rulebook.load(folder(a=""))
    rulebook.for_athlete(book, {"a": {"params": {"limit": "100 km"}, "off": True}})
    assert (ids(book.rules), book.rules[0].params["limit"].value) == (["a"], 60_000)


def test_who_wants_nothing_changed_gets_the_rulebook_itself(folder):
    book = rulebook.load(folder(a=""))
    assert rulebook.for_athlete(book, {}) is book


def test_a_rule_can_be_switched_off(folder):
    book = mine(folder(a="", b=""), {"a": {"off": True}})
    assert (ids(book.rules), ids(book.off)) == (["b"], ["a"])


@pytest.mark.parametrize("more", ["  tier: optional\n", "  status: experimental\n", "  status: deprecated\n"])
def test_some_rules_are_off_until_asked_for(folder, more):
    assert ids(rulebook.load(folder(a=more)).off) == ["a"]
    assert ids(mine(folder(a=more), {"a": {"off": False}}).rules) == ["a"]


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
    book = mine(folder(a=""), override)
    assert problem in book.problems[0]
    assert book.rules[0].params["limit"].value == 60_000


def test_a_rule_is_not_switched_by_an_override_that_has_a_mistake(folder):
    book = mine(folder(a=""), {"a": {"off": True, "params": {"limit": "3 km"}}})
    assert ids(book.rules) == ["a"]


PROFILE = """\
version: 1
profile: {name}
title: For {name} runners
suggest: You run like one.
override:
{override}
"""


@pytest.fixture
def profile(tmp_path):
    def write(name, override):
        (tmp_path / "profiles").mkdir(exist_ok=True)
        text = PROFILE.format(name=name, override=override)
        (tmp_path / "profiles" / f"{name}.yaml").write_text(text, encoding="utf-8")

    return write


def test_a_profile_is_no_rule_and_stands_beside_them(folder, profile):
    folders = folder(a="")
    profile("ultra", "  a: {params: {limit: 150 km}, cooldown: 3w}")
    book = rulebook.load(folders)
    assert (ids(book.rules), book.problems) == (["a"], ())
    assert (book.profiles["ultra"].title, book.profiles["ultra"].suggest) == ("For ultra runners", "You run like one.")


def test_an_athletes_own_words_go_over_their_profiles_and_later_profiles_over_earlier_ones(folder, profile):
    folders = folder(a="", b="", c="")
    profile("ultra", "  a: {params: {limit: 150 km}, cooldown: 3w}\n  b: {off: true}")
    profile("marathon", "  a: {params: {limit: 120 km}}\n  c: {off: true}")
    book = mine(folders, {"a": {"cooldown": "1w"}, "c": {"off": False}}, ["ultra", "marathon"])
    a = book.rules[0]
    assert (a.params["limit"].value, a.cooldown_days) == (120_000, 7)
    assert (ids(book.rules), ids(book.off)) == (["a", "c"], ["b"])


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ("ultra", "profile 'ultra', override of 'a': '900 km' is outside the bounds: at most 200 km"),
        ("club", "profile 'club': there is no such profile"),
    ],
)
def test_a_profile_that_cannot_be_used_is_a_problem(folder, profile, chosen, problem):
    folders = folder(a="")
    profile("ultra", "  a: {params: {limit: 900 km}}")
    assert mine(folders, {}, [chosen]).problems == (problem,)


def test_checking_a_folder_checks_what_its_profiles_change(folder, profile):
    folders = folder(a="")
    profile("ultra", "  a: {params: {limti: 90 km}}")
    assert rulebook.check(folders) == ["profile 'ultra', override of 'a': unknown parameter 'limti'; known: limit"]


def test_a_mistake_in_a_profile_is_shown_where_it_stands(folder, profile):
    folders = folder(a="")
    profile("ulta", "  a: {of: true}")
    problems = "\n".join(rulebook.load(folders).problems)
    assert "ulta.yaml:2:10: 'ulta' is not one of" in problems
    assert "unknown key 'of'" in problems


@pytest.fixture(scope="module")
def shipped_book():
    return rulebook.load([shipped("rules")], tests=False)


def test_every_kind_of_runner_has_a_shipped_profile(shipped_book):
    assert set(shipped_book.profiles) == set(get_args(Profile))
    assert all(profile.override and profile.suggest for profile in shipped_book.profiles.values())


@pytest.mark.parametrize("name", get_args(Profile))
def test_a_shipped_profile_changes_what_exists(shipped_book, name):
    problems = rulebook.for_athlete(shipped_book, {}, [name]).problems
    assert [problem for problem in problems if problem.startswith("profile")] == []


def test_an_override_of_a_replaced_rule_names_its_heir(folder):
    book = mine(folder(heir="  replaces: [ancestor]\n"), {"ancestor": {"off": True}})
    assert book.problems == ("override of 'ancestor': there is no such rule; it was replaced by 'heir'",)


def test_a_rule_replaces_only_what_is_gone_or_deprecated(folder):
    assert "'b' replaces 'a', which is still there" in rulebook.check(folder(a="", b="  replaces: [a]\n"))[0]
    assert rulebook.check(folder(a="  status: deprecated\n", b="  replaces: [a, gone]\n")) == []


def test_only_one_rule_replaces_another(folder):
    (problem,) = rulebook.check(folder(a="  replaces: [gone]\n", b="  replaces: [gone]\n"))
    assert "'b' replaces 'gone', and so does 'a'" in problem


def test_a_rule_of_ones_own_may_silence_a_shipped_one(folder):
    assert rulebook.check(folder(a="  inhibits: [no-rest-day]\n")) == []


def test_a_family_that_no_rule_has_cannot_be_silenced(folder):
    (problem,) = rulebook.check(folder(a="  inhibits: ['family:laod']\n"))
    assert "'family:laod', which does not exist; did you mean 'family:load'?" in problem


# Reload


def touch(file):
    """The file gets another time: two writes within one tick of a file system's clock look alike."""
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 10**9))


def test_a_rulebook_is_stale_when_a_file_changed_came_or_went(folder, tmp_path, profile):
    book = rulebook.load(folder(a="", b=""))
    assert not rulebook.stale(book)
    touch(tmp_path / "a.yaml")
    assert rulebook.stale(book)
    book = rulebook.reload(book)
    assert not rulebook.stale(book)
    (tmp_path / "b.yaml").unlink()
    assert rulebook.stale(book)
    book = rulebook.reload(book)
    profile("ultra", "  a: {off: true}")
    assert rulebook.stale(book)


def test_reloading_brings_a_change_into_force(folder):
    book = rulebook.load(folder(a=""))
    folder(b="")
    assert ids(rulebook.reload(book).rules) == ["a", "b"]


def test_any_problem_keeps_the_rules_as_they_were_until_a_file_changes_again(folder, tmp_path):
    book = rulebook.load(folder(a="", b=""))
    folder(c="")
    (tmp_path / "b.yaml").write_text("version: 1\nruls: []\n", encoding="utf-8")
    broken = rulebook.reload(book)
    assert ids(broken.rules) == ["a", "b"]
    assert any("did you mean 'rules'?" in problem for problem in broken.problems)
    assert not rulebook.stale(broken)
    folder(b="")
    touch(tmp_path / "b.yaml")
    mended = rulebook.reload(broken)
    assert (ids(mended.rules), mended.problems) == (["a", "b", "c"], ())


def test_a_rule_whose_tests_begin_to_fail_stays_as_it_was(folder):
    folders = folder(a=TESTS)
    book = rulebook.load(folders, verify=folders)
    folder(a=TESTS.replace("fire", "clear"))
    again = rulebook.reload(book)
    assert again.rules == book.rules
    assert "FAIL a / seventy" in again.problems[0]


# Inline tests

EACH = RULE.replace("each: week", "each: activity").replace("when: week > limit", "when: activity.distance > limit")


def outcome_of(folder, more, tests):
    (rule,) = rulebook.load(folder(a=more + "  tests:\n" + tests)).rules
    return rulebook.test(rule)


TIMELINE = """\
  - name: every week
    activities: [{every: 7d, from: -15, to: -1, distance: 70 km}]
    timeline:
    - {day: -14, outcome: pending}
    - {day: -7, outcome: fire, evidence: {week: 70.0 km}, message_contains: 70.0 km}
    - {day: -4, outcome: cooldown}
    - {day: 0, outcome: fire}
"""


def test_a_timeline_is_judged_step_by_step_with_memory(folder):
    assert outcome_of(folder, "  for: 2\n", TIMELINE) == []


def test_a_failing_step_of_a_timeline_is_named(folder):
    (failure,) = outcome_of(
        folder, "  for: 2\n", TIMELINE.replace("{day: 0, outcome: fire}", "{day: 0, outcome: clear}")
    )
    assert failure.splitlines()[:2] == ["FAIL a / every week / 2025-06-15", "    expected clear, got fire"]


def test_the_steps_of_a_timeline_do_not_look_at_an_activity_twice(tmp_path):
    tests = """  tests:
  - name: once
    activities: [{day: -5, distance: 70 km}]
    timeline: [{day: -4, outcome: fire}, {day: 0, outcome: clear}]
"""
    (tmp_path / "a.yaml").write_text(EACH.format(id="a", more=tests), encoding="utf-8")
    (rule,) = rulebook.load([tmp_path]).rules
    assert rulebook.test(rule) == []


def test_a_failure_names_the_gate_that_kept_the_rule_back(folder):
    tests = "  - name: base\n    athlete: {phase: base}\n    activities: [{day: -1, distance: 70 km}]\n"
    (failure,) = outcome_of(folder, "  phase: {not: base}\n", tests + "    expect: {outcome: fire}\n")
    assert "expected fire, got clear: it is not for the phase base" in failure


def test_a_test_about_activities_is_about_the_one_that_fires_or_else_the_last(tmp_path):
    tests = """  tests:
  - name: one fires
    activities: [{day: -3, distance: 70 km}, {day: -1, distance: 50 km}]
    expect: {outcome: fire, evidence: {activity.distance: 70.0 km}}
  - name: none fires
    activities: [{day: -3, distance: 40 km}, {day: -1, distance: 50 km}]
    expect: {outcome: clear, evidence: {activity.distance: 50.0 km}}
  - name: the last has no distance
    activities: [{day: -3, distance: 40 km}, {day: -1, time: 50 min}]
    expect: {outcome: no_data}
  - name: no run at all
    expect: {outcome: clear}
"""
    (tmp_path / "a.yaml").write_text(EACH.format(id="a", more=tests), encoding="utf-8")
    (rule,) = rulebook.load([tmp_path]).rules
    assert rulebook.test(rule) == []


def test_a_test_may_say_that_the_rule_spoke_before(folder):
    tests = "  - name: told\n    activities: [{day: -1, distance: 70 km}]\n    told: {day: -3}\n"
    assert outcome_of(folder, "", tests + "    expect: {outcome: cooldown}\n") == []


def test_mistakes_that_no_test_would_notice_are_listed(folder):
    unseen = "  - {name: nothing, activities: [{day: -1, distance: 1 km}], expect: {outcome: no_data}}\n"
    (lax,) = rulebook.load(folder(a="  needs: week > 1 km\n" + TESTS)).rules
    (strict,) = rulebook.load(folder(a="  needs: week > 1 km\n" + TESTS + unseen)).rules
    assert rulebook.mutate(lax) == ["needs: week > 1 km was dropped"]
    assert rulebook.mutate(strict) == []


def test_a_pipe_in_a_folder_of_rules_is_a_problem_and_keeps_nobody_waiting(folder, tmp_path):
    folders = folder(good="")
    os.mkfifo(tmp_path / "x.yaml")
    book = rulebook.load(folders)
    assert ids(book.rules) == ["good"]
    assert book.problems == (
        f"{tmp_path / 'x.yaml'}: this is no file with rules, but a folder, pipe or device; give it another name",
    )


def test_a_link_that_leads_to_itself_is_a_problem_and_the_others_work(folder, tmp_path):
    folders = folder(good="")
    (tmp_path / "x.yaml").symlink_to(tmp_path / "x.yaml")
    book = rulebook.load(folders)
    assert ids(book.rules) == ["good"]
    assert book.problems[0].startswith(f"{tmp_path / 'x.yaml'}: this file cannot be read")
    assert not rulebook.stale(book)


def test_of_a_huge_file_only_the_beginning_is_read(folder, tmp_path):
    folders = folder(good="")
    with (tmp_path / "x.yaml").open("wb") as huge:
        huge.truncate(50_000_000_000)  # all of it a hole: it takes no room on the disk, and no memory can hold it
    book = rulebook.load(folders)
    assert ids(book.rules) == ["good"]
    assert "a rule file may have 500,000 characters" in book.problems[0]


def test_of_more_files_than_anybody_reads_the_first_are_read(folder, monkeypatch):
    monkeypatch.setattr(rulebook, "MAX_FILES", 2)
    book = rulebook.load(folder(a="", b="", c="", d=""))
    assert ids(book.rules) == ["a", "b"]
    assert "c.yaml: this and 1 more rule files are not read; at most 2 are" in book.problems[0]


def test_a_problem_between_rules_has_its_file_and_line(folder, tmp_path):
    problems = rulebook.check(folder(a="  inhibits: [b]\n", b="  inhibits: [a]\n"))
    assert problems[0].startswith(f"{tmp_path / 'a.yaml'}:3: rules silence each other in a circle: a > b > a")


class TestWhatIsWorthAWord:
    """Allowed, and told by `rules check` all the same."""

    FIRES = "\n  - {name: a, activities: [{day: 0, distance: 8 km}], expect: {outcome: fire}}"
    SILENT = "\n  - {name: b, expect: {outcome: clear}}"

    @pytest.mark.parametrize(
        ("each", "tests", "said"),
        [
            ("week", "", "has no test;"),
            ("week", FIRES, "has no test in which it is silent"),
            ("week", SILENT, "has no test in which it speaks"),
            ("day", FIRES + SILENT, "has no cooldown"),
        ],
    )
    def test_it_is_said_with_the_place(self, tmp_path, each, tests, said):
        problems, (warning,) = rulebook.examined([self.written(tmp_path, each, tests)])
        assert problems == []
        assert warning.startswith(f"{tmp_path}/one.yaml:3: 'one-rule' {said}")

    def test_a_rule_with_both_tests_and_a_week_to_rest_is_left_alone(self, tmp_path):
        assert rulebook.examined([self.written(tmp_path, "week", self.FIRES + self.SILENT)]) == ([], [])

    def test_a_copy_of_a_shipped_rule_can_be_tried_and_not_installed(self, tmp_path):
        copy = tmp_path / "copy.yaml"
        copy.write_text((shipped("rules") / "rest" / "rest-plan.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        problems, (warning,) = rulebook.examined([copy])
        assert problems == []
        assert "'rest-plan' is the id of a rule that comes with coachd" in warning

    def test_the_shipped_rules_leave_nothing_to_say(self):
        assert rulebook.examined([shipped("rules")]) == ([], [])

    def written(self, folder, each, tests):
        file = folder / "one.yaml"
        text = f"""version: 1
rules:
- id: one-rule
  title: One
  why: Because.
  kind: nudge
  family: rest
  each: {each}
  values: {{runs: {{count: activities, sport: run, over: 7d}}}}
  when: runs > 0
  message: {{plain: "{{{{ runs | whole }}}} runs."}}
"""
        file.write_text(text + (f"  tests:{tests}\n" if tests else ""), encoding="utf-8")
        return file


def whether_it_helped(folder, said, helped="  helped: {after: 4w, when: week < limit}\n"):
    case = "  tests:\n  - name: seventy\n    activities: [{day: -1, distance: 70 km}]\n"
    (rule,) = rulebook.load(folder(a_rule=f"{helped}{case}    expect: {{outcome: fire, helped: {said}}}\n")).rules
    return rulebook.test(rule)


def test_a_test_may_say_what_would_be_found_some_weeks_later(folder):
    assert whether_it_helped(folder, "no") == []


def test_a_wrong_word_about_later_is_a_failure(folder):
    (failure,) = whether_it_helped(folder, "yes")
    assert "expected helped: yes, got no" in failure
    (failure,) = whether_it_helped(folder, "yes", helped="")
    assert "got nothing: it has none" in failure
