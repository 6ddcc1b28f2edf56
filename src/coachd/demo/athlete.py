"""Robin, an invented runner: the scripted year in the shape of real Strava summaries, with known answers.

The script is short enough to work the expected nudges out by hand; everything else (speeds, heart rates, cadence,
times of day) follows from Robin's fitness week by week, with a little noise that depends on the seed alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from coachd.demo.script import FIRST_MONDAY, SCRIPT, Session, entries, week_monday
from coachd.demo.strava_world import World
from coachd.demo.summary import summary_activity
from coachd.physiology.vdot import race_time, speed_at, sustainable_fraction

FRACTION = {"E": 0.67, "L": 0.67, "W": 0.74, "T": 0.76, "TR": 0.68}
TOO_FAST = 0.80
RESTING_HR, HR_RESERVE, MAX_HR = 50, 138, 188
HEAT_BPM = 8
STARTS = {"E": time(6, 40), "L": time(8, 30), "TR": time(8, 30), "W": time(17, 45), "T": time(17, 45)}
STARTS |= {"X": time(17, 15), "G": time(19, 15), "RACE": time(10, 0)}
SPORTS = {"TR": "TrailRun", "X": "Ride", "G": "WeightTraining"}
WORKOUT_TYPES = {"E": 0, "TR": 0, "RACE": 1, "L": 2, "W": 3, "T": 3, "X": 10, "G": 30}

ROAD_A, ROAD_B, TRAIL_1, RACE_1 = "g31000001", "g31000002", "g31000003", "g31000004"
LAST_WEEK_OF_ROAD_A = 33
ATHLETE_ID = 70_070_070


@dataclass(frozen=True)
class ScriptedYear:
    """Everything a stand-in needs to be Robin's Strava: answers in Strava's shapes, oldest activity first.

    `phases` is what Robin declares, by the Monday a week begins on.
    """

    activities: list[dict[str, Any]]
    gear: list[dict[str, Any]]
    zones: dict[str, Any]
    athlete: dict[str, Any]
    phases: dict[date, str]


def scripted_year(
    first_monday: date = FIRST_MONDAY, seed: int = 1, zone: str = "Europe/Berlin", script: str = SCRIPT
) -> ScriptedYear:
    """Robin's year, always the same for the same arguments. Another `script` gives a year that went otherwise.

    Each session has its own noise and id, so changing or taking out one entry leaves all others as they were.
    Raises ValueError for an entry that is not in the script's language.
    """
    weeks = entries(script)
    activities = []
    for session in (session for _, _, found in weeks for session in found):
        place = f"{session.week}/{session.weekday}/{session.slot}"
        noise = random.Random(f"{seed}/{place}")  # noqa: S311 - must be repeatable, protects nothing
        day = week_monday(session.week, first_monday) + timedelta(days=session.weekday)
        activities.append(_activity(session, day, ZoneInfo(zone), noise))
    return ScriptedYear(
        activities=sorted(activities, key=lambda activity: activity["start_date"]),
        gear=_gear(),
        zones=_zones(),
        athlete=_athlete(),
        phases={week_monday(week, first_monday): phase for week, phase, _ in weeks},
    )


def world(year: ScriptedYear) -> World:
    """A stand-in's world that holds the year."""
    return World(year.activities, athlete=year.athlete, gear=year.gear, zones=year.zones)


def session_id(session: Session) -> int:
    """The activity's id. Those of the second half of the year no 64-bit float holds: they must survive every reader."""
    number = (session.week * 7 + session.weekday) * 2 + session.slot
    return 16_100_000_000 + 7_919 * number if session.week <= 26 else 2**53 + 1 + 2 * number


def _activity(session: Session, day: date, zone: ZoneInfo, noise: random.Random) -> dict[str, Any]:
    start = datetime.combine(day, STARTS[session.kind]) + timedelta(seconds=noise.randint(-720, 720))
    measured = _indoors(session, noise) if session.kind in "GX" else _run(session, noise)
    return summary_activity(
        session_id(session),
        day,
        start.time(),
        zone,
        SPORTS.get(session.kind, "Run"),
        athlete={"id": ATHLETE_ID, "resource_state": 1},
        name=session.name,
        workout_type=WORKOUT_TYPES[session.kind],
        has_heartrate=True,
        kudos_count=noise.randint(0, 9),
        **measured,
    )


def _indoors(session: Session, noise: random.Random) -> dict[str, Any]:
    """What the watch says of strength training, and of an easy ride that is as long in minutes."""
    seconds = int(session.amount * 60) + noise.randint(0, 40)
    riding = session.kind == "X"
    speed = noise.uniform(6.6, 7.4) if riding else 0.0
    heart_rate = noise.uniform(118, 126) if riding else noise.uniform(96, 108)
    return {
        "distance": round(speed * seconds, 1),
        "moving_time": seconds,
        "elapsed_time": seconds + (noise.randint(20, 200) if riding else 0),
        "total_elevation_gain": round(noise.uniform(40, 120), 1) if riding else 0,
        "average_speed": round(speed, 3),
        "max_speed": round(speed * 1.6, 3),
        "trainer": not riding,
        "average_heartrate": round(heart_rate, 1),
        "max_heartrate": float(round(heart_rate + noise.uniform(18, 30))),
        "suffer_score": _relative_effort(seconds, heart_rate),
    }


