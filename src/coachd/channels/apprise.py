"""A short post to any of the services that Apprise speaks to: ntfy, Telegram, Matrix, Slack and many more."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

from coachd.errors import DeliveryProblem
from coachd.model import Message

LIMIT = 900
"""Characters in a post, subject included: the tightest common service takes 1,024."""

# these act on the machine that coachd runs on instead of reaching a person
_LOCAL_ONLY = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "rsyslog", "syslog", "windows"})


@dataclass(frozen=True)
class Channel:
    """One service. The URL is itself the secret, so only its scheme is ever shown."""

    url: str = field(repr=False)
    timeout: float = 15.0
    name: str = field(default="apprise", init=False)

    @property
    def scheme(self) -> str:
        found = re.match(r"\s*([a-z0-9+]{1,20})://", self.url, re.IGNORECASE)
        return found[1].lower() if found else "unknown"

    def send(self, message: Message) -> str:
        import apprise  # 15 MB and 0.6 s of plugins: only for those who post

        # Apprise logs addresses, and with DEBUG whole bodies; what matters is raised from here
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        asset = apprise.AppriseAsset(
            app_id="coachd", async_mode=False, storage_mode="memory", service_timeout=self.timeout
        )
        hub = apprise.Apprise(asset=asset)
        service = None if self.scheme in _LOCAL_ONLY else apprise.Apprise.instantiate(self.url, asset=asset)
        if service is None:
            raise DeliveryProblem(
                f"The {self.scheme}:// push address is not one that coachd can post to.",
                permanent=True,
                advice="Copy the address of the service again in the form that Apprise documents for it.",
            )
        hub.add(service)
        text = short_form(message, LIMIT - len(message.subject))
        result = hub.notify(title=message.subject, body=text, body_format=apprise.NotifyFormat.TEXT)
        _check(result, self.scheme)
        return f"post to {self.scheme}"


def _check(result: Any, scheme: str) -> None:
    """Raises DeliveryProblem unless the service took the post. `result` is an AppriseResult."""
    from apprise.result import AppriseResultStatus

    statuses = {service.status for service in result.results} or {result.status}
    if statuses == {AppriseResultStatus.SUCCESS}:
        return
    if AppriseResultStatus.TIMEOUT in statuses:
        raise DeliveryProblem(
            f"The {scheme} service did not answer in time; the post may have arrived.",
            unknown=True,
            advice="See whether the post is there before sending it again.",
        )
    raise DeliveryProblem(
        f"The {scheme} service did not take the post.",
        advice="It is tried again by itself; if this stays, check the address and whether its token still holds.",
    )


def short_form(message: Message, limit: int) -> str:
    """The first paragraphs of the text part that fit into `limit` characters, without the line breaks of a mail."""
    taken: list[str] = []
    for paragraph in message.text.strip().split("\n\n"):
        lines = re.sub(r"(?<=\S)\n(?=\S)", " ", paragraph)
        if sum(len(text) + 2 for text in taken) + len(lines) > limit - 1:
            break
        taken.append(lines)
    whole = "\n\n".join(taken) or message.text.strip()[: limit - 1]
    return whole if len(taken) == len(message.text.strip().split("\n\n")) else f"{whole}…"
