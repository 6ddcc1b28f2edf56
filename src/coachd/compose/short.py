"""The short form of a message, for posts: at most 900 characters, whole sentences, and nothing that a chat obeys."""

from __future__ import annotations

import re
from collections.abc import Iterable

LIMIT = 900
"""Characters of a post: the tightest common service (Pushover) takes 1,024."""

_MARKS = str.maketrans({"*": None, "`": None, "~": None, "|": None, "\\": None, "<": "‹", ">": "›"})
_EDGE = re.compile(r"(?<!\w)_+|_+(?!\w)")
_SENTENCE = re.compile(r"(?<=[.?!…])\s+")


def short(headline: str, paragraphs: Iterable[str]) -> str:
    """The headline and as many of the paragraphs as fit, cut after a sentence and then ended by `…`."""
    text = plain(headline)
    for paragraph in paragraphs:
        whole = f"{text}\n\n{plain(paragraph)}"
        if len(whole) > LIMIT:
            return _cut(whole)
        text = whole
    return text if len(text) <= LIMIT else _cut(text)


def plain(text: str) -> str:
    """The text without what Discord, Slack or Telegram take for style, a link or a call to everybody."""
    unstyled = _EDGE.sub("", text.translate(_MARKS)).replace("](", "] (")
    # a word joiner, which nobody sees, keeps `@everyone` from ringing a bell
    return re.sub(r"@(?=\w)", "@\N{WORD JOINER}", unstyled)


def _cut(text: str) -> str:
    """The longest run of whole sentences that fits; part of the first where even that is too long."""
    kept = [end.start() for end in _SENTENCE.finditer(text) if end.start() <= LIMIT - 2]
    return f"{text[: kept[-1]]} …" if kept else f"{text[: LIMIT - 1]}…"
