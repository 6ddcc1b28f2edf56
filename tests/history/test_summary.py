"""The plain facts of a history, on invented runs and on two real logs."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.merge import merge
from coachd.history.summary import longest_streak, summarise
from coachd.model import Athlete, Shoe
from coachd.sources.files import strava_export
from coachd.sources.strava import mapping

REAL = Path(__file__).parents[2].parent / "shared" / "data"


def summary_of(recordings):
    by_identity = {}
    for recording in recordings:
        by_identity.setdefault(recording.identity, []).append(recording)
    return summarise(Athlete(), [merge(number, same) for number, same in enumerate(by_identity.values(), 1)], {})


@pytest.fixture(scope="module")
def api():
    file = REAL / "strava-activities.json"
    if not file.is_file():
        pytest.skip("the real Strava summaries are not here")
    return [mapping.recording(raw) for raw in json.loads(file.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def export():
    if not (REAL / "strava-export" / "activities.csv").is_file():
        pytest.skip("the real Strava export is not here")
    return list(strava_export.read(REAL / "strava-export", ZoneInfo("UTC")).recordings)


def test_the_real_summaries_give_the_known_figures(api):
    facts = summary_of(api)
    assert facts["activities"] == 1_132
    assert (facts["by_sport"]["Run"], facts["by_sport"]["TrailRun"], facts["runs"]) == (902, 6, 908)
    assert (round(facts["run_distance_m"] / 1000, 3), facts["run_moving_s"]) == (9_423.154, 3_185_593)
    assert facts["run_days"] == 874
    assert facts["longest_run_streak"] == {"days": 10, "start": "2023-08-26"}
    assert facts["longest_run_gap_days"] == 39
    assert len(facts["shoes"]) == 15
    assert [(shoe["id"], shoe["activities"], round(shoe["distance_m"] / 1000, 2)) for shoe in facts["shoes"][:3]] == [
        ("g12012300", 123, 1188.29), ("g3423618", 86, 966.31), ("g3372291", 82, 951.58),
    ]  # fmt: skip
    assert sum(week["runs"] for week in facts["weeks"]) == 908


def test_the_real_summaries_have_the_known_heart_rates_races_and_days(api):
    runs = [activity for activity in (merge(1, [recording]) for recording in api) if activity.family == "run"]
    assert sum(run.average_hr is not None for run in runs) == 822
    assert sum(run.workout_type == 1 for run in runs) == 84
    assert (min(run.day for run in runs), max(run.day for run in runs)) == (date(2017, 10, 1), date(2025, 10, 19))


def test_the_real_export_gives_the_known_figures(export):
    facts = summary_of(export)
    assert facts["activities"] == 1_845
    assert (facts["by_sport"]["Run"], facts["by_sport"]["Ride"], facts["by_sport"]["Sail"]) == (643, 947, 20)
    assert (facts["runs"], round(facts["run_distance_m"] / 1000, 3)) == (643, 3_818.766)
    assert facts["longest_run_streak"] == {"days": 8, "start": "2022-04-11"}
    assert facts["longest_run_gap_days"] == 302


def test_figures_count_what_was_recorded(make_activity):
    activities = [
        make_activity(day=0, gear_id="g1"), make_activity(day=0, at=8, sport="TrailRun", gear_id="name:Blue"),
        make_activity(day=1, gear_id="g1", distance_m=None), make_activity(day=9, moving_s=None),
        make_activity(day=9, sport="WeightTraining", distance_m=None), make_activity(day=10, sport="Ride"),
    ]  # fmt: skip
    facts = summarise(Athlete(), activities, {"g1": Shoe("g1", "Racer", retired=True)})
    assert facts["by_sport"] == {"Run": 3, "TrailRun": 1, "WeightTraining": 1, "Ride": 1}
    assert (facts["runs"], facts["run_distance_m"], facts["run_moving_s"], facts["run_days"]) == (4, 30_000.0, 9_000, 3)
    assert facts["longest_run_streak"] == {"days": 2, "start": "2026-11-16"}
    assert facts["longest_run_gap_days"] == 8
    assert facts["shoes"][0]["name"] in ("Racer", "Blue")
    assert {shoe["id"]: (shoe["name"], shoe["activities"], shoe["retired"]) for shoe in facts["shoes"]} == {
        "g1": ("Racer", 2, True), "name:Blue": ("Blue", 1, None),
    }  # fmt: skip
    assert [(week["start"], week["runs"], week["strength_sessions"]) for week in facts["weeks"]] == [
        ("2026-11-16", 3, 0), ("2026-11-23", 1, 1),
    ]  # fmt: skip


def test_weeks_begin_on_the_athletes_own_day(make_activity):
    facts = summarise(Athlete(week_start="sun"), [make_activity()], {})
    assert facts["weeks"][0]["start"] == "2026-11-15"


def test_a_week_counts_its_runs_and_its_strength(make_activity):
    gym = make_activity(day=1, sport="WeightTraining", distance_m=None)
    facts = summarise(Athlete(), [make_activity(), make_activity(day=2, distance_m=5_000.04), gym], {})
    assert facts["weeks"] == [
        {"start": "2026-11-16", "run_distance_m": 15_000.0, "runs": 2, "strength_sessions": 1},
    ]  # fmt: skip


def test_nothing_recorded_has_no_streak_and_no_gap():
    facts = summarise(Athlete(), [], {})
    assert facts["longest_run_streak"] == {"days": 0, "start": None}
    assert (facts["longest_run_gap_days"], facts["shoes"], facts["weeks"]) == (0, [], [])


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1))).map(sorted))
def test_the_longest_streak_is_the_first_of_the_longest(days):
    def length_from(day):
        return 1 + length_from(day + timedelta(days=1)) if day in days else 0

    lengths = [length_from(day) for day in days]
    best = max(lengths, default=0)
    assert longest_streak(days) == (best, days[lengths.index(best)] if days else None)
