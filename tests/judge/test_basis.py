"""What a nudge was made from, and what differs of it later."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.judge.basis import Named, basis_of, differences
from coachd.model import Activity, Nudge, Period, StreamNumbers

WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
LISTED = date(2026, 9, 1)


@pytest.fixture
def runs(make_activity):
    return [make_activity(day=day, id=day + 1, name=f"Run {day}") for day in range(5)]


def basis(runs, *named, period=WEEK):
    return basis_of(Nudge("r", "", "nudge", 1, "load", "Title", "Text", activities=named), period, runs)


def found(before, now, *named, first=LISTED):
    return differences(basis(before, *named), WEEK, now, first)


def test_nothing_differs_where_nothing_was_changed(runs):
    assert not found(runs, runs, 1, 2)


def test_a_run_that_is_gone_is_named_as_it_was(runs):
    assert found(runs, runs[1:], 1, 2).removed == (Named("Run 0", date(2026, 11, 16)),)


def test_a_run_with_another_distance_was_edited(runs):
    edited = [replace(runs[0], distance_m=9_000.0), *runs[1:]]
    assert found(runs, edited, 1).edited == (Named("Run 0", date(2026, 11, 16)),)


def test_the_number_of_a_run_that_is_gone_may_be_that_of_another(runs):
    later = replace(runs[4], id=1)
    assert found(runs, [*runs[1:4], later], 1).removed == (Named("Run 0", date(2026, 11, 16)),)


def test_a_run_that_came_later_is_noticed_without_a_name(runs):
    differs = found(runs[:-1], runs, 1)
    assert (differs.removed, differs.edited, differs.others) == ((), (), True)


def test_a_run_of_another_week_that_was_not_named_does_not_matter(runs, make_activity):
    assert not found(runs, [*runs, make_activity(day=-9)], 1)


def test_what_leaves_because_sources_list_only_so_far_back_was_not_removed(runs):
    assert not found(runs[:1], runs[:1], 1)
    assert not differences(basis(runs[:1], 1, period=Period("w", LISTED, LISTED)), Period("w", LISTED, LISTED), [],
                           date(2026, 11, 17))  # fmt: skip


def test_an_activity_without_a_name_is_called_by_its_sport(make_activity):
    run = make_activity(id=7, name="")
    assert found([run], [], 7).removed[0].name == "Run"


@given(st.text())
def test_a_name_can_hold_anything(name):
    start = replace(_run(), name=name)
    (gone,) = found([start], [], 1).removed
    assert len(gone.name) <= 60
    assert gone.day == start.day
    assert gone.name == (" ".join(name.split()) or "Run")[:60]


WORKED_OUT = {
    "kind": "hard", "hard": True, "judged": "hot", "load": 9.0, "streams": StreamNumbers(), "excluded": "a duplicate",
    "above_share": 0.5, "easy_intended": True,
}  # fmt: skip


def test_what_is_worked_out_with_settings_is_no_difference(runs):
    assert not found(runs, [replace(runs[0], **WORKED_OUT), *runs[1:]], 1)


GIVEN = {
    "sport": "Ride", "name": "x", "distance_m": 1.0, "moving_s": 1.0, "elapsed_s": 1.0, "gain_m": 1.0,
    "average_hr": 1.0, "max_hr": 1.0, "cadence_spm": 1.0, "workout_type": 1, "gear_id": "g", "trainer": True,
    "commute": True, "manual": True, "tags": frozenset({"race"}),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_what_the_source_gave_is_seen(runs, name):
    assert name in {field.name for field in fields(Activity)}
    assert found(runs, [replace(runs[0], **{name: GIVEN[name]}), *runs[1:]], 1).edited


def _run():
    from datetime import UTC, datetime

    start = datetime(2026, 11, 16, 7, tzinfo=UTC)
    return Activity(1, "Run", start, start.replace(tzinfo=None) + timedelta(0))
