"""Records, and copies of them with something changed."""

from dataclasses import replace

import pytest

from coachd.model import changed


def test_a_changed_copy_is_what_replace_gives(make_activity):
    run = make_activity(1, name="Ridge", distance_m=9_000.0, tags=frozenset({"fun"}))
    assert changed(run, gain_m=40.0, name="Hill") == replace(run, gain_m=40.0, name="Hill")
    assert (run.name, run.gain_m) != ("Hill", 40.0)


def test_what_follows_from_other_fields_follows_in_the_copy(make_activity):
    assert changed(make_activity(1, sport="Run"), sport="Walk").family == "walk"


def test_a_field_that_there_is_not_cannot_be_changed(make_activity):
    with pytest.raises(KeyError):
        changed(make_activity(1), colour="red")
