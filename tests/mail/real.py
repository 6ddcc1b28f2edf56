"""A real mail server and mailbox on loopback, from Debian's packages: Postfix takes mail, Dovecot shows it by IMAP.

Both need root to start, and to give up what root may do. `missing()` says what keeps them from running here.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from pwd import getpwnam

PASSWORD = "only-on-loopback"
BOXES = ("robin", "coach", "operator")
_PATIENCE_S = 20.0

_POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = may
smtpd_recipient_restrictions = permit_mynetworks, reject
mynetworks = 127.0.0.0/8
"""
_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
default_internal_user = nobody
default_login_user = nobody
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
  chroot =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%n
}}
"""


@dataclass(frozen=True)
class RealMail:
    """A running server: mail to one of BOXES at example.org, sent to `smtp_port`, is in that mailbox at `imap_port`."""

    smtp_port: int
    imap_port: int
    certificate: Path

    def received(self, name: str, number: int = 1) -> list[bytes]:
        """The raw mails of a mailbox, once `number` of them are there. Raises TimeoutError."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            if len(found := self._read(name)) >= number:
                return found
            time.sleep(0.1)  # the server has taken the mail and is about to put it down
        raise TimeoutError(f"fewer than {number} mails for {name}")

    def _read(self, name: str) -> list[bytes]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=10) as box:
            box.login(name, PASSWORD)
            box.select("INBOX", readonly=True)
            numbers = box.search(None, "ALL")[1][0].split()
            return [box.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]


def parsed(raw: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    return message_from_bytes(raw, policy=policy.default)


def missing() -> str:
    """What keeps a real mail server from running here; empty where nothing does."""
    programs = [name for name in ("postfix", "dovecot", "openssl") if shutil.which(name, path=_path()) is None]
    if programs:
        return f"{', '.join(programs)} is not installed (Debian: apt-get install postfix dovecot-imapd openssl)"
    return "" if os.geteuid() == 0 else "a mail server is started as root"


@contextmanager
def running(folder: Path) -> Iterator[RealMail]:
    """Both servers, with everything they keep in `folder`; they end with the block."""
    folder.chmod(0o755)  # they read it as other users
    for name in ("mail", "dovecot", "postfix", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    shutil.chown(folder / "data", "postfix")
    _certificate(folder)
    smtp, imap = _free_port(), _free_port()
    _configure(folder, smtp, imap)
    commands = [
        ["postfix", "-c", str(folder / "postfix"), "start-fg"],
        ["dovecot", "-F", "-c", str(folder / "dovecot.conf")],
    ]
    with (folder / "servers.log").open("wb") as log:
        servers = [
            subprocess.Popen([shutil.which(program, path=_path()) or program, *rest], stdout=log, stderr=log)
            for program, *rest in commands
        ]
        try:
            for port in (smtp, imap):
                _wait_for(port, folder)
            yield RealMail(smtp, imap, folder / "cert.pem")
        finally:
            # Ending the program that was started would leave Postfix's master behind.
            subprocess.run([*commands[0][:3], "stop"], check=False, capture_output=True, timeout=_PATIENCE_S)
            for server in servers:
                server.terminate()
            for server in servers:
                server.wait(_PATIENCE_S)


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _configure(folder: Path, smtp: int, imap: int) -> None:
    nobody = getpwnam("nobody")
    main = _POSTFIX.format(folder=folder, uid=nobody.pw_uid, gid=nobody.pw_gid)
    (folder / "postfix" / "main.cf").write_text(main)
    (folder / "postfix" / "master.cf").write_text(_MASTER.format(smtp=smtp))
    (folder / "boxes").write_text("".join(f"{name}@example.org {name}/\n" for name in BOXES))
    (folder / "dovecot.conf").write_text(_DOVECOT.format(folder=folder, imap=imap, password=PASSWORD))


def _certificate(folder: Path) -> None:
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", *kind, "-days", "2", "-subj", "/CN=localhost", "-addext", names, *files],
        check=True,
        capture_output=True,
    )
    (folder / "key.pem").chmod(0o600)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, folder: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # it is being started
    raise TimeoutError((folder / "servers.log").read_text(errors="replace"))
