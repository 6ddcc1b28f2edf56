"""Own templates tried on invented messages, so that a mistake shows when it is made and not on Monday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from coachd.compose import rendering, view
from coachd.compose.notices import NOTICES
from coachd.compose.sample import ANSWERS, BELIEFS, EASY, FULL, QUIET, ROBIN, UNSUBSCRIBE
from coachd.model import Digest

BARE = Digest(ROBIN, QUIET.period, QUIET.week, usual_distance_m=None, days=(), weeks=())


def mistakes(own: Path) -> list[str]:
    """What does not work in a folder of own templates, a sentence each; empty when every message comes out."""
    if not own.is_dir():
        return [f"There is no folder {own}."]
    found = (_mistake(own, f"{name}.{part}.j2", seen) for name, seen in _messages() for part in ("txt", "html"))
    return list(dict.fromkeys(mistake for mistake in found if mistake))


def _mistake(own: Path, name: str, seen: Mapping[str, Any]) -> str:
    try:
        rendering.rendered_from(own, name, seen)
    except Exception as problem:  # noqa: BLE001  # whatever an own template does: saying so is what this is for
        return f"{name} cannot be used: {rendering.what_went_wrong(problem)}"
    return ""


def _messages() -> Iterator[tuple[str, dict[str, Any]]]:
    """The values of each kind of message, full and bare."""
    yield "digest", view.of_digest(FULL, ANSWERS, UNSUBSCRIBE)
    yield "digest", view.of_digest(BARE, {}, "")
    yield "same_day", view.of_same_day(ROBIN, EASY, FULL.links, ANSWERS, "")
    yield "first", view.of_beliefs(BELIEFS, "")
    subject, advice = next(iter(NOTICES.values()))
    yield "notice", {"subject": subject, "detail": "A detail.", "advice": advice}
    yield "shared", {"subject": "A subject", "week": "A week.", "lines": ["A line."], "credit": "Data."}
