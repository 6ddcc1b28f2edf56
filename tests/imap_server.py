"""A small IMAP server on loopback for tests: one folder, any mails, and the commands that imaplib sends."""

from __future__ import annotations

import ipaddress
import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "coachd@example.org", 'p@ss/w"ord\\'


def mail(
    sender: str = "robin@example.org", subject: str = "coachd token", text: str = "Hello.", **headers: str
) -> bytes:
    """A mail to the server's user, or to another one by a header."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, headers.pop("To", USER), subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


@dataclass
class ImapServer:
    """What the server holds, and what it was asked. `answers` replaces the whole answer to a command, without its tag;
    `drip` is the time between two bytes of what it says."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    drip: float = 0.0
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://coachd%40example.org:p%40ss%2Fw%22ord%5C@127.0.0.1:{self.port}/INBOX"

    def receive(self, *mails: bytes) -> None:
        for mail in mails:
            self.mails[max(self.mails, default=100) + 1] = mail

    def answer(self, words: list[str], line: str) -> tuple[bytes, str]:
        """What is said before the tagged line, and the result on it."""
        command = " ".join(words[: 2 if words[0] == "UID" else 1]).upper()
        self.asked.append(line)
        if command in self.answers:
            return self.answers[command], ""
        match command:
            case "CAPABILITY":
                return b"* CAPABILITY IMAP4rev1\r\n", "OK"
            case "LOGIN":
                quoted = [word.replace("\\", "\\\\").replace('"', '\\"') for word in (USER, PASSWORD)]
                return b"", "OK" if line == 'LOGIN "{}" "{}"'.format(*quoted) else "NO"
            case "SELECT":
                known = line == 'SELECT "INBOX"'
                return f"* {len(self.mails)} EXISTS\r\n".encode() if known else b"", "OK" if known else "NO"
            case "UID SEARCH":
                return f"* SEARCH {' '.join(map(str, self._found(line)))}\r\n".encode(), "OK"
            case "UID FETCH":
                return self._fetched(int(words[2]), line), "OK"
            case "UID STORE":
                self.seen.add(int(words[2]))
                return b"", "OK"
            case "LOGOUT":
                return b"* BYE\r\n", "OK"
        return b"", "BAD"

    def _found(self, line: str) -> list[int]:
        wanted = [name.lower() for name in re.findall(r'FROM "([^"]+)"', line)]
        unseen = (uid for uid in self.mails if uid not in self.seen or "UNSEEN" not in line)
        return [uid for uid in unseen if any(name in self._sender(uid) for name in wanted)]

    def _sender(self, uid: int) -> str:
        head = self.mails[uid].replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1").lower()
        return " ".join(line for line in head.splitlines() if line.startswith("from:"))

    def _fetched(self, uid: int, line: str) -> bytes:
        if uid not in self.mails:
            return b""
        if "PEEK" not in line:
            self.seen.add(uid)
        part = re.search(r"<(\d+)\.(\d+)>", line)
        content = self.mails[uid] if part is None else self.mails[uid][int(part[1]) : int(part[1]) + int(part[2])]
        return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (uid, len(content), content)


@contextmanager
def serving(held: ImapServer, tls: Path | None = None) -> Iterator[ImapServer]:
    """Serves `held` on a free port; `tls` is the folder in which `certificate` put its files."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(b"* OK ready\r\n")
            for raw in self.rfile:
                tag, *words = raw.decode().split()
                before, result = held.answer(words, raw.decode().strip().partition(" ")[2])
                self.say(before + (f"{tag} {result} done\r\n".encode() if result else b""))
                if words[0].upper() == "LOGOUT":
                    return

        def say(self, said: bytes) -> None:
            for byte in [said[at : at + 1] for at in range(len(said))] if held.drip else [said]:
                self.wfile.write(byte)
                time.sleep(held.drip)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def finish_request(self, request, client_address) -> None:
            if tls is None:
                Handler(request, client_address, self)
                return
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(tls / "certificate.pem", tls / "key.pem")
            with context.wrap_socket(request, server_side=True) as encrypted:
                Handler(encrypted, client_address, self)

        def handle_error(self, request, client_address) -> None:
            """A client that goes away in the middle is what some tests want."""

    with Server(("127.0.0.1", 0), Handler) as server:
        held.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield held
        finally:
            server.shutdown()
            thread.join(timeout=10)


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 made by itself, with its key beside it in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)  # the TLS library looks at the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    return folder / "certificate.pem"
