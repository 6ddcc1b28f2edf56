"""Answers that come back by mail: the unread mails in one IMAP folder.

Nothing is deleted or moved, only mails of the senders that are asked for are fetched, and each stays unread until
somebody says that it was heeded.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

from coachd import letters
from coachd.deadline import Deadline, reader, send
from coachd.errors import ConfigProblem, MailboxProblem

MOST_LETTERS = 50
"""So many mails are read at one look, the newest ones."""

LARGEST = 256 * 1024
"""So many bytes of a mail are read: an answer is short, however much is quoted below or attached to it."""

WHOLE_LOOK_S = 30.0
ONE_WAIT_S = 20.0
_SENDERS_A_SEARCH = 20
_UID_DIGITS = 10
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is, and who may read it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool = True


def placed(url: str) -> Place:
    """The place of `imaps://user:password@host:port/folder`, each part percent-encoded; port 993 and the folder INBOX
    may be left out. Raises ConfigProblem, which never repeats any of it: the password is in there."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unusable("it is no address") from None  # the error quotes what it could not read
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme not in ("imaps", "imap"):
        raise _unusable("it does not begin with imaps://")
    if parts.scheme == "imap" and host not in ("localhost", "127.0.0.1", "::1"):
        raise _unusable("imap:// without encryption is for this machine only; write imaps://")
    if not (host and user and password) or parts.query or parts.fragment:
        raise _unusable("host, user or password is missing, or a sign in them is not percent-encoded")
    if not all(word.isascii() and word.isprintable() for word in (user, password, folder)):
        raise _unusable("user, password and folder hold signs other than plain ASCII")
    tls = parts.scheme == "imaps"
    return Place(host, port or (993 if tls else 143), user, password, folder, tls)


def _unusable(why: str) -> ConfigProblem:
    return ConfigProblem(
        f"IMAP_URL: {why}",
        "Write imaps://user:password@host/INBOX with %40 for @, %2F for / and %3A for : in user and password.",
    )


@contextmanager
def opened(url: str, *, cafile: str | None = None, seconds: float = WHOLE_LOOK_S) -> Iterator[Mailbox]:
    """The mailbox behind `url`, its certificate checked; `cafile` adds a private authority.

    The whole conversation ends after `seconds`, however slowly the server speaks. Raises ConfigProblem for a URL that
    cannot be used, MailboxProblem when the mailbox cannot be read.
    """
    place = placed(url)
    with _worded(place):
        imap = _Conversation(place, _context(cafile) if place.tls else None, Deadline(seconds, ONE_WAIT_S))
    try:
        with _worded(place):
            _open_folder(imap, place)
        yield Mailbox(place, imap)
    finally:
        _end(imap)


@contextmanager
def _worded(place: Place) -> Iterator[None]:
    """Gives what goes wrong on the line the words of a MailboxProblem."""
    where = f"{place.host}:{place.port}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxProblem(
            f"The certificate of the mailbox's server {where} is not trusted: {error.verify_message}.",
            "Use the host name that the certificate names in IMAP_URL; SMTP_CAFILE may name a private authority.",
        ) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxProblem(
            f"The mailbox at {where} could not be read: {str(error)[:200] or type(error).__name__}.",
            "It is tried again by itself; if this stays, check the host, port and folder of IMAP_URL.",
        ) from error


class Mailbox:
    """An open folder, made by `opened`; every method may raise MailboxProblem."""

    def __init__(self, place: Place, imap: imaplib.IMAP4) -> None:
        self.place, self._imap = place, imap

    def unread(self, senders: Collection[str], since: date) -> list[str]:
        """The ids of unread mails that name one of these senders and arrived on `since` or later, newest last: the
        newest ones, at most MOST_LETTERS."""
        asked, found = sorted(senders), set[int]()
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        for start in range(0, len(asked), _SENDERS_A_SEARCH):
            names = _from_any(asked[start : start + _SENDERS_A_SEARCH])
            with _worded(self.place):
                answer = _expected("SEARCH", self._imap.uid("SEARCH", f"UNSEEN SINCE {day} {names}"))
            words = [word for line in answer if isinstance(line, bytes) for word in line.split()]
            found |= {int(word) for word in words if word.isdigit() and len(word) <= _UID_DIGITS}
        return [str(uid) for uid in sorted(found)[-MOST_LETTERS:]]

    def letter(self, uid: str) -> letters.Letter | None:
        """The mail of this id, unread as before; None where it is gone."""
        with _worded(self.place):
            answer = _expected("FETCH", self._imap.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)"))
        raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
        return None if raw is None else letters.read(raw)

    def mark_read(self, uid: str) -> None:
        """Mark the mail of this id as read."""
        with _worded(self.place):
            _expected("STORE", self._imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))


def _open_folder(imap: imaplib.IMAP4, place: Place) -> None:
    try:
        imap.login(_quoted(place.user), place.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        # The server's words are left out: some repeat what they were given.
        raise MailboxProblem(
            f"The mailbox's server {place.host} refused the login.",
            "Check user and password in IMAP_URL; many providers want an app password here.",
        ) from None
    _expected("SELECT", imap.select(_quoted(place.folder)))


def _end(imap: imaplib.IMAP4) -> None:
    try:
        imap.logout()
    except (OSError, imaplib.IMAP4.error):
        imap.shutdown()  # everything is done; how the server says goodbye changes nothing


def _expected(what: str, answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        said = data[0].decode("ascii", "replace") if data and isinstance(data[0], bytes) else ""
        raise imaplib.IMAP4.error(f"{what} was refused {said}".rstrip())
    return data


class _Conversation(imaplib.IMAP4):
    """IMAP with a deadline: every byte, in or out, counts against it."""

    def __init__(self, place: Place, context: ssl.SSLContext | None, deadline: Deadline) -> None:
        self._context, self._deadline = context, deadline
        super().__init__(place.host, place.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:  # noqa: ARG002 - its signature
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), self._deadline.left())
        if self._context is not None:
            try:
                self.sock = self._context.wrap_socket(self.sock, server_hostname=host)
            except BaseException:
                self.sock.close()
                raise
        self._incoming = reader(self.sock, self._deadline)

    def read(self, size: int) -> bytes:
        if size > LARGEST * 2:
            raise self.abort(f"it announced {size} bytes at once")
        return self._incoming.read(size)

    def readline(self) -> bytes:
        line = self._incoming.readline(LARGEST)
        if len(line) >= LARGEST:
            raise self.abort("it sent a line without an end")
        return line

    def send(self, data: Any) -> None:
        send(self.sock, bytes(data), self._deadline)

    def shutdown(self) -> None:
        self._incoming.close()
        self.sock.close()


def _context(cafile: str | None) -> ssl.SSLContext:
    # imaplib's own default does not verify certificates
    context = ssl.create_default_context()
    if cafile:
        try:
            context.load_verify_locations(cafile)
        except OSError as error:
            raise MailboxProblem(
                f"The authority file {cafile} cannot be used: {error.strerror or error}.",
                "Name a readable PEM file as SMTP_CAFILE, or leave it out for a public certificate.",
            ) from error
    return context


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", r"\\").replace('"', r"\"") + '"'


def _from_any(senders: Collection[str]) -> str:
    """The search for any of them: OR stands before its two sides."""
    *others, last = [f"FROM {_quoted(sender)}" for sender in senders]
    return " ".join([*(f"OR {other}" for other in others), last])
