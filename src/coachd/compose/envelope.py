"""The names and headers that a mail travels under: deterministic, so that a repeated mail is known as one."""

from __future__ import annotations

from uuid import UUID, uuid5

from coachd.compose.words import one_line
from coachd.mime import bare_address
from coachd.model import Athlete

NAMESPACE = UUID("5b1f6d0e-0c0a-5d5e-9a57-6f3c1a7b2e44")
"""The root of all message ids. A constant: the same message must have the same id on every attempt and release."""

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""What keeps holiday answers away (RFC 3834, and Exchange's own)."""


def message_id(message_key: str, mail_from: str) -> str:
    """The id, without brackets, of the message that `message_key` names once and for all.

    Raises DeliveryProblem (permanent) when `mail_from` is no mail address.
    """
    return f"{uuid5(NAMESPACE, message_key)}@{_domain(mail_from)}"


def headers(athlete: Athlete, mail_from: str, name: str, unsubscribe: str) -> dict[str, str]:
    """What a mail of the athlete's list carries beside its subject; `name` tells it from the others, for filters.

    `unsubscribe` is a mailto: URL, an https: URL, both with a space between, or nothing.
    """
    domain = _domain(mail_from)
    # every mail of one athlete answers a first one that never was: mail readers then show them as one thread
    root = f"<{uuid5(NAMESPACE, f'weekly thread of {athlete.id} from {mail_from}')}@{domain}>"
    return {
        "From": mail_from,
        "List-Id": f"coachd weekly digest <weekly.coachd.{domain}>",
        **AUTOMATIC,
        "In-Reply-To": root,
        "References": root,
        "Coachd-Digest": one_line(name, 80),
        **_unsubscribing(unsubscribe),
    }


def _unsubscribing(urls: str) -> dict[str, str]:
    """One click is promised only where an https address takes it (RFC 8058), and that address comes first."""
    addresses = sorted(urls.split(), key=lambda url: not url.startswith("https://"))
    if not addresses:
        return {}
    listed = {"List-Unsubscribe": ", ".join(f"<{url}>" for url in addresses)}
    if addresses[0].startswith("https://"):
        listed["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return listed


def _domain(mail_from: str) -> str:
    return bare_address(mail_from).rpartition("@")[2]
