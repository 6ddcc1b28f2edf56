"""Mail through an SMTP relay.

SMTP cannot deliver exactly once (RFC 1047): when the connection breaks after the whole message was handed over and
before the answer, it may or may not have been taken. That one case is reported as `unknown`, everything before it as
safe to try again.
"""

from __future__ import annotations

import math
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

from coachd import deadline
from coachd.clock import Clock, SystemClock
from coachd.config import Settings
from coachd.deadline import Deadline
from coachd.errors import ConfigProblem, DeliveryProblem
from coachd.mime import as_bytes, bare_address
from coachd.model import Message

Security = Literal["starttls", "tls", "none"]
Reply = tuple[int, bytes]

GOODBYE_S = 5.0
STORAGE_EXCEEDED = 552


def called_for(settings: Settings) -> bool:
    """Whether a relay is set."""
    return bool(settings.smtp_host)


def from_settings(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """The instance's relay."""
    if not settings.smtp_host:
        raise ConfigProblem("SMTP_HOST: is needed for the email channel")
    relay = Channel(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password.get_secret_value() if settings.smtp_password else "",
        cafile=str(settings.smtp_cafile) if settings.smtp_cafile else None,
        sender=settings.sender,
        clock=clock,
    )
    return {"email": relay}


@dataclass(frozen=True)
class Channel:
    """One relay. Certificates are always checked; `cafile` adds the authority of a relay with its own.

    `timeout` is for each wait, `limit` for the whole conversation, in seconds: a server that is busy with the content
    of a mail may take all of it. `sender` is the address that mails will come from, for `doubts`.
    """

    addressed: ClassVar[bool] = True
    sorted_by_athlete: ClassVar[bool] = True
    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    cafile: str | None = None
    sender: str = ""
    timeout: float = 20.0
    limit: float = 60.0
    clock: Clock = field(default_factory=SystemClock)
    name: str = field(default="email", init=False)

    def __post_init__(self) -> None:
        if self.security not in get_args(Security):
            raise ConfigProblem(
                f"The mail security {self.security!r} does not exist.", advice="Choose starttls, tls or none."
            )

    @property
    def shown(self) -> str:
        """The relay."""
        return f"{self.host}:{self.port}"

    def check(self) -> str:
        """A conversation up to the login, without a message; gives what was reached. Raises DeliveryProblem."""
        smtp = None
        try:
            smtp = self._connect()
            self._log_in(smtp)
            until = _certificate_end(smtp)
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error, "the connection") from error
        except OSError as error:
            raise self._unreachable(error) from error
        finally:
            if smtp is not None:
                smtp.close()
        certificate = f", certificate until {until}" if until else ""
        return f"{self.shown}, {self.security}{certificate}{', logged in' if self.user else ''}"

    def doubts(self) -> list[str]:
        """Whether the sender's domain is one that the relay can speak for: that of the login, else of its own name."""
        domain = self.sender.rpartition("@")[2].strip("> ").lower()
        known = self.user.rpartition("@")[2] if "@" in self.user else self.host
        public = "." in known and not known.replace(".", "").isdigit()
        if not domain or not public or _registered(domain) == _registered(known):
            return []
        doubt = (
            f"Mail comes from {domain}, but the relay knows you as {known}: unless it signs for {domain} (SPF, DKIM), "
            "such mail is often taken for spam. Set MAIL_FROM to an address that the relay sends for."
        )
        return [doubt]

    def send(self, message: Message) -> str:
        sender, recipient = bare_address(message.headers.get("From", "")), bare_address(message.to)
        mail = as_bytes(message, self.clock.now())
        smtp = None
        try:
            smtp = self._connect()
            self._log_in(smtp)
            # a server that knows its limit refuses a mail that is too large before it travels
            _expect(smtp.mail(sender, [f"size={len(mail)}"] if smtp.has_extn("size") else ()), "the sender")
            _expect(smtp.rcpt(recipient), "the recipient")
            _hand_over(smtp, mail)
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error, "the connection") from error
        except OSError as error:  # smtplib's own errors are OSErrors, too
            raise self._unreachable(error) from error
        finally:
            if smtp is not None:
                smtp.close()
        return f"mail to {recipient}"

    def _connect(self) -> _Conversation:
        ends = Deadline(self.limit, self.timeout)
        if self.security == "tls":
            smtp: _Conversation = _Sealed(self.host, self.port, ends, context=self._context())
        else:
            smtp = _Conversation(self.host, self.port, ends)
        try:
            if self.security == "starttls":
                smtp.starttls(context=self._context())
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _context(self) -> ssl.SSLContext:
        # smtplib's own default does not verify certificates
        try:
            return ssl.create_default_context(cafile=self.cafile)
        except OSError as error:
            raise DeliveryProblem(
                f"The authority file {self.cafile} of the mail server cannot be used: {error.strerror or error}.",
                permanent=True,
                advice="Name a readable PEM file as cafile, or leave it out for a public certificate.",
            ) from error

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if not self.user:
            return
        advice = "Check SMTP_USER and SMTP_PASSWORD; many providers want an app password here."
        try:
            smtp.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            # the server's words are left out: some repeat what they were given
            raise DeliveryProblem(
                f"The mail server {self.host} refused the login ({error.smtp_code}).",
                permanent=error.smtp_code >= 500,
                advice=advice,
            ) from None
        except UnicodeEncodeError:
            # not chained: this error carries the password
            raise DeliveryProblem(
                f"The mail server {self.host} takes only plain ASCII as user and password.",
                permanent=True,
                advice=advice,
            ) from None
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException):
            raise
        except smtplib.SMTPException as error:
            raise DeliveryProblem(
                f"The mail server {self.host} offers no login that we know on port {self.port}.",
                permanent=True,
                advice=advice,
            ) from error

    def _unreachable(self, error: Exception) -> DeliveryProblem:
        where = f"{self.host}:{self.port}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return DeliveryProblem(
                f"The certificate of the mail server {where} is not trusted: {error.verify_message}.",
                advice="Use the host name that the certificate names, or give the authority's file as cafile.",
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return DeliveryProblem(
                f"The mail server {where} offers no STARTTLS, so nothing was sent.",
                advice="Choose the port and security that your provider names, usually 587 starttls or 465 tls.",
            )
        return DeliveryProblem(
            f"The mail server {where} could not be reached, or went away: {error}.",
            # smtplib words a time-out as a broken connection
            slow=isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError),
            advice="It is tried again by itself; if this stays, check the host, port and security of the mail server.",
        )


