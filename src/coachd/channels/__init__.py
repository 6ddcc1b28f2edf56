"""Ways out. One file per channel; adding a channel is adding a file with a class `Channel` in it.

A channel is found by the name of its file, made from named options, and hands over one message at a time. What it
raises says what to do next: a `DeliveryProblem` is worth another try at `retry_at`, unless it is `permanent` or
`unknown`. Options without a representation (`field(repr=False)`) are secrets: they are asked for without an echo and
kept encrypted.

A file may also have `from_settings(settings, clock)`, which gives the instance's own channels of this kind by their
names in the outbox, and `called_for(settings)`, which says whether these settings ask for them where CHANNELS names
none. Everything else here is found by the attributes of `Channel` below that have a default.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol, cast, get_type_hints

from coachd.clock import Clock
from coachd.config import Settings
from coachd.errors import ConfigProblem
from coachd.model import Message


class Channel(Protocol):
    """A way out for messages. Beside these a channel may have

    - `check() -> str`: a try without a message; says what was reached. Raises DeliveryProblem.
    - `doubts() -> list[str]`: what may go wrong although it works, each with what to do.
    - `shown`: where it leads, without its secrets.
    - `addressed = True`: a message goes to the athlete's mail address, which it therefore needs.
    - `sorted_by_athlete = True`: it serves many athletes at once, because it keeps their messages apart.
    """

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


def options(name: str) -> dict[str, Field[Any]]:
    """The options of a channel that a person can give, by name. Raises ConfigProblem for one that does not exist.

    What a `default_factory` makes (a clock, a stream) is a part of the channel and no option.
    """
    found = fields(_module(name).Channel)
    return {field.name: field for field in found if field.init and field.default_factory is MISSING}


def load(name: str, given: Mapping[str, Any], clock: Clock | None = None) -> Channel:
    """The channel `name`, made from its options; texts become numbers where an option is one.

    Raises ConfigProblem for a channel or an option that does not exist, or one that is missing or cannot be used.
    """
    from pydantic import TypeAdapter, ValidationError

    made, known = _module(name).Channel, options(name)
    if unknown := sorted(set(given) - set(known)):
        raise ConfigProblem(
            f"The channel {name} has no option {', '.join(unknown)}.", advice=f"Its options are: {', '.join(known)}."
        )
    hints = get_type_hints(made)
    values: dict[str, Any] = {}
    for option, value in given.items():
        try:
            values[option] = TypeAdapter(hints[option]).validate_python(value)
        except ValidationError as error:
            raise ConfigProblem(
                f"The option {option} of the channel {name} cannot be used: {error.errors()[0]['msg'].lower()}."
            ) from None  # the error repeats the value, which may be a secret
    if clock is not None and hints.get("clock") is Clock:
        values["clock"] = clock
    try:
        return cast("Channel", made(**values))
    except TypeError as error:
        raise ConfigProblem(
            f"The channel {name} lacks an option that it needs.", advice=f"Its options are: {', '.join(known)}."
        ) from error


def chosen(settings: Settings) -> list[str]:
    """The kinds of channel that an instance uses: those that CHANNELS names, else those its settings call for."""
    if settings.channels:
        return list(settings.channels)
    return [name for name in names() if (asked := _maybe(name, "called_for")) and asked(settings)]


def of_instance(settings: Settings, clock: Clock) -> dict[str, Channel]:
    """The channels that the settings describe, by their names in the outbox.

    Raises ConfigProblem with every one that does not exist or whose own settings are missing.
    """
    found: dict[str, Channel] = {}
    problems: list[str] = []
    for name in chosen(settings):
        make = _maybe(name, "from_settings")
        try:
            found |= make(settings, clock) if make else {name: load(name, {}, clock)}
        except ConfigProblem as problem:
            problems += problem.problems
    if problems:
        raise ConfigProblem(problems, "Correct them in the environment or in .env, then try again.")
    return found


def for_everybody(channel: Channel) -> bool:
    """Whether a channel keeps the messages of several athletes apart, by their addresses or names."""
    return bool(getattr(channel, "sorted_by_athlete", False))


def tried(channel: Channel) -> str:
    """What a try without a message said, where the channel can be tried so. Raises DeliveryProblem."""
    check: Callable[[], str] | None = getattr(channel, "check", None)
    return check() if check else str(getattr(channel, "shown", "ready"))


def doubts(channel: Channel) -> list[str]:
    """What may go wrong with a channel although it works, each with what to do."""
    found: Callable[[], list[str]] | None = getattr(channel, "doubts", None)
    return found() if found else []


def _module(name: str) -> ModuleType:
    if name not in names():
        raise ConfigProblem(f"There is no channel called {name!r}.", advice=f"Choose one of: {', '.join(names())}.")
    return import_module(f"{__name__}.{name}")


def _maybe(name: str, function: str) -> Any:
    return getattr(_module(name), function, None)


_MINUTE = timedelta(minutes=1)
# after 1, 5 and 30 minutes, then hourly as long as less than 24 hours have passed since the first attempt
_WAITS = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, *[60 * _MINUTE] * 23)


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` (one or more) temporary failures, the last of them now; None: give up."""
    if attempts < 1:
        raise ValueError(f"{attempts} attempts: a retry follows at least one")
    return now + _WAITS[attempts - 1] if attempts <= len(_WAITS) else None
