"""What the data themselves make doubtful: heart rates, zones, races without a mark, doubles, odd distances.

These are for notes, never for advice: each says what was seen, so that the athlete can put it right at the source.
"""

from __future__ import annotations

import re

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number, text
from coachd.language.view import View
from coachd.model import Activity
from coachd.model.activity import RECORDED_TWICE

RACE_WORDS = re.compile(r"\b(race|parkrun|half|half-marathon|marathon|ultra|5\s?k|10\s?k|10 ?miler)\b", re.IGNORECASE)
SAME_DISTANCE = 0.06


@measure(text(), data=("heart rate",), takes={"margin": number("bpm")}, subject="activity")
def heart_rate_doubt(view: View, activity: Activity, *, margin: float = 5.0) -> Measured:
    """Why the heart rate of this activity cannot be believed, in words; unknown where it can, or where there is none.

    From 1-Hz streams: it followed the cadence, or stayed flat for minutes. From the summary: its highest value lies
    more than `margin` above the athlete's maximum, where that was measured. Source: coaching convention.
    """
    if activity.streams is not None and activity.streams.hr_suspect:
        return Measured(activity.streams.hr_suspect, (activity.id,))
    highest, maximum = activity.max_hr, view.athlete.hr_max
    if highest is not None and maximum is not None and highest > maximum + margin:
        return Measured("it went well above the highest heart rate set for you", (activity.id,))
    return Measured(None)


@measure(YES_NO, data=("heart rate",))
def heart_rate_set(view: View) -> Measured:
    """Whether the athlete gave a threshold or a highest heart rate. Source: the athlete's own word. Never unknown."""
    return Measured(view.athlete.threshold_hr is not None or view.athlete.hr_max is not None)


@measure(number("bpm"), data=("heart rate",))
def highest_heart_rate_set(view: View) -> Measured:
    """The highest heart rate that the athlete gave, in bpm. Source: the athlete's own word. Unknown without it."""
    return Measured(view.athlete.hr_max)


@measure(number("bpm"), data=("heart rate", "streams"))
def second_highest_hr(view: View, *, over: int = 90, before: int = 0) -> Measured:
    """The second highest two-minute heart rate among the activities of a window, in bpm.

    The second, because one strap slips once. Activities whose heart rate is doubtful are left out. Source:
    coaching convention. Unknown with fewer
    than two activities with 1-Hz heart rate.
    """
    seen = [
        (activity.streams.max_hr_2min, activity.id)
        for activity in view.window(over, before)
        if activity.streams is not None and activity.streams.max_hr_2min is not None and not activity.streams.hr_suspect
    ]
    if len(seen) < 2:
        return Measured(None)
    highest = sorted(seen)[-2:]
    return Measured(highest[0][0], tuple(id_ for _, id_ in highest))


@measure(YES_NO, subject="activity")
def looks_like_a_race(view: View, activity: Activity) -> Measured:
    """Whether a run that nobody marked as a race was taken for one, has the name of one, or is on the day and of the
    distance of one in the calendar.

    False where its source or a tag says that it was a race; distances agree within 6 %. A name alone proves nothing:
    ask for the effort as well. Source: coaching convention. Never unknown.
    """
    if activity.workout_type == 1 or "race" in activity.tags:
        return Measured(False, (activity.id,))
    planned = any(
        race.day == activity.day
        and abs(race.distance_m - (activity.distance_m or 0.0)) <= SAME_DISTANCE * race.distance_m
        for race in view.athlete.races
    )
    named = activity.kind == "race" or RACE_WORDS.search(activity.name) is not None
    return Measured(planned or named, (activity.id,))


@measure(number("count"))
def doubles(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Second recordings of one workout in a window, which were set aside: same sport, time and distance (within 5 %).

    Source: definition. Never unknown.
    """
    twice = [
        activity
        for activity in view.history.excluded
        if activity.excluded == RECORDED_TWICE and 0 <= (view.as_of - activity.day).days - before < over
    ]
    return Measured(float(len(twice)), tuple(activity.id for activity in twice))


@measure(number("speed"), data=("streams",), subject="activity")
def fastest_10s(_view: View, activity: Activity) -> Measured:
    """The highest speed over ten seconds in this activity, in m/s. Source: definition. Unknown without 1-Hz streams."""
    return Measured(activity.streams.max_speed_10s if activity.streams else None, (activity.id,))


@measure(number("duration"), data=("streams",), subject="activity")
def longest_stop(_view: View, activity: Activity) -> Measured:
    """The longest stop that was counted as moving time in this activity, in seconds. Source: definition.

    Unknown without 1-Hz streams.
    """
    return Measured(activity.streams.longest_stop_s if activity.streams else None, (activity.id,))
