from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.errors import RuleProblem
from coachd.language.read import read_rules
from coachd.measures import registry
from coachd.units import DAY

RULE = """\
version: 1
rules:
- id: long-way
  title: A long way
  why: Because.
  kind: nudge
  family: load
  each: week
  params:
    limit: {default: 60 km, min: 10 km, max: 200 km}
  values:
    week: {sum: distance, sport: run, over: 7d}
  when: week > limit
  message:
    plain: "{{ week }} this week"
"""


def read(text):
    return read_rules(text, "rule.yaml", registry())


def problems(text):
    with pytest.raises(RuleProblem) as caught:
        read(text)
    return caught.value.problems


def changed(old, new):
    assert old in RULE
    return RULE.replace(old, new)


def test_a_rule_is_read_whole():
    (rule,) = read(RULE)
    assert (rule.id, rule.kind, rule.severity, rule.tier, rule.status) == ("long-way", "nudge", 1, "core", "stable")
    assert rule.params["limit"].value == 60_000
    assert rule.lookback_days == 7


def test_the_look_back_covers_window_shift_measure_and_largest_parameter():
    text = changed("over: 7d}", "over: span, before: 4w}").replace(
        "  values:", "    span: {default: 7 days, min: 7 days, max: 60 days}\n  values:"
    )
    assert read(text)[0].lookback_days == 88
    text = changed("  when:", "    weeks: {measure: consistent_weeks}\n  when:")
    assert read(text)[0].lookback_days == 420


def test_everything_the_format_knows_is_kept():
    more = (
        "  status: test\n  asks: less\n  phase: {not: [taper]}\n  modes: {only: holiday}\n  deliver: same_day\n"
        "  for: 2 of 3\n  rearm: week < limit\n  cooldown: 3w\n  inhibits: [family:rest]\n  replaces: [far]\n"
        "  helped: {after: 4w, when: week < limit}\n  marks: {week: [60 km, 80 km]}\n  once_per: mark\n  when:"
    )
    (rule,) = read(changed("  when:", more))
    assert rule.phase is not None
    assert rule.modes is not None
    assert rule.helped is not None
    assert rule.marks is not None
    assert (rule.phase.only, rule.modes.only, rule.modes.names) == (False, True, {"holiday"})
    assert (rule.held, rule.cooldown_days, rule.helped.after_days) == ((2, 3), 21, 28)
    assert rule.marks.levels == (60_000, 80_000)
    assert rule.scope["mark"] == rule.scope["week"]


