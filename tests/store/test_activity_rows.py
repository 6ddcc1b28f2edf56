"""An activity comes back from its row as it was."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.errors import StoreProblem
from coachd.model import Activity
from coachd.store import activity_rows

maybe = st.none() | st.floats(0, 9, allow_nan=False)


def back(row):
    (values,) = activity_rows.read([row["values"]])
    return Activity(row["id"], *values)


@given(st.data())
def test_an_activity_comes_back_as_it_was(make_activity, now, data):
    activity = make_activity(
        **{name: data.draw(maybe) for name in ("distance_m", "gain_m", "average_hr", "perceived_effort", "loss_m")},
        **{name: data.draw(st.booleans()) for name in ("trainer", "commute", "manual", "hidden_start")},
        name=data.draw(st.sampled_from(["", "Läufchen", '"']) | st.text(st.characters(exclude_categories=["Cs"]))),
        tags=data.draw(st.frozensets(st.sampled_from(["fun", "race"]))),
        sources=data.draw(st.sampled_from([(), ("strava",), ("garmin", "files")])),
        sets=data.draw(st.none() | st.integers(0, 3)),
        hr_zone_s=data.draw(st.none() | st.just((60.0, 0.0))),
    )
    assert back(activity_rows.row("robin", "x", activity, now)) == activity


def test_what_is_stored_are_the_first_fields_of_an_activity_after_its_id():
    names = [each.name for each in fields(Activity)]
    assert tuple(names[1 : len(activity_rows.STORED) + 1]) == activity_rows.STORED


def test_what_is_none_at_the_end_takes_no_room(make_activity, now):
    activity = make_activity(sources=("garmin",), strava_id=None, sets=None)
    assert json.loads(activity_rows.row("robin", "x", activity, now)["values"])[-1] == "garmin"


def test_many_are_read_as_one_after_the_other(make_activity, now):
    texts = [activity_rows.row("robin", "x", make_activity(number), now)["values"] for number in (1, 2)]
    assert activity_rows.read(texts) == [activity_rows.read([text])[0] for text in texts]
    assert activity_rows.read([]) == []


@pytest.mark.parametrize("name", ["cut \ud83d", "\udc00"])
def test_half_a_character_in_a_name_costs_no_activity(make_activity, now, name):
    row = activity_rows.row("robin", "x", make_activity(name=name), now)
    assert back(row).name == name.encode(errors="replace").decode()


@pytest.mark.parametrize("damaged", ['["Run",', "[]", "7", '["Run", "yesterday", "today"]', '{"sport": "Run"}'])
def test_the_one_that_is_damaged_among_many_is_named(make_activity, now, damaged):
    whole = activity_rows.row("robin", "x", make_activity(), now)["values"]
    with pytest.raises(StoreProblem) as told:
        activity_rows.read([whole, damaged, whole])
    assert str(told.value).endswith(f"{damaged!r}.")
    assert "coachd backup" in told.value.advice
