"""Which recordings are of one workout: a function of the recordings and the athlete's word, whatever came first.

Surely one are recordings of one identity, those whose source names the other's, and those that the athlete joined. Else
recordings of two sources are one where they begin at the same time, last as long and are of one kind, and neither has
another such candidate in the other's source. Where that is not clear they stay apart: counting a run twice is seen and
mended sooner than losing one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Generic, TypeVar

from coachd.model import Recording, family_of

Pairs = Mapping[tuple[str, str], bool]
"""The athlete's word on two identities, in the order of the alphabet: whether they are one workout."""

START = timedelta(seconds=120)
LENGTH_S, LENGTH_SHARE = 60.0, 0.05
OVERLAP = 0.5
"""Of the shorter one. Repetitions that are recorded one by one begin within two minutes of each other, too."""

SAME_FILE_S = 1.0
"""Services that read the same file agree to the second: then the sport was only called something else by one."""

DISTANCE_SHARE = 0.05
UNSET_CLOCK = datetime(1990, 1, 2, tzinfo=UTC)
"""A device that never knew the time counts from the last day of 1989: everything begins then."""

NAMED = timedelta(days=1)
"""How far apart two recordings may begin, one of which names the other."""

_UNKNOWN = "Workout"
_ORDER = {"strava": 0, "garmin": 1, "file": 2}

Item = TypeVar("Item")
Workout = frozenset[str]


def group(recordings: Collection[Recording], pairs: Pairs) -> dict[str, Workout]:
    """The workouts that these recordings are of: identity of the workout -> own identities of its recordings.

    A workout is named by the first of its recordings: Strava's, else Garmin's, else a file's.
    """
    found: dict[str, Workout] = {}
    for near in _neighbours(recordings, pairs):
        workouts, _ = _told_apart(near, pairs)
        found |= {name_of(workout): workout for workout in workouts}
    return found


def doubtful(recordings: Collection[Recording], pairs: Pairs) -> list[Workout]:
    """Own identities that may be of one workout and were left apart, because it is not clear which belong together."""
    return [doubt for near in _neighbours(recordings, pairs) for doubt in _told_apart(near, pairs)[1]]


def name_of(workout: Iterable[str]) -> str:
    """The identity that names a workout, of those of its recordings."""
    return min(workout, key=lambda identity: (_ORDER.get(identity.partition(":")[0], len(_ORDER)), identity))


def pair(one: str, other: str) -> tuple[str, str]:
    """Two identities as `Pairs` names them."""
    return (one, other) if one < other else (other, one)


def all_one(workout: Collection[str]) -> dict[tuple[str, str], bool]:
    """The words that say that all of these are one workout. Each is held to the first, and no two are told apart."""
    first, *others = sorted(workout)
    return {pair(first, other): True for other in others}


def taken_out(one: str, others: Iterable[str]) -> dict[tuple[str, str], bool]:
    """The words that say that this is another workout than these."""
    return {pair(one, other): False for other in others}


