"""The text part on the terminal: for trying things out."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import ClassVar, TextIO

from coachd.errors import DeliveryProblem
from coachd.model import Message


@dataclass(frozen=True)
class Channel:
    """Prints to `stream`, standard output unless told otherwise."""

    sorted_by_athlete: ClassVar[bool] = True
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    name: str = field(default="console", init=False)

    def send(self, message: Message) -> str:
        encoding = self.stream.encoding or "utf-8"
        # a terminal that cannot show an emoji shows a question mark instead of nothing at all
        text = f"{message.subject}\n\n{message.text}".encode(encoding, "replace").decode(encoding)
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError as error:
            raise DeliveryProblem(
                f"The terminal took no text: {error.strerror}.", advice="Run the command in an open terminal."
            ) from error
        return "the terminal"
