"""Reading what the athlete brings as files: activity files, folders and archives of them, and account exports.

Tables of an export are stored as a whole or not at all; files in batches, each with everything that belongs to it. So
an import may be stopped at any moment, and done again it goes on where it was: a file is known by what is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from coachd.coach import Coach
from coachd.errors import BrokenFile, InputProblem
from coachd.history import prepare
from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.history.races import best_vdots
from coachd.sources.files import activity_files, garmin_export, members, parallel, strava_export
from coachd.sources.files.activity_files import File, Found, Link, Reader
from coachd.sources.files.members import Members
from coachd.store import activities, details, files, nights, profile, recordings, streams
from coachd.store.files import Seen
from coachd.store.recordings import Counts

BATCH = 40
"""Files that are stored in one transaction."""

ADVICE = "Give FIT, GPX or TCX files, a folder or zip of them, or the export that Strava or Garmin mailed you."

Kind = Literal["strava", "garmin", "files"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Something to import, and what it is: the export of an account, or activity files."""

    path: Path
    kind: Kind


@dataclass(frozen=True, slots=True)
class Progress:
    """How many files lie behind, of how many that were found so far; an archive's count when it is opened."""

    done: int
    total: int


Told = Callable[[Progress], None]
"""Hears of every file that was dealt with; may raise to leave the rest for another time."""


def nobody(_progress: Progress) -> None:
    """The listener where nobody listens."""


