"""The athlete's ledger of shoes: pairs of their own, what each is for, and which run was in which.

Whatever changes in it is worked into all activities at once, so that odometers and rules follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from coachd import histories
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.history.merge import merge
from coachd.model import Shoe
from coachd.model.activity import OWN
from coachd.store import recordings, shoes
from coachd.store.shoes import NONE, Entry

LIST = "`coachd shoe list` names them."
ACTIVITIES = "`coachd activity list` shows all with their numbers."

_T = TypeVar("_T")


def add(coach: Coach, name: str, entry: Entry) -> None:
    """Put a new pair into the ledger. Raises InputProblem where a pair has its name already."""

    def change(db: Connection) -> None:
        # What an export knows by name only may become a pair of the ledger.
        others = [known for known in shoes.every(db, name) if not known.id.startswith("name:")]
        if any(known.name.casefold() == entry.name.casefold() for known in others):
            raise InputProblem(f"There is a pair called {entry.name} already.", "Give this one another name, as #2.")
        shoes.save(db, name, entry, coach.clock.now())

    _worked_in(coach, name, change)


def remove(coach: Coach, name: str, shoe: str) -> Entry:
    """Take a pair of the ledger out of it, as if it had never been there. Raises InputProblem as `find`."""

    def change(db: Connection) -> Entry:
        entry = _own(db, name, shoe)
        shoes.remove(db, name, entry.id)
        return entry

    return _worked_in(coach, name, change)


def retire(coach: Coach, name: str, shoe: str, last: date | None) -> Entry:
    """Let `last` be the last day of a pair of the ledger; None: it goes on. Raises InputProblem as `find`."""

    def change(db: Connection) -> Entry:
        entry = replace(_own(db, name, shoe), until_day=last)
        shoes.save(db, name, entry, coach.clock.now())
        return entry

    return _worked_in(coach, name, change)


def make_default(coach: Coach, name: str, shoe: str, uses: Collection[str], first: date) -> Entry:
    """Let a pair of the ledger be what is worn from `first` on where nobody says anything else. Without `uses` it is
    for nothing any more. What was worn before that day stays as it is. Raises InputProblem as `find`."""

    def change(db: Connection) -> Entry:
        entry = _own(db, name, shoe)
        if entry.uses:
            shoes.say(db, name, shoes.done_in(db, name, entry.id, before=first), entry.id)
        entry = replace(entry, uses=frozenset(uses), from_day=first if uses else entry.from_day)
        shoes.save(db, name, entry, coach.clock.now())
        return entry

    return _worked_in(coach, name, change)


def describe(coach: Coach, name: str, shoe: str, change: Callable[[Entry], Entry]) -> Entry:
    """Say anew what a pair is for and how far it may come, whoever knows it. Raises InputProblem as `find`."""
    with coach.store.begin() as db:
        entry = change(find(shoes.every(db, name), shoe))
        shoes.describe(db, name, entry)
    return entry


def assign(coach: Coach, name: str, shoe: str | None, numbers: Sequence[int]) -> Entry | None:
    """Say in which pair these activities were done, for good; `shoe` None: in none that is known.

    Raises InputProblem as `find`, or naming an activity that is not there; nothing is changed then.
    """
    with coach.store.begin() as db:
        entry = find(shoes.every(db, name), shoe) if shoe is not None else None
        owns, workouts = _recorded(db, name, numbers)
        shoes.say(db, name, owns, entry.id if entry is not None else NONE)
        recordings.derive(db, name, workouts, merge)
    return entry


def unassign(coach: Coach, name: str, numbers: Sequence[int]) -> None:
    """Take back what was said of these activities. Raises InputProblem naming one that is not there."""
    with coach.store.begin() as db:
        owns, workouts = _recorded(db, name, numbers)
        shoes.forget(db, name, owns)
        recordings.derive(db, name, workouts, merge)


def listed(coach: Coach, name: str, today: date) -> list[tuple[Entry, Shoe | None]]:
    """Every pair by name, with how it stands today; None for one that begins later."""
    with coach.store.read() as db:
        entries = shoes.every(db, name)
        stand = {(shoe.source, shoe.id): shoe for shoe in histories.shoes_of_each(db, [name], today).get(name, [])}
    return [(entry, stand.get((entry.source, entry.id))) for entry in _in_use(entries)]


def find(entries: Sequence[Entry], shoe: str) -> Entry:
    """The pair of this name or id. Raises InputProblem where there is none, or more than one."""
    asked = shoe.casefold()
    known = _in_use(entries)
    found = [entry for entry in known if asked == entry.id.casefold()]
    found = found or [entry for entry in known if asked == entry.name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(entry.id for entry in found)
        raise InputProblem(f"{len(found)} pairs are called {shoe}.", f"Name one by its id: {ids}.")
    raise InputProblem(f"There is no pair called {shoe}.", f"{LIST} `coachd shoe add` makes one.")


def _in_use(entries: Sequence[Entry]) -> list[Entry]:
    """Without those that an export only names where the pair is known by an id, too: they are the same."""
    known = {entry.name.casefold() for entry in entries if not entry.id.startswith("name:")}
    return [entry for entry in entries if not entry.id.startswith("name:") or entry.name.casefold() not in known]


def _own(db: Connection, name: str, shoe: str) -> Entry:
    entry = find(shoes.every(db, name), shoe)
    if entry.source != OWN:
        raise InputProblem(
            f"{entry.name} is not of the ledger, it comes from {entry.source}.",
            "Change it there. `coachd shoe limit` and `coachd shoe assign` work with it here, too.",
        )
    return entry


def _recorded(db: Connection, name: str, numbers: Sequence[int]) -> tuple[set[str], set[str]]:
    """(own identities of the recordings, identities of the workouts) of these activities."""
    owns = {number: {each.identity for each in recordings.of_workout(db, name, number)} for number in numbers}
    for number, found in owns.items():
        if not found:
            raise InputProblem(
                f"There is no activity {number}.", "`coachd activity list` shows all with their numbers."
            )
    return set().union(*owns.values()), set(shoes.workouts(db, name, numbers))


def _worked_in(coach: Coach, name: str, change: Callable[[Connection], _T]) -> _T:
    """Change the ledger and derive all activities anew, in one transaction."""
    with coach.store.begin() as db:
        result = change(db)
        recordings.derive(db, name, shoes.workouts(db, name), merge)
    return result
