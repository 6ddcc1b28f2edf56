"""The files in what the athlete gave, one after the other: a file, a folder, or zip archives of them.

Names and sizes in archives are claims of a stranger. Nothing is written under a name that stands in one, nothing is
followed out of a folder, and what unpacks to far more than recordings do is not unpacked. An archive within an archive
lies in an unnamed temporary file for as long as it is read.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from coachd.errors import BrokenFile, InputProblem

MOST_BYTES = 64 * 2**20
"""Of one file, unpacked, as `formats` reads them."""

MOST_RATIO = 150
"""How much a member may grow when it is unpacked. The wordiest GPX grows thirtyfold; deflate can do a thousand."""

SMALL = 2**20
"""What unpacks to no more than this harms nobody, whatever its ratio."""

DEPTH = 2
"""Archives within each other that are opened: Garmin's export holds its files in archives of its own."""

MOST_NESTED_BYTES = 8 * 2**30

_EXPORT = "it is a Strava export: import it by itself"
_ENCRYPTED = 0x1
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises over damaged archives and kinds of packing that it does not know."""

Keep = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Member:
    """One file. `name` is its path in what was given; `size` that of the file as it lies there."""

    name: str
    size: int
    _read: Callable[[int], bytes]

    def content(self, limit: int = MOST_BYTES) -> bytes:
        """What is in it. Raises BrokenFile where it cannot be read or has more than `limit` bytes.

        To be asked before the next member is: an archive is closed behind its last one.
        """
        found = self._read(limit)
        if len(found) > limit:
            raise BrokenFile(f"it is larger than {limit // 2**20} MB")
        return found


class Members:
    """The files that these paths name, and those for which `keep` says yes of folders, with what lies below, and of
    zip archives.

    Of archives in them those for which `keep` says yes are opened, too. `total` is how many files were found so far,
    `others` how many were left out; both grow when a folder or an archive is opened.
    """

    def __init__(self, paths: Sequence[Path], keep: Keep) -> None:
        self._paths = paths
        self._keep = keep
        self.total = len(paths)
        self.others = 0

    def __iter__(self) -> Iterator[Member]:
        for path in self._paths:
            prefix = f"{path.name}/" if len(self._paths) > 1 else ""
            if path.is_dir():
                self.total -= 1
                yield from self._below(path, prefix)
            elif path.is_file() and is_zip(path):
                self.total -= 1
                yield from self._archive(path, prefix, 0)
            else:
                yield _lying(path, path.name)

    def _below(self, folder: Path, prefix: str) -> Iterator[Member]:
        unreadable: list[OSError] = []
        for root, folders, names in os.walk(folder, onerror=unreadable.append):
            folders[:] = sorted(each for each in folders if not _is_hidden(each))
            here = Path(root)
            within = "" if here == folder else f"{here.relative_to(folder).as_posix()}/"
            if within and "activities.csv" in names and "activities" in folders:
                folders.clear()
                yield self._refused(prefix + within.rstrip("/"), _EXPORT)
                continue
            wanted = [each for each in sorted(names) if not _is_hidden(each) and self._keep(within + each)]
            self.others += len(names) - len(wanted)
            self.total += len(wanted)
            for each in wanted:
                if _is_link_out(here / each, folder):
                    yield _unreadable(prefix + within + each, "it is a link out of the folder")
                elif each.lower().endswith(".zip") and (here / each).is_file():
                    self.total -= 1
                    yield from self._archive(here / each, f"{prefix}{within}{each}/", 1)
                else:
                    yield _lying(here / each, prefix + within + each)
        for problem in unreadable:
            yield self._refused(Path(problem.filename or folder).name, f"it cannot be read ({problem.strerror})")

    def _archive(self, file: Path | IO[bytes], prefix: str, depth: int) -> Iterator[Member]:
        """The members of a zip; of one that cannot be opened, itself as a member that cannot be read."""
        with ExitStack() as stack:
            try:
                package = stack.enter_context(zipfile.ZipFile(file))
                infos = [each for each in package.infolist() if not each.is_dir()]
            except (*_DAMAGE, OSError):
                yield self._refused(prefix.rstrip("/"), "the archive is damaged")
                return
            if depth and is_strava([each.filename for each in infos]):
                yield self._refused(prefix.rstrip("/"), _EXPORT)
                return
            wanted = [each for each in infos if not _is_hidden(each.filename) and self._keep(each.filename)]
            self.others += len(infos) - len(wanted)
            self.total += len(wanted)
            for info in wanted:
                if info.filename.lower().endswith(".zip"):
                    self.total -= 1
                    yield from self._nested(package, info, prefix, depth)
                else:
                    yield _packed(package, info, prefix + info.filename)

    def _nested(self, package: zipfile.ZipFile, info: zipfile.ZipInfo, prefix: str, depth: int) -> Iterator[Member]:
        name = prefix + info.filename
        deep = "it is an archive in an archive in an archive" if depth + 1 > DEPTH else ""
        problem = deep or _problem(info, MOST_NESTED_BYTES)
        if problem:
            yield self._refused(name, problem)
            return
        with tempfile.TemporaryFile() as copy:
            try:
                with package.open(info) as source:
                    shutil.copyfileobj(source, copy, 2**20)
            except _DAMAGE:
                yield self._refused(name, "the archive is damaged")
                return
            yield from self._archive(copy, f"{name}/", depth + 1)

    def _refused(self, name: str, reason: str) -> Member:
        self.total += 1
        return _unreadable(name, reason)


def names(path: Path) -> list[str]:
    """The names of all files in a folder, below it or in a zip archive, but not in archives within; of a file, its
    own. Raises InputProblem where there is nothing, or nothing that can be read."""
    try:
        if path.is_dir():
            found = (Path(root, each) for root, _, files in os.walk(path) for each in files)
            return [each.relative_to(path).as_posix() for each in found]
        if not path.is_file():
            raise InputProblem(f"There is no file or folder {path}.", "Check the path for a typing error.")
        if not is_zip(path):
            return [path.name]
        with zipfile.ZipFile(path) as package:
            return package.namelist()
    except _DAMAGE as problem:
        raise InputProblem(
            f"{path} is damaged ({problem}).", "Take the archive exactly as it came, or request a new one."
        ) from problem
    except OSError as problem:
        raise InputProblem(
            f"{path} cannot be read ({problem.strerror or problem}).", "Check the path and its permissions."
        ) from problem


def is_zip(path: Path) -> bool:
    """Whether the file begins like a zip archive. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return file.read(4) in _ZIP