@pytest.mark.parametrize(("written", "held"), [("2", (2, 2)), ("2 of 3", (2, 3))])
def test_for_counts_evaluations(written, held):
    assert read(changed("  when:", f"  for: {written}\n  when:"))[0].held == held


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind: nudge", "kind: nudg", "rule.yaml:6:9: 'nudg' is not one of: nudge, praise, note"),
        ("  title: A long way\n", "", "missing: title"),
        ("  title: A long way\n", "  title: x\n  titel: y\n", "rule.yaml:5:3: unknown key 'titel'"),
        ("  title: A long way\n", "  title: x\n  title: y\n", "rule.yaml:5:3: the key 'title' stands here twice"),
        ("  title: A long way\n", "  title:\n", "a text is needed here, not nothing"),
        ("  title: A long way\n", "  title: [x]\n", "a text is needed here, not a list"),
        ("version: 1", "version: 2", "'2' is not one of: 1"),
        ("id: long-way", "id: Long Way", "'Long Way' is not an id"),
        ("each: week", "each: weak", "'weak' is not one of"),
        ("  when:", "  once_per: never\n  when:", "'never' is not one of: subject, mark, block, gap, race"),
        ("  when:", "  once_per: mark\n  when:", "'once_per: mark' needs marks"),
        ("default: 60 km", "default: 60 kms", "unknown unit 'kms'"),
        ("min: 10 km", "min: 10", "'min' is a plain number but the default is a distance"),
        ("min: 10 km", "min: 70 km", "the default lies outside min and max"),
        ("sum: distance", "sum: distnce", "unknown field 'distnce'"),
        ("sum: distance", "sum: average_hr", "'sum' takes an amount"),
        ("sum: distance", "sum: activities", "'sum' takes an amount"),
        ("sum: distance", "count: distance", "'count' takes activities or nights, not 'distance'"),
        ("sum: distance", "mean: kind", "'mean' takes a number"),
        ("sum: distance", "sum: distance, max: distance", "exactly one of these is needed"),
        ("sport: run, ", "sport: rum, ", "'rum' is not one of"),
        (", over: 7d", "", "'sum' needs a window"),
        ("over: 7d", "over: 7 km", "'7 km' is no number of whole days"),
        ("over: 7d", "over: 90 min", "'90 min' is no number of whole days"),
        ("over: 7d", "over: limit", "the parameter 'limit' cannot be a window"),
        ("sum: distance, sport: run, over: 7d", "weekly_mean: distance, over: 10d", "taken over whole weeks"),
        (
            "over: 7d",
            "over: 7d, where: kind == 'eazy'",
            "'eazy' is not one of: easy, hard, long, race, recovery, workout",
        ),
        ("over: 7d", "over: 7d, where: distance", "a yes/no is needed here, this is a distance"),
        ("{sum: distance, sport: run, over: 7d}", "{measure: consistent}", "unknown measure 'consistent'"),
        (
            "{sum: distance, sport: run, over: 7d}",
            "{measure: consistent_weeks, over: 7d}",
            "'consistent_weeks' has no window to choose",
        ),
        ("    week: {", "    limit: {", "the name 'limit' is taken"),
        ("    week: {", "    mark: {", "the name 'mark' is taken"),
        ("when: week > limit", "when: week > 60", "cannot compare a distance with a plain number"),
        ("when: week > limit", "when: week > 60 km", "the parameter 'limit' is never used"),
        ("when: week > limit", "when: week + limit", "a yes/no is needed here"),
        ("  when:", "  marks: {weak: [1 km]}\n  when:", "'weak' is no number of this rule"),
        ("  when:", "  marks: {week: [3 days]}\n  when:", "'3 days' is not a distance, but 'week' is"),
        ("  when:", "  marks: {week: [2 km, 1 km]}\n  when:", "marks ascend"),
        ("  when:", "  phase: {only: [base], not: [taper]}\n  when:", "exactly one of these is needed: only, not"),
        ("  when:", "  phase: {not: [tapir]}\n  when:", "'tapir' is not one of"),
        ("  when:", "  inhibits: [asks:lots]\n  when:", "'asks:lots' is not a rule id"),
        ("  when:", "  severity: 4\n  when:", "'4' is not one of: 1, 2, 3"),
        ("  when:", "  tests: [{name: x, expect: {outcome: fired}}]\n  when:", "'fired' is not one of"),
        (
            "  when:",
            "  tests: [{name: x, expect: {outcome: fire, evidence: {wek: 1 km}}}]\n  when:",
            "'wek' is no name of this rule",
        ),
        (
            "  when:",
            "  tests: [{name: x, activities: [{day: -1, distance: 3 bpm}], expect: {outcome: fire}}]\n  when:",
            "'3 bpm' has the wrong unit",
        ),
        ("{{ week }} this week", "{{ weak }}", "rule.yaml:15:16: unknown name 'weak' in a message"),
        ("version: 1", "version: 1\n- x", "this is not YAML"),
        ("version: 1", "version: 1\npack: ä\x00b", "rule.yaml:2:8: the character U+0000 cannot stand in a rule file"),
        ("id: long-way", f"id: {'long-way' * 9}", "is not an id in small letters, digits and hyphens, 60 at most"),
        ("  title: A long way", "  title: ''", "'' is not a title for the mail, of at most 100 characters"),
        ("  why: Because.", "  why: \u202eB", "the invisible sign U+202E stands in this text"),
        ("  why: Because.", '  why: "a\\e[31mb"', "the invisible sign U+001B stands in this text"),
        ("version: 1", "version: &a 1\npack: [*b]", "anchors and aliases are not part of rule files"),
        ("    limit: {default", "    limit: &a {default", "never"),
    ],
)
def test_every_mistake_is_found_when_the_file_is_loaded(old, new, problem):
    text = changed(old, new)
    if problem == "never":
        text = text.replace("  values:", "    other: *a\n  values:")
        problem = "anchors and aliases are not part of rule files"
    assert any(problem in found for found in problems(text)), problems(text)


