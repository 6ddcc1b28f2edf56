"""A message as the bytes that travel: the MIME form every mail server and mail reader understands.

Text first, HTML second, both quoted-printable so that no relay has a reason to rewrite them.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses
from typing import Any

from coachd.errors import DeliveryProblem
from coachd.model import Message
from coachd.own import ADDRESS

_UNFOLDED = frozenset({"list-id", "list-unsubscribe", "list-unsubscribe-post", "in-reply-to", "references"})


class MailPolicy(EmailPolicy):
    """The standard policy, but list and thread headers stay as they are.

    CPython "folds" a long `<...>` without spaces into an encoded word, which no mail reader takes for a link or an id.
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _UNFOLDED:
            return f"{name}: {value}".replace(", <", f",{self.linesep} <") + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _UNFOLDED:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


# 76 is the limit of quoted-printable (RFC 2045 6.7); the library's 78 would bound the body's lines by 78 as well
POLICY = MailPolicy(linesep="\r\n", cte_type="7bit", max_line_length=76)


def as_bytes(message: Message, written: datetime) -> bytes:
    """The whole mail, CRLF line ends, 7 bits; `written` becomes its Date.

    Raises DeliveryProblem (permanent) when a header cannot be written, for example because it holds a line break.
    """
    mail = EmailMessage(policy=POLICY)
    headers = {"Subject": message.subject, "Date": format_datetime(written), "Message-ID": f"<{message.id}>"}
    if message.to:
        headers["To"] = message.to
    for name, value in {**headers, **message.headers}.items():
        try:
            mail[name] = value
            POLICY.fold_binary(name, mail[name])
        except (ValueError, IndexError) as error:  # the library's answer to `robin@`
            raise DeliveryProblem(
                f"The mail cannot be written: its {name} header holds a sign that is not allowed there.",
                permanent=True,
                advice="Correct the athlete's address or the sender (MAIL_FROM).",
            ) from error
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def bare_address(text: str) -> str:
    """The one mail address in `robin@example.org` or `Robin <robin@example.org>`.

    Raises DeliveryProblem (permanent) when there is none, more than one, or one that plain SMTP cannot carry.
    """
    found = [address for _, address in getaddresses([text])]
    if len(text.splitlines()) != 1 or len(found) != 1 or not ADDRESS.fullmatch(found[0]):
        raise DeliveryProblem(
            f"{text[:100]!r} is not a mail address that can be used.",
            permanent=True,
            advice="Give exactly one address such as robin@example.org; write an international domain as xn--...",
        )
    return found[0]