@dataclass(slots=True)
class Report:
    """What an import brought. `saved` counts recordings; `read`, `known` and `missing` files: those that were read,
    those that had been before, and those that a table names and nobody gave. `others` are files of other kinds.
    `skipped` and `broken` are (file, reason), `aside` what could not be used of a file beside what could, and `rows`
    what could not be used of a table."""

    saved: Counts = field(default_factory=Counts)
    shoes: int = 0
    nights: int = 0
    read: int = 0
    known: int = 0
    missing: int = 0
    others: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of the files that were read."""

    @property
    def came(self) -> bool:
        """Whether anything is new or different."""
        return bool(self.saved.added or self.saved.changed or self.nights)

    @property
    def unused(self) -> list[tuple[str, str]]:
        """(file, reason) of everything in files that was not used, by name: they are read in no certain order."""
        return sorted([*self.broken, *self.aside, *self.skipped])

    def reasons(self) -> list[tuple[str, int, str]]:
        """(reason, how often, the first file that it is true of) of what was not used, the most frequent first."""
        told = self.unused
        counted = Counter(reason for _, reason in told)
        first = {reason: name for name, reason in reversed(told)}
        return [(reason, number, first[reason]) for reason, number in counted.most_common()]


def plan(path: Path) -> Plan:
    """What lies at the path. Raises InputProblem where there is nothing, or nothing that could be used."""
    names = members.names(path)
    if path.suffix.lower() == ".csv" or members.is_strava(names) or _has_table(names):
        return Plan(path, "strava")
    if garmin_export.is_export(names):
        return Plan(path, "garmin")
    if not path.is_dir() and not members.is_zip(path):
        return Plan(path, "files")
    if not any(_is_wanted(name) for name in names):
        raise InputProblem(f"{path} holds no activity file and no table of an export.", ADVICE)
    return Plan(path, "files")


def run(
    coach: Coach, name: str, plans: Sequence[Plan], home: ZoneInfo, *, processes: int | None = None,
    told: Told = nobody, report: Report | None = None, again: bool = False,
) -> Report:  # fmt: skip
    """Import it all for this athlete, in so many processes beside this one (None: one for each core of the machine).

    Times that come without a zone are read as those of `home`. Files that were read before are left out, unless they
    are to be read `again`: for formulas that became better, or with what is known of the runner by now. Raises
    InputProblem for a table that cannot be used. What was stored before that stays, and so it does when `told` raises;
    a `report` that is given says what it was.
    """
    report = Report() if report is None else report
    with coach.store.read() as db:
        known = {} if again else files.outcomes(db, name)
    importer = _Import(coach, name, home, processes, told, report, known)
    for each in plans:
        if each.kind == "strava":
            importer.strava(each.path)
        elif each.kind == "garmin":
            importer.garmin(each.path)
    importer.files([each.path for each in plans if each.kind == "files"])
    return report


def _has_table(names: Sequence[str]) -> bool:
    """Whether it is the table of a Strava export without its files."""
    return strava_export.ACTIVITIES in names


def _is_wanted(name: str) -> bool:
    """Whether a file in a folder or archive is one to read or to open."""
    return activity_files.is_one(name) or name.lower().endswith(".zip")


class _Import:
    """One import of one athlete."""

    def __init__(
        self, coach: Coach, name: str, home: ZoneInfo, processes: int | None, told: Told, report: Report,
        known: dict[str, files.Outcome],
    ) -> None:  # fmt: skip
        self._coach, self._name, self._home = coach, name, home
        self._processes, self._told, self._report, self._known = processes, told, report, known
        self._done = self._total = 0

    def files(self, paths: Sequence[Path]) -> None:
        """Activity files, and folders and archives of them."""
        # A process beside this one takes longer to begin than to read one file.
        lone = len(paths) == 1 and paths[0].is_file() and not members.is_zip(paths[0])
        self._read(Members(paths, _is_wanted), {}, 0 if lone and self._processes is None else self._many)

    @property
    def _many(self) -> int:
        return parallel.cores() if self._processes is None else self._processes

    def strava(self, path: Path) -> None:
        """A Strava export: its tables, and the files that they name."""
        export = strava_export.read(path, self._home)
        now = self._coach.clock.now()
        with self._coach.store.begin() as db:
            saved = recordings.save(db, self._name, export.recordings, now)
            recordings.settle(db, self._name, saved.touched, group, merge, now)
            profile.save_shoes(db, self._name, [(shoe, {}) for shoe in export.shoes], now)
        self._report.saved += saved.counts
        self._report.shoes += len(export.shoes)
        self._report.rows += export.skipped
        if path.is_dir() or members.is_zip(path):
            # No other file of the archive is opened: its routes are no workouts, and its letters nobody's business.
            found = Members([path], lambda name: bool(_link(export.links, name)))
            self._read(found, export.links, self._many)
            self._report.missing += max(0, len(export.links) - found.total)
        else:
            self._report.missing += len(export.links)

    def garmin(self, path: Path) -> None:
        """A Garmin export: its tables, and the files in it."""
        export = garmin_export.read(path, self._home)
        now = self._coach.clock.now()
        with self._coach.store.begin() as db:
            saved = recordings.save(db, self._name, export.recordings, now)
            recordings.settle(db, self._name, saved.touched, group, merge, now)
            profile.save_shoes(db, self._name, export.shoes, now)
            nights.save(db, self._name, export.nights, now)
        self._report.saved += saved.counts
        self._report.shoes += len(export.shoes)
        self._report.nights += len(export.nights)
        self._report.rows += export.skipped
        self._read(Members([path], _is_wanted), {}, self._many)

    def _read(self, found: Members, links: Mapping[str, tuple[Link, ...]], processes: int) -> None:
        batch: list[Found] = []
        before = self._total
        wanted = self._wanted(found, links, before)
        try:
            first = next(wanted, None)
            if first is None:
                return
            for each in parallel.read_all(chain([first], wanted), self._reader(), processes):
                batch.append(each)
                self._step(before + found.total)
                if len(batch) >= BATCH:
                    self._store(batch)
                    batch = []
        finally:
            # What was read is kept, also when somebody stops the rest.
            self._store(batch)
            self._report.others += found.others

    def _reader(self) -> Reader:
        """With what the history says of the runner so far."""
        who, now = self._coach.athlete(self._name), self._coach.clock.now()
        with self._coach.store.read() as db:
            stored = activities.load(db, self._name)
        return Reader(self._home, tuple(best_vdots(prepare(who, stored, now=now).races)))

    def _wanted(self, found: Members, links: Mapping[str, tuple[Link, ...]], before: int) -> Iterator[File]:
        """The files that were not read before, or not as the workout that a table says they are of."""
        for member in found:
            named = _link(links, member.name)
            try:
                content = activity_files.unpacked(member.content())
            except BrokenFile as problem:
                self._report.broken.append((member.name, problem.reason))
                self._step(before + found.total)
                continue
            digest = activity_files.digest(content)
            if self._is_new(digest, named):
                self._known[digest] = "read"
                yield File(member.name, member.size, content, digest, named)
            else:
                self._report.known += 1
                self._step(before + found.total)

    def _is_new(self, digest: str, links: Sequence[Link]) -> bool:
        if self._known.get(digest, "broken") == "broken":
            return True  # another version may be able to read it
        if not links:
            return False
        with self._coach.store.read() as db:
            identity = files.identities(db, self._name, [digest]).get(digest)
        return identity is not None and identity not in {link.identity for link in links}

    def _step(self, total: int) -> None:
        self._done += 1
        self._total = total
        self._told(Progress(self._done, total))

    def _store(self, batch: Sequence[Found]) -> None:
        if not batch:
            return
        now = self._coach.clock.now()
        with self._coach.store.begin() as db:
            saved = recordings.save(db, self._name, [each for found in batch for each in found.recordings], now)
            for found in batch:
                for external_id, made in found.numbers.items():
                    kept = streams.encode(made)
                    details.save(db, self._name, files.SOURCE, external_id, streams.STREAMS, kept, "", now)
            recordings.settle(db, self._name, saved.touched, group, merge, now)
            seen = [Seen(found.digest, found.name, found.size, found.outcome, found.reason) for found in batch]
            files.note(db, self._name, seen, now)
        self._report.saved += saved.counts
        self._add(batch)

    def _add(self, batch: Sequence[Found]) -> None:
        report = self._report
        for found in batch:
            if found.outcome == "read":
                report.read += 1
                report.names.append(found.name)
                report.aside += [(found.name, reason) for reason in found.aside]
            elif found.outcome == "skipped":
                report.skipped.append((found.name, found.reason))
            else:
                report.broken.append((found.name, found.reason))


def _link(links: Mapping[str, tuple[Link, ...]], name: str) -> tuple[Link, ...]:
    """What the table says of a file; where somebody zipped the unpacked folder again, its name is not part of it."""
    return links.get(name) or links.get(name.partition("/")[2]) or ()
