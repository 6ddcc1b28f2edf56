"""One text file out of what the athlete gave: a zip, the folder it unpacks to, or the file itself.

Nothing is ever unpacked to disk, and no member is opened but the one asked for: an account's archive also holds
messages, contacts and logins.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TextIO, cast

from coachd.errors import InputProblem

LIMIT = 64 * 1024 * 1024
"""Bytes that one unpacked text may have: about 150,000 activities, and little enough for a small machine."""

ANEW = "Take the archive exactly as it came, or request a new one and try again."

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED = 0x1


@contextmanager
def text_of(path: Path, member: str, *, lone: bool = False) -> Iterator[TextIO | None]:
    """The text of `member` in the zip or folder `path`; None where it has none.

    With `lone`, a path that is neither stands for the member itself. Gives text with its line ends untouched, as
    `csv` wants it. Raises InputProblem, also while the text is being read, for anything that cannot be used.
    """
    with ExitStack() as stack:
        try:
            file = _open(path, member, lone, stack)
            yield None if file is None else _decoded(_Bounded(file, called(path, member)))
        except UnicodeError as problem:
            raise InputProblem(f"{called(path, member)} is not UTF-8 text.", ANEW) from problem
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as problem:
            raise InputProblem(f"{path} is damaged ({problem}).", ANEW) from problem
        except OSError as problem:
            raise InputProblem(
                f"{path} cannot be read ({problem.strerror or problem}).", "Check the path and its permissions."
            ) from problem


def called(path: Path, member: str) -> str:
    """How to name `member` to the athlete: the path itself, where that is the table."""
    return str(path) if path.suffix.lower() == ".csv" else f"{member} in {path}"


def _open(path: Path, member: str, lone: bool, stack: ExitStack) -> IO[bytes] | None:
    if path.is_dir():
        inside = path / member
        return stack.enter_context(inside.open("rb")) if inside.is_file() else None
    if not path.is_file():
        raise InputProblem(f"There is no file or folder {path}.", "Check the path for a typing error.")
    file = stack.enter_context(path.open("rb"))
    magic = file.read(4)
    file.seek(0)
    if magic in _ZIP:
        try:
            return _open_zipped(stack.enter_context(zipfile.ZipFile(file)), path, member, stack)
        except NotImplementedError as problem:
            raise InputProblem(
                f"{path} is packed in a way we do not know ({problem}).", "Unpack it and give the folder."
            ) from problem
    if path.suffix.lower() == ".zip":
        raise InputProblem(f"{path} is not a zip archive, whatever its name says.", ANEW)
    return file if lone else None


def _open_zipped(package: zipfile.ZipFile, path: Path, member: str, stack: ExitStack) -> IO[bytes] | None:
    infos = package.infolist()
    stray = next((info.filename for info in infos if _escapes(info.filename)), None)
    if stray is not None:
        raise InputProblem(f"{path} holds {stray!r}, which points outside the archive.", ANEW)
    info = _found(infos, member)
    if info is None:
        return None
    if info.flag_bits & _ENCRYPTED:
        raise InputProblem(f"{path} is encrypted.", "Unpack it with its password and give the folder.")
    if info.file_size > LIMIT:
        raise _too_large(called(path, member))
    return stack.enter_context(package.open(info))


def _found(infos: list[zipfile.ZipInfo], member: str) -> zipfile.ZipInfo | None:
    """The member at the top; or in the only folder there, where somebody zipped the unpacked folder again."""
    top = [info for info in infos if info.filename == member]
    nested = [info for info in infos if PurePosixPath(info.filename).parts[1:] == (member,)]
    found = top or [info for info in nested if not info.filename.startswith("__MACOSX/")]
    return found[0] if len(found) == 1 else None


def _escapes(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return not parts[0] or parts[0].endswith(":") or ".." in parts


def _decoded(file: io.RawIOBase) -> TextIO:
    buffered = io.BufferedReader(file)
    encoding = "utf-16" if buffered.peek(2)[:2] in _UTF16 else "utf-8-sig"
    return io.TextIOWrapper(buffered, encoding=encoding, errors="strict", newline="")


class _Bounded(io.RawIOBase):
    """A stream that ends in an error at LIMIT bytes: what a zip declares about its sizes may be a lie."""

    def __init__(self, file: IO[bytes], what: str) -> None:
        self._file = file
        self._what = what
        self._left = LIMIT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = cast("bytearray", buffer)
        chunk = self._file.read(len(view))
        self._left -= len(chunk)
        if self._left < 0:
            raise _too_large(self._what)
        view[: len(chunk)] = chunk
        return len(chunk)


def _too_large(what: str) -> InputProblem:
    return InputProblem(f"{what} unpacks to more than {LIMIT // 1024**2} MB, which no real log does.", ANEW)
