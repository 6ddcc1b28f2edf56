"""What every stand-in's world has beside its data: a log of the calls, and faults that happen when asked for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it came in, without secrets. `base` is a prefix that was taken off its path, or empty."""

    method: str
    path: str
    query: Mapping[str, str]
    status: int
    at: datetime
    base: str = ""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong: which paths, with what status (None: only slow), and how many times (None: always)."""

    pattern: str
    status: int | None
    times: int | None
    body: Any
    delay: float


class Troubles:
    """The log and the faults, safe to use from any thread. Paths are without a stand-in's prefix."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.requests: deque[Request] = deque(maxlen=10_000)
        self._faults: list[Fault] = []

    def fail(
        self,
        path_pattern: str,
        status: int | None = None,
        times: int | None = None,
        body: Any = None,
        delay: float = 0.0,
    ) -> None:
        """Answer calls whose path matches the shell pattern with `status`, after `delay` seconds.

        `status=None` is only slow, then answers as usual. `body` is JSON, or text sent as it is. The oldest fault
        that matches wins; after `times` answers it is over.
        """
        with self.lock:
            self._faults.append(Fault(path_pattern, status, times, body, delay))

    def heal(self) -> None:
        """End all faults."""
        with self.lock:
            self._faults.clear()

    def take_fault(self, path: str) -> Fault | None:
        """The fault that this call meets, used up by one."""
        with self.lock:
            for fault in self._faults:
                if fnmatchcase(path, fault.pattern):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None

    def calls(self, pattern: str = "*") -> list[Request]:
        """The calls so far whose path matches the shell pattern, oldest first."""
        return [request for request in list(self.requests) if fnmatchcase(request.path, pattern)]
