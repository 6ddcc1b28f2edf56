"""Records, and copies of them with something changed."""

from dataclasses import replace

import pytest

from coachd.model import Activity, changed
from coachd.model.record import completed


def test_a_changed_copy_is_what_replace_gives(make_activity):
    run = make_activity(1, name="Ridge", distance_m=9_000.0, tags=frozenset({"fun"}))
    assert changed(run, gain_m=40.0, name="Hill") == replace(run, gain_m=40.0, name="Hill")
    assert (run.name, run.gain_m) != ("Hill", 40.0)


def test_what_follows_from_other_fields_follows_in_the_copy(make_activity):
    assert changed(make_activity(1, sport="Run"), sport="Walk").family == "walk"


def test_a_field_that_there_is_not_cannot_be_changed(make_activity):
    with pytest.raises(AttributeError):
        changed(make_activity(1), colour="red")


def test_an_item_is_completed_from_a_field_on_and_else_the_same(make_activity):
    run = make_activity(1, name="Ridge", kind="easy", load=3.0)
    made = completed(Activity, "kind")(run, "long", True, load=80.0)
    assert made == replace(run, kind="long", hard=True, load=80.0)
    assert (made.day, made.family) == (run.day, run.family)


def test_what_is_not_given_is_as_by_default(make_activity):
    made = completed(Activity, "kind")(make_activity(1, kind="easy", strides=4))
    assert (made.kind, made.strides) == (None, None)
