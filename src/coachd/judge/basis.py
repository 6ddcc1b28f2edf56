"""What a nudge was made from, so that an edit, a deletion or a late upload is noticed afterwards.

Seen are the fields that a source gives and a verdict may read: what is worked out from them changes with thresholds
and formulas, too, and an athlete who changes a setting has not changed what they were told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coachd.model import Activity, Nudge, Period

_SEEN = (
    "sport", "start_local", "name", "distance_m", "moving_s", "elapsed_s", "gain_m", "average_hr", "max_hr",
    "cadence_spm", "workout_type", "gear_id", "trainer", "commute", "manual",
)  # fmt: skip
_PERIOD = "period"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Named:
    """An activity by the name and day that it had."""

    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Differences:
    """What became of the activities behind a nudge: removed, edited, or others of its period that came, went or changed
    (`others`). False where all is as it was."""

    removed: tuple[Named, ...] = ()
    edited: tuple[Named, ...] = ()
    others: bool = False

    def __bool__(self) -> bool:
        return bool(self.removed or self.edited or self.others)


def basis_of(nudge: Nudge, period: Period, recorded: Iterable[Activity]) -> dict[str, str]:
    """What `nudge` was made from: by the number of each activity it names a hash with its day and name, and one hash
    of all activities of its period."""
    known = list(recorded)
    named = set(nudge.activities)
    found = {str(each.id): f"{_hash(each)} {each.day} {_name(each)}" for each in known if each.id in named}
    return {**found, _PERIOD: _hash_of_all(known, period)}


def differences(basis: Mapping[str, str], period: Period, recorded: Sequence[Activity], first: date) -> Differences:
    """What differs between a basis and what is recorded now. Days before `first` are not looked at: sources list only
    so far back, and what leaves with its time was not removed by anybody."""
    known = {str(each.id): each for each in recorded}
    removed, edited = [], []
    for number, text in basis.items():
        if number == _PERIOD:
            continue
        seen, day, *name = text.split(" ", 2)
        was = Named(name[0] if name else "", date.fromisoformat(day))
        now = known.get(number)
        if was.day < first:
            continue
        if now is None or now.day != was.day:
            removed.append(was)  # the number of a workout that is gone may be that of a later one
        elif _hash(now) != seen:
            edited.append(was)
    others = not (removed or edited) and basis.get(_PERIOD) not in (None, _hash_of_all(recorded, period))
    return Differences(tuple(removed), tuple(edited), others)


def _name(activity: Activity) -> str:
    return (" ".join(activity.name.split()) or activity.sport)[:_LONGEST_NAME]


def _hash_of_all(recorded: Iterable[Activity], period: Period) -> str:
    return _digest(sorted(_hash(each) for each in recorded if period.first <= each.day <= period.last))


def _hash(activity: Activity) -> str:
    return _digest([*(getattr(activity, name) for name in _SEEN), sorted(activity.tags)])


def _digest(values: Sequence[object]) -> str:
    text = json.dumps(values, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
