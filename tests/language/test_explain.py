from coachd.language.compile import compile_expression
from coachd.language.explain import explain, show_raw
from coachd.language.types import number, text
from coachd.model import WEEKDAYS

SCOPE = {"usual": number("distance"), "rise": number("bpm"), "up": number("bpm")}
CONTEXT = {"usual": 33_800.0, "rise": 5.0, "up": None}


def lines(text, system="km"):
    return [str(part) for part in explain(compile_expression(text, SCOPE), CONTEXT, SCOPE, system)]


def test_every_condition_has_its_verdict_and_its_values():
    assert lines("usual > 10 km and (usual < 30 km or up >= rise)") == [
        "yes  usual > 10 km                        usual = 33.8 km",
        "no   usual < 30 km                        usual = 33.8 km",
        "???  up >= rise                           up = unknown, rise = 5 bpm",
    ]


def test_a_denied_group_stays_whole():
    assert lines("not (usual > 10 km or up > rise)") == [
        "no   not (usual > 10 km or up > rise)     usual = 33.8 km, up = unknown, rise = 5 bpm"
    ]


def test_values_come_in_the_athletes_units():
    assert lines("usual > 10 km", "mi") == ["yes  usual > 10 km                        usual = 21.0 mi"]


def test_a_weekday_is_written_out_and_other_words_stay_as_they_are():
    assert show_raw("fri", text(WEEKDAYS)) == "Friday"
    assert show_raw("fri", text()) == "fri"