def is_strava(found: list[str]) -> bool:
    """Whether files of these names are a Strava export: its table and its folder, at the top or in the only folder."""
    tables = [each for each in found if each == "activities.csv" or each.partition("/")[2] == "activities.csv"]
    tops = [each.removesuffix("activities.csv") for each in tables if not each.startswith("__MACOSX/")]
    return len(tops) == 1 and any(each.startswith(f"{tops[0]}activities/") for each in found)


def escapes(name: str) -> bool:
    """Whether a name in an archive points outside it."""
    parts = re.split(r"[/\\]", name)
    return not parts[0] or parts[0].endswith(":") or ".." in parts


def _lying(path: Path, name: str) -> Member:
    try:
        before = path.stat()
    except OSError as problem:
        return _unreadable(name, f"it cannot be read ({problem.strerror})")
    if not stat.S_ISREG(before.st_mode):
        return _unreadable(name, "it is no ordinary file")

    def read(limit: int) -> bytes:
        try:
            with path.open("rb") as file:
                found = file.read(limit + 1)
                after = os.fstat(file.fileno())
        except OSError as problem:
            raise BrokenFile(f"it cannot be read ({problem.strerror})") from problem
        signs = [(each.st_size, each.st_mtime_ns) for each in (before, after)]
        if signs[0] != signs[1] or len(found) != min(after.st_size, limit + 1):
            raise BrokenFile("it changed while it was read", "Import it again when it is complete.")
        return found

    return Member(name, before.st_size, read)


def _packed(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    def read(limit: int) -> bytes:
        problem = _problem(info, limit)
        if problem:
            raise BrokenFile(problem)
        try:
            with package.open(info) as file:
                return file.read(limit + 1)
        except _DAMAGE:
            raise BrokenFile("the archive is damaged there") from None

    return Member(name, info.compress_size, read)


def _problem(info: zipfile.ZipInfo, limit: int) -> str:
    """Why a member of an archive is not unpacked; empty where it is. Zipfile holds it to the size that it claims."""
    if escapes(info.filename):
        return "its name points outside the archive"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if info.file_size > limit:
        return f"it is larger than {limit // 2**20} MB"
    if info.file_size > max(SMALL, MOST_RATIO * info.compress_size):
        return "it unpacks to far more than recordings do"
    return ""


def _unreadable(name: str, reason: str) -> Member:
    def read(_limit: int) -> bytes:
        raise BrokenFile(reason)

    return Member(name, 0, read)


def _is_hidden(name: str) -> bool:
    """Of the system's own, or of a program that is still writing it."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _is_link_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())
