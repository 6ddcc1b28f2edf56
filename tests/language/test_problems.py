from coachd.language.problems import MAX_LINE, Fault, in_one_line, shown_fault


def test_a_mistake_is_shown_with_its_line_and_a_caret_below_it():
    assert shown_fault("f", "one\n  two", Fault(6, 9, "wrong", "right")) == (
        "f:2:3: wrong\n     2 |   two\n       |   ^^^\n       = right"
    )


def test_of_a_line_as_long_as_a_file_only_the_part_around_the_mistake_is_shown():
    text = "a" * 5_000 + "HERE" + "b" * 5_000
    heading, line, caret = shown_fault("f", text, Fault(5_000, 5_004, "wrong")).split("\n")
    assert heading == "f:1:5001: wrong"
    assert len(line) == len("     1 | ") + MAX_LINE
    assert caret.index("^") == line.index("HERE")
    assert caret.count("^") == len("HERE")


def test_a_mistake_as_long_as_its_line_is_underlined_as_far_as_it_is_shown():
    _, line, caret = shown_fault("f", "a" * 9_000, Fault(0, 9_000, "wrong")).split("\n")
    assert len(line) == len(caret)


def test_a_sign_that_turns_the_line_round_is_not_shown_as_it_is():
    assert "\u202e" not in shown_fault("x", "a \u202e b", Fault(0, 1, "no"))


def test_in_one_line_a_problem_has_no_picture_of_its_line():
    assert in_one_line(shown_fault("f", "one\n  two", Fault(6, 9, "wrong", "right"))) == "f:2:3: wrong; right"
    assert in_one_line("f:3: FAIL a / b\n    expected x = 3") == "f:3: FAIL a / b expected x = 3"