def test_all_problems_of_a_file_come_at_once_in_its_order():
    text = changed("kind: nudge", "kind: nudg").replace("over: 7d", "over: 7 km").replace("week }}", "weak }}")
    assert [found.split(":")[1] for found in problems(text)] == ["6", "12", "15"]


def test_a_problem_quotes_the_line_and_points_into_a_folded_block():
    text = changed("  when: week > limit", "  when: >\n    week > limit\n    and weak > 3 km")
    assert problems(text) == [
        (
            "rule.yaml:15:9: unknown name 'weak'\n"
            "    15 |     and weak > 3 km\n"
            "       |         ^^^^\n"
            "       = did you mean 'week'?"
        )
    ]


def test_a_faulty_value_makes_no_further_problems_where_it_is_used():
    assert len(problems(changed("sum: distance", "sum: distnce"))) == 1


def test_a_faulty_value_makes_no_further_problems_in_the_message():
    text = changed("sum: distance", "sum: distnce").replace(
        "{{ week }}", "{{ week | whole }}{% if week > limit %}!{% endif %}"
    )
    assert len(problems(text)) == 1


def test_a_window_may_be_a_parameter():
    text = changed("over: 7d", "over: span").replace(
        "  values:", "    span: {default: 9 days, min: 7 days, max: 60 days}\n  values:"
    )
    rule = read(text)[0]
    assert rule.params["span"].value == 9 * DAY


@given(st.text(max_size=300))
def test_random_text_raises_only_a_rule_problem(text):
    with suppress(RuleProblem):
        read(text)


PIECES = [
    "version: 1",
    "rules:",
    "- id: x",
    "  when: ",
    "a > 1",
    "  values:",
    "    v: {",
    "}",
    "[",
    "]",
    "sum: time",
    ", ",
    "over: 7d",
    ": ",
    "  each: week",
    "  message: {plain: '{{ v }}'}",
    "&a ",
    "*a",
    "!!python/object:os.system ",
    "? ",
    ">",
    "  tests:",
    "  - {",
    "\t",
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_random_yaml_raises_only_a_rule_problem(text):
    with suppress(RuleProblem):
        read(text)


SCALARS = ["week > limit", "7d", "run", "{{ week }}", "fire"]
KEYS = ["sum", "over", "default", "name", "expect", "outcome", "day", "only"]
FIELDS = [
    "params",
    "values",
    "when",
    "marks",
    "tests",
    "message",
    "phase",
    "helped",
    "for",
    "each",
    "cooldown",
    "needs",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(FIELDS), values, min_size=1))
def test_a_rule_with_anything_anywhere_raises_only_a_rule_problem(fields):
    import yaml

    tree = yaml.safe_load(RULE)
    tree["rules"][0] |= fields
    with suppress(RuleProblem):
        read(yaml.safe_dump(tree))


def test_a_file_nested_without_end_is_refused():
    for deep in ("[" * 5_000, "- " * 200_000, "{a: " * 50_000):
        assert any("nested too deeply" in found for found in problems(deep))


def test_a_huge_file_is_refused():
    assert any("a rule file may have" in found for found in problems("#" * 5_000_000))


