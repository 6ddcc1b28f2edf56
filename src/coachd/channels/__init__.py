"""Ways out. One file per channel; adding a channel is adding a file with a class `Channel` in it.

A channel is found by the name of its file, made from named options, and hands over one message at a time. What it
raises says what to do next: a `DeliveryProblem` is worth another try at `retry_at`, unless it is `permanent` or
`unknown`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Protocol, cast

from coachd.errors import ConfigProblem
from coachd.model import Message


class Channel(Protocol):
    """A way out for messages."""

    @property
    def name(self) -> str:
        """The channel's own name, e.g. `email`."""

    def send(self, message: Message) -> str:
        """Hand the message over; returns where it went, e.g. `mail to robin@example.org`.

        Raises DeliveryProblem: temporary by default, or `permanent`, or `unknown` where it may have arrived.
        """


def names() -> list[str]:
    """The channels that there are, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str, options: Mapping[str, Any]) -> Channel:
    """The channel `name`, made from its options.

    Raises ConfigProblem for a channel or an option that does not exist, or one that is missing.
    """
    if name not in names():
        raise ConfigProblem(f"There is no channel called {name!r}.", advice=f"Choose one of: {', '.join(names())}.")
    made = import_module(f"{__name__}.{name}").Channel
    known = [field.name for field in fields(made) if field.init]
    if unknown := sorted(set(options) - set(known)):
        raise ConfigProblem(
            f"The channel {name} has no option {', '.join(unknown)}.", advice=f"Its options are: {', '.join(known)}."
        )
    try:
        return cast("Channel", made(**options))
    except TypeError as error:
        raise ConfigProblem(
            f"The channel {name} lacks an option that it needs.", advice=f"Its options are: {', '.join(known)}."
        ) from error


_MINUTE = timedelta(minutes=1)
# after 1, 5 and 30 minutes, then hourly as long as less than 24 hours have passed since the first attempt
_WAITS = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, *[60 * _MINUTE] * 23)


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` (one or more) temporary failures, the last of them now; None: give up."""
    if attempts < 1:
        raise ValueError(f"{attempts} attempts: a retry follows at least one")
    return now + _WAITS[attempts - 1] if attempts <= len(_WAITS) else None
