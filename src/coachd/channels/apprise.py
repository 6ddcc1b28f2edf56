"""A short post to any of the services that Apprise speaks to: ntfy, Telegram, Matrix, Slack and many more."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coachd.clock import Clock
from coachd.config import Settings
from coachd.errors import ConfigProblem, DeliveryProblem
from coachd.model import Message

# these act on the machine that coachd runs on instead of reaching a person
_LOCAL_ONLY = frozenset(
    {"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "rsyslog", "syslog", "windows"}
)


def called_for(settings: Settings) -> bool:
    """Whether push addresses are set."""
    return settings.apprise_urls is not None


def from_settings(settings: Settings, clock: Clock) -> Mapping[str, Channel]:  # noqa: ARG001 - the form of all channels
    """Each push address as a channel of its own, so that one that fails is repeated for itself."""
    if not settings.apprise_urls:
        raise ConfigProblem("APPRISE_URLS: is needed for the apprise channel")
    urls = settings.apprise_urls.get_secret_value().split()
    return {f"apprise-{number}": Channel(url) for number, url in enumerate(urls, 1)}


@dataclass(frozen=True)
class Channel:
    """One service. The URL is itself the secret, so only its scheme and a checksum are ever shown."""

    url: str = field(repr=False)
    timeout: float = 15.0
    name: str = field(default="apprise", init=False)

    @property
    def scheme(self) -> str:
        """The service's name in the URL, e.g. `ntfy`."""
        found = re.match(r"\s*([a-z0-9+]{1,20})://", self.url, re.IGNORECASE)
        return found[1].lower() if found else "unknown"

    @property
    def shown(self) -> str:
        """The scheme with Apprise's id of the address. Not its masked form, which leaves an ntfy topic readable."""
        return f"{self.scheme} ({self._service().url_id()})"

    def check(self) -> str:
        """Whether the address can be read; nothing is posted. Raises DeliveryProblem."""
        self._service()
        return f"the {self.scheme} address can be read; `coachd digest send --test` posts to it"

    def send(self, message: Message) -> str:
        import apprise

        service = self._service()
        hub = apprise.Apprise(asset=service.asset)
        hub.add(service)
        result = hub.notify(title=message.subject, body=message.short, body_format=apprise.NotifyFormat.TEXT)
        _check(result, self.scheme)
        return f"post to {self.scheme} ({service.url_id()})"

    def _service(self) -> Any:
        import apprise  # 15 MB and 0.6 s of plugins: only for those who post

        # Apprise logs addresses, and with DEBUG whole bodies; urllib3 the paths of addresses, which hold tokens. What
        # matters is raised from here.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        asset = apprise.AppriseAsset(
            app_id="coachd", async_mode=False, storage_mode="memory", service_timeout=self.timeout
        )
        service = None if self.scheme in _LOCAL_ONLY else apprise.Apprise.instantiate(self.url, asset=asset)
        if service is None:
            raise DeliveryProblem(
                f"The {self.scheme}:// push address is not one that coachd can post to.",
                permanent=True,
                advice="Copy the address of the service again in the form that Apprise documents for it.",
            )
        return service


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
            slow=True,
            advice="See whether the post is there before sending it again.",
        )
    raise DeliveryProblem(
        f"The {scheme} service did not take the post.",
        advice="It is tried again by itself; if this stays, check the address and whether its token still holds.",
    )
