"""Words in names, in English and German."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.words import says


@pytest.mark.parametrize(
    ("meaning", "name"),
    [
        ("race", "parkrun #212"), ("race", "Berlin MARATHON"), ("race", "Halbmarathon Köln"), ("race", "City 10K"),
        ("race", "Straßenlauf"), ("recovery", "Regenerativer Lauf"), ("easy", "ruhiger Dauerlauf"),
        ("long", "langer Lauf"), ("workout", "Tempodauerlauf"), ("workout", "Hill repeats"),
        ("off-road", "Off-road loop"), ("off-road", "Berglauf"), ("company", "Pacing Anna"), ("company", "Mit Hund"),
    ],
)  # fmt: skip
def test_a_word_of_either_language_speaks(meaning, name):
    assert says(meaning, name)


@pytest.mark.parametrize(
    ("meaning", "name"),
    [("race", "Racecourse loop"), ("race", "150k day"), ("long", "Along the canal"), ("long", "Langsam"),
     ("workout", "Tracking deer"), ("company", "Dogged"), ("easy", "Uneasy")],
)  # fmt: skip
def test_a_part_of_another_word_says_nothing(meaning, name):
    assert not says(meaning, name)


@given(st.text())
def test_any_name_can_be_read(name):
    assert says("race", name) in (True, False)
