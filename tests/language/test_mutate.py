from rule_samples import read_rule

from coachd.language.mutate import mutants

COUNTS = "n: {count: activities, over: 7d}, far: {sum: distance, over: 7d}"


def wrongs(when, **named):
    rule = read_rule(when, COUNTS, **named)
    return {words: (wrong.when.text if wrong.when is not rule.when else wrong.needs) for words, wrong in mutants(rule)}


def test_every_condition_is_dropped_once():
    found = wrongs("n > 2 and (far > 5 km or far < 1 km)")
    assert found["when: n > 2 was dropped"] == "((far > 5 km or far < 1 km))"
    assert found["when: (far > 5 km or far < 1 km) was dropped"] == "(n > 2)"
    assert found["when: far < 1 km was dropped"] == "n > 2 and (far > 5 km)"


def test_every_comparison_is_turned_round():
    assert wrongs("far > 5 km") == {"when: far > 5 km became far <= 5 km": "(far <= 5 km)"}
    assert wrongs("far is known") == {"when: far is known became far is unknown": "(far is unknown)"}
    assert "when: n in [1, 2] became n not in [1, 2]" in wrongs("n in [1, 2]")
    assert "when: not n == 2 became n == 2" in wrongs("not n == 2")


def test_a_boundary_is_moved_between_counts_and_days_only():
    assert "when: n > 2 became n >= 2" in wrongs("n > 2")
    assert "when: athlete.history <= 3 days became athlete.history < 3 days" in wrongs("athlete.history <= 3 days")
    assert not any("became far >= 5 km" in words for words in wrongs("far > 5 km"))


def test_what_a_rule_needs_is_wronged_as_well():
    found = wrongs("n > 2", more="needs: far is known")
    assert found["needs: far is known was dropped"] is None
    assert found["needs: far is known became far is unknown"].text == "(far is unknown)"


def test_what_would_have_helped_is_wronged_where_a_test_speaks_of_it():
    helped = "helped: {after: 4w, when: n > 2 and far > 5 km}"
    tests = "tests: [{name: one, activities: [], expect: {outcome: no_data, helped: unknown}}]"
    found = [words for words, _ in mutants(read_rule("n > 2", COUNTS, more=[helped, tests]))]
    assert [words for words in found if words.startswith("helped: ")] == [
        "helped: n > 2 was dropped", "helped: far > 5 km was dropped",
        "helped: n > 2 became n <= 2", "helped: n > 2 became n >= 2", "helped: far > 5 km became far <= 5 km",
    ]  # fmt: skip
    assert not any("helped" in words for words, _ in mutants(read_rule("n > 2", COUNTS, more=helped)))


def test_a_mutant_differs_from_the_rule_in_one_thing_only():
    rule = read_rule("n > 2 and far > 5 km", COUNTS)
    assert all(wrong.values == rule.values and wrong.message == rule.message for _, wrong in mutants(rule))
    assert len(list(mutants(rule))) == 5
