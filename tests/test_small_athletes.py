"""Five runners who are not Robin, with the rules as they are on by default: what they hear, and what never (6.6).

Invented week by week; a week is the weekly mail about it. Without a word from the athlete unless a test says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest
from robin import Year, judged, told

from coachd import rulebook
from coachd.history import prepare
from coachd.judge import Judgement
from coachd.model import Activity, Athlete, Mode, Profile
from coachd.resources import shipped
from coachd.rulebook import Rulebook

MONDAY = date(2025, 1, 6)
PRAISE_OF_DISTANCE = {"+milestone"}
A_QUESTION = {"strength-question"}


@cache
def book() -> Rulebook:
    return rulebook.load([shipped("rules")], tests=False)


def run(day: int, km: float, minutes: float, **values: Any) -> Activity:
    """A run on a flat road at seven o'clock, so many days after the first Monday."""
    start = datetime.combine(MONDAY + timedelta(days=day), time(7), UTC)
    given = {
        "id": day + 1, "sport": "Run", "start": start, "start_local": start.replace(tzinfo=None),
        "name": "Morning Run", "distance_m": km * 1000, "moving_s": minutes * 60, "elapsed_s": minutes * 60 + 60,
        "gain_m": km * 4,
    }  # fmt: skip
    return Activity(**{**given, **values})


def heard(
    activities: Iterable[Activity], weeks: int, profiles: tuple[Profile, ...] = (), **athlete: Any
) -> dict[int, Judgement]:
    now = datetime.combine(MONDAY + timedelta(weeks=weeks), time(6), UTC)
    history = prepare(Athlete(profiles=profiles, **athlete), activities, now=now)
    return judged(Year(history, MONDAY), rulebook.for_athlete(book(), {}, profiles).rules, weeks)


def all_told(judgements: dict[int, Judgement]) -> Counter[str]:
    return Counter(rule for judgement in judgements.values() for rule in told(judgement))


# Nell, a novice


def nell(longest: Sequence[float] = (5.0,) * 10) -> list[Activity]:
    """Ten weeks of three runs with walking breaks, at 8:00 /km, without heart rate or shoes; the last run of each
    week is so long."""
    return [
        run(7 * week + day, km, 8 * km)
        for week, longest_km in enumerate(longest)
        for day, km in ((1, 3.0), (3, 4.0), (5, longest_km))
    ]


def test_a_novice_hears_praise_and_one_question():
    said = all_told(heard(nell(), 10))
    assert said == {"+consistency": 2, "+milestone": 1, "strength-question": 1}


def test_a_novice_may_run_a_little_further():
    judgements = heard(nell((*(5.0,) * 9, 6.5)), 10)
    assert told(judgements[10]) == set()


def test_a_novice_who_runs_much_further_hears_of_that_run_only():
    judgements = heard(nell((*(5.0,) * 9, 8.0)), 10)
    assert told(judgements[10]) == {"longest-run-spike"}


def test_a_first_trail_run_is_celebrated_and_a_first_distance_only_after_half_a_year():
    """What a novice does first and what an imported history begins with look alike: of distances nobody can tell."""
    judgements = heard([*nell(), replace(run(65, 3, 27), sport="TrailRun")], 10)
    assert "+first-time" in told(judgements[10])
    assert "+first-time" not in told(heard(nell((*(5.0,) * 8, 8.0, 10.2)), 10)[10])


def test_a_novice_hears_nothing_of_how_hard_a_run_was():
    about_effort = {"easy", "base"}
    for longest in ((5.0,) * 10, (*(5.0,) * 9, 8.0)):
        for judgement in heard(nell(longest), 10).values():
            assert not any(nudge.family in about_effort and nudge.kind == "nudge" for nudge in judgement.nudges)


# Uri, who runs ultras


def uri() -> list[Activity]:
    """26 weeks of two long mountain runs at the weekend, 3,000 m up and more a week, every fourth week lighter; in week
    10 a block with hard work on Tuesday and Wednesday."""
    runs = []
    for week in range(26):
        size = 0.75 if week % 4 == 3 else 1 + 0.02 * (week % 4)
        trail = {"sport": "TrailRun", "name": "Trail Run", "average_hr": 138.0, "max_hr": 156.0}
        work = {"workout_type": 3, "name": "Intervals"} if week == 9 else {}
        runs += [
            run(7 * week + 1, 12, 66, average_hr=142.0, max_hr=160.0, **work),
            run(7 * week + 2, 14, 91, gain_m=450.0, **{**trail, **work}),
            run(7 * week + 5, 30 * size, 225 * size, gain_m=1500 * size, **trail),
            run(7 * week + 6, 24 * size, 180 * size, gain_m=1100 * size, **trail),
        ]
    return runs


ULTRA = {"hr_max": 185, "threshold_hr": 165, "resting_hr": 48, "goal": "trail"}


def test_an_ultra_runner_is_told_of_hard_days_in_a_row_and_of_time_on_feet_by_default():
    judgements = heard(uri(), 26, **ULTRA)
    assert "back-to-back-hard" in told(judgements[10])
    assert all_told(judgements)["trail-time-on-feet"] >= 1


