"""The short form of a message, for posts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.compose.short import LIMIT, plain, short


def test_what_fits_stands_there_whole():
    assert short("47.0 km, 4 runs.", ["Well done. Again.", "Rest."]) == "47.0 km, 4 runs.\n\nWell done. Again.\n\nRest."


def test_what_does_not_fit_is_cut_after_a_sentence():
    text = short("47.0 km, 4 runs.", ["One sentence of many words. " * 50])
    assert LIMIT - 40 < len(text) <= LIMIT
    assert text.endswith("One sentence of many words. …")


def test_an_ending_has_its_place_whatever_is_cut():
    assert short("4 runs.", ["Rest."], "The end.") == "4 runs.\n\nRest.\n\nThe end."
    text = short("47.0 km, 4 runs.", ["One sentence of many words. " * 50], "The end.")
    assert LIMIT - 40 < len(text) <= LIMIT
    assert text.endswith("many words. …\n\nThe end.")


def test_the_mark_of_a_cut_has_room_too():
    assert len(short(f"First. {'x' * (LIMIT - 9)}. More follows.", [])) <= LIMIT


def test_a_sentence_too_long_by_itself_is_cut_somewhere():
    text = short("x" * 2_000, [])
    assert len(text) == LIMIT
    assert text.endswith("x…")


@given(headline=st.text(max_size=1_000), paragraphs=st.lists(st.text(max_size=700), max_size=5))
def test_a_post_is_never_too_long_and_rings_nobody(headline, paragraphs):
    text = short(headline, paragraphs)
    assert len(text) <= LIMIT
    assert not any(mark in text for mark in ("`", "*", "<", ">", "@everyone", "@here", "]("))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("*tempo* `x` ~~no~~ ||spoiler||", "tempo x no spoiler"),
        ("_easy_ run with __Kim__", "easy run with Kim"),
        ("easy_hr_ceiling", "easy_hr_ceiling"),
        ("5 km <18:00> <@123>", "5 km ‹18:00› ‹@\u2060123›"),
        ("[free shoes](https://example.org)", "[free shoes] (https://example.org)"),
        ("@everyone run", "@\u2060everyone run"),
        ("ritmo @ 5:00 /km", "ritmo @ 5:00 /km"),
    ],
)
def test_nothing_in_a_name_is_obeyed_by_a_chat(name, shown):
    assert plain(name) == shown
