"""What was left out of the judged week and why, so that nobody wonders where a run went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from coachd.language.view import View
from coachd.measures.doubts import heart_rate_doubt
from coachd.model import Activity, Period

LONGEST_NAME = 60
NIGHTS_DAYS = 28


def left_out(view: View, period: Period) -> tuple[str, ...]:
    """A sentence each, by day: activities set aside, heart rates not believed, treadmill paces, then missing nights."""
    inside = [each for each in view.activities if period.first <= each.day <= period.last]
    aside = [each for each in view.history.excluded if period.first <= each.day <= period.last]
    said = [(each, f"{each.excluded}") for each in aside]
    for activity in inside:
        doubt = heart_rate_doubt.compute(view, activity).value
        if doubt is not None:
            said.append((activity, f"its heart rate does not count, because {doubt}"))
        if activity.family == "run" and activity.trainer and activity.distance_m:
            said.append((activity, "on a treadmill, so its pace and climb do not count; distance and time do"))
    sentences = [f"{_called(each)}: {why}" for each, why in sorted(said, key=lambda pair: pair[0].start)]
    return (*sentences, *_nights(view, period))


def _called(activity: Activity) -> str:
    name = activity.name or activity.sport
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return f"{short} on {_day(activity.day)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _nights(view: View, period: Period) -> Iterator[str]:
    """Missing nights, where sleep is recorded: whoever never had any is not told of it every week."""
    days = (period.last - period.first).days + 1
    known = sum(night.sleep_s is not None for night in view.nights(days))
    logged = view.athlete.tracks.get("sleep")
    before = view.nights(NIGHTS_DAYS, days) if logged is None else view.history.nights
    if logged is not False and before and known < days:
        missing = days - known
        yield f"{missing} of {days} nights {'is' if missing == 1 else 'are'} missing, so sleep is judged by the others"
