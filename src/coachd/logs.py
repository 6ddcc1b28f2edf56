"""Logs: text on a terminal, JSON otherwise, and no secrets in either."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Literal

_SECRETS = re.compile(
    r"""(?ix)
    (?P<name> tokens? | secret(?:_key)? | password | authorization | api_?key | code (?! : \s \d{3} (?! \S ) ) )
    (?P<sign> ["']? \s* [=:] \s* (?: (?: bearer | basic ) \s+ )? )
    (?: (?P<quote> ["'] ) (?: \\. | (?! (?P=quote) ) . )* (?P=quote)? | [^\s&]+ )
    | (?<! [a-z0-9+.-] ) (?P<scheme> [a-z][a-z0-9+.-]*:// ) [^\s/@]* : \S* @
    """
)
_FIELDS = ("athlete", "source", "event")


def redacted(text: str) -> str:
    """The text with everything that looks like a secret blanked: named values and passwords in URLs."""
    return _SECRETS.sub(
        lambda found: f"{found['name']}{found['sign']}***" if found["name"] else f"{found['scheme']}***@", text
    )


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def start(form: Literal["auto", "text", "json"] = "auto", level: int = logging.INFO) -> None:
    """Write logs to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    plain = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler.setFormatter(_Text("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S") if plain else _Json())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("coachd").setLevel(level)
