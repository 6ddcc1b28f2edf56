import pytest

from coachd.language.compile import compile_expression
from coachd.language.problems import ExpressionProblem
from coachd.language.types import YES_NO, number, text

SCOPE = {
    "distance": number("distance"),
    "limit": number("distance"),
    "time": number("duration"),
    "gap": number("days"),
    "pace": number("pace"),
    "hr": number("bpm"),
    "count": number("count"),
    "other": number("count"),
    "kind": text(["race", "easy"]),
    "name": text(),
    "flag": YES_NO,
    "broken": None,
}


def faults(expression, want=None):
    with pytest.raises(ExpressionProblem) as caught:
        compile_expression(expression, SCOPE, want=want)
    return caught.value.faults


@pytest.mark.parametrize(
    ("expression", "message", "hint"),
    [
        ("distance > 400", "cannot compare a distance with a plain number", "write a unit, e.g. 400 mi or 640 km"),
        ("7 < gap", "cannot compare a plain number with a duration", "7 days"),
        ("pace > 5", "cannot compare a pace with a plain number", "5:30 /km"),
        ("hr > 3 km", "cannot compare a heart rate with a distance", ""),
        ("distance + time > 3 km", "cannot add a distance and a duration", ""),
        ("hr - 5 > 3 bpm", "cannot subtract a heart rate and a plain number", "150 bpm"),
        ("kind == 'eazy'", "'eazy' is not one of: easy, race", "did you mean 'easy'?"),
        ("kind in ['race', 'eazy']", "'eazy' is not one of", "did you mean 'easy'?"),
        ("kind < 'race'", "'<' needs numbers", "use == or !="),
        ("kind + 1 > 2", "'+' needs numbers, this is a text", ""),
        ("flag and distance", "'and' needs a yes/no on both sides, this is a distance", ""),
        ("not distance", "'not' needs a yes/no, this is a distance", ""),
        ("-flag", "'-' needs a number, this is a yes/no", ""),
        ("distnce > 3 km", "unknown name 'distnce'", "did you mean 'distance'?"),
        ("min(distance, 3) > 1 km", "'min' needs values of one kind", "write a unit"),
        ("max(kind, name) == 'x'", "'max' needs numbers", ""),
        ("distance in [limit]", "a list holds plain values only", ""),
        ("count * distance > 3 bpm", "cannot compare a distance with a heart rate", ""),
        ("distance * pace > 3 km", "cannot compare a duration with a distance", ""),
    ],
)
def test_mixing_kinds_and_units_is_found_before_a_rule_runs(expression, message, hint):
    fault = faults(expression, "yes/no")[0]
    assert message in fault.message
    assert hint in fault.hint


def test_all_mistakes_of_an_expression_are_found_at_once():
    assert [fault.start for fault in faults("distance > 400 and not shoe and kind == 'eazy'")] == [0, 23, 40]


def test_a_condition_must_be_a_yes_or_no():
    assert "a yes/no is needed here, this is a distance" in faults("distance", "yes/no")[0].message


def test_a_name_whose_own_mistake_is_known_makes_no_further_one():
    assert faults("broken") == ()
    assert [fault.message for fault in faults("broken > 3 km and wrong")] == ["unknown name 'wrong'"]


@pytest.mark.parametrize(
    ("expression", "show"),
    [
        ("distance / limit", "share"),
        ("count / other", "share"),
        ("90% * distance", "distance"),
        ("distance / 2", "distance"),
        ("time / distance", "pace"),
        ("distance * pace", "duration"),
        ("distance / time", "speed"),
        ("gap + 3 days", "days"),
        ("hr + 5 bpm", "bpm"),
        ("count + other", "count"),
        ("default(hr, 150 bpm)", "bpm"),
        ("-gap", "days"),
    ],
)
def test_a_result_knows_how_it_is_shown(expression, show):
    assert compile_expression(expression, SCOPE).type.show == show
