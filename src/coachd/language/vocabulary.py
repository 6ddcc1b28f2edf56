"""The names an expression may use: what is recorded about an activity, an athlete, a shoe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coachd.language.types import YES_NO, Raw, Type, number, text
from coachd.language.view import View
from coachd.model import FAMILIES, Activity, Shoe
from coachd.units import DAY


@dataclass(frozen=True, slots=True)
class Field:
    """A name: its type, how its value is read, and what it means."""

    type: Type
    read: Callable[..., Raw]
    meaning: str


KINDS = ("race", "long", "workout", "easy")
FAMILY_NAMES = (*dict.fromkeys(FAMILIES.values()), "other")


def _pace(activity: Activity) -> float | None:
    """Seconds per metre of moving time; unknown where the distance is not measured on the ground."""
    if activity.trainer or activity.manual or not activity.distance_m or not activity.moving_s:
        return None
    return activity.moving_s / activity.distance_m


ACTIVITY: Mapping[str, Field] = {
    "time": Field(number("duration"), lambda a: a.moving_s, "moving time"),
    "elapsed": Field(number("duration"), lambda a: a.elapsed_s, "time from start to end, stops included"),
    "distance": Field(number("distance"), lambda a: a.distance_m, "distance"),
    "pace": Field(
        number("pace"), _pace, "moving pace; unknown on a treadmill, for manual entries and without distance"
    ),
    "gain": Field(number("climb"), lambda a: a.gain_m, "height gained"),
    "average_hr": Field(number("bpm"), lambda a: a.average_hr, "average heart rate"),
    "max_hr": Field(number("bpm"), lambda a: a.max_hr, "highest heart rate"),
    "cadence": Field(number("spm"), lambda a: a.cadence_spm, "average cadence, both feet"),
    "kind": Field(text(KINDS), lambda a: a.kind, "kind of run; unknown where it was not classified"),
    "family": Field(text(FAMILY_NAMES), lambda a: a.family, "family of the sport"),
    "sport": Field(text(FAMILIES), lambda a: a.sport, "sport as the source recorded it"),
    "gear": Field(text(), lambda a: a.gear_id, "the shoe or bike; unknown where none was recorded"),
    "trainer": Field(YES_NO, lambda a: a.trainer, "indoors, on a treadmill or trainer"),
    "commute": Field(YES_NO, lambda a: a.commute, "marked as a commute"),
    "manual": Field(YES_NO, lambda a: a.manual, "entered by hand"),
}
"""Names in a `where`, read from one activity; also the fields that aggregates take."""

ATHLETE: Mapping[str, Field] = {
    "athlete.easy_ceiling": Field(
        number("bpm"), lambda view, _: view.history.easy_ceiling, "the easy heart-rate ceiling in force"
    ),
    "athlete.easy_ceiling_source": Field(
        text(), lambda view, _: view.history.easy_ceiling_source or None, "where the easy ceiling comes from, in words"
    ),
}
"""Names usable everywhere in a rule, read from the view."""


def _last_use(view: View, shoe: Shoe) -> date | None:
    """The last day up to `as_of` on which the shoe was used, as far as known."""
    days = [activity.day for activity in view.activities if activity.gear_id == shoe.id]
    if shoe.last_used is not None and shoe.last_used <= view.as_of:
        days.append(shoe.last_used)
    return max(days, default=None)


def _days_since_use(view: View, shoe: Shoe) -> float | None:
    last = _last_use(view, shoe)
    return None if last is None else (view.as_of - last).days * DAY


SHOE: Mapping[str, Field] = {
    "shoe.id": Field(text(), lambda _, shoe: shoe.id, "the id that `gear` holds"),
    "shoe.name": Field(text(), lambda _, shoe: shoe.name, "name"),
    "shoe.distance": Field(number("distance"), lambda _, shoe: shoe.distance_m, "odometer"),
    "shoe.retired": Field(YES_NO, lambda _, shoe: shoe.retired, "marked as retired"),
    "shoe.days_since_use": Field(number("days"), _days_since_use, "days since it was last worn"),
}
"""Names in a rule with `each: shoe`, read from the view and the shoe."""

SUBJECTS: Mapping[str, Mapping[str, Field]] = {"week": {}, "shoe": SHOE}
"""`each` -> the names of its subject. The kinds that this version evaluates."""


def names_for(each: str) -> dict[str, Field]:
    """The athlete's and the subject's names in a rule with this `each`."""
    return {**ATHLETE, **SUBJECTS.get(each, {})}


def read_all(each: str, view: View, subject: Any) -> dict[str, Raw]:
    """Their values for one subject."""
    return {name: field.read(view, subject) for name, field in names_for(each).items()}