def test_with_the_profile_an_ultra_runner_hears_no_nudge_at_all():
    said = all_told(heard(uri(), 26, ("ultra",), **ULTRA))
    assert {rule for rule in said if not rule.startswith("+")} == A_QUESTION
    assert said["+consistency"] >= 4


# Stan, who runs every day


def stan() -> list[Activity]:
    """400 days of 8 km, on Sundays 12."""
    return [run(day, 12 if day % 7 == 6 else 8, 68 if day % 7 == 6 else 46) for day in range(400)]


def test_with_the_profile_a_streak_is_praised_and_never_doubted():
    said = all_told(heard(stan(), 57, ("streaker",)))
    assert said["+streak-flex"] == 8  # from 14 days to 365
    assert {rule for rule in said if not rule.startswith("+")} == A_QUESTION


def test_without_a_word_a_streak_is_doubted_until_it_shows():
    """Nobody is known to run every day before it were 80 days of 90; from then on, rest days are left alone."""
    judgements = heard(stan(), 57)
    doubted = {week for week in judgements if told(judgements[week]) & {"no-rest-day", "rest-plan"}}
    assert doubted
    assert max(doubted) <= 11
    assert all_told(judgements)["+streak-flex"] >= 5


# Kay, whose watch knows nothing of shoes or sleep


def kay() -> list[Activity]:
    """30 weeks of four runs with heart rate and cadence, one of them intervals, every fourth week lighter."""
    runs = []
    for week in range(30):
        long_km = 15 * (1, 1.05, 1.1, 0.75)[week % 4]
        body = {"cadence_spm": 168.0, "max_hr": 160.0}
        runs += [
            run(7 * week + 1, 8, 46, average_hr=138.0, **body),
            run(7 * week + 3, 9, 44, average_hr=158.0, name="Intervals", workout_type=3, **body),
            run(7 * week + 4, 6, 35, average_hr=136.0, **body),
            run(7 * week + 6, long_km, 5.7 * long_km, average_hr=139.0, **body),
        ]
    return runs


def test_who_records_neither_shoes_nor_sleep_nor_strength_is_not_told_to():
    judgements = heard(kay(), 30, hr_max=185, threshold_hr=165, resting_hr=50)
    families = {nudge.family for judgement in judgements.values() for nudge in judgement.nudges if nudge.kind != "note"}
    assert families.isdisjoint({"gear", "strength", "rest", "health", "form"})
    said = all_told(judgements)
    assert said["strength-question"] == 1
    assert not set(said) & {"shoe-untracked", "base-cross-train", "base-third-strength", "cadence-untracked"}


# Ivy, who is injured


def ivy(tag: str = "") -> list[Activity]:
    """Nine weeks of four runs, the ninth with pain in three of them; then two weeks that would be a ramp and a spike,
    with the tag on each Monday's run."""
    usual = [
        run(7 * week + day, km, 5.8 * km, tags=frozenset({"niggle"} if week == 8 and day else ()))
        for week in range(9)
        for day, km in ((0, 8), (2, 8), (4, 8), (6, 14))
    ]
    later = [
        run(7 * week + day, km, 5.8 * km, tags=frozenset({tag} if tag and not day else ()))
        for week in (9, 10)
        for day, km in ((0, 12), (2, 14), (3, 14), (6, 20 + 5 * (week - 9)))
    ]
    return [*usual, *later]


def test_pain_in_three_runs_is_heard():
    assert told(heard(ivy(), 9)[9]) - PRAISE_OF_DISTANCE - A_QUESTION == {"niggle-tag"}


def test_without_the_tag_these_weeks_would_be_spoken_of():
    judgements = heard(ivy(), 11)
    assert told(judgements[10]) & {"longest-run-spike", "weekly-ramp"}


@pytest.mark.parametrize(
    ("activities", "athlete"),
    [
        (ivy("injured"), {}),
        (ivy(), {"modes": (Mode("injured", MONDAY + timedelta(weeks=9)),)}),
    ],
    ids=["tagged", "declared"],
)
def test_who_is_injured_hears_of_health_only(activities, athlete):
    judgements = heard(activities, 11, **athlete)
    for week in (10, 11):
        assert {nudge.family for nudge in judgements[week].nudges if nudge.kind != "note"} <= {"health"}


def test_who_is_ill_hears_of_health_only():
    judgements = heard(ivy("sick"), 11)
    for week in (10, 11):
        assert {nudge.family for nudge in judgements[week].nudges if nudge.kind != "note"} <= {"health"}


def test_none_of_them_hears_more_than_one_nudge_a_week_on_average():
    for judgements in (heard(nell(), 10), heard(uri(), 26, **ULTRA), heard(stan(), 57), heard(kay(), 30)):
        nudges = sum(nudge.kind == "nudge" for judgement in judgements.values() for nudge in judgement.nudges)
        assert nudges <= 0.25 * len(judgements)


def test_no_run_is_doubted_for_being_in_another_unit():
    """Miles change what is shown, never what is said."""
    for activities, weeks in ((nell((*(5.0,) * 9, 8.0)), 10), (uri(), 26)):
        assert all_told(heard(activities, weeks)) == all_told(heard(map(replace, activities), weeks, units="mi"))
