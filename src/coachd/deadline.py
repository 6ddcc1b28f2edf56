"""An end to how long another machine may keep us: to a whole conversation, not only to each answer.

The time limit of a socket begins anew with every byte, so a server that drips one a second would hold us for ever.
"""

from __future__ import annotations

import io
import socket
import time
from typing import Any

PIECE = 16_384


class Deadline:
    """A conversation that may last `seconds` altogether, and each wait in it at most `each`."""

    def __init__(self, seconds: float, each: float) -> None:
        self._ends = time.monotonic() + seconds
        self.each = each

    def left(self) -> float:
        """How many seconds the next wait may last. Raises TimeoutError when there are none left."""
        left = min(self._ends - time.monotonic(), self.each)
        if left <= 0:
            raise TimeoutError("timed out: it took too long altogether")
        return left


class _Timed(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


def reader(sock: socket.socket, deadline: Deadline) -> io.BufferedReader:
    """What the socket gives, as a file that raises TimeoutError at the deadline. Closing it leaves the socket open."""
    return io.BufferedReader(_Timed(sock, deadline))


def send(sock: socket.socket, data: bytes, deadline: Deadline) -> None:
    """Send everything, or raise TimeoutError at the deadline."""
    for start in range(0, len(data), PIECE):
        sock.settimeout(deadline.left())
        sock.sendall(data[start : start + PIECE])
