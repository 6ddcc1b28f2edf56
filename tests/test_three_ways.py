"""Robin's year as each way of getting data tells it: what the rules lose by it, and what gives that back.

Held against the year of which everything is known, with all rules, also those that are off by default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from robin import Change, Year, judged, year

from coachd import rulebook
from coachd.demo.athlete import scripted_year
from coachd.demo.garmin_year import garmin_world
from coachd.demo.script import FIRST_MONDAY
from coachd.history.merge import merge
from coachd.language.rule import Rule
from coachd.model import Activity, Race
from coachd.model.record import changed
from coachd.resources import shipped
from coachd.sources.files import activity_files
from coachd.sources.files.activity_files import File, Reader
from coachd.sources.garmin.mapping import recording

SCRIPT = scripted_year(FIRST_MONDAY, 1)
GARMIN = garmin_world(SCRIPT)
AFTERWARDS = datetime(2027, 1, 1, tzinfo=UTC)
NOT_IN_A_FILE = {
    "name": "", "workout_type": None, "gear_id": None, "tags": frozenset(), "temperature_c": None, "dew_point_c": None,
    "strava_id": None, "sources": ("files",),
}  # fmt: skip
NO_AIR = {"temperature_c": None, "dew_point_c": None}
Lost = frozenset[str]


@cache
def rules() -> tuple[Rule, ...]:
    book = rulebook.load([shipped("rules")], tests=False)
    return (*book.rules, *book.off)


@cache
def listed() -> dict[int, Mapping[str, Any]]:
    """Number of a workout -> its item in Garmin's list."""
    asked = {"sortOrder": "asc", "limit": "45"}
    pages = [GARMIN.listing({**asked, "start": str(at)}, AFTERWARDS) for at in range(0, len(GARMIN.ids()), 45)]
    items = [item for page in pages for item in page]
    return {raw["id"]: item for raw, item in zip(SCRIPT.activities, items, strict=True)}


def from_strava(run: Activity) -> Activity:
    return changed(run, **NO_AIR)


def from_garmin(run: Activity) -> Activity:
    return changed(merge(run.id, [recording(listed()[run.id])]), streams=run.streams)


def from_files(run: Activity) -> Activity:
    return changed(run, **NOT_IN_A_FILE)


def in_my_shoes(way: Change) -> Change:
    """The same with a ledger that knows which shoes were worn."""
    return lambda run: changed(way(run), gear_id=run.gear_id)


def at_home(way: Change) -> Change:
    """The same with a home position, so that the weather is asked for."""
    return lambda run: changed(way(run), temperature_c=run.temperature_c, dew_point_c=run.dew_point_c)


def told_by(way: Change, *, shoes: bool, nights: bool) -> Year:
    made = year(change=way, races=_races())
    keep = {} if shoes else {"shoes": ()}
    keep |= {} if nights else {"nights": ()}
    return replace(made, history=replace(made.history, **keep))


@cache
def _races() -> tuple[Race, ...]:
    """All races of the year, in the calendar: no file says which run was one."""
    raced = [raw for raw in SCRIPT.activities if raw["workout_type"] == 1 and raw["distance"]]
    days = [date.fromisoformat(raw["start_date_local"][:10]) for raw in raced]
    return tuple(
        Race(day, raw["distance"], raw["name"], "A" if raw["distance"] > 20_000 else "B")
        for day, raw in zip(days, raced, strict=True)
    )


def without_answer(made: Year) -> set[tuple[str, int, str]]:
    """(rule, week, subject) of every question that the data leave open."""
    return {
        (finding.rule, week, finding.subject)
        for week, judgement in judged(made, rules()).items()
        for finding in judgement.findings
        if finding.outcome == "no_data"
    }


@cache
def always_open() -> frozenset[tuple[str, int, str]]:
    """What stays open although everything is known."""
    return frozenset(without_answer(year(races=_races())))


def lost(made: Year) -> Lost:
    """The rules that lack an answer here which they have where everything is known."""
    return frozenset(rule for rule, _, _ in without_answer(made) - always_open())


def that_need(*kinds: str) -> Lost:
    return frozenset(rule.id for rule in rules() if rule.data & set(kinds))


WAYS: dict[str, tuple[Callable[[], Year], tuple[str, ...]]] = {
    "strava": (lambda: told_by(from_strava, shoes=True, nights=False), ("nights", "weather")),
    "garmin": (lambda: told_by(from_garmin, shoes=False, nights=True), ("gear", "weather")),
    "files": (lambda: told_by(from_files, shoes=False, nights=False), ("gear", "nights", "weather")),
}


@cache
def lost_by(way: str) -> Lost:
    return lost(WAYS[way][0]())


@pytest.mark.parametrize("way", WAYS)
def test_a_way_costs_only_the_rules_that_need_what_it_does_not_have(way):
    kinds = WAYS[way][1]
    assert lost_by(way) <= that_need(*kinds)
    assert all(lost_by(way) & that_need(kind) for kind in kinds)


def test_a_garmin_key_with_a_ledger_and_a_home_costs_nothing():
    assert lost(told_by(at_home(in_my_shoes(from_garmin)), shoes=True, nights=True)) == frozenset()


def test_files_with_a_ledger_and_a_home_cost_the_nights_only():
    assert lost(told_by(at_home(in_my_shoes(from_files)), shoes=True, nights=False)) <= that_need("nights")


def test_strava_with_a_home_costs_the_nights_only():
    assert lost(told_by(at_home(from_strava), shoes=True, nights=False)) <= that_need("nights")


def test_a_file_of_the_year_says_no_more_than_is_taken_for_granted_here():
    [raw] = [raw for raw in SCRIPT.activities if raw["workout_type"] == 1 and raw["distance"] > 40_000]
    _, content = GARMIN.original(listed()[raw["id"]]["activityId"], AFTERWARDS)
    found = activity_files.read(File("race.fit", len(content), content, "d1"), Reader(ZoneInfo("Europe/Berlin")))
    made = merge(1, found.recordings)
    assert {name: getattr(made, name) for name in NOT_IN_A_FILE} == NOT_IN_A_FILE
    assert made.distance_m == pytest.approx(raw["distance"], rel=0.01)


@pytest.mark.parametrize("kind", ["gear", "nights", "weather"])
def test_the_page_about_sources_names_the_rules_that_need_it(kind):
    page = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| {kind} \| `.*\|$", page, re.MULTILINE)
    named = set(re.findall(r"`([a-z0-9-]+)`", row))
    lacking = frozenset().union(*(lost_by(way) for way, (_, kinds) in WAYS.items() if kind in kinds))
    assert lacking & that_need(kind) <= named <= that_need(kind)
