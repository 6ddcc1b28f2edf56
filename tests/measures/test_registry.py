"""Every measure is found, and its docstring says what docs/measures.md needs to say."""

from __future__ import annotations

import re

import pytest

from coachd.measures import registry

MEASURES = [pytest.param(measure, id=measure.name) for measure in registry().values()]
UNITS = {
    "distance": "metres", "climb": "metres", "duration": "seconds", "clock": "seconds", "days": "seconds",
    "weeks": "seconds", "pace": "seconds a metre", "speed": "m/s", "bpm": "bpm", "spm": "steps a minute",
}  # fmt: skip
"""What a measure of this kind gives, in the words of its documentation."""


def said(measure):
    return " ".join(measure.meaning.split())


def test_measures_are_found_by_their_functions_names():
    assert {"consistent_weeks", "since_oldest_sync", "easy_share"} <= registry().keys()


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_says_what_it_rests_on(measure):
    assert re.search(r"\bSource: \w", said(measure))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_says_when_it_is_unknown_or_that_it_never_is(measure):
    assert re.search(r"\b(Never unknown|Unknown|unknown (where|when|in|unless))\b", said(measure))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_with_a_unit_names_it(measure):
    kind = measure.type
    assert kind.kind != "number" or UNITS.get(kind.show, "") in said(measure)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_speaks_of_each_argument_it_takes_or_of_the_measure_that_does(measure):
    text = said(measure)
    others = [name for name in re.findall(r"`(\w+)`", text) if name in registry()]
    told = {name for other in [measure.name, *others] for name in re.findall(r"`(\w+)`", said(registry()[other]))}
    assert measure.takes.keys() <= told | set(others)
