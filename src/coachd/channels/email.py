"""Mail through an SMTP relay.

SMTP cannot deliver exactly once (RFC 1047): when the connection breaks after the whole message was handed over and
before the answer, it may or may not have been taken. That one case is reported as `unknown`, everything before it as
safe to try again.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Literal, get_args

from coachd.clock import Clock, SystemClock
from coachd.errors import ConfigProblem, DeliveryProblem
from coachd.mime import as_bytes, bare_address
from coachd.model import Message

Security = Literal["starttls", "tls", "none"]
Reply = tuple[int, bytes]


@dataclass(frozen=True)
class Channel:
    """One relay. Certificates are always checked; `cafile` adds the authority of a relay with its own."""

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    cafile: str | None = None
    timeout: float = 20.0
    clock: Clock = field(default_factory=SystemClock)
    name: str = field(default="email", init=False)

    def __post_init__(self) -> None:
        if self.security not in get_args(Security):
            raise ConfigProblem(
                f"The mail security {self.security!r} does not exist.", advice="Choose starttls, tls or none."
            )

    def check(self) -> str:
        """A conversation up to the login, without a message; gives what was reached. Raises DeliveryProblem."""
        smtp = None
        try:
            smtp = self._connect()
            self._log_in(smtp)
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error, "the connection") from error
        except OSError as error:
            raise self._unreachable(error) from error
        finally:
            if smtp is not None:
                smtp.close()
        return f"{self.host}:{self.port}, {self.security}{', logged in' if self.user else ''}"

    def send(self, message: Message) -> str:
        sender, recipient = bare_address(message.headers.get("From", "")), bare_address(message.to)
        mail = as_bytes(message, self.clock.now())
        smtp = None
        try:
            smtp = self._connect()
            self._log_in(smtp)
            _expect(smtp.mail(sender), "the sender")
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

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=self._context())
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
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
            advice="It is tried again by itself; if this stays, check the host, port and security of the mail server.",
        )


def _hand_over(smtp: smtplib.SMTP, mail: bytes) -> None:
    """The DATA step by hand, because only here one can tell "not yet handed over" from "no answer any more"."""
    code, answer = smtp.docmd("DATA")
    if code != 354:
        raise _refused(code, answer, "the message")
    smtp.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
    try:
        reply = smtp.getreply()
    except OSError as error:
        raise DeliveryProblem(
            "The connection broke after the whole mail was handed over; it may have arrived.",
            unknown=True,
            advice="See whether the mail is in the inbox before sending it again.",
        ) from error
    _expect(reply, "the message")
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
            advice="Correct the address or the sender (MAIL_FROM) that the server names.",
        )
    return DeliveryProblem(
        f"The mail server did not take {what} for now: {code} {words}", advice="It is tried again by itself."
    )
