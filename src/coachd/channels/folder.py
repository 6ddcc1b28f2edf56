"""The mail as two files in a folder: `.eml` for a mail program, `.html` for a browser."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from coachd.clock import Clock, SystemClock
from coachd.config import Settings
from coachd.errors import DeliveryProblem
from coachd.mime import as_bytes
from coachd.model import Message


def called_for(settings: Settings) -> bool:
    """Whether there is no relay: mails are then written down."""
    return not settings.smtp_host


def from_settings(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """The folder `mail` in the state folder."""
    return {"folder": Channel(settings.coachd_state_dir / "mail", clock)}


@dataclass(frozen=True)
class Channel:
    """Writes into `path`, which is created if need be. The same digest sent again replaces its files."""

    sorted_by_athlete: ClassVar[bool] = True
    path: str | Path
    clock: Clock = field(default_factory=SystemClock)
    name: str = field(default="folder", init=False)

    @property
    def shown(self) -> str:
        """The folder."""
        return str(self.path)

    def send(self, message: Message) -> str:
        mail = as_bytes(message, self.clock.now())
        folder = Path(self.path)
        stem = re.sub(r"[^\w.-]", "_", message.headers.get("Coachd-Digest", message.id)).lstrip(".")[:60]
        page = folder / f"{stem}.html"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(folder / f"{stem}.eml", mail)
            _replace(page, message.html.encode())
        except OSError as error:
            raise DeliveryProblem(
                f"The mail could not be written into {folder}: {error.strerror}.",
                advice="Make the folder writable for coachd and see that its disk has room.",
            ) from error
        return str(page)


def _replace(path: Path, content: bytes) -> None:
    """Write a file that others see whole or not at all, readable by its owner only."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
