from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.parse import Binary, Name, Unary, names_in, parse
from coachd.language.problems import ExpressionProblem
from coachd.language.tokens import tokenise
from coachd.units import METRES_PER_MILE

WORDS = ["or", "and", "not", "in", "is", "known", "unknown", "true", "a", "b.c", "1", "400 mi", "5:30 /km", "35%",
         "'x'", "==", "<", "+", "-", "*", "/", "(", ")", "[", "]", ",", "min", "default", "\n"]  # fmt: skip


def fault_of(text):
    with pytest.raises(ExpressionProblem) as caught:
        parse(text)
    return caught.value.faults[0]


@given(st.text(max_size=200))
def test_random_text_raises_only_the_languages_own_error(text):
    with suppress(ExpressionProblem):
        parse(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_random_words_raise_only_the_languages_own_error(text):
    with suppress(ExpressionProblem):
        parse(text)


def test_and_binds_tighter_than_or():
    tree = parse("a or b and c")
    assert isinstance(tree, Binary)
    assert tree.sign == "or"


def test_not_takes_the_whole_comparison():
    tree = parse("not a < b")
    assert isinstance(tree, Unary)
    assert isinstance(tree.operand, Binary)


def test_subtraction_goes_left_to_right():
    tree = parse("a - b - c")
    assert isinstance(tree, Binary)
    assert isinstance(tree.right, Name)
    assert tree.right.name == "c"


def test_a_literal_holds_base_units():
    number = tokenise("400 mi")[0]
    assert number.quantity is not None
    assert number.quantity.value == pytest.approx(400 * METRES_PER_MILE)


def test_a_group_ends_with_its_parenthesis():
    tree = parse("not (a or b)")
    assert (tree.start, tree.end) == (0, 12)


def test_names_may_have_dots():
    assert set(names_in(parse("shoe.distance > limit"))) == {"shoe.distance", "limit"}


@pytest.mark.parametrize(
    ("text", "message", "hint", "start"),
    [
        ("a = 3", "unexpected '='", "use == to compare", 2),
        ("a && b", "unexpected '&'", "write 'and'", 2),
        ("a > 400 miles", "unknown unit 'miles'", "known units: m, km, mi", 8),
        ("a < b < c", "comparisons cannot be chained", "write a < b and b < c", 6),
        ("a b", "unexpected 'b'", "write 'and' or 'or'", 2),
        ("(a", "')' is missing", "", 2),
        ("a >", "the expression ends too early", "", 3),
        ("mn(a, b)", "unknown function 'mn'", "did you mean 'min'?", 0),
        ("abs(a, b)", "'abs' takes 1 arguments", "", 0),
        ("a is 3", "after 'is' comes", "use == to compare", 5),
        ("a in []", "the list is empty", "", 6),
        ("a not b", "unexpected 'not'", "and not", 2),
        ("'open", 'unexpected "\'"', "close the text", 0),
        ("a['x']", "unexpected '['", "", 1),
        ("a.__class__()", "unknown function", "", 0),
        ("9" * 400, "this number is too large", "", 0),
    ],
)
def test_a_mistake_is_named_at_its_place(text, message, hint, start):
    fault = fault_of(text)
    assert message in fault.message
    assert hint in fault.hint
    assert fault.start == start


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a" + " + a" * 700, "2000 characters"),
        ("a" + "+a" * 150, "200 parts"),
        ("(" * 30 + "a" + ")" * 30, "nested 25 deep"),
        ("not " * 30 + "a", "nested 25 deep"),
    ],
)
def test_an_expression_has_bounds(text, message):
    assert message in fault_of(text).message
