"""The short form of a message, for posts: at most 900 characters, whole sentences, and nothing that a chat obeys."""

from __future__ import annotations

import re
from collections.abc import Iterable

LIMIT = 900
"""Characters of a post: the tightest common service (Pushover) takes 1,024."""

_MARKS = str.maketrans({"*": None, "`": None, "~": None, "|": None, "\\": None, "<": "‹", ">": "›"})
_EDGE = re.compile(r"(?<!\w)_+|_+(?!\w)")
_SENTENCE = re.compile(r"(?<=[.?!…])\s+")


def short(headline: str, paragraphs: Iterable[str], ending: str = "") -> str:
    """The headline and as many of the paragraphs as fit, cut after a sentence and then ended by `…`.

    `ending` is a short sentence that has its place in any case.
    """
    end = f"\n\n{plain(ending)}" if ending else ""
    return _fitting(plain(headline), map(plain, paragraphs), LIMIT - len(end)) + end


def _fitting(text: str, paragraphs: Iterable[str], limit: int) -> str:
    for paragraph in paragraphs:
        whole = f"{text}\n\n{paragraph}"
        if len(whole) > limit:
            return _cut(whole, limit)
        text = whole
    return text if len(text) <= limit else _cut(text, limit)


def plain(text: str) -> str:
    """The text without what Discord, Slack or Telegram take for style, a link or a call to everybody."""
    unstyled = _EDGE.sub("", text.translate(_MARKS)).replace("](", "] (")
    # a word joiner, which nobody sees, keeps `@everyone` from ringing a bell
    return re.sub(r"@(?=\w)", "@\N{WORD JOINER}", unstyled)


def _cut(text: str, limit: int) -> str:
    """The longest run of whole sentences that fits; part of the first where even that is too long."""
    kept = [end.start() for end in _SENTENCE.finditer(text) if end.start() <= limit - 2]
    return f"{text[: kept[-1]]} …" if kept else f"{text[: limit - 1]}…"