def test_ten_thousand_rules_in_a_file_are_refused_without_reading_them():
    (found,) = problems("version: 1\nrules:\n" + "- id: x\n" * 10_000)
    assert found.startswith("rule.yaml:3:1: a file may hold 200 rules, this one has 10000")


def test_of_very_many_problems_the_first_hundred_are_shown():
    found = problems(RULE + "".join(f"  key{number}: 1\n" for number in range(20_000)))
    assert len(found) == 101
    assert "the first 100 problems of this file are shown" in found[0]


def test_an_expression_nested_without_end_is_refused_where_it_stands():
    for deep in ("(" * 1_000 + "week" + ")" * 1_000, "not " * 400 + "true", "-" * 1_000 + "week"):
        (found,) = problems(changed("when: week > limit", f"when: {deep[:1990]} > limit"))
        assert found.startswith("rule.yaml:13:")
        assert "nested 25 deep" in found


def test_an_expression_with_very_many_parts_is_refused():
    (found,) = problems(changed("when: week > limit", "when: " + "+".join(["week"] * 300) + " > limit"))
    assert "an expression may have 200 parts" in found


def test_aliases_of_aliases_are_refused():
    bomb = "a: &a [x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefg"))
    assert any("anchors and aliases are not part of rule files" in found for found in problems(bomb))


def test_a_file_is_one_document():
    assert any("a rule file is one document" in found for found in problems(RULE + "---\n" + RULE))


def test_without_tests_nothing_is_said_about_them():
    text = changed("  when:", "  tests: [{nme: x}]\n  when:")
    assert any("did you mean 'name'?" in found for found in problems(text))
    (rule,) = read_rules(text, "rule.yaml", registry(), tests=False)
    assert rule.tests == ()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("  title:", "  titel:", "title"),
        ("kind: nudge", "kind: nudg", "nudge"),
        ("each: week", "each: weak", "week"),
        ("default: 60 km", "defalt: 60 km", "default"),
        ("sum: distance", "sum: distnce", "distance"),
        ("sum: distance", "summ: distance", "sum"),
        ("{sum: distance, sport: run, over: 7d}", "{measure: consistent_week}", "consistent_weeks"),
        ("sport: run", "sport: rnu", "run"),
        ("over: 7d", "over: limt", "limit"),
        ("over: 7d", "over: 7d, where: averge_hr > 150 bpm", "average_hr"),
        ("over: 7d", "over: 7d, where: tag.sik", "tag.sick"),
        ("over: 7d", "over: 7d, where: kind == 'workot'", "workout"),
        ("when: week > limit", "when: wek > limit", "week"),
        ("when: week > limit", "when: week > limit and atlete.masters", "athlete.masters"),
        ("when: week > limit", "when: week > limit and athlete.phase == 'bild'", "build"),
        ("when: week > limit", "when: week > 60 kms + limit", "km"),
        ("when: week > limit", "when: mx(week, limit) > limit", "max"),
        ("  when:", "  phase: {only: taperr}\n  when:", "taper"),
        ("  when:", "  modes: {only: injred}\n  when:", "injured"),
        ("  when:", "  once_per: marks\n  when:", "mark"),
        ("  when:", "  marks: {wek: [70 km]}\n  when:", "week"),
        ("{{ week }} this", "{{ wek }} this", "week"),
        ("{{ week }} this", "{{ athlete.history | pctt }} this", "pct"),
        ("  when:", "  tests: [{name: x, params: {limt: 3 km}, expect: {outcome: fire}}]\n  when:", "limit"),
        ("  when:", "  tests: [{name: x, expect: {outcome: fir}}]\n  when:", "fire"),
    ],
)
def test_every_kind_of_name_is_suggested_where_it_was_misspelt(old, new, word):
    assert any(f"did you mean '{word}'?" in found for found in problems(changed(old, new)))
