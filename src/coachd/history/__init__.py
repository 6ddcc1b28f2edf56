"""From what sources recorded to a history that rules can trust: merge, clean, classify. Pure functions throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from coachd.history.classify import classified
from coachd.history.clean import cleaned
from coachd.model import Activity, Athlete, History, Shoe, Source


def prepare(
    athlete: Athlete,
    recorded: Iterable[Activity],
    *,
    shoes: Iterable[Shoe] = (),
    synced: Mapping[Source, datetime] | None = None,
    zones_ceiling: float | None = None,
    now: datetime,
) -> History:
    """The history as of `now`: recorded activities cleaned and classified, gear named by file matched to shoes.

    `zones_ceiling` is the top of zone 2 of the athlete's own heart-rate zones; the athlete's own number goes before it.
    """
    shoe_list = tuple(shoes)
    activities = [_with_known_shoe(activity, shoe_list) for activity in sorted(recorded, key=lambda a: (a.start, a.id))]
    kept, excluded = cleaned(activities, now)
    ceiling, origin = easy_ceiling(athlete, zones_ceiling)
    return History(
        athlete=athlete,
        activities=tuple(classified(kept)),
        shoes=shoe_list,
        synced=dict(synced or {}),
        easy_ceiling=ceiling,
        easy_ceiling_source=origin,
        excluded=tuple(excluded),
    )


def easy_ceiling(athlete: Athlete, zones_ceiling: float | None) -> tuple[float | None, str]:
    """The easy heart-rate ceiling in bpm and where it comes from; unknown where nobody measured one.

    Strava's computed default zones are not the athlete's own and never count (coaching.md, Amendment 1).
    """
    if athlete.easy_hr_ceiling is not None:
        return athlete.easy_hr_ceiling, "your own setting"
    if zones_ceiling is not None:
        return zones_ceiling, "the top of zone 2 of your Strava zones"
    return None, ""


def _with_known_shoe(activity: Activity, shoes: tuple[Shoe, ...]) -> Activity:
    """An export knows shoes by name only: point the activity to the source's own record of that name."""
    if not activity.gear_id or not activity.gear_id.startswith("name:"):
        return activity
    name = activity.gear_id.removeprefix("name:").casefold()
    for shoe in shoes:
        if shoe.name.casefold() == name and not shoe.id.startswith("name:"):
            return replace(activity, gear_id=shoe.id)
    return activity
