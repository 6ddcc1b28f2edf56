"""Own templates tried on invented messages, so that a mistake shows when it is made and not on Monday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from coachd.compose import rendering, view
from coachd.compose.notices import NOTICES
from coachd.model import (
    ActivityLink,
    Ahead,
    Answer,
    Athlete,
    Belief,
    Beliefs,
    DayStats,
    Digest,
    FollowUp,
    LongestRun,
    Nudge,
    Period,
    RaceAhead,
    ShoeLevel,
    WeekStats,
)

MONDAY = date(2026, 11, 16)
RUNNER = Athlete()
NUDGE = Nudge(
    "a-rule", "2026-W47", "nudge", 1, "load", "A title", "What was seen, and one thing to do.", why="A reason.",
    sources=("A study",), contested="A doubt.", evidence=(("runs", "4"),), activities=(1,), closing=True,
    judged_by="I use 150 bpm", setting="easy_hr_ceiling",
)  # fmt: skip
LINKS = (ActivityLink(1, "Morning run", MONDAY, "https://www.strava.com/activities/1", "Garmin Forerunner 265"),)
ANSWERS = {(NUDGE.rule, NUDGE.subject): (Answer("helpful", "helpful", command="coachd feedback a-rule helpful"),)}
WEEK = WeekStats(MONDAY, 40_000.0, 14_400.0, 4, 1, 2)
QUIET = Digest(
    RUNNER, Period("2026-W47", MONDAY, MONDAY + timedelta(6)), WEEK, usual_distance_m=None, days=(), weeks=()
)  # fmt: skip
FULL = Digest(
    RUNNER, QUIET.period, WEEK, usual_distance_m=38_000.0,
    days=(DayStats(MONDAY, ("run", "strength"), 8_000.0, 2_900.0),),
    weeks=(WEEK,),
    nudges=(NUDGE,),
    links=LINKS,
    left_out=("A treadmill's pace.",),
    rules_checked=1,
    follow_ups=(FollowUp("A title", (("runs", "3"),), (("runs", "4"),), "eased", "helpful"),),
    corrections=("A run was removed since.",),
    ahead=Ahead(MONDAY, (RaceAhead("A race", MONDAY, 6, 10_000.0, "A"),), long_run_m=(14_000.0, 16_000.0)),
    shoes=(ShoeLevel("A pair", 580_000.0, 640_000.0, 0.9),),
    easy_share=0.8,
    longest_run=LongestRun(MONDAY, 15_000.0, 13_400.0, 1.12),
    devices=("Garmin Forerunner 265",),
)  # fmt: skip
BELIEF = Belief("Usual week", "40 km", "the last four weeks", "coachd athlete edit")
BELIEFS = Beliefs(RUNNER, MONDAY, (BELIEF,), (BELIEF,), 1)


def mistakes(own: Path) -> list[str]:
    """What does not work in a folder of own templates, a sentence each; empty when every message comes out."""
    if not own.is_dir():
        return [f"There is no folder {own}."]
    found = (_mistake(own, f"{name}.{part}.j2", seen) for name, seen in _messages() for part in ("txt", "html"))
    return list(dict.fromkeys(mistake for mistake in found if mistake))


def _mistake(own: Path, name: str, seen: Mapping[str, Any]) -> str:
    try:
        rendering.rendered_from(own, name, seen)
    except Exception as problem:  # noqa: BLE001  # whatever an own template does: saying so is what this is for
        return f"{name} cannot be used: {rendering.what_went_wrong(problem)}"
    return ""


def _messages() -> Iterator[tuple[str, dict[str, Any]]]:
    """The values of each kind of message, full and bare."""
    yield "digest", view.of_digest(FULL, ANSWERS, "mailto:coach@example.org")
    yield "digest", view.of_digest(QUIET, {}, "")
    yield "same_day", view.of_same_day(RUNNER, NUDGE, LINKS, ANSWERS, "")
    yield "first", view.of_beliefs(BELIEFS, "")
    subject, advice = next(iter(NOTICES.values()))
    yield "notice", {"subject": subject, "detail": "A detail.", "advice": advice}
    yield "shared", {"subject": "A subject", "week": "A week.", "lines": ["A line."], "credit": "Data."}
