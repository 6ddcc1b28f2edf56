"""The names an expression may use: what is recorded or worked out about an activity, a night, an athlete, a race."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args

from coachd.language.measure import Data
from coachd.language.types import YES_NO, Raw, Type, number, text
from coachd.language.view import View
from coachd.model import FAMILIES, WEEKDAYS, Activity, Race, Shoe
from coachd.units import DAY, VolumeUnit


@dataclass(frozen=True, slots=True)
class Field:
    """A name: its type, how its value is read, what it means, and which kind of data it comes from."""

    type: Type
    read: Callable[..., Raw]
    meaning: str
    data: Data | None = None


KINDS = ("race", "long", "workout", "hard", "recovery", "easy")
JUDGED = ("fine", "borderline", "hot")
STRUCTURES = ("intervals", "tempo", "fartlek")
PHASES = ("steady", "base", "build", "taper", "race", "recovery", "break")
MODES = ("none", "ill", "injured", "holiday", "pregnant", "postpartum", "health")
PRIORITIES = ("A", "B", "C")
VOLUME_UNITS = get_args(VolumeUnit)
LEVELS = ("beginner", "experienced")
TAGS = (
    "sick", "injured", "niggle", "pain", "sore", "race", "easy", "workout", "long", "strides", "drills", "mobility",
    "strength", "stroller", "dog", "pacing", "fun", "holiday", "warmup", "cooldown", "hills",
    "bonepain", "missedperiod",
)  # fmt: skip
"""Words after a # in an activity's name or notes that rules may ask for, as `tag.sick`."""

FAMILY_NAMES = (*dict.fromkeys(FAMILIES.values()), "other")


def _pace(activity: Activity) -> float | None:
    """Seconds per metre of moving time; unknown where the distance is not measured on the ground."""
    if activity.trainer or activity.manual or not activity.distance_m or not activity.moving_s:
        return None
    return activity.moving_s / activity.distance_m


def _graded_pace(activity: Activity) -> float | None:
    return 1 / activity.graded_speed if activity.graded_speed else None


def _energy_pace(activity: Activity) -> float | None:
    """The other of the two models of grade: by the energy that a slope costs, not by the heart rate it goes with."""
    streams = activity.streams
    if streams is None or not streams.graded_minetti_m or not streams.moving_s or activity.trainer or activity.manual:
        return None
    return streams.moving_s / streams.graded_minetti_m


def _climb_rate(activity: Activity) -> float | None:
    """Metres of height per metre of distance."""
    if activity.gain_m is None or not activity.distance_m:
        return None
    return activity.gain_m / activity.distance_m


def heat_index(activity: Activity) -> float | None:
    """Air temperature and dew point in Fahrenheit, added: 1.8 (T + Td) + 64 (Hadley 2013)."""
    if activity.trainer or activity.temperature_c is None or activity.dew_point_c is None:
        return None
    return 1.8 * (activity.temperature_c + activity.dew_point_c) + 64


def normal_cadence(activity: Activity) -> float | None:
    """Cadence as it would be at 2.9 m/s: cad - 5.6 (v - 2.9), the slope of Burns 2019."""
    if activity.cadence_spm is None or activity.trainer or not activity.distance_m or not activity.moving_s:
        return None
    return activity.cadence_spm - 5.6 * (activity.distance_m / activity.moving_s - 2.9)


def _tagged(tag: str) -> Callable[[Activity], Raw]:
    return lambda activity: tag in activity.tags