class _Conversation(smtplib.SMTP):
    """smtplib's conversation, but it ends at the deadline, however slowly the server speaks or listens."""

    def __init__(self, host: str, port: int, ends: Deadline, **options: Any) -> None:
        self.ends = ends
        super().__init__(host, port, timeout=ends.left(), **options)

    def getreply(self) -> Reply:
        if self.file is None and self.sock is not None:
            self.file = deadline.reader(self.sock, self.ends)
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        try:
            deadline.send(self.sock, data, self.ends)
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(f"the line broke: {error}") from error


class _Sealed(_Conversation, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def _certificate_end(smtp: smtplib.SMTP) -> str:
    """The last day of the server's certificate, as it writes it; empty without one."""
    certificate = smtp.sock.getpeercert() if isinstance(smtp.sock, ssl.SSLSocket) else None
    return re.sub(r" +\d\d:\d\d:\d\d", "", str(certificate["notAfter"])) if certificate else ""


def _registered(domain: str) -> str:
    """About the part of a domain that somebody registered: without the list of public suffixes it is a guess."""
    labels = domain.lower().rstrip(".").split(".")
    second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("ac", "co", "com", "edu", "gov", "net", "org")
    return ".".join(labels[-3:] if second else labels[-2:])


def _hand_over(smtp: _Conversation, mail: bytes) -> None:
    """The DATA step by hand, because only here one can tell "not yet handed over" from "no answer any more"."""
    code, answer = smtp.docmd("DATA")
    if code != 354:
        raise _refused(code, answer, "the message")
    smtp.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
    # from here on impatience costs a second mail
    smtp.ends.each = math.inf
    try:
        reply = smtp.getreply()
    except OSError as error:
        raise DeliveryProblem(
            "The connection broke after the whole mail was handed over; it may have arrived.",
            unknown=True,
            slow=isinstance(error.__context__, TimeoutError),
            advice="See whether the mail is in the inbox before sending it again.",
        ) from error
    _expect(reply, "the message")
    smtp.ends.each = GOODBYE_S
    try:
        smtp.quit()
    except OSError:
        return  # the mail is taken; how the server says goodbye changes nothing, and a retry would send it twice


def _expect(reply: Reply, what: str) -> None:
    code, answer = reply
    if code == -1:
        raise smtplib.SMTPServerDisconnected("no valid answer")
    if not 200 <= code < 300:
        raise _refused(code, answer, what)


def _refused(code: int, answer: bytes | str, what: str) -> DeliveryProblem:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    words = " ".join(text.split())[:200]
    if code >= 500:
        return DeliveryProblem(
            f"The mail server refused {what} for good: {code} {words}",
            permanent=True,
            advice="The mailbox is full, or takes no mail of this size: make room in it."
            if code == STORAGE_EXCEEDED
            else "Correct the address or the sender (MAIL_FROM) that the server names.",
        )
    return DeliveryProblem(
        f"The mail server did not take {what} for now: {code} {words}", advice="It is tried again by itself."
    )