def _run(session: Session, noise: random.Random) -> dict[str, Any]:
    fitness = _vdot(session.week)
    climb = session.climb_m
    if climb is None:
        climb = session.amount * (18 if "+H" in session.marks else 4)
    if session.race_vdot is not None:
        seconds = race_time(session.distance_m, session.race_vdot)
        fraction = sustainable_fraction(seconds / 60)
        speed = session.distance_m / seconds
    else:
        fraction = TOO_FAST if "!" in session.marks else FRACTION[session.kind]
        speed = speed_at(fitness, fraction) * noise.uniform(0.992, 1.008)
        if session.kind == "TR":
            speed /= 1 + 0.0198 * climb / session.amount
        seconds = session.distance_m / speed
    hot = "^" in session.marks
    share_of_reserve = 0.985 * (fraction * fitness - 3.5) / (fitness - 3.5)
    heart_rate = RESTING_HR + HR_RESERVE * share_of_reserve + noise.uniform(-1.5, 1.5) + (HEAT_BPM if hot else 0)
    steps = min(166.0, 158 + 0.5 * max(0, session.week - 8)) + 5.6 * (speed - 2.9) + noise.uniform(-0.8, 0.8)
    low = round(noise.uniform(30, 45), 1)
    peak = heart_rate + (noise.uniform(18, 24) if session.kind == "W" else noise.uniform(7, 12))
    return {
        "distance": session.distance_m,
        "moving_time": round(seconds),
        "elapsed_time": round(seconds) + (0 if session.kind == "RACE" else noise.randint(5, 150)),
        "total_elevation_gain": float(climb),
        "gear_id": _shoe(session),
        "average_speed": round(session.distance_m / round(seconds), 3),
        "max_speed": round(speed * (1.7 if "+S" in session.marks else 1.3), 3),
        "average_cadence": round(steps / 2, 1),  # Strava counts one leg
        "average_temp": 29 if hot else 12,
        "average_heartrate": round(heart_rate, 1),
        "max_heartrate": float(min(MAX_HR, round(peak))),
        "elev_high": round(low + max(6.0, climb * 0.4), 1),
        "elev_low": low,
        "suffer_score": _relative_effort(seconds, heart_rate),
    }


def _vdot(week: int) -> float:
    """Robin's fitness: a spring of progress, a setback with the illness, and a second rise to the marathon."""
    if week <= 28:
        return 43.5 + 0.12 * min(week, 19)
    return 44.8 + 0.12 * (week - 29) if week <= 43 else 46.3


def _relative_effort(seconds: float, heart_rate: float) -> float:
    """Something like Strava's: minutes weighted with the heart-rate reserve, a whole number written as a float."""
    return float(round(seconds / 60 * 2.6 * ((heart_rate - RESTING_HR) / HR_RESERVE) ** 2.5))


def _shoe(session: Session) -> str:
    if session.kind == "TR":
        return TRAIL_1
    if session.kind == "RACE":
        return RACE_1
    return ROAD_A if session.week <= LAST_WEEK_OF_ROAD_A and session.weekday in (0, 2, 4, 6) else ROAD_B


def _gear() -> list[dict[str, Any]]:
    """The shoes, with the metres that Robin entered when adding them."""
    entered = {ROAD_A: ("Road-A", 300_000), ROAD_B: ("Road-B", 0), TRAIL_1: ("Trail-1", 40_000), RACE_1: ("Race-1", 0)}
    return [
        {"id": gear_id, "name": name, "primary": gear_id == ROAD_A, "entered_distance": metres}
        for gear_id, (name, metres) in entered.items()
    ]


def _zones() -> dict[str, Any]:
    """Own heart-rate zones from a threshold of 168: 85, 89, 94 and 99 % of it (Friel)."""
    edges = [0, 143, 150, 158, 167, -1]
    zones = [{"min": low, "max": high} for low, high in pairwise(edges)]
    return {"heart_rate": {"custom_zones": True, "zones": zones}}


def _athlete() -> dict[str, Any]:
    return {
        "id": ATHLETE_ID,
        "username": "robin_runs",
        "resource_state": 3,
        "firstname": "Robin",
        "lastname": "Sample",
        "city": "Berlin",
        "state": "Berlin",
        "country": "Germany",
        "sex": None,
        "premium": True,
        "summit": True,
        "weight": 68.0,
        "measurement_preference": "meters",
        "date_preference": "%d/%m/%Y",
        "ftp": None,
    }
