"""The secret store's lock: what is written with it can only be read with the key, which lies outside the database.

This protects copies of the database (backups, bug reports). It does not protect a machine that has been taken over.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coachd.config import Settings
from coachd.errors import StoreProblem

KEY_FILE = "secret.key"


class Vault:
    """Seals and opens small secrets. The first key seals; all of them open."""

    def __init__(self, keys: list[str]) -> None:
        self._newest = keys[0]
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, "stored tokens"))) for key in keys])

    def key_for(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose, from our newest key. It tells nothing about that key or other purposes."""
        return _derived(self._newest, purpose)

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes, again: str = "") -> str:
        """The sealed text. Raises StoreProblem when no key of ours opens it; `again` says what would store it anew, as
        `connect again with ...`."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise StoreProblem(
                "The stored access cannot be read: it was sealed with another key.",
                f"Restore secret.key (or COACHD_SECRET_KEY){f', or {again}' if again else ''}.",
            ) from None


def vault(settings: Settings) -> Vault:
    """The vault of this instance: key from the settings, else from a file in the state folder, made on first use.

    Raises StoreProblem when that file is empty: what it sealed could be opened by anybody.
    """
    if settings.coachd_secret_key:
        return Vault(settings.coachd_secret_key.get_secret_value().replace(",", " ").split())
    return Vault([_key_in(settings.coachd_state_dir)])


def _key_in(folder: Path) -> str:
    path = folder / KEY_FILE
    if not path.exists():
        # Written whole under another name and then linked, so that two processes starting together agree on one key.
        draft = folder / f".{KEY_FILE}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())  # tokens sealed with a key that a power cut took are lost
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first; its key is the one
        finally:
            draft.unlink()
    content = path.read_bytes().strip()
    key = content.decode() if content.isascii() else ""
    if not key:
        raise StoreProblem(
            f"The key file {path} is empty or no text.",
            "Restore it from a copy, or remove it and give what was sealed with it again: `coachd connect strava` or "
            "`coachd connect garmin`, and the ways out of `coachd channel list`.",
        )
    return key


def _derived(key: str, purpose: str) -> bytes:
    # The master key is stretched per purpose, so that a purpose whose key leaks gives nothing of the others away.
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"coachd {purpose}".encode()).derive(key.encode())