ACTIVITY: Mapping[str, Field] = {
    "time": Field(number("duration"), lambda a: a.moving_s, "moving time"),
    "elapsed": Field(number("duration"), lambda a: a.elapsed_s, "time from start to end, stops included"),
    "distance": Field(number("distance"), lambda a: a.distance_m, "distance"),
    "pace": Field(
        number("pace"), _pace, "moving pace; unknown on a treadmill, for manual entries and without distance"
    ),
    "graded_pace": Field(
        number("pace"), _graded_pace, "pace on the flat at the same heart rate; unknown where pace or heights are"
    ),
    "energy_pace": Field(
        number("pace"), _energy_pace, "pace on the flat for the same energy (Minetti 2002), from streams", "streams"
    ),
    "gain": Field(number("climb"), lambda a: a.gain_m, "height gained", "elevation"),
    "loss": Field(number("climb"), lambda a: a.loss_m, "height lost, by streams or source; else unknown", "elevation"),
    "climb_rate": Field(number("rate"), _climb_rate, "height gained per distance", "elevation"),
    "average_hr": Field(number("bpm"), lambda a: a.average_hr, "average heart rate", "heart rate"),
    "max_hr": Field(number("bpm"), lambda a: a.max_hr, "highest heart rate", "heart rate"),
    "cadence": Field(number("spm"), lambda a: a.cadence_spm, "average cadence, both feet", "cadence"),
    "normal_cadence": Field(
        number("spm"), normal_cadence, "cadence as it would be at 5:45 /km; unknown indoors", "cadence"
    ),
    "kind": Field(text(KINDS), lambda a: a.kind, "kind of run; unknown for anything else"),
    "hard": Field(YES_NO, lambda a: a.hard, "a hard session: race, structured work, or long near threshold"),
    "long": Field(YES_NO, lambda a: a.long, "a long run for this runner"),
    "trail": Field(YES_NO, lambda a: a.trail, "on trails"),
    "easy_intended": Field(YES_NO, lambda a: a.easy_intended, "a run meant to be easy, as far as one can tell"),
    "judged": Field(text(JUDGED), lambda a: a.judged, "whether an easy run was easy; unknown where nobody can say"),
    "above": Field(number("share"), lambda a: a.above_share, "share of the time above the easy ceiling", "heart rate"),
    "structure": Field(text(STRUCTURES), lambda a: a.structure, "the structure found in a workout", "streams"),
    "work": Field(number("duration"), lambda a: a.work_s, "time of structured work", "streams"),
    "strides": Field(number("count"), lambda a: a.strides, "strides found", "streams"),
    "load": Field(number("number"), lambda a: a.load, "session load; one hour at threshold is about 100"),
    "efficiency": Field(
        number("number"), lambda a: a.efficiency, "graded metres a minute per heart beat a minute", "streams"
    ),
    "decoupling": Field(number("share"), lambda a: a.decoupling, "loss of efficiency in the second half", "streams"),
    "temperature": Field(number("temperature"), lambda a: a.temperature_c, "air temperature", "weather"),
    "heat_index": Field(number("number"), heat_index, "air temperature plus dew point in Fahrenheit", "weather"),
    "family": Field(text(FAMILY_NAMES), lambda a: a.family, "family of the sport"),
    "sport": Field(text(FAMILIES), lambda a: a.sport, "sport as the source recorded it"),
    "name": Field(text(), lambda a: a.name or None, "name"),
    "weekday": Field(text(WEEKDAYS), lambda a: WEEKDAYS[a.day.weekday()], "weekday of the start"),
    "gear": Field(text(), lambda a: a.gear_id, "the shoe or bike; unknown where none was recorded", "gear"),
    "trainer": Field(YES_NO, lambda a: a.trainer, "indoors, on a treadmill or trainer"),
    "commute": Field(YES_NO, lambda a: a.commute, "marked as a commute"),
    "manual": Field(YES_NO, lambda a: a.manual, "entered by hand"),
    **{f"tag.{tag}": Field(YES_NO, _tagged(tag), f"#{tag} stands in its name or notes") for tag in TAGS},
}
"""Names in a `where`, read from one activity; also the fields that aggregates take. In a rule with `each: activity`
its own activity has them as `activity.<name>`."""

NIGHT: Mapping[str, Field] = {
    "sleep": Field(number("duration"), lambda night: night.sleep_s, "time asleep", "nights"),
    "resting_hr": Field(number("bpm"), lambda night: night.resting_hr, "resting heart rate", "nights"),
    "hrv": Field(number("number"), lambda night: night.hrv_ms, "heart-rate variability, rMSSD in ms", "nights"),
}
"""Names in a `where` about nights, and the fields of nights that aggregates take."""


