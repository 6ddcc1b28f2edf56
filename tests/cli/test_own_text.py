"""The text of `athlete edit`: what goes out comes back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachd import own
from coachd.cli.own_text import EXAMPLES, read, texts, written
from coachd.errors import ConfigProblem

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=20)
DOCUMENTS = st.dictionaries(
    st.sampled_from(list(own.Own.model_fields)),
    WORDS | st.lists(WORDS, min_size=1, max_size=3) | st.lists(st.dictionaries(WORDS, WORDS, min_size=1), min_size=1),
)


@settings(deadline=None)
@given(DOCUMENTS)
def test_a_document_comes_back_as_it_was(document):
    assert read(written(document)) == document


@pytest.mark.parametrize("word", ["off", "null", "06:30", "1e3", "2027-04-11", "0x1F", "~", "yes"])
def test_no_word_is_taken_for_something_else(word):
    assert read(written({"focus": word})) == {"focus": word}


def test_words_stand_there_as_they_were_written():
    assert "\nfocus: off\n" in written({"focus": "off"})
    assert "day: 2027-04-11\n" in written({"races": [{"day": "2027-04-11"}]})


def test_an_untouched_text_sets_nothing():
    assert read(written({})) == {}


def test_every_field_has_an_example_that_works_once_its_sign_is_taken_away():
    uncommented = re.sub(r"^# ([a-z_]+:|- |  )", r"\1", written({}), flags=re.MULTILINE)
    assert list(read(uncommented)) == list(own.Own.model_fields) == list(EXAMPLES)
    assert own.checked(read(uncommented)).values().keys() >= {"races", "modes", "phases", "overrides", "snoozed"}


def test_what_no_longer_exists_is_shown_so_that_it_can_be_taken_out():
    assert read(written({"horoscope": "aries"})) == {"horoscope": "aries"}


def test_a_name_may_stand_once_in_each_entry():
    assert len(read("races:\n- {day: 2027-04-11}\n- {day: 2027-05-11}")["races"]) == 2


def test_a_name_that_stands_twice_is_refused_with_advice():
    with pytest.raises(ConfigProblem) as wrong:
        read("zone: Europe/Berlin\nzone: Europe/Paris")
    assert wrong.value.advice


def test_what_is_emptied_is_forgotten():
    assert read("hr_max:\nraces: []\nrules: {}\nunits: mi\n") == {"units": "mi"}


def test_yes_and_no_are_texts_as_well():
    assert texts({"rules": {"a": {"off": True}}, "races": (1, 2.5)}) == {
        "rules": {"a": {"off": "true"}}, "races": ["1", "2.5"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("units: km\nraces: [", "line 2"),
        ("units: km\n\ttone: warm", "line 2"),
        ("- km", "not a list of names"),
        ("just words", "not a list of names"),
        ("{[a]: b}", "line 1"),
        ("a: &x [b]\nraces: *x", "alias"),
        ("units: km\ntone: warm\nunits: mi", "line 3: units stands in line 1 already"),
        ("rules:\n  a: off\n  b: off\n  a: on", "line 4: a stands in line 2 already"),
        ("races:\n- {day: 2027-04-11, distance: half, day: 2027-04-12}", "line 2: day stands in line 2"),
        ("[" * 20_000, "nested too deeply"),
        ("a: " + "x" * 300_000, "at most 200000"),
        ("a: \x07", "special characters"),
    ],
)
def test_a_text_that_is_no_document_is_refused_in_words(text, words):
    with pytest.raises(ConfigProblem, match=words):
        read(text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        found = read(text)
    except ConfigProblem:
        return
    assert isinstance(found, dict)
