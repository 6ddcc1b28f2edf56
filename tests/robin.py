"""Robin's scripted year as a history: the summaries of the demo with what streams, nights and weather would add.

The detectors that read 1-Hz streams have tests of their own; here the numbers they would find are given directly, as
the script states them, so that a week's verdict depends on the rules alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coachd.demo import athlete as robin
from coachd.demo.script import FIRST_MONDAY, SCRIPT, Session, entries
from coachd.history import prepare
from coachd.history.merge import merge
from coachd.judge import Judgement, judge
from coachd.language.rule import Rule
from coachd.model import Activity, Athlete, Bout, History, Night, Period, PhaseSpan, Race, Shoe, StreamNumbers
from coachd.sources.strava.mapping import recording

CEILING = 149.5
WEEKS = 52
LIMIT_M = 650_000.0
PHASES = {
    "base": "base", "build": "build", "taper": "taper", "rest": "recovery", "race": "race", "sick": "steady",
}  # fmt: skip
"""The script's second column -> what Robin declares. The illness is not: a week without a run asks about it."""

ODOMETERS = {
    robin.ROAD_A: ("Road-A", 300_000.0, False), robin.ROAD_B: ("Road-B", 0.0, False),
    robin.TRAIL_1: ("Trail-1", 40_000.0, False), robin.RACE_1: ("Race-1", 0.0, True),
}  # fmt: skip

Change = Callable[[Activity], Activity | None]
Mess = Callable[[list[Activity]], list[Activity]]


TRUE = frozenset({"fire", "capped", "inhibited", "cooldown", "snoozed"})
"""The outcomes of a rule whose condition held."""


@dataclass(frozen=True)
class Year:
    """One prepared year: the history and its Mondays."""

    history: History
    first_monday: date

    def period(self, week: int) -> Period:
        first = self.first_monday + timedelta(weeks=week - 1)
        return Period(f"week {week}", first, first + timedelta(days=6))


def year(
    seed: int = 1,
    *,
    script: str = SCRIPT,
    first_monday: date = FIRST_MONDAY,
    zone: str = "Europe/Berlin",
    change: Change = lambda activity: activity,
    extra: Sequence[Activity] = (),
    mess: Mess = lambda recorded: recorded,
    **settings: Any,
) -> Year:
    """Robin's year as rules see it. `change` rewrites or drops (None) each recorded activity, `extra` adds some, `mess`
    gets them all last, `settings` are values of the athlete that differ."""
    scripted = robin.scripted_year(first_monday, seed, zone, script)
    sessions = {robin.session_id(s): s for _, _, found in entries(script) for s in found}
    recorded = []
    for raw in scripted.activities:
        made = merge(raw["id"], [recording(raw)])
        changed = change(_with_streams(made, sessions[raw["id"]], random.Random(f"{seed}/{raw['id']}")))
        recorded += [changed] if changed is not None else []
    recorded = mess(sorted([*recorded, *extra], key=lambda activity: activity.start))
    weeks = [(week, phase) for week, phase, _ in entries(script)]
    athlete = Athlete(
        **{
            "zone": zone, "hr_max": 188, "resting_hr": 50, "threshold_hr": 168,
            "phases": tuple(_span(first_monday, week, phase) for week, phase in weeks),
            "races": (
                Race(first_monday + timedelta(days=18 * 7 + 6), 21_097.5, "City Half Marathon", "A"),
                Race(first_monday + timedelta(days=42 * 7 + 6), 42_195.0, "Autumn Marathon", "A"),
            ),
            **settings,
        }
    )  # fmt: skip
    now = datetime.combine(first_monday + timedelta(weeks=WEEKS), time(6), ZoneInfo(zone)).astimezone(UTC)
    shoes = [
        Shoe(
            key,
            name,
            entered + _run_in(key, recorded),
            surface="trail" if key == robin.TRAIL_1 else "road",
            races=races,
            limit_m=LIMIT_M,
        )
        for key, (name, entered, races) in ODOMETERS.items()
    ]
    history = prepare(
        athlete,
        recorded,
        shoes=shoes,
        synced={"strava": now},
        zones_ceiling=None,
        nights=nights(first_monday, seed),
        now=now,
    )
    return Year(history, first_monday)


def _run_in(gear: str, activities: Sequence[Activity]) -> float:
    return sum(activity.distance_m or 0.0 for activity in activities if activity.gear_id == gear)


