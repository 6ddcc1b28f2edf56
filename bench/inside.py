"""Commands one after another inside a single process: what they cost once everything is imported, as in the daemon.

    python -m bench.inside '[["--version"], ["sync"]]'

prints the seconds that each took, as a JSON list.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time

from coachd.cli import main


def timed(arguments: list[str]) -> float:
    """Seconds of one command. Raises SystemExit with what it printed if it ends with anything but 0."""
    sys.argv = ["coachd", *arguments]
    printed = io.StringIO()
    begin = time.perf_counter()
    with contextlib.redirect_stdout(printed):
        try:
            main()
        except SystemExit as end:
            if end.code:
                raise SystemExit(printed.getvalue() or end.code) from end
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(json.dumps([timed(arguments) for arguments in json.loads(sys.argv[1])]))
