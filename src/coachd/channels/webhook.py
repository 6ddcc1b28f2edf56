"""A message as JSON to an address of one's own: Home Assistant, n8n, a script.

The document is `docs/webhook-v1.schema.json`. `Coachd-Id` is the same on every attempt, so that a receiver can tell a
repeated message. With a secret the header `Coachd-Signature: t=<unix time>,v1=<hex>` carries the HMAC-SHA256 of the
time, a full stop and the body.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from coachd import deadline
from coachd.clock import Clock, SystemClock
from coachd.config import Settings
from coachd.deadline import Deadline
from coachd.errors import ConfigProblem, DeliveryProblem
from coachd.model import Message

_RETRIED = (408, 425, 429)


def called_for(settings: Settings) -> bool:
    """Whether an address is set."""
    return settings.webhook_url is not None


def from_settings(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """The instance's webhook."""
    if not settings.webhook_url:
        raise ConfigProblem("WEBHOOK_URL: is needed for the webhook channel")
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    return {"webhook": Channel(settings.webhook_url.get_secret_value(), secret, clock=clock)}


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of `Coachd-Signature` for a body sent at this Unix time."""
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={made.hexdigest()}"


@dataclass(frozen=True)
class Channel:
    """One address. Its path often holds a secret, so only its host is ever shown.

    `timeout` is for each wait, `limit` for the whole conversation, in seconds; `cafile` adds the authority of a server
    with a certificate of its own.
    """

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    cafile: str | None = None
    timeout: float = 15.0
    limit: float = 30.0
    clock: Clock = field(default_factory=SystemClock)
    name: str = field(default="webhook", init=False)

    def __post_init__(self) -> None:
        place = self._place()
        plain = self.url.isascii() and self.url.isprintable() and " " not in self.url
        if not (plain and place and place.scheme in ("http", "https") and place.hostname and "@" not in place.netloc):
            raise ConfigProblem(
                "The address of the webhook cannot be used.",
                "Give it as https://host/path without a user name; http:// is for your own network only.",
            )

    @property
    def shown(self) -> str:
        """The address without its path."""
        place = urlsplit(self.url)
        return f"{place.scheme}://{place.netloc}"

    def doubts(self) -> list[str]:
        """What may go wrong although it works."""
        found = []
        if urlsplit(self.url).scheme == "http":
            found.append("The posts travel readable by others on your network: use https:// if the receiver can.")
        if not self.secret:
            found.append("The posts carry no signature: set a secret if the receiver checks one.")
        return found

    def check(self) -> str:
        """Resolve, connect and check the certificate; nothing is posted. Raises DeliveryProblem."""
        with self._connected(Deadline(self.limit, self.timeout)):
            return f"{self.shown} can be reached"

    def send(self, message: Message) -> str:
        document = {**message.payload, "id": message.id, "subject": message.subject, "text": message.short}
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "coachd", "Coachd-Id": message.id}
        if self.secret:
            headers["Coachd-Signature"] = signature(self.secret, int(self.clock.now().timestamp()), body)
        status = self._post(body, headers)
        if not 200 <= status < 300:
            again = status >= 500 or status in _RETRIED
            raise DeliveryProblem(
                f"The webhook at {self.shown} did not take the message (HTTP {status}).",
                permanent=not again,
                advice="It is tried again by itself."
                if again
                else "Check the address and what it expects; redirects are not followed.",
            )
        return f"post to {self.shown}"

    def _post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer; what else the answer holds is not read."""
        place, ends = urlsplit(self.url), Deadline(self.limit, self.timeout)
        path = (place.path or "/") + (f"?{place.query}" if place.query else "")
        with self._connected(ends) as connection:
            head = [f"POST {path} HTTP/1.1", f"Host: {place.netloc}", "Connection: close"]
            head += [f"{name}: {value}" for name, value in {**headers, "Content-Length": len(body)}.items()]
            deadline.send(connection, "\r\n".join([*head, "", ""]).encode("ascii") + body, ends)
            answer = http.client.HTTPResponse(connection, method="POST")
            answer.fp.close()
            answer.fp = deadline.reader(connection, ends)
            try:
                answer.begin()
            finally:
                answer.close()
            return answer.status

    @contextmanager
    def _connected(self, ends: Deadline) -> Iterator[socket.socket]:
        """A connection to the receiver, encrypted for https. What goes wrong while it is held is worded here."""
        place = urlsplit(self.url)
        secure = place.scheme == "https"
        try:
            host = place.hostname or ""
            with socket.create_connection((host, place.port or (443 if secure else 80)), ends.left()) as plain:
                if not secure:
                    self._must_be_near(plain)
                    yield plain
                    return
                plain.settimeout(ends.left())
                with ssl.create_default_context(cafile=self.cafile).wrap_socket(plain, server_hostname=host) as sealed:
                    yield sealed
        except ssl.SSLCertVerificationError as error:
            raise DeliveryProblem(
                f"The certificate of the webhook at {self.shown} is not trusted: {error.verify_message}.",
                advice="Use the host name that the certificate names, or give the authority's file as cafile.",
            ) from error
        except TimeoutError as error:
            raise DeliveryProblem(
                f"The webhook at {self.shown} did not answer in time.", slow=True, advice="It is tried again by itself."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryProblem(
                f"The webhook at {self.shown} could not be reached, or went away: {str(error)[:200]}.",
                advice="It is tried again by itself; if this stays, check that the receiver runs.",
            ) from error

    def _must_be_near(self, connection: socket.socket) -> None:
        # Asked of the connection, not of the name: what a name leads to may change.
        if not ip_address(connection.getpeername()[0].partition("%")[0]).is_private:
            raise DeliveryProblem(
                f"The webhook at {self.shown} is on the open net, where http:// can be read by anybody.",
                permanent=True,
                advice="Use https:// for it.",
            )

    def _place(self) -> SplitResult | None:
        try:
            place = urlsplit(self.url)
            return place if place.port is None or place.port else None
        except ValueError:
            return None
