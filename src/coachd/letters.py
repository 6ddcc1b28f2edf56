"""What counts of a mail that came in, however it is written: who it is from, and what a person wrote.

What a mail claims about its sender proves nothing; `answers.links` says what does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Mail
from html.parser import HTMLParser

from coachd.errors import DeliveryProblem
from coachd.mime import bare_address

TEXT_READ = 16 * 1024
HEADER_READ = 2_000
_BULK = frozenset({"bulk", "junk", "list"})


@dataclass(frozen=True, slots=True)
class Letter:
    """What counts of a mail. `sender` is its one From address in small letters, empty where there is no such one;
    `automatic` that no person wrote it."""

    sender: str
    recipients: str
    subject: str
    text: str
    automatic: bool = False


def read(raw: bytes) -> Letter:
    """The mail as a Letter, however it is written; only the first part of a long text is read."""
    mail = message_from_bytes(raw)
    answered = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    return Letter(
        sender=_sender(mail),
        recipients=_header(mail, "To"),
        subject=_header(mail, "Subject"),
        text=_text(mail),
        automatic=answered != "no" or str(mail.get("Precedence", "")).strip().lower() in _BULK,
    )


def _sender(mail: Mail) -> str:
    """The one address that the mail is from. Two of them, or two From lines, are a trick or a mistake."""
    lines = mail.get_all("From", [])
    if len(lines) != 1:
        return ""
    try:
        return bare_address(re.sub(r"\r?\n(?=[ \t])", "", str(lines[0])[:HEADER_READ])).lower()
    except DeliveryProblem:
        return ""  # no address that plain mail can be sent to, so nobody's of ours


def _header(mail: Mail, name: str) -> str:
    line = str(mail.get(name, ""))[:HEADER_READ]
    try:
        return str(make_header(decode_header(line)))
    except (ValueError, LookupError, HeaderParseError):
        return line  # an encoding nobody knows: what we look for is plain ASCII


def _text(mail: Mail) -> str:
    """The beginning of what was written: the plain text, else the words of the HTML."""
    for kind, words in (("text/plain", str), ("text/html", _words)):
        for part in mail.walk():
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                return words(_decoded(part))
    return ""


def _decoded(part: Mail) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content[:TEXT_READ].decode(part.get_content_charset("utf-8"), "replace")
    except (ValueError, LookupError):
        return content[:TEXT_READ].decode("utf-8", "replace")  # a charset nobody knows


class _Words(HTMLParser):
    """Collects the text of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        self._hidden += tag in ("style", "script")
        if tag in ("br", "p", "div", "tr", "li", "blockquote"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0:
            self.words.append(data)


def _words(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    return "".join(parser.words)
