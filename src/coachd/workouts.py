"""What each activity was made from, where that is in doubt, and the athlete's word on it, which goes first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any

from sqlalchemy import Connection

from coachd import histories
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.history.clean import cleaned
from coachd.history.matching import all_one, doubtful, group, pair, taken_out
from coachd.history.merge import explained, merge
from coachd.model import Activity, Athlete, Recording
from coachd.store import activities, pairs, recordings
from coachd.store.recordings import Touched

WHERE = "`coachd activity list` shows all with their numbers."
WEATHER = "weather service"


@dataclass(frozen=True, slots=True)
class Shown:
    """An activity as stored, with (field, value, source) of all that is known of it and the recordings behind it.

    `excluded` says why rules do not see it; `may_be` are activities that look like the same workout and were left
    apart, because it is not clear which belong together.
    """

    activity: Activity
    fields: Sequence[tuple[str, Any, str]]
    recordings: Sequence[Recording]
    excluded: str | None
    may_be: frozenset[int]


def listed(
    coach: Coach, who: Athlete, first: date | None = None, last: date | None = None
) -> list[tuple[Activity, str | None]]:
    """The activities of these local days, or all, by start: each as stored, with the reason why rules do not see it."""
    stored, excluded = _stored(coach, who)
    return [
        (activity, excluded.get(activity.id))
        for activity in stored
        if (first is None or activity.day >= first) and (last is None or activity.day <= last)
    ]


def show(coach: Coach, who: Athlete, number: int) -> Shown:
    """What there is to know about an activity. Raises InputProblem where there is none of this number."""
    with coach.store.read() as db:
        found = _recordings(db, who.id, number)
    stored, excluded = _stored(coach, who)
    [activity] = [each for each in stored if each.id == number]
    others = [doubt for doubt in doubts(coach, who.id) if number in doubt]
    may_be = frozenset[int]().union(*others) - {number}
    return Shown(activity, _fields(activity, found), found, excluded.get(number), may_be)


def doubts(coach: Coach, name: str) -> list[frozenset[int]]:
    """Activities that may be one workout and were left apart; each set holds those that concern each other."""
    with coach.store.read() as db:
        known, words = recordings.of_all(db, name), pairs.every(db, name)
    number_of = {recording.identity: number for number, recording in known}
    found = doubtful([recording for _, recording in known], words)
    return [frozenset(number_of[identity] for identity in doubt) for doubt in found]


def split(coach: Coach, name: str, number: int, identity: str) -> tuple[int, int]:
    """Take a recording, by its own identity, out of an activity, for good. Gives the numbers of what stays and of what
    was taken out.

    Raises InputProblem where there is no such activity, or nothing to take out of it.
    """
    now = coach.clock.now()
    with coach.store.begin() as db:
        owns = _owns(db, name, number)
        others = owns - {identity}
        if others == owns:
            raise InputProblem(
                f"Activity {number} has no recording {identity}.", f"See `coachd activity show {number}`."
            )
        if not others:
            raise InputProblem(f"Activity {number} has one recording only.", "There is nothing to split.")
        pairs.say(db, name, taken_out(identity, others), now)
        placed = _settled(db, name, owns, now)
    return placed[min(others)], placed[identity]


def join(coach: Coach, name: str, one: int, other: int) -> int:
    """Make two activities one, for good. Gives its number. Raises InputProblem where there are no two such."""
    if one == other:
        raise InputProblem("An activity cannot be joined with itself.", "Name two: `coachd activity join 12 13`.")
    now = coach.clock.now()
    with coach.store.begin() as db:
        owns = _owns(db, name, one) | _owns(db, name, other)
        # What was told apart before no longer is.
        pairs.forget(db, name, [pair(*two) for two in combinations(owns, 2)])
        pairs.say(db, name, all_one(owns), now)
        placed = _settled(db, name, owns, now)
    return placed[min(owns)]


def take_back(coach: Coach, name: str, number: int, *, together: bool) -> frozenset[int]:
    """Forget what the athlete said about an activity: that its recordings are one workout (`together`), or that they
    are not one with others. Gives the activities that it and these are then; none where nothing had been said."""
    now = coach.clock.now()
    with coach.store.begin() as db:
        owns = _owns(db, name, number)
        said = {two for two, word in pairs.every(db, name).items() if word == together and not owns.isdisjoint(two)}
        pairs.forget(db, name, said)
        placed = _settled(db, name, owns.union(*said), now) if said else {}
    return frozenset(placed.values())


def _fields(activity: Activity, found: Sequence[Recording]) -> list[tuple[str, Any, str]]:
    """(field, value, source) of an activity; what no recording says of it comes from elsewhere."""
    elsewhere = {"gear_id": "shoe ledger", "temperature_c": WEATHER, "dew_point_c": WEATHER}
    told = [each for each in explained(found) if getattr(activity, each[0]) == each[1]]
    named = {field for field, _, _ in told}
    more = [(field, getattr(activity, field), source) for field, source in elsewhere.items() if field not in named]
    return told + [each for each in more if each[1] is not None]


def _stored(coach: Coach, who: Athlete) -> tuple[list[Activity], dict[int, str | None]]:
    """All activities as stored, in the air that they were done in; and by number why rules do not see some of them."""
    with coach.store.read() as db:
        stored = activities.load(db, who.id)
        stored = histories.in_their_air(db, [who], {who.id: stored}).get(who.id, stored)
    _, aside = cleaned(stored, coach.clock.now(), hr_max=who.hr_max)
    return stored, {activity.id: activity.excluded for activity in aside}


def _recordings(db: Connection, name: str, number: int) -> list[Recording]:
    found = recordings.of_workout(db, name, number)
    if not found:
        raise InputProblem(f"There is no activity {number}.", WHERE)
    return found


def _owns(db: Connection, name: str, number: int) -> frozenset[str]:
    """The own identities of an activity's recordings."""
    return frozenset(each.identity for each in _recordings(db, name, number))


def _settled(db: Connection, name: str, owns: Collection[str], now: datetime) -> dict[str, int]:
    """Put these recordings to their workouts anew. Gives the number of each one's activity."""
    starts = frozenset(start for _, start in recordings.placed(db, name, owns).values())
    recordings.settle(db, name, Touched(starts=starts), group, merge, now)
    return {own: number for own, (number, _) in recordings.placed(db, name, owns).items()}
