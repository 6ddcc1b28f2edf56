"""Named measures that rules may use as `{measure: name}`. A new one is one function in a file of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from coachd.language.measure import Measure


@cache
def registry() -> Mapping[str, Measure]:
    """Every measure by name, found by looking into the modules of this folder.

    Raises ValueError when two of them have the same name: which one a rule means would be chance.
    """
    found: dict[str, Measure] = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        for thing in vars(import_module(f"{__name__}.{module}")).values():
            if not isinstance(thing, Measure):
                continue
            if thing.name in found and found[thing.name] is not thing:
                raise ValueError(f"two measures are called {thing.name!r}; rename one of them")
            found[thing.name] = thing
    return found
