"""What the world of every stand-in can be told to do from outside, whichever service it stands in for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol


class World(Protocol):
    """What such a world has to be able to do."""

    def add(self, activity: dict[str, Any], upload_at: datetime | None = None) -> None:
        """A workout, which shows up at `upload_at`."""

    def edit(self, activity_id: int, **fields: Any) -> None:
        """Change fields of a workout."""

    def delete(self, activity_id: int) -> None:
        """Take a workout away."""

    def fail(self, path_pattern: str, status: int | None = None) -> None:
        """Answer calls of these paths with a fault."""

    def heal(self) -> None:
        """End all faults."""


def obey(world: World, order: str, what: Any) -> None:
    """Do one order that every world knows.

    Raises KeyError for an unknown order or activity, TypeError and ValueError for a malformed one.
    """
    match order:
        case "add":
            for item in what:
                upload_at = item.pop("upload_at", None)
                world.add(item, upload_at and datetime.fromisoformat(upload_at))
        case "edit":
            for activity_id, fields in what.items():
                world.edit(int(activity_id), **fields)
        case "delete":
            for activity_id in what:
                world.delete(int(activity_id))
        case "fail":
            world.fail(**what)
        case "heal":
            world.heal()
        case _:
            raise KeyError(order)