class _Sets(Generic[Item]):
    """Things that are one with others, and so with the others of those."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.of: dict[Item, list[Item]] = {item: [item] for item in items}

    def join(self, one: Item, other: Item) -> None:
        mine, others = self.of[one], self.of[other]
        if mine is not others:
            mine += others
            self.of.update(dict.fromkeys(others, mine))

    def all(self) -> list[list[Item]]:
        return list({id(each): each for each in self.of.values()}.values())


def _neighbours(recordings: Collection[Recording], pairs: Pairs) -> Iterator[dict[str, list[Recording]]]:
    """Recordings by identity, in parts between which nothing can be one workout: few in each, mostly one."""
    known: dict[str, list[Recording]] = {}
    days: dict[object, str] = {}
    for each in recordings:
        known.setdefault(each.identity, []).append(each)
        if each.hidden_start:
            days.setdefault(each.start_local.date(), each.identity)
    near = _Sets(known)
    timed = sorted((each for each in recordings if not each.hidden_start), key=lambda each: each.start)
    for one, other in pairwise(timed):
        if other.start - one.start <= START:
            near.join(one.identity, other.identity)
    for each in recordings:
        if days and (other_of_day := days.get(each.start_local.date())):
            near.join(each.identity, other_of_day)
        for named in each.also:
            if named in known:
                near.join(each.identity, named)
    for (first, second), together in pairs.items():
        if together and first in known and second in known:
            near.join(first, second)
    for identities in near.all():
        yield {identity: known[identity] for identity in identities}


def _told_apart(near: Mapping[str, Sequence[Recording]], pairs: Pairs) -> tuple[list[Workout], list[Workout]]:
    """(the workouts, what is in doubt) of recordings by identity."""
    if len(near) == 1:
        return [frozenset(near)], []
    atoms = _sure(near, pairs)
    alike: dict[Workout, set[Workout]] = {atom: set() for atom in atoms}
    for one, other in combinations(atoms, 2):
        if _may_be_one(one, other, near, pairs):
            alike[one].add(other)
            alike[other].add(one)
    joined, maybe = _Sets(atoms), _Sets(atoms)
    for one, others in alike.items():
        for other in others:
            maybe.join(one, other)
            if _only(other, others) and _only(one, alike[other]):
                joined.join(one, other)
    workouts: list[Workout] = []
    for part in joined.all():
        workouts += [frozenset().union(*part)] if _fit(part, pairs) else part
    whole = set(workouts)
    doubts = [frozenset[str]().union(*part) for part in maybe.all()]
    return workouts, [doubt for doubt in doubts if doubt not in whole]


def _sure(near: Mapping[str, Sequence[Recording]], pairs: Pairs) -> list[Workout]:
    """Identities that are one workout without looking at times: the athlete said so, or one names the other."""
    sets = _Sets(sorted(near))
    for (one, other), together in sorted(pairs.items()):
        if together and one in near and other in near:
            sets.join(one, other)
    claims: dict[tuple[str, str], set[str]] = {}
    for identity, recordings in near.items():
        for recording in recordings:
            for named in recording.also:
                if any(abs(other.start - recording.start) <= NAMED for other in near.get(named, ())):
                    claims.setdefault((named, _origin(identity)), set()).add(identity)
    for (named, _), claimants in sorted(claims.items()):
        for identity in claimants:
            # Two of one source that name the same one contradict each other.
            if len(claimants) == 1 and _fit([sets.of[identity], sets.of[named]], pairs):
                sets.join(identity, named)
    return [frozenset(each) for each in sets.all()]


def _may_be_one(one: Workout, other: Workout, near: Mapping[str, Sequence[Recording]], pairs: Pairs) -> bool:
    if not _fit([one, other], pairs):
        return False
    return any(_alike(a, b) for mine in one for a in near[mine] for theirs in other for b in near[theirs])


def _only(atom: Workout, candidates: Collection[Workout]) -> bool:
    """Whether no other candidate is of a source of this one."""
    return not any(other != atom and _origins(other) & _origins(atom) for other in candidates)


def _fit(parts: Sequence[Collection[str]], pairs: Pairs) -> bool:
    """Whether these can all be one workout: each source has one of them, and the athlete tells none of them apart."""
    return not any(
        _origins(one) & _origins(other) or _apart(one, other, pairs) for one, other in combinations(parts, 2)
    )


def _origins(workout: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_origin, workout))


def _origin(identity: str) -> str:
    """Whose list of different workouts it stands in: a service's, or that of one file."""
    scheme = identity.partition(":")[0]
    return identity.partition("#")[0] if scheme == "file" else scheme


def _apart(one: Iterable[str], other: Collection[str], pairs: Pairs) -> bool:
    return bool(pairs) and any(pairs.get(pair(mine, theirs)) is False for mine in one for theirs in other)


def _alike(one: Recording, other: Recording) -> bool:
    """Whether two recordings look like the same workout."""
    if one.hidden_start or other.hidden_start:
        begin = one.start_local.date() == other.start_local.date() and _same_distance(one, other)
    else:
        begin = (
            abs(one.start - other.start) <= START
            and min(one.start, other.start) >= UNSET_CLOCK
            and _overlap(one, other) >= OVERLAP
        )
    return begin and _same_length(one, other) and (_same_sport(one, other) or _same_file(one, other))


def _lengths(recording: Recording) -> list[float]:
    return [seconds for seconds in (recording.moving_s, recording.elapsed_s) if seconds]


def _same_length(one: Recording, other: Recording) -> bool:
    """A watch's timer is compared with both of the other's: Strava works the moving time out anew."""
    return any(
        abs(mine - theirs) <= max(LENGTH_S, LENGTH_SHARE * max(mine, theirs))
        for mine in _lengths(one)
        for theirs in _lengths(other)
    )


def _overlap(one: Recording, other: Recording) -> float:
    """Shared time as a share of the shorter one; 0 where a length is unknown."""
    mine, theirs = max(_lengths(one), default=0.0), max(_lengths(other), default=0.0)
    if not mine or not theirs:
        return 0.0
    ahead = (other.start - one.start).total_seconds()
    return (min(mine, ahead + theirs) - max(0.0, ahead)) / min(mine, theirs)


def _same_distance(one: Recording, other: Recording) -> bool:
    if not one.distance_m or not other.distance_m:
        return True
    return abs(one.distance_m - other.distance_m) <= DISTANCE_SHARE * max(one.distance_m, other.distance_m)


def _same_sport(one: Recording, other: Recording) -> bool:
    families = {family_of(each.sport) for each in (one, other)}
    return len(families) == 1 or "other" in families or _UNKNOWN in (one.sport, other.sport)


def _same_file(one: Recording, other: Recording) -> bool:
    if abs((one.start - other.start).total_seconds()) > SAME_FILE_S:
        return False
    lengths = [(one.elapsed_s, other.elapsed_s), (one.moving_s, other.moving_s)]
    return any(mine and theirs and abs(mine - theirs) <= SAME_FILE_S for mine, theirs in lengths)
