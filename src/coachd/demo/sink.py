"""A mail server that keeps what it is given: the demo's mailbox, over real SMTP."""

from __future__ import annotations

from asyncio import Server
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller


class _AnyPort(Controller):
    """aiosmtpd's controller on a port that the system chooses; its own wants to know the number before."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailSink:
    """Writes every mail it receives as `.eml` and its HTML part as `.html` into `folder`; `mails` lists them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mails: list[tuple[EmailMessage, Path]] = []
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        stem = str(mail.get("Coachd-Digest") or f"mail-{len(self.mails) + 1}").replace(":", "-")
        path = self.folder / f"{stem}.eml"
        path.write_bytes(envelope.content)
        path.with_suffix(".html").write_text(part(mail, "html"), encoding="utf-8")
        self.mails.append((mail, path))
        return "250 kept"


def part(mail: EmailMessage, kind: str) -> str:
    """The `plain` or `html` part as text."""
    body = mail.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
