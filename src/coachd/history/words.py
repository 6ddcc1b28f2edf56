"""Words in names of activities that tell what a run was, in one table by meaning and language.

A language is added by a column here; names in any other language simply say nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Meaning = Literal["race", "recovery", "easy", "long", "workout", "off-road", "company"]

_WORDS: dict[Meaning, dict[str, str]] = {
    "race": {
        "en": "race|parkrun|marathon|half|5k|10k",
        "de": r"wettkampf|rennen|halbmarathon|volkslauf|stadtlauf|stra(?:ß|ss)enlauf|silvesterlauf|[51]0? ?km-lauf",
    },
    "recovery": {"en": "recovery", "de": r"regeneration|regenerativ\w*"},
    "easy": {"en": "easy|jog", "de": r"locker\w*|ruhig\w*|entspannt\w*|traben"},
    "long": {"en": "long", "de": r"lang(?:er|en)?|longjog"},
    "workout": {
        "en": r"tempo|threshold|intervals?|repeats?|fartlek|track|hills?|progression",
        "de": r"tempo(?:dauer)?lauf|schwelle(?:nlauf)?|intervalle?|intervalltraining|wiederholungen|fahrtspiel"
        r"|bahntraining|bergsprints?|crescendo(?:lauf)?|endbeschleunigung",
    },
    "off-road": {"en": "trails?|fell|off-?road", "de": r"trail(?:lauf|run)?|berglauf|gel(?:ä|ae)ndelauf|waldlauf"},
    "company": {"en": "stroller|buggy|dog|pacing|pacer|canicross", "de": r"kinderwagen|babyjogger|hund|hasen?dienst"},
}
"""`company` is whatever makes pace and heart rate somebody else's."""

_PATTERNS = {
    meaning: re.compile(rf"\b(?:{'|'.join(by_language.values())})\b", re.IGNORECASE)
    for meaning, by_language in _WORDS.items()
}


def says(meaning: Meaning, name: str) -> bool:
    """Whether a name contains a word of this meaning."""
    return meaning in meanings(name)


@lru_cache(maxsize=4096)
def meanings(name: str) -> frozenset[Meaning]:
    """Every meaning of which a name contains a word."""
    # Kept: most runs of a runner have one of a few names, and every one is asked for six meanings.
    return frozenset(meaning for meaning, pattern in _PATTERNS.items() if pattern.search(name))