def _phase_weeks(view: View, _: Any) -> float:
    """Weeks that ended in the phase in force, counted back from `as_of` to its beginning or the first activity."""
    if view.first_day is None:
        return 0.0
    begun = max(view.first_day, view.phase_since() or view.first_day)
    return float((view.as_of - begun).days // 7 + 1)


def _days_to(view: View, race: Race) -> float | None:
    return (race.day - view.as_of).days * DAY if race.day > view.as_of else None


def _days_since(view: View, race: Race) -> float | None:
    return (view.as_of - race.day).days * DAY if race.day <= view.as_of else None


def _next_race(priorities: tuple[str, ...], read: Callable[[View, Race], Raw]) -> Callable[[View, Any], Raw]:
    """Reads the soonest planned race of these priorities within a year; unknown without one."""

    def found(view: View, _: Any) -> Raw:
        race = next(iter(view.races_ahead(366, priorities)), None)
        return None if race is None else read(view, race)

    return found


def _last_race(read: Callable[[View, Race], Raw]) -> Callable[[View, Any], Raw]:
    def found(view: View, _: Any) -> Raw:
        race = max(view.races_run(366), key=lambda race: race.day, default=None)
        return None if race is None else read(view, race)

    return found


_GOALS = ("A",)
_RACES = ("A", "B")

CALENDAR: Mapping[str, Field] = {
    "next_race.days": Field(number("days"), _next_race(_RACES, _days_to), "days to the next A or B race", "calendar"),
    "next_race.distance": Field(
        number("distance"), _next_race(_RACES, lambda _, r: r.distance_m), "its distance", "calendar"
    ),
    "next_race.name": Field(text(), _next_race(_RACES, lambda _, r: r.name or None), "its name", "calendar"),
    "next_race.trail": Field(YES_NO, _next_race(_RACES, lambda _, r: r.trail), "whether it is on trails", "calendar"),
    "next_goal.days": Field(number("days"), _next_race(_GOALS, _days_to), "days to the next A race", "calendar"),
    "next_goal.distance": Field(
        number("distance"), _next_race(_GOALS, lambda _, r: r.distance_m), "its distance", "calendar"
    ),
    "next_goal.name": Field(text(), _next_race(_GOALS, lambda _, r: r.name or None), "its name", "calendar"),
    "last_race.days": Field(number("days"), _last_race(_days_since), "days since the last race run"),
    "last_race.distance": Field(number("distance"), _last_race(lambda _, r: r.distance_m), "its distance"),
    "last_race.name": Field(text(), _last_race(lambda _, r: r.name or None), "its name"),
    "told.after": Field(
        number("days"),
        lambda view, _: (view.read_on - view.as_of).days * DAY,
        "days from the last day looked at to that of the mail: what lies ahead is so much nearer when it is read",
    ),
}
"""The race calendar and the day of the mail, usable everywhere in a rule; a race is unknown where none is planned or
was run within a year."""

ATHLETE: Mapping[str, Field] = {
    "athlete.easy_ceiling": Field(
        number("bpm"), lambda view, _: view.history.easy_ceiling, "the easy heart-rate ceiling in force", "heart rate"
    ),
    "athlete.easy_ceiling_source": Field(
        text(), lambda view, _: view.history.easy_ceiling_source or None, "where the easy ceiling comes from, in words"
    ),
    "athlete.hr_trusted": Field(
        YES_NO, lambda view, _: view.history.zones.trusted, "heart-rate anchors are measured, not guessed from age"
    ),
    "athlete.hr_max": Field(
        number("bpm"), lambda view, _: view.history.zones.hr_max, "highest heart rate in force", "heart rate"
    ),
    "athlete.threshold_hr": Field(
        number("bpm"), lambda view, _: view.history.zones.threshold_hr, "threshold heart rate", "heart rate"
    ),
    "athlete.resting_hr": Field(
        number("bpm"), lambda view, _: view.history.zones.resting_hr, "resting heart rate", "heart rate"
    ),
    "athlete.vdot": Field(
        number("number"), lambda view, _: found[0] if (found := view.vdot()) else None, "best VDOT of the last 120 days"
    ),
    "athlete.vdot_age": Field(
        number("days"),
        lambda view, _: found[1] * DAY if (found := view.vdot()) else None,
        "days since the race that gave it",
    ),
    "athlete.phase": Field(text(PHASES), lambda view, _: view.phase(), "phase of the year on the last day"),
    "athlete.phase_weeks": Field(number("count"), _phase_weeks, "weeks in a row in this phase"),
    "athlete.mode": Field(
        text(MODES), lambda view, _: mode.name if (mode := view.mode()) else "none", "declared mode on the last day"
    ),
    "athlete.level": Field(text(LEVELS), lambda view, _: view.athlete.level, "level, as declared"),
    "athlete.focus": Field(text(), lambda view, _: view.athlete.focus, "what the athlete chose to work on"),
    "athlete.volume_unit": Field(
        text(VOLUME_UNITS), lambda view, _: view.athlete.volume_unit, "what they add up to say how much they ran"
    ),
    "athlete.trail_goal": Field(YES_NO, lambda view, _: view.athlete.goal == "trail", "trail running is the goal"),
    "athlete.streaker": Field(YES_NO, lambda view, _: "streaker" in view.athlete.profiles, "runs every day on purpose"),
    "athlete.masters": Field(YES_NO, lambda view, _: "masters" in view.athlete.profiles, "has the masters profile"),
    "athlete.history": Field(
        number("days"),
        lambda view, _: None if view.first_day is None else (view.as_of - view.first_day).days * DAY,
        "time since the first activity known",
    ),
}
"""Names usable everywhere in a rule, read from the view."""


def _last_use(view: View, shoe: Shoe) -> date | None:
    """The last day up to `as_of` on which the shoe was used, as far as known."""
    told = shoe.last_used if shoe.last_used is not None and shoe.last_used <= view.as_of else None
    return max((day for day in (view.last_use(shoe.id), told) if day is not None), default=None)


def _days_since_use(view: View, shoe: Shoe) -> float | None:
    last = _last_use(view, shoe)
    return None if last is None else (view.as_of - last).days * DAY


SURFACES = ("road", "trail", "hybrid")

SHOE: Mapping[str, Field] = {
    "shoe.id": Field(text(), lambda _, shoe: shoe.id, "the id that `gear` holds"),
    "shoe.name": Field(text(), lambda _, shoe: shoe.name, "name"),
    "shoe.distance": Field(number("distance"), lambda _, shoe: shoe.distance_m, "odometer", "gear"),
    "shoe.retired": Field(YES_NO, lambda _, shoe: shoe.retired, "marked as retired"),
    "shoe.days_since_use": Field(number("days"), _days_since_use, "days since it was last worn", "gear"),
    "shoe.surface": Field(text(SURFACES), lambda _, shoe: shoe.surface, "what it is made for, where its owner said so"),
    "shoe.limit": Field(number("distance"), lambda _, shoe: shoe.limit_m, "the distance its owner gives it"),
    "shoe.races": Field(YES_NO, lambda _, shoe: shoe.races, "a racing shoe"),
}
"""Names in a rule with `each: shoe`, read from the view and the shoe."""


RACE: Mapping[str, Field] = {
    "race.name": Field(text(), lambda _, race: race.name or None, "name"),
    "race.distance": Field(number("distance"), lambda _, race: race.distance_m, "distance"),
    "race.priority": Field(
        text(PRIORITIES), lambda _, race: race.priority, "A, B or C; unknown for one that was not planned", "calendar"
    ),
    "race.trail": Field(YES_NO, lambda _, race: race.trail, "on trails"),
    "race.gain": Field(number("climb"), lambda _, race: race.gain_m, "height gained on the course", "elevation"),
    "race.days_to": Field(number("days"), _days_to, "days until it; unknown once it is past"),
    "race.days_since": Field(number("days"), _days_since, "days since it; unknown before it"),
    "race.run": Field(YES_NO, lambda _, race: race.activity is not None, "it was run"),
    "race.fun": Field(YES_NO, lambda _, race: race.fun, "paced, for fun, or run well below effort"),
    "race.time": Field(number("duration"), lambda _, race: race.time_s, "time of the run"),
    "race.vdot": Field(number("number"), lambda _, race: race.vdot, "VDOT of the run, where it allows one"),
}
"""Names in a rule with `each: race`, read from the view and the race."""


def _of_activity(name: str, field: Field) -> tuple[str, Field]:
    return f"activity.{name}", Field(field.type, lambda _, activity: field.read(activity), field.meaning, field.data)


SUBJECTS: Mapping[str, Mapping[str, Field]] = {
    "week": {},
    "day": {},
    "shoe": SHOE,
    "race": RACE,
    "activity": dict(_of_activity(name, field) for name, field in ACTIVITY.items()),
}
"""`each` -> the names of its subject."""


@cache
def names_for(each: str) -> Mapping[str, Field]:
    """The athlete's, the calendar's and the subject's names in a rule with this `each`."""
    return {**ATHLETE, **CALENDAR, **SUBJECTS.get(each, {})}
