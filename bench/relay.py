"""A mail relay on loopback as a process of its own, which takes everything and keeps nothing.

    python -m bench.relay

prints its port and runs until its standard input ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.process import Failed, clean_environment

_ROOT = Path(__file__).parents[1]


@contextmanager
def running(home: Path) -> Iterator[int]:
    """Such a relay; gives its port. Raises Failed when it does not start."""
    environment = {**clean_environment(home, {}), "PYTHONPATH": os.fspath(_ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "bench.relay"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        port = process.stdout.readline().strip()
        if not port:
            raise Failed("the relay does not start")
        yield int(port)
        process.stdin.close()


class _Takes:
    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 taken"


def main() -> None:
    import asyncio

    from aiosmtpd.smtp import SMTP

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(_Takes()), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
