"""A folder that activity files come into: from a watch that is plugged in, a phone that syncs, a script.

A file is read when two looks in a row found it alike, since whoever writes it may not be done. It is never changed,
moved or deleted. Whether it was read before is known by what is in it; what is remembered here only saves work.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from coachd import importing
from coachd.coach import Coach
from coachd.errors import InputProblem
from coachd.importing import Plan, Report, Told
from coachd.sources.files import activity_files
from coachd.store import athletes, files, skips

AT_ONCE = 50
"""Files that one look reads, the newest first: a folder with the files of years holds nothing else up."""

Sign = tuple[int, int]
"""Size and time of the last change in nanoseconds: one of them differs between two looks while somebody writes."""

Signs = dict[Path, Sign]


@dataclass(slots=True)
class Watch:
    """The memory of the folder as long as the daemon runs: how each file looked last, and when it was dealt with."""

    seen: Signs = field(default_factory=dict)
    done: Signs = field(default_factory=dict)

    def look(self, coach: Coach, told: Told = importing.nobody) -> list[str]:
        """Read what is complete and new. Gives the athletes to whom something came.

        What cannot be read is noted for `coachd status`. Raises InputProblem when the folder itself cannot be read.
        """
        folder = coach.settings.watch_dir
        if folder is None:
            return []
        now = signs(folder)
        ripe = {path: sign for path, sign in now.items() if self.seen.get(path) == sign != self.done.get(path)}
        self.seen = now
        self.done = {path: sign for path, sign in self.done.items() if path in now}
        with coach.store.read() as db:
            names = athletes.names(db)
        found = {name: {path: ripe[path] for path in ripe if _owner(folder, path, names) == name} for name in names}
        return [name for name, mine in found.items() if mine and self._read(coach, name, mine, told).came]

    def _read(self, coach: Coach, name: str, ripe: Signs, told: Told) -> Report:
        with coach.store.read() as db:
            latest = files.latest(db, name)
        # One that was seen to change is read anew, whatever its times say.
        known = [path for path, sign in ripe.items() if path not in self.done and _is_known(path, sign, latest)]
        new = sorted(ripe.keys() - known, key=lambda path: ripe[path][1], reverse=True)[:AT_ONCE]
        report = Report()
        try:
            _take(coach, name, new, told, report)
        finally:
            self.done |= {path: ripe[path] for path in known}
        self.done |= {path: ripe[path] for path in new}
        now = coach.clock.now()
        if new:
            with coach.store.begin() as db:
                skips.forget(db, name, files.SOURCE, report.names)
                skips.note(db, name, files.SOURCE, dict(report.broken), now)
        return report


def signs(folder: Path) -> Signs:
    """The activity files and archives in the folder and below, with how they look. An empty one is still to come.

    Raises InputProblem when the folder is not there or cannot be read.
    """
    if not folder.is_dir():
        raise InputProblem(f"WATCH_DIR: there is no folder {folder}.", "Make it, or mount it, or correct the setting.")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise InputProblem(f"WATCH_DIR: {folder} cannot be read.", "Let the user that runs coachd read it.")
    found: Signs = {}
    for root, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for each in names:
            if each.startswith(".") or not (activity_files.is_one(each) or each.lower().endswith(".zip")):
                continue
            path = Path(root, each)
            try:
                looks = path.lstat()
            except OSError:
                continue  # it went between the listing and this look
            if stat.S_ISREG(looks.st_mode) and looks.st_size:
                found[path] = (looks.st_size, looks.st_mtime_ns)
    return found


def _owner(folder: Path, path: Path, names: Sequence[str]) -> str:
    """Whose file it is: of the athlete after whom the subfolder is called, else of the first one."""
    top = path.relative_to(folder).parts[0]
    return top if top in names and path.parent != folder else names[0]


def _is_known(path: Path, sign: Sign, latest: Mapping[tuple[str, int], datetime]) -> bool:
    """Whether such a file was read since it was changed last: then it need not be opened after a new start."""
    read_at = latest.get((path.name, sign[0]))
    return read_at is not None and datetime.fromtimestamp(sign[1] / 1e9, UTC) < read_at


def _take(coach: Coach, name: str, paths: Sequence[Path], told: Told, report: Report) -> None:
    """Import these, what is wrong with one never stopping the others: it is noted as broken in the report."""
    home = coach.athlete(name).tz
    plans: list[Plan] = []
    for path in paths:
        try:
            plans.append(importing.plan(path))
        except InputProblem as problem:
            report.broken.append((path.name, str(problem)))
    alone = [[each] for each in plans if each.kind != "files"]
    for together in [*alone, [each for each in plans if each.kind == "files"]]:
        try:
            importing.run(coach, name, together, home, processes=1, told=told, report=report)
        except InputProblem as problem:
            report.broken.append((together[0].path.name, str(problem)))
