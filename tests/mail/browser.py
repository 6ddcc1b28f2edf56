"""A real Chromium, the system's own, that shows a mail and answers questions about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ALONE = (
    "--no-sandbox",  # a test machine may run as root; what it shows is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> str | None:
    """The program, where the system has one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def running() -> Iterator[Browser]:
    """A browser that asks no network for anything. Raises RuntimeError where the system has none."""
    from playwright.sync_api import sync_playwright

    program = installed()
    if program is None:
        raise RuntimeError("there is no Chromium here (Debian: apt-get install chromium)")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=list(_ALONE))
        try:
            yield browser
        finally:
            browser.close()
