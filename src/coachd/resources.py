"""Where the rules and templates lie, installed or in a checkout, and which folders one may drop files into."""

from __future__ import annotations

import pkgutil
from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The folder `rules` or `templates` that came with this coachd.

    Raises FileNotFoundError when the installation is incomplete.
    """
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation lacks its {name} folder; install coachd again")


def drop_ins(folder: str) -> list[str]:
    """The names of the files in a folder of this package that one may add to, e.g. `channels`; sorted."""
    return sorted(module.name for module in pkgutil.iter_modules([str(_PACKAGE / folder)]))
