"""Three-valued logic is SQL's own, so SQLite is the judge of it."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachd.language.compile import compile_expression
from coachd.language.types import YES_NO, number, text

NUMBERS, FLAGS, TEXTS = ("x", "y", "z"), ("p", "q"), ("t", "u")
SCOPE = {name: number("number") for name in NUMBERS} | dict.fromkeys(FLAGS, YES_NO) | dict.fromkeys(TEXTS, text())

# Each strategy gives pairs: in our language, in SQL.
numbers = st.deferred(
    lambda: st.one_of(
        st.sampled_from([(name, f":{name}") for name in NUMBERS]),
        st.integers(0, 9).map(lambda n: (str(n), f"{n}.0")),
        st.tuples(numbers, st.sampled_from("+-*/"), numbers).map(
            lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", f"({t[0][1]} {t[1]} {t[2][1]})")
        ),
        st.tuples(st.sampled_from(["min", "max"]), numbers, numbers).map(
            lambda t: (f"{t[0]}({t[1][0]}, {t[2][0]})", f"{t[0]}({t[1][1]}, {t[2][1]})")
        ),
        st.tuples(st.sampled_from(["min", "max"]), numbers, numbers, numbers).map(
            lambda t: (f"{t[0]}({t[1][0]}, {t[2][0]}, {t[3][0]})", f"{t[0]}({t[1][1]}, {t[2][1]}, {t[3][1]})")
        ),
        st.tuples(numbers, numbers).map(
            lambda t: (f"default({t[0][0]}, {t[1][0]})", f"coalesce({t[0][1]}, {t[1][1]})")
        ),
        numbers.map(lambda t: (f"abs({t[0]})", f"abs({t[1]})")),
        numbers.map(lambda t: (f"(-{t[0]})", f"(-{t[1]})")),
    )
)
texts = st.sampled_from([("t", ":t"), ("u", ":u"), ("default(t, u)", "coalesce(:t, :u)")])
literals = st.sampled_from([("'a'", "'a'"), ("'b'", "'b'")])
conditions = st.deferred(
    lambda: st.one_of(
        st.sampled_from([(name, f":{name}") for name in FLAGS]),
        st.tuples(numbers, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers).map(
            lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", f"({t[0][1]} {t[1]} {t[2][1]})")
        ),
        st.tuples(conditions, st.sampled_from(["and", "or"]), conditions).map(
            lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", f"({t[0][1]} {t[1]} {t[2][1]})")
        ),
        conditions.map(lambda t: (f"(not {t[0]})", f"(not {t[1]})")),
        numbers.map(lambda t: (f"({t[0]} is known)", f"({t[1]} is not null)")),
        numbers.map(lambda t: (f"({t[0]} is unknown)", f"({t[1]} is null)")),
        numbers.map(lambda t: (f"({t[0]} in [1, 2])", f"({t[1]} in (1, 2))")),
        numbers.map(lambda t: (f"({t[0]} not in [1, 2])", f"({t[1]} not in (1, 2))")),
        st.tuples(conditions, st.sampled_from(["==", "!="]), conditions).map(
            lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", f"({t[0][1]} {t[1]} {t[2][1]})")
        ),
        st.tuples(conditions, conditions).map(
            lambda t: (f"default({t[0][0]}, {t[1][0]})", f"coalesce({t[0][1]}, {t[1][1]})")
        ),
        conditions.map(lambda t: (f"({t[0]} is known)", f"(({t[1]}) is not null)")),
        st.tuples(texts, st.sampled_from(["==", "!="]), texts | literals).map(
            lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", f"({t[0][1]} {t[1]} {t[2][1]})")
        ),
        texts.map(lambda t: (f"({t[0]} in ['a', 'b'])", f"({t[1]} in ('a', 'b'))")),
        texts.map(lambda t: (f"({t[0]} not in ['b'])", f"({t[1]} not in ('b'))")),
        texts.map(lambda t: (f"({t[0]} is unknown)", f"({t[1]} is null)")),
    )
)
contexts = st.fixed_dictionaries(
    {name: st.none() | st.integers(-3, 3).map(float) for name in NUMBERS}
    | {name: st.sampled_from([None, True, False]) for name in FLAGS}
    | {name: st.sampled_from([None, "a", "b"]) for name in TEXTS}
)
SQLITE = sqlite3.connect(":memory:")


@settings(max_examples=400)
@given(conditions.filter(lambda pair: len(pair[0]) < 150 and pair[0].count("(") < 10), contexts)
def test_random_conditions_with_unknowns_agree_with_sqlite(pair, context):
    ours = compile_expression(pair[0], SCOPE).run(context, None)
    theirs = SQLITE.execute(f"select {pair[1]}", context).fetchone()[0]
    assert ours == (None if theirs is None else bool(theirs))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("x > 1 or true", True),
        ("x > 1 and false", False),
        ("x > 1 or false", None),
        ("not (x > 1)", None),
        ("y / 0 > 1", None),
        ("x in [1, 2]", None),
        ("default(x, y) == 2", True),
        ("max(x, y) > 1", None),
        ("x is unknown and y is known", True),
        ("-y < 0", True),
    ],
)
def test_unknown_stays_unknown(expression, value):
    assert compile_expression(expression, SCOPE).run({"x": None, "y": 2.0}, None) is value


@pytest.mark.parametrize(
    ("expression", "asked"),
    [
        ("p and q", ["p"]),
        ("q or p", ["q"]),
        ("q and p", ["q", "p"]),
        ("p or q", ["p", "q"]),
        ("(p and q) or q", ["p", "q"]),
        ("q or (p and q)", ["q"]),
    ],
)
def test_a_side_that_decides_nothing_is_not_looked_at(expression, asked):
    class Asked(dict):
        def __missing__(self, name):
            self[name] = {"p": False, "q": True}[name]
            return self[name]

    context = Asked()
    compile_expression(expression, SCOPE).run(context, None)
    assert list(context) == asked


def test_names_with_a_getter_are_read_from_the_item():
    found = compile_expression("x > y", SCOPE, getters={"x": len})
    assert found.run({"y": 2.0}, [1, 2, 3]) is True