def _span(first_monday: date, week: int, phase: str) -> PhaseSpan:
    first = first_monday + timedelta(weeks=week - 1)
    return PhaseSpan(PHASES[phase], first, first + timedelta(days=6))  # type: ignore[arg-type]


def nights(first_monday: date, seed: int) -> list[Night]:
    """364 nights: about 7.4 h and 50 bpm, a short week 16, and an illness around the end of week 28."""
    noise = random.Random(f"{seed}/nights")
    found = []
    for number in range(WEEKS * 7):
        week, weekday = number // 7 + 1, number % 7
        hours = noise.uniform(5.8, 6.4) if week == 16 else noise.uniform(7.0, 7.8)
        ill = (week == 28 and weekday >= 4) or (week == 29 and weekday <= 5)
        pulse = noise.uniform(57, 59) if ill else noise.uniform(48.5, 51.5)
        found.append(Night(first_monday + timedelta(days=number), hours * 3600, pulse))
    return found


def _with_streams(activity: Activity, session: Session, noise: random.Random) -> Activity:
    if activity.family != "run":
        return activity
    hot = "^" in session.marks
    moving, average = activity.moving_s or 0.0, activity.average_hr or 0.0
    share = _above(session.kind, average)
    above = {"W": _split(moving * share, 18 * 60), "T": _split(moving * share, 14 * 60)}.get(
        session.kind, {172 if session.kind == "RACE" else 156: moving * share}
    )
    seconds = {140: moving * (1 - share), **above}
    steady = {bpm: value * max(0.0, moving - 600) / moving for bpm, value in seconds.items()}
    bouts = {"W": tuple(Bout(900 + 390 * n, 264, 3.6) for n in range(5)), "T": (Bout(900, 1440, 3.6),)}
    found = bouts.get(session.kind, ())
    speed = (activity.distance_m or 0.0) / moving
    decoupling = {10: 0.091, 12: 0.086}.get(session.week, noise.uniform(0.022, 0.042))
    streams = StreamNumbers(
        moving_s=moving,
        hr_coverage=1.0,
        hr_seconds=seconds,
        steady_hr_seconds=steady,
        first_hour_hr_seconds={bpm: min(1.0, 3000 / moving) * value for bpm, value in steady.items()},
        cadence_spm=activity.cadence_spm,
        cadence_coverage=1.0,
        gain_m=activity.gain_m,
        loss_m=activity.gain_m,
        graded_m=activity.distance_m,
        bouts=found,
        work_s=sum(bout.duration_s for bout in found),
        strides=5 if "+S" in session.marks else 0,
        efficiency=speed * 60 / average if session.kind in ("E", "L") else None,
        decoupling=decoupling if session.kind == "L" else None,
    )
    return replace(activity, streams=streams, temperature_c=29.0 if hot else 12.0, dew_point_c=20.0 if hot else 6.0)


def _above(kind: str, average: float) -> float:
    fixed = {"W": 0.62, "T": 0.60, "RACE": 0.97, "TR": 0.22}
    return fixed.get(kind, min(1.0, max(0.0, 0.5 + (average - CEILING - 3) / 12)))


def _split(above_s: float, zone4_s: float) -> dict[int, float]:
    """Seconds above the ceiling, so many of them within zone 4."""
    return {164: zone4_s, 155: max(0.0, above_s - zone4_s)}


def judged(made: Year, rules: Sequence[Rule], weeks: int = WEEKS) -> dict[int, Judgement]:
    """Week -> what the weekly mail would say, each week with what the weeks before left behind."""
    states: Any = {}
    found = {}
    for week in range(1, weeks + 1):
        period = made.period(week)
        now = datetime.combine(period.last + timedelta(days=1), time(6), made.history.athlete.tz).astimezone(UTC)
        history = replace(made.history, synced={"strava": now})
        found[week] = judge(rules, history, states, period, now)
        states = found[week].states
    return found


def told(judgement: Judgement) -> set[str]:
    """The rules that spoke; praise with a + before it."""
    return {f"+{nudge.rule}" if nudge.kind == "praise" else nudge.rule for nudge in judgement.nudges}


def candidates(judgement: Judgement) -> set[str]:
    """The rules that were true, whether or not they spoke."""
    return {finding.rule for finding in judgement.findings if finding.outcome in TRUE}
