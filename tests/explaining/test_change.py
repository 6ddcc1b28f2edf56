import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_samples import activity, read_rule, view

from coachd.explaining.change import Way, change
from coachd.explaining.seen import Seen
from coachd.language.evaluate import evaluate

VALUES = "km: {sum: distance, over: 7d}, n: {count: activities, over: 7d}, hr: {mean: average_hr, over: 7d}"
PARAM = "params: {limit: {default: 20 km}}"


def changed(when, *, values=VALUES, more="status: stable"):
    """What would change a rule's mind about one run of 10 km without heart rate, as nested words."""
    verdict = evaluate(read_rule(when, values, more=more), view(activity(-1, distance_m=10_000.0)))
    return plain(change(Seen(verdict, "km")))


def plain(way: Way | None):
    if way is None or way.needs == "this":
        return way and way.words
    return {way.needs: [plain(part) for part in way.parts]}


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("km > 12 km", "km more than 12.0 km; it is 10.0 km"),
        ("km < 12 km", "km at least 12.0 km; it is 10.0 km"),
        ("12 km < km", "km more than 12.0 km; it is 10.0 km"),
        ("not km > 5 km", "km at most 5.0 km; it is 10.0 km"),
        ("n == 2", "n exactly 2; it is 1"),
        ("n != 1", "n other than 1; it is 1"),
        ("n in [2, 3]", "n one of: 2, 3; it is 1"),
        ("n not in [1, 2]", "n none of: 1, 2; it is 1"),
        ("hr is known", "hr known; it is unknown"),
        ("hr > 150 bpm", "hr more than 150 bpm; it is unknown"),
        ("athlete.trail_goal", "athlete.trail_goal yes; it is no"),
        ("true", "nothing can change it: it is always so"),
    ],
)
def test_a_condition_says_in_words_what_it_waits_for_or_what_would_end_it(when, words):
    assert changed(when) == words


def test_a_limit_says_which_parameter_it_is():
    assert changed("km > limit", more=PARAM) == "km more than 20.0 km (limit); it is 10.0 km"


def test_to_speak_it_takes_all_that_is_missing_and_nothing_that_is_there():
    assert changed("km > 5 km and n > 3 and km > 20 km") == {
        "all": ["n more than 3; it is 1", "km more than 20.0 km; it is 10.0 km"]
    }


def test_to_end_it_any_one_part_of_an_and_is_enough():
    assert changed("km > 5 km and n > 0") == {"one": ["km at most 5.0 km; it is 10.0 km", "n at most 0; it is 1"]}


def test_an_or_is_the_other_way_round():
    assert changed("km > 50 km or n > 3") == {"one": ["km more than 50.0 km; it is 10.0 km", "n more than 3; it is 1"]}
    assert changed("km > 5 km or n > 0")["all"]


def test_what_it_needs_is_part_of_what_it_takes():
    assert changed("n > 3", more="needs: hr is known") == {"all": ["hr known; it is unknown", "n more than 3; it is 1"]}


def test_a_mark_is_reached_to_speak_and_left_to_be_clear():
    assert changed("true", more="marks: {km: [20 km, 40 km]}") == "km at least 20.0 km; it is 10.0 km"
    ways = changed("n > 0", more="marks: {km: [8 km]}")
    assert ways == {"one": ["n at most 0; it is 1", "km less than 8.0 km; it is 10.0 km"]}


def test_a_named_yes_or_no_is_looked_into():
    assert changed("far", values=f"{VALUES}, far: km > 50 km") == "km more than 50.0 km; it is 10.0 km"


LEAVES = st.sampled_from(["km > 5 km", "km > 50 km", "hr > 150 bpm", "n == 1", "n > 4"])
CONDITIONS = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["and", "or"]), part).map(lambda found: f"({' '.join(found)})"),
        part.map(lambda found: f"(not {found})"),
    ),
    max_leaves=8,
)


@given(CONDITIONS)
def test_whatever_the_condition_there_is_something_that_would_change_it(when):
    assert changed(when)
