"""The one thing an athlete chose to work on, and how often it was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View
from coachd.measures.sessions import lead, tail
from coachd.measures.strength import is_mobility, is_strength
from coachd.model import Activity

HILLY = 0.012
HILLY_M = 4_000.0
WARM_S = 480.0
COOL_S = 300.0
NIGHT_S = 7 * 3600.0


def _is_warm_up(activity: Activity) -> bool:
    minutes = lead(activity)
    return "warmup" in activity.tags or "drills" in activity.tags or (minutes is not None and minutes >= WARM_S)


def _is_cool_down(activity: Activity) -> bool:
    minutes = tail(activity)
    return "cooldown" in activity.tags or (minutes is not None and minutes >= COOL_S)


def _is_hills(activity: Activity) -> bool:
    hilly = activity.family == "run" and (activity.gain_m or 0.0) >= HILLY * max(activity.distance_m or 0.0, HILLY_M)
    return "hills" in activity.tags or hilly


DONE: Mapping[str, Callable[[Activity], bool]] = {
    "warmup": _is_warm_up,
    "drills": lambda activity: "drills" in activity.tags,
    "cooldown": _is_cool_down,
    "mobility": is_mobility,
    "strength": is_strength,
    "hills": _is_hills,
}


@measure(number("count"), data=("streams", "elevation", "nights"))
def focus_days(view: View, *, over: int = 14, before: int = 0) -> Measured:
    """On how many days of a window the athlete did what they chose to work on.

    warmup: #warmup, #drills, or a session whose work began after eight minutes or more. drills: #drills. cooldown:
    #cooldown, or a session with five minutes or more after the last bout. mobility and strength: see `logs_mobility`
    and `strength_sessions`. hills: #hills, or a run of 4 km and more that climbs 12 m/km. sleep: nights of seven hours
    and more. Source: coaching convention; sleep guidance for adults. Unknown where nothing was chosen, for cadence (no
    day is a day of it), and for sleep in a window without a recorded night.
    """
    focus = view.athlete.focus
    if focus == "sleep":
        return _nights(view, over, before)
    done = DONE.get(focus or "")
    if done is None:
        return Measured(None)
    found = [activity for activity in view.window(over, before) if done(activity)]
    return Measured(float(len({activity.day for activity in found})), tuple(activity.id for activity in found))


def _nights(view: View, over: int, before: int) -> Measured:
    slept: dict[date, float] = {
        night.day: night.sleep_s for night in view.nights(over, before) if night.sleep_s is not None
    }
    return Measured(float(sum(sleep >= NIGHT_S for sleep in slept.values())) if slept else None)
